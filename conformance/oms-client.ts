// SPDX-License-Identifier: Apache-2.0
// The command line that the community conformance suite for OpenSSF Model Signing drives, over the library: each
// verification builds a trust root of its own on disk and is a verification like any other. Exit 0 means success;
// anything else a rejection: 1 denied, 2 usage, 3 undecided.
//
// Beyond the protocol: for the method sigstore `--trusted-root FILE` (or OMS_TRUSTED_ROOT) to verify and
// `--signing-config FILE` (or OMS_SIGNING_CONFIG) to sign, with and without --use-staging, because neither roots nor
// servers are built in; `--at TIME` instead of the clock. Where the suite asks for less than aibom by itself does,
// this client follows the suite: signatures from before OMS v1.0 verify without a flag, private keys may be readable
// by others and in any PEM form, and the method certificate accepts whomever the given CA certifies.

import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hashTarget } from "../src/inventory.ts";
import { sign } from "../src/sign.ts";
import type { SignerChoice } from "../src/signers/load-signer.ts";
import { pathInside } from "../src/sources/companions.ts";
import { defaultIgnoreRules, type IgnoreRule } from "../src/sources/ignore.ts";
import { readTarget } from "../src/sources/target.ts";
import { loadTrustRoot } from "../src/trust/load.ts";
import { modelHashes } from "../src/verifiers/model-manifest.ts";
import { verifyTarget } from "../src/verify-target.ts";
import { type Flags, instantOf, options, required, wholeNumber } from "./oms-flags.ts";
import { signer, trustOf, writeTrustRoot } from "./oms-trust.ts";
import { type Command, Rejected, runClient, UsageError } from "./run-client.ts";

/** Absolute paths, as rules relative to the model; those outside it leave nothing out. */
function ignoreRules(flags: Flags, model: string): IgnoreRule[] {
  return (flags["ignore-paths"] ?? [])
    .map((path) => pathInside(model, path))
    .filter((path) => path !== undefined)
    .map((path) => ({ path, reason: "--ignore-paths" }));
}

function parallelism(flags: Flags): { readonly jobs?: number } {
  const jobs = wholeNumber(flags, "max-workers");
  return jobs === undefined ? {} : { jobs };
}

async function signModel(flags: Flags, scratch: string): Promise<Uint8Array> {
  const model = required(flags, "model-path");
  const method = required(flags, "method");
  if (flags["hash-algorithm"] !== undefined && flags["hash-algorithm"] !== "sha256") {
    throw new UsageError("signatures are made with sha256");
  }
  const bundlePath = flags["output-bundle"];
  const ignore = ignoreRules(flags, model);
  refuseLinks(model, [...defaultIgnoreRules, ...ignore]);
  const shardSizeBytes = wholeNumber(flags, "shard-size");
  const signed = await sign(model, {
    signer: signerOf(method, flags, scratch),
    at: instantOf(flags),
    ignore,
    ...(bundlePath === undefined ? {} : { outputs: [bundlePath] }),
    ...(shardSizeBytes === undefined ? {} : { shardSizeBytes }),
    ...parallelism(flags),
  });
  if (signed.kind !== "model") {
    throw new UsageError("this is a BOM, not a model");
  }
  return signed.bundle;
}

function signerOf(method: string, flags: Flags, scratch: string): SignerChoice {
  switch (method) {
    case "key":
      return { kind: "key", key: privateKey(required(flags, "private-key"), scratch) };
    case "certificate":
      return {
        kind: "key",
        key: privateKey(required(flags, "private-key"), scratch),
        certificateChain: signingChain(flags, scratch),
      };
    case "sigstore":
      return keylessSigner(flags);
    default:
      throw new UsageError(`unknown method ${method}`);
  }
}

/** Which servers sign is not for this client to know: neither the public instance nor staging is built in. */
function keylessSigner(flags: Flags): SignerChoice {
  const signingConfig = flags["signing-config"] ?? process.env["OMS_SIGNING_CONFIG"];
  if (signingConfig === undefined || signingConfig === "") {
    throw new UsageError("--signing-config or OMS_SIGNING_CONFIG is needed: no servers are built in");
  }
  const httpsProxy = process.env["HTTPS_PROXY"];
  return {
    kind: "keyless",
    signingConfig,
    identityToken: { token: required(flags, "identity-token") },
    fetch: { online: true, ...(httpsProxy === undefined || httpsProxy === "" ? {} : { httpsProxy }) },
  };
}

/** OMS v1.0, section 6.1.1: links are refused unless the signer asks for them, and this protocol cannot ask. */
function refuseLinks(model: string, rules: readonly IgnoreRule[]): void {
  const link = readTarget(model, rules).files.find((file) => file.isLink);
  if (link !== undefined) {
    throw new Rejected(`${link.path} is a symbolic link`);
  }
}

/** As the library wants keys: PKCS#8, readable by nobody else. */
function privateKey(path: string, scratch: string): string {
  const own = join(scratch, "private.pem");
  const pem = createPrivateKey(readFileSync(path)).export({ type: "pkcs8", format: "pem" });
  writeFileSync(own, pem, { mode: 0o600 });
  return own;
}

function signingChain(flags: Flags, scratch: string): string {
  const path = join(scratch, "chain.pem");
  const files = [required(flags, "signing-cert"), ...(flags["cert-chain"] ?? [])];
  writeFileSync(path, files.map((file) => readFileSync(file, "utf8")).join("\n"));
  return path;
}

async function verifyModel(flags: Flags, scratch: string): Promise<void> {
  const model = required(flags, "model-path");
  const bundle = required(flags, "bundle");
  const trustRoot = writeTrustRoot(trustOf(flags, bundle), join(scratch, "trust"));
  const { gated: all } = await verifyTarget(model, {
    revocationLists: [],
    options: {
      trustRoot,
      signatures: [bundle],
      allowLegacyUnsafe: true,
      ignore: ignoreRules(flags, model),
      at: instantOf(flags),
      ...parallelism(flags),
    },
    trustRoot: loadTrustRoot(trustRoot),
    bomArtifacts: undefined,
  });
  const [gated] = all;
  if (gated === undefined) {
    throw new Rejected("there is nothing to verify");
  }
  const [rejected] = gated.rejected;
  if (rejected !== undefined) {
    throw new Rejected(rejected.code);
  }
  if (!gated.signatures.some(({ scheme, signer: who }) => scheme === "oms" && who.identity === signer)) {
    throw new Rejected("there is no model signature");
  }
  const difference = gated.findings.find(
    ({ code }) => code.startsWith("OMS_") && !isTolerated(code, flags["ignore-unsigned-files"] === true),
  );
  if (difference !== undefined) {
    throw new Rejected(`${difference.code} ${difference.location.path}`);
  }
}

const tolerated: ReadonlySet<string> = new Set([
  "OMS_BUNDLE_OLD",
  "OMS_EMPTY_FILE_UNSIGNED",
  "OMS_FILE_IGNORED",
  "OMS_LEGACY_ACCEPTED",
]);

function isTolerated(code: string, ignoresUnsigned: boolean): boolean {
  return tolerated.has(code) || (ignoresUnsigned && code === "OMS_FILE_EXTRA");
}

/** Hashes as signing does, and signs nothing. */
async function hashModel(flags: Flags): Promise<void> {
  const name = flags["hash-algorithm"] ?? "sha256";
  const algorithm = modelHashes.get(name);
  if (algorithm === undefined) {
    throw new UsageError(`unknown hash algorithm ${name}`);
  }
  const sizeBytes = wholeNumber(flags, "shard-size");
  await hashTarget(required(flags, "model-path"), {
    ...parallelism(flags),
    ...(sizeBytes === undefined
      ? { algorithms: [algorithm] }
      : { shardsFor: () => ({ algorithm, sizeBytes }) }),
  });
}

const operations: ReadonlyMap<string, (flags: Flags, scratch: string) => Promise<unknown>> = new Map([
  ["sign", signAndWrite],
  ["verify", verifyModel],
  ["hash", hashModel],
]);

async function signAndWrite(flags: Flags, scratch: string): Promise<void> {
  writeFileSync(required(flags, "output-bundle"), await signModel(flags, scratch));
}

async function benchmarkModel(flags: Flags): Promise<void> {
  const operation = operations.get(required(flags, "operation"));
  const repeat = wholeNumber(flags, "repeat");
  if (operation === undefined || repeat === undefined || repeat > 10_000) {
    throw new UsageError("benchmark-model --operation sign|verify|hash --repeat N");
  }
  const times: number[] = [];
  for (let count = 0; count < repeat; count++) {
    await inScratch(async (scratch) => {
      const started = performance.now();
      await operation(flags, scratch);
      times.push(performance.now() - started);
    });
  }
  process.stdout.write(`${JSON.stringify({ times_ms: times })}\n`);
}

function printCapabilities(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
  const capabilities = {
    flags: ["--hash-algorithm", "--max-workers", "--shard-size"],
    hash_algorithms: [...modelHashes.keys()],
    benchmark_model: true,
    client_version: version,
  };
  process.stdout.write(`${JSON.stringify(capabilities)}\n`);
  return Promise.resolve();
}

/** A directory that is gone afterwards: keys and trust roots of one call. */
async function inScratch(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "oms-client-"));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function withFlags(run: (flags: Flags) => Promise<void>): Command {
  return (args) => run(parseArgs({ args, options }).values);
}

const commands: ReadonlyMap<string, Command> = new Map([
  ["sign-model", withFlags((flags) => inScratch((scratch) => signAndWrite(flags, scratch)))],
  ["verify-model", withFlags((flags) => inScratch((scratch) => verifyModel(flags, scratch)))],
  ["benchmark-model", withFlags(benchmarkModel)],
  ["capabilities", withFlags(printCapabilities)],
]);

await runClient("oms-client", commands);
