// SPDX-License-Identifier: Apache-2.0
// Makes a time-stamp authority for a site: its key, a certificate that is for time stamping alone (RFC 3161, section 2.3), and the
// root that issued it. The root's key is forgotten at once: it signs one certificate, and then there is nothing left to steal.

import { createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { generateKey } from "../signers/generate-key.ts";
import { type Certificate, parseCertificate } from "../x509/certificate.ts";
import { certificatePem } from "../x509/pem.ts";
import { type SubjectName, writeCertificate } from "../x509/write-certificate.ts";

export interface NewAuthority {
  /** PKCS#8 PEM, encrypted if there is a passphrase: mode 0600. */
  readonly privateKey: string;
  /** The authority's certificate, then its root: for `trust import --kind tsa` and for whoever stamps. PEM. */
  readonly chain: string;
  /** The root alone, as `openssl ts -verify -CAfile` wants it. PEM. */
  readonly root: string;
  readonly certificate: Certificate;
}

export interface NewAuthorityOptions {
  readonly name: SubjectName;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly passphrase?: string;
}

/** Makes a new authority with keys of P-256. */
export function createAuthority(options: NewAuthorityOptions): NewAuthority {
  const { name, notBefore, notAfter, passphrase } = options;
  const root = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const rootKey = root.publicKey.export({ type: "spki", format: "der" });
  const rootName = { ...name, commonName: `${name.commonName} root` };
  const common = {
    issuer: { name: rootName, publicKey: rootKey },
    notBefore,
    notAfter,
    hash: "sha256",
    sign: (bytes: Uint8Array) => sign("sha256", bytes, root.privateKey),
  } as const;
  const rootCertificate = writeCertificate({
    ...common,
    serialNumber: newSerialNumber(),
    subject: rootName,
    publicKey: rootKey,
    role: "ca",
  });
  const { privatePem, publicPem } = generateKey("ecdsa-p256", passphrase);
  const certificate = writeCertificate({
    ...common,
    serialNumber: newSerialNumber(),
    subject: name,
    publicKey: createPublicKey(publicPem).export({ type: "spki", format: "der" }),
    role: "timestamping",
  });
  return {
    privateKey: privatePem,
    chain: certificatePem(certificate) + certificatePem(rootCertificate),
    root: certificatePem(rootCertificate),
    certificate: parseCertificate(certificate),
  };
}

/** Positive and of 127 random bits: RFC 5280 allows 20 octets, and asks for 64 bits of chance. */
function newSerialNumber(): bigint {
  return BigInt(`0x${randomBytes(16).toString("hex")}`) >> 1n;
}
