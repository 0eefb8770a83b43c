// SPDX-License-Identifier: Apache-2.0
// Rule kind `package`: software packages inside an artifact, as its own files record them: which are let through, in which
// versions, and whether their files are still what the package says. What a package manager's record says of its files is
// compared with the bytes, so tampering with an installed library shows, whoever wrote the record.

import type { PackageEvidence } from "../../model/evidence.ts";
import { type Finding, finding } from "../../model/finding.ts";
import type { Package } from "../../model/package.ts";
import { parsePackageUrl } from "../../model/parsed-package-url.ts";
import { listedPackage, versionOrder } from "../../vulnerabilities/ecosystems.ts";
import { compareSemver } from "../../vulnerabilities/versions/semver.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import { matcherOf } from "../patterns.ts";
import type { PackageRule, VersionBounds } from "../policy.ts";
import type { RuleKind } from "../rule.ts";
import { passed } from "../rule.ts";
import { formatSigners, isNamed } from "../signers.ts";

export const packageRule: RuleKind<PackageRule> = {
  kind: "package",

  judgeArtifact(rule, { gated }) {
    const { name, packages = [] } = gated.artifact;
    const options = ruleFindingOptions(rule, name);
    const chosen = packages.filter(
      ({ purl, role }) =>
        (rule.packages === undefined || matcherOf(rule.packages)(withoutVersion(purl))) &&
        (rule.role === undefined || rule.role === role),
    );
    const found = chosen.flatMap((each) =>
      faultsOf(rule, each, gated.attestedPackages ?? []).map((reason) =>
        finding("PACKAGE_NOT_AS_DEMANDED", placeOf(each), { package: each.purl, reason }, options),
      ),
    );
    const findings: readonly Finding[] =
      chosen.length === 0 && rule.onNone !== "pass"
        ? [finding("PACKAGE_MISSING", { path: "." }, { artifact: name }, options)]
        : found;
    const remedy = [{ action: "replace-artifact", args: { artifact: name } }] as const;
    return findings.length === 0 ? passed : { status: "fail", findings, remedy };
  },
};

/** Patterns are about the package; its version has bounds of its own. */
const withoutVersion = (purl: string): string => purl.replace(/@[^/@]*$/, "").replace(/@[^/@?]*\?.*$/, "");

function placeOf({ foundAt }: Package) {
  return { path: foundAt[0]?.path ?? "." };
}

function faultsOf(
  rule: PackageRule,
  found: Package,
  attested: readonly PackageEvidence[],
): readonly string[] {
  const { allow, deny = [], versions, ownsFiles, attestedBy } = rule;
  const name = withoutVersion(found.purl);
  return [
    ...(allow !== undefined && !matcherOf(allow)(name) ? ["it is not among those that are allowed"] : []),
    ...(matcherOf(deny)(name) ? ["it is denied"] : []),
    ...(versions === undefined ? [] : versionFaults(versions, found)),
    ...(ownsFiles === true ? fileFaults(found) : []),
    ...(attestedBy === undefined || isAttested(attestedBy, found, attested)
      ? []
      : [
          `no statement${attestedBy.predicateType === undefined ? "" : ` of type ${attestedBy.predicateType}`} about its archive by ${formatSigners(attestedBy.signers)}`,
        ]),
  ];
}

function isAttested(
  { signers, predicateType }: NonNullable<PackageRule["attestedBy"]>,
  { purl, hashes }: Package,
  attested: readonly PackageEvidence[],
): boolean {
  return attested.some(
    (each) =>
      each.package === purl &&
      hashes.some(({ algorithm, hex }) => algorithm === each.digest.algorithm && hex === each.digest.hex) &&
      isNamed(signers, each.signer.identity) &&
      (predicateType === undefined || each.predicateType === predicateType),
  );
}

/** A version that cannot be ordered keeps to no bound. */
function versionFaults({ min, max, allow }: VersionBounds, { purl, version }: Package): readonly string[] {
  const parsed = parsePackageUrl(purl);
  const listed = parsed === undefined ? undefined : listedPackage(parsed);
  const order =
    (listed === undefined ? undefined : versionOrder(listed.ecosystem, "ECOSYSTEM")) ?? compareSemver;
  const isAtLeast = min === undefined || (order(version, min) ?? -1) >= 0;
  const isAtMost = max === undefined || (order(version, max) ?? 1) <= 0;
  return [
    ...(isAtLeast ? [] : [`its version is ${version || "not stated"}, not ${min} or newer`]),
    ...(isAtMost ? [] : [`its version is ${version || "not stated"}, not ${max} or older`]),
    ...(allow === undefined || matcherOf(allow)(version)
      ? []
      : [`its version ${version || "is not stated"}, which is not among those that are allowed`]),
  ];
}

/** Weak digests and files without one show nothing; a package of which nothing was compared owns nothing. */
function fileFaults({ integrity, state }: Package): readonly string[] {
  if (state === "locked") {
    return ["a lock file names it, and its files are not there"];
  }
  if (integrity === undefined || integrity.matching === 0) {
    return ["none of its files could be compared with a digest that counts"];
  }
  const { modified, missing, weak } = integrity;
  return [
    ...(modified === 0 ? [] : [`${modified} of its files are not what it says`]),
    ...(missing === 0 ? [] : [`${missing} of its files are missing`]),
    ...(weak === 0 ? [] : [`${weak} of its files have a digest of MD5 or SHA-1 only`]),
  ];
}
