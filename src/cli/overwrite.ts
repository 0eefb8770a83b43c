// SPDX-License-Identifier: Apache-2.0
// What an output may replace: nothing, or an earlier output of the same kind. A mistyped `-o release.key` or
// `json=.aibom/trust/trust.json` must not cost the user a private key, a trust root or the weights.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { VerdictFormat } from "../report/report-formats.ts";
import { readBounded, readStart } from "../sources/read-bounded.ts";
import { parseCertificate } from "../x509/certificate.ts";
import type { Sink } from "./sinks.ts";

/** Bytes of an existing file that are looked at. */
const startBytes = 4096;

/** The same where a certificate is looked for, which stands before payload and signature. */
const signerBytes = 16_384;

/** How an earlier output of each kind begins. All are linear. */
const earlierOutput = {
  BOM: /^\s*\{[\s\S]*?"bomFormat"\s*:\s*"CycloneDX"/,
  signature: /^\s*\{[\s\S]*?"mediaType"\s*:\s*"application\/vnd\.dev\.sigstore\.bundle/,
  "trusted root": /^\s*\{\s*"mediaType"\s*:\s*"application\/vnd\.dev\.sigstore\.trustedroot/,
  "json report":
    /^\{\s*"(?:\$schema": "https:\/\/aibom\.dev\/schemas\/(?:verdict|score)\/|valid"|complete"|artifacts"|error")/,
  "sarif report": /^\{\s*"\$schema": "https:\/\/docs\.oasis-open\.org\/sarif\//,
  "junit report": /^<\?xml version="1\.0" encoding="UTF-8"\?>\s*<testsuites name="aibom verify"/,
  "github report": /^::(?:error|notice) title=aibom verify::/,
  "gitlab report": /^\[(?:\]\s*$|\s*\{\s*"description": "[^"\n]*",\s*"check_name": "[A-Z])/,
  "markdown report": /^<!-- aibom (?:verdict|score) -->\n/,
  "oscal report": /^\{\s*"assessment-results": \{/,
  "html report": /^<!doctype html>\s*<html lang="en" data-report="aibom-verdict">/,
  "vsa report": startOfStatements("https://slsa.dev/verification_summary/v1"),
  "svr report": startOfStatements("https://in-toto.io/attestation/svr/v0.2"),
  // Bytes are looked at as Latin-1: the dash of signature lines is three of them.
  checkpoint: /^[^\n]{1,512}\n(?:0|[1-9][0-9]{0,18})\n[A-Za-z0-9+/]{43}=\n\n\xe2\x80\x94 /,
  "tlog proof": /^c2sp\.org\/tlog-proof@v1\n/,
  // The payload begins with `{"actor":`, in base64: other envelopes are signatures of somebody.
  "custody entry": /^\{"payload":"eyJhY3RvciI6[A-Za-z0-9+/=]+/,
  "witness request": /^old (?:0|[1-9][0-9]{0,15})\n/,
  cosignature: /^\xe2\x80\x94 [^ \n]{1,512} [A-Za-z0-9+/=]+\n/,
  "text report":
    /^(?:ALLOW|DENY|UNDECIDED) |^[^\n]{1,512}: (?:(?:in)?valid, CycloneDX|model, |file-set, |CycloneDX )/,
  "text diff": /^before {2}[^\n]{1,4096}\n/,
  "json diff": /^\{\s*"(?:\$schema": "https:\/\/aibom\.dev\/schemas\/diff\/|error")/,
  "markdown diff": /^<!-- aibom diff -->\n/,
  "SPDX document": /^\s*\{\s*"@context"\s*:\s*"https:\/\/spdx\.org\/rdf\/3\./,
  "BOM table": /^type,name,version,inside,licenses,suppliers,hashes,/,
  "BOM page": /^<!-- aibom bom -->\n/,
  "conversion notes": /^\{\s*"\$schema": "https:\/\/aibom\.dev\/schemas\/conversion\//,
} as const satisfies Record<string, RegExp>;

/** Statements of one type, a line each: bare, or as the payload of a bundle by a key. */
function startOfStatements(predicateType: string): RegExp {
  const statement = `{"_type":"https://in-toto.io/Statement/v1","predicateType":"${predicateType}"`;
  // Whole groups of three bytes: what follows does not change their base64.
  const whole = statement.slice(0, statement.length - (statement.length % 3));
  const payload = literal(Buffer.from(whole).toString("base64"));
  const bundle = `\\{"mediaType":"application/vnd\\.dev\\.sigstore\\.bundle[^\\n]{1,2000}"payload":"${payload}`;
  return new RegExp(`^(?:${literal(statement)}|${bundle})`);
}

function literal(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, "\\$&");
}

export type OutputKind = keyof typeof earlierOutput;

/**
 * Refuses an output path that holds something else. An absent or empty file is free, and so is what is no
 * regular file (`/dev/stdout`).
 * @throws {AibomError} CLI_OUTPUT_FOREIGN, SOURCE_NOT_READABLE
 */
export function refuseForeignFile(path: string, kind: OutputKind): void {
  const start = startOf(path);
  if (start !== "" && !earlierOutput[kind].test(start)) {
    throw AibomError.of("CLI_OUTPUT_FOREIGN", { kind }, { where: { path } });
  }
}

/**
 * The same for every report that goes to a file.
 * @throws {AibomError} CLI_OUTPUT_FOREIGN, SOURCE_NOT_READABLE
 */
export function refuseForeignSinks(sinks: readonly Sink<VerdictFormat | "oscal">[]): void {
  for (const { format, path } of sinks) {
    if (path !== undefined) {
      refuseForeignFile(path, `${format} report`);
    }
  }
}

/**
 * Refuses to replace a signature of another signer: two signers need two files. One key is one signer, with or
 * without a certificate; so is one name by one issuer, since a keyless key lives for one signature. What names no
 * signer in its first bytes is not replaced.
 * @throws {AibomError} CLI_SIGNATURE_OF_ANOTHER, SOURCE_*
 */
export function refuseOthersSignature(path: string, bundle: Uint8Array): void {
  const earlier = startOf(path, signerBytes);
  if (earlier === "") {
    return;
  }
  const mine = signersIn(Buffer.from(bundle).toString("latin1"));
  if (!signersIn(earlier).some((each) => mine.includes(each))) {
    throw AibomError.of("CLI_SIGNATURE_OF_ANOTHER", {}, { where: { path } });
  }
}

/**
 * Refuses to replace a signature that has time stamps by one that has none: after the certificate's end only the
 * time stamps keep it good, and they cannot be had again.
 * @throws {AibomError} CLI_TIMESTAMPS_LOST, SOURCE_*
 */
export function refuseLostTimestamps(path: string, bundle: Uint8Array): void {
  const mark = '"signedTimestamp"';
  if (startOf(path) === "" || Buffer.from(bundle).includes(mark)) {
    return;
  }
  const earlier = Buffer.from(readBounded(path, limits.maxBomBundleBytes)).toString("latin1");
  const count = earlier.split(mark).length - 1;
  if (count > 0) {
    throw AibomError.of("CLI_TIMESTAMPS_LOST", { count }, { where: { path } });
  }
}

/** What a bundle says about its signer, wherever it stands: key hint, or key and name of its first certificate. */
function signersIn(text: string): readonly string[] {
  const hint = /"hint"\s*:\s*"([^"]{1,200})"/.exec(text)?.[1];
  if (hint !== undefined) {
    return [hint];
  }
  const rawBytes = /"rawBytes"\s*:\s*"([A-Za-z0-9+/=]{1,12000})"/.exec(text)?.[1];
  if (rawBytes === undefined) {
    return [];
  }
  try {
    const { keyId, issuer, subjectAltNames } = parseCertificate(Buffer.from(rawBytes, "base64"));
    return [keyId, ...(subjectAltNames.length === 0 ? [] : [JSON.stringify([issuer, subjectAltNames])])];
  } catch (error) {
    if (error instanceof AibomError) {
      return [];
    }
    throw error;
  }
}

/** Empty for what is free to be written. */
function startOf(path: string, count = startBytes): string {
  try {
    return Buffer.from(readStart(path, count)).toString("latin1");
  } catch (error) {
    const free = ["SOURCE_NOT_FOUND", "SOURCE_NOT_REGULAR"];
    if (error instanceof AibomError && free.includes(error.code)) {
      return "";
    }
    throw error;
  }
}
