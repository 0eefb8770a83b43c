// SPDX-License-Identifier: Apache-2.0
// The command line that sigstore-conformance drives (docs/cli_protocol.md there). Exit 0 means success; anything else
// is a rejection: 1 denied, 2 usage, 3 undecided. Neither roots nor addresses are embedded or fetched, so that a
// verification needs --trusted-root and a signature --signing-config, with and without --staging. What was signed is
// verified before it is written, if --trusted-root is given.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { AibomError } from "../src/errors.ts";
import { limits } from "../src/limits.ts";
import { sign } from "../src/sign.ts";
import { type KeylessChoice, loadSigner } from "../src/signers/load-signer.ts";
import { signStatement } from "../src/signers/statement-bundle.ts";
import { parsePublicKey } from "../src/trust/public-key.ts";
import { parseSigstoreRoot } from "../src/trust/sigstore-root.ts";
import { parseSigstoreBundle } from "../src/verifiers/sigstore/bundle.ts";
import { compareIdentity } from "../src/verifiers/sigstore/identity.ts";
import {
  type ArtifactContent,
  type SigstoreInput,
  type SigstoreResult,
  verifySigstoreBundle,
} from "../src/verifiers/sigstore/verify-sigstore-bundle.ts";
import { parseStatement, statementTypeV1, statementTypeV01 } from "../src/verifiers/statement.ts";
import { type Command, runClient, UsageError } from "./run-client.ts";

async function signBundle(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      staging: { type: "boolean" },
      "in-toto": { type: "boolean" },
      "identity-token": { type: "string" },
      bundle: { type: "string" },
      "trusted-root": { type: "string" },
      "signing-config": { type: "string" },
    },
  });
  const [artifact, ...others] = positionals;
  const { bundle: path, "identity-token": token, "signing-config": signingConfig } = values;
  if (artifact === undefined || others.length > 0 || path === undefined || token === undefined) {
    throw new UsageError("sign-bundle --identity-token TOKEN --bundle FILE --signing-config FILE … FILE");
  }
  if (signingConfig === undefined) {
    throw new UsageError("--signing-config is needed: this client knows no instance by itself");
  }
  const choice: KeylessChoice = {
    kind: "keyless",
    signingConfig,
    identityToken: { token },
    fetch: { online: true },
  };
  const isStatement = values["in-toto"] === true;
  const bundle = isStatement ? await signInToto(artifact, choice) : await signArtifact(artifact, choice);
  const rootPath = values["trusted-root"];
  if (rootPath !== undefined) {
    const content: ArtifactContent = isStatement ? { kind: "none" } : artifactContent(artifact);
    await verifyWith(rootPath, { bytes: bundle, path, content });
  }
  writeFileSync(path, bundle);
}

/** A message signature over the file. */
async function signArtifact(path: string, signer: KeylessChoice): Promise<Uint8Array> {
  return (await sign(path, { signer, at: new Date(), message: true })).bundle;
}

/** The file is a statement: signed as it is, in a DSSE envelope. */
async function signInToto(path: string, choice: KeylessChoice): Promise<Uint8Array> {
  const payload = readFileSync(path);
  const types = [statementTypeV1, statementTypeV01];
  parseStatement(payload, { path, types, maxDepth: limits.maxJsonDepth, isPredicateOptional: true });
  return signStatement(payload, await loadSigner(choice, new Date()), limits.maxBundleBytes);
}

async function verifyBundle(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      staging: { type: "boolean" },
      bundle: { type: "string" },
      "certificate-identity": { type: "string" },
      "certificate-oidc-issuer": { type: "string" },
      key: { type: "string" },
      "trusted-root": { type: "string" },
    },
  });
  const [artifact, ...others] = positionals;
  const { bundle, key, "trusted-root": rootPath } = values;
  if (artifact === undefined || others.length > 0 || bundle === undefined) {
    throw new UsageError("verify-bundle --bundle FILE … --trusted-root FILE FILE_OR_DIGEST");
  }
  if (rootPath === undefined) {
    throw new UsageError("--trusted-root is needed: this client opens no network and embeds no root");
  }
  const result = await verifyWith(rootPath, {
    bytes: readFileSync(bundle),
    path: bundle,
    content: artifactContent(artifact),
    ...(key === undefined ? {} : { key: { publicKey: parsePublicKey(readFileSync(key, "utf8")).key } }),
  });
  requireIdentity(result, values["certificate-identity"], values["certificate-oidc-issuer"]);
}

interface BundleToVerify extends Pick<SigstoreInput, "path" | "content" | "key"> {
  readonly bytes: Uint8Array;
}

function verifyWith(rootPath: string, { bytes, ...input }: BundleToVerify): Promise<SigstoreResult> {
  return verifySigstoreBundle({
    ...input,
    bundle: parseSigstoreBundle(bytes, input.path, limits.maxBundleBytes),
    authority: {
      name: "conformance",
      root: parseSigstoreRoot(readFileSync(rootPath), rootPath),
      thresholds: { log: 1, sct: 1, time: 1 },
    },
    at: new Date(),
  });
}

function requireIdentity(
  { signer }: SigstoreResult,
  san: string | undefined,
  issuer: string | undefined,
): void {
  if (signer.kind === "key") {
    return;
  }
  const decision = compareIdentity(signer, { issuer: issuer ?? "", ...(san === undefined ? {} : { san }) });
  if (!decision.matches) {
    throw AibomError.of(decision.code, decision.args as never);
  }
}

function artifactContent(fileOrDigest: string): ArtifactContent {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(fileOrDigest)?.[1];
  return hex === undefined || existsSync(fileOrDigest)
    ? { kind: "bytes", bytes: readFileSync(fileOrDigest) }
    : { kind: "digest", algorithm: "sha256", hex };
}

const commands: ReadonlyMap<string, Command> = new Map([
  ["sign-bundle", signBundle],
  ["verify-bundle", verifyBundle],
]);

await runClient("sigstore-client", commands);
