// SPDX-License-Identifier: Apache-2.0
// Certificates made by openssl, so that nothing of ours has to agree with itself.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate, its key and the certificates above it, as PEM files. */
export interface IssuedCertificate {
  readonly certificate: string;
  readonly key: string;
  /** This certificate first, its root last. */
  readonly chain: string;
}

export interface CertificateRequest {
  readonly directory: string;
  /** Names the files. */
  readonly name: string;
  /** As openssl takes it: `/O=Example/CN=Signer`. */
  readonly subject: string;
  /** Lines of an openssl extension section. */
  readonly extensions: readonly string[];
  /** Absent: self-signed. */
  readonly issuer?: IssuedCertificate;
  /** Arguments of `openssl genpkey`; P-256 if absent. */
  readonly keyType?: readonly string[];
  readonly days?: number;
  /** Of the signature; SHA-256 if absent. */
  readonly hash?: "sha1" | "sha256" | "sha384" | "sha512";
}

/** The extensions of a certification authority. */
export const authorityExtensions = (
  pathLength: number,
  ...extendedKeyUsages: readonly string[]
): readonly string[] => [
  `basicConstraints=critical,CA:TRUE,pathlen:${pathLength}`,
  "keyUsage=critical,keyCertSign,cRLSign",
  "subjectKeyIdentifier=hash",
  ...(extendedKeyUsages.length === 0 ? [] : [`extendedKeyUsage=${extendedKeyUsages.join(",")}`]),
];

/** The extensions of a certificate that signs, with its extended key usage as openssl names it. */
export const signerExtensions = (extendedKeyUsage: string): readonly string[] => [
  "basicConstraints=critical,CA:FALSE",
  "keyUsage=critical,digitalSignature",
  "subjectKeyIdentifier=hash",
  `extendedKeyUsage=${extendedKeyUsage}`,
];

const p256 = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"] as const;

/** Runs openssl and answers what it wrote to standard output. */
export function openssl(...args: readonly string[]): Buffer {
  return execFileSync("openssl", [...args], { stdio: ["ignore", "pipe", "pipe"], timeout: 30_000 });
}

/** Makes a key and its certificate. */
export function makeCertificate(request: CertificateRequest): IssuedCertificate {
  const base = join(request.directory, request.name);
  const issued = { certificate: `${base}.crt`, key: `${base}.key`, chain: `${base}.chain.pem` };
  const config = `${base}.cnf`;
  writeFileSync(
    config,
    `[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\n[ext]\n${request.extensions.join("\n")}\n`,
  );
  openssl("genpkey", ...(request.keyType ?? p256), "-out", issued.key);
  const issuer =
    request.issuer === undefined ? [] : ["-CA", request.issuer.certificate, "-CAkey", request.issuer.key];
  openssl(
    ...[
      "req",
      "-x509",
      "-new",
      `-${request.hash ?? "sha256"}`,
      "-config",
      config,
      "-key",
      issued.key,
      "-out",
      issued.certificate,
    ],
    ...["-subj", request.subject, "-days", String(request.days ?? 365), ...issuer],
  );
  const above = request.issuer === undefined ? "" : readFileSync(request.issuer.chain, "utf8");
  writeFileSync(issued.chain, readFileSync(issued.certificate, "utf8") + above);
  return issued;
}

/** Certifies a public key whose private key is elsewhere; answers the path of the chain, the new certificate first. */
export function certifyPublicKey(
  publicKey: string,
  request: Omit<CertificateRequest, "keyType"> & { readonly issuer: IssuedCertificate },
): string {
  const base = join(request.directory, request.name);
  const extensions = `${base}.ext`;
  writeFileSync(extensions, `${request.extensions.join("\n")}\n`);
  openssl(
    ...["x509", "-new", "-force_pubkey", publicKey, "-subj", request.subject, "-extfile", extensions],
    ...[
      "-CA",
      request.issuer.certificate,
      "-CAkey",
      request.issuer.key,
      "-days",
      String(request.days ?? 365),
    ],
    ...["-out", `${base}.crt`],
  );
  const chain = `${base}.chain.pem`;
  writeFileSync(chain, readFileSync(`${base}.crt`, "utf8") + readFileSync(request.issuer.chain, "utf8"));
  return chain;
}
