// SPDX-License-Identifier: Apache-2.0
// Validates trust.json against schemas/trust-root.schema.json, by hand: the messages name the field that was
// probably meant, and what a schema cannot say (key ids, order of dates, duplicates) is checked in one place.

import { parseJson } from "../bytes/json.ts";
import { closest } from "../codes/nearest.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Usage, usages } from "../model/evidence.ts";
import { parsePublicKey } from "./public-key.ts";
import type { KeyIdentity, Revocation, TrustDocument, TrustedKey } from "./trust-root.ts";

/** Identifies the schema in trust.json files. */
export const trustRootSchemaId = "https://aibom.dev/schemas/trust-root/v1";

/** A document with its keys decoded, in the order of the identities. */
export interface ParsedTrustDocument {
  readonly document: TrustDocument;
  readonly keys: readonly TrustedKey[];
}

const jsonOptions = { path: "trust.json", maxBytes: limits.maxPolicyBytes, maxDepth: 8 };
const ceilings = { identities: 10_000, nameLength: 128, textLength: 1024 };

/**
 * Parses and validates the bytes of trust.json; every key is decoded and its id computed again.
 * @throws {AibomError} JSON_*, TRUST_ROOT_INVALID, TRUST_ROOT_VERSION, TRUST_UNKNOWN_FIELD, TRUST_DUPLICATE,
 *   TRUST_KEY_*, TRUST_ALGORITHM_MISMATCH
 */
export function parseTrustDocument(bytes: Uint8Array): ParsedTrustDocument {
  const root = asObject(parseJson(bytes, jsonOptions), "/");
  // The version comes first: a newer file has fields that this version cannot know.
  if (root.get("version") !== 1) {
    throw AibomError.of("TRUST_ROOT_VERSION", { got: String(root.get("version")) });
  }
  onlyFields(root, ["$schema", "version", "identities", "revocations"], "/");
  if (root.has("$schema") && root.get("$schema") !== trustRootSchemaId) {
    invalid("/$schema", `must be ${trustRootSchemaId}`);
  }
  const keys = asArray(root.get("identities"), "/identities").map((each, index) =>
    parseIdentity(each, `/identities/${index}`),
  );
  const revocations = asArray(root.get("revocations"), "/revocations").map((each, index) =>
    parseRevocation(each, `/revocations/${index}`),
  );
  noDuplicates(
    "name",
    keys.map((each) => each.identity.name),
  );
  noDuplicates(
    "key",
    keys.map((each) => each.identity.keyId),
  );
  noDuplicates(
    "revocation of key",
    revocations.map((each) => each.keyId),
  );
  return { document: { version: 1, identities: keys.map((each) => each.identity), revocations }, keys };
}

type Fields = ReadonlyMap<string, unknown>;

function parseIdentity(value: unknown, pointer: string): TrustedKey {
  const fields = asObject(value, pointer);
  if (fields.get("kind") !== "key") {
    invalid(`${pointer}/kind`, "must be key");
  }
  onlyFields(
    fields,
    ["name", "kind", "publicKey", "keyId", "algorithm", "usages", "validFrom", "validUntil", "comment"],
    pointer,
  );
  const name = parseName(fields.get("name"), `${pointer}/name`);
  const pem = asString(fields.get("publicKey"), `${pointer}/publicKey`, limits.maxKeyBytes);
  const key = parsePublicKey(pem);
  const keyId = asString(fields.get("keyId"), `${pointer}/keyId`, ceilings.textLength);
  if (keyId !== key.keyId) {
    throw AibomError.of("TRUST_KEY_ID_MISMATCH", { name, expected: keyId, got: key.keyId });
  }
  const algorithm = asString(fields.get("algorithm"), `${pointer}/algorithm`, ceilings.textLength);
  if (algorithm !== key.algorithm) {
    throw AibomError.of("TRUST_ALGORITHM_MISMATCH", { name, expected: algorithm, got: key.algorithm });
  }
  const identity: KeyIdentity = {
    name,
    kind: "key",
    publicKey: key.pem,
    keyId,
    algorithm: key.algorithm,
    usages: parseUsages(fields.get("usages"), `${pointer}/usages`),
    ...optionalWindow(fields, pointer),
    ...(fields.has("comment")
      ? { comment: asString(fields.get("comment"), `${pointer}/comment`, ceilings.textLength) }
      : {}),
  };
  return { identity, key };
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/;

function parseName(value: unknown, pointer: string): string {
  const name = asString(value, pointer, ceilings.nameLength);
  return namePattern.test(name)
    ? name
    : invalid(pointer, "must start with a letter or digit and hold only letters, digits and . _ @ + -");
}

function parseUsages(value: unknown, pointer: string): Usage[] {
  const given = asArray(value, pointer);
  if (given.length === 0) {
    invalid(pointer, "must name at least one usage");
  }
  const parsed = given.map((each, index) => {
    const usage = usages.find((known) => known === each);
    return usage ?? invalid(`${pointer}/${index}`, `must be one of ${usages.join(", ")}`);
  });
  noDuplicates("usage", parsed);
  return parsed;
}

function optionalWindow(fields: Fields, pointer: string): { validFrom?: string; validUntil?: string } {
  const validFrom = fields.has("validFrom")
    ? parseInstant(fields.get("validFrom"), `${pointer}/validFrom`)
    : undefined;
  const validUntil = fields.has("validUntil")
    ? parseInstant(fields.get("validUntil"), `${pointer}/validUntil`)
    : undefined;
  if (validFrom !== undefined && validUntil !== undefined && Date.parse(validUntil) < Date.parse(validFrom)) {
    invalid(`${pointer}/validUntil`, "must not be before validFrom");
  }
  return {
    ...(validFrom === undefined ? {} : { validFrom }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

function parseRevocation(value: unknown, pointer: string): Revocation {
  const fields = asObject(value, pointer);
  onlyFields(fields, ["keyId", "revokedAt", "reason"], pointer);
  const keyId = asString(fields.get("keyId"), `${pointer}/keyId`, ceilings.textLength);
  if (!/^[0-9a-f]{64}$/.test(keyId)) {
    invalid(`${pointer}/keyId`, "must be 64 lower-case hexadecimal digits");
  }
  return {
    keyId,
    revokedAt: parseInstant(fields.get("revokedAt"), `${pointer}/revokedAt`),
    reason: asString(fields.get("reason"), `${pointer}/reason`, ceilings.textLength),
  };
}

const instantPattern = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(\.\d{1,3})?Z$/;

/** RFC 3339 in UTC. `Date` rolls 31 February over to March, so the parsed date must print as written. */
function parseInstant(value: unknown, pointer: string): string {
  const text = asString(value, pointer, ceilings.textLength);
  const seconds = instantPattern.exec(text)?.[1];
  const milliseconds = Date.parse(text);
  const isReal =
    seconds !== undefined &&
    !Number.isNaN(milliseconds) &&
    new Date(milliseconds).toISOString().startsWith(seconds);
  return isReal ? text : invalid(pointer, "must be a time in UTC such as 2027-01-31T00:00:00Z");
}

function asObject(value: unknown, pointer: string): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : invalid(pointer, "must be an object");
}

function asArray(value: unknown, pointer: string): readonly unknown[] {
  if (!Array.isArray(value)) {
    return invalid(pointer, "must be a list");
  }
  return value.length > ceilings.identities
    ? invalid(pointer, `must have at most ${ceilings.identities} entries`)
    : value;
}

function asString(value: unknown, pointer: string, maxLength: number): string {
  if (typeof value !== "string" || value === "") {
    return invalid(pointer, "must be a text that is not empty");
  }
  return value.length > maxLength ? invalid(pointer, `must have at most ${maxLength} characters`) : value;
}

function onlyFields(fields: Fields, known: readonly string[], pointer: string): void {
  for (const field of fields.keys()) {
    if (!known.includes(field)) {
      throw AibomError.of("TRUST_UNKNOWN_FIELD", { field, pointer, nearest: closest(field, known) ?? "" });
    }
  }
}

function noDuplicates(what: string, values: readonly string[]): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) {
      throw AibomError.of("TRUST_DUPLICATE", { what, value });
    }
    seen.add(value);
  }
}

function invalid(pointer: string, reason: string): never {
  throw AibomError.of("TRUST_ROOT_INVALID", { pointer, reason });
}

/** The bytes of a document: two-space JSON with a final newline, fields in the order of the schema. */
export function serializeTrustDocument(document: TrustDocument): Uint8Array {
  const { version, identities, revocations } = document;
  const text = JSON.stringify({ $schema: trustRootSchemaId, version, identities, revocations }, null, 2);
  return Buffer.from(`${text}\n`);
}
