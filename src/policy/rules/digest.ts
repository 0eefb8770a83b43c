// SPDX-License-Identifier: Apache-2.0
// Rule kind `digest`: the hash functions that evidence rests on, digests that files must have, digests that they must
// not have. Evidence on other functions does not count, rather than being counted against: so more evidence never hurts.

import type { ArtifactFile } from "../../model/artifact.ts";
import type { Digest } from "../../model/digest.ts";
import { type Finding, finding } from "../../model/finding.ts";
import type { Remedy } from "../../model/verdict.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import { setOf } from "../patterns.ts";
import type { DigestRule } from "../policy.ts";
import type { ArtifactSubject, Judgement, RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";

export const digestRule: RuleKind<DigestRule> = {
  kind: "digest",
  restsOnDigests: true,

  judgeArtifact(rule, subject) {
    const denied = rule.deny === undefined ? passed : judgeDenied(rule, subject, rule.deny);
    const findings = [
      ...(rule.allow === undefined ? [] : judgeFunctions(rule, subject, rule.allow)),
      ...(rule.pinned === undefined ? [] : judgePinned(rule, subject, setOf(rule.pinned))),
    ];
    if (findings.length === 0) {
      return denied;
    }
    const remedy: readonly Remedy[] = findings.map(({ code }) =>
      remedyFor(code, subject.gated.artifact.name),
    );
    return {
      status: "fail",
      findings: [...denied.findings, ...findings],
      remedy: [...denied.remedy, ...remedy],
    };
  },
};

function remedyFor(code: string, artifact: string): Remedy {
  return code === "DIGEST_NOT_ALLOWED"
    ? { action: "sign", args: { artifact, signers: "" } }
    : { action: "restore-file", args: { artifact } };
}

const written = ({ algorithm, hex }: Digest): string => `${algorithm}:${hex}`;

function judgeFunctions(
  rule: DigestRule,
  subject: ArtifactSubject,
  allowed: readonly string[],
): readonly Finding[] {
  const { artifact, digests, signatures } = subject.gated;
  const found = new Set<string>();
  const covered = new Set<string>();
  for (const { algorithms = [], covers } of [...digests, ...signatures]) {
    for (const algorithm of algorithms) {
      found.add(algorithm);
    }
    if (algorithms.length > 0 && algorithms.every((algorithm) => allowed.includes(algorithm))) {
      for (const path of covers) {
        covered.add(path);
      }
    }
  }
  const missing = subject.files.filter((file) => !covered.has(file.path));
  if (missing.length === 0) {
    return [];
  }
  const args = {
    artifact: artifact.name,
    count: missing.length,
    allowed: [...allowed].sort().join(", "),
    found: found.size === 0 ? "no evidence" : [...found].sort().join(", "),
  };
  return [finding("DIGEST_NOT_ALLOWED", { path: "." }, args, ruleFindingOptions(rule, artifact.name))];
}

/** Every file by itself, or the artifact as a whole by its manifest. */
function judgePinned(
  rule: DigestRule,
  { gated, files, isPartial }: ArtifactSubject,
  pinned: ReadonlySet<string>,
): readonly Finding[] {
  if (!isPartial && pinned.has(written(gated.manifest))) {
    return [];
  }
  const options = ruleFindingOptions(rule, gated.artifact.name);
  return files
    .filter(({ digests }) => !digests.some((digest) => pinned.has(written(digest))))
    .map((file) => finding("DIGEST_NOT_PINNED", { path: file.path }, { digest: shownDigest(file) }, options));
}

/** A denied digest of a function that was not computed cannot be ruled out. */
function judgeDenied(
  rule: DigestRule,
  { gated, files }: ArtifactSubject,
  deny: readonly string[],
): Judgement {
  const denied = setOf(deny);
  const artifact = gated.artifact.name;
  const options = ruleFindingOptions(rule, artifact);
  const manifest = written(gated.manifest);
  const hits = files.flatMap(({ path, digests }) =>
    digests
      .map(written)
      .filter((digest) => denied.has(digest))
      .map((digest) => finding("DIGEST_DENIED", { path }, { digest }, options)),
  );
  if (denied.has(manifest)) {
    hits.push(finding("DIGEST_DENIED", { path: "." }, { digest: manifest }, options));
  }
  if (hits.length > 0) {
    return { status: "fail", findings: hits, remedy: [{ action: "replace-artifact", args: { artifact } }] };
  }
  const open = functionsOf(deny).find((each) =>
    files.some(({ digests }) => !digests.some(({ algorithm }) => algorithm === each)),
  );
  if (open === undefined) {
    return passed;
  }
  const own = finding("DIGEST_NOT_COMPUTED", { path: "." }, { artifact, algorithm: open }, options);
  return {
    status: "undecided",
    findings: [own],
    remedy: [{ action: "fix-policy", args: { rule: rule.id } }],
  };
}

/** The functions of the digests that a rule denies, made once for all artifacts. */
const functions = new WeakMap<readonly string[], readonly string[]>();

function functionsOf(digests: readonly string[]): readonly string[] {
  let found = functions.get(digests);
  if (found === undefined) {
    found = [...new Set(digests.map((digest) => digest.slice(0, digest.indexOf(":"))))].sort();
    functions.set(digests, found);
  }
  return found;
}

function shownDigest({ digests }: ArtifactFile): string {
  const [first] = digests;
  return first === undefined ? "not computed" : written(first);
}
