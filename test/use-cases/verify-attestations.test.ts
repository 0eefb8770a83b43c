// SPDX-License-Identifier: Apache-2.0
// Attestations and signatures of BOMs through the gate: what counts, what does not, and that taking evidence away
// never opens it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import {
  identity,
  identityIssuer,
  rekor1,
  sigstoreBundle,
  toBytes,
  trustedRoot,
} from "../../fixtures/sigstore.ts";
import { buildBom } from "../../src/bom/build.ts";
import { fileManifest } from "../../src/bom/file-manifest.ts";
import { AibomError } from "../../src/errors.ts";
import { hashTarget, inventory } from "../../src/inventory.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { signBom } from "../../src/signers/bom-statement.ts";
import { embedJsfSignature } from "../../src/signers/jsf.ts";
import { signStatement } from "../../src/signers/statement-bundle.ts";
import { aibom } from "../cli/run-aibom.ts";
import { seeded } from "../random.ts";
import { sha256, testKey } from "../signers/signing.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { codesOf } from "./release.ts";
import { type SignedModel, signModelBy, type TrustSpec, writeModel, writeTrust } from "./signed-model.ts";

const predicateType = "https://example.com/evaluation/v1";
const at = new Date("2026-11-02T00:00:00Z");

function statement(subjects: readonly object[], type = predicateType): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      _type: "https://in-toto.io/Statement/v1",
      subject: subjects,
      predicateType: type,
      predicate: { score: 1 },
    }),
  );
}

const digestOf = (bytes: Uint8Array, algorithm: string): string =>
  createHash(algorithm).update(bytes).digest("hex");

/** A policy that asks for one attestation by `builder`. */
function writePolicy(directory: string, type = predicateType): string {
  const path = join(directory, "policy.yaml");
  writeFileSync(
    path,
    `apiVersion: aibom/policy/v1
name: attested
rules:
  - id: evaluated
    kind: attestation
    predicateType: ${type}
    signers: [builder]
`,
  );
  return path;
}

const builder = testKey();
const other = testKey();
const trust: TrustSpec = {
  keys: [
    { name: "builder", publicKey: builder.publicPem, usages: ["statement"] },
    { name: "other", publicKey: other.publicPem, usages: ["statement"] },
  ],
};

/** One line of a file of attestations. */
async function line(payload: Uint8Array, signer = builder.signer): Promise<string> {
  return JSON.stringify(JSON.parse(Buffer.from(await signStatement(payload, signer, 1 << 20)).toString()));
}

/** Another byte in the middle of the signature. */
function spoiltSignature(text: string): string {
  const bundle = JSON.parse(text);
  const [signature] = bundle.dsseEnvelope.signatures;
  const bytes = Buffer.from(signature.sig, "base64");
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  signature.sig = bytes.toString("base64");
  return JSON.stringify(bundle);
}

function denied(verdict: Verdict, code: string, what = ""): void {
  assert.equal(verdict.outcome, "deny", what);
  assert.ok(codesOf(verdict).has(code), `${what}: ${code} is not among ${[...codesOf(verdict)].join(", ")}`);
}

function allowed(verdict: Verdict, what = ""): void {
  assert.equal(verdict.outcome, "allow", `${what} ${[...codesOf(verdict)].join(", ")}`);
}

async function prepared(directory: string) {
  const model = await writeModel(directory);
  const policy = writePolicy(directory);
  const bytes = readFileSync(model.file);
  const subject = { name: "any name", digest: { sha256: sha256(bytes) } };
  return { model, policy, bytes, subject, path: `${model.target}.intoto.jsonl` };
}

test("several attestations in one file: a bad one is its own answer and leaves the others", async (t) => {
  const { model, policy, subject, path } = await prepared(temporaryDirectory(t));
  const good = await line(statement([subject]));
  const bad: readonly [name: string, line: string, code: string][] = [
    ["no JSON", "{", "JSON_INVALID"],
    ["by a stranger", await line(statement([subject]), testKey().signer), "TRUST_KEY_UNKNOWN"],
    [
      "about other bytes",
      await line(statement([{ name: "x", digest: { sha256: sha256("x") } }])),
      "ATTESTATION_OF_OTHER_BYTES",
    ],
    ["a spoilt signature", spoiltSignature(good), "SIGNATURE_"],
    [
      "another payload",
      good.replace(/"payload":"[^"]+"/, `"payload":"${Buffer.from(statement([])).toString("base64")}"`),
      "SIGNATURE_INVALID",
    ],
  ];
  for (const [name, wrong, code] of bad) {
    writeFileSync(path, `${wrong}\n`);
    const alone = await model.verify(trust, { policy });
    denied(alone, "ATTESTATION_MISSING", name);
    assert.ok(
      alone.rejected.some((each) => each.code.startsWith(code)),
      `${name}: ${alone.rejected[0]?.code}`,
    );
    for (const lines of [
      [good, wrong],
      [wrong, good],
      [wrong, "", good, wrong],
    ]) {
      writeFileSync(path, `${lines.join("\n")}\n`);
      const verdict = await model.verify(trust, { policy });
      allowed(verdict, name);
      assert.equal(verdict.evidence.length, 1, name);
      assert.equal(verdict.rejected.length, lines.filter((each) => each === wrong).length, name);
    }
  }
});

test("subjects: SHA-256, SHA-512, both, the listing of the directory; names say nothing", async (t) => {
  const { model, policy, bytes, path } = await prepared(temporaryDirectory(t));
  const { hashed } = await hashTarget(model.target, { algorithms: ["sha256"] });
  const listing = fileManifest(hashed).hex;
  const name = basename(model.file);
  const right = [
    { sha256: digestOf(bytes, "sha256") },
    { sha512: digestOf(bytes, "sha512") },
    { sha384: digestOf(bytes, "sha384"), sha512: digestOf(bytes, "sha512") },
    { sha256: listing },
  ];
  for (const digest of right) {
    writeFileSync(path, await line(statement([{ name: "unrelated", digest }])));
    allowed(await model.verify(trust, { policy }), JSON.stringify(digest));
    writeFileSync(
      path,
      await line(
        statement([
          { name: "x", digest: { sha256: sha256("x") } },
          { name: "y", digest },
        ]),
      ),
    );
    allowed(await model.verify(trust, { policy }), "the second subject");
  }
  const wrong = [
    { sha256: sha256("other") },
    { sha512: digestOf(Buffer.from("other"), "sha512") },
    { sha1: digestOf(bytes, "sha1") },
    { md5: digestOf(bytes, "md5") },
    { gitCommit: digestOf(bytes, "sha256") },
    { sha256: digestOf(bytes, "sha256").toUpperCase() },
    { sha256: digestOf(bytes, "sha256"), sha512: digestOf(Buffer.from("other"), "sha512") },
  ];
  for (const digest of wrong) {
    writeFileSync(path, await line(statement([{ name, digest }])));
    denied(await model.verify(trust, { policy }), "ATTESTATION_MISSING", JSON.stringify(digest));
  }
  // The listing is of all files: one more, and it is another directory.
  writeFileSync(path, await line(statement([{ name, digest: { sha256: listing } }])));
  writeFileSync(join(model.target, "more.txt"), "x");
  denied(await model.verify(trust, { policy }), "ATTESTATION_MISSING");
  writeFileSync(path, await line(statement([{ name, digest: { sha256: digestOf(bytes, "sha256") } }])));
  denied(await model.verify(trust, { policy }), "ATTESTATION_NOT_COVERING");
});

test("who may attest: usage, window, revocation, and a Sigstore identity", async (t) => {
  const { model, policy, subject, path } = await prepared(temporaryDirectory(t));
  writeFileSync(path, await line(statement([subject])));
  const key = { name: "builder", publicKey: builder.publicPem, usages: ["statement"] } as const;
  allowed(await model.verify({ keys: [key] }, { policy }));
  denied(
    await model.verify({ keys: [{ ...key, usages: ["model", "bom"] }] }, { policy }),
    "TRUST_USAGE_NOT_ALLOWED",
  );
  denied(
    await model.verify({ keys: [{ ...key, validUntil: "2026-11-01T00:00:00Z" }] }, { policy }),
    "TRUST_KEY_EXPIRED",
  );
  const revocations = [{ identity: "builder", revokedAt: "2026-11-01T00:00:00Z", reason: "x" }];
  denied(await model.verify({ keys: [key], revocations }, { policy }), "TRUST_KEY_REVOKED");
  writeFileSync(path, await line(statement([subject]), other.signer));
  denied(await model.verify(trust, { policy }), "ATTESTATION_SIGNER_NOT_ALLOWED");
  writeFileSync(
    path,
    JSON.stringify(sigstoreBundle({ payload: statement([subject]), entries: [{ log: rekor1 }] })),
  );
  const sigstore = (usages: readonly ("statement" | "model")[]): TrustSpec => ({
    authorities: [
      {
        name: "public",
        kind: "sigstore",
        bytes: toBytes(trustedRoot()),
        thresholds: { log: 1, sct: 1, time: 1 },
      },
    ],
    identities: [
      {
        name: "builder",
        kind: "sigstore",
        authority: "public",
        subjectAltName: identity,
        issuer: identityIssuer,
        usages,
      },
    ],
  });
  allowed(await model.verify(sigstore(["statement"]), { policy }), "Sigstore");
  denied(
    await model.verify(sigstore(["model"]), { policy }),
    "TRUST_USAGE_NOT_ALLOWED",
    "Sigstore, for models",
  );
});

test("an attestation is no model signature, and a model signature is no attestation", async (t) => {
  const directory = temporaryDirectory(t);
  const { model, policy, subject, path } = await prepared(directory);
  const everything: TrustSpec = { keys: [{ name: "builder", publicKey: builder.publicPem }] };
  writeFileSync(path, await line(statement([subject])));
  denied(await model.verify(everything), "SIGNATURE_MISSING");
  rmSync(path);
  await signModelBy(model, builder.signer);
  denied(await model.verify(everything, { policy }), "ATTESTATION_MISSING");
  allowed(await model.verify(everything));
  // In a file of attestations a model signature is what it is anywhere else.
  rmSync(join(model.target, "model.sig"));
  writeFileSync(path, await line(model.payload));
  const verdict = await model.verify(everything);
  allowed(verdict);
  assert.equal(verdict.evidence[0]?.kind === "signature" && verdict.evidence[0].usage, "model");
});

test("the rule through the command line", async (t) => {
  const directory = temporaryDirectory(t);
  const { policy, subject } = await prepared(directory);
  writeTrust(join(directory, "trust"), trust);
  const named = join(directory, "evaluation.json");
  writeFileSync(named, await line(statement([subject])));
  const base = ["verify", "model", "--trust-root", "trust", "--policy", policy, "--at", at.toISOString()];
  const run = (...args: string[]) => aibom([...base, ...args], { cwd: directory });
  const good = await run("--attestation", named, "--format", "json");
  assert.equal(good.code, 0, good.stderr);
  assert.equal(JSON.parse(good.stdout).rules[0].kind, "attestation");
  const without = await run();
  assert.equal(without.code, 1);
  assert.match(without.stdout, /ATTESTATION_MISSING/);
  assert.equal((await run("--attestation", "nowhere.json")).code, 2);
  writePolicy(directory, "https://example.com/other/v1");
  assert.equal((await run("--attestation", named)).code, 1);
});

/** A BOM of the model, unsigned. */
async function writeBom(model: SignedModel): Promise<{ path: string; bytes: Uint8Array }> {
  const path = join(model.directory, "aibom.cdx.json");
  const bytes = await buildBom(await inventory([model.target]), {
    specVersion: "1.7",
    toolVersion: "0",
    timestamp: at,
  });
  writeFileSync(path, bytes);
  return { path, bytes };
}

function writeBomPolicy(directory: string, minSigners = 1): string {
  const path = join(directory, "bom-policy.yaml");
  writeFileSync(
    path,
    `apiVersion: aibom/policy/v1
name: bom
rules:
  - { id: in-bom, kind: bom-match }
  - { id: bom-signed, kind: signature, scope: { kind: bom }, signers: any, minSigners: ${minSigners} }
`,
  );
  return path;
}

test("a signature inside the BOM counts; a nested one, a changed BOM and a stranger do not", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const policy = writeBomPolicy(model.directory);
  const { path, bytes } = await writeBom(model);
  const key: TrustSpec = { keys: [{ name: "release", publicKey: builder.publicPem }] };
  const options = { policy, bom: path };
  denied(await model.verify(key, options), "BOM_SIGNATURE_NOT_FOUND");
  const signed = await embedJsfSignature(bytes, builder.signer);
  writeFileSync(path, signed);
  const verdict = await model.verify(key, options);
  allowed(verdict);
  const evidence = verdict.evidence.find((each) => each.kind === "signature");
  assert.deepEqual([evidence?.scheme, evidence?.usage, evidence?.covers], ["jsf", "bom", ["aibom.cdx.json"]]);
  denied(
    await model.verify({ keys: [{ name: "release", publicKey: other.publicPem }] }, options),
    "JSF_KEY_UNKNOWN",
  );
  denied(
    await model.verify(
      { keys: [{ name: "release", publicKey: builder.publicPem, usages: ["model"] }] },
      options,
    ),
    "TRUST_USAGE_NOT_ALLOWED",
  );
  const revocations = [{ identity: "release", revokedAt: "2026-11-01T00:00:00Z", reason: "x" }];
  denied(await model.verify({ ...key, revocations }, options), "TRUST_KEY_REVOKED");
  const text = Buffer.from(signed).toString();
  const version = text.replace('"version": 1', '"version": 2');
  assert.notEqual(version, text);
  writeFileSync(path, version);
  denied(await model.verify(key, options), "JSF_SIGNATURE_INVALID");
  // JSF signs values, not their layout: the same document on one line is the same document.
  writeFileSync(path, JSON.stringify(JSON.parse(text)));
  allowed(await model.verify(key, options), "reformatted");
  // A signature over a part says nothing about the rest.
  const nested = JSON.parse(Buffer.from(bytes).toString());
  nested.components[0].signature = JSON.parse(text).signature;
  writeFileSync(path, JSON.stringify(nested));
  const partial = await model.verify(key, options);
  denied(partial, "BOM_SIGNATURE_NOT_FOUND", "nested");
  assert.ok(partial.evidence.every((each) => each.kind !== "signature"));
});

test("two signers of one BOM: statement and JSF, ECDSA and ML-DSA-65", async (t) => {
  const model = await writeModel(temporaryDirectory(t));
  const policy = writeBomPolicy(model.directory, 2);
  const { path, bytes } = await writeBom(model);
  const quantum = testKey("ml-dsa-65");
  const keys = [
    { name: "classic", publicKey: builder.publicPem },
    { name: "jsf", publicKey: other.publicPem },
    { name: "quantum", publicKey: quantum.publicPem },
  ];
  const statementBy = async (signer: typeof builder.signer, name: string, of = bytes): Promise<string> => {
    const file = join(model.directory, name);
    writeFileSync(file, (await signBom(of, "aibom.cdx.json", signer)).bundle);
    return file;
  };
  const classic = await statementBy(builder.signer, "classic.sigstore.json");
  const postQuantum = await statementBy(quantum.signer, "quantum.sigstore.json");
  const by = (...bomSignatures: readonly string[]) =>
    model.verify({ keys }, { policy, bom: path, bomSignatures });
  const hybrid = await by(classic, postQuantum);
  allowed(hybrid, "hybrid");
  const algorithms = hybrid.evidence.flatMap((each) =>
    each.kind === "signature" ? [each.signer.algorithm] : [],
  );
  assert.deepEqual(algorithms.sort(), ["ecdsa-p256-sha256", "ml-dsa-65"]);
  denied(await by(classic), "SIGNERS_TOO_FEW", "one of two");
  denied(await by(postQuantum, postQuantum), "SIGNERS_TOO_FEW", "the same twice");
  const again = await statementBy(builder.signer, "again.sigstore.json");
  denied(await by(classic, again), "SIGNERS_TOO_FEW", "one signer, two files");
  // One signer inside, the other beside.
  const embedded = await embedJsfSignature(bytes, other.signer);
  writeFileSync(path, embedded);
  const over = await statementBy(builder.signer, "over.sigstore.json", embedded);
  allowed(await by(over), "JSF and statement");
  denied(await by(classic), "BOM_STATEMENT_BYTES", "a statement about the BOM before it was signed inside");
  const own = await statementBy(other.signer, "own.sigstore.json", embedded);
  denied(await by(own), "SIGNERS_TOO_FEW", "inside and beside, the same signer");
});

test("one flipped bit in an attestation or a BOM signed inside is never allowed", async (t) => {
  const { model, policy, subject, path } = await prepared(temporaryDirectory(t));
  writeFileSync(path, await line(statement([subject])));
  const bomPolicy = writeBomPolicy(model.directory);
  const bom = await writeBom(model);
  writeFileSync(bom.path, await embedJsfSignature(bom.bytes, builder.signer));
  const everything: TrustSpec = { keys: [{ name: "builder", publicKey: builder.publicPem }] };
  const below = seeded(7);
  const outcomes = new Map<string, number>();
  const survivors: string[] = [];
  for (const [file, options] of [
    [path, { policy }],
    [bom.path, { policy: bomPolicy, bom: bom.path }],
  ] as const) {
    const original = readFileSync(file);
    allowed(await model.verify(everything, options));
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(original);
      const index = below(bytes.length);
      bytes[index] = (bytes[index] ?? 0) ^ (1 << below(8));
      writeFileSync(file, bytes);
      const outcome = await outcomeOf(model.verify(everything, options));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (outcome === "allow") {
        survivors.push(
          `${basename(file)} ${index} ${JSON.stringify(original.toString("latin1", index - 30, index + 10))}`,
        );
      }
    }
    writeFileSync(file, original);
  }
  t.diagnostic(`600 flips: ${JSON.stringify(Object.fromEntries(outcomes))}`);
  assert.deepEqual(survivors, []);
});

async function outcomeOf(run: Promise<Verdict>): Promise<string> {
  try {
    return (await run).outcome;
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
}

test("taking away a signature, an attestation, an identity or an authority never opens the gate", async (t) => {
  const { model, subject } = await prepared(temporaryDirectory(t));
  const directory = model.directory;
  const policy = join(directory, "all.yaml");
  writeFileSync(
    policy,
    `apiVersion: aibom/policy/v1
name: all
rules:
  - { id: signed, kind: signature, signers: any }
  - { id: two, kind: signature, signers: [one, two, workflow], minSigners: 2 }
  - { id: evaluated, kind: attestation, predicateType: "${predicateType}", signers: any }
  - { id: clean, kind: content, failAt: low }
  - { id: complete, kind: complete }
`,
  );
  const [one, two] = [testKey(), testKey()];
  const write = (name: string, content: Uint8Array | string): string => {
    const path = join(directory, name);
    writeFileSync(path, content);
    return path;
  };
  const signature = async (name: string, signer: typeof one.signer, payload = model.payload) =>
    write(name, await signStatement(payload, signer, 1 << 20));
  const wrongPayload = Buffer.from(model.payload).toString().replaceAll(basename(model.file), "missing.gguf");
  const elements: readonly { readonly kind: string; readonly value: unknown }[] = [
    { kind: "signature", value: await signature("one.sig", one.signer) },
    { kind: "signature", value: await signature("two.sig", two.signer) },
    {
      kind: "signature",
      value: write("w.sig", toBytes(sigstoreBundle({ payload: model.payload, entries: [{ log: rekor1 }] }))),
    },
    { kind: "signature", value: await signature("wrong.sig", one.signer, Buffer.from(wrongPayload)) },
    { kind: "attestation", value: write("good.jsonl", await line(statement([subject]))) },
    {
      kind: "attestation",
      value: write(
        "bad.jsonl",
        `${await line(statement([{ name: "x", digest: { sha256: sha256("x") } }]))}\n{`,
      ),
    },
    { kind: "key", value: { name: "one", publicKey: one.publicPem } },
    { kind: "key", value: { name: "two", publicKey: two.publicPem } },
    { kind: "authority", value: "public" },
    { kind: "authority", value: "foreign" },
  ];
  const foreign = trustedRoot();
  foreign.tlogs = [];
  const authorities = {
    public: {
      name: "public",
      kind: "sigstore",
      bytes: toBytes(trustedRoot()),
      thresholds: { log: 1, sct: 1, time: 1 },
    },
    foreign: {
      name: "foreign",
      kind: "sigstore",
      bytes: toBytes(foreign),
      thresholds: { log: 0, sct: 0, time: 1 },
    },
  } as const;
  const outcomeOfSet = (set: number): Promise<string> => {
    const chosen = elements.filter((_, index) => (set & (1 << index)) !== 0);
    const of = <T>(kind: string): T[] =>
      chosen.filter((each) => each.kind === kind).map((each) => each.value as T);
    const named = of<keyof typeof authorities>("authority");
    const none = write("none.sig", "{}");
    const signatures = of<string>("signature");
    return outcomeOf(
      model.verify(
        {
          keys: [
            { name: "builder", publicKey: builder.publicPem },
            ...of<{ name: string; publicKey: string }>("key"),
          ],
          authorities: named.map((name) => authorities[name]),
          identities: named.map((name) => ({
            name: name === "public" ? "workflow" : "foreign-workflow",
            kind: "sigstore",
            authority: name,
            subjectAltName: identity,
            issuer: identityIssuer,
            usages: ["model"],
          })),
        },
        {
          policy,
          signatures: signatures.length === 0 ? [none] : signatures,
          attestations: of("attestation"),
        },
      ),
    );
  };
  const count = 1 << elements.length;
  const outcomes: string[] = [];
  for (let set = 0; set < count; set++) {
    outcomes.push(await outcomeOfSet(set));
  }
  let steps = 0;
  const broken: string[] = [];
  for (let set = 0; set < count; set++) {
    for (let index = 0; index < elements.length; index++) {
      const bit = 1 << index;
      if ((set & bit) !== 0) {
        steps++;
        if (outcomes[set ^ bit] === "allow" && outcomes[set] !== "allow") {
          broken.push(`${set.toString(2)} without ${JSON.stringify(elements[index])}: ${outcomes[set]}`);
        }
      }
    }
  }
  const allow = outcomes.filter((each) => each === "allow").length;
  t.diagnostic(`${count} sets, ${allow} allowed, ${steps} removals`);
  assert.ok(allow > 0 && allow < count / 2);
  assert.deepEqual(broken, []);
});
