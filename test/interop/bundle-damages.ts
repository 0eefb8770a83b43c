// SPDX-License-Identifier: Apache-2.0
// One place each at which a Sigstore bundle of the second generation can be damaged.

// biome-ignore lint/suspicious/noExplicitAny: bundles are damaged on purpose
export type Json = any;

/** Flips one bit of base64 data. */
function flip(base64: string, index = 10): string {
  const bytes = Buffer.from(base64, "base64");
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return bytes.toString("base64");
}

const entry = (bundle: Json): Json => bundle.verificationMaterial.tlogEntries[0];
const material = (bundle: Json): Json => bundle.verificationMaterial;
const stamps = (bundle: Json): Json => material(bundle).timestampVerificationData.rfc3161Timestamps;

export interface Damage {
  /** Changes a bundle; the others are there to take parts from. */
  readonly change: (bundle: Json, parsed: (name: string) => Json) => void;
  /** cosign takes it all the same; we do not. */
  readonly cosignTakesIt?: true;
  /** Harmless: both take it. */
  readonly isHarmless?: true;
}

/** What can be done to any bundle. */
export const damages: Readonly<Record<string, Damage>> = {
  nothing: { change: () => {}, isHarmless: true },
  "certificate: a bit": {
    change: (b) => {
      material(b).certificate.rawBytes = flip(material(b).certificate.rawBytes, 200);
    },
  },
  "certificate: a stranger's": {
    change: (b, parsed) => {
      material(b).certificate = material(parsed("stranger")).certificate;
    },
  },
  "certificate: mine of another time": {
    change: (b, parsed) => {
      material(b).certificate = material(parsed("first")).certificate;
    },
  },
  "log entry: none": {
    change: (b) => {
      material(b).tlogEntries = [];
    },
  },
  "log entry: of another signature": {
    change: (b, parsed) => {
      material(b).tlogEntries = material(parsed("first")).tlogEntries;
    },
  },
  "log entry: body of another signature": {
    change: (b, parsed) => {
      entry(b).canonicalizedBody = entry(parsed("stranger")).canonicalizedBody;
    },
    cosignTakesIt: true,
  },
  "log entry: kind": {
    change: (b) => {
      entry(b).kindVersion.kind = "dsse";
    },
    cosignTakesIt: true,
  },
  "log entry: version": {
    change: (b) => {
      entry(b).kindVersion.version = "0.0.1";
    },
    cosignTakesIt: true,
  },
  "log entry: log id": {
    change: (b) => {
      entry(b).logId.keyId = flip(entry(b).logId.keyId);
    },
  },
  "log entry: index outside of the proof": {
    change: (b) => {
      entry(b).logIndex = "7";
    },
  },
  "log entry: twice": {
    change: (b) => {
      material(b).tlogEntries.push(structuredClone(entry(b)));
    },
  },
  "log entry: a time that nobody signed": {
    change: (b) => {
      entry(b).integratedTime = String(Math.floor(Date.now() / 1000));
    },
  },
  "log entry: a promise of nobody": {
    change: (b) => {
      entry(b).inclusionPromise = { signedEntryTimestamp: Buffer.from("promise").toString("base64") };
      entry(b).integratedTime = String(Math.floor(Date.now() / 1000));
    },
  },
  "proof: none": {
    change: (b) => {
      delete entry(b).inclusionProof;
    },
  },
  "proof: a hash": {
    change: (b) => {
      entry(b).inclusionProof.hashes[0] = flip(entry(b).inclusionProof.hashes[0]);
    },
  },
  "proof: a hash too many": {
    change: (b) => {
      entry(b).inclusionProof.hashes.push(entry(b).inclusionProof.hashes[0]);
    },
  },
  "proof: index": {
    change: (b) => {
      entry(b).inclusionProof.logIndex = "0";
    },
    cosignTakesIt: true,
  },
  "proof: root hash": {
    change: (b) => {
      entry(b).inclusionProof.rootHash = flip(entry(b).inclusionProof.rootHash);
    },
    cosignTakesIt: true,
  },
  "proof: tree size": {
    change: (b) => {
      entry(b).inclusionProof.treeSize = "9";
    },
    cosignTakesIt: true,
  },
  "checkpoint: of an earlier tree": {
    change: (b, parsed) => {
      entry(b).inclusionProof.checkpoint = entry(parsed("first")).inclusionProof.checkpoint;
    },
  },
  "checkpoint: unsigned": {
    change: (b) => {
      const { checkpoint } = entry(b).inclusionProof;
      checkpoint.envelope = `${checkpoint.envelope.split("\n\n")[0]}\n\n`;
    },
  },
  "checkpoint: another origin": {
    change: (b) => {
      const { checkpoint } = entry(b).inclusionProof;
      checkpoint.envelope = checkpoint.envelope.replace(/^localhost/, "l0calhost");
    },
  },
  "checkpoint: another signer's name": {
    change: (b) => {
      const { checkpoint } = entry(b).inclusionProof;
      checkpoint.envelope = checkpoint.envelope.replace("\u2014 localhost", "\u2014 l0calhost");
    },
  },
  "time stamp: none": {
    change: (b) => {
      delete material(b).timestampVerificationData;
    },
  },
  "time stamp: an empty list": {
    change: (b) => {
      material(b).timestampVerificationData.rfc3161Timestamps = [];
    },
  },
  "time stamp: of another signature": {
    change: (b, parsed) => {
      stamps(b)[0] = stamps(parsed("first"))[0];
    },
  },
  "time stamp: a bit of its signature": {
    change: (b) => {
      const { length } = Buffer.from(stamps(b)[0].signedTimestamp, "base64");
      stamps(b)[0].signedTimestamp = flip(stamps(b)[0].signedTimestamp, length - 3);
    },
  },
  "media type: unknown": {
    change: (b) => {
      b.mediaType = "application/vnd.dev.sigstore.bundle.v0.9+json";
    },
  },
  "media type: none": {
    change: (b) => {
      delete b.mediaType;
    },
  },
  "media type: version 0.1, which allows promises": {
    change: (b) => {
      b.mediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1";
    },
  },
};

export const messageDamages: Readonly<Record<string, Damage>> = {
  "signature: a bit": {
    change: (b) => {
      b.messageSignature.signature = flip(b.messageSignature.signature);
    },
  },
  "signature: of another file": {
    change: (b, parsed) => {
      b.messageSignature = parsed("other").messageSignature;
    },
  },
  "signature: of a stranger": {
    change: (b, parsed) => {
      b.messageSignature = parsed("stranger").messageSignature;
    },
  },
  "digest: a bit": {
    change: (b) => {
      b.messageSignature.messageDigest.digest = flip(b.messageSignature.messageDigest.digest);
    },
  },
  "everything: of another file": {
    change: (b, parsed) => {
      Object.assign(b, parsed("other"));
    },
  },
  "everything: of a stranger": {
    change: (b, parsed) => {
      Object.assign(b, parsed("stranger"));
    },
  },
};

export const envelopeDamages: Readonly<Record<string, Damage>> = {
  "payload: another subject": {
    change: (b, parsed) => {
      b.dsseEnvelope.payload = parsed("other envelope").dsseEnvelope.payload;
    },
  },
  "payload type": {
    change: (b) => {
      b.dsseEnvelope.payloadType = "application/vnd.in-toto.v1+json";
    },
  },
  "signature: a bit": {
    change: (b) => {
      b.dsseEnvelope.signatures[0].sig = flip(b.dsseEnvelope.signatures[0].sig);
    },
  },
  "signature: none": {
    change: (b) => {
      b.dsseEnvelope.signatures = [];
    },
  },
  "signature: twice": {
    change: (b) => {
      b.dsseEnvelope.signatures.push(b.dsseEnvelope.signatures[0]);
    },
  },
  "everything: of another file": {
    change: (b, parsed) => {
      Object.assign(b, parsed("other envelope"));
    },
  },
};
