// SPDX-License-Identifier: Apache-2.0
// The shape of a JSF 0.82 signature object: one signature, a list of independent ones (`signers`), or a chain in
// which each covers those before it. Left out on purpose: `excludes`, which is unsigned and lets anybody add
// sections to a signed document.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { member } from "../statement.ts";

/** `single`: one signature. `multiple`: each on its own. `chain`: each covers the ones before it. */
export type JsfMode = "single" | "multiple" | "chain";

/** A signature object with its parts in place; the entries themselves are not validated yet. */
export interface JsfSignatureObject {
  readonly mode: JsfMode;
  /** Members that stand beside `signers` or `chain` and are signed with every entry. */
  readonly options: JsonObject;
  /** As written, at least one. */
  readonly entries: readonly JsonObject[];
  /** Names of the extensions that entries may have. */
  readonly extensions: ReadonlySet<string>;
}

/** One signature with its members' types checked. Nothing in it is trusted. */
export interface JsfSignatureCore {
  readonly algorithm: string;
  readonly keyId?: string;
  readonly publicKey?: JsonObject;
  /** Certificates in base64url, leaf first. */
  readonly certificatePath?: readonly string[];
  /** Signature in base64url. */
  readonly value: string;
}

const coreMembers = ["algorithm", "keyId", "publicKey", "certificatePath", "value"];
const optionMembers = ["extensions", "excludes"];
const reserved = new Set([...coreMembers, ...optionMembers, "signers", "chain"]);

/** Where the list of entries stands. */
export const listMembers = { multiple: "signers", chain: "chain" } as const;

/**
 * Validates what all signatures of an object share.
 * @param understood extensions that the caller understands; CycloneDX has none.
 * @throws {AibomError} JSF_MALFORMED, JSF_UNKNOWN_MEMBER, JSF_EXCLUDES, JSF_EXTENSION, JSF_SIGNER_COUNT
 */
export function parseSignatureObject(
  value: JsonValue,
  understood: ReadonlySet<string> = new Set(),
): JsfSignatureObject {
  if (!isJsonObject(value)) {
    throw malformed("it is not an object");
  }
  refuseExcludes(value);
  const extensions = parseExtensions(value, understood);
  const mode = modeOf(value);
  if (mode === "single") {
    return { mode, options: {}, entries: [value], extensions };
  }
  onlyMembers(value, [listMembers[mode], ...optionMembers]);
  const { [listMembers[mode]]: list, ...options } = value;
  return { mode, options, entries: parseEntries(list, listMembers[mode]), extensions };
}

function refuseExcludes(object: JsonObject): void {
  const excludes = member(object, "excludes");
  if (excludes !== undefined) {
    throw AibomError.of("JSF_EXCLUDES", { excluded: JSON.stringify(excludes).slice(0, 200) });
  }
}

function modeOf(object: JsonObject): JsfMode {
  const isMultiple = Object.hasOwn(object, "signers");
  const isChain = Object.hasOwn(object, "chain");
  if (isMultiple && isChain) {
    throw malformed("it has both signers and chain");
  }
  return isMultiple ? "multiple" : isChain ? "chain" : "single";
}

function parseEntries(list: JsonValue | undefined, name: string): readonly JsonObject[] {
  if (!isJsonArray(list)) {
    throw malformed(`${name} is not a list`);
  }
  if (list.length === 0 || list.length > limits.maxJsfSigners) {
    throw AibomError.of("JSF_SIGNER_COUNT", { count: list.length, limit: limits.maxJsfSigners });
  }
  return list.map((entry, index) => {
    if (!isJsonObject(entry)) {
      throw malformed(`${name}/${index} is not an object`);
    }
    return entry;
  });
}

function parseExtensions(object: JsonObject, understood: ReadonlySet<string>): ReadonlySet<string> {
  const value = member(object, "extensions");
  if (value === undefined) {
    return new Set();
  }
  if (!isJsonArray(value) || value.length === 0) {
    throw malformed("extensions is not a list of names");
  }
  const names = new Set<string>();
  for (const name of value) {
    if (typeof name !== "string" || reserved.has(name) || names.has(name)) {
      throw malformed("extensions names something that is no extension, or one twice");
    }
    if (!understood.has(name)) {
      throw AibomError.of("JSF_EXTENSION", { extension: name.slice(0, 100) });
    }
    names.add(name);
  }
  return names;
}

/**
 * Validates one signature of an object.
 * @throws {AibomError} JSF_MALFORMED, JSF_UNKNOWN_MEMBER, JSF_EXCLUDES
 */
export function parseSignatureCore(entry: JsonObject, object: JsfSignatureObject): JsfSignatureCore {
  refuseExcludes(entry);
  // Alone, a signature holds its own list of extensions; in a list, the list's object does.
  const own = object.mode === "single" ? ["extensions"] : [];
  onlyMembers(entry, [...coreMembers, ...own, ...object.extensions]);
  const algorithm = textMember(entry, "algorithm");
  const value = textMember(entry, "value");
  if (algorithm === undefined || value === undefined) {
    throw malformed("it has no algorithm or no value");
  }
  const keyId = textMember(entry, "keyId");
  const publicKey = member(entry, "publicKey");
  if (publicKey !== undefined && !isJsonObject(publicKey)) {
    throw malformed("publicKey is not an object");
  }
  const certificatePath = parseCertificateTexts(member(entry, "certificatePath"));
  return {
    algorithm,
    value,
    ...(keyId === undefined ? {} : { keyId }),
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(certificatePath === undefined ? {} : { certificatePath }),
  };
}

function parseCertificateTexts(value: JsonValue | undefined): readonly string[] | undefined {
  if (value === undefined) {
    return undefined;
  }
  if (!isJsonArray(value) || value.length === 0 || value.length > limits.maxJsfCertificates) {
    throw malformed(`certificatePath is not a list of 1 to ${limits.maxJsfCertificates} certificates`);
  }
  return value.map((each) => boundedText(each, "certificatePath"));
}

function textMember(object: JsonObject, name: string): string | undefined {
  const value = member(object, name);
  return value === undefined ? undefined : boundedText(value, name);
}

function boundedText(value: JsonValue, name: string): string {
  if (typeof value !== "string" || value === "" || value.length > limits.maxJsfTextCharacters) {
    throw malformed(`${name} is not a text of 1 to ${limits.maxJsfTextCharacters} characters`);
  }
  return value;
}

function onlyMembers(object: JsonObject, known: readonly string[]): void {
  for (const name of Object.keys(object)) {
    if (!known.includes(name)) {
      throw AibomError.of("JSF_UNKNOWN_MEMBER", { member: name.slice(0, 100) });
    }
  }
}

function malformed(reason: string): AibomError {
  return AibomError.of("JSF_MALFORMED", { reason });
}
