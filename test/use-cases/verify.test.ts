// SPDX-License-Identifier: Apache-2.0
// The gate on a real signed release. Whatever is done to the release, it never says `allow`.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { AibomError } from "../../src/errors.ts";
import type { Outcome, Verdict } from "../../src/model/verdict.ts";
import { seeded } from "../random.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, codesOf, type Release, signedRelease, signTo, trust, writeKey } from "./release.ts";

async function release(t: TestContext): Promise<Release> {
  return signedRelease(temporaryDirectory(t));
}

/** The outcome, or the code of the error that prevented one. */
async function outcomeOf(run: Promise<Verdict>): Promise<Outcome | string> {
  try {
    return (await run).outcome;
  } catch (error) {
    assert.ok(error instanceof AibomError, `not an AibomError: ${String(error)}`);
    return error.code;
  }
}

test("a signed release is allowed, and the verdict says what it rests on", async (t) => {
  const { verify, directory } = await release(t);
  const verdict = await verify();
  assert.equal(verdict.outcome, "allow", JSON.stringify(verdict.findings, null, 1));
  assert.deepEqual(
    verdict.evidence.map(
      (each) => `${each.kind} ${each.subject} ${each.kind === "package" ? 0 : each.covers.length}`,
    ),
    [
      "digest tiny-gguf 1",
      "digest tiny-safetensors 8",
      "signature aibom.cdx.json 1",
      "signature tiny-gguf 1",
      "signature tiny-safetensors 8",
    ],
  );
  assert.deepEqual(verdict.rejected, []);
  assert.deepEqual(verdict.inputs.unsafe, []);
  // A report may be published: where the release lay on this machine is nobody's business.
  assert.ok(
    !JSON.stringify(verdict, (_, value) => (typeof value === "bigint" ? `${value}` : value)).includes(
      directory,
    ),
  );
});

test("the same inputs give the same bytes of JSON, in any order of the targets", async (t) => {
  const { verify, targets } = await release(t);
  const { reporters } = await import("../../src/report/reporters/index.ts");
  const json = reporters.find((each) => each.id === "json");
  const first = json?.render(await verify(), {});
  assert.equal(json?.render(await verify({}, targets.toReversed()), {}), first);
});

test("one flipped bit anywhere is never allowed", async (t) => {
  const { verify, directory, targets } = await release(t);
  const below = seeded(20261124);
  const files = [
    join(directory, "tiny-gguf/tiny-llama-Q8_0.gguf"),
    join(directory, "tiny-gguf/model.sig"),
    join(directory, "tiny-safetensors/model-00001-of-00002.safetensors"),
    join(directory, "tiny-safetensors/config.json"),
    join(directory, "tiny-safetensors/README.md"),
    join(directory, "tiny-safetensors/model.sig"),
    join(directory, "aibom.cdx.json"),
    join(directory, "aibom.cdx.json.sigstore.json"),
  ];
  const seen = new Map<string, number>();
  for (const file of files) {
    const target = targets.filter((each) => file.startsWith(`${each}/`));
    const original = readFileSync(file);
    for (let round = 0; round < 60; round++) {
      const bytes = Buffer.from(original);
      const index = below(bytes.length);
      bytes[index] = (bytes[index] ?? 0) ^ (1 << below(8));
      writeFileSync(file, bytes);
      const outcome = await outcomeOf(verify({}, target.length === 0 ? targets : target));
      assert.notEqual(outcome, "allow", `${file}, byte ${index}`);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
    writeFileSync(file, original);
  }
  assert.equal((await verify()).outcome, "allow", "restored");
  t.diagnostic(JSON.stringify(Object.fromEntries(seen)));
});

const tampering: readonly {
  readonly name: string;
  readonly code: string;
  readonly tamper: (release: Release) => unknown;
}[] = [
  {
    name: "a file is added",
    code: "BOM_FILE_EXTRA",
    tamper: ({ directory }) => writeFileSync(join(directory, "tiny-safetensors/modeling.py"), "import os"),
  },
  {
    name: "a file is removed",
    code: "BOM_FILE_MISSING",
    tamper: ({ directory }) => rmSync(join(directory, "tiny-safetensors/tokenizer.json")),
  },
  {
    name: "a file is renamed",
    code: "OMS_FILE_MISSING",
    tamper: ({ directory }) =>
      renameSync(
        join(directory, "tiny-safetensors/config.json"),
        join(directory, "tiny-safetensors/Config.json"),
      ),
  },
  {
    name: "a shard is cut short",
    code: "SAFETENSORS_DATA_OUT_OF_FILE",
    tamper: ({ directory }) => {
      const path = join(directory, "tiny-safetensors/model-00002-of-00002.safetensors");
      writeFileSync(path, readFileSync(path).subarray(0, -1));
    },
  },
  {
    name: "the signature is removed",
    code: "SIGNATURE_MISSING",
    tamper: ({ directory }) => rmSync(join(directory, "tiny-gguf/model.sig")),
  },
  {
    name: "the signature is an empty file",
    code: "JSON_INVALID",
    tamper: ({ directory }) => writeFileSync(join(directory, "tiny-gguf/model.sig"), ""),
  },
  {
    name: "the signature is that of the other model",
    code: "OMS_MODEL_DIFFERS",
    tamper: ({ directory }) =>
      cpSync(join(directory, "tiny-safetensors/model.sig"), join(directory, "tiny-gguf/model.sig")),
  },
  {
    name: "the model is signed again with a key that nobody trusts",
    code: "TRUST_KEY_UNKNOWN",
    tamper: ({ directory }) => signTo(join(directory, "tiny-gguf"), writeKey(directory, "stranger").path),
  },
  {
    name: "the BOM's signature is removed",
    code: "BOM_SIGNATURE_NOT_FOUND",
    tamper: ({ bom }) => rmSync(`${bom}.sigstore.json`),
  },
  {
    name: "the BOM is reformatted",
    code: "BOM_STATEMENT_BYTES",
    tamper: ({ bom }) => writeFileSync(bom, JSON.stringify(JSON.parse(readFileSync(bom, "utf8")))),
  },
  {
    name: "a file is replaced by a link to the outside",
    code: "SOURCE_LINK_OUTSIDE",
    tamper: ({ directory }) => {
      const inside = join(directory, "tiny-safetensors/config.json");
      renameSync(inside, join(directory, "config.json"));
      symlinkSync("../config.json", inside);
    },
  },
  {
    name: "a FIFO lies in the model",
    code: "SOURCE_NOT_REGULAR",
    tamper: ({ directory }) => execFileSync("mkfifo", [join(directory, "tiny-gguf/pipe")]),
  },
];

for (const { name, code, tamper } of tampering) {
  test(`never allowed: ${name}`, async (t) => {
    const made = await release(t);
    await tamper(made);
    const verdict = await made.verify();
    assert.notEqual(verdict.outcome, "allow");
    assert.ok(codesOf(verdict).has(code), `${code} is not among ${[...codesOf(verdict)].join(", ")}`);
  });
}

test("trust: expired, not yet valid, wrong usage, nobody", async (t) => {
  const { verify, directory, key } = await release(t);
  const publicPem = execFileSync("openssl", ["pkey", "-in", key, "-pubout"], { encoding: "utf8" });
  const outcome = (trustRoot: string, options = {}) => outcomeOf(verify({ trustRoot, ...options }));
  const modelOnly = join(directory, "trust-model-only");
  trust(modelOnly, [{ name: "release", publicPem, usages: ["model"] }]);
  assert.equal(await outcome(modelOnly), "deny");
  const nobody = join(directory, "trust-nobody");
  trust(nobody, []);
  assert.equal(await outcome(nobody), "deny");
  const document = JSON.parse(readFileSync(join(directory, "trust/trust.json"), "utf8"));
  for (const [name, window] of Object.entries({
    expired: { validUntil: "2026-06-30T11:59:59Z" },
    future: { validFrom: "2026-06-30T12:00:01Z" },
  })) {
    const root = join(directory, `trust-${name}`);
    mkdirSync(root);
    const identities = [{ ...document.identities[0], ...window }];
    writeFileSync(join(root, "trust.json"), JSON.stringify({ ...document, identities }));
    assert.equal(await outcome(root), "deny", name);
  }
  assert.equal(await outcome(join(directory, "no-such-directory")), "TRUST_ROOT_MISSING");
});

test("a BOM inside the model is verified on its own and is no extra file", async (t) => {
  const { verify, directory, bom } = await release(t);
  const inside = join(directory, "tiny-gguf/aibom.cdx.json");
  cpSync(bom, inside);
  cpSync(`${bom}.sigstore.json`, `${inside}.sigstore.json`);
  assert.equal((await verify({ bom: inside })).outcome, "allow");
  // Without being named it is a file like any other.
  assert.equal((await verify()).outcome, "deny");
});

test("what lies where a BOM's signature could lie is a file like any other, unless it is that signature", async (t) => {
  const { verify, directory, bom } = await release(t);
  const target = join(directory, "tiny-gguf");
  const inside = join(target, "aibom.cdx.json");
  cpSync(bom, inside);
  const options = { bom: inside, bomSignatures: [`${bom}.sigstore.json`] };
  assert.equal((await verify(options)).outcome, "allow");
  mkdirSync(`${inside}.sigstore.json`);
  writeFileSync(join(`${inside}.sigstore.json`, "evil.py"), "import os");
  const verdict = await verify(options);
  assert.equal(verdict.outcome, "deny");
  const path = "aibom.cdx.json.sigstore.json/evil.py";
  assert.ok(
    verdict.findings.some(({ code, location }) => code === "BOM_FILE_EXTRA" && location.path === path),
  );
  rmSync(`${inside}.sigstore.json`, { recursive: true });
  writeFileSync(`${inside}.sigstore.json`, "not the signature that was verified");
  assert.equal((await verify(options)).outcome, "deny");
});

test("without a BOM the baseline asks for signatures only; a BOM of something else never matches", async (t) => {
  const { verify, directory, trustRoot, targets } = await release(t);
  const { verify: verifyTargets } = await import("../../src/verify.ts");
  assert.equal((await verifyTargets(targets, { trustRoot, at })).outcome, "allow");
  const { buildBom } = await import("../../src/bom/build.ts");
  const { inventory } = await import("../../src/inventory.ts");
  const [other = ""] = targets;
  const bom = join(directory, "other.cdx.json");
  writeFileSync(bom, await buildBom(await inventory([other]), { specVersion: "1.6", toolVersion: "0" }));
  const verdict = await verify({ bom }, targets.slice(1));
  assert.equal(verdict.outcome, "deny");
  assert.ok(codesOf(verdict).has("BOM_ARTIFACT_UNKNOWN"));
  assert.deepEqual(verdict.skipped, [
    { check: "files of tiny-gguf", reason: "in the BOM, not among the targets" },
  ]);
});

test("a single file is signed beside itself and verified", async (t) => {
  const { directory, key, trustRoot } = await release(t);
  const { verify: verifyTargets } = await import("../../src/verify.ts");
  const file = join(directory, "tiny-gguf/tiny-llama-Q8_0.gguf");
  assert.equal(await signTo(file, key), `${file}.sig`);
  assert.equal((await verifyTargets([file], { trustRoot, at })).outcome, "allow");
  writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(1)]));
  assert.equal((await verifyTargets([file], { trustRoot, at })).outcome, "deny");
});

test("shards: signed, verified, and a change in any shard is found", async (t) => {
  const { directory, key, trustRoot } = await release(t);
  const { verify: verifyTargets } = await import("../../src/verify.ts");
  const { sign } = await import("../../src/sign.ts");
  const target = join(directory, "tiny-gguf");
  const signed = await sign(target, { signer: { kind: "key", key }, at, shardSizeBytes: 1000 });
  writeFileSync(signed.defaultPath, signed.bundle);
  assert.equal((await verifyTargets([target], { trustRoot, at })).outcome, "allow");
  const file = join(target, "tiny-llama-Q8_0.gguf");
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0x80;
  writeFileSync(file, bytes);
  const verdict = await verifyTargets([target], { trustRoot, at });
  assert.equal(verdict.outcome, "deny");
  assert.ok(codesOf(verdict).has("OMS_SHARD_CHANGED") || codesOf(verdict).has("OMS_FILE_CHANGED"));
});

test("a target cannot bring its own judge: trust root, policy or digest cache inside it", async (t) => {
  const { verify, directory, trustRoot } = await release(t);
  const target = join(directory, "tiny-gguf");
  cpSync(trustRoot, join(target, "trust"), { recursive: true });
  writeFileSync(join(target, "policy.yaml"), "");
  for (const options of [
    { trustRoot: join(target, "trust") },
    { policy: join(target, "policy.yaml") },
    { digestCacheDirectoryUnsafe: join(target, "cache") },
  ]) {
    assert.equal(await outcomeOf(verify(options)), "JUDGE_IN_TARGET", JSON.stringify(options));
  }
  symlinkSync(join(target, "trust"), join(directory, "innocent"));
  assert.equal(await outcomeOf(verify({ trustRoot: join(directory, "innocent") })), "JUDGE_IN_TARGET");
});

test("a signed file that an ignore rule would leave out is compared all the same, or costs the signature", async (t) => {
  const { directory, key, trustRoot } = await release(t);
  const { verify: verifyTargets } = await import("../../src/verify.ts");
  const { hashTarget } = await import("../../src/inventory.ts");
  const { loadPrivateKey } = await import("../../src/signers/key.ts");
  const { signModel } = await import("../../src/signers/model-signature.ts");
  const target = join(directory, "tiny-gguf");
  mkdirSync(join(target, ".github"));
  writeFileSync(join(target, ".github/load.py"), "print(1)");
  writeFileSync(join(target, ".gitattributes"), "*.gguf filter=lfs");
  rmSync(join(target, "model.sig"));
  // As another tool may sign: git's files included.
  const { tree, hashed } = await hashTarget(target, { algorithms: ["sha256"], defaultRules: [] });
  const bundle = await signModel(hashed, loadPrivateKey(key), { name: tree.name, ignorePaths: [] });
  writeFileSync(join(target, "model.sig"), bundle);
  assert.equal((await verifyTargets([target], { trustRoot, at })).outcome, "allow");
  writeFileSync(join(target, ".github/load.py"), "import os");
  const changed = await verifyTargets([target], { trustRoot, at });
  assert.equal(changed.outcome, "deny");
  assert.ok(codesOf(changed).has("OMS_FILE_CHANGED"));
  writeFileSync(join(target, ".github/load.py"), "print(1)");
  const ignoring = await verifyTargets([target], {
    trustRoot,
    at,
    ignore: [{ path: "tiny-llama-Q8_0.gguf", reason: "--ignore" }],
  });
  assert.equal(ignoring.outcome, "deny");
  assert.ok(codesOf(ignoring).has("OMS_SIGNED_FILE_IGNORED"));
});

test("a directory called model.sig is no signature: what lies in it counts", async (t) => {
  const { verify, directory } = await release(t);
  const target = join(directory, "tiny-gguf");
  renameSync(join(target, "model.sig"), join(directory, "gguf.sig"));
  assert.equal((await verify({ signatures: [join(directory, "gguf.sig")] }, [target])).outcome, "allow");
  mkdirSync(join(target, "model.sig/pkg"), { recursive: true });
  writeFileSync(join(target, "model.sig/pkg/evil.py"), "import os");
  const verdict = await verify({ signatures: [join(directory, "gguf.sig")] }, [target]);
  assert.equal(verdict.outcome, "deny");
  assert.ok(verdict.findings.some((each) => each.location.path === "model.sig/pkg/evil.py"));
});

test("a policy that looks at some files only does not let the others pass", async (t) => {
  const { verify, directory } = await release(t);
  const policy = join(directory, "policy.yaml");
  writeFileSync(
    policy,
    `apiVersion: aibom/policy/v1
name: weights-only
mode: enforce
rules:
  - id: weights
    kind: signature
    scope: { path: "**/*.gguf" }
    signers: any
`,
  );
  const target = [join(directory, "tiny-gguf")];
  assert.equal((await verify({ policy }, target)).outcome, "allow");
  writeFileSync(join(directory, "tiny-gguf/evil.py"), "import os");
  const verdict = await verify({ policy }, target);
  assert.equal(verdict.outcome, "deny");
  assert.ok(codesOf(verdict).has("POLICY_FILES_UNCHECKED"));
});

test("two signers: each with a signature of their own, and a policy that asks for both", async (t) => {
  const { verify, directory, key, trustRoot } = await release(t);
  const security = writeKey(directory, "security");
  const releasePem = JSON.parse(readFileSync(join(trustRoot, "trust.json"), "utf8")).identities[0].publicKey;
  trust(trustRoot, [
    { name: "release", publicPem: releasePem },
    { name: "security", publicPem: security.publicPem },
  ]);
  const policy = join(directory, "policy.yaml");
  writeFileSync(
    policy,
    "apiVersion: aibom/policy/v1\nname: two\nrules: [{ id: two, kind: signature, signers: [release, security], minSigners: 2 }]\n",
  );
  const target = join(directory, "tiny-gguf");
  const { sign } = await import("../../src/sign.ts");
  const second = join(target, "security.sig");
  writeFileSync(second, (await sign(target, { signer: { kind: "key", key: security.path }, at })).bundle);
  const both = [join(target, "model.sig"), second];
  assert.equal((await verify({ policy, signatures: both }, [target])).outcome, "allow");
  assert.equal((await verify({ policy, signatures: [second, second] }, [target])).outcome, "deny");
  const again = join(directory, "again.sig");
  writeFileSync(
    again,
    (
      await sign(target, {
        signer: { kind: "key", key },
        at,
        ignore: [{ path: "security.sig", reason: "signature" }],
      })
    ).bundle,
  );
  rmSync(second);
  assert.equal(
    (await verify({ policy, signatures: [join(target, "model.sig"), again] }, [target])).outcome,
    "deny",
  );
});

test("files of two signed versions are no version, whoever lays both signatures beside them", async (t) => {
  const { directory, key, trustRoot } = await release(t);
  const { verify: verifyTargets } = await import("../../src/verify.ts");
  const write = (name: string, version: string, setting: number): string => {
    const target = join(directory, name);
    mkdirSync(target);
    writeFileSync(join(target, "config.json"), JSON.stringify({ setting }));
    writeFileSync(join(target, "VERSION"), version);
    return target;
  };
  const old = await signTo(write("old", "1", 1), key);
  const current = await signTo(write("current", "2", 2), key);
  const mixed = write("mixed", "2", 1);
  const lines = [old, current].map((path) => JSON.stringify(JSON.parse(readFileSync(path, "utf8"))));
  writeFileSync(`${mixed}.intoto.jsonl`, lines.join("\n"));
  for (const options of [{}, { signatures: [old, current] }]) {
    const verdict = await verifyTargets([mixed], { trustRoot, at, ...options });
    assert.equal(verdict.outcome, "deny", JSON.stringify(options));
    assert.ok(codesOf(verdict).has("SIGNATURE_NOT_COVERING"));
  }
  // The signature of another version beside a good one takes nothing away.
  const both = { trustRoot, at, signatures: [old, current] };
  assert.equal((await verifyTargets([join(directory, "current")], both)).outcome, "allow");
});

test("a signature that is a link to the outside is not opened", async (t) => {
  const { verify, directory } = await release(t);
  const inside = join(directory, "tiny-gguf/model.sig");
  renameSync(inside, join(directory, "elsewhere.sig"));
  symlinkSync("../elsewhere.sig", inside);
  assert.equal(await outcomeOf(verify()), "SOURCE_LINK_OUTSIDE");
});

test("the digest cache is used only when asked for, and the verdict says so", async (t) => {
  const { verify, directory } = await release(t);
  const verdict = await verify({ digestCacheDirectoryUnsafe: join(directory, "cache") });
  assert.equal(verdict.outcome, "allow");
  assert.deepEqual(verdict.inputs.unsafe, ["--unsafe-digest-cache"]);
});

test("one signature for several targets, an empty target and a missing one are errors", async (t) => {
  const { verify, directory, targets } = await release(t);
  assert.equal(
    await outcomeOf(verify({ signatures: [join(directory, "x.sig")] })),
    "SIGNATURE_FOR_ONE_TARGET",
  );
  mkdirSync(join(directory, "empty"));
  assert.equal(await outcomeOf(verify({}, [join(directory, "empty")])), "SOURCE_EMPTY");
  assert.equal(await outcomeOf(verify({}, [join(directory, "nothing")])), "SOURCE_NOT_FOUND");
  assert.notEqual(await outcomeOf(verify({}, [])), "allow");
  assert.equal(
    await outcomeOf(verify({ signatures: [join(directory, "x.sig")] }, targets.slice(0, 1))),
    "SOURCE_NOT_FOUND",
  );
});
