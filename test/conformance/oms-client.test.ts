// SPDX-License-Identifier: Apache-2.0
// The conformance client for OpenSSF Model Signing, run as a suite runs it: the 13 vectors of the reference
// implementation with every way to spoil them, round trips, and wrong bundles that are signed correctly.

import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import {
  basicConstraints,
  type CertificateSpec,
  caExtensions,
  extendedKeyUsage,
  fixtureTime,
  type Issued,
  issue,
  keyPair,
  keyUsage,
} from "../../fixtures/pki.ts";
import {
  identity,
  identityIssuer,
  rekor1,
  sigstoreBundle,
  toBytes,
  trustedRoot,
} from "../../fixtures/sigstore.ts";
import { keySigner } from "../../src/signers/key.ts";
import { modelStatement } from "../../src/signers/model-signature.ts";
import { signStatement } from "../../src/signers/statement-bundle.ts";
import { rootDigest } from "../../src/verifiers/model-manifest.ts";
import { runProgram } from "../cli/run-aibom.ts";
import { corpus } from "../corpora.ts";
import { changed, fileOf, sha256, signAny } from "../signers/signing.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const client = join(import.meta.dirname, "../../conformance/oms-client");

interface Answer {
  readonly code: number | null;
  /** The code or reason that it printed. */
  readonly said: string;
  readonly stdout: string;
}

async function run(...args: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await runProgram(client, args, {
    env: { OMS_TRUSTED_ROOT: "", OMS_SIGNING_CONFIG: "" },
  });
  assert.notEqual(code, null, stderr);
  assert.notEqual(code, 4, "never an internal fault");
  assert.ok(!stderr.includes("\n    at "), `a stack trace: ${stderr}`);
  return { code, said: stderr.trim(), stdout };
}

const verifyModel = (...args: readonly string[]) => run("verify-model", ...args);
const signModel = (...args: readonly string[]) => run("sign-model", ...args);

async function accepted(answer: Promise<Answer>, what = ""): Promise<void> {
  const { code, said } = await answer;
  assert.equal(code, 0, `${what} ${said}`);
}

async function rejected(answer: Promise<Answer>, expected: RegExp, what = ""): Promise<void> {
  const { code, said } = await answer;
  assert.ok(code === 1 || code === 2 || code === 3, `${what}: exit ${code}`);
  assert.match(said, expected, what);
}

function writeFiles(directory: string, files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

interface Keys {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly signer: ReturnType<typeof keySigner>;
}

/** A key pair on disk as the suite has them: SEC 1, readable by everybody. */
function writeKeys(directory: string, curve = "P-256", name = "key"): Keys {
  const pair = generateKeyPairSync("ec", { namedCurve: curve });
  const privateKey = join(directory, `${name}.pem`);
  const publicKey = join(directory, `${name}-pub.pem`);
  writeFileSync(privateKey, pair.privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o644 });
  writeFileSync(publicKey, pair.publicKey.export({ type: "spki", format: "pem" }));
  return { privateKey, publicKey, signer: keySigner(pair.privateKey) };
}

const { path: corpora, missing } = corpus("signing/oms");
const root = join(corpora, "model-transparency");

interface Vector {
  readonly name: string;
  readonly model: string;
  readonly bundle: string;
  readonly method: string;
  readonly trust: readonly string[];
}

const vectorTrust = (method: string): readonly string[] => {
  const keys = join(root, "keys/certificate");
  switch (method) {
    case "key":
      return ["--public-key", join(keys, "signing-key-pub.pem")];
    case "certificate":
      return ["--cert-chain", join(keys, "ca-cert.pem")];
    default:
      return [
        ...["--identity", "stefanb@us.ibm.com"],
        ...["--identity-provider", "https://sigstore.verify.ibm.com/oauth2"],
        ...["--trusted-root", join(corpora, "../trust/public-good.trusted_root.json")],
      ];
  }
};

/** A copy of each vector, to be changed. */
function vectorsIn(directory: string): readonly Vector[] {
  return readdirSync(root)
    .filter((name) => name.startsWith("v"))
    .map((name) => {
      cpSync(join(root, name), join(directory, name), { recursive: true, mode: 0 });
      const isSingle = name === "v0.3.1-elliptic-key" || name === "v1.0.0-elliptic-key";
      const method = name.slice(name.indexOf("-") + 1).replace("elliptic-", "");
      const base = join(directory, name);
      return {
        name,
        model: isSingle ? join(base, "signme-1") : base,
        bundle: join(base, "model.sig"),
        method,
        trust: vectorTrust(method),
      };
    });
}

function verifyVector(vector: Vector, trust = vector.trust, method = vector.method): Promise<Answer> {
  const { model, bundle } = vector;
  const ignored = ["--ignore-paths", join(dirname(bundle), "ignore-me")];
  return verifyModel("--method", method, "--model-path", model, "--bundle", bundle, ...trust, ...ignored);
}

describe("vectors of the reference implementation", { skip: missing, concurrency: 2 }, () => {
  test("all 13 verify, and not with another key, CA, identity, issuer or method", async (t) => {
    const scratch = temporaryDirectory(t);
    const vectors = vectorsIn(scratch);
    const stranger = writeKeys(scratch);
    const otherCa = join(scratch, "other-ca.pem");
    writeFileSync(otherCa, issue({ subject: "CN=root-ca", extensions: caExtensions() }).pem);
    let verified = 0;
    let refused = 0;
    const wrong = (vector: Vector): readonly (readonly string[])[] => {
      const replaced = (flag: string, value: string) =>
        vector.trust.map((each, index) => (vector.trust[index - 1] === flag ? value : each));
      switch (vector.method) {
        case "key":
          return [["--public-key", stranger.publicKey]];
        case "certificate":
          return [["--cert-chain", otherCa]];
        default:
          return [
            replaced("--identity", "stefanb@us.ibm.com.evil.example"),
            replaced("--identity", "tefanb@us.ibm.com"),
            replaced("--identity-provider", "https://accounts.google.com"),
            replaced("--trusted-root", join(corpora, "../trust/staging.trusted_root.json")),
          ];
      }
    };
    const others = (method: string) => ["key", "certificate", "sigstore"].filter((each) => each !== method);
    for (const vector of vectors) {
      await accepted(verifyVector(vector), vector.name);
      verified++;
      // The older ones differ in the bundle, not in how trust is decided.
      for (const trust of vector.name.startsWith("v1.1.0") ? wrong(vector) : wrong(vector).slice(0, 1)) {
        await rejected(verifyVector(vector, trust), /TRUST_|SIGSTORE_|CERTIFICATE_/, vector.name);
        refused++;
      }
      for (const method of vector.name.startsWith("v1.1.0") ? others(vector.method) : []) {
        const answer = verifyVector(vector, vectorTrust(method), method);
        await rejected(answer, /TRUST_NO_AUTHORITY|TRUST_KEY_UNKNOWN|not made by the method/, vector.name);
        refused++;
      }
    }
    t.diagnostic(`${verified} of 13 verify; ${refused} of ${refused} wrong calls are refused`);
    assert.equal(verified, 13);
  });

  test("tampered, missing, extra: each of the 13 is rejected", async (t) => {
    const vectors = vectorsIn(temporaryDirectory(t));
    let refused = 0;
    for (const vector of vectors) {
      const directory = dirname(vector.bundle);
      const file = join(directory, "signme-1");
      const original = readFileSync(file);
      rmSync(file);
      await rejected(verifyVector(vector), /OMS_MODEL_DIFFERS|SOURCE_NOT_FOUND/, `${vector.name} missing`);
      writeFileSync(file, Buffer.concat([original, Buffer.from(" ")]));
      await rejected(verifyVector(vector), /OMS_/, `${vector.name} tampered`);
      writeFileSync(file, original);
      refused += 2;
      if (vector.name.startsWith("v1.1.0")) {
        writeFileSync(join(directory, "injected.bin"), "x");
        await rejected(verifyVector(vector), /OMS_FILE_EXTRA injected\.bin/, `${vector.name} extra`);
        const lenient = [...vector.trust, "--ignore-unsigned-files"];
        await accepted(verifyVector(vector, lenient), `${vector.name} extra, ignored`);
        rmSync(join(directory, "injected.bin"));
        refused++;
        await accepted(verifyVector(vector), `${vector.name} restored`);
      }
    }
    t.diagnostic(`${refused} of ${refused} changed models are rejected`);
  });
});

describe("round trips", { concurrency: 2 }, () => {
  const roundTrip = async (
    scratch: string,
    model: string,
    keys: Keys,
    more: { readonly sign?: readonly string[]; readonly verify?: readonly string[] } = {},
    bundle = join(scratch, "bundle.sig"),
  ): Promise<string[]> => {
    const common = ["--method", "key", "--model-path", model];
    await accepted(
      signModel(...common, "--output-bundle", bundle, "--private-key", keys.privateKey, ...(more.sign ?? [])),
    );
    await accepted(
      verifyModel(...common, "--bundle", bundle, "--public-key", keys.publicKey, ...(more.verify ?? [])),
    );
    const envelope = JSON.parse(readFileSync(bundle, "utf8")).dsseEnvelope;
    const { predicate } = JSON.parse(Buffer.from(envelope.payload, "base64").toString());
    return predicate.resources.map((each: { name: string }) => each.name);
  };

  test("keys of each curve, names of each kind, an empty file, the bundle inside the model", async (t) => {
    const scratch = temporaryDirectory(t);
    const model = writeFiles(join(scratch, "model"), {
      "weights.bin": "\u0000\u00ff\u0001",
      "模型.bin": "x",
      "path with spaces/file (copy).bin": "y",
      ".config": "z",
      ".cache/weights.bin": "w",
      "empty.bin": "",
      ".gitignore": "ignored",
      ".git/HEAD": "ignored",
      ".github/ci.yml": "ignored",
      ".gitattributes": "ignored",
    });
    const expected = [
      ".cache/weights.bin",
      ".config",
      "empty.bin",
      "path with spaces/file (copy).bin",
      "weights.bin",
      "模型.bin",
    ];
    for (const curve of ["P-256", "P-384", "P-521"]) {
      assert.deepEqual(await roundTrip(scratch, model, writeKeys(scratch, curve)), expected, curve);
    }
    const inside = join(model, "bundle.sig");
    const keys = writeKeys(scratch);
    assert.deepEqual(await roundTrip(scratch, model, keys, {}, inside), expected);
    // Again over its own output: the same files.
    assert.deepEqual(await roundTrip(scratch, model, keys, {}, inside), expected);
    rmSync(inside);
    const shards = await roundTrip(scratch, model, keys, {
      sign: ["--shard-size", "2", "--max-workers", "2"],
    });
    assert.ok(shards.includes("weights.bin:0:2"));
  });

  test("ignore paths, unsigned files and a single file", async (t) => {
    const scratch = temporaryDirectory(t);
    const keys = writeKeys(scratch);
    const model = writeFiles(join(scratch, "model"), {
      "signme-1": "1",
      "d/signme-2": "2",
      "d/ignore-me": "3",
    });
    const ignored = ["--ignore-paths", join(model, "d/ignore-me")];
    const names = await roundTrip(scratch, model, keys, { sign: ignored, verify: ignored });
    assert.deepEqual(names, ["d/signme-2", "signme-1"]);
    const bundle = join(scratch, "bundle.sig");
    const verify = [
      "--method",
      "key",
      "--model-path",
      model,
      "--bundle",
      bundle,
      "--public-key",
      keys.publicKey,
    ];
    // The signer left the path out: it may be there, and nothing else may.
    await accepted(verifyModel(...verify));
    writeFileSync(join(model, "d/other"), "4");
    await rejected(verifyModel(...verify), /OMS_FILE_EXTRA/);
    await accepted(verifyModel(...verify, "--ignore-unsigned-files"));
    await accepted(verifyModel(...verify, "--ignore-paths", join(model, "d/other")));
    await rejected(verifyModel(...verify, "--ignore-paths", join(model, "d")), /OMS_MODEL_DIFFERS/);
    await rejected(
      verifyModel(...verify, "--ignore-paths", join(scratch, "elsewhere/other")),
      /OMS_FILE_EXTRA/,
    );
    // Ignoring what is unsigned never excuses a change.
    writeFileSync(join(model, "signme-1"), "changed");
    await rejected(verifyModel(...verify, "--ignore-unsigned-files"), /OMS_FILE_CHANGED/);
    const single = join(model, "d/signme-2");
    assert.deepEqual(await roundTrip(scratch, single, keys), ["signme-2"]);
  });

  test("an empty model, links of each kind and keys of other kinds are refused", async (t) => {
    const scratch = temporaryDirectory(t);
    const { privateKey } = writeKeys(scratch);
    const sign = (model: string, key = privateKey) =>
      signModel(
        "--method",
        "key",
        "--model-path",
        model,
        "--output-bundle",
        join(scratch, "b"),
        "--private-key",
        key,
      );
    const empty = writeFiles(join(scratch, "empty"), { ".gitignore": "x" });
    await rejected(sign(empty), /SOURCE_EMPTY|OMS_RESOURCES_EMPTY/);
    for (const [name, target] of [
      ["inside", "signme-1"],
      ["outside", "/tmp/nonexistent-target"],
      ["directory", "."],
      ["cycle", "link"],
    ] as const) {
      const model = writeFiles(join(scratch, name), { "signme-1": "1" });
      symlinkSync(target, join(model, "link"));
      await rejected(sign(model), /symbolic link|SIGN_INCOMPLETE|SOURCE_LINK/, name);
    }
    const model = writeFiles(join(scratch, "model"), { "signme-1": "1" });
    for (const pair of [
      generateKeyPairSync("ed25519"),
      generateKeyPairSync("ec", { namedCurve: "secp256k1" }),
    ]) {
      const key = join(scratch, "other.pem");
      writeFileSync(key, (pair.privateKey as KeyObject).export({ type: "pkcs8", format: "pem" }));
      await rejected(sign(model, key), /OMS_ALGORITHM_UNSUPPORTED|KEY_UNSUPPORTED/);
    }
  });
});

const at = ["--at", fixtureTime.toISOString()];

/** Writes a chain's files; answers the paths. */
function writeChain(scratch: string, leaf: Issued, issuers: readonly Issued[]) {
  const paths = [leaf, ...issuers].map((each, index) => {
    const path = join(scratch, `certificate-${index}.pem`);
    writeFileSync(path, each.pem);
    return path;
  });
  const privateKey = join(scratch, "leaf-key.pem");
  writeFileSync(privateKey, leaf.keys.privateKey.export({ type: "sec1", format: "pem" }));
  return { privateKey, leaf: paths[0] ?? "", issuers: paths.slice(1) };
}

const leafExtensions = [keyUsage(["digitalSignature"]), extendedKeyUsage(["codeSigning"])];
const authorityOf = (name: string, issuer?: Issued, spec: Partial<CertificateSpec> = {}): Issued =>
  issue({
    subject: `CN=${name}`,
    extensions: caExtensions(),
    ...(issuer === undefined ? {} : { issuer }),
    ...spec,
  });
const leafOf = (issuer: Issued | undefined, spec: Partial<CertificateSpec> = {}): Issued =>
  issue({
    subject: "CN=leaf,O=Vendor",
    extensions: leafExtensions,
    ...(issuer === undefined ? {} : { issuer }),
    ...spec,
  });

describe("certificates", { concurrency: 2 }, () => {
  test("round trips: an intermediate, and a certificate that is its own anchor", async (t) => {
    const scratch = temporaryDirectory(t);
    const model = writeFiles(join(scratch, "model"), { "signme-1": "1" });
    const bundle = join(scratch, "bundle.sig");
    const ca = authorityOf("root");
    const intermediate = authorityOf("intermediate", ca);
    const common = ["--method", "certificate", "--model-path", model, ...at];
    const { privateKey, leaf, issuers } = writeChain(scratch, leafOf(intermediate), [intermediate, ca]);
    const chain = issuers.flatMap((path) => ["--cert-chain", path]);
    const signing = ["--output-bundle", bundle, "--private-key", privateKey, "--signing-cert", leaf];
    await accepted(signModel(...common, ...signing, ...chain));
    await accepted(verifyModel(...common, "--bundle", bundle, "--cert-chain", issuers[1] ?? ""));
    await accepted(verifyModel(...common, "--bundle", bundle, ...chain));
    // Without the intermediate in the bundle there is no way to the root.
    await accepted(signModel(...common, ...signing));
    await rejected(
      verifyModel(...common, "--bundle", bundle, "--cert-chain", issuers[1] ?? ""),
      /CERTIFICATE_/,
    );
    const own = leafOf(undefined);
    const alone = writeChain(scratch, own, []);
    const sign = ["--output-bundle", bundle, "--private-key", alone.privateKey, "--signing-cert", alone.leaf];
    await accepted(signModel(...common, ...sign, "--cert-chain", alone.leaf));
    await accepted(verifyModel(...common, "--bundle", bundle, "--cert-chain", alone.leaf));
  });

  const ca = authorityOf("root");
  const short = authorityOf("short", ca, { extensions: caExtensions(0) });
  const below = authorityOf("below", short);
  const noCa = issue({ subject: "CN=no-ca", issuer: ca, extensions: leafExtensions });
  const noSign = issue({
    subject: "CN=no-sign",
    issuer: ca,
    extensions: [basicConstraints(true), keyUsage(["cRLSign"])],
  });
  const past = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2020-01-02T00:00:00Z") };
  const expiredCa = authorityOf("expired", ca, past);
  const wrongChains: readonly [name: string, leaf: Issued, issuers: readonly Issued[]][] = [
    ["pathLenConstraint 0 with a CA below", leafOf(below), [below, short]],
    ["issuer that is no CA", leafOf(noCa), [noCa]],
    ["issuer that may not sign certificates", leafOf(noSign), [noSign]],
    ["expired leaf", leafOf(ca, past), []],
    ["expired intermediate", leafOf(expiredCa), [expiredCa]],
    ["leaf of the future", leafOf(ca, { notBefore: new Date("2027-01-01T00:00:00Z") }), []],
    ["leaf for servers", leafOf(ca, { extensions: [extendedKeyUsage(["serverAuth"])] }), []],
    ["leaf for encryption", leafOf(ca, { extensions: [keyUsage(["keyEncipherment"])] }), []],
    [
      "issuer's name, another key",
      leafOf(authorityOf("root", undefined, { keys: keyPair("p256", "evil") })),
      [],
    ],
    [
      "spoilt signature",
      leafOf(ca, { spoilSignature: (bytes) => bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) }),
      [],
    ],
    ["own root in the bundle", leafOf(authorityOf("other-root")), [authorityOf("other-root")]],
    [
      "unknown critical extension",
      leafOf(ca, {
        extensions: [...leafExtensions, { oid: "1.2.3.4", critical: true, value: Uint8Array.of(5, 0) }],
      }),
      [],
    ],
  ];
  test("chains that are wrong and signed correctly", async (t) => {
    const scratch = temporaryDirectory(t);
    const model = writeFiles(join(scratch, "model"), { "signme-1": "1" });
    const anchor = join(scratch, "root.pem");
    writeFileSync(anchor, ca.pem);
    const bundle = join(scratch, "bundle.sig");
    const verify = [
      "--method",
      "certificate",
      "--model-path",
      model,
      "--bundle",
      bundle,
      "--cert-chain",
      anchor,
      ...at,
    ];
    const payload = modelStatement([fileOf("signme-1", "1")], { name: "model", ignorePaths: [] });
    const write = async (leaf: Issued, issuers: readonly Issued[]): Promise<void> => {
      const certificates = [leaf, ...issuers].map((each) => each.der);
      const signer = { ...keySigner(leaf.keys.privateKey), certificates };
      writeFileSync(bundle, await signStatement(payload, signer, 1 << 24));
    };
    await write(leafOf(ca), []);
    await accepted(verifyModel(...verify), "the right one");
    for (const [name, leaf, issuers] of wrongChains) {
      await write(leaf, issuers);
      await rejected(verifyModel(...verify), /CERTIFICATE_/, name);
    }
    t.diagnostic(`${wrongChains.length} of ${wrongChains.length} wrong chains are rejected`);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
type Loose = any;

/** The statement about the model below, right until it is changed. */
function statement(change: (statement: Loose) => unknown = () => undefined, shardSizeBytes?: number): Loose {
  const files = [fileOf("a.bin", "aaaaaaaaaa", shardSizeBytes), fileOf("d/b.bin", "bbbbb", shardSizeBytes)];
  const options = { name: "model", ignorePaths: ["ignored"] };
  const bytes = modelStatement(files, {
    ...options,
    ...(shardSizeBytes === undefined ? {} : { shardSizeBytes }),
  });
  const parsed = JSON.parse(Buffer.from(bytes).toString());
  change(parsed);
  return parsed;
}

/** After the resources changed: a signer who lies does not lie about the sum. */
function withRoot(parsed: Loose): Loose {
  parsed.subject[0].digest.sha256 = rootDigest(parsed.predicate.resources.map((each: Loose) => each.digest));
  return parsed;
}

const resources = (change: (resources: Loose[]) => unknown, shardSizeBytes?: number): Loose =>
  withRoot(statement((parsed) => change(parsed.predicate.resources), shardSizeBytes));
const renamed = (name: string): Loose => resources((all) => Object.assign(all[0], { name }));
const serialization = (changes: object): Loose =>
  statement((parsed) => Object.assign(parsed.predicate.serialization, changes));

describe("bundles that are wrong and signed correctly", { concurrency: 2 }, () => {
  const cases: readonly [name: string, payload: Loose, expected: RegExp][] = [
    ...[
      "../a.bin",
      "d/../a.bin",
      "/etc/passwd",
      "./a.bin",
      "d//b.bin",
      "a.bin/",
      "d\\b.bin",
      "a.bin\u0000",
      "C:/a.bin",
      "",
      "..",
    ].map((name): [string, Loose, RegExp] => [
      `name ${JSON.stringify(name)}`,
      renamed(name),
      /OMS_NAME_UNSAFE|OMS_RESOURCE_MALFORMED/,
    ]),
    ["a file twice", resources((all) => all.push({ ...all[0] })), /OMS_NAME_DUPLICATE/],
    [
      "a file that is not there",
      resources((all) => all.push({ ...all[0], name: "z.bin" })),
      /OMS_MODEL_DIFFERS/,
    ],
    ["a file left out", resources((all) => all.pop()), /OMS_FILE_EXTRA/],
    [
      "another digest",
      resources((all) => Object.assign(all[0], { digest: sha256("other") })),
      /OMS_FILE_CHANGED/,
    ],
    [
      "digest in upper case",
      resources((all) => Object.assign(all[0], { digest: all[0].digest.toUpperCase() })),
      /OMS_/,
    ],
    [
      "digest too short",
      resources((all) => Object.assign(all[0], { digest: all[0].digest.slice(2) })),
      /OMS_/,
    ],
    ["no resources", resources((all) => all.splice(0)), /OMS_RESOURCES_EMPTY/],
    [
      "wrong sum",
      statement((parsed) => Object.assign(parsed.subject[0].digest, { sha256: sha256("") })),
      /OMS_ROOT/,
    ],
    ["sum of other files", statement((parsed) => parsed.predicate.resources.reverse()), /OMS_ROOT/],
    ["two subjects", statement((parsed) => parsed.subject.push(parsed.subject[0])), /STATEMENT_/],
    ["no subject", statement((parsed) => parsed.subject.pop()), /STATEMENT_/],
    [
      "another statement type",
      statement((parsed) => Object.assign(parsed, { _type: "https://in-toto.io/Statement/v0.1" })),
      /STATEMENT_TYPE/,
    ],
    [
      "another predicate",
      statement((parsed) => Object.assign(parsed, { predicateType: "https://slsa.dev/provenance/v1" })),
      /STATEMENT_PREDICATE_TYPE/,
    ],
    [
      "a later version",
      statement((parsed) => Object.assign(parsed, { predicateType: "https://model_signing/signature/v1.1" })),
      /OMS_PREDICATE_VERSION/,
    ],
    ["unknown method", serialization({ method: "chunks" }), /OMS_SERIALIZATION/],
    ["unknown hash", serialization({ hash_type: "md5" }), /OMS_HASH_UNSUPPORTED/],
    ["hash of another name", resources((all) => Object.assign(all[0], { algorithm: "blake2b" })), /OMS_/],
    ["shards without a size", serialization({ method: "shards" }), /OMS_/],
    ["a size without shards", serialization({ shard_size: 4 }), /OMS_SERIALIZATION/],
    ["ignoring the parent", serialization({ ignore_paths: ["../.."] }), /OMS_|^$/],
    [
      "unknown member of the predicate",
      statement((parsed) => Object.assign(parsed.predicate, { extra: 1 })),
      /OMS_|STATEMENT_/,
    ],
    ["shards with a gap", resources((all) => all.splice(1, 1), 4), /OMS_/],
    ["shards that overlap", resources((all) => Object.assign(all[1], { name: "a.bin:3:8" }), 4), /OMS_/],
    [
      "a last shard that ends early",
      resources((all) => Object.assign(all[2], { name: "a.bin:8:9" }), 4),
      /OMS_/,
    ],
    ["a shard of nothing", resources((all) => Object.assign(all[0], { name: "a.bin:0:0" }), 4), /OMS_/],
    [
      "a shard of another size",
      resources((all) => Object.assign(all[0], { algorithm: "sha256-sharded-8" }), 4),
      /OMS_/,
    ],
    [
      "another digest in a shard",
      resources((all) => Object.assign(all[1], { digest: sha256("xxxx") }), 4),
      /OMS_FILE_CHANGED/,
    ],
    ["shards in a file name", resources((all) => Object.assign(all[0], { name: "../a.bin:0:4" }), 4), /OMS_/],
    ["a payload that is no JSON", "{", /JSON_INVALID/],
    [
      "a member twice",
      JSON.stringify(statement()).replace('"_type"', '"_type":"x","_type"'),
      /JSON_DUPLICATE_KEY/,
    ],
    [
      "resources twice",
      JSON.stringify(statement()).replace('"resources"', '"resources":[],"resources"'),
      /JSON_DUPLICATE_KEY/,
    ],
    ["bytes after the payload", `${JSON.stringify(statement())}{}`, /JSON_INVALID/],
  ];

  async function prepared(t: TestContext) {
    const scratch = temporaryDirectory(t);
    const model = writeFiles(join(scratch, "model"), { "a.bin": "aaaaaaaaaa", "d/b.bin": "bbbbb" });
    const keys = writeKeys(scratch);
    const bundle = join(scratch, "bundle.sig");
    const args = [
      "--method",
      "key",
      "--model-path",
      model,
      "--bundle",
      bundle,
      "--public-key",
      keys.publicKey,
    ];
    return {
      model,
      bundle,
      keys,
      verify: () => verifyModel(...args),
      sign: async (payload: Loose) => writeFileSync(bundle, await signAny(payload, keys.signer)),
    };
  }

  test("statements", async (t) => {
    const { verify, sign } = await prepared(t);
    // Order is the signer's: the specification sorts by code point, its reference implementation by component.
    const reordered = resources((all) => all.splice(0, 2, all[1], all[0]), 4);
    for (const right of [statement(), statement(undefined, 4), pythonShards(), reordered]) {
      await sign(right);
      await accepted(verify(), "the right one");
    }
    let refused = 0;
    for (const [name, payload, expected] of cases) {
      await sign(payload);
      if (name === "ignoring the parent") {
        // A path that leads outside names nothing inside: it leaves nothing out, and is refused or without effect.
        assert.notEqual((await verify()).code, 4);
      } else {
        await rejected(verify(), expected, name);
        refused++;
      }
    }
    t.diagnostic(`4 of 4 right ones verify, ${refused} of ${cases.length - 1} wrong ones are rejected`);
  });

  /** As the reference implementation writes them: a size as a float, `sha256-sharded-4`, files by component. */
  function pythonShards(): Loose {
    return JSON.stringify(statement(undefined, 4)).replace('"shard_size":4', '"shard_size":4.0');
  }

  test("links in the model", async (t) => {
    const { verify, sign, model } = await prepared(t);
    await sign(statement());
    rmSync(join(model, "a.bin"));
    writeFileSync(join(model, "../outside.bin"), "aaaaaaaaaa");
    symlinkSync("../outside.bin", join(model, "a.bin"));
    await rejected(verify(), /OMS_MODEL_DIFFERS|OMS_FILE_REFUSED/, "to the outside");
    rmSync(join(model, "a.bin"));
    writeFileSync(join(model, "d/a.bin"), "aaaaaaaaaa");
    symlinkSync("d/a.bin", join(model, "a.bin"));
    await sign(resources((all) => all.push({ ...all[0], name: "d/a.bin" })));
    await rejected(verify(), /OMS_FILE_SYMLINK/, "inside, not allowed by the signer");
    await sign(
      withRoot(
        statement((parsed) => {
          parsed.predicate.serialization.allow_symlinks = true;
          parsed.predicate.resources.push({ ...parsed.predicate.resources[0], name: "d/a.bin" });
        }),
      ),
    );
    await accepted(verify(), "inside, allowed by the signer");
  });

  test("the bundle around the signature", async (t) => {
    const { verify, sign, bundle } = await prepared(t);
    await sign(statement());
    const good = readFileSync(bundle);
    const wrong: readonly [name: string, bytes: Uint8Array | string, expected: RegExp][] = [
      ["empty", "", /JSON_INVALID/],
      ["no JSON", "garbage", /JSON_INVALID/],
      ["cut", good.subarray(0, 100), /JSON_INVALID/],
      ["no envelope", changed(good, (b) => delete b.dsseEnvelope), /BUNDLE_/],
      [
        "another media type",
        changed(good, (b) =>
          Object.assign(b, { mediaType: "application/vnd.dev.sigstore.bundle+json;version=0.1" }),
        ),
        /BUNDLE_MEDIA_TYPE/,
      ],
      ["no signature", changed(good, (b) => b.dsseEnvelope.signatures.pop()), /BUNDLE_SIGNATURE_COUNT/],
      [
        "two signatures",
        changed(good, (b) => b.dsseEnvelope.signatures.push(b.dsseEnvelope.signatures[0])),
        /BUNDLE_SIGNATURE_COUNT/,
      ],
      [
        "another payload type",
        changed(good, (b) => Object.assign(b.dsseEnvelope, { payloadType: "text/plain" })),
        /DSSE_/,
      ],
      ["no key", changed(good, (b) => delete b.verificationMaterial.publicKey), /BUNDLE_/],
      ["unknown member", changed(good, (b) => Object.assign(b, { extra: 1 })), /BUNDLE_/],
      [
        "lenient base64",
        changed(good, (b) => Object.assign(b.dsseEnvelope, { payload: `${b.dsseEnvelope.payload}\n` })),
        /BUNDLE_BASE64/,
      ],
      [
        "media type twice",
        good.toString().replace('"mediaType"', '"mediaType":"x","mediaType"'),
        /JSON_DUPLICATE_KEY/,
      ],
    ];
    for (const [name, bytes, expected] of wrong) {
      writeFileSync(bundle, bytes);
      await rejected(verify(), expected, name);
    }
    writeFileSync(bundle, good);
    await accepted(verify());
    t.diagnostic(`${wrong.length} of ${wrong.length} rejected`);
  });
});

test("Sigstore: a bundle of the virtual instance, and what must be given", async (t) => {
  const scratch = temporaryDirectory(t);
  const model = writeFiles(join(scratch, "model"), { "a.bin": "aaaaaaaaaa", "d/b.bin": "bbbbb" });
  const bundle = join(scratch, "bundle.sig");
  const trusted = join(scratch, "trusted_root.json");
  writeFileSync(trusted, toBytes(trustedRoot()));
  writeFileSync(
    bundle,
    toBytes(sigstoreBundle({ payload: toBytes(statement()), entries: [{ log: rekor1 }] })),
  );
  const base = ["--method", "sigstore", "--model-path", model, "--bundle", bundle];
  const who = ["--identity", identity, "--identity-provider", identityIssuer];
  await accepted(verifyModel(...base, ...who, "--trusted-root", trusted));
  const { code } = await runProgram(client, ["verify-model", ...base, ...who], {
    env: { OMS_TRUSTED_ROOT: trusted },
  });
  assert.equal(code, 0, "the root from the environment");
  await rejected(verifyModel(...base, ...who), /--trusted-root or OMS_TRUSTED_ROOT is needed/);
  await rejected(verifyModel(...base, "--trusted-root", trusted), /--identity is missing/);
  const other = ["--identity", `${identity}x`, "--identity-provider", identityIssuer];
  await rejected(verifyModel(...base, ...other, "--trusted-root", trusted), /TRUST_CERTIFICATE_UNKNOWN/);
  const sign = ["--method", "sigstore", "--model-path", model, "--output-bundle", join(scratch, "out.sig")];
  const answer = await signModel(...sign, "--identity-token", "a.b.c");
  assert.equal(answer.code, 2);
  assert.match(answer.said, /--signing-config or OMS_SIGNING_CONFIG is needed/);
});

test("calls that are wrong end with 2 and a reason; capabilities and benchmarks are JSON", async (t) => {
  const scratch = temporaryDirectory(t);
  const model = writeFiles(join(scratch, "model"), { "a.bin": "aaaaaaaaaa" });
  const keys = writeKeys(scratch);
  const bundle = join(scratch, "b.sig");
  for (const args of [
    [],
    ["unknown"],
    ["verify-model"],
    ["verify-model", "--method", "pkcs11", "--model-path", model, "--bundle", bundle],
    ["verify-model", "--method", "key", "--model-path", model, "--bundle", bundle],
    ["verify-model", "--method", "certificate", "--model-path", model, "--bundle", bundle],
    [
      "verify-model",
      "--method",
      "key",
      "--model-path",
      model,
      "--bundle",
      bundle,
      "--public-key",
      "none.pem",
    ],
    ["sign-model", "--method", "key", "--model-path", model, "--output-bundle", bundle],
    ["sign-model", "--method", "other", "--model-path", model, "--output-bundle", bundle],
    ["sign-model", "--unknown-flag"],
    ["benchmark-model", "--operation", "dance", "--repeat", "1", "--model-path", model],
    ["benchmark-model", "--operation", "hash", "--repeat", "0", "--model-path", model],
    [
      "benchmark-model",
      "--operation",
      "hash",
      "--repeat",
      "1",
      "--model-path",
      model,
      "--hash-algorithm",
      "md5",
    ],
  ]) {
    const answer = await run(...args);
    assert.equal(answer.code, 2, `${args.join(" ")}: ${answer.said}`);
    assert.notEqual(answer.said, "");
  }
  const { stdout } = await run("capabilities");
  const capabilities = JSON.parse(stdout);
  assert.deepEqual(capabilities.hash_algorithms, ["sha256", "blake2b", "blake3"]);
  assert.equal(capabilities.benchmark_model, true);
  const key = ["--method", "key", "--model-path", model];
  for (const args of [
    ["sign", ...key, "--output-bundle", bundle, "--private-key", keys.privateKey],
    ["verify", ...key, "--bundle", bundle, "--public-key", keys.publicKey],
    ...capabilities.hash_algorithms.map((each: string) => [
      "hash",
      "--model-path",
      model,
      "--hash-algorithm",
      each,
    ]),
    ["hash", "--model-path", model, "--shard-size", "3"],
  ]) {
    const answer = await run("benchmark-model", "--repeat", "3", "--operation", ...args);
    assert.equal(answer.code, 0, answer.said);
    const { times_ms: times } = JSON.parse(answer.stdout);
    assert.equal(times.length, 3);
    assert.ok(times.every((each: number) => each > 0));
  }
  // A verification that fails has no times.
  writeFileSync(join(model, "a.bin"), "changed");
  const failed = await run(
    "benchmark-model",
    "--repeat",
    "3",
    "--operation",
    "verify",
    ...key,
    "--bundle",
    bundle,
    "--public-key",
    keys.publicKey,
  );
  assert.equal(failed.code, 1);
  assert.equal(failed.stdout, "");
});
