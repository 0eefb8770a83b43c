// SPDX-License-Identifier: Apache-2.0
// PEM files of certificates and of revocation lists (RFC 7468): blocks of one kind with text around them. Blocks of other
// kinds are refused: a private key in such a file is a mistake that must not go unnoticed. Left out on purpose: headers
// inside blocks (RFC 1421).

import { AibomError } from "../errors.ts";

/** Makes the error for a text that is not such a file. */
type Refuse = (reason: string) => AibomError;

/** What stands in the blocks of a file of certificates, in DER; at least one. @throws {AibomError} CERTIFICATE_PEM */
export function certificateBlocks(text: string): readonly Uint8Array[] {
  return pemBlocks(text, "CERTIFICATE", (reason) => AibomError.of("CERTIFICATE_PEM", { reason }));
}

/** The same of a file of revocation lists. @throws {AibomError} CERTIFICATE_REVOCATION_LIST */
export function revocationListBlocks(text: string): readonly Uint8Array[] {
  return pemBlocks(text, "X509 CRL", (reason) => AibomError.of("CERTIFICATE_REVOCATION_LIST", { reason }));
}

/** A certificate in DER as a block, with its final newline. */
export function certificatePem(der: Uint8Array): string {
  const text = Buffer.from(der).toString("base64");
  const lines = Array.from({ length: Math.ceil(text.length / 64) }, (_, at) =>
    text.slice(at * 64, at * 64 + 64),
  );
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function pemBlocks(text: string, label: string, refuse: Refuse): readonly Uint8Array[] {
  const [begin, end] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
  const blocks: string[] = [];
  let open: string[] | undefined;
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (open === undefined) {
      open = line === begin ? [] : undefined;
      requireOutside(line, begin, refuse);
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
    throw refuse(`there is no ${label === "CERTIFICATE" ? "certificate" : "list"} in it`);
  }
  return blocks.map((block) => decodeBase64(block, refuse));
}

/** A line outside of blocks is text, or begins a block. */
function requireOutside(line: string, begin: string, refuse: Refuse): void {
  if (line === begin || !(line.includes("-----BEGIN ") || line.includes("-----END "))) {
    return;
  }
  if (!line.startsWith("-----BEGIN ")) {
    throw refuse("a block begins or ends in the wrong place");
  }
  throw refuse(line.includes("PRIVATE KEY") ? "it holds a private key" : "it holds a block of another kind");
}

function decodeBase64(text: string, refuse: Refuse): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length === 0 || bytes.toString("base64") !== text) {
    throw refuse("a block is not canonical base64");
  }
  return new Uint8Array(bytes);
}
