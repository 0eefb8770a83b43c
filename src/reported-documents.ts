// SPDX-License-Identifier: Apache-2.0
// The documents of a report: what was read for all artifacts and what for one, the trust root, and the decisions.

import { basename, join } from "node:path";
import { type InputDocument, requireSame } from "./audit/document-files.ts";
import { digestOfFile, type FolderFile, textFile } from "./audit/folder-file.ts";
import { auditPaths, type RecordedInput } from "./audit/record.ts";
import type { ReportOptions } from "./audit-report-options.ts";
import { limits } from "./limits.ts";
import { formatDigest } from "./model/digest.ts";
import type { Verdict } from "./model/verdict.ts";
import { baselineText } from "./policy/baseline.ts";
import { compareText } from "./policy/finding-order.ts";
import { jsonReporter } from "./report/reporters/json.ts";
import { verdictStatements } from "./signers/verdict-statement.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { targetName } from "./sources/target.ts";
import { trustFileName } from "./trust/load.ts";
import type { TrustRoot } from "./trust/trust-root.ts";
import type { Examination } from "./verify.ts";
import type { ReadDocument } from "./verify-options.ts";

/** What is about no target of its own; a signature of the supplier register is, by its target. */
export function isAboutAll({ target }: ReadDocument, targets: readonly string[]): boolean {
  return target === undefined || !targets.includes(target);
}

/** Of the documents of one target those about one of its artifacts: images have signatures of their own. */
export function documentsAbout(
  documents: readonly ReadDocument[],
  artifact: string,
): readonly ReadDocument[] {
  return documents.filter(({ image }) => (image ?? artifact) === artifact);
}

/** The built-in policy is no file: its text is. */
export function policyText({ policy }: Examination): readonly InputDocument[] {
  const bytes = Buffer.from(baselineText);
  return digestOfFile({ path: "", pieces: [bytes] }) === policy.digest.hex
    ? [{ role: "policy", name: "builtin-baseline.yaml", bytes }]
    : [];
}

/** trust.json and what it names, which are the public parts; nothing else of its directory. */
export function trustRootFiles({ directory, digest, document }: TrustRoot): readonly InputDocument[] {
  const read = (name: string, sha256: string): Uint8Array => {
    const path = join(directory, name);
    return requireSame(readBounded(path, limits.maxPolicyBytes), sha256, path);
  };
  return [
    { role: "trust-root", name: trustFileName, bytes: read(trustFileName, digest.hex) },
    ...document.authorities.map(({ file, sha256 }) => ({
      role: "authority",
      name: file,
      bytes: read(file, sha256),
    })),
  ];
}

export function optionalInputs({ previousBom, systemFile }: ReportOptions): readonly InputDocument[] {
  return [
    ...(previousBom === undefined
      ? []
      : [
          {
            role: "previous-bom",
            name: basename(previousBom),
            bytes: readBounded(previousBom, limits.maxBomBytes),
          },
        ]),
    ...(systemFile === undefined
      ? []
      : [
          {
            role: "system",
            name: basename(systemFile),
            bytes: readBounded(systemFile, limits.maxPolicyBytes),
          },
        ]),
  ];
}

/** An export has gigabytes: it is named by its digest. */
export function osvInput({ inputs }: Verdict, { osv }: ReportOptions): readonly RecordedInput[] {
  return inputs.osv === undefined || osv === undefined
    ? []
    : [{ kind: "osv", name: targetName(osv), digest: formatDigest(inputs.osv) }];
}

export function sortInputs(inputs: readonly RecordedInput[]): readonly RecordedInput[] {
  return [...inputs].sort(
    (a, b) => compareText(a.kind, b.kind) || compareText(a.name, b.name) || compareText(a.digest, b.digest),
  );
}

/** Statements are unsigned: a signature is never the same twice. The seal covers them. */
export function decisionFiles(
  verdict: Verdict,
  { verifierId: id, toolVersion }: ReportOptions,
): readonly FolderFile[] {
  const verifier = { id, version: toolVersion, verifiedAt: new Date(verdict.at) };
  const lines = (kind: "vsa" | "svr"): string =>
    verdictStatements(kind, verdict, verifier)
      .map((statement) => `${Buffer.from(statement).toString()}\n`)
      .join("");
  return [
    textFile(auditPaths.verdict, jsonReporter.render(verdict, {})),
    textFile(auditPaths.vsa, lines("vsa")),
    textFile(auditPaths.svr, lines("svr")),
  ];
}
