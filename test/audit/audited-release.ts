// SPDX-License-Identifier: Apache-2.0
// A signed release with an auditor whom the trust root names, and its report.

import { readFileSync } from "node:fs";
import { type AuditReport, auditReport } from "../../src/audit-report.ts";
import type { ReportOptions } from "../../src/audit-report-options.ts";
import type { SignerRequest } from "../../src/signers/choose-signer.ts";
import { at, type Release, signedRelease, trust, writeKey } from "../use-cases/release.ts";

export interface AuditedRelease extends Release {
  readonly seal: SignerRequest;
  report(options?: Partial<ReportOptions>, targets?: readonly string[]): Promise<AuditReport>;
}

export async function auditedRelease(directory: string): Promise<AuditedRelease> {
  const release = await signedRelease(directory);
  const auditor = writeKey(directory, "auditor");
  const publicPem = await publicPemOf(release.key);
  trust(release.trustRoot, [
    { name: "release", publicPem },
    { name: "auditor", publicPem: auditor.publicPem, usages: ["report"] },
  ]);
  const seal: SignerRequest = { signer: { kind: "key", key: auditor.path }, at };
  return {
    ...release,
    seal,
    report: (options = {}, targets = release.targets) =>
      auditReport(targets, {
        trustRoot: release.trustRoot,
        at,
        bom: release.bom,
        toolVersion: "0.0.0",
        verifierId: "https://aibom.dev/verify",
        seal,
        ...options,
      }),
  };
}

async function publicPemOf(key: string): Promise<string> {
  const { createPublicKey } = await import("node:crypto");
  return createPublicKey(readFileSync(key)).export({ type: "spki", format: "pem" }).toString();
}

/** A file of a report. */
export function fileOf({ files }: AuditReport, path: string): Buffer {
  const file = files.find((each) => each.path === path);
  if (file === undefined) {
    throw new Error(`no ${path} among ${files.map((each) => each.path).join(", ")}`);
  }
  return Buffer.concat(file.pieces);
}

/** All files but those of the seal, as text that can be compared. */
export function unsealedOf({ files }: AuditReport): readonly string[] {
  return files
    .filter(({ path }) => !path.startsWith("seal/"))
    .map(({ path, pieces }) => `${path}\n${Buffer.concat(pieces).toString("base64")}`);
}
