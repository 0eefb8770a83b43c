// SPDX-License-Identifier: Apache-2.0
// Validates trust.json against schemas/trust-root.schema.json, by hand: the messages name the field that was
// probably meant, and what a schema cannot say (key ids, order of dates, duplicates, names that refer to
// nothing) is checked in one place.

import { parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type AuthorityEntry, parseAuthority } from "./authorities.ts";
import { asArray, asObject, invalid, noDuplicates, onlyFields } from "./fields.ts";
import { type Identity, identityEssence, type ParsedIdentity, parseIdentity } from "./identities.ts";
import { parsePolicyFloor } from "./policy-floors.ts";
import { parseRevocation, type Revocation, revocationTarget } from "./revocations.ts";
import type { TrustDocument } from "./trust-root.ts";

/** Identifies the schema in trust.json files. */
export const trustRootSchemaId = "https://aibom.dev/schemas/trust-root/v1";

/** A document with its identities' keys decoded, in the order of the identities. */
export interface ParsedTrustDocument {
  readonly document: TrustDocument;
  readonly identities: readonly ParsedIdentity[];
}

const jsonOptions = { path: "trust.json", maxBytes: limits.maxPolicyBytes, maxDepth: 8 };

/**
 * Parses and validates the bytes of trust.json; every key is decoded and its id computed again.
 * @throws {AibomError} JSON_*, TRUST_ROOT_INVALID, TRUST_ROOT_VERSION, TRUST_UNKNOWN_FIELD, TRUST_DUPLICATE,
 *   TRUST_KEY_*, TRUST_ALGORITHM_MISMATCH, TRUST_AUTHORITY_NOT_FOUND
 */
export function parseTrustDocument(bytes: Uint8Array): ParsedTrustDocument {
  const root = asObject(parseJson(bytes, jsonOptions), "/");
  // The version comes first: a newer file has fields that this version cannot know.
  if (root.get("version") !== 1) {
    throw AibomError.of("TRUST_ROOT_VERSION", { got: String(root.get("version")) });
  }
  onlyFields(root, ["$schema", "version", "identities", "authorities", "revocations", "policies"], "/");
  if (root.has("$schema") && root.get("$schema") !== trustRootSchemaId) {
    invalid("/$schema", `must be ${trustRootSchemaId}`);
  }
  const parsed = parseList(root.get("identities"), "/identities", parseIdentity);
  const authorities = root.has("authorities")
    ? parseList(root.get("authorities"), "/authorities", parseAuthority)
    : [];
  const revocations = parseList(root.get("revocations"), "/revocations", parseRevocation);
  const policies = root.has("policies")
    ? parseList(root.get("policies"), "/policies", parsePolicyFloor)
    : undefined;
  const identities = parsed.map((each) => each.identity);
  checkDuplicates(identities, authorities, revocations);
  checkReferences(identities, authorities);
  noDuplicates(
    "policy",
    (policies ?? []).map((each) => each.name),
  );
  const document = { version: 1, identities, authorities, revocations } as const;
  return { document: policies === undefined ? document : { ...document, policies }, identities: parsed };
}

function parseList<T>(value: unknown, pointer: string, parse: (each: unknown, pointer: string) => T): T[] {
  return asArray(value, pointer).map((each, index) => parse(each, `${pointer}/${index}`));
}

function checkDuplicates(
  identities: readonly Identity[],
  authorities: readonly AuthorityEntry[],
  revocations: readonly Revocation[],
): void {
  // Policies and revocations name identities, identities name authorities: one name, one thing.
  noDuplicates(
    "name",
    [...identities, ...authorities].map((each) => each.name),
  );
  noDuplicates(
    "key",
    identities.flatMap((each) => (each.kind === "key" ? [each.keyId] : [])),
  );
  noDuplicates(
    "identity",
    identities.flatMap((each) => (each.kind === "key" ? [] : [identityEssence(each)])),
  );
  noDuplicates("revocation of", revocations.map(revocationTarget));
}

/** An identity under an authority that is not there would be trusted by accident once somebody adds one. */
function checkReferences(identities: readonly Identity[], authorities: readonly AuthorityEntry[]): void {
  const kinds = new Map(authorities.map((each) => [each.name, each.kind]));
  for (const identity of identities) {
    if (identity.kind === "key") {
      continue;
    }
    const wanted = identity.kind === "sigstore" ? "sigstore" : "ca";
    if (kinds.get(identity.authority) !== wanted) {
      throw AibomError.of("TRUST_AUTHORITY_NOT_FOUND", { name: identity.authority, kind: wanted });
    }
  }
}

/** The bytes of a document: two-space JSON with a final newline, fields in the order of the schema. */
export function serializeTrustDocument(document: TrustDocument): Uint8Array {
  const { version, identities, authorities, revocations, policies = [] } = document;
  const text = JSON.stringify(
    {
      $schema: trustRootSchemaId,
      version,
      identities,
      ...(authorities.length === 0 ? {} : { authorities }),
      revocations,
      ...(policies.length === 0 ? {} : { policies }),
    },
    null,
    2,
  );
  return Buffer.from(`${text}\n`);
}
