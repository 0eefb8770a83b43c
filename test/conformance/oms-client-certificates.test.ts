// SPDX-License-Identifier: Apache-2.0
// The conformance client for OpenSSF Model Signing with certificates: chains that hold, and chains that are wrong and
// signed correctly.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  basicConstraints,
  type CertificateSpec,
  caExtensions,
  extendedKeyUsage,
  fixtureTime,
  type Issued,
  issue,
  keyPair,
  keyUsage,
} from "../../fixtures/pki.ts";
import { keySigner } from "../../src/signers/key.ts";
import { modelStatement } from "../../src/signers/model-signature.ts";
import { signStatement } from "../../src/signers/statement-bundle.ts";
import { fileOf } from "../signers/signing.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { accepted, rejected, signModel, verifyModel, writeFiles } from "./oms-client.ts";

const at = ["--at", fixtureTime.toISOString()];

/** Writes a chain's files; answers the paths. */
function writeChain(scratch: string, leaf: Issued, issuers: readonly Issued[]) {
  const paths = [leaf, ...issuers].map((each, index) => {
    const path = join(scratch, `certificate-${index}.pem`);
    writeFileSync(path, each.pem);
    return path;
  });
  const privateKey = join(scratch, "leaf-key.pem");
  writeFileSync(privateKey, leaf.keys.privateKey.export({ type: "sec1", format: "pem" }));
  return { privateKey, leaf: paths[0] ?? "", issuers: paths.slice(1) };
}

const leafExtensions = [keyUsage(["digitalSignature"]), extendedKeyUsage(["codeSigning"])];
const authorityOf = (name: string, issuer?: Issued, spec: Partial<CertificateSpec> = {}): Issued =>
  issue({
    subject: `CN=${name}`,
    extensions: caExtensions(),
    ...(issuer === undefined ? {} : { issuer }),
    ...spec,
  });
const leafOf = (issuer: Issued | undefined, spec: Partial<CertificateSpec> = {}): Issued =>
  issue({
    subject: "CN=leaf,O=Vendor",
    extensions: leafExtensions,
    ...(issuer === undefined ? {} : { issuer }),
    ...spec,
  });

describe("certificates", { concurrency: 2 }, () => {
  test("round trips: an intermediate, and a certificate that is its own anchor", async (t) => {
    const scratch = temporaryDirectory(t);
    const model = writeFiles(join(scratch, "model"), { "signme-1": "1" });
    const bundle = join(scratch, "bundle.sig");
    const ca = authorityOf("root");
    const intermediate = authorityOf("intermediate", ca);
    const common = ["--method", "certificate", "--model-path", model, ...at];
    const { privateKey, leaf, issuers } = writeChain(scratch, leafOf(intermediate), [intermediate, ca]);
    const chain = issuers.flatMap((path) => ["--cert-chain", path]);
    const signing = ["--output-bundle", bundle, "--private-key", privateKey, "--signing-cert", leaf];
    await accepted(signModel(...common, ...signing, ...chain));
    await accepted(verifyModel(...common, "--bundle", bundle, "--cert-chain", issuers[1] ?? ""));
    await accepted(verifyModel(...common, "--bundle", bundle, ...chain));
    // Without the intermediate in the bundle there is no way to the root.
    await accepted(signModel(...common, ...signing));
    await rejected(
      verifyModel(...common, "--bundle", bundle, "--cert-chain", issuers[1] ?? ""),
      /CERTIFICATE_/,
    );
    const own = leafOf(undefined);
    const alone = writeChain(scratch, own, []);
    const sign = ["--output-bundle", bundle, "--private-key", alone.privateKey, "--signing-cert", alone.leaf];
    await accepted(signModel(...common, ...sign, "--cert-chain", alone.leaf));
    await accepted(verifyModel(...common, "--bundle", bundle, "--cert-chain", alone.leaf));
  });

  const ca = authorityOf("root");
  const short = authorityOf("short", ca, { extensions: caExtensions(0) });
  const below = authorityOf("below", short);
  const noCa = issue({ subject: "CN=no-ca", issuer: ca, extensions: leafExtensions });
  const noSign = issue({
    subject: "CN=no-sign",
    issuer: ca,
    extensions: [basicConstraints(true), keyUsage(["cRLSign"])],
  });
  const past = { notBefore: new Date("2020-01-01T00:00:00Z"), notAfter: new Date("2020-01-02T00:00:00Z") };
  const expiredCa = authorityOf("expired", ca, past);
  const wrongChains: readonly [name: string, leaf: Issued, issuers: readonly Issued[]][] = [
    ["pathLenConstraint 0 with a CA below", leafOf(below), [below, short]],
    ["issuer that is no CA", leafOf(noCa), [noCa]],
    ["issuer that may not sign certificates", leafOf(noSign), [noSign]],
    ["expired leaf", leafOf(ca, past), []],
    ["expired intermediate", leafOf(expiredCa), [expiredCa]],
    ["leaf of the future", leafOf(ca, { notBefore: new Date("2027-01-01T00:00:00Z") }), []],
    ["leaf for servers", leafOf(ca, { extensions: [extendedKeyUsage(["serverAuth"])] }), []],
    ["leaf for encryption", leafOf(ca, { extensions: [keyUsage(["keyEncipherment"])] }), []],
    [
      "issuer's name, another key",
      leafOf(authorityOf("root", undefined, { keys: keyPair("p256", "evil") })),
      [],
    ],
    [
      "spoilt signature",
      leafOf(ca, { spoilSignature: (bytes) => bytes.map((byte, i) => (i === 20 ? byte ^ 1 : byte)) }),
      [],
    ],
    ["own root in the bundle", leafOf(authorityOf("other-root")), [authorityOf("other-root")]],
    [
      "unknown critical extension",
      leafOf(ca, {
        extensions: [...leafExtensions, { oid: "1.2.3.4", critical: true, value: Uint8Array.of(5, 0) }],
      }),
      [],
    ],
  ];
  test("chains that are wrong and signed correctly", async (t) => {
    const scratch = temporaryDirectory(t);
    const model = writeFiles(join(scratch, "model"), { "signme-1": "1" });
    const anchor = join(scratch, "root.pem");
    writeFileSync(anchor, ca.pem);
    const bundle = join(scratch, "bundle.sig");
    const verify = [
      ...["--method", "certificate", "--model-path", model, "--bundle", bundle, "--cert-chain", anchor],
      ...at,
    ];
    const payload = modelStatement([fileOf("signme-1", "1")], { name: "model", ignorePaths: [] });
    const write = async (leaf: Issued, issuers: readonly Issued[]): Promise<void> => {
      const certificates = [leaf, ...issuers].map((each) => each.der);
      const signer = { ...keySigner(leaf.keys.privateKey), certificates };
      writeFileSync(bundle, await signStatement(payload, signer, 1 << 24));
    };
    await write(leafOf(ca), []);
    await accepted(verifyModel(...verify), "the right one");
    for (const [name, leaf, issuers] of wrongChains) {
      await write(leaf, issuers);
      await rejected(verifyModel(...verify), /CERTIFICATE_/, name);
    }
    t.diagnostic(`${wrongChains.length} of ${wrongChains.length} wrong chains are rejected`);
  });
});
