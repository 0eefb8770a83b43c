// SPDX-License-Identifier: Apache-2.0
// What an output may replace: nothing, or an earlier output of the same kind. A mistyped `-o release.key` or
// `json=.aibom/trust/trust.json` must not cost the user a private key, a trust root or the weights.

import { X509Certificate } from "node:crypto";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { readBounded, readStart } from "../sources/read-bounded.ts";
import type { Sink } from "./sinks.ts";

/** Bytes of an existing file that are looked at. */
const startBytes = 4096;

/** How an earlier output of each kind begins. All are linear. */
const earlierOutput = {
  BOM: /^\s*\{[\s\S]*?"bomFormat"\s*:\s*"CycloneDX"/,
  signature: /^\s*\{[\s\S]*?"mediaType"\s*:\s*"application\/vnd\.dev\.sigstore\.bundle/,
  "trusted root": /^\s*\{\s*"mediaType"\s*:\s*"application\/vnd\.dev\.sigstore\.trustedroot/,
  "json report":
    /^\{\s*"(?:\$schema": "https:\/\/aibom\.dev\/schemas\/verdict\/|valid"|complete"|artifacts"|error")/,
  "text report": /^(?:ALLOW|DENY|UNDECIDED) |^[^\n]{1,512}: (?:(?:in)?valid, CycloneDX|model, |file-set, )/,
} as const satisfies Record<string, RegExp>;

export type OutputKind = keyof typeof earlierOutput;

/**
 * Refuses an output path that holds something else. An absent or empty file is free, and so is what is no
 * regular file (`/dev/stdout`).
 * @throws {AibomError} CLI_OUTPUT_FOREIGN, SOURCE_NOT_READABLE
 */
export function refuseForeignFile(path: string, kind: OutputKind): void {
  const start = startOf(path);
  if (start !== undefined && start !== "" && !earlierOutput[kind].test(start)) {
    throw AibomError.of("CLI_OUTPUT_FOREIGN", { kind }, { where: { path } });
  }
}

/**
 * The same for every report that goes to a file.
 * @throws {AibomError} CLI_OUTPUT_FOREIGN, SOURCE_NOT_READABLE
 */
export function refuseForeignSinks(sinks: readonly Sink[]): void {
  for (const { format, path } of sinks) {
    if (path !== undefined) {
      refuseForeignFile(path, format === "json" ? "json report" : "text report");
    }
  }
}

/**
 * Refuses to replace a signature of another signer: two signers need two files.
 * @throws {AibomError} CLI_SIGNATURE_OF_ANOTHER, SOURCE_*
 */
export function refuseOthersSignature(path: string, bundle: Uint8Array): void {
  const earlier = startOf(path);
  if (earlier === undefined || earlier === "") {
    return;
  }
  const text = Buffer.from(readBounded(path, limits.maxBomBundleBytes)).toString("latin1");
  if (signerIn(text) !== signerIn(Buffer.from(bundle).toString("latin1"))) {
    throw AibomError.of("CLI_SIGNATURE_OF_ANOTHER", {}, { where: { path } });
  }
}

/**
 * Who signed a bundle, wherever it says so; compared only. A Sigstore certificate is new every time, so the names in
 * it count: what cannot be read is only equal to itself.
 */
function signerIn(text: string): string {
  const hint = /"hint"\s*:\s*"([^"]{1,200})"/.exec(text)?.[1];
  const leaf = /"rawBytes"\s*:\s*"([A-Za-z0-9+/=]{1,40000})"/.exec(text)?.[1];
  if (hint !== undefined || leaf === undefined) {
    return `key ${hint ?? ""}`;
  }
  try {
    const { subject, subjectAltName, issuer } = new X509Certificate(Buffer.from(leaf, "base64"));
    return JSON.stringify([subject, subjectAltName ?? "", issuer]);
  } catch {
    return leaf;
  }
}

function startOf(path: string): string | undefined {
  try {
    return Buffer.from(readStart(path, startBytes)).toString("latin1");
  } catch (error) {
    const free = ["SOURCE_NOT_FOUND", "SOURCE_NOT_REGULAR"];
    if (error instanceof AibomError && free.includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}
