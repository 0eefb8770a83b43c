// SPDX-License-Identifier: Apache-2.0
// Bundles that are wrong and signed correctly, given to the conformance client for OpenSSF Model Signing: statements,
// links in the model, and the bundle around the signature.

import assert from "node:assert/strict";
import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { modelStatement } from "../../src/signers/model-signature.ts";
import { rootDigest } from "../../src/verifiers/model-manifest.ts";
import { changed, fileOf, sha256, signAny } from "../signers/signing.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { accepted, byKey, rejected, verifyModel, writeFiles, writeKeys } from "./oms-client.ts";

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
    return {
      model,
      bundle,
      keys,
      verify: () => verifyModel(...byKey(model, bundle, keys)),
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
