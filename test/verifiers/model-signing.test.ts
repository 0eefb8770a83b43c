// SPDX-License-Identifier: Apache-2.0
// Model signatures: what verifies, what differs, and statements that are wrong and correctly signed.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AibomError } from "../../src/errors.ts";
import { isEvidence } from "../../src/model/evidence.ts";
import { modelStatement, signModel } from "../../src/signers/model-signature.ts";
import type { TrustRoot } from "../../src/trust/trust-root.ts";
import type { ModelOnDisk } from "../../src/verifiers/model-comparison.ts";
import { rootDigest } from "../../src/verifiers/model-manifest.ts";
import { openModelSignature } from "../../src/verifiers/model-signing.ts";
import { at, changed, fileOf, sha256, signAny, testKey, trustOf } from "../signers/signing.ts";

const key = testKey();
const trustRoot = trustOf([{ name: "release", publicKey: key.publicPem }]);
const files = [fileOf("config.json", "{}"), fileOf("sub/w.safetensors", "weights"), fileOf("z.txt", "z")];
const options = { name: "model", ignorePaths: [".git", "model.sig"] };
const bundle = await signModel(files, key.signer, options);

const onDisk = (part: Partial<ModelOnDisk> = {}): ModelOnDisk => ({
  isSingleFile: false,
  files,
  ignored: [],
  refused: [],
  ...part,
});

async function verify(bytes: Uint8Array, model = onDisk(), root: TrustRoot = trustRoot) {
  const context = { bundle: bytes, signature: "model.sig", trustRoot: root, at };
  const opened = await openModelSignature(context, "model");
  return opened.verify(model);
}

/** The code of the rejection; fails if there is evidence. */
async function rejected(
  bytes: Uint8Array,
  model = onDisk(),
  root: TrustRoot = trustRoot,
): Promise<string | undefined> {
  const result = await verify(bytes, model, root);
  assert.deepEqual(result.evidence, []);
  return result.rejected[0]?.code;
}

const codesOf = (result: Awaited<ReturnType<typeof verify>>) =>
  result.findings.map((each) => `${each.code} ${each.location.path} ${each.severity}`).sort();

test("a good signature: evidence with exactly the signed files", async () => {
  const { evidence, rejected: reasons, findings } = await verify(bundle);
  assert.deepEqual([reasons, findings], [[], []]);
  const [only] = evidence;
  assert.ok(isEvidence(only));
  assert.ok(!isEvidence({ ...only }), "a copy is not evidence");
  assert.deepEqual(only?.covers, ["config.json", "sub/w.safetensors", "z.txt"]);
  assert.deepEqual(only?.signer.identity, "release");
  assert.throws(() => (only as unknown as { covers: string[] }).covers.push("x"), TypeError);
});

test("P-256, P-384 and P-521 sign; Ed25519 and ML-DSA-65 are refused when signing and when verifying", async () => {
  for (const type of ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521"] as const) {
    const { signer, publicPem } = testKey(type);
    const result = await verify(
      await signModel(files, signer, options),
      onDisk(),
      trustOf([{ publicKey: publicPem }]),
    );
    assert.equal(result.evidence.length, 1);
  }
  for (const type of ["ed25519", "ml-dsa-65"] as const) {
    const { signer, publicPem } = testKey(type);
    assert.throws(
      () => signModel(files, signer, options),
      (error) => error instanceof AibomError && error.code === "OMS_ALGORITHM_UNSUPPORTED",
    );
    const bytes = await signAny(Buffer.from(modelStatement(files, options)).toString(), signer);
    assert.equal(
      await rejected(bytes, onDisk(), trustOf([{ publicKey: publicPem }])),
      "OMS_ALGORITHM_UNSUPPORTED",
    );
  }
});

test("all differences are reported, not the first", async () => {
  const model = onDisk({
    files: [
      fileOf("config.json", "{ }"),
      { ...fileOf("z.txt", "z"), isLink: true },
      fileOf("evil.py", "import os"),
      fileOf("model.sig", "it"),
    ],
    refused: ["pipe"],
    ignored: [
      { path: ".git", rule: "git" },
      { path: "cache", rule: "user", isDirectory: true },
      { path: "notes.md", rule: "user" },
      { path: "x.pkl", rule: "user" },
    ],
    signaturePath: "model.sig",
  });
  const result = await verify(bundle, model);
  assert.deepEqual(codesOf(result), [
    "OMS_FILE_CHANGED config.json critical",
    "OMS_FILE_EXTRA evil.py high",
    "OMS_FILE_IGNORED .git info",
    "OMS_FILE_IGNORED cache high",
    "OMS_FILE_IGNORED notes.md low",
    "OMS_FILE_IGNORED x.pkl high",
    "OMS_FILE_MISSING sub/w.safetensors high",
    "OMS_FILE_REFUSED pipe high",
    "OMS_FILE_SYMLINK z.txt high",
  ]);
  assert.equal(result.evidence.length, 0);
  assert.equal(result.rejected[0]?.code, "OMS_MODEL_DIFFERS");
});

test("changed and extra files are not covered; a missing one costs the signature", async () => {
  const extra = await verify(bundle, onDisk({ files: [...files, fileOf("evil.py", "x")] }));
  assert.deepEqual(extra.evidence[0]?.covers, ["config.json", "sub/w.safetensors", "z.txt"]);
  const change = await verify(bundle, onDisk({ files: [fileOf("config.json", "x"), ...files.slice(1)] }));
  assert.deepEqual(change.evidence[0]?.covers, ["sub/w.safetensors", "z.txt"]);
  assert.equal(await rejected(bundle, onDisk({ files: files.slice(1) })), "OMS_MODEL_DIFFERS");
  assert.equal(await rejected(bundle, onDisk({ refused: ["pipe"] })), "OMS_MODEL_DIFFERS");
  const renamed = files.map((file) => ({ ...file, path: file.path.toUpperCase() }));
  assert.equal(await rejected(bundle, onDisk({ files: renamed })), "OMS_MODEL_DIFFERS");
});

test("ignore lists of the signer: present files are reported and not covered", async () => {
  const bytes = await signModel(files, key.signer, { ...options, ignorePaths: ["extra", "notes.txt", "."] });
  const present = [fileOf("extra/run.py", "x"), fileOf("notes.txt", "x"), fileOf("extra2", "x")];
  const result = await verify(bytes, onDisk({ files: [...files, ...present] }));
  assert.deepEqual(codesOf(result), [
    "OMS_FILE_EXTRA extra2 high",
    "OMS_FILE_IGNORED extra/run.py high",
    "OMS_FILE_IGNORED notes.txt low",
  ]);
  assert.equal(result.evidence[0]?.covers.length, 3);
  const skipped = await verify(
    bundle,
    onDisk({
      files: files.slice(0, 1),
      ignored: [
        { path: "sub", rule: "r" },
        { path: "z.txt", rule: "r" },
      ],
    }),
  );
  assert.ok(codesOf(skipped).includes("OMS_SIGNED_FILE_IGNORED sub/w.safetensors high"));
  // What was left out may hold anything by now: the signature does not count.
  assert.deepEqual(skipped.evidence, []);
  assert.equal(skipped.rejected[0]?.code, "OMS_MODEL_DIFFERS");
});

test("who may sign: unknown, revoked, expired, early, other usage, hints that name no key", async () => {
  const other = testKey();
  const publicKey = key.publicPem;
  const { keyId } = key.signer;
  const roots: [string, TrustRoot][] = [
    ["TRUST_KEY_UNKNOWN", trustOf([])],
    ["TRUST_KEY_UNKNOWN", trustOf([{ publicKey: other.publicPem }])],
    [
      "TRUST_KEY_REVOKED",
      trustOf([{ publicKey }], [{ keyId, revokedAt: "2026-05-01T00:00:00Z", reason: "leaked" }]),
    ],
    ["TRUST_KEY_EXPIRED", trustOf([{ publicKey, validUntil: "2026-05-31T23:59:59Z" }])],
    ["TRUST_KEY_NOT_YET_VALID", trustOf([{ publicKey, validFrom: "2026-06-01T00:00:01Z" }])],
    ["TRUST_USAGE_NOT_ALLOWED", trustOf([{ publicKey, usages: ["bom"] }])],
  ];
  for (const [expected, root] of roots) {
    assert.equal(await rejected(bundle, onDisk(), root), expected);
  }
  for (const hint of ["constructor", "__proto__", "toString", sha256("x")]) {
    const bytes = changed(bundle, (b) => {
      b.verificationMaterial.publicKey.hint = hint;
    });
    assert.equal(await rejected(bytes), "TRUST_KEY_UNKNOWN");
  }
  // Signed by one key, named as another: of the same curve, and of another one.
  for (const type of ["ecdsa-p256", "ecdsa-p384"] as const) {
    const claimed = testKey(type);
    const bytes = changed(bundle, (b) => {
      b.verificationMaterial.publicKey.hint = claimed.signer.keyId;
    });
    const root = trustOf([{ publicKey: claimed.publicPem }, { publicKey }]);
    assert.equal(await rejected(bytes, onDisk(), root), "SIGNATURE_INVALID");
  }
});

const statement = JSON.parse(Buffer.from(modelStatement(files, options)).toString());
type Resource = { name: string; algorithm: string; digest: string };
// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
const wrong = (change: (statement: any) => void, keepsRoot = false) => {
  const copy = structuredClone(statement);
  change(copy);
  if (!keepsRoot) {
    copy.subject[0].digest.sha256 = rootDigest(
      copy.predicate.resources
        .map((each: Resource) => each.digest)
        .filter((hex: string) => /^[0-9a-f]+$/.test(hex)),
    );
  }
  return signAny(copy, key.signer);
};

// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
const signedWrongs: [string, string, (statement: any) => void, true?][] = [
  [
    "Statement v0.1",
    "STATEMENT_TYPE",
    (s) => {
      s._type = "https://in-toto.io/Statement/v0.1";
    },
  ],
  [
    "another predicate",
    "STATEMENT_PREDICATE_TYPE",
    (s) => {
      s.predicateType = "https://slsa.dev/provenance/v1";
    },
  ],
  [
    "predicate v1.1",
    "OMS_PREDICATE_VERSION",
    (s) => {
      s.predicateType = "https://model_signing/signature/v1.1";
    },
  ],
  [
    "predicate of 0.2",
    "OMS_PREDICATE_LEGACY",
    (s) => {
      s.predicateType = "https://model_signing/Digests/v0.1";
    },
  ],
  [
    "no subject",
    "STATEMENT_SUBJECT_COUNT",
    (s) => {
      s.subject = [];
    },
    true,
  ],
  [
    "two subjects",
    "STATEMENT_SUBJECT_COUNT",
    (s) => {
      s.subject.push(s.subject[0]);
    },
  ],
  [
    "subject without sha256",
    "STATEMENT_MALFORMED",
    (s) => {
      s.subject[0].digest = { sha512: "00" };
    },
    true,
  ],
  [
    "predicate missing",
    "STATEMENT_MALFORMED",
    (s) => {
      s.predicate = undefined;
    },
    true,
  ],
  [
    "wrong root",
    "OMS_ROOT_DIGEST",
    (s) => {
      s.subject[0].digest.sha256 = "0".repeat(64);
    },
    true,
  ],
  [
    "wrong order under the root",
    "OMS_ROOT_DIGEST",
    (s) => {
      s.predicate.resources.reverse();
    },
    true,
  ],
  [
    "unknown method",
    "OMS_SERIALIZATION",
    (s) => {
      s.predicate.serialization.method = "file";
    },
  ],
  [
    "unknown hash",
    "OMS_HASH_UNSUPPORTED",
    (s) => {
      s.predicate.serialization.hash_type = "md5";
    },
  ],
  [
    "hash named constructor",
    "OMS_HASH_UNSUPPORTED",
    (s) => {
      s.predicate.serialization.hash_type = "constructor";
    },
  ],
  [
    "other hash than the entries",
    "OMS_RESOURCE_MALFORMED",
    (s) => {
      s.predicate.serialization.hash_type = "blake3";
    },
  ],
  [
    "shard size with files",
    "OMS_SERIALIZATION",
    (s) => {
      s.predicate.serialization.shard_size = 8;
    },
  ],
  [
    "shards without size",
    "OMS_SERIALIZATION",
    (s) => {
      s.predicate.serialization.method = "shards";
    },
  ],
  [
    "unknown field",
    "OMS_SERIALIZATION",
    (s) => {
      s.predicate.serialization.partial = true;
    },
  ],
  [
    "unknown field of the predicate",
    "OMS_SERIALIZATION",
    (s) => {
      s.predicate.claims = [];
    },
  ],
  [
    "allow_symlinks as text",
    "OMS_SERIALIZATION",
    (s) => {
      s.predicate.serialization.allow_symlinks = "false";
    },
  ],
  [
    "ignore_paths as text",
    "OMS_SERIALIZATION",
    (s) => {
      s.predicate.serialization.ignore_paths = "x";
    },
  ],
  [
    "no resources",
    "OMS_RESOURCES_EMPTY",
    (s) => {
      s.predicate.resources = [];
    },
  ],
  [
    "short digest",
    "OMS_RESOURCE_MALFORMED",
    (s) => {
      s.predicate.resources[0].digest = "00";
    },
  ],
  [
    "upper-case digest",
    "OMS_RESOURCE_MALFORMED",
    (s) => {
      s.predicate.resources[0].digest = s.predicate.resources[0].digest.toUpperCase();
    },
    true,
  ],
  [
    "nameless entry",
    "OMS_RESOURCE_MALFORMED",
    (s) => {
      s.predicate.resources[0].name = "";
    },
  ],
  [
    "name twice",
    "OMS_NAME_DUPLICATE",
    (s) => {
      s.predicate.resources.push(s.predicate.resources[0]);
    },
  ],
  ...[
    "../x",
    "/etc/passwd",
    "a/../b",
    "a//b",
    "./a",
    "a/",
    "a\\b",
    "C:/x",
    "a\0b",
    ".",
    "..",
    `${"a/".repeat(2100)}b`,
  ].map((name): [string, string, (s: typeof statement) => void] => [
    `name ${JSON.stringify(name.slice(0, 20))}`,
    "OMS_NAME_UNSAFE",
    (s) => {
      s.predicate.resources[0].name = name;
    },
  ]),
];
for (const [name, expected, change, keepsRoot] of signedWrongs) {
  test(`correctly signed and wrong: ${name}`, async () => {
    assert.equal(await rejected(await wrong(change, keepsRoot)), expected);
  });
}

test("correctly signed and wrong: payloads that are not one JSON object", async () => {
  const good = JSON.stringify(statement);
  assert.equal(
    await rejected(await signAny(`{"_type":"x",${good.slice(1)}`, key.signer)),
    "JSON_DUPLICATE_KEY",
  );
  const twice = good.replace('"name":"config.json"', '"name":"config.json","n\\u0061me":"x"');
  assert.equal(await rejected(await signAny(twice, key.signer)), "JSON_DUPLICATE_KEY");
  assert.equal(await rejected(await signAny("[]", key.signer)), "STATEMENT_MALFORMED");
  assert.equal(await rejected(await signAny("x", key.signer)), "JSON_INVALID");
  assert.equal(await rejected(await signAny("[".repeat(100_000), key.signer)), "JSON_TOO_DEEP");
});

const shardSize = 4;
const sharded = [
  fileOf("a:b", "12345678", shardSize),
  fileOf("c", "123456", shardSize),
  fileOf("empty", "", shardSize),
];
const shardOptions = { ...options, shardSizeBytes: shardSize };

test("shards: plan, comparison, sizes, empty files", async () => {
  const bytes = await signModel(sharded, key.signer, shardOptions);
  const opened = await openModelSignature({ bundle: bytes, signature: "model.sig", trustRoot, at }, "model");
  assert.deepEqual(opened.plan?.shardsFor("a:b", 8), { algorithm: "sha256", sizeBytes: 4 });
  assert.equal(opened.plan?.shardsFor("a:b", 9), undefined);
  assert.equal(opened.plan?.shardsFor("unsigned", 9), undefined);
  const result = opened.verify(onDisk({ files: sharded }));
  assert.deepEqual(result.evidence[0]?.covers, ["a:b", "c"]);
  assert.deepEqual(codesOf(result), ["OMS_EMPTY_FILE_UNSIGNED empty low"]);
  const longer = opened.verify(onDisk({ files: [fileOf("a:b", "123456789"), sharded[1]!] }));
  assert.deepEqual(codesOf(longer), ["OMS_FILE_SIZE a:b critical"]);
  const other = opened.verify(onDisk({ files: [fileOf("a:b", "1234567x", 4), sharded[1]!] }));
  assert.deepEqual(codesOf(other), ["OMS_FILE_CHANGED a:b critical"]);
  assert.equal(other.findings[0]?.location.offset, 4);
  assert.throws(
    () => opened.verify(onDisk({ files: [fileOf("a:b", "12345678"), sharded[1]!] })),
    (error) => error instanceof AibomError && error.code === "OMS_DIGEST_NOT_COMPUTED",
  );
});

const shardStatement = JSON.parse(Buffer.from(modelStatement(sharded, shardOptions)).toString());
const shardWrongs: [string, string, string[]][] = [
  ["a gap", "OMS_SHARDS_BROKEN", ["x:0:4", "x:8:12"]],
  ["an overlap", "OMS_SHARDS_BROKEN", ["x:0:4", "x:2:6"]],
  ["no start", "OMS_SHARDS_BROKEN", ["x:4:8"]],
  ["one too short in the middle", "OMS_SHARDS_BROKEN", ["x:0:3", "x:3:7"]],
  ["one too long", "OMS_SHARDS_BROKEN", ["x:0:8"]],
  ["an empty one", "OMS_SHARDS_BROKEN", ["x:0:4", "x:4:4"]],
  ["one twice", "OMS_SHARDS_BROKEN", ["x:0:4", "x:0:4"]],
  ["no range", "OMS_RESOURCE_MALFORMED", ["x"]],
  ["a leading zero", "OMS_RESOURCE_MALFORMED", ["x:00:4"]],
  ["a negative start", "OMS_RESOURCE_MALFORMED", ["x:-4:4"]],
  ["a huge end", "OMS_RESOURCE_MALFORMED", ["x:0:99999999999999999999"]],
  ["an unsafe path", "OMS_NAME_UNSAFE", ["../x:0:4"]],
];
for (const [name, expected, names] of shardWrongs) {
  test(`correctly signed shards and wrong: ${name}`, async () => {
    const copy = structuredClone(shardStatement);
    copy.predicate.resources = names.map((each) => ({
      name: each,
      algorithm: "sha256",
      digest: sha256(each),
    }));
    copy.subject[0].digest.sha256 = rootDigest(names.map(sha256));
    assert.equal(await rejected(await signAny(copy, key.signer)), expected);
  });
}

test("shards in any order, in plain spelling, with a size written as 4.0", async () => {
  const copy = structuredClone(shardStatement);
  copy.predicate.resources.reverse();
  for (const resource of copy.predicate.resources) {
    resource.algorithm = "sha256";
  }
  copy.subject[0].digest.sha256 = rootDigest(copy.predicate.resources.map((each: Resource) => each.digest));
  const text = JSON.stringify(copy).replace('"shard_size":4', '"shard_size":4.0');
  const result = await verify(await signAny(text, key.signer), onDisk({ files: sharded }));
  assert.deepEqual(result.evidence[0]?.covers, ["a:b", "c"]);
});

test("single files: basename or a dot, and a dot only for a single file", async () => {
  const file = fileOf("m.onnx", "onnx");
  const single = onDisk({ isSingleFile: true, files: [file] });
  assert.equal((await verify(await signModel([file], key.signer, options), single)).evidence.length, 1);
  const dotted = await wrong((s) => {
    s.predicate.resources = [{ name: ".", algorithm: "sha256", digest: sha256("onnx") }];
  });
  assert.deepEqual((await verify(dotted, single)).evidence[0]?.covers, ["m.onnx"]);
  assert.equal(await rejected(dotted, onDisk({ files: [file] })), "OMS_MODEL_DIFFERS");
  assert.equal(
    await rejected(dotted, onDisk({ isSingleFile: true, files: [fileOf("m.onnx", "x")] })),
    "OMS_MODEL_DIFFERS",
  );
});

test("signing: code point order, unsafe names, nothing to sign", async () => {
  const names = ["b", "a/b", "a b", "\u{1F600}", "\uFF5E", "A"];
  const payload = modelStatement(
    names.map((name) => fileOf(name, name)),
    options,
  );
  const written = JSON.parse(Buffer.from(payload).toString()).predicate.resources.map(
    (each: Resource) => each.name,
  );
  assert.deepEqual(written, ["A", "a b", "a/b", "b", "\uFF5E", "\u{1F600}"]);
  const thrown = (paths: string[]) => {
    try {
      modelStatement(
        paths.map((path) => fileOf(path, "")),
        options,
      );
    } catch (error) {
      return error instanceof AibomError ? error.code : String(error);
    }
    return undefined;
  };
  assert.equal(thrown(["a\\b"]), "OMS_NAME_UNSAFE");
  assert.equal(thrown(["\ud800"]), "OMS_NAME_UNSAFE");
  assert.equal(thrown([]), "OMS_RESOURCES_EMPTY");
  assert.throws(
    () => modelStatement([fileOf("e", "")], shardOptions),
    (e) => e instanceof AibomError && e.code === "OMS_RESOURCES_EMPTY",
  );
});

test("property: every bit of a signature counts", async () => {
  for (let bit = 0; bit < bundle.length * 8; bit++) {
    const flipped = Buffer.from(bundle);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    const result = await verify(flipped);
    assert.equal(
      result.evidence.length,
      0,
      `bit ${bit} of ${JSON.stringify(String.fromCharCode(bundle[bit >> 3]!))}`,
    );
    assert.ok(result.rejected.length === 1 && result.rejected[0]?.code !== "SIGNATURE_VERIFIER_FAULT");
  }
});

test("property: any bytes are rejected with a code", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.json().map((text) => Buffer.from(text)),
      ),
      async (bytes) => {
        const code = await rejected(bytes);
        assert.ok(code !== undefined && code !== "SIGNATURE_VERIFIER_FAULT", code);
      },
    ),
    { numRuns: 500 },
  );
});

test("property: only the files as signed are covered", async () => {
  const content = fc.string({ maxLength: 3 });
  const name = fc.constantFrom("config.json", "sub/w.safetensors", "z.txt", "evil.py", "sub", "Z.txt");
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(name, content), { selector: ([path]) => path }),
      async (listed) => {
        const model = listed.map(([path, text]) => fileOf(path, text));
        const whole = new Map(files.map((file) => [file.path, file.digests[0]!.hex]));
        const { evidence } = await verify(
          bundle,
          onDisk({ files: [...model, ...files.filter((f) => !listed.some(([p]) => p === f.path))] }),
        );
        for (const path of evidence[0]?.covers ?? []) {
          const hex = [...model, ...files].find((file) => file.path === path)?.digests[0]?.hex;
          assert.equal(hex, whole.get(path));
        }
      },
    ),
  );
});

test("a manifest of 100,000 files verifies in seconds", async (t) => {
  const many = Array.from({ length: 100_000 }, (_, index) => fileOf(`d${index % 100}/f${index}`, `${index}`));
  const started = performance.now();
  const bytes = await signModel(many, key.signer, options);
  const signed = performance.now();
  assert.equal((await verify(bytes, onDisk({ files: many }))).evidence[0]?.covers.length, 100_000);
  t.diagnostic(
    `sign ${Math.round(signed - started)} ms, verify ${Math.round(performance.now() - signed)} ms, ${bytes.length} bytes`,
  );
});
