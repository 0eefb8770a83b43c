// SPDX-License-Identifier: Apache-2.0
// An organisation with a trust root and the keys to publish it, and the means to forge what it published: any file
// can be changed and signed again with any keys. Canonical JSON is written here on its own, not taken from src.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { generateKey, type KeyType } from "../../src/signers/generate-key.ts";
import { keySigner, parsePrivateKey } from "../../src/signers/key.ts";
import type { Signer } from "../../src/signers/signer.ts";
import { serializeTrustDocument } from "../../src/trust/document.ts";
import { addIdentity, emptyTrustDocument } from "../../src/trust/edit.ts";
import { type Publication, publishTrustRepository } from "../../src/trust/tuf/publish.ts";
import { draftRoot, type RoleKeys, signRoot } from "../../src/trust/tuf/root.ts";
import { directorySource } from "../../src/trust/tuf/source.ts";
import { type TrustUpdate, type UpdateOptions, updateTrustRoot } from "../../src/trust/tuf/update.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

/** The time of these tests. */
export const at = new Date("2027-03-01T12:00:00Z");
export const day = (count: number): Date => new Date(at.getTime() + count * 86_400_000);

export function makeSigner(type: KeyType = "ed25519"): Signer {
  return keySigner(parsePrivateKey(generateKey(type).privatePem));
}

/** Keys of an organisation: three for root, of which two must sign, and one for each other role. */
export interface Keys {
  readonly root: readonly Signer[];
  readonly targets: Signer;
  readonly snapshot: Signer;
  readonly timestamp: Signer;
}

export function makeKeys(): Keys {
  return {
    root: [makeSigner("ecdsa-p256"), makeSigner(), makeSigner("ecdsa-p256")],
    targets: makeSigner("ecdsa-p256"),
    snapshot: makeSigner(),
    timestamp: makeSigner(),
  };
}

export const online = (keys: Keys): Signer[] => [keys.targets, keys.snapshot, keys.timestamp];

export function roleKeys(
  keys: Keys,
  rootThreshold = 2,
): Record<"root" | "targets" | "snapshot" | "timestamp", RoleKeys> {
  const one = (signer: Signer): RoleKeys => ({ publicKeys: [signer.publicKeyPem], threshold: 1 });
  return {
    root: { publicKeys: keys.root.map((each) => each.publicKeyPem), threshold: rootThreshold },
    targets: one(keys.targets),
    snapshot: one(keys.snapshot),
    timestamp: one(keys.timestamp),
  };
}

export interface Organisation {
  readonly keys: Keys;
  /** The published trust root's source directory. */
  readonly trust: string;
  readonly repository: string;
  /** Root version 1, complete. */
  readonly root: Uint8Array;
}

/** Writes files below a directory. */
export function writeFiles(directory: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    writeFileSync(path, content, { mode: 0o644 });
  }
}

/** The bytes of a trust.json that trusts one new key under a name. */
export function trustDocument(name: string, key: Signer = makeSigner("ecdsa-p256")): Uint8Array {
  return serializeTrustDocument(
    addIdentity(emptyTrustDocument, { name, publicKey: key.publicKeyPem, usages: ["model"] }),
  );
}

/** A complete root of these keys; the first of them sign, as many as the threshold asks for. */
export async function completeRoot(
  keys: Keys,
  options: {
    previous?: Uint8Array;
    signers?: readonly Signer[];
    expires?: Date;
    rootThreshold?: number;
  } = {},
): Promise<Uint8Array> {
  const { previous, expires = day(365), rootThreshold = 2 } = options;
  let root = draftRoot({
    roles: roleKeys(keys, rootThreshold),
    expires,
    at,
    ...(previous === undefined ? {} : { previous }),
  });
  for (const signer of options.signers ?? keys.root.slice(0, rootThreshold)) {
    root = await signRoot(root, signer, previous);
  }
  return root;
}

/** An organisation that has published a trust root of three files. */
export async function makeOrganisation(t: TestContext): Promise<Organisation> {
  const base = temporaryDirectory(t);
  const keys = makeKeys();
  const organisation = {
    keys,
    trust: join(base, "org-trust"),
    repository: join(base, "repository"),
    root: await completeRoot(keys),
  };
  writeFiles(organisation.trust, {
    "trust.json": trustDocument("release"),
    "authorities/sigstore.json": '{"mediaType":"example"}\n',
    "authorities/ca.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  });
  await publish(organisation, { root: organisation.root });
  return organisation;
}

export function publish(
  { keys, trust, repository }: Organisation,
  options: { root?: Uint8Array; at?: Date; expires?: Date; signers?: readonly Signer[] } = {},
): Promise<Publication> {
  const expires = options.expires ?? day(30);
  return publishTrustRepository({
    trustDirectory: trust,
    out: repository,
    signers: options.signers ?? online(keys),
    expires: { targets: expires, snapshot: expires, timestamp: expires },
    at: options.at ?? at,
    ...(options.root === undefined ? {} : { root: options.root }),
  });
}

export function update(
  organisation: Organisation,
  trustDirectory: string,
  options: Partial<UpdateOptions> = {},
): Promise<TrustUpdate> {
  return updateTrustRoot({
    trustDirectory,
    source: directorySource(organisation.repository),
    at,
    root: organisation.root,
    ...options,
  });
}

/** Any JSON: forging means assigning what no type would allow. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyJson = any;

/**
 * Changes the signed part of a published file and signs it again, whatever sense that makes.
 * @param signers key id in the file and key that signs
 */
export async function forge(
  file: string,
  change: (signed: AnyJson) => void,
  signers: readonly (readonly [id: string, signer: Signer])[],
): Promise<void> {
  const metadata = JSON.parse(readFileSync(file, "utf8"));
  change(metadata.signed);
  const data = Buffer.from(canonical(metadata.signed));
  metadata.signatures = [];
  for (const [keyid, signer] of signers) {
    metadata.signatures.push({ keyid, sig: Buffer.from(await signer.sign(data)).toString("hex") });
  }
  writeFileSync(file, JSON.stringify(metadata));
}

/** The ids that a root file gives to a role. */
export function idsOf(root: Uint8Array | string, role: string): string[] {
  const text = typeof root === "string" ? readFileSync(root, "utf8") : Buffer.from(root).toString();
  return JSON.parse(text).signed.roles[role].keyids;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, each]) => `${canonical(name)}:${canonical(each)}`).join(",")}}`;
  }
  return typeof value === "string"
    ? `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`
    : JSON.stringify(value);
}
