// SPDX-License-Identifier: Apache-2.0
// Files of attestations beside an artifact: each entry is opened by itself, with the usage `statement`, and covers
// the files whose recomputed digests its subjects name. What the predicate says becomes signed claims, for policies.
// Model signatures and message signatures in such files are what they are anywhere else.

import { fileManifest } from "../bom/file-manifest.ts";
import { isJsonObject } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { DigestAlgorithm } from "../model/digest.ts";
import type { Signer } from "../model/evidence.ts";
import { determinesAlgorithm, type SignatureKey } from "../trust/public-key.ts";
import { requireTrusted, type TrustRoot } from "../trust/trust-root.ts";
import { type Attestation, openAttestation } from "./attestation/attestation.ts";
import { type AttestationEntry, parseAttestationFile } from "./attestation/attestation-file.ts";
import { type DsseEnvelope, judgeSignatures } from "./attestation/envelope.ts";
import { type FileDigests, matchSubjects, neededAlgorithms, subjectDigests } from "./attestation/subjects.ts";
import { parseBundleJson } from "./bundle.ts";
import { inTotoPayloadType } from "./dsse.ts";
import { openMessageSignature } from "./message-signature.ts";
import { mintSignatureEvidence } from "./mint.ts";
import type { ModelOnDisk } from "./model-comparison.ts";
import { openModelSignature } from "./model-signing.ts";
import { openSignature } from "./open-signature.ts";
import { type OpenedSignature, rejectedSignature, wholeFilePlan } from "./opened-signature.ts";
import { type ProvenSigner, proofOf, type SignatureContext, type SignatureRules } from "./signature.ts";
import { member } from "./statement.ts";
import {
  type About,
  type Attempt,
  attempt,
  attemptAsync,
  rejectedOnly,
  rejection,
  type SignatureVerification,
} from "./verification.ts";

const rules: SignatureRules = { usage: "statement", maxBytes: limits.maxBundleBytes };

/** What was signed, and by whom. */
interface Attested {
  readonly attestation: Attestation;
  readonly proven: ProvenSigner;
}

/** Opens every entry of a file. One that is bad is an answer of its own and leaves the others alone. */
export async function openAttestationFile(
  context: SignatureContext,
  subject: string,
): Promise<readonly OpenedSignature[]> {
  const about = { subject, signature: context.signature };
  const split = attempt(about, () => parseAttestationFile(context.bundle, context.signature));
  if ("rejection" in split) {
    return [rejectedSignature(split.rejection)];
  }
  const opened: OpenedSignature[] = [];
  for (const entry of split.value) {
    opened.push(...(await openEntry(entry, context, subject)));
  }
  return opened;
}

/** `file`, `file:3` for a line, `file#/pointer` for a part. */
function placeOf({ place }: AttestationEntry): string {
  const line = place.line === undefined ? "" : `:${place.line}`;
  const pointer = place.pointer === undefined ? "" : `#${place.pointer}`;
  return `${place.path}${line}${pointer}`;
}

async function openEntry(
  entry: AttestationEntry,
  context: SignatureContext,
  subject: string,
): Promise<readonly OpenedSignature[]> {
  const about = { subject, signature: placeOf(entry) };
  switch (entry.kind) {
    case "rejected":
      return [rejectedSignature(rejection(about, entry.error))];
    case "envelope":
      return openEnvelope(entry.envelope, context, about);
    case "bundle":
      return [await openBundle({ ...context, bundle: entry.bytes, signature: about.signature }, about)];
  }
}

async function openBundle(context: SignatureContext, about: About): Promise<OpenedSignature> {
  const kind = attempt(about, () => contentOf(context.bundle));
  if ("value" in kind && kind.value !== "attestation") {
    return kind.value === "message"
      ? openMessageSignature(context, about.subject)
      : openModelSignature(context, about.subject);
  }
  const opened = await attemptAsync(about, async () => {
    const signed = await openSignature(context, rules);
    const payload = { payload: signed.payload, payloadType: inTotoPayloadType };
    return { proven: signed, attestation: openAttestation(payload, context.signature) };
  });
  return attested(opened, about);
}

/**
 * What a bundle claims to be, to choose who verifies it. Nothing is believed: each verifier refuses what is not its
 * own, and the usages of the signer are those of what it turned out to be.
 */
function contentOf(bundle: Uint8Array): "message" | "model" | "attestation" {
  const root = parseBundleJson(bundle, "", rules.maxBytes);
  const envelope = isJsonObject(root) ? member(root, "dsseEnvelope") : undefined;
  if (isJsonObject(root) && Object.hasOwn(root, "messageSignature")) {
    return "message";
  }
  const payload = isJsonObject(envelope) ? member(envelope, "payload") : undefined;
  const text = typeof payload === "string" ? Buffer.from(payload, "base64") : Buffer.alloc(0);
  return text.includes('"https://model_signing/signature/v') ? "model" : "attestation";
}

/** A bare envelope names keys by key id, or not at all; each good signature is a signer of its own. */
function openEnvelope(
  envelope: DsseEnvelope,
  { trustRoot, at, signature }: SignatureContext,
  about: About,
): readonly OpenedSignature[] {
  return judgeSignatures(envelope, (keyid) => keysNamed(trustRoot, keyid)).map((judgement) => {
    const opened = attempt(about, () => {
      if ("error" in judgement) {
        throw judgement.error;
      }
      const signer = keySigner(trustRoot, judgement.key, at);
      return {
        proven: { signer, times: [], logEntries: 0 },
        attestation: openAttestation(envelope, signature),
      };
    });
    return attested(opened, about);
  });
}

/** DSSE makes the key id optional: without one, every key that may sign statements is tried, up to a limit. */
function keysNamed(trustRoot: TrustRoot, keyid: string): readonly SignatureKey[] {
  if (keyid !== "") {
    const named = trustRoot.byHint.get(keyid);
    return [named?.key].filter((key) => key !== undefined).filter(determinesAlgorithm);
  }
  return [...trustRoot.byKeyId.values()]
    .filter(({ identity }) => identity.usages.includes("statement"))
    .map(({ key }) => key)
    .filter(determinesAlgorithm);
}

function keySigner(trustRoot: TrustRoot, key: SignatureKey, at: Date): Signer {
  const identity = trustRoot.byKeyId.get(key.keyId)?.identity;
  if (identity === undefined) {
    throw AibomError.of("TRUST_KEY_UNKNOWN", { hint: key.keyId });
  }
  requireTrusted(trustRoot.check(identity, "statement", { at, times: [] }));
  return { identity: identity.name, keyId: key.keyId, algorithm: key.algorithm, method: "key" };
}

function attested(opened: Attempt<Attested>, about: About): OpenedSignature {
  if ("rejection" in opened) {
    return rejectedSignature(opened.rejection);
  }
  const algorithms = [...neededAlgorithms(opened.value.attestation)];
  return {
    plan: wholeFilePlan(algorithms),
    verify: (model) => compare(opened.value, about, algorithms, model),
  };
}

function compare(
  { attestation, proven }: Attested,
  about: About,
  algorithms: readonly DigestAlgorithm[],
  model: ModelOnDisk,
): SignatureVerification {
  const covers = coveredBy(attestation, model);
  if (covers.length === 0) {
    const count = attestation.subjects.length;
    const error = AibomError.of("ATTESTATION_OF_OTHER_BYTES", {
      identity: proven.signer.identity,
      type: attestation.predicateType.slice(0, 200),
      count,
    });
    return rejectedOnly(rejection(about, error));
  }
  const evidence = mintSignatureEvidence({
    scheme: "dsse",
    usage: "statement",
    ...proofOf(proven),
    signature: about.signature,
    subject: about.subject,
    covers,
    predicateType: attestation.predicateType,
    claims: attestation.claims,
    algorithms,
  });
  return { evidence: [evidence], rejected: [], findings: [] };
}

/** The files that the subjects name, or all of them if a subject is the digest of their listing. */
function coveredBy(attestation: Attestation, model: ModelOnDisk): readonly string[] {
  const { digests, listing } = comparableFiles(model.files);
  const { covered } = matchSubjects(attestation, digests);
  if (model.isSingleFile || covered.length === model.files.length) {
    return covered;
  }
  return matchSubjects(attestation, listing).covered.length === 0
    ? covered
    : model.files.map((file) => file.path);
}

/** What subjects are compared with. */
interface ComparableFiles {
  readonly digests: ReadonlyMap<string, FileDigests>;
  readonly listing: ReadonlyMap<string, FileDigests>;
}

/** Made once for all attestations of an artifact. */
const comparable = new WeakMap<ModelOnDisk["files"], ComparableFiles>();

function comparableFiles(files: ModelOnDisk["files"]): ComparableFiles {
  const known = comparable.get(files);
  if (known !== undefined) {
    return known;
  }
  const made = {
    digests: subjectDigests(files),
    listing: new Map([["", { sha256: fileManifest(files).hex }]]),
  };
  comparable.set(files, made);
  return made;
}
