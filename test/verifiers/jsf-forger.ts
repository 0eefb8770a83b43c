// SPDX-License-Identifier: Apache-2.0
// Makes JSF signatures, good and wrong ones, by code that shares nothing with ours: its own canonical form, its
// own order of things, and OpenSSL.

import { constants, createHmac, createPublicKey, type KeyObject, sign } from "node:crypto";

/** JSON that tests change at will. */
// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
export type Loose = any;

/** RFC 8785 for documents whose keys and strings are ASCII. */
export function plainCanonical(value: Loose): string {
  if (Array.isArray(value)) {
    return `[${value.map(plainCanonical).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.keys(value).sort();
    return `{${members.map((key) => `${JSON.stringify(key)}:${plainCanonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

export interface ForgedSigner {
  readonly algorithm: string;
  readonly privateKey: KeyObject | string;
  /** More members of the signature: keyId, publicKey ... */
  readonly members?: Loose;
}

/** What `algorithm` makes of `data`, with whatever key it is given. */
export function rawValue(algorithm: string, key: KeyObject | string, data: Buffer): Buffer {
  const hash = `sha${algorithm.slice(2)}`;
  if (typeof key === "string") {
    return createHmac(hash, key).update(data).digest();
  }
  switch (algorithm.slice(0, 2)) {
    case "ES":
      return sign(hash, data, { key, dsaEncoding: "ieee-p1363" });
    case "RS":
      return sign(hash, data, key);
    case "PS":
      return sign(hash, data, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
    default:
      return sign(null, data, key);
  }
}

/** The public key as JSF embeds it. */
export function jwkOf(key: KeyObject): Loose {
  return createPublicKey(key.export({ type: "pkcs8", format: "pem" })).export({ format: "jwk" });
}

function signed(
  document: Loose,
  signer: ForgedSigner,
  place: (core: Loose) => Loose,
  property: string,
): Loose {
  const core = { algorithm: signer.algorithm, ...signer.members };
  const data = Buffer.from(plainCanonical({ ...document, [property]: place(core) }));
  return { ...core, value: rawValue(signer.algorithm, signer.privateKey, data).toString("base64url") };
}

/** The document with one signature. */
export function signSingle(document: Loose, signer: ForgedSigner, property = "signature"): Loose {
  return { ...document, [property]: signed(document, signer, (core) => core, property) };
}

/** The document with independent signatures. */
export function signMultiple(document: Loose, signers: readonly ForgedSigner[]): Loose {
  const all = signers.map((each) => signed(document, each, (core) => ({ signers: [core] }), "signature"));
  return { ...document, signature: { signers: all } };
}

/** The document with a chain of signatures. */
export function signChain(document: Loose, signers: readonly ForgedSigner[]): Loose {
  const chain: Loose[] = [];
  for (const each of signers) {
    chain.push(signed(document, each, (core) => ({ chain: [...chain, core] }), "signature"));
  }
  return { ...document, signature: { chain } };
}
