// SPDX-License-Identifier: Apache-2.0
// What a rule demands, in a sentence. Kinds without a sentence of their own are told key by key, so that a new kind
// is never left out.

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
      return rule.allow === undefined
        ? "has files with digests that are let through"
        : `is covered by evidence that rests on ${rule.allow.join(", ")} only`;
    case "content": {
      const except = rule.except === undefined ? "" : `, except ${rule.except.join(", ")}`;
      return `shows nothing of severity ${rule.failAt ?? "high"} or above${except}`;
    }
    case "complete":
      return `was read to its end${rule.opaque === "fail" ? ", and every file is of a known format" : ""}`;
    default:
      return otherText(rule);
  }
}

/** Keys that the sentences above tell. */
const told: Partial<Record<PolicyRule["kind"], readonly string[]>> = {
  signature: ["signers", "minSigners"],
  attestation: ["predicateType", "signers", "claims"],
  license: ["allow", "deny", "onUnknown"],
  digest: ["allow"],
};

/** Whatever else such a rule demands, key by key. */
function restText(rule: PolicyRule): string {
  const known = told[rule.kind];
  const rest = known === undefined ? [] : keysOf(rule).filter(([key]) => !known.includes(key));
  return rest.length === 0
    ? ""
    : `; ${rest.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join(", ")}`;
}

function keysOf(rule: object): [string, unknown][] {
  return Object.entries(rule).filter(([key]) => !commonKeys.has(key));
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

function otherText(rule: object): string {
  const kind = "kind" in rule ? String(rule.kind) : "";
  const keys = keysOf(rule).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `meets ${kind}${keys.length === 0 ? "" : ` (${keys.join(", ")})`}`;
}
