// SPDX-License-Identifier: Apache-2.0
// The BOM of a report: the one that was given, byte for byte, or one that is made of what the gate has just read.

import { basename } from "node:path";
import { digestOfFile, type FolderFile } from "./audit/folder-file.ts";
import { optional } from "./audit/optional.ts";
import { auditPaths, type RecordedInput } from "./audit/record.ts";
import { redactArtifact } from "./audit/redact-examination.ts";
import type { Redactor } from "./audit/redaction.ts";
import type { ReportOptions } from "./audit-report-options.ts";
import { buildBomPieces } from "./bom/build.ts";
import type { SystemGraph } from "./bom/system-graph.ts";
import { isJsonObject, type JsonObject, parseJson } from "./bytes/json.ts";
import type { OpenedSystem } from "./inventory-system.ts";
import { limits } from "./limits.ts";
import type { Artifact } from "./model/artifact.ts";
import type { Examination } from "./verify.ts";
import type { ReadDocument } from "./verify-options.ts";

export interface ReportedBom {
  readonly document: JsonObject;
  /** Its bytes, in order. */
  readonly pieces: readonly Uint8Array[];
  /** Hexadecimal. */
  readonly sha256: string;
  /** The one that was made; one that was given is among the documents that were read. */
  readonly files: readonly FolderFile[];
  readonly inputs: readonly RecordedInput[];
}

/** The BOM that was given, else one that is made of what was just read: nothing is hashed again. */
export async function bomOf(
  { targets, bom }: Examination,
  documents: readonly ReadDocument[],
  redactor: Redactor,
  { system, at, toolVersion, title }: ReportOptions,
): Promise<ReportedBom> {
  if (bom !== undefined) {
    const bytes = documents.find(({ role }) => role === "bom")?.bytes ?? new Uint8Array();
    return { document: bom.document, pieces: [bytes], sha256: bom.gated.digest.hex, files: [], inputs: [] };
  }
  const wholes = targets.map(({ whole }) => redactArtifact(redactor, whole));
  const pieces = await buildBomPieces(wholes, {
    specVersion: "1.7",
    toolVersion,
    timestamp: new Date(Math.floor(at.getTime() / 1000) * 1000),
    ...optional("name", system === undefined ? title : undefined),
    ...optional("system", system === undefined ? undefined : graphOf(system, wholes)),
  });
  const file = { path: auditPaths.bom, pieces };
  const sha256 = digestOfFile(file);
  const document = parseJson(Buffer.concat(pieces), {
    path: auditPaths.bom,
    maxBytes: limits.maxBomBytes,
    maxDepth: limits.maxJsonDepth,
  });
  return {
    document: isJsonObject(document) ? document : {},
    pieces,
    sha256,
    files: [file],
    inputs: [
      {
        kind: "bom",
        name: basename(auditPaths.bom),
        digest: `sha256:${sha256}`,
        path: file.path,
      },
    ],
  };
}

function graphOf({ system }: OpenedSystem, artifacts: readonly Artifact[]): SystemGraph {
  const { members, ...rest } = system;
  return {
    ...rest,
    members: artifacts.map((artifact, index) => ({
      name: members[index]?.name ?? artifact.name,
      needs: members[index]?.needs ?? [],
      artifact,
    })),
  };
}
