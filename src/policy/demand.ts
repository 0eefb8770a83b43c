// SPDX-License-Identifier: Apache-2.0
// What a rule demands, in a sentence. Kinds and keys without words of their own are told key by key, so that what is
// new is never left out.

import type { PolicyRule } from "./policy.ts";
import { formatSigners } from "./signers.ts";

/** Keys that every rule has; they are told apart from what the kind demands. */
const commonKeys: ReadonlySet<string> = new Set([
  "id",
  "kind",
  "scope",
  "minMatches",
  "mode",
  "severity",
  "message",
  "remedy",
]);

/** Keys that a kind's own sentence tells. */
const toldKeys: Readonly<Record<string, readonly string[]>> = {
  signature: ["signers", "minSigners"],
  attestation: ["signers", "predicateType", "claims"],
  "bom-match": ["signedBy", "onMissing"],
  license: ["allow", "deny", "onUnknown"],
  format: ["allow", "deny"],
  content: ["failAt", "except"],
  complete: ["opaque"],
};

/** The demand of a rule: what about which artifacts. */
export function demandOf(rule: PolicyRule): string {
  return `${scopeText(rule)} ${kindText(rule)}${restText(rule)}`;
}

function scopeText({ scope, minMatches = 1 }: PolicyRule): string {
  if (scope?.kind === "bom") {
    return "the BOM";
  }
  const { kind = "any", name, path, purl, property } = scope ?? {};
  const noun = kind === "any" ? "artifact" : kind;
  const parts = [
    name === undefined ? "" : ` named ${name}`,
    purl === undefined ? "" : ` with a package URL ${purl}`,
    property === undefined
      ? ""
      : ` with the property ${property.name}${property.value === undefined ? "" : `=${property.value}`}`,
  ];
  const subject = `every ${noun}${parts.join("")}`;
  const files = path === undefined ? subject : `every file ${path} of ${subject}`;
  const least =
    minMatches === 1 ? "" : minMatches === 0 ? " (there may be none)" : ` (at least ${minMatches})`;
  return `${files}${least}`;
}

function kindText(rule: PolicyRule): string {
  switch (rule.kind) {
    case "signature": {
      const count = rule.minSigners ?? 1;
      const who = formatSigners(rule.signers);
      return count === 1
        ? `is signed by one of: ${who}`
        : `is signed by ${count} different signers of: ${who}`;
    }
    case "attestation": {
      const claims = Object.entries(rule.claims ?? {}).map(
        ([name, value]) => `${name} is ${[value].flat().map(String).join(" or ")}`,
      );
      const saying = claims.length === 0 ? "" : `, which says: ${claims.join("; ")}`;
      return `has an attestation ${rule.predicateType} by one of: ${formatSigners(rule.signers)}${saying}`;
    }
    case "bom-match": {
      const signed =
        rule.signedBy === undefined ? "" : `, which is signed by one of: ${formatSigners(rule.signedBy)}`;
      return `is what the BOM lists, byte for byte${signed}${rule.onMissing === "skip" ? " (if there is a BOM)" : ""}`;
    }
    case "license":
      return `is under a licence ${listText(rule)}; an unknown one ${rule.onUnknown === "warn" ? "is reported" : "fails"}`;
    case "format":
      return `has files of a format ${listText(rule)}`;
    case "digest":
      return "is covered by evidence that rests on allowed digests only";
    case "content": {
      const except = rule.except === undefined ? "" : `, except ${rule.except.join(", ")}`;
      return `shows nothing of severity ${rule.failAt ?? "high"} or above${except}`;
    }
    case "complete":
      return `was read to its end${rule.opaque === "fail" ? ", and every file is of a known format" : ""}`;
    default:
      return `meets ${(rule as PolicyRule).kind}`;
  }
}

function listText({
  allow,
  deny,
}: {
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
}): string {
  const parts = [
    allow === undefined ? "" : `among ${allow.join(", ")}`,
    deny === undefined ? "" : `not among ${deny.join(", ")}`,
  ];
  return parts.filter((part) => part !== "").join(" and ");
}

function restText(rule: PolicyRule): string {
  const told = toldKeys[rule.kind] ?? [];
  const keys = Object.entries(rule)
    .filter(([key]) => !commonKeys.has(key) && !told.includes(key))
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return keys.length === 0 ? "" : ` (${keys.join(", ")})`;
}
