// SPDX-License-Identifier: Apache-2.0
// One case for each way in which Sigstore clients were fooled, or @sigstore/verify still is. `stock: true` means that
// the library alone accepts the bundle, which is why the check exists.

import assert from "node:assert/strict";
import { test } from "node:test";
import { octetString } from "../../../fixtures/der-writer.ts";
import {
  basicConstraints,
  caExtensions,
  extendedKeyUsage,
  extension,
  fixtureTime,
  generalName,
  issue,
  keyPair,
  keyUsage,
  tsaExtensions,
} from "../../../fixtures/pki.ts";
import {
  artifact,
  authorityJson,
  type BundleJson,
  ctLog,
  ctLogJson,
  fulcio,
  fulcioLeaf,
  fulcioRoot,
  logJson,
  rekor1,
  rekor2,
  sigstoreBundle,
  statement,
  trustedRoot,
  tsa,
  tsaRoot,
} from "../../../fixtures/sigstore.ts";
import { noteSignature, virtualLog } from "../../../fixtures/transparency-log.ts";
import { timestampResponse, timestampToken } from "../../../fixtures/tsa.ts";
import { codeOf, later, stockVerdict, type Trial } from "./verifying.ts";

interface Case {
  readonly bundle: () => BundleJson;
  readonly trial?: Trial;
  readonly code: string;
  /** Whether @sigstore/verify alone accepts it. */
  readonly stock: boolean;
}

const minutes = (count: number): Date => new Date(fixtureTime.getTime() + count * 60_000);
const otherLeaf = fulcioLeaf({ names: [generalName.uri("https://example.com/other")] });
const managed = keyPair("p256", "managed");
const stranger = keyPair("p256", "stranger");
const expiredIntermediate = issue({
  subject: "CN=fulcio-intermediate,O=example",
  issuer: fulcioRoot,
  keys: fulcio.keys,
  notAfter: minutes(-1),
  extensions: caExtensions(0),
});
const codeSigner = issue({
  subject: "CN=tsa,O=example",
  issuer: tsaRoot,
  extensions: [keyUsage(["digitalSignature"]), extendedKeyUsage(["codeSigning"])],
});
const foreignRoot = issue({ subject: "CN=foreign-root", extensions: caExtensions() });
const foreignTsa = issue({ subject: "CN=foreign-tsa", issuer: foreignRoot, extensions: tsaExtensions() });

const logBinding: Record<string, Case> = {
  "the log recorded another signature": {
    bundle: () =>
      sigstoreBundle({ entries: [{ log: rekor1, logged: { signature: Buffer.from("another") } }] }),
    code: "SIGSTORE_LOG_ENTRY_OTHER",
    stock: false,
  },
  "the log recorded another artifact": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor1, logged: { signed: Buffer.from("another") } }] }),
    code: "SIGSTORE_LOG_ENTRY_OTHER",
    stock: false,
  },
  ...Object.fromEntries(
    [
      ["Rekor v1 hashedrekord", rekor1, "hashedrekord", undefined],
      ["Rekor v2 hashedrekord", rekor2, "hashedrekord", undefined],
      ["Rekor v1 dsse", rekor1, "dsse", statement()],
      ["Rekor v2 dsse", rekor2, "dsse", statement()],
      ["intoto", rekor1, "intoto", statement()],
    ].flatMap(([name, log, kind, payload]) =>
      [
        ["another certificate of the same key", { certificate: otherLeaf }],
        ["the bare key, which hides the identity", { key: keyPair("p256", "signer") }],
        ["another key", { key: stranger }],
      ].map(([what, verifier]) => [
        `${name}: the log recorded ${what}`,
        {
          bundle: () =>
            sigstoreBundle({
              entries: [{ log, kind, logged: { verifier } } as never],
              timestamps: [{}],
              ...(payload === undefined ? {} : { payload: payload as Uint8Array }),
            }),
          code: "SIGSTORE_LOG_ENTRY_OTHER",
          stock: true,
        } satisfies Case,
      ]),
    ),
  ),
  "the log recorded a certificate where a key signed": {
    bundle: () =>
      sigstoreBundle({
        key: managed,
        entries: [{ log: rekor1, logged: { verifier: { certificate: otherLeaf } } }],
      }),
    trial: { managed },
    code: "SIGSTORE_LOG_ENTRY_OTHER",
    stock: true,
  },
  "the entry is of a log that the root does not name": {
    bundle: () => sigstoreBundle({ entries: [{ log: virtualLog(2, "log.example.net") }], timestamps: [{}] }),
    code: "SIGSTORE_LOG_UNKNOWN",
    stock: false,
  },
  "the body of an entry has a member twice": {
    bundle: () =>
      sigstoreBundle({
        entries: [{ log: rekor1, body: (body) => `{"kind":"rekord",${JSON.stringify(body).slice(1)}` }],
      }),
    code: "JSON_DUPLICATE_KEY",
    stock: true,
  },
  "the envelope was logged with two signatures": {
    bundle: () =>
      sigstoreBundle({
        payload: statement(),
        entries: [
          {
            log: rekor1,
            body: (body) => {
              const spec = body["spec"] as { signatures: unknown[] };
              return { ...body, spec: { ...spec, signatures: [...spec.signatures, ...spec.signatures] } };
            },
          },
        ],
      }),
    code: "SIGSTORE_LOG_ENTRY",
    stock: false,
  },
};

const logProof: Record<string, Case> = {
  "the checkpoint is signed under a part of the log's name": {
    bundle: () =>
      sigstoreBundle({ entries: [{ log: rekor2, signerName: "rekor.example.com" }], timestamps: [{}] }),
    code: "SIGSTORE_LOG_PROOF",
    stock: true,
  },
  "the checkpoint is of another origin": {
    bundle: () =>
      sigstoreBundle({
        entries: [{ log: rekor2, note: (note) => note.replace(rekor2.name, "log.example.net") }],
        timestamps: [{}],
      }),
    code: "SIGSTORE_LOG_PROOF",
    stock: true,
  },
  "the proof states another tree size than its checkpoint": {
    bundle: () => {
      const bundle = sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{}] });
      const proof = bundle.verificationMaterial.tlogEntries[0]?.inclusionProof;
      Object.assign(proof ?? {}, { treeSize: "8" });
      return bundle;
    },
    code: "SIGSTORE_LOG_PROOF",
    stock: true,
  },
  "the proof states another root hash than its checkpoint": {
    bundle: () => {
      const bundle = sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{}] });
      const proof = bundle.verificationMaterial.tlogEntries[0]?.inclusionProof;
      Object.assign(proof ?? {}, { rootHash: Buffer.alloc(32).toString("base64") });
      return bundle;
    },
    code: "SIGSTORE_LOG_PROOF",
    stock: true,
  },
  "the checkpoint has a second blank line, where other readers split": {
    bundle: () =>
      sigstoreBundle({
        entries: [
          {
            log: rekor2,
            cosignatures: ["", noteSignature(rekor2, "other", rekor2.name, rekor2.logId.subarray(0, 4))],
          },
        ],
        timestamps: [{}],
      }),
    code: "SIGSTORE_LOG_PROOF",
    stock: true,
  },
  "only a witness signed the checkpoint": {
    bundle: () =>
      sigstoreBundle({
        entries: [{ log: rekor2, signer: virtualLog(2, "witness.example") }],
        timestamps: [{}],
      }),
    code: "SIGSTORE_LOG_PROOF",
    stock: false,
  },
  "another key signed the checkpoint in the log's name": {
    bundle: () =>
      sigstoreBundle({
        entries: [
          {
            log: rekor2,
            signer: virtualLog(2, "witness.example"),
            signerName: rekor2.name,
            hint: rekor2.logId.subarray(0, 4),
          },
        ],
        timestamps: [{}],
      }),
    code: "SIGSTORE_LOG_PROOF",
    stock: false,
  },
  "a retired log signed a checkpoint after its end": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{}] }),
    trial: { root: rootWith((root) => setWindow(root.tlogs[1]?.publicKey, "2026-01-01", "2026-10-01")) },
    code: "SIGSTORE_LOG_WINDOW",
    stock: true,
  },
  "a log was used before its start": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{}] }),
    trial: { root: rootWith((root) => setWindow(root.tlogs[1]?.publicKey, "2026-12-01")) },
    code: "SIGSTORE_LOG_WINDOW",
    stock: true,
  },
  "the promise is not the log's": {
    bundle: () => {
      const bundle = sigstoreBundle({ entries: [{ log: rekor1 }] });
      const [entry] = bundle.verificationMaterial.tlogEntries;
      Object.assign(entry ?? {}, { integratedTime: String(fixtureTime.getTime() / 1000 + 1) });
      return bundle;
    },
    code: "SIGSTORE_LOG_PROMISE",
    stock: false,
  },
};

const certificate: Record<string, Case> = {
  "a certificate of a web server": {
    bundle: () =>
      sigstoreBundle({
        leaf: fulcioLeaf({
          issuer: fulcioRoot,
          usages: [keyUsage(["keyEncipherment"]), extendedKeyUsage(["serverAuth"])],
        }),
        entries: [{ log: rekor1 }],
      }),
    trial: {
      root: rootWith((root) => {
        root.certificateAuthorities = [authorityJson("https://ca.example.com", fulcioRoot)];
      }),
    },
    code: "CERTIFICATE_USAGE",
    stock: true,
  },
  "a certificate without key usage digitalSignature": {
    bundle: () =>
      sigstoreBundle({
        leaf: fulcioLeaf({ usages: [extendedKeyUsage(["codeSigning"])] }),
        entries: [{ log: rekor1 }],
      }),
    code: "CERTIFICATE_USAGE",
    stock: true,
  },
  "a certificate of an authority": {
    bundle: () =>
      sigstoreBundle({
        leaf: fulcioLeaf({ extensions: [basicConstraints(true)] }),
        entries: [{ log: rekor1 }],
      }),
    code: "SIGSTORE_CERTIFICATE_CA",
    stock: true,
  },
  "the root itself, in an otherwise good bundle": {
    bundle: () => sigstoreBundle({ leaf: fulcioRoot, entries: [{ log: rekor1 }] }),
    code: "SIGSTORE_CERTIFICATE_CA",
    stock: false,
  },
  "a certificate of another authority with the same name": {
    bundle: () =>
      sigstoreBundle({
        leaf: fulcioLeaf({
          issuer: issue({
            subject: "CN=fulcio-intermediate,O=example",
            keys: stranger,
            extensions: caExtensions(),
          }),
        }),
        entries: [{ log: rekor1 }],
      }),
    code: "CERTIFICATE_SIGNATURE_INVALID",
    stock: false,
  },
  "the log's time lies after the certificate's end": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor1, time: minutes(10) }] }),
    code: "CERTIFICATE_EXPIRED",
    stock: false,
  },
  "one good time, one outside the certificate": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor1 }], timestamps: [{ genTime: minutes(-5) }] }),
    code: "CERTIFICATE_NOT_YET_VALID",
    stock: false,
  },
  "the intermediate had expired": {
    bundle: () => {
      const leaf = fulcioLeaf({ issuer: expiredIntermediate });
      return sigstoreBundle({ leaf, entries: [{ log: rekor1 }] });
    },
    trial: {
      root: rootWith((root) => {
        root.certificateAuthorities = [
          authorityJson("https://ca.example.com", expiredIntermediate, fulcioRoot),
        ];
      }),
    },
    code: "CERTIFICATE_EXPIRED",
    stock: false,
  },
  "the authority's window had ended": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor1 }] }),
    trial: {
      root: rootWith((root) => setWindow(root.certificateAuthorities[0], "2026-01-01", "2026-10-01")),
    },
    code: "SIGSTORE_CERTIFICATE_AUTHORITY",
    stock: false,
  },
  "no certificate transparency log": {
    bundle: () => sigstoreBundle({ leaf: fulcioLeaf({ scts: [] }), entries: [{ log: rekor1 }] }),
    code: "SIGSTORE_SCT",
    stock: false,
  },
  "a certificate transparency log that the root does not name, with threshold 0": {
    bundle: () =>
      sigstoreBundle({ leaf: fulcioLeaf({ scts: [{ log: stranger }] }), entries: [{ log: rekor1 }] }),
    trial: { thresholds: { sct: 0 } },
    code: "SIGSTORE_SCT",
    stock: false,
  },
  "a list of promises that is none, on which the library breaks": {
    bundle: () =>
      sigstoreBundle({
        leaf: fulcioLeaf({
          scts: [],
          extensions: [extension("1.3.6.1.4.1.11129.2.4.2", octetString(Uint8Array.of(0, 9, 9)))],
        }),
        entries: [{ log: rekor1 }],
      }),
    code: "SIGSTORE_REJECTED",
    stock: false,
  },
  "two promises of certificate transparency logs of one operator count once": {
    bundle: () =>
      sigstoreBundle({ leaf: fulcioLeaf({ scts: [{}, { log: stranger }] }), entries: [{ log: rekor1 }] }),
    trial: {
      thresholds: { sct: 2 },
      root: rootWith((root) => {
        root.ctlogs = [ctLog, stranger].map((keys) => ({ ...ctLogJson(keys), operator: "example.com" }));
      }),
    },
    code: "SIGSTORE_THRESHOLD",
    stock: true,
  },
};

const time: Record<string, Case> = {
  "the log's time lies in the future": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor1, time: minutes(2) }] }),
    trial: { at: minutes(1) },
    code: "SIGSTORE_TIME_IN_FUTURE",
    stock: true,
  },
  "the time stamp lies in the future": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{ genTime: minutes(2) }] }),
    trial: { at: minutes(1) },
    code: "SIGSTORE_TIME_IN_FUTURE",
    stock: true,
  },
  "the certificate transparency log's time lies in the future": {
    bundle: () =>
      sigstoreBundle({ leaf: fulcioLeaf({ scts: [{ time: minutes(2) }] }), entries: [{ log: rekor1 }] }),
    trial: { at: minutes(1) },
    code: "SIGSTORE_TIME_IN_FUTURE",
    stock: true,
  },
  "the time without a promise counts for nothing": {
    bundle: () => {
      const bundle = sigstoreBundle({ entries: [{ log: rekor1, promise: false }] });
      const [entry] = bundle.verificationMaterial.tlogEntries;
      Object.assign(entry ?? {}, { integratedTime: String(fixtureTime.getTime() / 1000) });
      return bundle;
    },
    code: "SIGSTORE_THRESHOLD",
    stock: false,
  },
  "the authority's certificate is not for time stamps": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{ tsa: codeSigner }] }),
    trial: {
      root: rootWith((root) => {
        root.timestampAuthorities = [authorityJson("https://tsa.example.com", codeSigner, tsaRoot)];
      }),
    },
    code: "TIMESTAMP_PURPOSE",
    stock: true,
  },
  "the time stamp brings its own authority": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{ tsa: foreignTsa }] }),
    code: "TIMESTAMP_SIGNER_UNKNOWN",
    stock: false,
  },
  "the time stamp is about another signature": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{ signed: artifact }] }),
    code: "TIMESTAMP_IMPRINT",
    stock: false,
  },
  "the authority's answer is a refusal": {
    bundle: () => {
      const bundle = sigstoreBundle({ entries: [{ log: rekor2 }] });
      const signed = Buffer.from(bundle.messageSignature?.signature ?? "", "base64");
      const token = timestampToken({ tsa, signed });
      const signedTimestamp = Buffer.from(timestampResponse({ token, status: 2 })).toString("base64");
      bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps = [{ signedTimestamp }];
      return bundle;
    },
    code: "TIMESTAMP_NOT_GRANTED",
    stock: true,
  },
};

const counting: Record<string, Case> = {
  "two entries of one log are one": {
    bundle: () =>
      sigstoreBundle({
        payload: statement(),
        entries: [
          { log: rekor1, kind: "dsse" },
          { log: rekor1, kind: "intoto", index: 3, time: minutes(1) },
        ],
      }),
    trial: { thresholds: { log: 2 } },
    code: "SIGSTORE_THRESHOLD",
    stock: true,
  },
  "two logs of one operator are one": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor1 }, { log: rekor2 }] }),
    trial: {
      thresholds: { log: 2 },
      root: rootWith((root) => {
        root.tlogs = [rekor1, rekor2].map((log) => ({ ...logJson(log), operator: "example.com" }));
      }),
    },
    code: "SIGSTORE_THRESHOLD",
    stock: true,
  },
  "two time stamps of one authority are one": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{}, { genTime: minutes(1) }] }),
    trial: { thresholds: { time: 2 } },
    code: "SIGSTORE_THRESHOLD",
    stock: true,
  },
  "one entry twice": {
    bundle: () => {
      const bundle = sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{}] });
      const [entry] = bundle.verificationMaterial.tlogEntries;
      if (entry !== undefined) {
        bundle.verificationMaterial.tlogEntries.push({ ...entry, logIndex: "99" });
      }
      return bundle;
    },
    code: "SIGSTORE_LOG_DUPLICATE",
    stock: false,
  },
  "no log": {
    bundle: () => sigstoreBundle({ timestamps: [{}] }),
    code: "SIGSTORE_THRESHOLD",
    stock: false,
  },
  "no proof of time, with a certificate that is valid still": {
    bundle: () => sigstoreBundle({ entries: [{ log: rekor2 }] }),
    trial: { at: minutes(1) },
    code: "SIGSTORE_THRESHOLD",
    stock: false,
  },
};

for (const [area, cases] of Object.entries({ logBinding, logProof, certificate, time, counting })) {
  for (const [name, { bundle, trial = {}, code, stock }] of Object.entries(cases)) {
    test(`${area}: ${name}`, async () => {
      const json = bundle();
      assert.equal(await codeOf(json, trial), code);
      const verdict = stockVerdict(json, trial);
      assert.equal(verdict === "accepted", stock, `the library alone: ${verdict}`);
    });
  }
}

test("without any proof of time the certificate must be valid now", async () => {
  const bundle = sigstoreBundle({ entries: [{ log: rekor2 }] });
  const thresholds = { time: 0 };
  assert.equal(await codeOf(bundle, { thresholds, at: minutes(1) }), "accepted");
  assert.equal(await codeOf(bundle, { thresholds, at: later }), "CERTIFICATE_EXPIRED");
});

function rootWith(change: (root: ReturnType<typeof trustedRoot>) => void): ReturnType<typeof trustedRoot> {
  const root = trustedRoot();
  change(root);
  return root;
}

function setWindow(
  holder: { validFor?: { start?: string; end?: string } } | undefined,
  start: string,
  end?: string,
): void {
  Object.assign(holder ?? {}, {
    validFor: { start: `${start}T00:00:00Z`, ...(end === undefined ? {} : { end: `${end}T00:00:00Z` }) },
  });
}
