// SPDX-License-Identifier: Apache-2.0
// PEM files of certificates (RFC 7468): blocks with text around them. Blocks of other kinds are refused: a private
// key in such a file is a mistake that must not go unnoticed. Left out on purpose: headers inside blocks (RFC 1421).

import { AibomError } from "../errors.ts";

const begin = "-----BEGIN CERTIFICATE-----";
const end = "-----END CERTIFICATE-----";

/** What stands in the blocks of a PEM text, in DER; at least one. @throws {AibomError} CERTIFICATE_PEM */
export function certificateBlocks(text: string): readonly Uint8Array[] {
  return pemBlocks(text).map(decodeBase64);
}

/** The base64 text of each block. */
function pemBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  let open: string[] | undefined;
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (open === undefined) {
      open = line === begin ? [] : undefined;
      requireOutside(line);
    } else if (line === end) {
      blocks.push(open.join(""));
      open = undefined;
    } else if (line.includes("-----")) {
      throw refuse("a block does not end");
    } else {
      open.push(line);
    }
  }
  if (open !== undefined) {
    throw refuse("the last block does not end");
  }
  if (blocks.length === 0) {
    throw refuse("there is no certificate in it");
  }
  return blocks;
}

/** A line outside of blocks is text, or begins a block of certificates. */
function requireOutside(line: string): void {
  if (line === begin || !(line.includes("-----BEGIN ") || line.includes("-----END "))) {
    return;
  }
  if (!line.startsWith("-----BEGIN ")) {
    throw refuse("a block begins or ends in the wrong place");
  }
  throw refuse(line.includes("PRIVATE KEY") ? "it holds a private key" : "it holds a block of another kind");
}

function decodeBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 0 || bytes.toString("base64") !== text) {
    throw refuse("a block is not canonical base64");
  }
  return new Uint8Array(bytes);
}

function refuse(reason: string): AibomError {
  return AibomError.of("CERTIFICATE_PEM", { reason });
}
