// SPDX-License-Identifier: Apache-2.0
// A model on disk, and signatures over it by every method, made by the virtual authorities of the fixtures.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ggufModel } from "../../fixtures/gguf.ts";
import { writeTree } from "../../fixtures/make.ts";
import {
  caExtensions,
  extendedKeyUsage,
  type Issued,
  issue,
  keyUsage,
  tsaExtensions,
} from "../../fixtures/pki.ts";
import { type TokenSpec, timestampResponse, timestampToken } from "../../fixtures/tsa.ts";
import { hashTarget } from "../../src/inventory.ts";
import type { Usage } from "../../src/model/evidence.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { keySigner } from "../../src/signers/key.ts";
import { modelStatement } from "../../src/signers/model-signature.ts";
import type { Signer } from "../../src/signers/signer.ts";
import { signStatement } from "../../src/signers/statement-bundle.ts";
import {
  addAuthority,
  addCertifiedIdentity,
  addIdentity,
  emptyTrustDocument,
  type NewAuthority,
  type NewKeyIdentity,
  saveTrustRoot,
} from "../../src/trust/edit.ts";
import type { SigstoreIdentity, X509Identity } from "../../src/trust/identities.ts";
import type { Revocation } from "../../src/trust/revocations.ts";
import { verify } from "../../src/verify.ts";
import type { VerifyOptions } from "../../src/verify-options.ts";

export const ca = issue({ subject: "CN=vendor-ca,O=Vendor", extensions: caExtensions() });
export const intermediate = issue({
  subject: "CN=vendor-issuing,O=Vendor",
  issuer: ca,
  extensions: caExtensions(0),
});
export const leaf = issue({
  subject: "CN=release,O=Vendor",
  issuer: intermediate,
  serialNumber: 0x4f2a09,
  extensions: [keyUsage(["digitalSignature"]), extendedKeyUsage(["codeSigning"])],
});
export const stampRoot = issue({ subject: "CN=stamp-root,O=Stamps", extensions: caExtensions() });
export const stamp = issue({ subject: "CN=stamp,O=Stamps", issuer: stampRoot, extensions: tsaExtensions() });

export const caAuthority: NewAuthority = { name: "vendor-ca", kind: "ca", bytes: Buffer.from(ca.pem) };
export const tsaAuthority: NewAuthority = {
  name: "stamps",
  kind: "tsa",
  bytes: Buffer.from(stamp.pem + stampRoot.pem),
};
export const vendor: X509Identity = {
  name: "vendor",
  kind: "x509",
  authority: "vendor-ca",
  subject: "CN=release,O=Vendor",
  usages: ["model"],
};

export interface TrustSpec {
  readonly keys?: readonly (Omit<NewKeyIdentity, "usages"> & { readonly usages?: readonly Usage[] })[];
  readonly authorities?: readonly NewAuthority[];
  readonly identities?: readonly (SigstoreIdentity | X509Identity)[];
  readonly revocations?: readonly Revocation[];
}

const everyUsage: readonly Usage[] = ["model", "bom", "statement"];

/** Writes a trust root, in place of what was there. */
export function writeTrust(directory: string, spec: TrustSpec): string {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  let document = emptyTrustDocument;
  const files = new Map<string, Uint8Array>();
  for (const authority of spec.authorities ?? []) {
    const change = addAuthority(document, authority);
    document = change.document;
    for (const [path, bytes] of change.files) {
      files.set(path, bytes);
    }
  }
  for (const { usages = everyUsage, ...key } of spec.keys ?? []) {
    document = addIdentity(document, { ...key, usages });
  }
  for (const identity of spec.identities ?? []) {
    document = addCertifiedIdentity(document, identity);
  }
  saveTrustRoot(directory, { ...document, revocations: spec.revocations ?? [] }, files);
  return directory;
}

export interface SignedModel {
  readonly directory: string;
  readonly target: string;
  readonly file: string;
  /** What a signer of the model signs. */
  readonly payload: Uint8Array;
  /** Verifies under a trust root of this content. */
  verify(trust: TrustSpec, options?: Partial<VerifyOptions>, target?: string): Promise<Verdict>;
}

/** Writes a small model below `directory`; nobody has signed it yet. */
export async function writeModel(directory: string): Promise<SignedModel> {
  const target = join(directory, "model");
  writeTree(target, ggufModel());
  const { tree, hashed } = await hashTarget(target, { algorithms: ["sha256"] });
  const [file] = tree.files;
  return {
    directory,
    target,
    file: join(target, file?.path ?? ""),
    payload: modelStatement(hashed, { name: tree.name, ignorePaths: ["model.sig"] }),
    verify: (trust, options = {}, chosen = target) => {
      const trustRoot = writeTrust(join(directory, "trust"), trust);
      return verify([chosen], { trustRoot, at: new Date("2026-11-02T00:00:00Z"), ...options });
    },
  };
}

/** A signer by certificate, perhaps with a time stamp over each signature. */
export function certificateSigner(
  signed: Issued = leaf,
  token?: Partial<TokenSpec>,
  chain: readonly Issued[] = [intermediate],
): Signer {
  return {
    ...keySigner(signed.keys.privateKey),
    certificates: [signed, ...chain].map((each) => each.der),
    ...(token === undefined
      ? {}
      : {
          timestamp: (signature: Uint8Array) =>
            Promise.resolve(
              timestampResponse({ token: timestampToken({ tsa: stamp, signed: signature, ...token }) }),
            ),
        }),
  };
}

/** Signs the model and writes `model.sig`, or another file. */
export async function signModelBy(
  model: SignedModel,
  signer: Signer,
  path = join(model.target, "model.sig"),
): Promise<string> {
  writeFileSync(path, await signStatement(model.payload, signer, 1 << 24));
  return path;
}
