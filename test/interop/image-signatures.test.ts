// SPDX-License-Identifier: Apache-2.0
// Images that cosign 2, cosign 3 and notation sign in a registry on this machine, once with the referrers API and once
// without, carried out by oras and cosign, and verified from what they wrote.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ImageLayout } from "../../fixtures/image-layout.ts";
import { verify } from "../../src/verify.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { writeTrust } from "../use-cases/signed-model.ts";
import { programsIn, registryKinds, startRegistry } from "./image-registry.ts";
import { missingGoTools } from "./tools.ts";

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

for (const kind of registryKinds) {
  test(`cosign 2, cosign 3 and notation in ${kind}, carried by oras and cosign`, { skip }, async (t) => {
    const directory = temporaryDirectory(t);
    const run = programsIn(directory);
    const host = await startRegistry(t, kind, directory);
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
