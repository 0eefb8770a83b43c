// SPDX-License-Identifier: Apache-2.0
// The use-case of `aibom diff`: two files, what changed from the first to the second. Documents that anybody made are taken,
// also invalid ones, since those are what people want to look at; that they are invalid is said.

import { hash } from "node:crypto";
import { validateBom } from "./bom/validate.ts";
import { isJsonObject, type JsonObject, parseJson } from "./bytes/json.ts";
import { compareBoms } from "./compare/compare-boms.ts";
import { compareVerdicts } from "./compare/compare-verdicts.ts";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import type { Change, ChangeKind, Diff, DiffSide } from "./model/bom-diff.ts";
import { atLeast } from "./model/severity.ts";
import { loadValidator } from "./schemas/validators.ts";
import { readBounded } from "./sources/read-bounded.ts";

export { compareBoms } from "./compare/compare-boms.ts";
export { compareVerdicts } from "./compare/compare-verdicts.ts";

interface Input extends Pick<DiffSide, "digest" | "invalid"> {
  readonly kind: DiffSide["kind"];
  readonly document: JsonObject;
}

/**
 * Compares two BOMs (CycloneDX JSON, 1.2 to 1.7) or two verdicts.
 * @throws {AibomError} DIFF_*, SOURCE_*, JSON_*, BOM_UNSUPPORTED, BOM_SPEC_VERSION
 */
export async function compareFiles(before: string, after: string): Promise<Diff> {
  const [old, young] = [await readInput(before), await readInput(after)];
  if (old.kind !== young.kind) {
    throw AibomError.of("DIFF_KINDS", { before: old.kind, after: young.kind }, { where: { path: after } });
  }
  const compare = old.kind === "bom" ? compareBoms : compareVerdicts;
  const diff = compare(old.document, young.document);
  return { ...diff, before: withInput(diff.before, old), after: withInput(diff.after, young) };
}

/** The changes of these kinds; `any` is every kind. */
export function changesOf(diff: Diff, kinds: readonly (ChangeKind | "any")[]): readonly Change[] {
  return diff.changes.filter(({ kind }) => kinds.includes("any") || kinds.includes(kind));
}

function withInput(side: DiffSide, { digest, invalid }: Input): DiffSide {
  return {
    ...side,
    ...(digest === undefined ? {} : { digest }),
    ...(invalid === undefined ? {} : { invalid }),
  };
}

async function readInput(path: string): Promise<Input> {
  const bytes = readBounded(path, limits.maxBomBytes);
  const digest = { algorithm: "sha256", hex: hash("sha256", bytes, "hex") } as const;
  if (isVerdict(bytes)) {
    return { kind: "verdict", document: await verdictIn(bytes, path), digest };
  }
  const { document, findings } = await validateBom(bytes, path);
  const grave = findings.filter(({ severity }) => atLeast(severity, "high"));
  const [first] = grave;
  const invalid = first === undefined ? undefined : { findings: grave.length, first: first.code };
  return { kind: "bom", document, digest, ...(invalid === undefined ? {} : { invalid }) };
}

/** Our own reports begin with the address of their schema. */
function isVerdict(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 200)).toString("latin1");
  return /^\s*\{\s*"\$schema"\s*:\s*"https:\/\/aibom\.dev\/schemas\/verdict\//.test(start);
}

async function verdictIn(bytes: Uint8Array, path: string): Promise<JsonObject> {
  const value = parseJson(bytes, { path, maxBytes: limits.maxBomBytes, maxDepth: limits.maxBomDepth });
  const validate = await loadValidator("verdict");
  if (!isJsonObject(value) || !validate(value) || !Object.hasOwn(value, "verdict")) {
    throw AibomError.of("DIFF_VERDICT_INVALID", {}, { where: { path } });
  }
  return value;
}
