// SPDX-License-Identifier: Apache-2.0
// Images that cosign 2, cosign 3 and notation sign in a registry on this machine, once with the referrers API and once
// without, carried out by oras and cosign, and verified from what they wrote.

import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ImageLayout } from "../../fixtures/image-layout.ts";
import { verify } from "../../src/verify.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { writeTrust } from "../use-cases/signed-model.ts";
import { answers, freePort } from "./server-process.ts";
import { type GoToolName, missingGoTools, pathOf } from "./tools.ts";

const skip = missingGoTools("cosign", "cosign2", "crane", "oras", "notation", "registry");
const attested = "https://example.com/test/v1";
const policyText = `apiVersion: aibom/policy/v1
name: images
mode: enforce
rules:
  - { id: simple, kind: signature, signers: [release], schemes: [simple-signing] }
  - { id: bundle, kind: signature, signers: [release], schemes: [dsse] }
  - { id: notary, kind: signature, signers: [acme], schemes: [notary] }
  - { id: attested, kind: attestation, predicateType: ${attested}, signers: [release] }
`;

/** A directory in which the programs run, with a home of their own. */
function workshop(directory: string) {
  const env = {
    ...process.env,
    HOME: directory,
    XDG_CONFIG_HOME: join(directory, "config"),
    COSIGN_PASSWORD: "",
  };
  return (name: GoToolName, ...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(pathOf(name), args, {
      cwd: directory,
      env,
      encoding: "utf8",
    });
    assert.equal(status, 0, `${name} ${args.join(" ")}\n${stderr}`);
    return stdout.trim();
  };
}

async function startRegistry(
  kind: "crane" | "registry",
  directory: string,
): Promise<{ host: string; process: ChildProcess }> {
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(directory, "registry.yml");
  const storage = JSON.stringify(join(directory, "storage"));
  writeFileSync(
    config,
    `version: 0.1\nstorage: {filesystem: {rootdirectory: ${storage}}}\nhttp: {addr: "${host}"}\n`,
  );
  const args = kind === "crane" ? ["registry", "serve", "--address", host] : ["serve", config];
  const child = spawn(pathOf(kind), args, { stdio: "ignore" });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await answers(`http://${host}/v2/`)) {
      return { host, process: child };
    }
    await sleep(100);
  }
  child.kill();
  throw new Error(`${kind} does not answer`);
}

for (const kind of ["crane", "registry"] as const) {
  test(`cosign 2, cosign 3 and notation in ${kind}, carried by oras and cosign`, { skip }, async (t) => {
    const directory = temporaryDirectory(t);
    const run = workshop(directory);
    const { host, process: server } = await startRegistry(kind, directory);
    t.after(() => server.kill());
    const layout = new ImageLayout();
    const child = (architecture: string) => ({
      ...layout.image(`app for ${architecture}`, architecture),
      platform: { os: "linux", architecture },
    });
    const { digest } = layout.list(layout.index([child("amd64"), child("arm64")]), "v1");
    layout.writeTo(join(directory, "made"));
    run("oras", "cp", "--from-oci-layout", "made:v1", "--to-plain-http", `${host}/app:v1`);
    const image = `${host}/app@${digest}`;
    const plain = "--allow-http-registry";
    run("cosign2", "generate-key-pair");
    const by = ["--key", "cosign.key", "-y", plain] as const;
    writeFileSync(join(directory, "predicate.json"), "{}");
    const about = ["--predicate", "predicate.json", "--type", attested] as const;
    run("cosign2", "sign", ...by, "--tlog-upload=false", image);
    run("cosign2", "attest", ...by, ...about, "--tlog-upload=false", image);
    run("cosign", "signing-config", "create", "--out", "services.json");
    run("cosign", "sign", ...by, "--signing-config", "services.json", image);
    run("cosign", "attest", ...by, ...about, "--signing-config", "services.json", image);
    run("notation", "cert", "generate-test", "--default", "acme");
    for (const format of ["jws", "cose"]) {
      run("notation", "sign", "--insecure-registry", "--signature-format", format, image);
    }
    const backup = ["backup", "--plain-http", "--include-referrers", "--output"] as const;
    run("oras", ...backup, "backup", `${host}/app`);
    run("oras", ...backup, "backup.tar", `${host}/app`);
    mkdirSync(join(directory, "saved"));
    run("cosign", "save", plain, "--dir", "saved", image);
    const trustRoot = writeTrust(join(directory, "trust"), {
      keys: [
        {
          name: "release",
          publicKey: readFileSync(join(directory, "cosign.pub"), "utf8"),
          usages: ["model", "statement"],
        },
      ],
      authorities: [
        {
          name: "notary",
          kind: "ca",
          bytes: readFileSync(join(directory, "config/notation/localkeys/acme.crt")),
        },
      ],
      identities: [
        {
          name: "acme",
          kind: "x509",
          authority: "notary",
          subject: "CN=acme,O=Notary,L=Seattle,ST=WA,C=US",
          usages: ["model"],
        },
      ],
    });
    const policy = join(directory, "policy.yaml");
    writeFileSync(policy, policyText);
    for (const carrier of ["backup", "backup.tar", "saved"]) {
      const verdict = await verify([join(directory, carrier)], {
        trustRoot,
        policy,
        at: new Date(),
        jobs: 2,
      });
      const shown = JSON.stringify([verdict.rules, verdict.rejected]);
      assert.equal(verdict.outcome, "allow", `${carrier} ${shown}`);
      assert.deepEqual(verdict.rejected, [], carrier);
      assert.equal(verdict.artifacts.length, 2, carrier);
    }
  });
}
