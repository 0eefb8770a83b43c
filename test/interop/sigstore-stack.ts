// SPDX-License-Identifier: Apache-2.0
// A private Sigstore on loopback from the real servers: Fulcio (certificates), a static CT log (SCTs), Rekor v2
// (transparency log), a timestamp authority, and an OpenID Connect issuer of our own. cosign writes the trusted
// root and the signing config, so that ours can be compared with them. Nothing reaches beyond this machine.

import { createPrivateKey } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identityKinds } from "./claims.ts";
import { type Cosign, cosignIn } from "./cosign.ts";
import { audience, type OidcIssuer, startOidcIssuer } from "./oidc-issuer.ts";
import {
  authorityExtensions,
  type IssuedCertificate,
  makeCertificate,
  openssl,
  signerExtensions,
} from "./openssl-ca.ts";
import { answers, freePort, type ServerOptions, type ServerProcess, startServer } from "./server-process.ts";
import { missingGoTools, missingPrograms, pathOf } from "./tools.ts";

/** Why no stack can be started here, in one line; false if it can. */
export const stackIsMissing =
  missingGoTools("cosign", "fulcio", "rekor-server", "timestamp-server", "tesseract") ||
  missingPrograms("openssl");

/** The name in checkpoints: sigstore-go compares it with the log's host without the port. */
const host = "localhost";

/** The only port that timestamp-server cannot be told: its metrics. One stack at a time, then. */
const timestampMetricsPort = 2112;
const maxWaitForPortMs = 180_000;

const encryptionPassphrase = "interop";

/** A private Sigstore, serving. */
export interface SigstoreStack {
  /** Everything that it wrote. */
  readonly directory: string;
  readonly issuer: OidcIssuer;
  readonly urls: StackUrls;
  /** What `trusted-root create` takes. */
  readonly keys: StackKeys;
  /** From when its keys are valid, in RFC 3339. */
  readonly startTime: string;
  /** Paths of what cosign wrote; `clientTrustConfig` joins both in one file, as sigstore-python takes it. */
  readonly trustedRoot: string;
  readonly signingConfig: string;
  readonly clientTrustConfig: string;
  /** Trusts nothing and asks for nothing: keeps cosign from looking for the public instance. */
  readonly emptyTrustedRoot: string;
  readonly emptySigningConfig: string;
  readonly timestampOnlySigningConfig: string;
  /** cosign, working in the stack's directory. */
  readonly cosign: Cosign;
  stop(): Promise<void>;
}

export interface StackUrls {
  readonly fulcio: string;
  readonly rekor: string;
  readonly timestamp: string;
  readonly ctLog: string;
}

export interface StackKeys {
  readonly fulcioChain: string;
  readonly rekorKey: string;
  readonly ctLogKey: string;
  readonly timestampChain: string;
}

/** The parts of a stack while it is being started: whatever was started is stopped again on failure. */
interface Parts {
  readonly directory: string;
  readonly servers: ServerProcess[];
  file(name: string): string;
}

/** Starts one. Throws, with nothing left running, if a server does not come. */
export async function startSigstoreStack(): Promise<SigstoreStack> {
  const directory = mkdtempSync(join(tmpdir(), "aibom-stack-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once("exit", remove);
  const servers: ServerProcess[] = [];
  const issuer = await startOidcIssuer(identityKinds);
  const stop = async () => {
    await Promise.all([...servers.map((server) => server.stop()), issuer.stop()]);
    remove();
  };
  try {
    const parts: Parts = { directory, servers, file: (name) => join(directory, name) };
    const startTime = `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
    const timestamp = await startTimestampServer(parts);
    const rekor = await startRekor(parts);
    const fulcio = await startFulcio(parts, issuer);
    const urls = {
      fulcio: fulcio.url,
      ctLog: fulcio.ctLogUrl,
      rekor: rekor.url,
      timestamp: timestamp.url,
    };
    const keys = {
      fulcioChain: fulcio.chain,
      ctLogKey: fulcio.ctLogKey,
      rekorKey: rekor.key,
      timestampChain: timestamp.chain,
    };
    const cosign = cosignIn(directory);
    const configs = await writeConfigs(parts, { cosign, urls, keys, issuer, startTime });
    return { directory, issuer, urls, keys, startTime, ...configs, cosign, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Writes a key pair and answers the paths of both. */
function writeKeyPair(parts: Parts, name: string, ...type: readonly string[]) {
  const [privateKey, publicKey] = [parts.file(`${name}.key`), parts.file(`${name}.pub`)];
  openssl("genpkey", ...type, "-out", privateKey);
  openssl("pkey", "-in", privateKey, "-pubout", "-out", publicKey);
  return { privateKey, publicKey };
}

function makeAuthority(parts: Parts, name: string, usage: string): IssuedCertificate {
  const { directory } = parts;
  const root = makeCertificate({
    directory,
    name: `${name}-root`,
    subject: `/O=aibom interop/CN=${name} root`,
    extensions: authorityExtensions(1),
  });
  return makeCertificate({
    directory,
    name: `${name}-intermediate`,
    subject: `/O=aibom interop/CN=${name} intermediate`,
    extensions: authorityExtensions(0, usage),
    issuer: root,
  });
}

async function startTimestampServer(parts: Parts) {
  const signer = makeCertificate({
    directory: parts.directory,
    name: "timestamp-signer",
    subject: "/O=aibom interop/CN=timestamp signer",
    extensions: signerExtensions("critical,timeStamping"),
    issuer: makeAuthority(parts, "timestamp", "timeStamping"),
  });
  const port = await freePort();
  const base = `http://${host}:${port}`;
  const options = {
    program: pathOf("timestamp-server"),
    args: [
      ...["serve", `--host=${host}`, `--port=${port}`, "--cleanup-timeout=1s", "--disable-ntp-monitoring"],
      ...["--timestamp-signer=file", `--file-signer-key-path=${signer.key}`],
      ...["--include-chain-in-response=false", `--certificate-chain-path=${signer.chain}`],
    ],
    logFile: parts.file("timestamp-server.log"),
    cwd: parts.directory,
    isReady: () => answers(`${base}/ping`),
  };
  parts.servers.push(await startAlone(options, timestampMetricsPort));
  return { url: `${base}/api/v1/timestamp`, chain: signer.chain };
}

/** Starts a server that insists on a port, once nobody else has it; another test may be as quick as we. */
async function startAlone(options: ServerOptions, port: number): Promise<ServerProcess> {
  const deadline = performance.now() + maxWaitForPortMs;
  const isTaken = () => answers(`http://${host}:${port}/metrics`);
  for (;;) {
    while (await isTaken()) {
      if (performance.now() > deadline) {
        throw new Error(`port ${port} is taken; ${options.program} needs it`);
      }
      await sleep(500);
    }
    try {
      return await startServer(options);
    } catch (error) {
      if (!(await isTaken())) {
        throw error;
      }
    }
  }
}

async function startRekor(parts: Parts) {
  const { privateKey, publicKey } = writeKeyPair(parts, "rekor", "-algorithm", "ED25519");
  const [port, grpcPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
  const url = `http://${host}:${port}`;
  const storage = parts.file("rekor-log");
  mkdirSync(storage);
  const server = await startServer({
    program: pathOf("rekor-server"),
    args: [
      ...["serve", `--hostname=${host}`, `--storage-dir=${storage}`, `--signer-filepath=${privateKey}`],
      ...[`--http-address=${host}`, `--http-port=${port}`, `--http-metrics-port=${metricsPort}`],
      ...[`--grpc-address=${host}`, `--grpc-port=${grpcPort}`],
      ...["--checkpoint-interval=200ms", "--batch-max-age=50ms", "--tlog-timeout=2s"],
    ],
    logFile: parts.file("rekor.log"),
    cwd: parts.directory,
    isReady: () => answers(`${url}/healthz`),
  });
  parts.servers.push(server);
  return { url, key: publicKey };
}

async function startCtLog(parts: Parts, roots: string) {
  const { privateKey, publicKey } = writeKeyPair(
    parts,
    "ct-log",
    ...["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  );
  const traditionalKey = parts.file("ct-log.traditional.key");
  openssl("pkey", "-traditional", "-in", privateKey, "-out", traditionalKey);
  const port = await freePort();
  const url = `http://${host}:${port}`;
  const storage = parts.file("ct-log");
  mkdirSync(storage);
  const server = await startServer({
    program: pathOf("tesseract"),
    args: [
      ...[`--private_key=${traditionalKey}`, `--origin=${host}`, `--storage_dir=${storage}`],
      ...[`--roots_pem_file=${roots}`, "--ext_key_usages=CodeSigning", `--http_endpoint=${host}:${port}`],
      ...["--checkpoint_interval=200ms", "--batch_max_age=50ms"],
    ],
    logFile: parts.file("ct-log.log"),
    cwd: parts.directory,
    isReady: () => answers(`${url}/healthz`),
  });
  parts.servers.push(server);
  return { url, key: publicKey };
}

async function startFulcio(parts: Parts, issuer: OidcIssuer) {
  const authority = makeAuthority(parts, "fulcio", "codeSigning");
  const encrypted = parts.file("fulcio.encrypted.key");
  writeFileSync(
    encrypted,
    createPrivateKey(readFileSync(authority.key)).export({
      ...({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc" } as const),
      passphrase: encryptionPassphrase,
    }),
  );
  const ctLog = await startCtLog(parts, parts.file("fulcio-root.crt"));
  const config = parts.file("fulcio.json");
  writeFileSync(config, JSON.stringify(fulcioConfig(issuer)));
  const [port, grpcPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
  const url = `http://${host}:${port}`;
  const server = await startServer({
    program: pathOf("fulcio"),
    args: [
      ...["serve", `--host=${host}`, `--port=${port}`, `--grpc-host=${host}`, `--grpc-port=${grpcPort}`],
      `--legacy-unix-domain-socket=${parts.file("fulcio.socket")}`,
      ...[`--metrics-port=${metricsPort}`, "--ca=fileca", `--fileca-cert=${authority.chain}`],
      ...[`--fileca-key=${encrypted}`, `--fileca-key-passwd=${encryptionPassphrase}`],
      ...["--fileca-watch=false", `--config-path=${config}`],
      ...[`--ct-log-url=${ctLog.url}`, `--ct-log-public-key-path=${ctLog.key}`],
    ],
    logFile: parts.file("fulcio.log"),
    cwd: parts.directory,
    isReady: () => answers(`${url}/healthz`),
  });
  parts.servers.push(server);
  return { url, chain: authority.chain, ctLogUrl: ctLog.url, ctLogKey: ctLog.key };
}

function fulcioConfig(issuer: OidcIssuer) {
  const [email, workflow] = [issuer.url("email"), issuer.url("workflow")];
  return {
    OIDCIssuers: {
      [email]: { IssuerURL: email, ClientID: audience, Type: "email" },
      [workflow]: { IssuerURL: workflow, ClientID: audience, Type: "github-workflow" },
    },
  };
}

interface ConfigInputs {
  readonly cosign: Cosign;
  readonly urls: StackUrls;
  readonly keys: StackKeys;
  readonly issuer: OidcIssuer;
  readonly startTime: string;
}

/** Has cosign write the trusted root and the signing configs, and joins them. */
async function writeConfigs(parts: Parts, { cosign, urls, keys, issuer, startTime }: ConfigInputs) {
  const since = `start-time=${startTime}`;
  const service = (url: string, version: number) =>
    `url=${url},api-version=${version},${since},operator=interop`;
  const timestamp = [`--tsa=${service(urls.timestamp, 1)}`, "--tsa-config=EXACT:1"];
  const trustedRoot = await cosign.createTrustedRoot(
    "trusted-root.json",
    `--fulcio=url=${urls.fulcio},certificate-chain=${keys.fulcioChain},${since}`,
    `--rekor=url=${urls.rekor},public-key=${keys.rekorKey},${since},origin=${host}`,
    `--ctfe=url=${urls.ctLog},public-key=${keys.ctLogKey},${since}`,
    `--tsa=url=${urls.timestamp},certificate-chain=${keys.timestampChain},${since}`,
  );
  const signingConfig = await cosign.createSigningConfig(
    "signing-config.json",
    `--fulcio=${service(urls.fulcio, 1)}`,
    ...[`--rekor=${service(urls.rekor, 2)}`, "--rekor-config=EXACT:1", ...timestamp],
    `--oidc-provider=${service(issuer.url("email"), 1)}`,
  );
  const clientTrustConfig = parts.file("client-trust-config.json");
  writeFileSync(
    clientTrustConfig,
    JSON.stringify({
      mediaType: "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
      trustedRoot: JSON.parse(readFileSync(trustedRoot, "utf8")),
      signingConfig: JSON.parse(readFileSync(signingConfig, "utf8")),
    }),
  );
  return {
    ...{ trustedRoot, signingConfig, clientTrustConfig },
    emptyTrustedRoot: await cosign.createTrustedRoot("empty-trusted-root.json"),
    emptySigningConfig: await cosign.createSigningConfig("empty-signing-config.json"),
    timestampOnlySigningConfig: await cosign.createSigningConfig("timestamp-only.json", ...timestamp),
  };
}
