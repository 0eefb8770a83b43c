// SPDX-License-Identifier: Apache-2.0
// What JSON reports hold, key by key: written out, so that a new field of the model does not leak into a
// public format by accident. 64-bit integers are decimal strings.

import { codes, isCode } from "../codes/index.ts";
import { renderMessage } from "../codes/render.ts";
import type { AibomError } from "../errors.ts";
import { formatDigest } from "../model/digest.ts";
import type { Evidence, Rejection, SignatureEvidence, Signer } from "../model/evidence.ts";
import type { JsonValue } from "../model/fact.ts";
import type { Finding, Location } from "../model/finding.ts";
import type { PolicyInput, Remedy, RuleResult, Verdict, VerdictArtifact } from "../model/verdict.ts";
import type { WaiverUse } from "../model/waiver.ts";
import { compareText } from "../policy/finding-order.ts";

/** The `$id` of schemas/verdict.schema.json, the first key of every report. */
const verdictSchemaId = "https://aibom.dev/schemas/verdict/v1";

type JsonObject = { readonly [key: string]: JsonValue };

/** A verdict as JSON. */
export function verdictJson(verdict: Verdict): JsonObject {
  const { inputs } = verdict;
  return {
    $schema: verdictSchemaId,
    verdict: verdict.outcome,
    at: verdict.at,
    artifacts: verdict.artifacts.map(artifactJson),
    findings: verdict.findings.map(findingJson),
    evidence: verdict.evidence.map(evidenceJson),
    rejected: verdict.rejected.map(rejectionJson),
    rules: verdict.rules.map(ruleJson),
    ...(verdict.waivers === undefined ? {} : { waivers: verdict.waivers.map(waiverJson) }),
    skipped: verdict.skipped.map(({ check, reason }) => ({ check, reason })),
    inputs: {
      policy: policyJson(inputs.policy),
      trustRoot: { digest: formatDigest(inputs.trustRoot) },
      ...(inputs.bom === undefined ? {} : { bom: { digest: formatDigest(inputs.bom) } }),
      ...(inputs.suppliers === undefined ? {} : { suppliers: { digest: formatDigest(inputs.suppliers) } }),
      ...(inputs.osv === undefined ? {} : { osv: { digest: formatDigest(inputs.osv) } }),
      ...(inputs.vex === undefined
        ? {}
        : { vex: inputs.vex.map((digest) => ({ digest: formatDigest(digest) })) }),
      ...(inputs.environment === undefined
        ? {}
        : { environment: { name: inputs.environment.name, mode: inputs.environment.mode } }),
      unsafe: [...inputs.unsafe],
    },
  };
}

/** A finding as JSON, with its text. */
export function findingJson(item: Finding): JsonObject {
  return {
    code: item.code,
    severity: item.severity,
    message: renderMessage(item.code, item.args),
    hint: codes[item.code].hint,
    subject: item.subject,
    location: locationJson(item.location),
    args: argsJson(item.args),
  };
}

/** A failure as JSON: what could not be checked, where and what to do. */
export function failureJson(error: AibomError): JsonObject {
  return {
    $schema: verdictSchemaId,
    error: {
      code: error.code,
      message: error.message,
      hint: error.hint,
      exit: error.exitCode,
      ...(error.where === undefined ? {} : { location: locationJson(error.where) }),
      args: argsJson(error.args),
    },
  };
}

function locationJson({ path, line, offset, offsetIn, member }: Location): JsonObject {
  return {
    path,
    ...(line === undefined ? {} : { line }),
    ...(offset === undefined ? {} : { offset }),
    ...(offsetIn === undefined ? {} : { offsetIn }),
    ...(member === undefined ? {} : { member }),
  };
}

/** An artifact of a verdict as JSON. */
export function artifactJson({ name, kind, files, bytes, manifest }: VerdictArtifact): JsonObject {
  return { name, kind, files, bytes, manifest: formatDigest(manifest) };
}

/** Accepted evidence as JSON. */
export function evidenceJson(evidence: Evidence): JsonObject {
  if (evidence.kind === "package") {
    const { subject, signer, signature, predicateType } = evidence;
    return {
      kind: "package",
      subject,
      package: evidence.package,
      digest: formatDigest(evidence.digest),
      signer: signerJson(signer),
      signature,
      predicateType,
      ...wordsJson(evidence),
    };
  }
  const covers = [...evidence.covers].sort(compareText);
  if (evidence.kind === "digest") {
    const { subject, against } = evidence;
    return {
      kind: "digest",
      subject,
      against,
      algorithms: [...evidence.algorithms].sort(compareText),
      covers,
    };
  }
  if (evidence.kind === "manifest") {
    const { subject, signer, signature } = evidence;
    return {
      kind: "manifest",
      subject,
      manifests: [...evidence.manifests].sort(compareText),
      signer: signerJson(signer),
      signature,
      algorithms: [...evidence.algorithms].sort(compareText),
      covers,
    };
  }
  const { subject, scheme, usage, signature, predicateType, signer } = evidence;
  return {
    kind: "signature",
    subject,
    scheme,
    usage,
    signer: signerJson(signer),
    signature,
    predicateType,
    ...wordsJson(evidence),
    ...(evidence.algorithms === undefined ? {} : { algorithms: [...evidence.algorithms].sort(compareText) }),
    covers,
  };
}

/** When it was signed, and what the statement says. */
function wordsJson({
  times,
  logEntries,
  claims,
}: Pick<SignatureEvidence, "times" | "logEntries" | "claims">): JsonObject {
  return {
    times: times
      .map(({ time, source, authority }) => ({ time: time.toISOString(), source, authority }))
      .sort((left, right) => compareText(JSON.stringify(left), JSON.stringify(right))),
    logEntries,
    claims: claims.map(({ name, value }) => ({ name, value })),
  };
}

function signerJson({ identity, keyId, algorithm, method, certificate }: Signer): JsonObject {
  const { authority, fingerprint, subject, subjectAltName, issuer } = certificate ?? {};
  return {
    identity,
    keyId,
    algorithm,
    method,
    ...(authority === undefined || fingerprint === undefined
      ? {}
      : {
          certificate: {
            authority,
            fingerprint,
            ...(subject === undefined ? {} : { subject }),
            ...(subjectAltName === undefined ? {} : { subjectAltName }),
            ...(issuer === undefined ? {} : { issuer }),
          },
        }),
  };
}

/** Rejected evidence as JSON, with the reason as text. */
export function rejectionJson({ kind, subject, signature, code, args }: Rejection): JsonObject {
  const message = isCode(code) ? { message: renderMessage(code, args) } : {};
  return { kind, subject, signature, code, ...message, args: argsJson(args) };
}

function policyJson({ name, version, digest, signer }: PolicyInput): JsonObject {
  return {
    name,
    ...(version === undefined ? {} : { version }),
    digest: formatDigest(digest),
    ...(signer === undefined ? {} : { signer: signerJson(signer) }),
  };
}

function waiverJson({ waiver, applied }: WaiverUse): JsonObject {
  const { path, policy, rule, subject, sha256, reason, ticket, issuedAt, notAfter, signer } = waiver;
  return {
    waiver: path,
    policy,
    rule,
    subject,
    digest: `sha256:${sha256}`,
    reason,
    ticket,
    issuedAt,
    notAfter,
    signer: signerJson(signer),
    applied: [...applied],
  };
}

function ruleJson(result: RuleResult): JsonObject {
  return {
    rule: result.rule,
    kind: result.kind,
    status: result.status,
    mode: result.mode,
    ...(result.message === undefined ? {} : { message: result.message }),
    matched: result.matched,
    findings: result.findings.map(({ code, subject, location }) => ({
      code,
      subject,
      location: locationJson(location),
    })),
    remedy: result.remedy.map(remedyJson),
  };
}

function remedyJson({ action, args }: Remedy): JsonObject {
  return { action, args: argsJson(args) };
}

function argsJson(args: Readonly<Record<string, unknown>>): JsonObject {
  const entries = Object.entries(args).sort(([left], [right]) => compareText(left, right));
  return Object.fromEntries(entries.map(([name, value]) => [name, argJson(value)]));
}

/** Integers beyond 2^53 and anything that JSON has no word for become text. */
function argJson(value: unknown): JsonValue {
  if (typeof value === "boolean" || typeof value === "string") {
    return value;
  }
  const isExact = typeof value === "number" && Number.isFinite(value);
  return isExact && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? value : String(value);
}
