// SPDX-License-Identifier: Apache-2.0
// "What would make it pass", with the commands to type.

import { escapeText } from "../codes/escape.ts";
import type { Remedy } from "../model/verdict.ts";

/** What the user typed, so that the commands can be copied. Placeholders stand in for what is not known. */
export interface Invocation {
  /** Target of an artifact, by the artifact's name. */
  readonly targets?: ReadonlyMap<string, string>;
  readonly bom?: string;
  readonly policy?: string;
}

/**
 * One remedy as a sentence.
 * @param mark marks what is not our own words: names, and commands to type
 */
export function formatRemedy(
  remedy: Remedy,
  invocation: Invocation,
  mark: (text: string) => string = (text) => text,
): string {
  const arg = (name: string): string => remedy.args[name] ?? "";
  const artifact = mark(escapeText(arg("artifact")));
  const target = shellWord(invocation.targets?.get(arg("artifact")) ?? arg("artifact"));
  const bom = shellWord(invocation.bom ?? (arg("bom") || "aibom.cdx.json"));
  const policy = shellWord(invocation.policy ?? "policy.yaml");
  const by = arg("signers") === "" ? "" : `, by ${mark(escapeText(arg("signers")))}`;
  const texts: Record<Remedy["action"], string> = {
    sign: `sign ${artifact}${by}: ${mark(`aibom sign ${target} --key KEY`)}`,
    "sign-again": `only if the change was meant and somebody looked at it, sign again${by}: ${mark(`aibom sign ${target} --key KEY`)}`,
    "sign-bom": `sign the BOM${by}: ${mark(`aibom sign ${bom} --key KEY`)}`,
    "restore-file": `restore the files of ${artifact} that the findings name, and its signature, from the place they came from`,
    "add-trust":
      "if you know the signer, trust them: aibom trust add NAME --key PUBLIC-KEY, or --authority AUTHORITY with their name",
    "allow-usage":
      "if its signer may vouch for this, give the identity the usage: aibom trust remove NAME, then aibom trust add NAME … --usage LIST",
    "import-clock":
      "if you know the time-stamping authority, import its certificates: aibom trust import FILE --kind tsa --name NAME",
    "check-time":
      "check the clock of this machine, and --at: what was signed is of a time after the time of the check",
    "give-file": `give the file itself: of ${artifact} only the digest is known, and the rule looks at bytes; or use a policy of signature, attestation, bom-match and digest rules only`,
    attest: `get an attestation of type ${mark(escapeText(arg("type")))}${by} about ${artifact}, and name it with --attestation`,
    "regenerate-bom": `restore the files of ${artifact}, or, if the change was meant, write the BOM again and sign it: ${mark(`aibom inventory ${target} -o ${bom}`)}`,
    "give-bom": "give the bill of materials: --bom FILE",
    "replace-format": `replace the files of ${artifact} that the findings name by files of an accepted format, or remove them`,
    "fix-policy":
      arg("rule") === ""
        ? `check targets and policy: every artifact must be in the scope of a rule (${mark(policy)})`
        : `check targets and the scope of rule ${mark(escapeText(arg("rule")))} (${mark(policy)})`,
    license: `find out under which licence ${artifact} may be used; only then add it to the rule's \`allow\` (${mark(policy)})`,
    author: mark(escapeText(arg("text"))),
    inspect: `look at the findings about ${artifact} one by one; do not load it before`,
    state: `have the publisher of ${artifact} state its ${escapeText(arg("what"))} in a file that is signed`,
    "fill-bom": `fill what is absent in the BOM and sign it again: ${mark(`aibom score ${bom} --profile ${shellWord(arg("profile"))}`)} says how`,
    "give-suppliers": "give the supplier register, with its signature beside it: --suppliers FILE",
    "fix-vulnerability": `update the components of ${artifact} that the findings name, or give current data: --osv FILE|DIR, --vex FILE`,
    "replace-artifact": `use another artifact in place of ${artifact}, or another version of it`,
  };
  return texts[remedy.action];
}

/** A word that a POSIX shell takes as it is, without anything invisible in it. */
function shellWord(text: string): string {
  const shown = escapeText(text);
  const safe = shown.startsWith("-") ? `./${shown}` : shown;
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}
