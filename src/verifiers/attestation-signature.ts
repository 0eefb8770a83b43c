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
import { matchPackages } from "./attestation/package-subjects.ts";
import { type FileDigests, matchSubjects, neededAlgorithms, subjectDigests } from "./attestation/subjects.ts";
import { parseBundleJson } from "./bundle.ts";
import { inTotoPayloadType } from "./dsse.ts";
import { openMessageSignature } from "./message-signature.ts";
import { mintPackageEvidence, mintSignatureEvidence } from "./mint.ts";
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

/**
 * cosign's plain signature since version 3 (cosign, specs/BUNDLE_SPEC.md): a statement that says nothing but that its
 * subject was signed. It counts as a signature over the artifact, by those who may sign artifacts.
 */
const plainSignature = "https://sigstore.dev/cosign/sign/v1";

/** What was signed, and by whom. */
interface Attested {
  readonly attestation: Attestation;
  readonly proven: ProvenSigner;
  readonly usage: "model" | "statement";
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
  const content = "value" in kind ? kind.value : "attestation";
  switch (content) {
    case "message":
      return openMessageSignature(context, about.subject);
    case "model":
      return openModelSignature(context, about.subject);
    default: {
      const usage = content === "plain signature" ? "model" : "statement";
      const opened = await attemptAsync(about, async () => {
        const signed = await openSignature(context, { ...rules, usage });
        return attestedBy(
          signed,
          { payload: signed.payload, payloadType: inTotoPayloadType },
          usage,
          context,
        );
      });
      return attestedSignature(opened, about);
    }
  }
}

/** Reads what was signed. @throws {AibomError} STATEMENT_*, PREDICATE_*, DSSE_PAYLOAD_TYPE, JSON_* */
export function attestedBy(
  proven: ProvenSigner,
  payload: { readonly payload: Uint8Array; readonly payloadType: string },
  usage: Attested["usage"],
  { signature }: Pick<SignatureContext, "signature">,
): Attested {
  const attestation = openAttestation(payload, signature);
  // Whoever may sign artifacts may not thereby state anything about them, nor the other way round.
  if ((attestation.predicateType === plainSignature) !== (usage === "model")) {
    const got = attestation.predicateType.slice(0, 200);
    const expected = usage === "model" ? plainSignature : "an attestation";
    throw AibomError.of("STATEMENT_PREDICATE_TYPE", { got, expected });
  }
  return { proven, attestation, usage };
}

/**
 * What a bundle claims to be, to choose who verifies it. Nothing is believed: each verifier refuses what is not its
 * own, and the usages of the signer are those of what it turned out to be.
 */
function contentOf(bundle: Uint8Array): "message" | "model" | "plain signature" | "attestation" {
  const root = parseBundleJson(bundle, "", rules.maxBytes);
  const envelope = isJsonObject(root) ? member(root, "dsseEnvelope") : undefined;
  if (isJsonObject(root) && Object.hasOwn(root, "messageSignature")) {
    return "message";
  }
  const payload = isJsonObject(envelope) ? member(envelope, "payload") : undefined;
  const text = typeof payload === "string" ? Buffer.from(payload, "base64") : Buffer.alloc(0);
  if (text.includes('"https://model_signing/signature/v')) {
    return "model";
  }
  return isPlainSignature(text) ? "plain signature" : "attestation";
}

/** What a payload claims to be, to choose the usage by; `attestedBy` compares. */
export function isPlainSignature(payload: Uint8Array): boolean {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.length).includes(`"${plainSignature}"`);
}

/** A bare envelope names keys by key id, or not at all; each good signature is a signer of its own. */
function openEnvelope(
  envelope: DsseEnvelope,
  { trustRoot, at, signature }: SignatureContext,
  about: About,
): readonly OpenedSignature[] {
  const usage = isPlainSignature(envelope.payload) ? "model" : "statement";
  return judgeSignatures(envelope, (keyid) => keysNamed(trustRoot, keyid, usage)).map((judgement) => {
    const opened = attempt(about, () => {
      if ("error" in judgement) {
        throw judgement.error;
      }
      const signer = keySigner(trustRoot, judgement.key, usage, at);
      return attestedBy({ signer, times: [], logEntries: 0 }, envelope, usage, { signature });
    });
    return attestedSignature(opened, about);
  });
}

/** DSSE makes the key id optional: without one, every key of that usage is tried, up to a limit. */
function keysNamed(trustRoot: TrustRoot, keyid: string, usage: Attested["usage"]): readonly SignatureKey[] {
  if (keyid !== "") {
    const named = trustRoot.byHint.get(keyid);
    return [named?.key].filter((key) => key !== undefined).filter(determinesAlgorithm);
  }
  return [...trustRoot.byKeyId.values()]
    .filter(({ identity }) => identity.usages.includes(usage))
    .map(({ key }) => key)
    .filter(determinesAlgorithm);
}

function keySigner(trustRoot: TrustRoot, key: SignatureKey, usage: Attested["usage"], at: Date): Signer {
  const identity = trustRoot.byKeyId.get(key.keyId)?.identity;
  if (identity === undefined) {
    throw AibomError.of("TRUST_KEY_UNKNOWN", { hint: key.keyId });
  }
  requireTrusted(trustRoot.check(identity, usage, { at, times: [] }));
  return { identity: identity.name, keyId: key.keyId, algorithm: key.algorithm, method: "key" };
}

/** A statement of which the signature is settled, to be compared with the artifact. */
export function attestedSignature(opened: Attempt<Attested>, about: About): OpenedSignature {
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
  { attestation, proven, usage }: Attested,
  about: About,
  algorithms: readonly DigestAlgorithm[],
  model: ModelOnDisk,
): SignatureVerification {
  const covers = coveredBy(attestation, model);
  const { attested, misnamed } = matchPackages(
    attestation,
    usage === "statement" ? (model.packages ?? []) : [],
  );
  const words = {
    ...proofOf(proven),
    signature: about.signature,
    subject: about.subject,
    predicateType: attestation.predicateType,
    claims: attestation.claims,
  };
  const packages = attested.map((each) => mintPackageEvidence({ ...words, ...each }));
  const [other] = misnamed;
  if (covers.length === 0 && other !== undefined && packages.length === 0) {
    const { identity } = proven.signer;
    const args = { identity, package: other.package, name: other.name.slice(0, 200) };
    return rejectedOnly(rejection(about, AibomError.of("ATTESTATION_OF_OTHER_PACKAGE", args)));
  }
  if (covers.length === 0 && packages.length > 0) {
    return { evidence: [], rejected: [], findings: [], packages };
  }
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
    usage,
    ...words,
    covers,
    algorithms,
  });
  return { evidence: [evidence], rejected: [], findings: [], packages };
}

/** The files that the subjects name, or all of them if a subject is the digest of their listing. */
function coveredBy(attestation: Attestation, model: ModelOnDisk): readonly string[] {
  const { digests, listing } = comparableFiles(model.files);
  const { covered } = matchSubjects(attestation, digests);
  if (model.isSingleFile || covered.length === model.files.length) {
    return covered.length === 0 ? covered : (model.standsFor ?? covered);
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
