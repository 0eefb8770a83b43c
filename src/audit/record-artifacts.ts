// SPDX-License-Identifier: Apache-2.0
// The artifacts of a record: what the verifiers proved about each, and which component of the BOM it is.

import { contentKey } from "../bom/refs.ts";
import { digestOf } from "../model/digest.ts";
import type { SignatureEvidence } from "../model/evidence.ts";
import { packagePurl } from "../model/package-url.ts";
import type { Severity } from "../model/severity.ts";
import { severities } from "../model/severity.ts";
import type { RuleStatus, Verdict } from "../model/verdict.ts";
import { compareText } from "../policy/finding-order.ts";
import type { GatedArtifact } from "../policy/rule.ts";
import {
  auditPaths,
  type EvidenceGrade,
  type RecordedArtifact,
  type RecordedEvidence,
  type RecordedSigner,
} from "./record.ts";
import type { ChainNode, SupplyChain } from "./supply-chain.ts";

/** Where the file of a signature lies in the folder. */
export type PlaceOf = (manifest: string, signature: string) => string | undefined;

export interface ArtifactParts {
  readonly verdict: Verdict;
  readonly chain: SupplyChain;
  /** True if a trusted identity signed the BOM: then what equals it is vouched for. */
  readonly isBomSigned: boolean;
  readonly placeOf: PlaceOf;
  /** The ref of the component that the artifact was compared with, if the BOM gives it one. */
  readonly comparedWith: (artifact: GatedArtifact) => string | undefined;
}

/** The artifacts in the order in which they were gated; each with its own ref. */
export function recordArtifacts(
  artifacts: readonly GatedArtifact[],
  parts: ArtifactParts,
): readonly RecordedArtifact[] {
  const refs = new ArtifactRefs(parts.chain);
  const statuses = worstStatuses(parts.verdict);
  const counts = findingCounts(parts.verdict);
  return artifacts.map((gated) => {
    const { artifact, manifest } = gated;
    const { ref, node } = refs.of(gated, parts.comparedWith(gated));
    const version = node?.version ?? artifact.package?.version;
    const purl = node?.purl ?? (artifact.package === undefined ? undefined : packagePurl(artifact.package));
    return {
      ref,
      name: artifact.name,
      kind: artifact.kind,
      ...(version === undefined ? {} : { version }),
      ...(purl === undefined ? {} : { purl }),
      licenses: node?.licenses ?? [],
      ...(node?.supplier === undefined ? {} : { supplier: node.supplier }),
      files: artifact.files.length,
      bytes: artifact.files.reduce((sum, { size }) => sum + size, 0),
      manifest: `sha256:${manifest.hex}`,
      receipt: `${auditPaths.receipts}/${manifest.hex}`,
      evidence: evidenceOf(gated, parts.isBomSigned),
      status: statuses.get(artifact.name) ?? "not-applicable",
      signers: recordSigners(gated.signatures, (signature) => parts.placeOf(manifest.hex, signature)),
      findings: counts.get(artifact.name) ?? {},
    };
  });
}

/** Which component of the BOM an artifact is: the one that it was compared with, else the one of its digest. */
class ArtifactRefs {
  readonly #nodes: SupplyChain["nodes"];
  readonly #byDigest = new Map<string, ChainNode[]>();
  readonly #used = new Map<string, number>();

  constructor({ nodes }: SupplyChain) {
    this.#nodes = nodes;
    for (const node of nodes.values()) {
      for (const digest of node.digests) {
        this.#byDigest.set(digest, [...(this.#byDigest.get(digest) ?? []), node]);
      }
    }
  }

  of(
    { artifact, manifest }: GatedArtifact,
    comparedWith: string | undefined,
  ): { readonly ref: string; readonly node?: ChainNode } {
    const [file, ...others] = artifact.files;
    const digests = [
      ...(artifact.images ?? []).map(({ digest }) => digest.replace(/^sha256:/, "")),
      manifest.hex,
      ...(others.length === 0 ? [digestOf(file?.digests ?? [], "sha256") ?? ""] : []),
    ];
    const found = digests.flatMap((digest) => this.#byDigest.get(digest) ?? []);
    const compared = comparedWith === undefined ? undefined : this.#nodes.get(comparedWith);
    if (compared !== undefined) {
      found.push(compared);
    }
    const free = found.filter(({ ref }) => !this.#used.has(ref));
    const node = free.find(({ name }) => name === artifact.name) ?? free[0];
    const wanted = node?.ref ?? `artifact:${contentKey(artifact.kind, artifact.name, manifest.hex)}`;
    const count = (this.#used.get(wanted) ?? 0) + 1;
    this.#used.set(wanted, count);
    return { ref: count === 1 ? wanted : `${wanted}~${count}`, ...(node === undefined ? {} : { node }) };
  }
}

function evidenceOf(
  { artifact, signatures, digests }: GatedArtifact,
  isBomSigned: boolean,
): RecordedEvidence {
  const own = signatures.filter(({ usage }) => usage === "model");
  const signed = new Set(own.flatMap(({ covers }) => covers));
  const inBom = new Set(digests.flatMap(({ covers }) => covers));
  const paths = artifact.files.map(({ path }) => path);
  const isVouchedFor = (path: string): boolean => signed.has(path) || (isBomSigned && inBom.has(path));
  const isComputed = artifact.isGivenByDigest !== true && paths.length > 0;
  const grade: EvidenceGrade =
    isComputed && paths.every(isVouchedFor) ? "recomputed" : own.length > 0 ? "signed" : "claim";
  return {
    grade,
    signedFiles: paths.filter((path) => signed.has(path)).length,
    bomFiles: paths.filter((path) => inBom.has(path)).length,
    isRead: artifact.complete && artifact.files.every(({ status }) => status !== "unverified"),
  };
}

/** Signers with their times, each signature once. */
export function recordSigners(
  signatures: readonly SignatureEvidence[],
  placeOf: (signature: string) => string | undefined,
): readonly RecordedSigner[] {
  return signatures
    .map((evidence): RecordedSigner => {
      const { signer, usage, predicateType, logEntries, signature } = evidence;
      const { identity, method, keyId, algorithm, certificate } = signer;
      const path = placeOf(signature);
      return {
        identity,
        usage,
        method,
        keyId,
        algorithm,
        ...(certificate === undefined
          ? {}
          : {
              certificate: { authority: certificate.authority, fingerprint: certificate.fingerprint },
            }),
        predicateType,
        ...(path === undefined ? {} : { path }),
        times: evidence.times
          .map(({ time, source, authority }) => ({ time: time.toISOString(), source, authority }))
          .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b))),
        logEntries,
      };
    })
    .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
}

const gravity: readonly RuleStatus[] = ["fail", "undecided", "waived", "pass", "not-applicable"];

/** How the enforcing rules ended for each artifact, by name: the worst. */
function worstStatuses({ rules }: Verdict): ReadonlyMap<string, RuleStatus> {
  const worst = new Map<string, RuleStatus>();
  for (const { mode, subjects = [] } of rules) {
    for (const { name, status } of mode === "enforce" ? subjects : []) {
      const known = worst.get(name) ?? "not-applicable";
      worst.set(name, gravity.indexOf(status) < gravity.indexOf(known) ? status : known);
    }
  }
  return worst;
}

function findingCounts({ findings }: Verdict): ReadonlyMap<string, RecordedArtifact["findings"]> {
  const counts = new Map<string, Map<Severity, number>>();
  for (const { subject, severity } of findings) {
    const known = counts.get(subject) ?? new Map<Severity, number>();
    known.set(severity, (known.get(severity) ?? 0) + 1);
    counts.set(subject, known);
  }
  return new Map(
    [...counts].map(([subject, known]) => [
      subject,
      Object.fromEntries(severities.flatMap((each) => (known.has(each) ? [[each, known.get(each)]] : []))),
    ]),
  );
}
