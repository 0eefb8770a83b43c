// SPDX-License-Identifier: Apache-2.0
// Verifies a Sigstore bundle against one authority of the trust root: pure, offline, for one instant. Our checks
// stand around those of @sigstore/verify, and both must agree (docs/decisions/0006). Order: who may sign, the artifact,
// the signature, proofs of time, log entries, certificate, then the library, then what was counted.
// Who the signer must be is not decided here: `compareIdentity`. Left out on purpose: TUF, and asking logs.

import type { KeyObject } from "node:crypto";
import { AibomError } from "../../errors.ts";
import type { TrustedTime } from "../../model/trusted-time.ts";
import { describePublicKey, type KeyAlgorithm, keyHints } from "../../trust/public-key.ts";
import type { SigstoreRoot, TransparencyLog } from "../../trust/sigstore-root.ts";
import { type Certificate, parseCertificate } from "../../x509/certificate.ts";
import { requireCodeSigningUsage } from "../../x509/signing-usage.ts";
import type { SigstoreBundle } from "./bundle.ts";
import { type CertificateSigner, certificateSigner } from "./identity.ts";
import type { CertificateTimestamp } from "./library.ts";
import { type BoundEntry, bindLogEntries } from "./log-entries.ts";
import { type ArtifactContent, openSignedContent, type SigningKey, signingKey } from "./signed-content.ts";
import { establishTimes, type TimeProof } from "./times.ts";
import { requireCertificate, requireKeyWindow, requireLogWindows } from "./validity.ts";

export type { ArtifactContent } from "./signed-content.ts";

/** How many independent parties must vouch; 0 asks for none. */
export interface SigstoreThresholds {
  /** Transparency logs that hold the signature. */
  readonly log: number;
  /** Certificate transparency logs that hold the certificate; not asked of keys. */
  readonly sct: number;
  /** Logs or time stamp authorities that prove when the signature existed. */
  readonly time: number;
}

/** One Sigstore instance with what it must deliver. Instances are never merged. */
export interface SigstoreAuthorityEntry {
  /** Its name in the trust root. */
  readonly name: string;
  readonly root: SigstoreRoot;
  readonly thresholds: SigstoreThresholds;
}

/** A key of the caller's, for bundles that name a key instead of carrying a certificate. */
export interface ManagedKey {
  readonly publicKey: KeyObject;
  /** Names by which bundles may call the key, besides those that follow from it (`keyHints`). */
  readonly hints?: readonly string[];
  /** Inclusive. */
  readonly validFrom?: Date;
  /** Inclusive. */
  readonly validUntil?: Date;
}

export interface SigstoreInput {
  readonly bundle: SigstoreBundle;
  /** Path of the bundle, for errors. */
  readonly path: string;
  readonly content: ArtifactContent;
  readonly authority: SigstoreAuthorityEntry;
  /** Given: only this key may have signed. Absent: only a certificate will do. */
  readonly key?: ManagedKey;
  /** The instant to verify for. Nothing may be proven to lie after it. */
  readonly at: Date;
}

export interface KeySigner {
  readonly kind: "key";
  /** SHA-256 of the SubjectPublicKeyInfo in DER, hexadecimal. */
  readonly keyId: string;
}

export interface SigstoreResult {
  readonly content:
    | { readonly kind: "dsse"; readonly payloadType: string; readonly payload: Uint8Array }
    | { readonly kind: "message"; readonly digest: { readonly algorithm: string; readonly hex: string } };
  readonly signer: CertificateSigner | KeySigner;
  readonly algorithm: KeyAlgorithm;
  /** When the signature existed, by each party that proves it; may be empty if the threshold is 0. */
  readonly times: readonly TrustedTime[];
  /** Entries of transparency logs, each verified. */
  readonly logEntries: number;
  /** Certificates from the signer's to the authority's root, for revocations; empty for keys. */
  readonly chain: readonly Certificate[];
  /** Who vouched for it, for revocations. */
  readonly witnesses: Witnesses;
}

interface Witnesses {
  /** Keys of transparency logs and of certificate transparency logs. */
  readonly logKeys: readonly KeyObject[];
  /** Certificates of time-stamping authorities. */
  readonly chains: readonly (readonly Certificate[])[];
}

/**
 * Verifies a bundle.
 * @throws {AibomError} for everything that is not a verified signature: SIGSTORE_*, CERTIFICATE_*, TIMESTAMP_*,
 *   DSSE_*, STATEMENT_*, SIGNATURE_*, DER_*, JSON_*, TEXT_NOT_UTF8. Nothing else is thrown.
 */
export async function verifySigstoreBundle(input: SigstoreInput): Promise<SigstoreResult> {
  try {
    return await verifyBundle(input);
  } catch (cause) {
    if (cause instanceof AibomError) {
      throw cause;
    }
    const reason = (cause instanceof Error ? cause.message : String(cause)).slice(0, 200);
    throw AibomError.of("SIGSTORE_REJECTED", { reason }, { cause });
  }
}

async function verifyBundle(input: SigstoreInput): Promise<SigstoreResult> {
  const { authority, at, path, bundle } = input;
  requireSensible(authority.thresholds, at);
  const signer = openSigner(bundle, input.key);
  const content = openSignedContent(bundle.content, input.content, path);
  content.verify(signer.key);
  const entries = bindLogEntries(bundle.logEntries, content, signer.logged, authority.root.logs);
  const proofs = establishTimes(bundle, entries, authority.root, at);
  requireParties(authority, entries, proofs);
  const instants = instantsOf(proofs, at);
  requireLogWindows(entries, instants);
  const chain =
    signer.certificate === undefined ? [] : requireCertificate(signer.certificate, authority.root, instants);
  if (signer.certificate === undefined) {
    requireKeyWindow(input.key, instants);
  }
  // Loaded last: most refusals come before it.
  const { verifyWithLibrary } = await import("./library.ts");
  const { thresholds, root } = authority;
  const promises = verifyWithLibrary({ bundle, root, thresholds, content, key: signer.key, instants });
  if (signer.certificate !== undefined) {
    requireCtLogs(authority, promises, at);
  }
  content.requireSubject();
  return {
    content: contentOf(bundle),
    signer: signer.identity,
    algorithm: signer.key.algorithm,
    times: proofs.map(({ time, source }) => ({ time, source, authority: authority.name })),
    logEntries: entries.length,
    chain,
    witnesses: {
      logKeys: [...entries.flatMap((each) => each.logs), ...ctLogsOf(root, promises)].map(
        (log) => log.publicKey,
      ),
      chains: proofs.map((each) => each.chain),
    },
  };
}

/** A threshold that is no number would never be missed. */
function requireSensible(thresholds: SigstoreThresholds, at: Date): void {
  for (const [what, value] of Object.entries(thresholds)) {
    if (!Number.isInteger(value) || value < 0) {
      throw AibomError.of("SIGSTORE_THRESHOLD_INVALID", { what, value: String(value) });
    }
  }
  if (Number.isNaN(at.getTime())) {
    throw AibomError.of("SIGSTORE_REJECTED", { reason: "the instant to verify for is no date" });
  }
}

/** Who signed, before anything of it is verified. */
interface OpenedSigner {
  readonly key: SigningKey;
  readonly identity: CertificateSigner | KeySigner;
  readonly certificate?: Certificate;
  /** What log entries must name. */
  readonly logged: { readonly kind: "certificate" | "key"; readonly der: Uint8Array };
}

function openSigner(bundle: SigstoreBundle, managed: ManagedKey | undefined): OpenedSigner {
  const { signer } = bundle;
  if (signer.kind === "certificate" && managed === undefined) {
    return openCertificate(signer.der);
  }
  if (signer.kind === "key" && managed !== undefined) {
    return openKey(signer.hint, managed, bundle);
  }
  const expected = managed === undefined ? "certificate" : "key";
  throw AibomError.of("SIGSTORE_METHOD", { got: signer.kind, expected });
}

function openCertificate(der: Uint8Array): OpenedSigner {
  const certificate = parseCertificate(der);
  if (certificate.isCa) {
    throw AibomError.of("SIGSTORE_CERTIFICATE_CA", { subject: certificate.subject });
  }
  requireCodeSigningUsage(certificate);
  return {
    key: signingKey(certificate.publicKey),
    identity: certificateSigner(certificate),
    certificate,
    logged: { kind: "certificate", der },
  };
}

function openKey(hint: string, managed: ManagedKey, bundle: SigstoreBundle): OpenedSigner {
  const key = signingKey(managed.publicKey);
  const described = describePublicKey(key.key);
  const hints = [...keyHints(described), ...(managed.hints ?? [])];
  if (!hints.includes(hint)) {
    throw AibomError.of("SIGSTORE_KEY_OTHER", { hint: hint.slice(0, 100) });
  }
  // sigstore_bundle.proto: the two hints must be the same.
  const { content } = bundle;
  if (content.kind === "dsse" && content.keyid !== "" && content.keyid !== hint) {
    throw AibomError.of("SIGSTORE_KEY_OTHER", { hint: content.keyid.slice(0, 100) });
  }
  const der = described.key.export({ type: "spki", format: "der" });
  return {
    key,
    identity: { kind: "key", keyId: described.keyId },
    logged: { kind: "key", der },
  };
}

/** Certificate, key and logs must be valid at each of these; without proof of time, at the instant asked for. */
function instantsOf(proofs: readonly TimeProof[], at: Date): readonly Date[] {
  const times = proofs.flatMap(({ time, earliest }) => [earliest.getTime(), time.getTime()]);
  return times.length === 0 ? [at] : [...new Set(times)].map((time) => new Date(time));
}

/**
 * Parties are counted, not pieces of paper: ten entries of one log, or of the logs of one operator, are one. Counted
 * before the library looks: a proof that it refuses refuses the bundle, so the count can only have been too low.
 */
function requireParties(
  { thresholds }: SigstoreAuthorityEntry,
  entries: readonly BoundEntry[],
  proofs: readonly TimeProof[],
): void {
  const logs = entries.map(({ logs: [log] }) => log.operator ?? log.logId);
  requireCount("transparency logs", logs, thresholds.log);
  requireCount(
    "sources of trusted time",
    proofs.map(({ party }) => party),
    thresholds.time,
  );
}

function requireCtLogs(
  { root, thresholds }: SigstoreAuthorityEntry,
  promises: readonly CertificateTimestamp[],
  at: Date,
): void {
  for (const { time } of promises) {
    if (!(time <= at)) {
      const what = "a certificate transparency log";
      throw AibomError.of("SIGSTORE_TIME_IN_FUTURE", {
        what,
        time: time.toISOString(),
        at: at.toISOString(),
      });
    }
  }
  const operators = promises.map(
    ({ logId }) => root.ctLogs.find((log) => log.logId === logId)?.operator ?? logId,
  );
  requireCount("certificate transparency logs", operators, thresholds.sct);
}

function ctLogsOf({ ctLogs }: SigstoreRoot, promises: readonly CertificateTimestamp[]): TransparencyLog[] {
  const named = new Set(promises.map(({ logId }) => logId));
  return ctLogs.filter(({ logId }) => named.has(logId));
}

function requireCount(what: string, parties: readonly string[], expected: number): void {
  const got = new Set(parties).size;
  if (got < expected) {
    throw AibomError.of("SIGSTORE_THRESHOLD", { what, got, expected });
  }
}

function contentOf({ content }: SigstoreBundle): SigstoreResult["content"] {
  if (content.kind === "dsse") {
    return { kind: "dsse", payloadType: content.payloadType, payload: content.payload };
  }
  const { algorithm, value } = content.digest;
  return { kind: "message", digest: { algorithm, hex: Buffer.from(value).toString("hex") } };
}
