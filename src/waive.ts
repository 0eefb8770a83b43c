// SPDX-License-Identifier: Apache-2.0
// The waive use-case: one failure of one rule about certain bytes, accepted for a time and signed.

import { basename } from "node:path";
import { fileManifest } from "./bom/file-manifest.ts";
import { nearest } from "./codes/nearest.ts";
import { AibomError } from "./errors.ts";
import { hashTarget } from "./inventory.ts";
import { type Digest, digestOf } from "./model/digest.ts";
import type { WaiverText } from "./model/waiver.ts";
import { readPolicyFile } from "./open-policy.ts";
import { chooseSigner, type SignerRequest, signerName } from "./signers/choose-signer.ts";
import type { Signer } from "./signers/signer.ts";
import { signWaiver } from "./signers/waiver.ts";
import { targetExists } from "./sources/target.ts";
import { digestTarget } from "./verify-digest.ts";

export interface WaiveOptions extends SignerRequest {
  /** The policy that the rule is of. */
  readonly policy: string;
  readonly rule: string;
  /** The subject is one file and not an artifact. */
  readonly isFile: boolean;
  readonly reason: string;
  readonly ticket: string;
  readonly notAfter: Date;
  readonly jobs?: number;
  readonly signal?: AbortSignal;
}

export interface SignedWaiver {
  readonly bundle: Uint8Array;
  /** Where it belongs unless the user names another place. */
  readonly defaultPath: string;
  readonly waiver: WaiverText;
  /** Who signed, for people. */
  readonly signer: string;
  /** The policy's file. */
  readonly policy: Digest;
  /** The key that signed; absent if a Sigstore instance certified one for this signature. */
  readonly key?: Signer;
}

/**
 * Writes and signs a waiver. `subject` is a target as `verify` takes it, or `sha256:HEX`: the `manifest` of an
 * artifact in a verdict, or the digest of a file.
 * @throws {AibomError} SOURCE_*, POLICY_*, WAIVER_INVALID, WAIVER_TOO_LONG, and those of the signer
 */
export async function waive(subject: string, options: WaiveOptions): Promise<SignedWaiver> {
  const policy = await readPolicyFile(options.policy);
  requireRule(
    options,
    policy.rules.map(({ id }) => id),
  );
  const sha256 = await subjectDigest(subject, options);
  const waiver: WaiverText = {
    policy: policy.name,
    rule: options.rule,
    subject: options.isFile ? "file" : "artifact",
    sha256,
    reason: options.reason,
    ticket: options.ticket,
    issuedAt: wholeSeconds(options.at),
    notAfter: wholeSeconds(options.notAfter),
  };
  const signer = await chooseSigner(options);
  const bundle = await signWaiver(waiver, basename(subject), signer);
  const defaultPath = `waiver-${options.rule.replaceAll(":", "-")}-${sha256.slice(0, 12)}.sigstore.json`;
  return {
    bundle,
    defaultPath,
    waiver,
    signer: signerName(signer),
    policy: policy.digest,
    ...("keyId" in signer ? { key: signer } : {}),
  };
}

function requireRule({ rule, policy }: WaiveOptions, known: readonly string[]): void {
  if (!known.includes(rule)) {
    const close = nearest(rule, known);
    const suggestion = close === undefined ? "no rule is called like it" : `did you mean ${close}?`;
    throw AibomError.of("POLICY_RULE_UNKNOWN", { rule, suggestion }, { where: { path: policy } });
  }
}

async function subjectDigest(subject: string, { isFile, jobs, signal }: WaiveOptions): Promise<string> {
  const given = targetExists(subject) ? undefined : digestTarget(subject);
  if (given !== undefined) {
    if (given.algorithm !== "sha256") {
      throw AibomError.of("WAIVER_INVALID", { reason: "a waiver names its subject by SHA-256" });
    }
    return given.hex;
  }
  const { tree, hashed } = await hashTarget(subject, {
    algorithms: ["sha256"],
    ...(jobs === undefined ? {} : { jobs }),
    ...(signal === undefined ? {} : { signal }),
  });
  const [refused] = tree.refused;
  if (refused !== undefined) {
    throw AibomError.of("SIGN_INCOMPLETE", { count: tree.refused.length }, { where: { path: refused } });
  }
  if (!isFile) {
    return fileManifest(hashed).hex;
  }
  const sha256 = tree.isSingleFile ? digestOf(hashed[0]?.digests ?? [], "sha256") : undefined;
  if (sha256 === undefined) {
    throw AibomError.of("WAIVER_INVALID", { reason: "--file needs one file, and this is a directory" });
  }
  return sha256;
}

function wholeSeconds(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
