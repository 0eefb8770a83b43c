// SPDX-License-Identifier: Apache-2.0
// Signatures of images in every variant and place, in layouts that are made here; and the attacks that other verifiers
// missed, each named by its advisory.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import {
  addSignatureTag,
  bundleReferrer,
  bundleType,
  type CosignSpec,
  envelopeType,
  signatureFile,
  signatureLayer,
  signEnvelope,
  statementAbout,
} from "../../../fixtures/cosign.ts";
import { blobPath, type DescriptorJson, ImageLayout } from "../../../fixtures/image-layout.ts";
import { notaryCose, notaryJws, notaryRoot } from "../../../fixtures/notary.ts";
import { caExtensions, fixtureTime, issue, keyPair, keyUsage } from "../../../fixtures/pki.ts";
import { fulcioLeaf, identity, identityIssuer, toBytes, trustedRoot } from "../../../fixtures/sigstore.ts";
import type { BlobDigest } from "../../../src/images/descriptor.ts";
import { openImageStore } from "../../../src/images/open-image-store.ts";
import { limits } from "../../../src/limits.ts";
import type { TrustRoot } from "../../../src/trust/trust-root.ts";
import { findSignatures } from "../../../src/verifiers/image/find-signatures.ts";
import {
  rejectUnreadable,
  verifyImageSignature,
} from "../../../src/verifiers/image/verify-image-signature.ts";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { type TrustParts, trustWith } from "../../trust/in-memory.ts";

const key = keyPair("p256", "release key");
const pem = (keys = key): string => keys.publicKey.export({ type: "spki", format: "pem" }).toString();
const sigstore: TrustParts["sigstore"] = [
  { root: toBytes(trustedRoot()), identities: [{ subjectAltName: identity, issuer: identityIssuer }] },
];
const byKey = trustWith({ keys: [{ publicKey: pem() }] });
const byIdentity = trustWith({ sigstore });

/** What was accepted, as `scheme usage signer`, and why the rest was not. */
async function verified(
  layout: ImageLayout,
  image: DescriptorJson,
  trustRoot: TrustRoot,
  more: { readonly repository?: string; readonly directory?: string } = {},
) {
  const { repository } = more;
  const directory = more.directory ?? layout.writeTo(mkdtempSync(join(tmpdir(), "aibom-test-")));
  const store = openImageStore(directory);
  try {
    const digest = image.digest as BlobDigest;
    const found = findSignatures(store, digest);
    const manifest = store.manifests.get(digest);
    const signed = {
      artifact: "app",
      mediaType: manifest?.mediaType,
      size: manifest?.size ?? 0,
      digests: new Map([["sha256", digest.slice("sha256:".length)]]),
      covers: [blobPath(digest)],
      ...(repository === undefined ? {} : { repository }),
    };
    const answers = [
      ...(await Promise.all(
        found.signatures.map((each) => verifyImageSignature(each, signed, { trustRoot, at: fixtureTime })),
      )),
      ...found.unreadable.map((each) => rejectUnreadable(each, "app")),
    ];
    return {
      accepted: answers.flatMap(({ evidence }) =>
        evidence.map(({ scheme, usage, signer }) => `${scheme} ${usage} ${signer.identity}`),
      ),
      rejected: answers.flatMap(({ rejected }) => rejected.map(({ code }) => code)),
      findings: [...found.findings, ...answers.flatMap(({ findings }) => findings)].map(({ code }) => code),
      evidence: answers.flatMap(({ evidence }) => evidence),
    };
  } finally {
    store.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A layout with one image and one signature of cosign 2. */
async function cosign2(
  spec: CosignSpec,
  trustRoot: TrustRoot,
  about?: (digest: string) => object,
): Promise<string[]> {
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  addSignatureTag(layout, image, [signatureLayer({ digest: image.digest, ...about?.(image.digest) }, spec)]);
  const { accepted, rejected } = await verified(layout, image, trustRoot);
  return [...accepted, ...rejected];
}

const other = `sha256:${"0".repeat(64)}`;

test("V1: a cosign 2 signature by a key, a Fulcio certificate, a private CA", async () => {
  assert.deepEqual(await cosign2({ key, log: false }, byKey), ["simple-signing model signer-0"]);
  assert.deepEqual(await cosign2({ key }, byKey), ["simple-signing model signer-0"]);
  assert.deepEqual(await cosign2({}, byIdentity), ["simple-signing model signer-0"]);
  assert.deepEqual(await cosign2({ timestamp: {} }, byIdentity), ["simple-signing model signer-0"]);
  assert.deepEqual(await cosign2({ key: keyPair("p256", "stranger"), log: false }, byKey), [
    "IMAGE_SIGNATURE_NO_KEY",
  ]);
  assert.deepEqual(await cosign2({}, byKey), ["TRUST_NO_AUTHORITY"]);
  const root = issue({ subject: "CN=ca", extensions: caExtensions() });
  const leaf = issue({ subject: "CN=signer", issuer: root, extensions: [keyUsage(["digitalSignature"])] });
  const byCa = trustWith({ ca: [{ pem: root.pem, identities: [{ subject: "CN=signer" }] }] });
  assert.deepEqual(await cosign2({ chain: [leaf, root], log: false }, byCa), [
    "simple-signing model signer-0",
  ]);
  assert.deepEqual(await cosign2({ chain: [leaf, root] }, byCa), ["simple-signing model signer-0"]);
});

test("V1: with a Sigstore instance in the trust root the log entry of a key's signature is judged by it", async () => {
  const both = trustWith({ keys: [{ publicKey: pem() }], sigstore });
  assert.deepEqual(await cosign2({ key }, both), ["simple-signing model signer-0"]);
});

test("V1: one manifest holds many signatures, each judged by itself", async () => {
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  const layers = [{ key, log: false }, {}, { key: keyPair("p256", "stranger"), log: false }].map((spec) =>
    signatureLayer({ digest: image.digest }, spec),
  );
  addSignatureTag(layout, image, layers);
  const both = trustWith({ keys: [{ publicKey: pem() }], sigstore });
  const { accepted, rejected } = await verified(layout, image, both);
  assert.deepEqual(accepted.sort(), ["simple-signing model signer-0", "simple-signing model signer-1"]);
  assert.deepEqual(rejected, ["IMAGE_SIGNATURE_NO_KEY"]);
});

test("CVE-2022-36056, CVE-2022-23649, CVE-2026-22703: a log entry about another signature, payload or key", async () => {
  const stranger = keyPair("p256", "stranger");
  const changes: NonNullable<CosignSpec["logged"]>[] = [
    { signature: Buffer.from("3006020101020101", "hex") },
    { signed: Buffer.from("another payload") },
    { verifier: { key: stranger } },
  ];
  const both = trustWith({ keys: [{ publicKey: pem() }], sigstore });
  for (const logged of changes) {
    // The same check on every path: a certificate with the log, a key with the log, a key without an instance.
    assert.deepEqual(await cosign2({ logged }, byIdentity), ["SIGSTORE_LOG_ENTRY_OTHER"]);
    assert.deepEqual(await cosign2({ key, logged }, both), ["SIGSTORE_LOG_ENTRY_OTHER"]);
    assert.deepEqual(await cosign2({ key, logged }, byKey), ["IMAGE_SIGNATURE_LOG"]);
  }
});

test("simple signing: another type, another image, what is critical and unknown", async () => {
  const by = { key, log: false };
  assert.deepEqual(await cosign2(by, byKey, () => ({ type: "atomic container signature" })), [
    "IMAGE_SIGNATURE_TYPE",
  ]);
  assert.deepEqual(await cosign2(by, byKey, () => ({ digest: other })), ["IMAGE_SIGNATURE_OTHER_IMAGE"]);
  assert.deepEqual(await cosign2(by, byKey, () => ({ more: { until: "2020" } })), [
    "IMAGE_SIGNATURE_MALFORMED",
  ]);
  assert.deepEqual(await cosign2({ ...by, more: { "dev.sigstore.cosign/bundle": "{}" } }, byKey), [
    "IMAGE_SIGNATURE_MALFORMED",
  ]);
  assert.deepEqual(await cosign2({ ...by, more: { "dev.cosignproject.cosign/signature": "" } }, byKey), [
    "IMAGE_SIGNATURE_MALFORMED",
  ]);
});

test("a signature that was made for another repository does not count where one is asked for", async () => {
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  const layers = ["registry.example:5000/app:v1@sha256:00", "registry.example/staging/app"].map((reference) =>
    signatureLayer({ digest: image.digest, reference }, { key, log: false }),
  );
  addSignatureTag(layout, image, layers);
  const asked = await verified(layout, image, byKey, { repository: "registry.example:5000/app" });
  assert.equal(asked.accepted.length, 1);
  assert.deepEqual(asked.rejected, ["IMAGE_SIGNATURE_OTHER_REPOSITORY"]);
  assert.equal((await verified(layout, image, byKey)).accepted.length, 2);
});

test("V2: attestations in envelopes, by a key and by a certificate; CVE-2022-35929: their type is in what is signed", async () => {
  const provenance = "https://slsa.dev/provenance/v1";
  for (const [spec, trustRoot] of [
    [{ key, log: false }, byKey],
    [{}, byIdentity],
    [{ timestamp: {} }, byIdentity],
  ] as const) {
    const layout = new ImageLayout();
    const image = layout.list(layout.image("app"), "latest");
    const { envelope, annotations } = signEnvelope(
      statementAbout(image.digest, "https://example.com/test/v1"),
      spec,
    );
    // The label beside it is nobody's word.
    const layer = { bytes: envelope, annotations: { ...annotations, predicateType: provenance } };
    addSignatureTag(layout, image, [layer], "att");
    const { accepted, rejected, evidence } = await verified(layout, image, trustRoot);
    assert.deepEqual([...accepted, ...rejected], ["dsse statement signer-0"]);
    assert.equal(evidence[0]?.predicateType, "https://example.com/test/v1");
  }
});

test("V2: an attestation about another image is rejected, not passed over", async () => {
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  const { envelope, annotations } = signEnvelope(statementAbout(other, "https://example.com/test/v1"), {});
  addSignatureTag(layout, image, [{ bytes: envelope, annotations }], "att");
  const { accepted, rejected } = await verified(layout, image, byIdentity);
  assert.deepEqual([...accepted, ...rejected], ["ATTESTATION_OF_OTHER_BYTES"]);
});

test("V3, V8: SBOM tags and BuildKit's statements are claims, Docker's signed form is evidence", async () => {
  const layout = new ImageLayout();
  const image = layout.image("app");
  const { envelope } = signEnvelope(statementAbout(image.digest, "https://example.com/test/v1"), { key });
  const attestation = (bytes: Uint8Array, type: string) => ({
    ...layout.manifest({ layers: [layout.blob(bytes, type)] }),
    platform: { os: "unknown", architecture: "unknown" },
    annotations: {
      "vnd.docker.reference.type": "attestation-manifest",
      "vnd.docker.reference.digest": image.digest,
    },
  });
  const bare = attestation(
    statementAbout(image.digest, "https://slsa.dev/provenance/v1"),
    "application/vnd.in-toto+json",
  );
  const signed = attestation(envelope, "application/vnd.in-toto.provenance+dsse");
  layout.list(layout.index([image, bare, signed]), "latest");
  addSignatureTag(
    layout,
    image,
    [{ bytes: Buffer.from("SPDXVersion: SPDX-2.3\n"), annotations: {} }],
    "sbom",
    "text/spdx",
  );
  const { accepted, rejected, findings } = await verified(layout, image, byKey);
  assert.deepEqual([...accepted, ...rejected], ["dsse statement signer-0"]);
  assert.deepEqual(findings, ["IMAGE_CLAIM_UNSIGNED", "IMAGE_CLAIM_UNSIGNED"]);
});

test("V4, V5, V10: bundles of cosign 3 as listed, fallback-tagged and unlisted referrers", async () => {
  const places: Record<
    string,
    (layout: ImageLayout, image: DescriptorJson, referrer: DescriptorJson) => void
  > = {
    listed: (layout, _, referrer) => layout.list(referrer),
    // kyverno#16664: cosign 3 gives the entry the type of an empty object.
    fallback: (layout, image, referrer) =>
      layout.list(
        layout.index([{ ...referrer, artifactType: "application/vnd.oci.empty.v1+json" }]),
        image.digest.replace(":", "-"),
      ),
    unlisted: () => {},
  };
  for (const [place, put] of Object.entries(places)) {
    for (const [options, trustRoot] of [
      [{}, byIdentity],
      [{ key }, byKey],
    ] as const) {
      const layout = new ImageLayout();
      const image = layout.list(layout.image("app"), "latest");
      put(layout, image, bundleReferrer(layout, image, options));
      const { accepted, rejected } = await verified(layout, image, trustRoot);
      assert.deepEqual([...accepted, ...rejected], ["dsse model signer-0"], place);
    }
  }
});

test("CVE-2022-35930, CVE-2026-39395: a statement of another type is no signature, and the other way round", async () => {
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  const predicateType = "https://example.com/sbom/v1";
  layout.list(bundleReferrer(layout, image, { predicateType }));
  const { accepted } = await verified(layout, image, byIdentity);
  assert.deepEqual(accepted, ["dsse statement signer-0"]);
  const statementsOnly = trustWith({
    sigstore: [
      {
        ...sigstore![0]!,
        identities: [{ subjectAltName: identity, issuer: identityIssuer, usages: ["statement"] }],
      },
    ],
  });
  const plain = new ImageLayout();
  const signedImage = plain.list(plain.image("app"), "latest");
  plain.list(bundleReferrer(plain, signedImage));
  assert.deepEqual((await verified(plain, signedImage, statementsOnly)).rejected, [
    "TRUST_USAGE_NOT_ALLOWED",
  ]);
});

test("a referrer whose statement is about another image is rejected: where it hangs says nothing", async () => {
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  layout.list(bundleReferrer(layout, image, { about: other }));
  const { accepted, rejected } = await verified(layout, image, byIdentity);
  assert.deepEqual([...accepted, ...rejected], ["ATTESTATION_OF_OTHER_BYTES"]);
});

test("V6: experimental referrers of cosign 2", async () => {
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  const { bytes, annotations } = signatureLayer({ digest: image.digest }, { key, log: false });
  const type = "application/vnd.dev.cosign.simplesigning.v1+json";
  layout.list(
    layout.manifest({
      artifactType: "application/vnd.dev.cosign.artifact.sig.v1+json",
      layers: [layout.blob(bytes, type, annotations)],
      subject: image,
    }),
  );
  const { envelope } = signEnvelope(statementAbout(image.digest, "https://example.com/test/v1"), { key });
  layout.list(
    layout.manifest({
      artifactType: "application/vnd.in-toto+json",
      layers: [layout.blob(envelope, envelopeType)],
      subject: image,
    }),
  );
  const { accepted, rejected } = await verified(layout, image, byKey);
  assert.deepEqual([...accepted, ...rejected].sort(), [
    "dsse statement signer-0",
    "simple-signing model signer-0",
  ]);
});

test("V7: Notary Project signatures in both envelopes; the whole descriptor is compared", async () => {
  const byNotary = trustWith({
    ca: [{ pem: notaryRoot.pem, identities: [{ subject: "CN=release,O=Example,C=US" }] }],
  });
  for (const [write, type] of [
    [notaryJws, "application/jose+json"],
    [notaryCose, "application/cose"],
  ] as const) {
    for (const [change, expected] of [
      [{}, "notary model signer-0"],
      [{ digest: other }, "IMAGE_SIGNATURE_OTHER_IMAGE"],
      [{ size: 1 }, "IMAGE_SIGNATURE_OTHER_IMAGE"],
      [{ mediaType: "application/vnd.oci.image.index.v1+json" }, "IMAGE_SIGNATURE_OTHER_IMAGE"],
    ] as const) {
      const layout = new ImageLayout();
      const image = layout.list(layout.image("app"), "latest");
      const { mediaType, digest, size } = image;
      const target = { mediaType, digest, size, ...change };
      layout.list(
        layout.manifest({
          configType: "application/vnd.cncf.notary.signature",
          layers: [layout.blob(write({ target }), type)],
          subject: image,
        }),
      );
      const { accepted, rejected } = await verified(layout, image, byNotary);
      assert.deepEqual([...accepted, ...rejected], [expected]);
    }
  }
});

test("V9: signature files of containers/image beside a manifest", async (t) => {
  const layout = new ImageLayout();
  const image = layout.image("app");
  const directory = temporaryDirectory(t);
  for (const [path, bytes] of [...layout.files].filter(([path]) => path.startsWith("blobs/"))) {
    const name = path === blobPath(image.digest) ? "manifest.json" : path.split("/").at(-1);
    writeFileSync(join(directory, name ?? ""), bytes);
  }
  writeFileSync(join(directory, "version"), "Directory Transport Version: 1.1\n");
  const layer = signatureLayer({ digest: image.digest }, { key, log: false });
  writeFileSync(join(directory, "signature-1"), signatureFile(layer));
  writeFileSync(join(directory, "signature-2"), Buffer.from([0x89, 0x01, 0x02]));
  writeFileSync(join(directory, "signature-3"), signatureFile(layer, "application/json"));
  writeFileSync(join(directory, "signature-4"), Buffer.from("\0other\n{}"));
  const { accepted, rejected } = await verified(layout, image, byKey, { directory });
  assert.deepEqual(accepted, ["simple-signing model signer-0"]);
  assert.deepEqual(rejected.sort(), [
    "IMAGE_SIGNATURE_MALFORMED",
    "IMAGE_SIGNATURE_OPENPGP",
    "IMAGE_SIGNATURE_TYPE",
  ]);
});

test("V10: signatures that `cosign save` lists beside the image", async () => {
  const layout = new ImageLayout();
  const image = layout.image("app");
  layout.list(image, undefined, { kind: "dev.cosignproject.cosign/image" });
  const { bytes, annotations } = signatureLayer({ digest: image.digest }, { key, log: false });
  const type = "application/vnd.dev.cosign.simplesigning.v1+json";
  const signatures = layout.manifest({ layers: [layout.blob(bytes, type, annotations)] });
  layout.list(signatures, undefined, { kind: "dev.cosignproject.cosign/sigs" });
  const { accepted, rejected } = await verified(layout, image, byKey);
  assert.deepEqual([...accepted, ...rejected], ["simple-signing model signer-0"]);
});

test("damaged evidence is a rejection, not absence (cosign's GetBundles swallowed it)", async () => {
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  const layer = signatureLayer({ digest: image.digest }, { key, log: false });
  const tag = addSignatureTag(layout, image, [layer]);
  layout.spoil(tag, Buffer.from("{}"));
  assert.deepEqual((await verified(layout, image, byKey)).rejected, ["IMAGE_SIGNATURE_UNREADABLE"]);
  const second = new ImageLayout();
  const secondImage = second.list(second.image("app"), "latest");
  addSignatureTag(second, secondImage, [layer]);
  const payload = [...second.files].find(([, bytes]) => Buffer.compare(bytes, layer.bytes) === 0);
  second.files.set(payload?.[0] ?? "", Buffer.concat([layer.bytes.subarray(0, -1), Buffer.from(" ")]));
  assert.deepEqual((await verified(second, secondImage, byKey)).rejected, ["IMAGE_BLOB_CHANGED"]);
});

test("what is unknown is said to be unknown; a bundle or a Notary signature lies alone", async () => {
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  layout.list(
    layout.manifest({
      artifactType: "application/vnd.example.signature",
      layers: [layout.blob(Buffer.from("x"), "application/vnd.example")],
      subject: image,
    }),
  );
  const layers = ["a", "b"].map((text) => layout.blob(Buffer.from(text), bundleType));
  layout.list(layout.manifest({ artifactType: bundleType, layers, subject: image }));
  const { accepted, rejected, findings } = await verified(layout, image, byKey);
  assert.deepEqual(accepted, []);
  assert.deepEqual(rejected, ["IMAGE_SIGNATURE_LAYERS"]);
  assert.deepEqual(findings, ["IMAGE_REFERRER_UNRECOGNISED"]);
});

test("CVE-2023-46737, CVE-2023-33957: endless signatures are not looked at", async () => {
  const layout = new ImageLayout();
  const image = layout.list(layout.image("app"), "latest");
  const layer = signatureLayer({ digest: image.digest }, { key: keyPair("p256", "stranger"), log: false });
  const layers = Array.from({ length: limits.maxImageSignatures + 50 }, (_, index) => ({
    bytes: Buffer.concat([layer.bytes, Buffer.from(" ".repeat(index))]),
    annotations: layer.annotations,
  }));
  addSignatureTag(layout, image, layers);
  const { rejected } = await verified(layout, image, byKey);
  assert.equal(
    rejected.filter((code) => code === "IMAGE_SIGNATURE_NO_KEY").length,
    limits.maxImageSignatures,
  );
  assert.equal(rejected.filter((code) => code === "IMAGE_SIGNATURES_TOO_MANY").length, 1);
});

test("an expired Fulcio certificate without proof of time proves nothing (CVE-2026-24122)", async () => {
  const leaf = fulcioLeaf({
    notBefore: new Date(fixtureTime.getTime() - 3_600_000),
    notAfter: new Date(fixtureTime.getTime() - 3_000_000),
  });
  assert.deepEqual(await cosign2({ leaf, log: false }, byIdentity), ["SIGSTORE_THRESHOLD"]);
  assert.deepEqual(await cosign2({ leaf }, byIdentity), ["CERTIFICATE_EXPIRED"]);
});
