// SPDX-License-Identifier: Apache-2.0
// Verifies signatures inside JSON (JSF 0.82) with keys that the caller trusts. Which key it was is settled before
// the cryptography; what the signature carries must be that key and is never used itself.

import type { KeyObject } from "node:crypto";
import { decodeBase64Url } from "../../bytes/base64url.ts";
import { isJsonObject, type JsonObject, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Rejection } from "../../model/evidence.ts";
import { member } from "../statement.ts";
import { attempt } from "../verification.ts";
import { checkKeyFits, findJsfAlgorithm, type JsfAlgorithm, verifyJsfValue } from "./algorithms.ts";
import { certificateKeyId, decodeCertificatePath, jwkKeyId } from "./embedded-key.ts";
import type { JsfSite } from "./find-signatures.ts";
import {
  type JsfMode,
  type JsfSignatureCore,
  type JsfSignatureObject,
  listMembers,
  parseSignatureCore,
  parseSignatureObject,
} from "./signature-object.ts";
import { SignedObject, signedSignatureObject } from "./signed-bytes.ts";

/** A key that the caller trusts. */
export interface JsfKey {
  /** SHA-256 of the canonical SubjectPublicKeyInfo in DER, hexadecimal. */
  readonly keyId: string;
  readonly key: KeyObject;
}

/** How a signature names its key. All of it is the word of whoever wrote the document. */
export interface JsfKeyNames {
  /** `keyId` as written: any text. */
  readonly keyId?: string;
  /** Key id of the embedded public key. */
  readonly publicKey?: string;
  /** Key id of the embedded path's first certificate. */
  readonly certificate?: string;
  /** The embedded path in DER, leaf first, not verified. */
  readonly certificatePath?: readonly Uint8Array[];
}

/**
 * The trusted keys that a signature with these names may have been made with: usually one, none if it is not
 * trusted. May throw an `AibomError`, which becomes the reason of the rejection (a revoked key). Every key that
 * it answers may cost one pass over the document.
 */
export type FindJsfKeys<K extends JsfKey> = (names: JsfKeyNames) => readonly K[];

export interface JsfOptions<K extends JsfKey> {
  /** Path of the document, for reports. */
  readonly path: string;
  readonly findKeys: FindJsfKeys<K>;
  /** Member that holds the signature; `signature` in CycloneDX. */
  readonly property?: string;
  /** Extensions that the caller understands; CycloneDX has none. */
  readonly understoodExtensions?: ReadonlySet<string>;
}

/** An accepted signature. */
export interface JsfSigner<K extends JsfKey> {
  /** Position among the signatures, from 0. */
  readonly index: number;
  readonly keyId: string;
  /** In the names of the trust root: curve or padding, and hash, for example `rsa-pss-sha256`. */
  readonly algorithm: string;
  /** Place in the document, for reports: `bom.json#/signature/signers/0`. */
  readonly signature: string;
  /** The trusted key, as `findKeys` answered it. */
  readonly key: K;
}

/**
 * What was found. Only `signers` proves something; it may be empty. Anybody can take entries out of a list and
 * off the end of a chain unnoticed: how many signers are needed is for a policy to say.
 */
export interface JsfResult<K extends JsfKey> {
  readonly mode: JsfMode;
  /** JSON pointer of what is signed; empty only for the whole document. */
  readonly covers: string;
  /** Accepted signatures, in the order of the document. Of a chain: all or none. */
  readonly signers: readonly JsfSigner<K>[];
  /** The others, each with its reason. */
  readonly rejected: readonly Rejection[];
}

/**
 * Parses a document so strictly that its canonical form is unambiguous: no duplicate keys, no numbers that
 * readers round differently.
 * @throws {AibomError} JSON_*, TEXT_NOT_UTF8, JSF_DOCUMENT
 */
export function parseJsfDocument(bytes: Uint8Array, path: string): JsonObject {
  const value = parseJson(bytes, {
    path,
    maxBytes: limits.maxBomBytes,
    maxDepth: limits.maxBomDepth,
    unsafeIntegers: "refuse",
  });
  if (!isJsonObject(value)) {
    throw AibomError.of("JSF_DOCUMENT", { reason: "the document is not an object" }, { where: { path } });
  }
  return value;
}

/**
 * Verifies the signature of a whole document.
 * @param document from `parseJsfDocument`, or parsed as strictly (`validateBom`).
 * @throws {AibomError} JSF_SIGNATURE_MISSING, JSF_MALFORMED, JSF_UNKNOWN_MEMBER, JSF_EXCLUDES, JSF_EXTENSION,
 *   JSF_SIGNER_COUNT. What is wrong with a single signature is in `rejected`.
 */
export function verifyJsf<K extends JsfKey>(document: JsonObject, options: JsfOptions<K>): JsfResult<K> {
  return verifyJsfSite({ covers: "", object: document }, options);
}

/**
 * Verifies the signature of a part of a document. Its result never speaks for the whole: see `covers`.
 * @throws {AibomError} as `verifyJsf`
 */
export function verifyJsfSite<K extends JsfKey>(site: JsfSite, options: JsfOptions<K>): JsfResult<K> {
  const property = options.property ?? "signature";
  const value = member(site.object, property);
  if (value === undefined) {
    throw AibomError.of("JSF_SIGNATURE_MISSING", { member: property });
  }
  const object = parseSignatureObject(value, options.understoodExtensions);
  const signed = new SignedObject(site.object, property);
  const { path } = options;
  const signers: JsfSigner<K>[] = [];
  const rejected: Rejection[] = [];
  for (const [index, entry] of object.entries.entries()) {
    const signature = placeOf(path, site, property, object, index);
    const checked = attempt({ subject: path, signature }, () => {
      const core = parseSignatureCore(entry, object);
      const bytes = (): Uint8Array => signed.bytes(signedSignatureObject(object, index));
      return verifySignature(core, bytes, options.findKeys);
    });
    if ("value" in checked) {
      const { key, algorithm } = checked.value;
      signers.push({ index, keyId: key.keyId, algorithm: algorithm.signatureAlgorithm, signature, key });
    } else {
      rejected.push(checked.rejection);
    }
  }
  return wholeChain({ mode: object.mode, covers: site.covers, signers, rejected }, path);
}

/** Where a signature stands, as a path with a JSON pointer. */
function placeOf(
  path: string,
  site: JsfSite,
  property: string,
  { mode }: JsfSignatureObject,
  index: number,
): string {
  const list = mode === "single" ? "" : `/${listMembers[mode]}/${index}`;
  return `${path}#${site.covers}/${property}${list}`;
}

/** The trusted key that made this signature; if none did, the reason why the first did not. */
function verifySignature<K extends JsfKey>(
  core: JsfSignatureCore,
  signedBytes: () => Uint8Array,
  findKeys: FindJsfKeys<K>,
): { readonly key: K; readonly algorithm: JsfAlgorithm } {
  const algorithm = findJsfAlgorithm(core.algorithm);
  const value = decodeBase64Url(core.value);
  if (value === undefined) {
    throw AibomError.of("JSF_VALUE_ENCODING", { reason: "it is not canonical base64url" });
  }
  const names = keyNames(core);
  let data: Uint8Array | undefined;
  let reason: unknown = unknownKey(names);
  for (const [index, key] of findKeys(names).entries()) {
    try {
      checkEmbedded(names, key.keyId);
      checkKeyFits(algorithm, key.key);
      data ??= signedBytes();
      if (!verifyJsfValue(algorithm, key.key, data, value)) {
        throw AibomError.of("JSF_SIGNATURE_INVALID", { keyId: key.keyId });
      }
      return { key, algorithm };
    } catch (cause) {
      reason = index === 0 ? cause : reason;
    }
  }
  throw reason;
}

function keyNames(core: JsfSignatureCore): JsfKeyNames {
  const { keyId, publicKey } = core;
  const path = core.certificatePath === undefined ? undefined : decodeCertificatePath(core.certificatePath);
  const leaf = path?.[0];
  return {
    ...(keyId === undefined ? {} : { keyId }),
    ...(publicKey === undefined ? {} : { publicKey: jwkKeyId(publicKey) }),
    ...(path === undefined || leaf === undefined
      ? {}
      : { certificate: certificateKeyId(leaf), certificatePath: path }),
  };
}

function unknownKey({ keyId, publicKey, certificate }: JsfKeyNames): AibomError {
  const name = publicKey ?? certificate ?? keyId;
  return name === undefined
    ? AibomError.of("JSF_KEY_UNNAMED", {})
    : AibomError.of("JSF_KEY_UNKNOWN", { key: name.slice(0, 100) });
}

/** What the signature carries must be the trusted key. What its `keyId` means, only `findKeys` knows. */
function checkEmbedded({ publicKey, certificate }: JsfKeyNames, keyId: string): void {
  if (publicKey !== undefined && publicKey !== keyId) {
    throw AibomError.of("JSF_KEY_MISMATCH", { member: "publicKey", keyId });
  }
  if (certificate !== undefined && certificate !== keyId) {
    throw AibomError.of("JSF_KEY_MISMATCH", { member: "certificatePath", keyId });
  }
}

/** One bad link makes a chain worthless: nobody knows what the others confirmed. */
function wholeChain<K extends JsfKey>(result: JsfResult<K>, path: string): JsfResult<K> {
  const { mode, signers, rejected } = result;
  const broken = rejected[0];
  if (mode !== "chain" || broken === undefined) {
    return result;
  }
  const place = broken.signature;
  const code = "JSF_CHAIN_BROKEN";
  const others = signers.map(
    ({ signature }): Rejection => ({ kind: "signature", subject: path, signature, code, args: { place } }),
  );
  return { ...result, signers: [], rejected: [...rejected, ...others] };
}
