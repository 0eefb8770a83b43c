// SPDX-License-Identifier: Apache-2.0
// OpenSSF Model Signing: the key-method vectors of the reference implementation verify, its 21 golden
// payloads verify when signed, and reproduce from the models up to the order of their entries.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { modelStatement } from "../../src/signers/model-signature.ts";
import type { TrustRoot } from "../../src/trust/trust-root.ts";
import type { ModelOnDisk } from "../../src/verifiers/model-comparison.ts";
import { rootDigest } from "../../src/verifiers/model-manifest.ts";
import { openModelSignature } from "../../src/verifiers/model-signing.ts";
import { corpus } from "../corpora.ts";
import { at, fileOf, signAny, testKey, trustOf } from "../signers/signing.ts";
import { trustWith } from "../trust/in-memory.ts";

const { path: corpora, missing } = corpus("signing/oms");

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

function modelAt(path: string, shardSize?: number): ModelOnDisk {
  const isSingleFile = statSync(path).isFile();
  const names = isSingleFile ? [""] : filesBelow(path).filter((name) => name !== "model.sig");
  const files = names.map((name) => {
    const shown = name === "" ? (path.split("/").at(-1) ?? "") : name;
    return fileOf(shown, readFileSync(join(path, name), "latin1"), shardSize);
  });
  return { isSingleFile, files, ignored: [], refused: [] };
}

const vectors = [
  ["v0.3.1-elliptic-key", "signme-1"],
  ["v1.0.0-elliptic-key", "signme-1"],
  ["v1.0.1-elliptic-key", ""],
  ["v1.1.0-elliptic-key", ""],
] as const;

test("key-method vectors of the reference implementation", { skip: missing }, async (t) => {
  const root = join(corpora, "model-transparency");
  const publicKey = readFileSync(join(root, "keys/certificate/signing-key-pub.pem"), "utf8");
  const trustRoot = trustOf([{ publicKey }]);
  let verified = 0;
  for (const [directory, file] of vectors) {
    const bundle = readFileSync(join(root, directory, "model.sig"));
    const context = { bundle, signature: "model.sig", trustRoot, at };
    const model = modelAt(join(root, directory, file));
    const { evidence, rejected, findings } = (await openModelSignature(context, directory)).verify(model);
    assert.deepEqual(rejected, []);
    assert.equal(evidence[0]?.covers.length, file === "" ? 2 : 1);
    assert.equal(
      findings.some((each) => each.code === "OMS_BUNDLE_OLD"),
      directory !== "v1.1.0-elliptic-key",
    );
    const tampered = { ...model, files: model.files.map((each) => ({ ...fileOf(each.path, "tampered") })) };
    assert.equal((await openModelSignature(context, directory)).verify(tampered).evidence.length, 0);
    verified++;
  }
  t.diagnostic(`${verified} of ${vectors.length} verify, each is rejected once its files change`);
  assert.equal(verified, 4);
});

/** What verifies each vector of the other two methods. */
function vectorTrust(method: string): TrustRoot {
  const read = (path: string): Buffer => readFileSync(join(corpora, "..", path));
  return method === "certificate"
    ? trustWith({
        ca: [
          {
            pem: read("oms/model-transparency/keys/certificate/ca-cert.pem").toString(),
            identities: [{ subject: "CN=intermediate-ca" }],
          },
        ],
      })
    : trustWith({
        sigstore: [
          {
            root: read("trust/public-good.trusted_root.json"),
            identities: [
              {
                subjectAltName: "stefanb@us.ibm.com",
                issuer: "https://sigstore.verify.ibm.com/oauth2",
              },
            ],
          },
        ],
      });
}

test("certificate and Sigstore vectors verify, and are rejected once their files change", {
  skip: missing,
}, async (t) => {
  const root = join(corpora, "model-transparency");
  const names = readdirSync(root).filter((name) => /-(certificate|sigstore)$/.test(name));
  for (const directory of names) {
    const trustRoot = vectorTrust(directory.endsWith("-certificate") ? "certificate" : "sigstore");
    const bundle = readFileSync(join(root, directory, "model.sig"));
    const isLegacy = directory.startsWith("v0.2.0");
    const open = (allowLegacyUnsafe: boolean, trust = trustRoot) =>
      openModelSignature({ bundle, signature: "s", trustRoot: trust, at, allowLegacyUnsafe }, directory);
    const model = modelAt(join(root, directory));
    const { evidence, rejected, findings } = await (await open(isLegacy)).verify(model);
    assert.deepEqual(rejected, [], directory);
    assert.equal(evidence[0]?.covers.length, 2);
    assert.equal((evidence[0]?.times.length ?? 0) > 0, directory.endsWith("-sigstore"));
    assert.equal(
      findings.some((each) => each.code === "OMS_LEGACY_ACCEPTED"),
      isLegacy,
    );
    const tampered = { ...model, files: model.files.map((each) => ({ ...fileOf(each.path, "tampered") })) };
    assert.equal((await (await open(isLegacy)).verify(tampered)).evidence.length, 0);
    const other = await (await open(isLegacy, trustOf([]))).verify(model);
    assert.equal(other.rejected[0]?.code, "TRUST_NO_AUTHORITY");
    if (isLegacy) {
      assert.equal((await (await open(false)).verify(model)).rejected[0]?.code, "SIGNATURE_INVALID");
    }
  }
  t.diagnostic(`${names.length} of 9 verify; with the key vectors ${names.length + vectors.length} of 13`);
  assert.equal(names.length + vectors.length, 13);
});

/** Everything that the vectors of the specification and of the reference implementation are signed by. */
function specificationTrust(method: string): TrustRoot {
  const publicKey = readFileSync(
    join(corpora, "model-transparency/keys/certificate/signing-key-pub.pem"),
    "utf8",
  );
  return method === "key" ? trustOf([{ publicKey }]) : vectorTrust(method);
}

test("test vectors of the specification: valid ones verify, the others are refused by name", {
  skip: missing,
}, async (t) => {
  const root = join(corpora, "spec/test-vectors/v1.0");
  const open = (path: string, method: string) => {
    const bundle = readFileSync(join(root, path));
    const trustRoot = specificationTrust(method);
    return openModelSignature({ bundle, signature: "model.sig", trustRoot, at }, "model");
  };
  for (const method of ["key", "certificate", "sigstore"]) {
    // The vectors were made over these two models of the reference implementation.
    const name = method === "sigstore" ? "sigstore" : "elliptic-key";
    const model = modelAt(join(corpora, "model-transparency", `v1.1.0-${name}`));
    const { evidence, rejected } = await (await open(`valid/${method}.bundle.json`, method)).verify(model);
    assert.deepEqual(rejected, [], method);
    assert.equal(evidence[0]?.covers.length, 2);
  }
  const refused: readonly (readonly [string, string, string])[] = [
    ["invalid/empty.bundle.json", "key", "JSON_INVALID"],
    ["invalid/missing-envelope.bundle.json", "key", "BUNDLE_MALFORMED"],
    ["invalid/missing-verification-material.bundle.json", "key", "BUNDLE_MALFORMED"],
    ["invalid/missing-tlog-entries.bundle.json", "sigstore", "SIGSTORE_THRESHOLD"],
    // Edited without signing again; correctly signed wrong predicates are in test/verifiers/model-signing.test.ts.
    ["invalid-payload/wrong-predicate.bundle.json", "key", "SIGNATURE_INVALID"],
  ];
  for (const [path, method, expected] of refused) {
    const opened = await open(path, method);
    const { evidence, rejected } = await opened.verify(
      modelAt(join(corpora, "model-transparency/v1.1.0-certificate")),
    );
    assert.deepEqual([evidence, rejected[0]?.code], [[], expected], path);
  }
  t.diagnostic(`3 of 3 verify, ${refused.length} of 5 refused`);
});

/** Where the model of a golden lies, and the method in its name. */
function goldenModel(name: string): { path: string | undefined; shardSize: number | undefined } {
  const kind = name.replace(/_(small_shards|shard)$/, "");
  const shardSize = name.endsWith("_small_shards") ? 8 : name.endsWith("_shard") ? 1_000_000_000 : undefined;
  const models: Record<string, string | undefined> = {
    sample_model_file: "f1/file_model",
    empty_model_file: "f2/empty_file_model",
    sample_model_folder: "sample_model",
    deep_model_folder: "deep_model",
    symlink_model_folder: "symlink_model",
    model_folder_with_empty_file: "empty_file_inside_model",
  };
  const path = models[kind];
  return { path: path === undefined ? undefined : join(corpora, "goldens/models", path), shardSize };
}

interface Entry {
  readonly name: string;
  readonly algorithm: string;
  readonly digest: string;
}

test("golden payloads", { skip: missing }, async (t) => {
  const { signer, publicPem } = testKey();
  const trustRoot = trustOf([{ publicKey: publicPem }]);
  const names = readdirSync(join(corpora, "goldens/payloads"));
  let reproduced = 0;
  let refused = 0;
  for (const name of names) {
    const payload = readFileSync(join(corpora, "goldens/payloads", name), "utf8");
    const golden = JSON.parse(payload);
    const entries: Entry[] = golden.predicate.resources;
    assert.equal(rootDigest(entries.map((each) => each.digest)), golden.subject[0].digest.sha256);
    const { path, shardSize } = goldenModel(name);
    const model =
      path === undefined
        ? { isSingleFile: false, files: [], ignored: [], refused: [] }
        : modelAt(path, shardSize);
    const bundle = await signAny(payload, signer);
    const opened = await openModelSignature({ bundle, signature: "s", trustRoot, at }, name);
    const result = opened.verify(model);
    if (entries.length === 0) {
      // A signature over nothing is a valid golden, and is never accepted.
      assert.equal(result.rejected[0]?.code, "OMS_RESOURCES_EMPTY");
      assert.ok(model.files.every((file) => shardSize !== undefined && file.size === 0));
      refused++;
    } else {
      assert.equal(result.rejected.length, 0, `${name}: ${result.rejected[0]?.code}`);
      assert.equal(
        result.evidence[0]?.covers.length,
        model.files.filter((f) => shardSize === undefined || f.size > 0).length,
      );
      const options = {
        name: golden.subject[0].name,
        ignorePaths: [],
        ...(shardSize === undefined ? {} : { shardSizeBytes: shardSize }),
      };
      const own: Entry[] = JSON.parse(Buffer.from(modelStatement(model.files, options)).toString()).predicate
        .resources;
      // The reference implementation names a single file "." and sorts by path component.
      const spell = (each: Entry) =>
        JSON.stringify([
          model.isSingleFile ? each.name.replace(/^[^:]+/, ".") : each.name,
          each.algorithm,
          each.digest,
        ]);
      assert.deepEqual(own.map(spell).sort(), entries.map(spell).sort(), name);
    }
    reproduced++;
  }
  t.diagnostic(`${reproduced} of ${names.length} reproduce, ${refused} of them sign nothing and are refused`);
  assert.equal(reproduced, 21);
});
