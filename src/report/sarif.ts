// SPDX-License-Identifier: Apache-2.0
// Findings as SARIF 2.1.0 (OASIS), which code-scanning services and editors read: each code is a rule, each finding a
// result with its file, the byte in it and, for a part of a file, a logical location.

import { escapeText } from "../codes/escape.ts";
import { type Code, codes } from "../codes/index.ts";
import { renderMessage } from "../codes/render.ts";
import type { Finding } from "../model/finding.ts";
import type { Severity } from "../model/severity.ts";
import type { Place } from "./finding-place.ts";
import { fingerprints } from "./fingerprint.ts";

/** A finding and where its file is, as the user would name it. */
export interface SarifFinding extends Place {
  readonly finding: Finding;
  /** The file that it names, if another place is shown: by it the finding is known again. */
  readonly filePath?: string;
  /** The rules of the policy that it kept from passing, and what the BOM says. */
  readonly related?: readonly RelatedPlace[];
}

export interface RelatedPlace {
  readonly message: string;
  readonly place: Place;
}

export interface SarifRun {
  readonly findings: readonly SarifFinding[];
  /** False if something could not be read. */
  readonly isComplete: boolean;
  /** Undefined leaves it out. */
  readonly toolVersion?: string | undefined;
}

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** Our severities by SARIF's three levels. */
const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};

/** The number by which code-scanning services rank: CVSS bounds of the same words. */
const scores: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "3.0",
  info: "0.0",
};

/** One SARIF log with one run. Same findings, same bytes. */
export function renderSarif({ findings, isComplete, toolVersion }: SarifRun): string {
  const fingerprintOf = fingerprints();
  const ids = [...new Set(findings.map(({ finding }) => finding.code))].sort();
  const log = {
    $schema: schema,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "aibom",
            ...(toolVersion === undefined ? {} : { version: toolVersion }),
            rules: ids.map(ruleOf),
          },
        },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: isComplete }],
        results: findings.map((each) =>
          resultOf(each, ids, fingerprintOf(each.finding, each.filePath ?? each.path)),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(id: Code): object {
  const { message, hint, explain, severity } = codes[id];
  return {
    id,
    shortDescription: { text: sentence(message.replaceAll(/\{\w+\}/g, "…")) },
    fullDescription: { text: explain },
    help: { text: `${explain}\n\n${sentence(hint)}` },
    defaultConfiguration: { level: levels[severity] },
    properties: { "security-severity": scores[severity], tags: ["security"] },
  };
}

/** Messages of the table start in lower case and have no full stop. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function resultOf(each: SarifFinding, ids: readonly Code[], fingerprint: string): object {
  const { code, severity, location, args } = each.finding;
  const { offset, offsetIn, member } = location;
  return {
    ruleId: code,
    ruleIndex: ids.indexOf(code),
    level: levels[severity],
    message: { text: sentence(renderMessage(code, args)) },
    locations: [
      {
        // A region is a region of the file, and a byte inside an archive's member is none.
        physicalLocation: physicalLocation(each, offsetIn === "member" ? undefined : offset),
        ...(member === undefined || member === ""
          ? {}
          : { logicalLocations: [{ fullyQualifiedName: escapeText(member), kind: "member" }] }),
      },
    ],
    ...(each.related === undefined || each.related.length === 0
      ? {}
      : { relatedLocations: each.related.map(relatedLocation) }),
    partialFingerprints: { "aibomFinding/v1": fingerprint },
    properties: { severity, ...(offsetIn === "member" ? { memberByteOffset: offset } : {}) },
  };
}

function physicalLocation({ path, line }: Place, offset?: number): object {
  // A binary file has no lines; a region of both kinds would have to name the same bytes twice.
  const bytes = offset === undefined ? {} : { region: { byteOffset: offset, byteLength: 1 } };
  return {
    artifactLocation: { uri: uriOf(path) },
    ...(line === undefined ? bytes : { region: { startLine: line } }),
  };
}

function relatedLocation({ message, place }: RelatedPlace, index: number): object {
  return {
    id: index + 1,
    message: { text: message },
    physicalLocation: physicalLocation(place),
  };
}

/** A reference that a URI resolver takes as a path: relative, or a `file:` URI if the path is absolute. */
function uriOf(path: string): string {
  const segments = path
    .toWellFormed()
    .replace(/^(?:\.\/)+/, "")
    .split("/");
  const encoded = segments.map((segment) => encodeURIComponent(segment).replaceAll("'", "%27")).join("/");
  return path.startsWith("/") ? `file://${encoded}` : encoded;
}
