// SPDX-License-Identifier: Apache-2.0
// The trust root as text and JSON for `aibom trust list` and `show`.

import { decodeUtf8 } from "../bytes/utf8.ts";
import { escapeText } from "../codes/escape.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { formatDigest } from "../model/digest.ts";
import { readBounded } from "../sources/read-bounded.ts";
import type { Identity, TrustRoot } from "../trust/trust-root.ts";

/**
 * The text of a public key file.
 * @throws {AibomError} SOURCE_*, TEXT_NOT_UTF8
 */
export function readPublicKeyText(path: string): string {
  return decodeUtf8(readBounded(path, limits.maxKeyBytes), path);
}

/** One line per identity: name, state, usages, algorithm, window, key id. */
export function renderTrustList(root: TrustRoot, at: Date): string {
  const { identities } = root.document;
  const head = `trust root ${escapeText(root.directory)}, ${formatDigest(root.digest)}\n`;
  if (identities.length === 0) {
    return `${head}no identity is trusted yet; add one with \`aibom trust add NAME --key FILE\`\n`;
  }
  const rows = identities.map((identity) => [
    escapeText(identity.name),
    stateOf(root, identity, at),
    identity.usages.join(","),
    identity.algorithm,
    windowOf(identity),
    identity.keyId.slice(0, 16),
  ]);
  return head + alignColumns([["NAME", "STATE", "USAGE", "ALGORITHM", "VALID", "KEY ID"], ...rows]);
}

/**
 * Everything about one identity.
 * @throws {AibomError} TRUST_IDENTITY_NOT_FOUND
 */
export function renderIdentity(root: TrustRoot, name: string, at: Date): string {
  const identity = findIdentity(root, name);
  const revocation = root.document.revocations.find((each) => each.keyId === identity.keyId);
  const rows = [
    ["name", escapeText(identity.name)],
    ["state", stateOf(root, identity, at)],
    ["usage", identity.usages.join(", ")],
    ["algorithm", identity.algorithm],
    ["valid", windowOf(identity)],
    ["key id", identity.keyId],
    ...(identity.comment === undefined ? [] : [["comment", escapeText(identity.comment)]]),
    ...(revocation === undefined
      ? []
      : [["revoked", `${revocation.revokedAt}: ${escapeText(revocation.reason)}`]]),
  ];
  return `${alignColumns(rows)}\n${identity.publicKey.trimEnd()}\n`;
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
  return `${JSON.stringify(findIdentity(root, name), null, 2)}\n`;
}

function findIdentity(root: TrustRoot, name: string): Identity {
  const found = root.byName.get(name);
  if (found === undefined) {
    throw AibomError.of("TRUST_IDENTITY_NOT_FOUND", { name });
  }
  return found.identity;
}

function stateOf(root: TrustRoot, identity: Identity, at: Date): string {
  const [usage] = identity.usages;
  const decision = usage === undefined ? { trusted: true as const } : root.check(identity, usage, at);
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
