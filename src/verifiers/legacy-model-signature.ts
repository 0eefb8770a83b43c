// SPDX-License-Identifier: Apache-2.0
// Model signatures from before OMS v1.0 (model-signing 0.2): predicate type `Digests/v0.1`, files as subjects,
// and a pre-authentication encoding that prints the payload as a Python bytes literal. Kept bit for bit, verify
// only, and only where the user asked for it: nothing here says which files the signer left out.

import { verify } from "node:crypto";
import { AibomError } from "../errors.ts";
import { isDigestHex } from "../model/digest.ts";
import { type ContentCheck, requireStatementEnvelope } from "./content.ts";
import { legacyPredicateType, type ModelManifest, type SignedFile } from "./model-manifest.ts";
import { checkResourceName, singleFileName } from "./resource-name.ts";
import { parseStatement, statementTypeV1 } from "./statement.ts";

/** Checks the signature over the legacy encoding; SHA-256 on every curve, as its writer did. */
export const verifyLegacyEnvelope: ContentCheck = (content, key) => {
  const { payloadType, payload, signature } = requireStatementEnvelope(content);
  return verify("sha256", legacyPreAuthenticationEncoding(payloadType, payload), key.key, signature);
};

/** `DSSEV1`, and the payload as `repr(bytes)` of Python. */
function legacyPreAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  return Buffer.from(
    `DSSEV1 ${payloadType.length} ${payloadType} ${payload.length} ${pythonBytesLiteral(payload)}`,
  );
}

const escapes = new Map([
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x5c, "\\\\"],
]);

/** Python's `repr` of bytes: single quotes unless only those occur in it, printable ASCII as it is. */
function pythonBytesLiteral(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  const parts: string[] = [];
  for (const byte of bytes) {
    const short = escapes.get(byte);
    if (short !== undefined) {
      parts.push(short);
    } else if (byte === 0x27 && quote === "'") {
      parts.push("\\'");
    } else if (byte < 0x20 || byte >= 0x7f) {
      parts.push(`\\x${byte.toString(16).padStart(2, "0")}`);
    } else {
      parts.push(String.fromCharCode(byte));
    }
  }
  return `b${quote}${parts.join("")}${quote}`;
}

/**
 * Parses the payload of a legacy model signature.
 * @throws {AibomError} JSON_*, STATEMENT_*, OMS_RESOURCE_MALFORMED, OMS_NAME_UNSAFE, OMS_RESOURCES_EMPTY
 */
export function parseLegacyManifest(payload: Uint8Array, path: string): ModelManifest {
  const statement = parseStatement(payload, { path, types: [statementTypeV1], maxDepth: 16 });
  if (statement.predicateType !== legacyPredicateType) {
    const got = statement.predicateType.slice(0, 100);
    throw AibomError.of("STATEMENT_PREDICATE_TYPE", { got, expected: legacyPredicateType });
  }
  const files = new Map<string, SignedFile>();
  for (const { name, digests } of statement.subjects) {
    const hex = digests.get("sha256");
    if (hex === undefined || !isDigestHex("sha256", hex) || files.has(name)) {
      const reason = files.has(name) ? "it is named twice" : "it has no sha256 digest";
      throw AibomError.of("OMS_RESOURCE_MALFORMED", { name: name.slice(0, 200), reason });
    }
    if (name !== singleFileName || statement.subjects.length > 1) {
      checkResourceName(name);
    }
    files.set(name, { hex });
  }
  if (files.size === 0) {
    throw AibomError.of("OMS_RESOURCES_EMPTY", {});
  }
  return {
    algorithm: "sha256",
    shardSizeBytes: undefined,
    allowsSymlinks: false,
    ignorePaths: new Set(),
    files,
  };
}
