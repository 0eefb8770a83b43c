// SPDX-License-Identifier: Apache-2.0
// The command line that sigstore-conformance drives (docs/cli_protocol.md there). Exit 0 means success; anything else
// is a rejection: 1 denied, 2 usage, 3 undecided. Nothing is fetched and no root is embedded, so that a verification
// needs --trusted-root, with and without --staging.

import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { AibomError } from "../src/errors.ts";
import { limits } from "../src/limits.ts";
import { parsePublicKey } from "../src/trust/public-key.ts";
import { parseSigstoreRoot } from "../src/trust/sigstore-root.ts";
import { compareIdentity } from "../src/verifiers/sigstore/identity.ts";
import {
  type ArtifactContent,
  type SigstoreResult,
  verifySigstoreBundle,
} from "../src/verifiers/sigstore/verify-sigstore-bundle.ts";

/** The call itself is wrong. */
class UsageError extends Error {}

type Command = (args: readonly string[]) => Promise<void>;

const commands = new Map<string, Command>([["verify-bundle", verifyBundle]]);

async function verifyBundle(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
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
  const result = await verifySigstoreBundle({
    bundle: readFileSync(bundle),
    path: bundle,
    maxBytes: limits.maxBundleBytes,
    content: artifactContent(artifact),
    authority: {
      name: "conformance",
      root: parseSigstoreRoot(readFileSync(rootPath), rootPath),
      thresholds: { log: 1, sct: 1, time: 1 },
    },
    ...(key === undefined ? {} : { key: { publicKey: parsePublicKey(readFileSync(key, "utf8")).key } }),
    at: new Date(),
  });
  requireIdentity(result, values["certificate-identity"], values["certificate-oidc-issuer"]);
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

function exitCodeOf(error: unknown): number {
  if (error instanceof AibomError) {
    // A fault of ours is no verdict; the protocol knows only success and failure.
    return error.exitCode === 4 ? 3 : error.exitCode;
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  return error instanceof UsageError || code.startsWith("ERR_PARSE_ARGS") || code === "ENOENT" ? 2 : 3;
}

const [name = "", ...args] = process.argv.slice(2);
const command = commands.get(name);
try {
  if (command === undefined) {
    throw new UsageError(`unknown command; there is ${[...commands.keys()].join(", ")}`);
  }
  await command(args);
} catch (error) {
  process.stderr.write(
    `sigstore-client: ${error instanceof Error ? error.message : String(error)}${error instanceof AibomError ? ` [${error.code}]` : ""}\n`,
  );
  process.exitCode = exitCodeOf(error);
}
