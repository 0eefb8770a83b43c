// SPDX-License-Identifier: Apache-2.0
// A small signed release on disk, made by the use-cases themselves: models, a BOM, signatures, a trust root.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ggufModel } from "../../fixtures/gguf.ts";
import { writeTree } from "../../fixtures/make.ts";
import { safetensorsModel } from "../../fixtures/safetensors.ts";
import { buildBom } from "../../src/bom/build.ts";
import { inventory } from "../../src/inventory.ts";
import type { Usage } from "../../src/model/evidence.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { sign } from "../../src/sign.ts";
import { generateKey, type KeyType } from "../../src/signers/generate-key.ts";
import { addIdentity, emptyTrustDocument, saveTrustRoot } from "../../src/trust/edit.ts";
import { verify } from "../../src/verify.ts";
import type { VerifyOptions } from "../../src/verify-options.ts";

export const at = new Date("2026-06-30T12:00:00Z");

export interface Release {
  readonly directory: string;
  readonly targets: readonly string[];
  readonly bom: string;
  readonly key: string;
  readonly trustRoot: string;
  verify(options?: Partial<VerifyOptions>, targets?: readonly string[]): Promise<Verdict>;
}

/** Writes and signs a release of a GGUF and a safetensors model. */
export async function signedRelease(directory: string): Promise<Release> {
  const targets = [join(directory, "tiny-gguf"), join(directory, "tiny-safetensors")];
  writeTree(join(directory, "tiny-gguf"), ggufModel());
  writeTree(join(directory, "tiny-safetensors"), safetensorsModel());
  const key = writeKey(directory, "release");
  const trustRoot = join(directory, "trust");
  trust(trustRoot, [{ name: "release", publicPem: key.publicPem }]);
  const bom = join(directory, "aibom.cdx.json");
  writeFileSync(
    bom,
    await buildBom(await inventory(targets), { specVersion: "1.7", toolVersion: "0.0.0", timestamp: at }),
  );
  for (const target of [...targets, bom]) {
    await signTo(target, key.path);
  }
  return {
    directory,
    targets,
    bom,
    key: key.path,
    trustRoot,
    verify: (options = {}, chosen = targets) => verify(chosen, { trustRoot, at, bom, ...options }),
  };
}

/** Writes a private key file as `keygen` does. */
export function writeKey(
  directory: string,
  name: string,
  type: KeyType = "ecdsa-p256",
): { readonly path: string; readonly publicPem: string } {
  const { privatePem, publicPem } = generateKey(type);
  const path = join(directory, `${name}.key`);
  writeFileSync(path, privatePem, { mode: 0o600 });
  return { path, publicPem };
}

/** Writes a trust root that names these keys. */
export function trust(
  directory: string,
  identities: readonly {
    readonly name: string;
    readonly publicPem: string;
    readonly usages?: readonly Usage[];
  }[],
): void {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const document = identities.reduce(
    (root, { name, publicPem, usages = ["model", "bom"] }) =>
      addIdentity(root, { name, publicKey: publicPem, usages: [...usages] }),
    emptyTrustDocument,
  );
  saveTrustRoot(directory, document);
}

/** Signs and writes the signature to its default place. */
export async function signTo(target: string, key: string): Promise<string> {
  const signed = await sign(target, { signer: { kind: "key", key }, at });
  writeFileSync(signed.defaultPath, signed.bundle);
  return signed.defaultPath;
}

/** The codes of a verdict's findings and rejections. */
export function codesOf(verdict: Verdict): Set<string> {
  return new Set([
    ...verdict.findings.map((each) => each.code),
    ...verdict.rejected.map((each) => each.code),
  ]);
}
