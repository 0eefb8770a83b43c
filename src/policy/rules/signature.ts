// SPDX-License-Identifier: Apache-2.0
// Rule kind `signature`: m distinct identities of the trust root signed every file in scope, or the BOM.

import type { Rejection, SignatureEvidence } from "../../model/evidence.ts";
import { type Finding, finding, type Location } from "../../model/finding.ts";
import { atLeast } from "../../model/severity.ts";
import type { Remedy } from "../../model/verdict.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import type { SignatureRule } from "../policy.ts";
import type { ArtifactSubject, GatedArtifact, Judgement, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { missingDemand } from "../signature-demands.ts";
import { countDistinctSigners, formatIdentities, formatSigners, isNamed } from "../signers.ts";

/** Milder findings of a verifier (an old bundle version) are worth knowing and decide nothing. */
const relatedFloor = "medium";

export const signatureRule: RuleKind<SignatureRule> = {
  kind: "signature",
  restsOnDigests: true,

  judgeArtifact(rule, subject, { at }) {
    const { artifact, signatures, rejected, findings } = subject.gated;
    const usable = signatures.filter((signature) => signature.usage === "model");
    const named = usable.filter((signature) => isNamed(rule.signers, signature.signer.identity));
    const { fitting, reason } = splitByDemands(rule, named, at);
    const { covering, gap } = splitByCover(fitting, subject);
    if (countDistinctSigners(covering) >= (rule.minSigners ?? 1)) {
      return passed;
    }
    const name = artifact.name;
    return fail(rule, {
      name,
      location: { path: "." },
      usable,
      named,
      unfit: reason,
      fitting,
      covering,
      gap,
      rejected: rejected.filter((rejection) => rejection.kind === "signature"),
      related: signatureFindings(subject.gated.artifact.findings, findings),
      remedy: remedies(rule, subject.gated, gap),
    });
  },

  judgeBom(rule, bom, { at }) {
    const usable = bom.signatures.filter((signature) => signature.usage === "bom");
    const named = usable.filter((signature) => isNamed(rule.signers, signature.signer.identity));
    const { fitting, reason } = splitByDemands(rule, named, at);
    if (countDistinctSigners(fitting) >= (rule.minSigners ?? 1)) {
      return passed;
    }
    return fail(rule, {
      name: bom.path,
      location: { path: bom.path },
      usable,
      named,
      unfit: reason,
      fitting,
      covering: fitting,
      gap: undefined,
      rejected: bom.rejected,
      related: [],
      remedy: [{ action: "sign-bom", args: { bom: bom.path, signers: formatSigners(rule.signers) } }],
    });
  },
};

/** The signature may be good; nobody has said yet that its signer is trusted. */
const unknownSigner: ReadonlySet<string> = new Set([
  "TRUST_KEY_UNKNOWN",
  "TRUST_CERTIFICATE_UNKNOWN",
  "TRUST_NO_AUTHORITY",
]);

/** Rejections that have a way out of their own and say nothing against the files. */
const ownWay: ReadonlyMap<string, Remedy["action"]> = new Map([
  ["TRUST_USAGE_NOT_ALLOWED", "allow-usage"],
  ["TIMESTAMP_UNTRUSTED", "import-clock"],
  ["SIGSTORE_TIME_IN_FUTURE", "check-time"],
  ["CERTIFICATE_NOT_YET_VALID", "check-time"],
]);

/** The signature ended with its certificate; the files may be as they were. */
const isAboutSigner = (code: string): boolean =>
  code.startsWith("TRUST_") || code === "CERTIFICATE_EXPIRED" || ownWay.has(code);

/**
 * Which way out fits: an unknown key may be trusted, changed files come back from their source. Signing again
 * stands last, because it would bless whatever changed.
 */
function remedies(rule: SignatureRule, gated: GatedArtifact, gap: Gap | undefined): readonly Remedy[] {
  const artifact = gated.artifact.name;
  const codes = gated.rejected.filter(({ kind }) => kind === "signature").map(({ code }) => code);
  const differs = gap !== undefined || codes.some((code) => !isAboutSigner(code));
  const ways: Remedy[] = [];
  if (differs) {
    ways.push({ action: "restore-file", args: { artifact } });
  }
  if (codes.some((code) => unknownSigner.has(code))) {
    ways.push({ action: "add-trust", args: {} });
  }
  const own = new Set(codes.map((code) => ownWay.get(code)).filter((action) => action !== undefined));
  ways.push(...[...own].map((action) => ({ action, args: {} })));
  const signers = formatSigners(rule.signers);
  return [...ways, { action: differs ? "sign-again" : "sign", args: { artifact, signers } }];
}

/** Files in scope that one signer left out. */
interface Gap {
  readonly signers: string;
  readonly count: number;
  readonly first: string;
}

interface Shortfall {
  readonly name: string;
  readonly location: Location;
  readonly usable: readonly SignatureEvidence[];
  readonly named: readonly SignatureEvidence[];
  /** Why the first of the named signatures that does not count does not. */
  readonly unfit: string | undefined;
  readonly fitting: readonly SignatureEvidence[];
  readonly covering: readonly SignatureEvidence[];
  readonly gap: Gap | undefined;
  readonly rejected: readonly Rejection[];
  readonly related: readonly Finding[];
  readonly remedy: readonly Remedy[];
}

/** Says the nearest miss: nobody signed, nobody named signed, not everything is covered, or too few did. */
function fail(rule: SignatureRule, miss: Shortfall): Judgement {
  const allowed = formatSigners(rule.signers);
  const options = ruleFindingOptions(rule, miss.name);
  let own: Finding;
  if (miss.usable.length === 0) {
    const args = { artifact: miss.name, rejected: formatRejections(miss.rejected) };
    own = finding("SIGNATURE_MISSING", miss.location, args, options);
  } else if (miss.named.length === 0) {
    const args = { artifact: miss.name, signers: formatIdentities(miss.usable), allowed };
    own = finding("SIGNER_NOT_ALLOWED", miss.location, args, options);
  } else if (miss.unfit !== undefined && miss.fitting.length === 0) {
    const args = { artifact: miss.name, signers: formatIdentities(miss.named), reason: miss.unfit };
    own = finding("SIGNATURE_NOT_AS_DEMANDED", miss.location, args, options);
  } else if (miss.gap !== undefined) {
    const args = { signers: miss.gap.signers, count: miss.gap.count, path: miss.gap.first };
    own = finding("SIGNATURE_NOT_COVERING", miss.location, args, options);
  } else {
    const count = countDistinctSigners(miss.covering);
    const args = { artifact: miss.name, count, wanted: rule.minSigners ?? 1, allowed };
    own = finding("SIGNERS_TOO_FEW", miss.location, args, options);
  }
  return { status: "fail", findings: [own, ...miss.related], remedy: miss.remedy };
}

/** The signatures that were made as the rule demands, and why the first other one was not. */
function splitByDemands(
  rule: SignatureRule,
  named: readonly SignatureEvidence[],
  at: Date,
): { readonly fitting: readonly SignatureEvidence[]; readonly reason: string | undefined } {
  const fitting: SignatureEvidence[] = [];
  const reasons: string[] = [];
  for (const signature of named) {
    const reason = missingDemand(rule, signature, at);
    if (reason === undefined) {
      fitting.push(signature);
    } else {
      reasons.push(reason);
    }
  }
  return { fitting, reason: reasons.sort()[0] };
}

/** How many signatures were not accepted, and why: the reason belongs where people look first. */
function formatRejections(rejected: readonly Rejection[]): string {
  const codes = [...new Set(rejected.map(({ code }) => code))].sort();
  return codes.length === 0 ? "0" : `${rejected.length}, ${codes.join(", ")}`;
}

/**
 * A signer counts if their accepted signatures together cover every file in scope. One that names a file in scope with
 * another digest is of another version and adds to nothing: files of two releases, each signed, are no release.
 */
function splitByCover(
  signatures: readonly SignatureEvidence[],
  subject: ArtifactSubject,
): { readonly covering: SignatureEvidence[]; readonly gap: Gap | undefined } {
  const [only, second] = signatures;
  if (only !== undefined && second === undefined && coversAll(only, subject)) {
    return { covering: [only], gap: undefined };
  }
  const bySigner = new Map<string, { signatures: SignatureEvidence[]; paths: Set<string> }>();
  const inScope = new Set(subject.files.map(({ path }) => path));
  for (const [index, signature] of signatures.entries()) {
    const isOfOtherVersion = signature.contradicts?.some((path) => inScope.has(path)) === true;
    const { identity, keyId } = signature.signer;
    const key = JSON.stringify([identity, keyId, ...(isOfOtherVersion ? [index] : [])]);
    const entry = bySigner.get(key) ?? { signatures: [], paths: new Set() };
    entry.signatures.push(signature);
    for (const path of signature.covers) {
      entry.paths.add(path);
    }
    bySigner.set(key, entry);
  }
  const covering: SignatureEvidence[] = [];
  let gap: Gap | undefined;
  for (const key of [...bySigner.keys()].sort()) {
    const entry = bySigner.get(key);
    const missing = subject.files.filter((file) => entry?.paths.has(file.path) !== true);
    if (entry !== undefined && missing.length === 0) {
      covering.push(...entry.signatures);
    } else if (entry !== undefined && (gap === undefined || missing.length < gap.count)) {
      const first = missing.map((file) => file.path).sort()[0] ?? "";
      gap = { signers: formatIdentities(entry.signatures), count: missing.length, first };
    }
  }
  return { covering, gap };
}

/** What most signatures do: they name the files of the scope and no other version of them. */
function coversAll({ covers, contradicts }: SignatureEvidence, { files }: ArtifactSubject): boolean {
  const isCovered = coverTest(covers, files.length);
  return (contradicts ?? []).length === 0 && files.every(({ path }) => isCovered(path));
}

/** A set is only worth making for more than a few questions. */
function coverTest(covers: readonly string[], questions: number): (path: string) => boolean {
  if (questions <= 4) {
    return (path) => covers.includes(path);
  }
  const set = new Set(covers);
  return (path) => set.has(path);
}

/** What the verifiers said about the artifact's signatures: their findings that are not about the BOM. */
function signatureFindings(own: readonly Finding[], all: readonly Finding[]): Finding[] {
  const content = new Set(own);
  return all.filter(
    (item) => !content.has(item) && !item.code.startsWith("BOM_") && atLeast(item.severity, relatedFloor),
  );
}
