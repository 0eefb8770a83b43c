// SPDX-License-Identifier: Apache-2.0
// CycloneDX's own implementation of JSF (npm: @cyclonedx/sign), both directions. It is no dependency of this
// repository: it is installed into a directory of its own that is gone afterwards, if a registry can be reached.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { KeyType } from "../../src/signers/generate-key.ts";
import { embedJsfSignature } from "../../src/signers/jsf.ts";
import { publicKeyId } from "../../src/trust/public-key.ts";
import { parseJsfDocument, verifyJsf } from "../../src/verifiers/jsf/verify-jsf.ts";
import { testKey } from "../signers/signing.ts";
import type { Loose } from "../verifiers/jsf-forger.ts";

const version = "0.5.2";
const scratch = mkdtempSync(join(tmpdir(), "aibom-interop-"));
after(() => rmSync(scratch, { recursive: true, force: true }));

function install(): false | string {
  writeFileSync(join(scratch, "package.json"), '{"private":true}');
  const quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0"];
  try {
    execFileSync("npm", ["install", ...quietly, `@cyclonedx/sign@${version}`], {
      cwd: scratch,
      stdio: "pipe",
      timeout: 120_000,
    });
    return false;
  } catch {
    return `@cyclonedx/sign ${version} cannot be installed: no registry`;
  }
}

const skip = install();
const library = (): Promise<Loose> =>
  import(pathToFileURL(join(scratch, "node_modules/@cyclonedx/sign/dist/jsf/index.js")).href);

const bom: Loose = {
  bomFormat: "CycloneDX",
  specVersion: "1.7",
  version: 1,
  components: [
    {
      type: "library",
      name: "\u20ac\u{1f600}\n\u2028",
      version: "1",
      properties: [{ name: "n", value: "" }],
    },
  ],
};
// Numbers and keys on which canonicalisers differ.
const odd: Loose = {
  ...bom,
  "x-\u20ac": [1e21, 1e-7, 0.1, -0, 100, 1e23],
  "10": 1,
  "9": { "\ufb33": 1, "\u{1f600}": 2 },
};

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const ec = (namedCurve: string): Pair => generateKeyPairSync("ec", { namedCurve });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pairs: readonly (readonly [string, Pair])[] = [
  ["ES256", ec("P-256")],
  ["ES384", ec("P-384")],
  ["ES512", ec("P-521")],
  ["Ed25519", generateKeyPairSync("ed25519")],
  ["Ed448", generateKeyPairSync("ed448")],
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map((name) => [name, rsa] as const),
];

const trusted = pairs.map(([, { publicKey }]) => ({ key: publicKey, keyId: publicKeyId(publicKey) }));

/** Verifies what another tool wrote, as a file would come in. */
function verifyOurs(document: Loose) {
  return verifyJsf(parseJsfDocument(Buffer.from(JSON.stringify(document)), "bom.json"), {
    path: "bom.json",
    findKeys: ({ publicKey }) => trusted.filter((each) => each.keyId === publicKey),
  });
}

test("it signs with every algorithm, we verify, tampering is found by both", { skip }, async (t) => {
  const jsf = await library();
  let verified = 0;
  for (const [algorithm, { privateKey, publicKey }] of pairs) {
    for (const document of [bom, odd]) {
      const signed = await jsf.sign(document, { signer: { algorithm, privateKey, publicKey } });
      const { signers, rejected } = verifyOurs(signed);
      assert.deepEqual(rejected, []);
      assert.equal(signers[0]?.keyId, publicKeyId(publicKey));
      const tampered = { ...signed, version: 2 };
      assert.equal(verifyOurs(tampered).rejected[0]?.code, "JSF_SIGNATURE_INVALID");
      assert.equal((await jsf.verify(tampered, { publicKey })).valid, false);
      verified++;
    }
  }
  t.diagnostic(`${verified} documents of @cyclonedx/sign ${version} verify`);
});

for (const mode of ["multi", "chain"] as const) {
  test(`it signs a ${mode} of three, we verify all three`, { skip }, async () => {
    const jsf = await library();
    const three = [pairs[0], pairs[3], pairs[8]].map((each) => each ?? assert.fail());
    const signed = await jsf.sign(odd, {
      mode,
      signers: three.map(([algorithm, { privateKey, publicKey }]) => ({ algorithm, privateKey, publicKey })),
    });
    const result = verifyOurs(signed);
    assert.deepEqual(result.rejected, []);
    assert.equal(result.mode, mode === "multi" ? "multiple" : "chain");
    assert.deepEqual(
      result.signers.map(({ keyId }) => keyId),
      three.map(([, { publicKey }]) => publicKeyId(publicKey)),
    );
    assert.deepEqual(verifyOurs({ ...signed, version: 2 }).signers, []);
  });
}

for (const type of ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519"] satisfies KeyType[]) {
  test(`${type}: we sign, it verifies, tampering is found`, { skip }, async () => {
    const jsf = await library();
    const { signer, publicPem } = testKey(type);
    const publicKey = createPublicKey(publicPem);
    for (const document of [bom, odd]) {
      const bytes = await embedJsfSignature(Buffer.from(`${JSON.stringify(document, null, 2)}\n`), signer);
      const signed = JSON.parse(Buffer.from(bytes).toString());
      const strict = {
        publicKey,
        allowedExcludes: [],
        allowedExtensions: [],
        requireEmbeddedPublicKey: true,
      };
      const result = await jsf.verify(signed, strict);
      assert.ok(result.valid, JSON.stringify(result));
      assert.equal((await jsf.verify({ ...signed, version: 2 }, strict)).valid, false);
    }
  });
}

test("what its defaults accept and ours refuse: an attacker's key, a section added by exclusion", {
  skip,
}, async () => {
  const jsf = await library();
  const attacker = ec("P-256");
  const forged = await jsf.sign(bom, { signer: { algorithm: "ES256", ...attacker } });
  assert.ok((await jsf.verify(forged)).valid);
  assert.equal(verifyOurs(forged).rejected[0]?.code, "JSF_KEY_UNKNOWN");
  const [algorithm, { privateKey, publicKey }] = pairs[0] ?? assert.fail();
  const signed = await jsf.sign(bom, { signer: { algorithm, privateKey, publicKey } });
  const injected = {
    ...signed,
    vulnerabilities: [{ id: "CVE-0" }],
    signature: { ...signed.signature, excludes: ["vulnerabilities"] },
  };
  assert.ok((await jsf.verify(injected, { publicKey })).valid);
  assert.throws(() => verifyOurs(injected), { code: "JSF_EXCLUDES" });
});
