// SPDX-License-Identifier: Apache-2.0
// The seal: who signed the tag manifest, by when, and the time stamps that renew the first one.

import type { JsonObject } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { PlainFolder } from "../../sources/plain-folder.ts";
import type { TrustRoot } from "../../trust/trust-root.ts";
import { type Bundle, parseBundle } from "../../verifiers/bundle.ts";
import { openSignature } from "../../verifiers/open-signature.ts";
import type { SignedPayload } from "../../verifiers/signature.ts";
import { verifySignatureTimes } from "../../verifiers/signature-times.ts";
import { parseStatement, statementDepth, statementTypeV1 } from "../../verifiers/statement.ts";
import { attempt } from "../../verifiers/verification.ts";
import type { AuditRecord } from "../record.ts";
import { auditPaths } from "../record.ts";
import { sealPredicateType, tokensOf } from "../seal.ts";
import { bagManifests, bytesOf } from "./check-bag.ts";
import { type Checks, need, notChecked } from "./checks.ts";
import { signerText } from "./signer-text.ts";

/** What the auditor expects of the seal. */
export interface ExpectedSealer {
  readonly identity?: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hexadecimal. */
  readonly keyId?: string;
}

export interface SealCheck {
  readonly checks: Checks;
  readonly folder: PlainFolder;
  readonly record: AuditRecord;
  readonly trustRoot: TrustRoot;
  readonly now: Date;
  readonly expected: ExpectedSealer;
}

const knownFile = /^seal\/(?:renewal-[1-9]\d{0,3}|token(?:-[1-9]\d?)?)\.tsr$/;

/** @returns the time that the seal proves */
export async function checkSeal(context: SealCheck): Promise<Date | undefined> {
  const { checks, folder, record, expected } = context;
  const own: readonly string[] = [auditPaths.sealStatement, auditPaths.sealProof, "seal/event.dsse.json"];
  for (const place of folder.files.keys()) {
    const isKnown = own.includes(place) || knownFile.test(place);
    if (place.startsWith("seal/") && (!isKnown || isAlone(folder, place))) {
      const text = "it does not belong into the seal";
      checks.add({ id: "seal.files", state: "FAIL", place, text, code: "AUDIT_CHECK_FAILED" });
    }
  }
  if (!folder.files.has(auditPaths.sealStatement)) {
    const isExpected = expected.identity !== undefined || expected.keyId !== undefined;
    const state = record.seal === "unsealed" && !isExpected ? "not checked" : "FAIL";
    const text = "the folder has no seal: nothing shows who made it, or when";
    checks.add({ id: "seal.signature", state, place: "seal", text });
    return undefined;
  }
  const signed = await checkStatement(context);
  await checkExpected(context, signed);
  return await checkTimes(context, signed);
}

async function checkStatement(context: SealCheck): Promise<SignedPayload | undefined> {
  const { checks, folder, trustRoot, now } = context;
  const place = auditPaths.sealStatement;
  const signed = await checks.make(
    "seal.signature",
    place,
    async () => {
      const bundle = bytesOf(folder, place);
      try {
        return await openSignature(
          { bundle, signature: place, trustRoot, at: now },
          { usage: "report", maxBytes: limits.maxBomBundleBytes },
        );
      } catch (error) {
        throw error instanceof AibomError && error.code === "TRUST_KEY_UNKNOWN"
          ? notChecked(`${error.message}: give the sealer's public key with --expect-key FILE`)
          : error;
      }
    },
    (each) => signerText(each, "sealed", now),
  );
  if (signed !== undefined) {
    await checks.make("seal.statement", place, () => {
      const statement = parseStatement(signed.payload, {
        path: place,
        types: [statementTypeV1],
        maxDepth: statementDepth + 4,
      });
      const { predicateType, predicate } = statement;
      need(
        predicateType === sealPredicateType,
        `it is a statement of another type (${predicateType}), no seal`,
      );
      requireSaid(predicate, context.record);
      const [subject] = statement.subjects;
      const tags = folder.files.get(bagManifests.tags)?.sha256;
      need(
        statement.subjects.length === 1 && subject?.digests.get("sha256") === tags,
        `it is about another folder: the SHA-256 of ${bagManifests.tags} is ${tags}`,
      );
      return `it is about ${bagManifests.tags}`;
    });
  }
  return signed;
}

/** An entry without its proof, or anything without the statement, belongs to nothing. */
function isAlone({ files }: PlainFolder, place: string): boolean {
  const needed = place === auditPaths.sealEvent ? auditPaths.sealProof : auditPaths.sealStatement;
  return !files.has(needed) || !files.has(auditPaths.sealStatement);
}

/** Whoever reads nothing but the seal must not learn another verdict. */
function requireSaid(stated: JsonObject | undefined, { title, verdict, at, artifacts }: AuditRecord): void {
  const said = { title, verdict: verdict.outcome, verifiedFor: at, artifacts: artifacts.length };
  const other = Object.entries(said).find(([name, value]) => stated?.[name] !== value);
  need(other === undefined, `it states another ${other?.[0]} than the record`);
}

async function checkExpected({ checks, expected }: SealCheck, signed?: SignedPayload): Promise<void> {
  const place = auditPaths.sealStatement;
  if (expected.keyId !== undefined) {
    await checks.make("seal.expected-key", place, () => {
      need(signed?.signer.keyId === expected.keyId, `the seal is by the key ${signed?.signer.keyId}`);
      return "the key that was asked for";
    });
  }
  if (expected.identity !== undefined) {
    await checks.make("seal.expected-signer", place, () => {
      need(signed?.signer.identity === expected.identity, `the seal is by ${signed?.signer.identity}`);
      return "the signer that was asked for";
    });
  }
}

/** The times count only for a seal that is good itself: a token is over a signature, whoever made it. */
async function checkTimes(context: SealCheck, signed?: SignedPayload): Promise<Date | undefined> {
  const { checks, folder, trustRoot, now } = context;
  const place = auditPaths.sealStatement;
  const bytes = bytesOf(folder, place);
  // A bundle that cannot be read failed as a signature already.
  const { value: bundle } = attempt({ subject: place, signature: place }, () =>
    parseBundle(bytes, place, limits.maxBomBundleBytes),
  ) as { readonly value?: Bundle };
  const tokens = bundle === undefined ? [] : tokensOf(bytes);
  const [token] = tokens;
  await checkCopies(context, tokens);
  if (bundle === undefined || bundle.method === "sigstore") {
    const time = keylessTime(context, signed);
    await checkRenewals(context, { bytes, token }, time);
    return time;
  }
  const signature =
    bundle.content.kind === "dsse" ? bundle.content.envelope.signature : bundle.content.message.signature;
  if (token === undefined) {
    const text = "the seal has no time stamp: signatures are judged at the time of this check";
    checks.add({ id: "seal.time", state: "not checked", place: "seal", text });
    await checkRenewals(context, { bytes, token }, undefined);
    return undefined;
  }
  const times = await checks.make(
    "seal.time",
    place,
    () => verifySignatureTimes(bundle.timestamps, signature, trustRoot, now),
    (found) =>
      found.map((each) => `sealed not later than ${each.time.toISOString()} by ${each.authority}`).join(),
  );
  await checkRenewals(context, { bytes, token }, times?.[0]?.time);
  return signed === undefined ? undefined : times?.[0]?.time;
}

/** Copies for other programs are of the bundle. */
async function checkCopies({ checks, folder }: SealCheck, timestamps: readonly Uint8Array[]): Promise<void> {
  for (const name of [...folder.files.keys()].filter((each) => /^seal\/token(-\d+)?\.tsr$/.test(each))) {
    await checks.make("seal.token", name, () => {
      const copy = bytesOf(folder, name);
      const isHeld = timestamps.some((each) => Buffer.compare(each, copy) === 0);
      need(isHeld, "it is not in the seal's bundle");
      return "the time stamp of the seal, for other programs";
    });
  }
}

/** The logs and authorities that vouch for a keyless signature vouch for its time. */
function keylessTime({ checks }: SealCheck, signed?: SignedPayload): Date | undefined {
  const [first] = signed?.times ?? [];
  if (first === undefined) {
    return undefined;
  }
  const text = `sealed not later than ${first.time.toISOString()} by ${first.authority}`;
  checks.add({ id: "seal.time", state: "ok", place: auditPaths.sealStatement, text });
  return first.time;
}

/** Each renewal covers the bundle and the time stamp before it, and must not be older than that. */
async function checkRenewals(
  { checks, folder, trustRoot, now }: SealCheck,
  sealed: { readonly bytes: Uint8Array; readonly token: Uint8Array | undefined },
  first: Date | undefined,
): Promise<void> {
  const count = [...folder.files.keys()].filter((name) => name.startsWith("seal/renewal-")).length;
  let [before, last] = [sealed.token, first];
  for (let number = 1; number <= count; number += 1) {
    const place = `seal/renewal-${number}.tsr`;
    const time = await checks.make(
      "seal.renewal",
      place,
      () => {
        need(before !== undefined, "the seal has no time stamp that it could renew");
        const token = bytesOf(folder, place);
        const covered = Buffer.concat([sealed.bytes, before]);
        const [renewed] = verifySignatureTimes([token], covered, trustRoot, now);
        need(
          renewed !== undefined && last !== undefined && renewed.time >= last,
          "it is older than what it renews",
        );
        before = token;
        return renewed;
      },
      (renewed) => `renewed at ${renewed.time.toISOString()} by ${renewed.authority}`,
    );
    last = time?.time;
  }
}
