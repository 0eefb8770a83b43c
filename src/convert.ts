// SPDX-License-Identifier: Apache-2.0
// The use-case of `aibom convert`: one document in another format, and everything that the format could not hold.

import type { SpecVersion } from "./bom/extend.ts";
import { requireValidBom } from "./bom/require-valid.ts";
import { validateBom } from "./bom/validate.ts";
import { parseJson } from "./bytes/json.ts";
import { changeVersion } from "./convert/cyclonedx/change-version.ts";
import { isSpdx3 } from "./convert/from-spdx3/spdx-graph.ts";
import { spdxToCycloneDx } from "./convert/from-spdx3/to-cyclonedx.ts";
import { toSpdx3 } from "./convert/spdx3/to-spdx3.ts";
import { toTable } from "./convert/table.ts";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import type { ConversionNotes, ConversionTarget } from "./model/conversion.ts";
import { atLeast } from "./model/severity.ts";
import { renderBomCsv } from "./report/bom-csv.ts";
import { renderBomMarkdown } from "./report/bom-markdown.ts";
import { readBounded } from "./sources/read-bounded.ts";

export interface ConvertOptions {
  readonly to: ConversionTarget;
  /** For documents without a time of their own, where the format demands one. */
  readonly at: Date;
  /** Version of aibom, named as a tool in SPDX. */
  readonly toolVersion: string;
}

/** The converted document in UTF-8, in order, and what it does not say. */
export interface Conversion extends ConversionNotes {
  /** Such as `CycloneDX 1.6`. */
  readonly from: string;
  readonly to: ConversionTarget;
  readonly pieces: readonly Uint8Array[];
}

/**
 * Converts a file: CycloneDX JSON of 1.2 to 1.7, or SPDX 3.0.1 in JSON-LD.
 * @throws {AibomError} SOURCE_*, JSON_*, BOM_INVALID, BOM_UNSUPPORTED, BOM_SPEC_VERSION, BOM_TOO_LARGE, CONVERT_IMPOSSIBLE
 */
export async function convertFile(path: string, options: ConvertOptions): Promise<Conversion> {
  return convertBom(readBounded(path, limits.maxBomBytes), path, options);
}

/**
 * Converts the bytes of a document.
 * @param path for errors; nothing is opened.
 * @throws {AibomError} as `convertFile`, without SOURCE_*
 */
export async function convertBom(
  bytes: Uint8Array,
  path: string,
  options: ConvertOptions,
): Promise<Conversion> {
  if (mayBeSpdx(bytes)) {
    return convertSpdx(bytes, path, options);
  }
  const { document, specVersion } = await requireValidBom(bytes, path);
  const { to } = options;
  const from = `CycloneDX ${specVersion}`;
  switch (to) {
    case "cyclonedx-1.6":
    case "cyclonedx-1.7": {
      const version: SpecVersion = to === "cyclonedx-1.6" ? "1.6" : "1.7";
      const { pieces, losses, moves, gaps } = await changeVersion(bytes, document, version);
      return { from, to, pieces, losses, moves, gaps };
    }
    case "spdx-3.0.1": {
      const { document: converted, ...notes } = toSpdx3(bytes, document, options);
      return { from, to, pieces: jsonPieces(converted), ...notes };
    }
    case "csv":
    case "markdown": {
      const { table, ...notes } = toTable(document, to === "markdown");
      const text = to === "csv" ? renderBomCsv(table) : renderBomMarkdown(table);
      return { from, to, pieces: [Buffer.from(text)], ...notes };
    }
  }
}

/** SPDX 3 in JSON-LD has its context among the first members; whether it is one, parsing shows. */
function mayBeSpdx(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4096)).toString("latin1");
  return /^\s*\{/.test(start) && start.includes("spdx.org/rdf/");
}

/** By way of CycloneDX 1.7. Places in the notes are those of the SPDX document; a second step adds what it loses. */
async function convertSpdx(bytes: Uint8Array, path: string, options: ConvertOptions): Promise<Conversion> {
  const { to } = options;
  const from = "SPDX 3.0.1";
  const document = parseJson(bytes, {
    path,
    maxBytes: limits.maxBomBytes,
    maxDepth: limits.maxBomDepth,
    unsafeIntegers: "refuse",
  });
  if (!isSpdx3(document)) {
    await requireValidBom(bytes, path);
    throw AibomError.of("BOM_UNSUPPORTED", { reason: "it is SPDX of another kind" }, { where: { path } });
  }
  if (to === "spdx-3.0.1") {
    throw AibomError.of("CONVERT_IMPOSSIBLE", { to, reason: "it is SPDX already" }, { where: { path } });
  }
  const { pieces, ...notes } = spdxToCycloneDx(document, path);
  const converted = Buffer.concat(pieces);
  const { findings } = await validateBom(converted, path);
  const grave = findings.find(({ severity }) => atLeast(severity, "high"));
  if (grave !== undefined) {
    const reason = `${grave.code} at ${grave.location.member ?? ""}`;
    throw AibomError.of("CONVERT_IMPOSSIBLE", { to, reason }, { where: { path } });
  }
  const next = await convertBom(converted, path, options);
  return {
    from,
    to,
    pieces: next.pieces,
    losses: [...notes.losses, ...next.losses],
    moves: [...notes.moves, ...next.moves],
    gaps: next.gaps,
  };
}

function jsonPieces(value: unknown): readonly Uint8Array[] {
  try {
    return [Buffer.from(`${JSON.stringify(value, null, 2)}\n`)];
  } catch (cause) {
    throw cause instanceof RangeError ? AibomError.of("BOM_TOO_LARGE", {}, { cause }) : cause;
  }
}
