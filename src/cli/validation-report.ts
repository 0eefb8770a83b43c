// SPDX-License-Identifier: Apache-2.0
// What `aibom validate` says about each document, as text and as JSON.

import { validateBom } from "../bom/validate.ts";
import { escapeText } from "../codes/escape.ts";
import { limits } from "../limits.ts";
import type { Finding } from "../model/finding.ts";
import { atLeast, type Severity } from "../model/severity.ts";
import { renderFindings } from "../report/finding-text.ts";
import { findingJson } from "../report/json-shape.ts";
import { plainStyle, type TextOptions } from "../report/style.ts";
import { readBounded } from "../sources/read-bounded.ts";
import { refuseForeignSinks } from "./overwrite.ts";
import { deliver } from "./reports.ts";
import { type Session, textOptions } from "./session.ts";
import { parseSinks, type Sink } from "./sinks.ts";

type ValidationFormat = "text" | "json";

/** One document and what is wrong with it. */
export interface ValidatedDocument {
  readonly path: string;
  readonly specVersion: string;
  /** False if a finding is as grave as the user's limit, or graver. */
  readonly isValid: boolean;
  readonly findings: readonly Finding[];
}

/**
 * The sinks of `--format`.
 * @throws {AibomError} CLI_FORMAT_INVALID, CLI_OUTPUT_FOREIGN
 */
export function validationSinks(format: string): readonly Sink<ValidationFormat>[] {
  const sinks = parseSinks(format, ["text", "json"]);
  refuseForeignSinks(sinks);
  return sinks;
}

/**
 * Reads and validates one file.
 * @throws {AibomError} SOURCE_*, and those of `validateBom`
 */
export async function validateFile(path: string, failOn: Severity): Promise<ValidatedDocument> {
  const { specVersion, findings } = await validateBom(readBounded(path, limits.maxBomBytes), path);
  return {
    path,
    specVersion,
    findings,
    isValid: !findings.some(({ severity }) => atLeast(severity, failOn)),
  };
}

/**
 * Renders the documents into every sink.
 * @throws {AibomError} CLI_OUTPUT_*
 */
export async function deliverValidation(
  session: Session,
  sinks: readonly Sink<ValidationFormat>[],
  documents: readonly ValidatedDocument[],
): Promise<void> {
  const options = await textOptions(session, session.stdout);
  await deliver(session, sinks, (format, isFile) => {
    if (format === "json") {
      return `${JSON.stringify(validationJson(documents), null, 2)}\n`;
    }
    const isQuiet = session.options.quiet && !isFile;
    const shown = isQuiet ? documents.filter((document) => !document.isValid) : documents;
    return renderText(shown, isFile ? {} : options);
  });
}

function renderText(documents: readonly ValidatedDocument[], options: TextOptions): string {
  const { style = plainStyle, width = 100 } = options;
  const sections = documents.map(({ path, specVersion, isValid, findings }) => {
    const word = isValid ? style.allow("valid") : style.deny("invalid");
    const head = `${style.bold(escapeText(path))}: ${word}, CycloneDX ${specVersion}\n`;
    return head + renderFindings(findings, style, width, { max: 50 });
  });
  return sections.join("");
}

function validationJson(documents: readonly ValidatedDocument[]): object {
  return {
    valid: documents.every((document) => document.isValid),
    documents: documents.map(({ path, specVersion, isValid, findings }) => ({
      path,
      specVersion,
      valid: isValid,
      findings: findings.map(findingJson),
    })),
  };
}
