// SPDX-License-Identifier: Apache-2.0
// What the flags of the conformance client say about who may have signed, as a trust root that names this one signer.

import { readFileSync } from "node:fs";
import { limits } from "../src/limits.ts";
import {
  addAuthority,
  addCertifiedIdentity,
  addIdentity,
  createTrustRoot,
  emptyTrustDocument,
  saveTrustRoot,
  type TrustChange,
} from "../src/trust/edit.ts";
import { importTrust } from "../src/trust/import.ts";
import { parseBundle } from "../src/verifiers/bundle.ts";
import { parseCertificate } from "../src/x509/certificate.ts";
import { type Flags, required } from "./oms-flags.ts";
import { Rejected, UsageError } from "./run-client.ts";

const usages = ["model"] as const;
/** Name of the one identity. */
export const signer = "signer";
const authority = "authority";

/** Writes the trust root; answers its directory. */
export function writeTrustRoot({ document, files }: TrustChange, directory: string): string {
  createTrustRoot(directory);
  saveTrustRoot(directory, document, files);
  return directory;
}

/** What the flags say about who may have signed; nothing of another method is trusted. */
export function trustOf(flags: Flags, bundle: string): TrustChange {
  const method = required(flags, "method");
  switch (method) {
    case "key": {
      const publicKey = readFileSync(required(flags, "public-key"), "utf8");
      return {
        document: addIdentity(emptyTrustDocument, { name: signer, publicKey, usages }),
        files: new Map(),
      };
    }
    case "certificate":
      return trustCertificates(flags, bundle);
    case "sigstore":
      return trustSigstore(flags);
    default:
      throw new UsageError(`unknown method ${method}`);
  }
}

/** The protocol names no signer: it is whoever the bundle says, if the given certificates certify them. */
function trustCertificates(flags: Flags, path: string): TrustChange {
  const files = flags["cert-chain"] ?? [];
  if (files.length === 0) {
    throw new UsageError("--cert-chain is missing");
  }
  const bytes = Buffer.from(files.map((file) => readFileSync(file, "utf8")).join("\n"));
  const change = addAuthority(emptyTrustDocument, { name: authority, kind: "ca", bytes });
  const bundle = parseBundle(readFileSync(path), path, limits.maxBundleBytes);
  const [der] = bundle.method === "certificate" ? bundle.certificates : [];
  if (der === undefined) {
    throw new Rejected("the bundle was not made by the method certificate");
  }
  const { subject, subjectAltNames } = parseCertificate(der);
  const alternative = subjectAltNames[0]?.value;
  const document = addCertifiedIdentity(change.document, {
    name: signer,
    kind: "x509",
    authority,
    usages,
    ...(subject === "" ? {} : { subject }),
    ...(subject === "" && alternative !== undefined ? { subjectAltName: alternative } : {}),
  });
  return { document, files: change.files };
}

function trustSigstore(flags: Flags): TrustChange {
  const path = flags["trusted-root"] ?? process.env["OMS_TRUSTED_ROOT"];
  if (path === undefined || path === "") {
    throw new UsageError(
      "--trusted-root or OMS_TRUSTED_ROOT is needed: nothing is fetched and no root is embedded",
    );
  }
  const change = importTrust(emptyTrustDocument, readFileSync(path), path, {
    name: authority,
    kind: "sigstore",
    usages,
  });
  const document = addCertifiedIdentity(change.document, {
    name: signer,
    kind: "sigstore",
    authority,
    subjectAltName: required(flags, "identity"),
    issuer: required(flags, "identity-provider"),
    usages,
  });
  return { document, files: change.files };
}
