// SPDX-License-Identifier: Apache-2.0
// sigstore-conformance: its 70 bundle-verify cases, each with the artifact's path and with its digest, by the rules of
// its own driver; bundles of sigstore-js; the signatures of OpenSSF Model Signing that were made with Sigstore.
// A `_fail` case passes only with an error of ours: a crash would be no answer.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { artifact, rekor1, sigstoreBundle, toBytes, trustedRoot } from "../../fixtures/sigstore.ts";
import { AibomError } from "../../src/errors.ts";
import { parsePublicKey } from "../../src/trust/public-key.ts";
import { parseSigstoreRoot, type SigstoreRoot } from "../../src/trust/sigstore-root.ts";
import { parseSigstoreBundle } from "../../src/verifiers/sigstore/bundle.ts";
import { compareIdentity } from "../../src/verifiers/sigstore/identity.ts";
import {
  type ArtifactContent,
  verifySigstoreBundle,
} from "../../src/verifiers/sigstore/verify-sigstore-bundle.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const corpora = process.env["AIBOM_CORPORA"] ?? join(import.meta.dirname, "../../../shared/corpora");
const signing = join(corpora, "signing");
const missing = existsSync(signing) ? false : "corpora not present: signing";
const cases = join(signing, "sigstore-conformance/bundle-verify");
const publicGood = join(signing, "trust/public-good.trusted_root.json");
const at = new Date("2026-11-25T00:00:00Z");
const defaultIdentity =
  "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const defaultIssuer = "https://token.actions.githubusercontent.com";
const thresholds = { log: 1, sct: 1, time: 1 };

/** A file of the case, or what stands for it. */
function inCase(name: string, file: string, fallback: string): string {
  const path = join(cases, name, file);
  return existsSync(path) ? path : fallback;
}

function textOf(name: string, file: string, fallback: string): string {
  const path = inCase(name, file, "");
  return path === "" ? fallback : readFileSync(path, "utf8").trim();
}

async function verifyCase(name: string, mode: "path" | "digest"): Promise<void> {
  const rootPath = inCase(name, "trusted_root.json", publicGood);
  const bytes = readFileSync(inCase(name, "artifact", join(cases, "a.txt")));
  const hex = createHash("sha256").update(bytes).digest("hex");
  const keyPath = inCase(name, "key.pub", "");
  const content: ArtifactContent =
    mode === "path" ? { kind: "bytes", bytes } : { kind: "digest", algorithm: "sha256", hex };
  const { signer } = await verifySigstoreBundle({
    bundle: parseSigstoreBundle(readFileSync(join(cases, name, "bundle.sigstore.json")), name, 1_000_000),
    path: name,
    content,
    authority: { name, root: parseSigstoreRoot(readFileSync(rootPath), rootPath), thresholds },
    ...(keyPath === "" ? {} : { key: { publicKey: parsePublicKey(readFileSync(keyPath, "utf8")).key } }),
    at,
  });
  if (signer.kind === "certificate") {
    const san = textOf(name, "identity", defaultIdentity);
    const decision = compareIdentity(signer, { san, issuer: textOf(name, "issuer", defaultIssuer) });
    if (!decision.matches) {
      throw AibomError.of(decision.code, decision.args as never);
    }
  }
}

test("bundle-verify: 70 cases by path and by digest", { skip: missing }, async (t) => {
  const names = readdirSync(cases, { withFileTypes: true }).flatMap((each) =>
    each.isDirectory() ? [each.name] : [],
  );
  const wrong: string[] = [];
  for (const name of names) {
    for (const mode of ["path", "digest"] as const) {
      let outcome = "verified";
      try {
        await verifyCase(name, mode);
      } catch (error) {
        assert.ok(error instanceof AibomError, `${name}: ${(error as Error).stack}`);
        outcome = error.code;
      }
      if ((outcome === "verified") === name.endsWith("_fail")) {
        wrong.push(`${name} (${mode}): ${outcome}`);
      }
    }
  }
  t.diagnostic(`sigstore-conformance: ${names.length * 2 - wrong.length} of ${names.length * 2}`);
  assert.deepEqual(wrong, []);
  assert.equal(names.length, 70);
});

const none = { kind: "none" } as const;

function verifyEnvelopeOf(root: SigstoreRoot, bytes: Uint8Array, path: string) {
  const authority = { name: "public good", root, thresholds };
  const bundle = parseSigstoreBundle(bytes, path, 1_000_000);
  return verifySigstoreBundle({ bundle, path, content: none, authority, at });
}

test("bundles of sigstore-js and signatures of model-signing", { skip: missing }, async (t) => {
  const root = parseSigstoreRoot(readFileSync(publicGood), publicGood);
  const models = join(signing, "oms/model-transparency");
  const paths = [
    ...readdirSync(join(signing, "sigstore-js-bundles")).map((name) =>
      join(signing, "sigstore-js-bundles", name),
    ),
    ...readdirSync(models)
      .filter((name) => name.endsWith("-sigstore"))
      .map((name) => join(models, name, "model.sig")),
  ];
  for (const path of paths) {
    const { content, signer, logEntries } = await verifyEnvelopeOf(root, readFileSync(path), path);
    assert.equal(content.kind, "dsse");
    assert.equal(logEntries, 1);
    assert.ok(signer.kind === "certificate");
    const expected = path.endsWith("model.sig")
      ? { san: "stefanb@us.ibm.com", issuer: "https://sigstore.verify.ibm.com/oauth2" }
      : { san: "brian@dehamer.com", issuer: "https://github.com/login/oauth" };
    assert.deepEqual(compareIdentity(signer, expected), { matches: true });
  }
  t.diagnostic(`${paths.length} bundles of other projects`);
  assert.equal(paths.length, 13);
});

const client = join(import.meta.dirname, "../../conformance/sigstore-client");

test("the client: exit 0 for success, 1 to 3 for everything else, silent on stdout", (t) => {
  const directory = temporaryDirectory(t);
  const file = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(join(directory, name), bytes);
    return join(directory, name);
  };
  // The client's clock is the machine's: any time after the fixtures' will do, since the log proves theirs.
  const bundle = file("bundle.json", toBytes(sigstoreBundle({ entries: [{ log: rekor1 }] })));
  const root = file("root.json", toBytes(trustedRoot()));
  const path = file("artifact", artifact);
  const digest = `sha256:${createHash("sha256").update(artifact).digest("hex")}`;
  const identity = [
    "--certificate-identity",
    "https://example.com/project/.github/workflows/release.yml@refs/tags/v1",
    "--certificate-oidc-issuer",
    "https://token.example.com",
  ];
  const run = (...args: readonly string[]): number => {
    const result = spawnSync(client, ["verify-bundle", ...args], { encoding: "utf8" });
    assert.equal(result.stdout, "");
    assert.equal(result.stderr === "", result.status === 0, result.stderr);
    return result.status ?? -1;
  };
  const given = ["--bundle", bundle, ...identity, "--trusted-root", root];
  assert.equal(run(...given, path), 0);
  assert.equal(run("--staging", ...given, digest), 0);
  assert.equal(run(...given, file("other", "other")), 1);
  assert.equal(run("--bundle", bundle, "--trusted-root", root, path), 2);
  assert.equal(run("--bundle", bundle, ...identity, path), 2);
  assert.equal(run("--bundle", bundle, ...identity, "--trusted-root", file("no", "{}"), path), 2);
  assert.equal(run(...given), 2);
  assert.equal(run(...given, "--nonsense", path), 2);
  assert.equal(run(...given, join(directory, "missing")), 2);
  const stranger = file(
    "key.pem",
    `-----BEGIN PUBLIC KEY-----\n${trustedRoot().tlogs[0]?.publicKey.rawBytes}\n-----END PUBLIC KEY-----\n`,
  );
  assert.equal(run("--bundle", bundle, "--key", stranger, "--trusted-root", root, path), 1);
  assert.equal(spawnSync(client, ["sing-bundle"]).status, 2);
});
