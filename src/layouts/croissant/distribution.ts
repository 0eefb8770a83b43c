// SPDX-License-Identifier: Apache-2.0
// The files of a Croissant dataset: FileObjects, of which each may state a digest, and FileSets. What lies beside
// the document is compared with the bytes later; what lies inside an archive or at another address is not there.

import { limits } from "../../limits.ts";
import type { JsonValue } from "../../model/fact.ts";
import { finding } from "../../model/finding.ts";
import { compileGlob, type GlobMatcher } from "../../model/glob.ts";
import { decoded, isAddress, manifestPath, repositoryPath } from "../manifest-path.ts";
import { type ExpectedFile, type Reading, splitPath } from "../reading.ts";
import { type LinkedData, type LinkedNode, listOf, textsOf } from "./linked-data.ts";
import type { DocumentPlace } from "./place.ts";

/** Reads the distribution; the answer has the ids that record sets may refer to, each with its files that are here. */
export function describeDistribution(
  reading: Reading,
  data: LinkedData,
  value: JsonValue | undefined,
  place: DocumentPlace,
): ReadonlyMap<string, readonly string[]> {
  const nodes = data.nodes(value);
  const files = new Map<string, readonly string[]>();
  const allowance: Allowance = { steps: limits.maxPatternSteps };
  const byId = new Map(nodes.flatMap((node) => (node.id === undefined ? [] : [[node.id, node] as const])));
  for (const [index, node] of nodes.entries()) {
    const at = place.at(`/distribution/${index}`);
    const name = node.id ?? textsOf(node.get("name"))[0] ?? String(index);
    const containers = containersOf(data, node);
    const unknown = containers.find((id) => !byId.has(id));
    if (unknown !== undefined) {
      at.invalid(`${name} is contained in ${unknown}, which is not described`);
    }
    if (node.types.includes("FileSet")) {
      files.set(name, describeFileSet(reading, node, name, at, containers.length === 0, allowance));
    } else if (node.types.includes("FileObject")) {
      const isInArchive = containers.some((id) => !isRepository(byId.get(id)));
      files.set(name, describeFileObject(reading, node, name, at, isInArchive));
    } else {
      at.invalid(`${name} is neither a FileObject nor a FileSet`);
    }
  }
  return new Map([...byId.keys()].map((id) => [id, files.get(id) ?? []]));
}

/** `{"@id": x}`, a text, or `{fileObject: {"@id": x}}` with what to do with it. */
function containersOf(data: LinkedData, node: LinkedNode): readonly string[] {
  return listOf(node.get("containedIn")).flatMap((each) => {
    if (typeof each === "string") {
      return [each];
    }
    return data.nodes(each).flatMap((inner) => {
      const named = data.nodes(inner.get("fileObject") ?? inner.get("fileSet") ?? null)[0];
      return inner.id ?? named?.id ?? [];
    });
  });
}

/** A git repository is a directory: its files may lie here as they are. */
function isRepository(node: LinkedNode | undefined): boolean {
  return textsOf(node?.get("encodingFormat")).some((format) => format.startsWith("git+"));
}

/** `isBeside`: in no archive or repository, so that its files lie beside the document. */
function describeFileSet(
  reading: Reading,
  node: LinkedNode,
  name: string,
  at: DocumentPlace,
  isBeside: boolean,
  allowance: Allowance,
): readonly string[] {
  const includes = textsOf(node.get("includes"));
  if (includes.length === 0) {
    at.invalid(`the file set ${name} includes nothing`);
  }
  const [type] = textsOf(node.get("encodingFormat"));
  const value = {
    name: includes.length === 0 ? name : `${name} (${includes.join(", ")})`,
    ...(type === undefined ? {} : { type }),
  };
  reading.claim("data_source", value, at.path, at.pointer);
  const included = filesIncluded(reading, includes, textsOf(node.get("excludes")), at.path, allowance);
  if (included !== undefined && included.length > 0) {
    const files = `${name.slice(0, 200)}: ${included.length}`;
    reading.claims.computed("metadata", { key: "croissant.files", value: files }, { path: at.path });
  } else if (included !== undefined && isBeside && includes.length > 0) {
    at.invalid(`no file is in the file set ${name}`, "low");
  }
  return included ?? [];
}

/** Characters of patterns times characters of paths that may still be compared for one document. */
interface Allowance {
  steps: number;
}

/**
 * The files that a pattern includes and none excludes; undefined if comparing would take too long. Patterns count from where
 * the document lies.
 */
function filesIncluded(
  reading: Reading,
  includes: readonly string[],
  excludes: readonly string[],
  document: string,
  allowance: Allowance,
): readonly string[] | undefined {
  const [folder] = splitPath(document);
  const start = folder === "" ? 0 : folder.length + 1;
  const patternSize = [...includes, ...excludes].reduce((sum, { length }) => sum + length + 1, 0);
  const matchers = (patterns: readonly string[]): readonly GlobMatcher[] =>
    patterns.map((pattern) => compileGlob(pattern.replace(/^\.\//, "")));
  if (patternSize > limits.maxNameBytes) {
    return undefined;
  }
  const [wanted, unwanted] = [matchers(includes), matchers(excludes)];
  const included: string[] = [];
  for (const path of reading.directory.files.keys()) {
    if (start > 0 && !path.startsWith(`${folder}/`)) {
      continue;
    }
    const inner = path.slice(start);
    allowance.steps -= patternSize * (inner.length + 1);
    if (allowance.steps < 0) {
      return undefined;
    }
    if (wanted.some((each) => each(inner)) && !unwanted.some((each) => each(inner))) {
      included.push(path);
    }
  }
  return included;
}

function describeFileObject(
  reading: Reading,
  node: LinkedNode,
  name: string,
  at: DocumentPlace,
  isInArchive: boolean,
): readonly string[] {
  const [address] = textsOf(node.get("contentUrl"));
  const [type] = textsOf(node.get("encodingFormat"));
  if (address === undefined && !isInArchive) {
    at.invalid(`the file ${name} has no contentUrl`);
  }
  reading.claim(
    "data_source",
    {
      name,
      ...(type === undefined ? {} : { type }),
      ...(address === undefined ? {} : { url: address }),
    },
    at.path,
    at.pointer,
  );
  const digests = digestsOf(reading, node, name, at);
  const path =
    isInArchive || address === undefined || isRepository(node) ? undefined : pathOf(reading, address, at);
  if (path !== undefined) {
    const size = wholeBytes(node.get("contentSize"));
    const stated: ExpectedFile = { ...digests, ...(size === undefined ? {} : { size }) };
    const isElsewhere = address !== undefined && isAddress(address);
    // An address without a digest says nothing about a file of that name.
    if (!isElsewhere || Object.keys(digests).length > 0) {
      reading.expect(path, isElsewhere ? { ...stated, isElsewhere } : stated, at.path, at.pointer);
      return [path];
    }
  }
  return [];
}

/** The place of the file in this directory, if it may be here. */
function pathOf(reading: Reading, address: string, at: DocumentPlace): string | undefined {
  const [folder] = splitPath(at.path);
  if (isAddress(address)) {
    const [plain = ""] = address.split(/[?#]/, 1);
    return manifestPath(folder, repositoryPath(address) ?? decoded(plain.slice(plain.lastIndexOf("/") + 1)));
  }
  const literal = manifestPath(folder, address);
  const readable = manifestPath(folder, decoded(address));
  if (literal === undefined || readable === undefined) {
    const place = { path: at.path, member: `${at.pointer}/contentUrl` };
    reading.findings.add(finding("MANIFEST_PATH_UNSAFE", place, { path: address.slice(0, 300) }));
    return undefined;
  }
  return reading.directory.files.has(literal) ? literal : readable;
}

/** Digests of the right form only: Hugging Face writes the address of an issue in place of a SHA-256. */
function digestsOf(
  reading: Reading,
  node: LinkedNode,
  name: string,
  at: DocumentPlace,
): { readonly sha256?: string; readonly md5?: string } {
  const digests: { sha256?: string; md5?: string } = {};
  for (const [algorithm, digits] of [
    ["sha256", 64],
    ["md5", 32],
  ] as const) {
    const [text] = textsOf(node.get(algorithm));
    const hex = text?.trim().toLowerCase();
    if (hex !== undefined && hex.length === digits && /^[0-9a-f]+$/.test(hex)) {
      digests[algorithm] = hex;
    } else if (text !== undefined) {
      const place = { path: at.path, member: `${at.pointer}/${algorithm}` };
      reading.findings.add(
        finding("CROISSANT_DIGEST_UNUSABLE", place, { algorithm, file: name.slice(0, 200) }),
      );
    }
  }
  return digests;
}

/** Bytes, if the size is exact: `117743 B`, `117743`; `4.698 MB` is rounded and says nothing. */
function wholeBytes(value: JsonValue | undefined): number | undefined {
  const text = typeof value === "number" ? String(value) : (textsOf(value)[0] ?? "");
  const [, digits] = /^([0-9]{1,16})(?: ?(?:B|bytes))?$/.exec(text.trim()) ?? [];
  const bytes = Number(digits);
  return digits !== undefined && Number.isSafeInteger(bytes) ? bytes : undefined;
}
