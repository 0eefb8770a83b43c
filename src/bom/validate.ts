// SPDX-License-Identifier: Apache-2.0
// Validates a CycloneDX BOM in JSON, versions 1.2 to 1.7 (ECMA-424): strict JSON, the schema of its version,
// then its meaning. Not read: XML, protobuf, SPDX, CycloneDX 2.0; they are named in the refusal.

import { isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Finding } from "../model/finding.ts";
import type { Severity } from "../model/severity.ts";
import { formats } from "../schemas/formats.ts";
import { loadValidator, maxSchemaErrors, type SchemaError } from "../schemas/validators.ts";
import { Report } from "./semantics/check.ts";
import { checkSemantics } from "./semantics/index.ts";

/** Versions that are read. */
export const readableSpecVersions = ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"] as const;

export type ReadableSpecVersion = (typeof readableSpecVersions)[number];

/** A document and what is wrong with it. It is valid if no finding is of severity `high` or graver. */
export interface BomValidation {
  readonly specVersion: ReadableSpecVersion;
  /** The document as written; nothing is dropped or changed. */
  readonly document: JsonObject;
  readonly findings: readonly Finding[];
}

/**
 * Validates the bytes of a BOM.
 * @param path for findings and errors; nothing is opened.
 * @throws {AibomError} JSON_*, TEXT_NOT_UTF8, BOM_UNSUPPORTED, BOM_SPEC_VERSION, VALIDATORS_NOT_BUILT
 */
export async function validateBom(bytes: Uint8Array, path: string): Promise<BomValidation> {
  refuseOtherEncodings(bytes, path);
  const document = parseJson(bytes, {
    path,
    maxBytes: limits.maxBomBytes,
    maxDepth: limits.maxBomDepth,
    // A rounded number would make what is read differ from what was signed.
    unsafeIntegers: "refuse",
  });
  return validateBomDocument(document, path);
}

/**
 * Validates a document that is already parsed, such as one that was just built.
 * @throws {AibomError} BOM_UNSUPPORTED, BOM_SPEC_VERSION, VALIDATORS_NOT_BUILT
 */
export async function validateBomDocument(value: JsonValue, path: string): Promise<BomValidation> {
  const { document, specVersion } = dispatch(value, path);
  const validate = await loadValidator(`cyclonedx-${specVersion}`);
  const report = new Report(path);
  if (!validate(document)) {
    addSchemaErrors(validate.errors ?? [], document, report);
  }
  checkSemantics(document, report);
  return { specVersion, document, findings: report.findings() };
}

function refuseOtherEncodings(bytes: Uint8Array, path: string): void {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  const reason = start.startsWith("<")
    ? "the file is XML"
    : /^SPDXVersion:|^DocumentName:/.test(start)
      ? "the file is SPDX in tag-value form"
      : undefined;
  if (reason !== undefined) {
    throw AibomError.of("BOM_UNSUPPORTED", { reason }, { where: { path } });
  }
}

function dispatch(
  value: JsonValue,
  path: string,
): { readonly document: JsonObject; readonly specVersion: ReadableSpecVersion } {
  const refuse = (reason: string): AibomError =>
    AibomError.of("BOM_UNSUPPORTED", { reason }, { where: { path } });
  if (!isJsonObject(value)) {
    throw refuse("the document is not an object");
  }
  const has = (key: string): boolean => Object.hasOwn(value, key);
  if (has("specFormat")) {
    throw refuse("it has the specFormat of CycloneDX 2.0, which is not released");
  }
  if (has("spdxVersion") || (has("@context") && has("@graph"))) {
    throw refuse("it is SPDX");
  }
  const given = has("specVersion") ? value["specVersion"] : undefined;
  if (typeof given !== "string") {
    throw refuse(has("bomFormat") ? "it has no specVersion" : "it has neither bomFormat nor specVersion");
  }
  const specVersion = readableSpecVersions.find((each) => each === given);
  if (specVersion === undefined) {
    throw AibomError.of("BOM_SPEC_VERSION", { given }, { where: { path, member: "/specVersion" } });
  }
  return { document: value, specVersion };
}

/** True if the error only says that something inside it failed; a `oneOf` can also match twice. */
function isFrame({ keyword, params }: SchemaError): boolean {
  const isDouble = keyword === "oneOf" && Array.isArray(params["passingSchemas"]);
  return ["anyOf", "oneOf", "allOf", "if"].includes(keyword) && !isDouble;
}

function addSchemaErrors(errors: readonly SchemaError[], document: JsonObject, report: Report): void {
  const isReference = ({ keyword, params }: SchemaError): boolean =>
    keyword === "format" && params["format"] === "iri-reference";
  const references = new Set(errors.filter(isReference).map((error) => error.instancePath));
  for (const pointer of references) {
    const url = textAt(document, pointer);
    report.add("BOM_URL", () => pointer, { url }, urlSeverity(url));
  }
  // The other branches that the schema tried for a bad URL say nothing new.
  const others = errors.filter((error) => !references.has(error.instancePath));
  const causes = others.filter((error) => !isFrame(error)).map((error) => error.instancePath);
  const seen = new Set<string>();
  for (const error of others) {
    const { instancePath } = error;
    if (isFrame(error) && causes.some((cause) => cause.startsWith(instancePath))) {
      continue;
    }
    const reason = reasonOf(error);
    const key = `${instancePath}\n${reason}`;
    if (!seen.has(key)) {
      seen.add(key);
      report.add("BOM_SCHEMA", () => instancePath, { reason });
    }
  }
  // What the list leaves out may be graver than what it holds.
  if (errors.length >= maxSchemaErrors || (seen.size === 0 && references.size === 0)) {
    report.add("BOM_SCHEMA", () => "", { reason: "it has more violations than are listed" });
  }
}

/** Unescaped braces and spaces are common (unfilled build variables, two URLs in one field); what they mean is plain. */
function urlSeverity(url: string): Severity {
  const isOtherwiseGood = formats["iri-reference"]?.(url.replace(/[ "<>\\^`{|}]/g, "_"));
  return isOtherwiseGood === true ? "medium" : "high";
}

function reasonOf({ keyword, params, message }: SchemaError): string {
  if (keyword === "additionalProperties") {
    return `unknown member ${String(params["additionalProperty"])}`;
  }
  const values = params["allowedValues"];
  if (keyword === "enum" && Array.isArray(values) && values.length <= 20) {
    return `must be one of ${values.join(", ")}`;
  }
  return message ?? keyword;
}

function textAt(document: JsonObject, pointer: string): string {
  let value: JsonValue | undefined = document;
  for (const step of pointer.slice(1).split("/")) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    value = (value as { readonly [key: string]: JsonValue } | null | undefined)?.[key];
  }
  return typeof value === "string" ? value : "";
}
