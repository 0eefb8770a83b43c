// SPDX-License-Identifier: Apache-2.0
// What `aibom inventory` says besides the BOM: per artifact what was found, and whether it is complete. Text
// is talk and goes to stderr; JSON is data and goes to stdout, unless the BOM itself is there.

import { createHash } from "node:crypto";
import { fileManifest } from "../bom/file-manifest.ts";
import { escapeText } from "../codes/escape.ts";
import { AibomError } from "../errors.ts";
import type { Artifact, ArtifactPart } from "../model/artifact.ts";
import { counted } from "../report/counted.ts";
import { renderFindings } from "../report/finding-text.ts";
import { findingJson } from "../report/json-shape.ts";
import { plainStyle, type Style, type TextOptions } from "../report/style.ts";
import type { LoggedEvent } from "./custody.ts";
import { refuseForeignFile, refuseForeignSinks } from "./overwrite.ts";
import { formatBytes } from "./progress.ts";
import { type Session, textOptions } from "./session.ts";
import { parseSinks, type Sink } from "./sinks.ts";
import { writeFileAtomic } from "./write-file.ts";

type InventoryFormat = "text" | "json";

/** A finished inventory. */
export interface InventoryResult {
  readonly artifacts: readonly Artifact[];
  /** The BOM's text in pieces, in order. */
  readonly bom: readonly Uint8Array[];
  /** Where the BOM goes; undefined is stdout. */
  readonly path: string | undefined;
}

/** The inventory as an event of the custody log: what lies on disk, under the digest that verdicts give it, and the BOM. */
export function inventoryEvent(artifacts: readonly Artifact[], bom: readonly Uint8Array[]): LoggedEvent {
  const hash = createHash("sha256");
  for (const piece of bom) {
    hash.update(piece);
  }
  return {
    type: "inventory",
    subject: artifacts.map(({ name, files }) => ({ name, digest: { sha256: fileManifest(files).hex } })),
    outputs: [{ name: "bom", digest: { sha256: hash.digest("hex") } }],
  };
}

/**
 * The sinks of `--format`, checked against the place of the BOM.
 * @throws {AibomError} CLI_FORMAT_INVALID, CLI_OUTPUT_FOREIGN
 */
export function inventorySinks(
  format: string,
  bomPath: string | undefined,
): readonly Sink<InventoryFormat>[] {
  const sinks = parseSinks(format, ["text", "json"]);
  if (bomPath === undefined && sinks.some((sink) => sink.format === "json" && sink.path === undefined)) {
    throw AibomError.of("CLI_FORMAT_INVALID", {
      format: JSON.stringify(format),
      reason: "the BOM goes to stdout already; write it to a file with -o, or the report with json=FILE",
    });
  }
  if (bomPath !== undefined && sinks.some((sink) => sink.path === bomPath)) {
    throw AibomError.of("CLI_FORMAT_INVALID", {
      format: JSON.stringify(format),
      reason: "the report would replace the BOM",
    });
  }
  refuseForeignSinks(sinks);
  if (bomPath !== undefined) {
    refuseForeignFile(bomPath, "BOM");
  }
  return sinks;
}

/**
 * Writes BOM and reports: files first, then the streams.
 * @throws {AibomError} CLI_OUTPUT_*
 */
export async function deliverInventory(
  session: Session,
  sinks: readonly Sink<InventoryFormat>[],
  result: InventoryResult,
): Promise<void> {
  if (result.path !== undefined) {
    writeFileAtomic(result.path, result.bom);
  }
  for (const { format, path } of sinks) {
    if (path !== undefined) {
      writeFileAtomic(path, render(format, result, { style: plainStyle, width: 100 }));
    }
  }
  if (result.path === undefined) {
    for (const piece of result.bom) {
      await session.stdout.write(piece);
    }
  }
  for (const { format, path } of sinks) {
    if (path === undefined && format === "json") {
      await session.stdout.write(render(format, result, {}));
    } else if (path === undefined && isWorthSaying(session, result)) {
      const options = await textOptions(session, session.stderr);
      await session.stderr.write(render(format, result, options));
    }
  }
}

/** `--quiet` silences good news only. */
function isWorthSaying(session: Session, { artifacts }: InventoryResult): boolean {
  return (
    !session.options.quiet || artifacts.some((artifact) => !artifact.complete || artifact.findings.length > 0)
  );
}

function render(format: InventoryFormat, result: InventoryResult, options: TextOptions): string {
  return format === "json" ? `${JSON.stringify(resultJson(result), null, 2)}\n` : renderText(result, options);
}

function renderText({ artifacts, path }: InventoryResult, options: TextOptions): string {
  const { style = plainStyle, width = 100 } = options;
  const sections = artifacts.map((artifact) => {
    const { parts = [] } = artifact;
    const kind = parts.length === 0 ? artifact.kind : countedKinds(parts);
    const head = `${style.bold(escapeText(artifact.name))}: ${kind}, ${extent(artifact, style)}\n`;
    const shown = parts.slice(0, maxPartLines).map((part) => `  ${partLine(part, style)}\n`);
    const rest = parts.length > shown.length ? `  and ${parts.length - shown.length} more\n` : "";
    return head + shown.join("") + rest + renderFindings(artifact.findings, style, width, { max: 50 });
  });
  const tail = path === undefined ? "" : `wrote ${escapeText(path)}\n`;
  return sections.join("") + tail;
}

/** Models of a store that have a line of their own in the text; the BOM and the JSON report have all. */
const maxPartLines = 100;

function partLine(part: ArtifactPart, style: Style): string {
  const revision = part.package === undefined ? "" : ` @ ${part.package.version.slice(0, 12)}`;
  return `${style.bold(escapeText(part.name))}${revision}: ${part.kind}, ${extent(part, style)}`;
}

function extent({ files, complete }: Pick<Artifact, "files" | "complete">, style: Style): string {
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const state = complete ? style.allow("complete") : style.undecided("incomplete");
  return `${counted(files.length, "file")}, ${formatBytes(bytes)}, ${state}`;
}

/** `2 models, 1 dataset` */
function countedKinds(parts: readonly ArtifactPart[]): string {
  const counts = [...Map.groupBy(parts, ({ kind }) => kind)];
  return counts.map(([kind, { length }]) => `${counted(length, kind)}`).join(", ");
}

/** The report as JSON. */
function resultJson({ artifacts, bom }: InventoryResult): object {
  return {
    complete: artifacts.every((artifact) => artifact.complete),
    bom: { digest: `sha256:${sha256Hex(bom)}` },
    artifacts: artifacts.map((artifact) => ({
      name: artifact.name,
      kind: artifact.kind,
      files: artifact.files.length,
      bytes: artifact.files.reduce((sum, file) => sum + file.size, 0),
      complete: artifact.complete,
      ignored: artifact.ignored.map(({ path, rule }) => ({ path, rule })),
      ...(artifact.parts === undefined ? {} : { parts: artifact.parts.map(partJson) }),
    })),
    findings: artifacts.flatMap((artifact) => artifact.findings.map(findingJson)),
  };
}

function partJson({ name, kind, store, root, files, complete, package: known }: ArtifactPart): object {
  return {
    name,
    kind,
    store,
    root,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.size, 0),
    complete,
    ...(known === undefined ? {} : { revision: known.version }),
  };
}

function sha256Hex(pieces: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const piece of pieces) {
    hash.update(piece);
  }
  return hash.digest("hex");
}
