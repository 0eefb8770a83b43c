// SPDX-License-Identifier: Apache-2.0
// Signs a BOM inside itself (JSF 0.82): the member `signature` becomes the last of the document, in the document's
// own indentation, and no other byte changes. The serial number stays: whoever computes it again takes the
// signature out first. Left out: lists and chains of signatures.

import { createPublicKey } from "node:crypto";
import type { JsonObject } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { keyAlgorithms } from "../trust/public-key.ts";
import { p1363FromDer } from "../verifiers/ecdsa-encoding.ts";
import { jsfNameOf } from "../verifiers/jsf/algorithms.ts";
import { parseSignatureObject } from "../verifiers/jsf/signature-object.ts";
import { SignedObject, signedSignatureObject } from "../verifiers/jsf/signed-bytes.ts";
import { parseJsfDocument } from "../verifiers/jsf/verify-jsf.ts";
import type { Signer } from "./signer.ts";

/** Versions without a member `signature`. */
const unsignedSpecVersions: ReadonlySet<unknown> = new Set(["1.0", "1.1", "1.2", "1.3"]);

/**
 * Checks that a key can sign inside a BOM; answers what JSF calls its algorithm.
 * @throws {AibomError} JSF_SIGNER_UNSUPPORTED
 */
export function checkJsfSigner({ algorithm }: Pick<Signer, "algorithm">): string {
  const name = jsfNameOf(algorithm);
  if (name === undefined) {
    throw AibomError.of("JSF_SIGNER_UNSUPPORTED", { algorithm });
  }
  return name;
}

/**
 * The bytes of a CycloneDX BOM with a signature in it. The same but for the value each time; with Ed25519, the
 * same.
 * @param bomBytes a valid BOM of version 1.4 or newer; its validity is the caller's to check.
 * @throws {AibomError} JSON_*, TEXT_NOT_UTF8, JSF_DOCUMENT, JSF_SPEC_VERSION, JSF_ALREADY_SIGNED,
 *   JSF_SIGNER_UNSUPPORTED, and those of the signer
 */
export async function embedJsfSignature(bomBytes: Uint8Array, signer: Signer): Promise<Uint8Array> {
  const algorithm = checkJsfSigner(signer);
  const document = parseJsfDocument(bomBytes, "bom");
  checkUnsigned(document);
  const core = { algorithm, keyId: signer.keyId, publicKey: publicJwk(signer.publicKeyPem) };
  const covered = signedSignatureObject(parseSignatureObject(core), 0);
  const signature = await signer.sign(new SignedObject(document, "signature").bytes(covered));
  const { integerBytes } = keyAlgorithms[signer.algorithm];
  const raw = integerBytes === undefined ? signature : p1363FromDer(signature, integerBytes);
  const value = Buffer.from(raw).toString("base64url");
  const signed = appendMember(bomBytes, "signature", { ...core, value });
  if (signed.length > limits.maxBomBytes) {
    throw AibomError.of("JSON_TOO_LARGE", { size: signed.length, limit: limits.maxBomBytes });
  }
  return signed;
}

function checkUnsigned(document: JsonObject): void {
  const { bomFormat, specVersion } = document;
  if (bomFormat !== "CycloneDX" || typeof specVersion !== "string") {
    throw AibomError.of("JSF_DOCUMENT", { reason: "the document is not a CycloneDX BOM" });
  }
  if (unsignedSpecVersions.has(specVersion)) {
    throw AibomError.of("JSF_SPEC_VERSION", { specVersion });
  }
  if (Object.hasOwn(document, "signature")) {
    throw AibomError.of("JSF_ALREADY_SIGNED", {});
  }
}

/** The members that JSF allows, in its order. */
function publicJwk(pem: string): JsonObject {
  const { kty, crv, x, y } = createPublicKey(pem).export({ format: "jwk" });
  return {
    kty: String(kty),
    crv: String(crv),
    x: String(x),
    ...(y === undefined ? {} : { y }),
  };
}

/** Adds a last member to the text of an object that is valid JSON and not empty. */
function appendMember(bytes: Uint8Array, name: string, value: JsonObject): Uint8Array {
  const close = lastIndexBefore(bytes, bytes.length, (byte) => byte === 0x7d);
  const end = lastIndexBefore(bytes, close, (byte) => !isSpace(byte)) + 1;
  const { indent, lineEnd } = layoutOf(bytes);
  const text = JSON.stringify({ [name]: value }, null, indent)
    .slice(1, -1)
    .trimEnd();
  return Buffer.concat([
    bytes.subarray(0, end),
    Buffer.from(`,${text.replaceAll("\n", lineEnd)}`),
    bytes.subarray(end),
  ]);
}

/** How the document is laid out, seen from its first member. */
function layoutOf(bytes: Uint8Array): { readonly indent: string; readonly lineEnd: string } {
  const open = bytes.indexOf(0x7b);
  const space = Buffer.from(bytes.subarray(open + 1, bytes.indexOf(0x22, open))).toString("latin1");
  const line = space.lastIndexOf("\n");
  // JSON.stringify writes on one line if the indentation is empty, and takes ten characters at most.
  return line < 0
    ? { indent: "", lineEnd: "\n" }
    : { indent: space.slice(line + 1, line + 11), lineEnd: space[line - 1] === "\r" ? "\r\n" : "\n" };
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The last offset below `end` whose byte is wanted; -1 if there is none. */
function lastIndexBefore(bytes: Uint8Array, end: number, isWanted: (byte: number) => boolean): number {
  let at = end - 1;
  while (at >= 0 && !isWanted(bytes[at] ?? 0)) {
    at--;
  }
  return at;
}
