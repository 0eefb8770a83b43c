// SPDX-License-Identifier: Apache-2.0
// BOM attestations: an in-toto statement with predicate type https://cyclonedx.org/bom in a DSSE envelope.
// The predicate is the BOM; the subjects are the BOM file itself, so that not one byte of it can change, and
// the BOM's artifacts by digest. Statements without the BOM file among the subjects (cosign attest over an
// image) are left out: they bind what the BOM says and not its bytes.

import { createHash } from "node:crypto";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { mintSignatureEvidence } from "./mint.ts";
import { openSignature } from "./open-signature.ts";
import { proofOf, type SignatureContext } from "./signature.ts";
import {
  member,
  parseStatement,
  type Statement,
  statementDepth,
  statementTypeV1,
  statementTypeV01,
} from "./statement.ts";
import { attemptAsync, rejectedOnly, type SignatureVerification } from "./verification.ts";

/** The predicate type that aibom writes; with a version behind it, it is read too. */
export const bomPredicateType = "https://cyclonedx.org/bom";
const versionedType = /^https:\/\/cyclonedx\.org\/bom\/v([0-9]{1,2}\.[0-9]{1,2})$/;

/** A subject of a BOM statement. */
export interface BomSubject {
  readonly name: string;
  /** Name of the algorithm in in-toto: `sha256`, `sha384`, `sha512`. */
  readonly algorithm: string;
  readonly hex: string;
}

/** The bytes of a BOM file, parsed strictly. @throws {AibomError} JSON_*, STATEMENT_MALFORMED */
export function parseBomObject(bytes: Uint8Array, path: string): JsonObject {
  const bom = parseJson(bytes, { path, maxBytes: limits.maxBomBytes, maxDepth: limits.maxBomDepth });
  if (!isJsonObject(bom)) {
    throw AibomError.of("STATEMENT_MALFORMED", { reason: "the BOM is not an object" });
  }
  return bom;
}

/**
 * The subjects that a statement about this BOM must have: the file, then each artifact once, by the strongest
 * common digest, in the order of the BOM. `name` is the BOM file's base name.
 */
export function bomSubjects(bytes: Uint8Array, bom: JsonObject, name: string): BomSubject[] {
  const hex = createHash("sha256").update(bytes).digest("hex");
  const subjects: BomSubject[] = [{ name, algorithm: "sha256", hex }];
  const seen = new Set(subjects.map(subjectKey));
  for (const component of components(bom)) {
    const subject = subjectOf(component);
    if (subject !== undefined && !seen.has(subjectKey(subject))) {
      seen.add(subjectKey(subject));
      subjects.push(subject);
    }
  }
  return subjects;
}

/** All components in document order: that of the metadata first, each before the ones nested in it. */
function* components(bom: JsonObject): Generator<JsonObject> {
  const metadata = member(bom, "metadata");
  const main = isJsonObject(metadata) ? member(metadata, "component") : undefined;
  const frames = [frame(list(member(bom, "components"))), frame(main === undefined ? [] : [main])];
  for (let current = frames.at(-1); current !== undefined; current = frames.at(-1)) {
    const next = current.next();
    if (next.done === true) {
      frames.pop();
    } else if (isJsonObject(next.value)) {
      yield next.value;
      frames.push(frame(list(member(next.value, "components"))));
    }
  }
}

function frame(values: readonly JsonValue[]): ArrayIterator<JsonValue> {
  return values.values();
}

function list(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

const hashNames = [
  ["SHA-256", "sha256", 64],
  ["SHA-512", "sha512", 128],
  ["SHA-384", "sha384", 96],
] as const;

function subjectOf(component: JsonObject): BomSubject | undefined {
  const name = member(component, "name");
  const hashes = list(member(component, "hashes")).filter(isJsonObject);
  for (const [alg, algorithm, digits] of hashNames) {
    const content = hashes.find((each) => member(each, "alg") === alg)?.["content"];
    if (typeof content === "string" && content.length === digits) {
      return { name: typeof name === "string" ? name : "", algorithm, hex: content.toLowerCase() };
    }
  }
  return undefined;
}

const subjectKey = (subject: BomSubject): string => `${subject.algorithm}:${subject.hex}`;

/** The BOM whose signature is verified. */
export interface SignedBom {
  readonly bytes: Uint8Array;
  /** Path of the BOM file, for reports. */
  readonly path: string;
}

/** Verifies the detached signature of a BOM. Never throws for a bad signature. */
export async function verifyBomStatement(
  context: SignatureContext,
  bom: SignedBom,
): Promise<SignatureVerification> {
  const about = { subject: bom.path, signature: context.signature };
  const checked = await attemptAsync(about, async () => {
    const signed = await openSignature(context, { usage: "bom", maxBytes: limits.maxBomBundleBytes });
    const statement = parseStatement(signed.payload, {
      path: context.signature,
      types: [statementTypeV1, statementTypeV01],
      maxDepth: limits.maxBomDepth + statementDepth,
    });
    checkPredicateType(statement);
    const document = parseBomObject(bom.bytes, bom.path);
    checkSubjects(statement, bomSubjects(bom.bytes, document, bom.path));
    checkContent(statement.predicate, document);
    return { signed, predicateType: statement.predicateType };
  });
  if ("rejection" in checked) {
    return rejectedOnly(checked.rejection);
  }
  const evidence = mintSignatureEvidence({
    scheme: "dsse",
    usage: "bom",
    ...proofOf(checked.value.signed),
    signature: context.signature,
    subject: bom.path,
    covers: [bom.path],
    predicateType: checked.value.predicateType,
    claims: [],
    algorithms: ["sha256"],
  });
  return { evidence: [evidence], rejected: [], findings: [] };
}

function checkPredicateType(statement: Statement): void {
  const { predicateType, predicate } = statement;
  if (predicateType === bomPredicateType) {
    return;
  }
  const version = versionedType.exec(predicateType)?.[1];
  if (version === undefined) {
    throw AibomError.of("STATEMENT_PREDICATE_TYPE", {
      got: predicateType.slice(0, 100),
      expected: bomPredicateType,
    });
  }
  const specVersion = member(predicate, "specVersion");
  if (specVersion !== version) {
    throw AibomError.of("BOM_STATEMENT_VERSION", {
      got: version,
      expected: String(specVersion).slice(0, 20),
    });
  }
}

/** Both ways by digest: names are for people. The BOM file comes first, for its own code. */
function checkSubjects(statement: Statement, expected: readonly BomSubject[]): void {
  const signed = new Map<string, string>();
  for (const subject of statement.subjects) {
    for (const [algorithm, hex] of subject.digests) {
      signed.set(`${algorithm}:${hex}`, subject.name);
    }
  }
  const [file] = expected;
  if (file !== undefined && !signed.has(subjectKey(file))) {
    throw AibomError.of("BOM_STATEMENT_BYTES", { digest: file.hex });
  }
  for (const subject of expected) {
    const digest = subjectKey(subject);
    if (!signed.delete(digest)) {
      throw AibomError.of("BOM_STATEMENT_SUBJECT_MISSING", { name: subject.name.slice(0, 200), digest });
    }
  }
  for (const [digest, name] of signed) {
    throw AibomError.of("BOM_STATEMENT_SUBJECT_UNKNOWN", { name: name.slice(0, 200), digest });
  }
}

function checkContent(signed: JsonObject, given: JsonObject): void {
  const pointer = firstDifference(signed, given);
  if (pointer !== undefined) {
    throw AibomError.of("BOM_STATEMENT_CONTENT", { pointer: pointer.slice(0, 200) });
  }
}

interface Pair {
  readonly a: JsonValue | undefined;
  readonly b: JsonValue | undefined;
  readonly pointer: string;
}

/** JSON pointer of the first difference. Not recursive: both documents come from outside. */
function firstDifference(a: JsonValue, b: JsonValue): string | undefined {
  const pending: Pair[] = [{ a, b, pointer: "" }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const parts = partsOf(next);
    if (parts === undefined) {
      return next.pointer === "" ? "/" : next.pointer;
    }
    for (const part of parts) {
      pending.push(part);
    }
  }
  return undefined;
}

/** The pairs that must be equal for this pair to be equal; undefined if it differs by itself. */
function partsOf({ a, b, pointer }: Pair): readonly Pair[] | undefined {
  if (isJsonArray(a) && isJsonArray(b)) {
    return a.length === b.length
      ? a.map((each, index) => ({ a: each, b: b[index], pointer: `${pointer}/${index}` }))
      : undefined;
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length
      ? keys.map((key) => ({ a: member(a, key), b: member(b, key), pointer: `${pointer}/${key}` }))
      : undefined;
  }
  return a === b ? [] : undefined;
}
