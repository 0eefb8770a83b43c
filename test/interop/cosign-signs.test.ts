// SPDX-License-Identifier: Apache-2.0
// What cosign signs with a key or a certificate of a private CA, we verify: files and attestations about them.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { cosignIn } from "./cosign.ts";
import { expectExit, verdictOf } from "./expect-exit.ts";
import { authorityExtensions, makeCertificate, openssl, signerExtensions } from "./openssl-ca.ts";
import { startOpensslTsa } from "./openssl-tsa.ts";
import { samplePredicates } from "./predicates.ts";
import { missingGoTools, missingPrograms } from "./tools.ts";

const skip = missingGoTools("cosign") || missingPrograms("openssl");

/** A file to sign, cosign without any server, and an empty trust root. */
async function setUp(t: TestContext) {
  const cwd = temporaryDirectory(t);
  const cosign = cosignIn(cwd);
  writeFileSync(join(cwd, "model.bin"), "weights of a model\n");
  await expectExit(cwd, 0, "init");
  const run = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await cosign.run(args);
    assert.equal(code, 0, stderr);
  };
  const offline = [
    ...["--signing-config", await cosign.createSigningConfig("signing-config.json")],
    ...["--trusted-root", await cosign.createTrustedRoot("trusted-root.json")],
  ];
  const change = () => writeFileSync(join(cwd, "model.bin"), "Weights of a model\n");
  return { cwd, cosign, run, offline, change };
}

for (const curve of ["P-256", "P-384", "P-521"]) {
  test(`${curve}: cosign signs a file with a key, we verify`, { skip }, async (t) => {
    const { cwd, run, offline, change } = await setUp(t);
    openssl(
      "genpkey",
      "-algorithm",
      "EC",
      "-pkeyopt",
      `ec_paramgen_curve:${curve}`,
      "-out",
      join(cwd, "key.pem"),
    );
    await run("import-key-pair", "--key", "key.pem", "--output-key-prefix", "release");
    await run("sign-blob", "--key", "release.key", ...offline, "--bundle", "model.bin.json", "model.bin");
    const verify = ["model.bin", "--signature", "model.bin.json"];
    assert.equal((await verdictOf(cwd, 1, ...verify)).rejected[0]?.code, "TRUST_KEY_UNKNOWN");
    await expectExit(cwd, 0, "trust", "add", "release", "--key", "release.pub");
    const { evidence } = await verdictOf(cwd, 0, ...verify);
    assert.deepEqual(evidence[0]?.covers, ["model.bin"]);
    assert.equal(evidence[0]?.signer.identity, "release");
    change();
    await verdictOf(cwd, 1, ...verify);
  });
}

test("cosign attests with a key, we read what it says", { skip }, async (t) => {
  const { cwd, run, offline, change } = await setUp(t);
  await run("generate-key-pair");
  await expectExit(cwd, 0, "trust", "add", "ci", "--key", "cosign.pub", "--usage", "model,statement");
  await run("sign-blob", "--key", "cosign.key", ...offline, "--bundle", "model.bin.json", "model.bin");
  const names = Object.keys(samplePredicates);
  for (const [index, { type, predicate }] of Object.values(samplePredicates).entries()) {
    writeFileSync(join(cwd, "predicate.json"), JSON.stringify(predicate));
    await run(
      ...["attest-blob", "--key", "cosign.key", ...offline, "--type", type, "--predicate", "predicate.json"],
      ...["--bundle", `${index}.sigstore.json`, "model.bin"],
    );
  }
  const attestations = names.flatMap((_, index) => ["--attestation", `${index}.sigstore.json`]);
  const verify = ["model.bin", "--signature", "model.bin.json", ...attestations];
  const { evidence, rejected } = await verdictOf(cwd, 0, ...verify);
  assert.deepEqual(rejected, []);
  const statements = evidence.filter((each) => each.usage === "statement");
  assert.equal(statements.length, names.length);
  for (const { predicateType, claim } of Object.values(samplePredicates)) {
    const statement = statements.find((each) => each.predicateType === predicateType);
    assert.deepEqual(statement?.covers, ["model.bin"]);
    assert.ok(
      statement.claims.some(({ name, value }) => name === claim.name && value === claim.value),
      `${claim.name} of ${predicateType}: ${JSON.stringify(statement.claims)}`,
    );
  }
  change();
  assert.deepEqual((await verdictOf(cwd, 1, ...verify)).evidence, []);
});

test("cosign signs with a certificate of a private CA and a time stamp of openssl, we verify", {
  skip,
}, async (t) => {
  const { cwd, cosign, run, change } = await setUp(t);
  const root = makeCertificate({
    ...{ directory: cwd, name: "root", subject: "/O=Example/CN=root", extensions: authorityExtensions(0) },
  });
  const signer = makeCertificate({
    ...{ directory: cwd, name: "signer", subject: "/O=Example/CN=release", issuer: root },
    extensions: [...signerExtensions("codeSigning"), "subjectAltName=email:release@example.com"],
  });
  const tsa = await startOpensslTsa(temporaryDirectory(t));
  t.after(() => tsa.stop());
  await run("import-key-pair", "--key", signer.key, "--output-key-prefix", "release");
  const clock = `url=${tsa.url},api-version=1,start-time=2026-01-01T00:00:00Z,operator=example`;
  const online = [
    "--signing-config",
    await cosign.createSigningConfig("clock.json", `--tsa=${clock}`, "--tsa-config=EXACT:1"),
    "--trusted-root",
    await cosign.createTrustedRoot(
      "company.json",
      `--fulcio=url=https://ca.example.com,certificate-chain=${root.chain}`,
      `--tsa=url=${tsa.url},certificate-chain=${tsa.chain}`,
    ),
  ];
  const key = [
    "--key",
    "release.key",
    "--certificate",
    signer.certificate,
    "--certificate-chain",
    root.chain,
  ];
  await run("sign-blob", "--yes", ...key, ...online, "--bundle", "model.bin.json", "model.bin");
  await expectExit(cwd, 0, "trust", "import", root.certificate, "--kind", "ca", "--name", "company");
  await expectExit(cwd, 0, "trust", "import", tsa.chain, "--kind", "tsa", "--name", "clock");
  const verify = ["model.bin", "--signature", "model.bin.json"];
  assert.equal((await verdictOf(cwd, 1, ...verify)).rejected[0]?.code, "TRUST_CERTIFICATE_UNKNOWN");
  await expectExit(
    cwd,
    0,
    "trust",
    "add",
    "release",
    "--authority",
    "company",
    "--identity",
    "release@example.com",
  );
  const { evidence } = await verdictOf(cwd, 0, ...verify);
  assert.equal(evidence[0]?.signer.method, "certificate");
  assert.deepEqual(
    evidence[0]?.times.map(({ source }) => source),
    ["rfc3161"],
  );
  change();
  await verdictOf(cwd, 1, ...verify);
});
