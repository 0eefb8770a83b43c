// SPDX-License-Identifier: Apache-2.0
// Trust roots in memory, with authorities: what `aibom trust import` and `trust add` would have written.

import { createHash } from "node:crypto";
import type { Usage } from "../../src/model/evidence.ts";
import type { Thresholds } from "../../src/trust/authorities.ts";
import { parseTrustDocument, serializeTrustDocument } from "../../src/trust/document.ts";
import {
  addAuthority,
  addCertifiedIdentity,
  addIdentity,
  emptyTrustDocument,
  type NewKeyIdentity,
} from "../../src/trust/edit.ts";
import type { SigstoreIdentity, X509Identity } from "../../src/trust/identities.ts";
import type { Revocation } from "../../src/trust/revocations.ts";
import { parseSigstoreRoot } from "../../src/trust/sigstore-root.ts";
import { type Authorities, buildTrustRoot, type TrustRoot } from "../../src/trust/trust-root.ts";
import { parseCertificates } from "../../src/x509/certificate.ts";

type Named<T extends { readonly name: string }> = Omit<T, "kind" | "authority" | "usages" | "name"> & {
  readonly name?: string;
  readonly usages?: readonly Usage[];
};

export interface TrustParts {
  readonly keys?: readonly (Partial<NewKeyIdentity> & { readonly publicKey: string })[];
  readonly sigstore?: readonly {
    readonly root: Uint8Array;
    readonly thresholds?: Thresholds;
    readonly identities: readonly Named<SigstoreIdentity>[];
  }[];
  readonly ca?: readonly {
    readonly pem: string;
    readonly signingAuthority?: true;
    readonly validFrom?: string;
    readonly validUntil?: string;
    readonly identities: readonly Named<X509Identity>[];
  }[];
  readonly tsa?: readonly {
    readonly pem: string;
    readonly validFrom?: string;
    readonly validUntil?: string;
  }[];
  readonly revocations?: readonly Revocation[];
}

const usages: readonly Usage[] = ["model", "bom", "statement"];

/** Names: `signer-N` for identities, `sigstore-N`, `ca-N` and `tsa-N` for authorities, from 0. */
export function trustWith(parts: TrustParts): TrustRoot {
  const { keys = [], sigstore = [], ca = [], tsa = [], revocations = [] } = parts;
  let document = emptyTrustDocument;
  let count = 0;
  const name = (): string => `signer-${count++}`;
  for (const key of keys) {
    document = addIdentity(document, { name: name(), usages, ...key });
  }
  sigstore.forEach(({ root, thresholds = { log: 1, sct: 1, time: 1 }, identities }, index) => {
    const authority = `sigstore-${index}`;
    document = addAuthority(document, {
      name: authority,
      kind: "sigstore",
      bytes: root,
      thresholds,
    }).document;
    for (const identity of identities) {
      document = addCertifiedIdentity(document, {
        name: name(),
        usages,
        ...identity,
        kind: "sigstore",
        authority,
      });
    }
  });
  ca.forEach(({ pem, identities, ...window }, index) => {
    const authority = `ca-${index}`;
    const bytes = Buffer.from(pem);
    document = addAuthority(document, { name: authority, kind: "ca", bytes, ...window }).document;
    for (const identity of identities) {
      document = addCertifiedIdentity(document, {
        name: name(),
        usages,
        ...identity,
        kind: "x509",
        authority,
      });
    }
  });
  tsa.forEach(({ pem, ...window }, index) => {
    const bytes = Buffer.from(pem);
    document = addAuthority(document, { name: `tsa-${index}`, kind: "tsa", bytes, ...window }).document;
  });
  const bytes = serializeTrustDocument({ ...document, revocations });
  const parsed = parseTrustDocument(bytes);
  const hex = createHash("sha256").update(bytes).digest("hex");
  const digest = { algorithm: "sha256", hex } as const;
  return buildTrustRoot(
    "trust",
    digest,
    parsed.document,
    parsed.identities,
    authoritiesOf(parsed.document, parts),
  );
}

function authoritiesOf(
  document: TrustRoot["document"],
  { sigstore = [], ca = [], tsa = [] }: TrustParts,
): Authorities {
  const entryOf = <K extends "sigstore" | "ca" | "tsa">(kind: K, index: number) =>
    document.authorities.find((each) => each.name === `${kind}-${index}`) as Extract<
      TrustRoot["document"]["authorities"][number],
      { kind: K }
    >;
  return {
    sigstore: sigstore.map(({ root }, index) => ({
      entry: entryOf("sigstore", index),
      root: parseSigstoreRoot(root, "trusted_root.json"),
    })),
    ca: ca.map(({ pem }, index) => ({
      entry: entryOf("ca", index),
      certificates: parseCertificates(pem, 16),
    })),
    tsa: tsa.map(({ pem }, index) => ({
      entry: entryOf("tsa", index),
      certificates: parseCertificates(pem, 16),
    })),
  };
}
