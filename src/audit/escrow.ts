// SPDX-License-Identifier: Apache-2.0
// The file that maps pseudonyms to people, for whoever is entitled to know. It lies outside the folder, which names its
// digest; a random salt keeps anybody from guessing names until the digest fits. Used again, it gives the same person the
// same pseudonym in every folder.

import { createHash, randomBytes } from "node:crypto";
import { isJsonArray, isJsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { textOf } from "../layouts/member.ts";
import { limits } from "../limits.ts";
import type { Pseudonym } from "./redaction.ts";

export interface Escrow {
  /** Base64 of 32 random bytes. */
  readonly salt: string;
  readonly pseudonyms: readonly Pseudonym[];
}

const escrowSchemaId = "https://aibom.dev/schemas/audit-escrow/v1";

export function newEscrow(): Escrow {
  return { salt: randomBytes(32).toString("base64"), pseudonyms: [] };
}

/** @throws {AibomError} ESCROW_INVALID, JSON_* */
export function parseEscrow(bytes: Uint8Array, path: string): Escrow {
  const value = parseJson(bytes, { path, maxBytes: limits.maxEscrowBytes, maxDepth: 4 });
  const salt = textOf(value, "salt");
  const list = isJsonObject(value) ? value["pseudonyms"] : undefined;
  if (textOf(value, "$schema") !== escrowSchemaId || salt === undefined || !isJsonArray(list)) {
    throw AibomError.of("ESCROW_INVALID", { reason: "aibom did not write it" }, { where: { path } });
  }
  const pseudonyms = list.map((each) => {
    const [name, text] = [textOf(each, "name"), textOf(each, "value")];
    if (
      name === undefined ||
      text === undefined ||
      !/^[a-z]{1,16}-(?:[1-9]\d{0,9}|[0-9a-f]{32})$/.test(name)
    ) {
      throw AibomError.of("ESCROW_INVALID", { reason: "an entry is malformed" }, { where: { path } });
    }
    return { name, value: text };
  });
  return { salt, pseudonyms };
}

/** The file, and the digest by which the folder names it. */
export function writeEscrow({ salt, pseudonyms }: Escrow): {
  readonly bytes: Uint8Array;
  readonly digest: string;
} {
  const bytes = Buffer.from(`${JSON.stringify({ $schema: escrowSchemaId, salt, pseudonyms }, null, 2)}\n`);
  return { bytes, digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}` };
}
