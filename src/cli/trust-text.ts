// SPDX-License-Identifier: Apache-2.0
// The trust root as text and JSON for `aibom trust list` and `show`.

import { escapeText } from "../codes/escape.ts";
import { AibomError } from "../errors.ts";
import { formatDigest } from "../model/digest.ts";
import { counted } from "../report/counted.ts";
import type { AuthorityEntry } from "../trust/authorities.ts";
import type { Identity } from "../trust/identities.ts";
import type { PolicyFloor } from "../trust/policy-floors.ts";
import type { Revocation } from "../trust/revocations.ts";
import type { CertificateAuthority, SigstoreInstance, TrustRoot } from "../trust/trust-root.ts";

/** One line per identity: name, state, usages, what it rests on, window, key id or name in the certificate. */
export function renderTrustList(root: TrustRoot, at: Date): string {
  const { identities, authorities, policies = [] } = root.document;
  const head = `trust root ${escapeText(root.directory)}, ${formatDigest(root.digest)}\n`;
  const rows = identities.map((identity) => [
    escapeText(identity.name),
    stateOf(root, identity, at),
    identity.usages.join(","),
    groundOf(identity),
    windowOf(identity),
    escapeText(shortEssence(identity)),
  ]);
  const list =
    rows.length === 0
      ? "no identity is trusted yet; add one with `aibom trust add NAME --key FILE`\n"
      : alignColumns([["NAME", "STATE", "USAGE", "BY", "VALID", "KEY ID OR NAME"], ...rows]);
  const parts = [
    list,
    ...(authorities.length === 0 ? [] : [renderAuthorities(root, at)]),
    ...(policies.length === 0 ? [] : [renderFloors(policies)]),
  ];
  return head + parts.join("\n");
}

/** One line per policy of which older versions are refused. */
function renderFloors(policies: readonly PolicyFloor[]): string {
  const rows = policies.map(({ name, minimumVersion }) => [escapeText(name), String(minimumVersion)]);
  return alignColumns([["POLICY", "COUNTS FROM VERSION"], ...rows]);
}

/** One line per authority: name, kind, thresholds, what it holds and until when its certificates are valid. */
function renderAuthorities(root: TrustRoot, at: Date): string {
  const rows = root.document.authorities.map((entry) => [
    escapeText(entry.name),
    entry.kind,
    thresholdsOf(entry),
    contentOf(root, entry),
    lastDayOf(root, entry, at),
  ]);
  return alignColumns([["AUTHORITY", "KIND", "ASKS FOR", "HOLDS", "CERTIFICATES VALID UNTIL"], ...rows]);
}

/**
 * Everything about one identity or authority.
 * @throws {AibomError} TRUST_IDENTITY_NOT_FOUND
 */
export function renderIdentity(root: TrustRoot, name: string, at: Date): string {
  const entry = root.document.authorities.find((each) => each.name === name);
  if (entry !== undefined) {
    return renderAuthority(root, entry, at);
  }
  const identity = findIdentity(root, name);
  const revocations = root.document.revocations.filter((each) => isAbout(each, identity));
  const rows = [
    ["name", escapeText(identity.name)],
    ["state", stateOf(root, identity, at)],
    ["usage", identity.usages.join(", ")],
    ["valid", windowOf(identity)],
    ...essenceRows(identity),
    ...(identity.comment === undefined ? [] : [["comment", escapeText(identity.comment)]]),
    ...revocations.map(({ revokedAt, reason }) => ["revoked", `${revokedAt}: ${escapeText(reason)}`]),
  ];
  return `${alignColumns(rows)}${identity.kind === "key" ? `\n${identity.publicKey.trimEnd()}\n` : ""}`;
}

function renderAuthority(root: TrustRoot, entry: AuthorityEntry, at: Date): string {
  const resting = root.document.identities.filter(
    (each) => each.kind !== "key" && each.authority === entry.name,
  );
  return alignColumns([
    ["name", escapeText(entry.name)],
    ["kind", entry.kind],
    ["asks for", thresholdsOf(entry)],
    ["holds", contentOf(root, entry)],
    ["valid until", lastDayOf(root, entry, at)],
    ["file", escapeText(entry.file)],
    ["sha256", entry.sha256],
    ["identities", resting.map((each) => escapeText(each.name)).join(", ") || "none"],
    ...(entry.comment === undefined ? [] : [["comment", escapeText(entry.comment)]]),
  ]);
}

function essenceRows(identity: Identity): string[][] {
  switch (identity.kind) {
    case "key":
      return [
        ["algorithm", identity.algorithm],
        ["key id", identity.keyId],
      ];
    case "sigstore":
      return [
        ["authority", escapeText(identity.authority)],
        identity.subjectAltName === undefined
          ? ["name glob", escapeText(identity.subjectAltNameGlob ?? "")]
          : ["alt name", escapeText(identity.subjectAltName)],
        ["issuer", escapeText(identity.issuer)],
      ];
    case "x509":
      return [
        ["authority", escapeText(identity.authority)],
        ...(identity.subject === undefined ? [] : [["subject", escapeText(identity.subject)]]),
        ...(identity.subjectAltName === undefined ? [] : [["alt name", escapeText(identity.subjectAltName)]]),
      ];
  }
}

function isAbout(revocation: Revocation, identity: Identity): boolean {
  return "identity" in revocation
    ? revocation.identity === identity.name
    : "keyId" in revocation && identity.kind === "key" && revocation.keyId === identity.keyId;
}

function groundOf(identity: Identity): string {
  return identity.kind === "key" ? identity.algorithm : escapeText(identity.authority);
}

function shortEssence(identity: Identity): string {
  switch (identity.kind) {
    case "key":
      return identity.keyId.slice(0, 16);
    case "sigstore":
      return identity.subjectAltName ?? `${identity.subjectAltNameGlob ?? ""} (glob)`;
    case "x509":
      return identity.subject ?? identity.subjectAltName ?? "";
  }
}

function thresholdsOf(entry: AuthorityEntry): string {
  return entry.kind === "sigstore"
    ? `${entry.thresholds.log} log, ${entry.thresholds.sct} sct, ${entry.thresholds.time} time`
    : "-";
}

function contentOf(root: TrustRoot, entry: AuthorityEntry): string {
  if (entry.kind === "sigstore") {
    const found = sigstoreOf(root, entry);
    const {
      certificateAuthorities = [],
      logs = [],
      ctLogs = [],
      timestampAuthorities = [],
    } = found?.root ?? {};
    return `${certificateAuthorities.length} ca, ${logs.length} log, ${ctLogs.length} ct, ${timestampAuthorities.length} tsa`;
  }
  const { certificates = [] } = certifiedOf(root, entry) ?? {};
  return counted(certificates.length, "certificate");
}

/** The last day of the certificate that lasts longest. */
function lastDayOf(root: TrustRoot, entry: AuthorityEntry, at: Date): string {
  const certificates =
    entry.kind === "sigstore"
      ? (sigstoreOf(root, entry)?.root.certificateAuthorities ?? []).flatMap((each) => each.certificates)
      : (certifiedOf(root, entry)?.certificates ?? []);
  const last = Math.max(...certificates.map((each) => each.notAfter.getTime()));
  if (!Number.isFinite(last)) {
    return "-";
  }
  const day = new Date(last).toISOString().slice(0, 10);
  return last < at.getTime() ? `${day} (expired)` : day;
}

function sigstoreOf(root: TrustRoot, entry: AuthorityEntry): SigstoreInstance | undefined {
  return root.authorities.sigstore.find((each) => each.entry.name === entry.name);
}

function certifiedOf(root: TrustRoot, entry: AuthorityEntry): CertificateAuthority | undefined {
  return [...root.authorities.ca, ...root.authorities.tsa].find((each) => each.entry.name === entry.name);
}

/** The whole document as JSON, with the digest of its file. */
export function renderTrustJson(root: TrustRoot): string {
  return `${JSON.stringify({ digest: formatDigest(root.digest), ...root.document }, null, 2)}\n`;
}

/**
 * One identity as JSON.
 * @throws {AibomError} TRUST_IDENTITY_NOT_FOUND
 */
export function renderIdentityJson(root: TrustRoot, name: string): string {
  const authority = root.document.authorities.find((each) => each.name === name);
  return `${JSON.stringify(authority ?? findIdentity(root, name), null, 2)}\n`;
}

function findIdentity(root: TrustRoot, name: string): Identity {
  const found = root.byName.get(name);
  if (found === undefined) {
    throw AibomError.of("TRUST_IDENTITY_NOT_FOUND", { name });
  }
  return found;
}

function stateOf(root: TrustRoot, identity: Identity, at: Date): string {
  const [usage] = identity.usages;
  const decision =
    usage === undefined ? { trusted: true as const } : root.check(identity, usage, { at, times: [] });
  if (decision.trusted) {
    return "valid";
  }
  switch (decision.code) {
    case "TRUST_KEY_REVOKED":
      return "revoked";
    case "TRUST_KEY_EXPIRED":
      return "expired";
    case "TRUST_KEY_NOT_YET_VALID":
      return "not yet valid";
    case "TRUST_USAGE_NOT_ALLOWED":
      return "without usage";
  }
}

function windowOf(identity: Identity): string {
  const { validFrom, validUntil } = identity;
  if (validFrom === undefined && validUntil === undefined) {
    return "always";
  }
  const from = validFrom === undefined ? "" : `from ${validFrom}`;
  const until = validUntil === undefined ? "" : `until ${validUntil}`;
  return [from, until].filter((part) => part !== "").join(" ");
}

function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}
