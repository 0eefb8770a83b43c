// SPDX-License-Identifier: Apache-2.0
// Several BOMs as one: a root of its own that needs what each of them is about, every component once, every reference
// resolved. Equal components are one; different ones of the same bom-ref get different names, and everything in their
// own document that meant them follows. What cannot be carried over is told, never dropped in silence.

import { createHash } from "node:crypto";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import { cleanText } from "../clean-text.ts";
import type { SpecVersion } from "../extend.ts";
import { compareText } from "../order.ts";
import { contentKey } from "../refs.ts";
import { checkBuiltBom } from "../self-check.ts";
import { serializeBom } from "../serialize.ts";
import { canonicalText, combineLists, objectsIn, union, unionDependencies } from "./combine.ts";
import { rebaseCitations } from "./rebase-citations.ts";
import { definedRefs, renameRefs } from "./rename-refs.ts";

/** A valid document and what it is called in messages. */
export interface MergeInput {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly document: JsonObject;
}

export interface MergeOptions {
  readonly specVersion: SpecVersion;
  /** Name of what the merged BOM is about. */
  readonly name: string;
  readonly version?: string;
  /** Left out, the BOM holds no time of its own. */
  readonly timestamp?: Date;
  readonly toolVersion: string;
}

export interface MergedBom {
  readonly pieces: readonly Uint8Array[];
  /** Components at the top of the merged document. */
  readonly components: number;
  /** Components that several inputs have, counted without the first. */
  readonly shared: number;
  /** bom-refs that got another name. */
  readonly renamed: number;
  /** What was not carried over, for each input that lost something. */
  readonly lost: readonly { readonly name: string; readonly what: readonly string[] }[];
}

/** One input on its way into the merged document. */
interface Part {
  readonly input: MergeInput;
  readonly document: JsonObject;
  /** The component that it is about comes first, then those at its top. */
  readonly components: readonly JsonObject[];
  readonly rootRef: string | undefined;
}

/** Members of the metadata that are carried over; the rest of it is about a document that is no more. */
const carriedMetadata = ["tools", "authors", "lifecycles", "component", "timestamp"];

/**
 * Merges valid documents.
 * @throws {AibomError} BOM_SELF_INVALID, BOM_TOO_LARGE
 */
export async function mergeBoms(inputs: readonly MergeInput[], options: MergeOptions): Promise<MergedBom> {
  const names = new RefNames();
  const sorted = inputs.toSorted((a, b) => compareText(digestOf(a), digestOf(b)));
  const parts = sorted.map((input) => partOf(input, names));
  const components = new ComponentList();
  const places = parts.map((part) => part.components.map((component) => components.add(component)));
  const { citations, lost: lostCitations } = rebaseCitations(parts, places);
  const root = rootOf(parts, options);
  const declarations = combineLists(sections(parts, "declarations"));
  const definitions = combineLists(sections(parts, "definitions"));
  const timestamp = options.timestamp?.toISOString().replace(".000Z", "Z");
  const list = (key: string): JsonObject[] => union(parts.map(({ document }) => objectsIn(document[key])));
  const document = withoutEmpty({
    $schema: `http://cyclonedx.org/schema/bom-${options.specVersion}.schema.json`,
    bomFormat: "CycloneDX",
    specVersion: options.specVersion,
    version: 1,
    metadata: metadataOf(parts, root, options, timestamp),
    components: components.all,
    services: list("services"),
    externalReferences: [...list("externalReferences"), ...sorted.map(referenceTo)],
    dependencies: unionDependencies([
      [{ ref: root.ref, dependsOn: root.dependsOn }],
      ...parts.map(({ document: each }) => objectsIn(each["dependencies"])),
    ]),
    compositions: list("compositions"),
    vulnerabilities: list("vulnerabilities"),
    annotations: list("annotations"),
    formulation: list("formulation"),
    declarations: declarations.value,
    definitions: definitions.value,
    citations,
    properties: list("properties").filter(({ name }) => name !== "cdx:reproducible"),
  });
  const serialized = serializeBom(document, timestamp);
  await checkBuiltBom(serialized.document);
  const lostEverywhere = [...declarations.lost, ...definitions.lost];
  return {
    pieces: serialized.pieces,
    components: components.all.length,
    shared: places.flat().length - components.all.length,
    renamed: names.renamed,
    lost: parts
      .map((part, index) => ({
        name: part.input.name,
        what: [...lostOf(part.input.document), ...(lostCitations[index] ?? []), ...lostEverywhere],
      }))
      .filter(({ what }) => what.length > 0),
  };
}

/** Gives every ref of the merged document one meaning. */
class RefNames {
  /** What a ref stands for: the canonical text of the outermost object that defines it. */
  readonly #meanings = new Map<string, string>();
  renamed = 0;

  /** New names for the refs of a document, whose outermost objects with refs are `owners`. */
  assign(owners: readonly JsonObject[], suffix: string): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    // An object that refers to a renamed one is no longer what it was in the other document: it is looked at again.
    for (let known = -1; known !== names.size; ) {
      known = names.size;
      for (const owner of owners) {
        this.#rename(owner, names, suffix);
      }
    }
    for (const owner of owners) {
      const renamed = renameRefs(owner, names);
      const meaning = canonicalText(renamed);
      for (const ref of definedRefs(renamed)) {
        this.#meanings.set(ref, meaning);
      }
    }
    this.renamed += names.size;
    return names;
  }

  #rename(owner: JsonObject, names: Map<string, string>, suffix: string): void {
    const renamed = renameRefs(owner, names);
    const meaning = canonicalText(renamed);
    if (definedRefs(renamed).every((ref) => (this.#meanings.get(ref) ?? meaning) === meaning)) {
      return;
    }
    for (const ref of definedRefs(owner)) {
      names.set(ref, `${ref}~${suffix}`);
    }
  }
}

/** Top-level components, equal ones once. */
class ComponentList {
  readonly all: JsonObject[] = [];
  readonly #places = new Map<string, number>();

  /** Where the component stands in the merged document. */
  add(component: JsonObject): number {
    const text = canonicalText(component);
    const known = this.#places.get(text);
    if (known !== undefined) {
      return known;
    }
    this.#places.set(text, this.all.length);
    return this.all.push(component) - 1;
  }
}

function partOf(input: MergeInput, names: RefNames): Part {
  const metadata = objectIn(input.document, "metadata");
  const described = metadata === undefined ? undefined : objectIn(metadata, "component");
  const root = described === undefined ? undefined : withRef(described);
  const components = [...(root === undefined ? [] : [root]), ...objectsIn(input.document["components"])];
  const others = ["services", "vulnerabilities", "compositions", "annotations", "formulation", "citations"];
  const owners = [
    ...components,
    ...toolsOf(metadata),
    ...others.flatMap((key) => objectsIn(input.document[key])),
    ...["declarations", "definitions"].flatMap((key) => objectAt(input.document, key)),
  ];
  const renamed = names.assign(owners, digestOf(input).slice(0, 8));
  return {
    input,
    document: renameRefs(input.document, renamed),
    components: components.map((component) => renameRefs(component, renamed)),
    rootRef:
      root === undefined ? undefined : (renamed.get(String(root["bom-ref"])) ?? String(root["bom-ref"])),
  };
}

/** What a document is about needs a ref, or nothing could need it. */
function withRef(component: JsonObject): JsonObject {
  return typeof component["bom-ref"] === "string"
    ? component
    : { ...component, "bom-ref": `merged:${contentKey(canonicalText(component))}` };
}

interface MergedRoot {
  readonly ref: string;
  readonly component: JsonObject;
  readonly dependsOn: readonly string[];
}

function rootOf(parts: readonly Part[], { name, version }: MergeOptions): MergedRoot {
  const dependsOn = [...new Set(parts.flatMap(rootRefs))].sort(compareText);
  const text = cleanText(name);
  const ref = `root:${contentKey(text, ...dependsOn, ...parts.map(({ input }) => digestOf(input)))}`;
  const component = {
    type: "application",
    name: text,
    ...(version === undefined ? {} : { version: cleanText(version) }),
    "bom-ref": ref,
  };
  return { ref, component, dependsOn };
}

/** What a document is about; without that, the components that nothing in it needs. */
function rootRefs({ rootRef, components, document }: Part): readonly string[] {
  if (rootRef !== undefined) {
    return [rootRef];
  }
  const needed = new Set(objectsIn(document["dependencies"]).flatMap((entry) => entry["dependsOn"] ?? []));
  return components.flatMap((component) => {
    const ref = component["bom-ref"];
    return typeof ref === "string" && !needed.has(ref) ? [ref] : [];
  });
}

function metadataOf(
  parts: readonly Part[],
  root: MergedRoot,
  { toolVersion }: MergeOptions,
  timestamp: string | undefined,
): JsonObject {
  const all = parts.flatMap(({ document }) => objectAt(document, "metadata"));
  const ref = `tool:aibom-cli@${toolVersion}`;
  const own = { type: "application", name: "aibom-cli", version: toolVersion, "bom-ref": ref };
  const tools = union([[own], ...all.map((each) => toolsOf(each).filter((tool) => tool["bom-ref"] !== ref))]);
  const list = (key: string): JsonObject[] => union(all.map((each) => objectsIn(each[key])));
  return withoutEmpty({
    ...(timestamp === undefined ? {} : { timestamp }),
    lifecycles: list("lifecycles"),
    authors: list("authors"),
    tools: { components: tools },
    component: root.component,
    ...(timestamp === undefined ? { properties: [{ name: "cdx:reproducible", value: "true" }] } : {}),
  });
}

/** Tools as components; up to 1.4 they were a list of their own shape. */
function toolsOf(metadata: JsonObject | undefined): readonly JsonObject[] {
  const tools = metadata?.["tools"];
  if (isJsonObject(tools)) {
    return objectsIn(tools["components"]);
  }
  return objectsIn(tools).map(({ vendor, name, version }) => ({
    type: "application",
    name: typeof name === "string" ? name : "tool",
    ...(typeof version === "string" ? { version } : {}),
    ...(typeof vendor === "string" ? { publisher: vendor } : {}),
  }));
}

/** An input as it was: who has it can hold it against the merged document. */
function referenceTo(input: MergeInput): JsonObject {
  const serial = input.document["serialNumber"];
  const version = input.document["version"] ?? 1;
  const isLink = typeof serial === "string" && serial.startsWith("urn:uuid:");
  const url = isLink
    ? `urn:cdx:${serial.slice("urn:uuid:".length)}/${String(version)}`
    : `sha256:${digestOf(input)}`;
  return { type: "bom", url, hashes: [{ alg: "SHA-256", content: digestOf(input) }] };
}

/** What the rules above leave out. */
function lostOf(document: JsonObject): string[] {
  const metadata = objectIn(document, "metadata") ?? {};
  return [
    ...(document["signature"] === undefined ? [] : ["signature"]),
    ...Object.keys(metadata)
      .filter((key) => !carriedMetadata.includes(key) && !isOwnMark(key, metadata[key]))
      .map((key) => `metadata.${key}`),
  ];
}

/** `cdx:reproducible` says how a document was written, and the merged one says it itself. */
function isOwnMark(key: string, value: JsonValue | undefined): boolean {
  return key === "properties" && objectsIn(value).every(({ name }) => name === "cdx:reproducible");
}

function sections(parts: readonly Part[], key: string): readonly JsonObject[] {
  return parts.flatMap(({ document }) => objectAt(document, key));
}

function objectAt(object: JsonObject, key: string): readonly JsonObject[] {
  const value = objectIn(object, key);
  return value === undefined ? [] : [value];
}

function objectIn(object: JsonObject, key: string): JsonObject | undefined {
  const value = object[key];
  return isJsonObject(value) ? value : undefined;
}

const digests = new WeakMap<MergeInput, string>();

function digestOf(input: MergeInput): string {
  const known = digests.get(input) ?? createHash("sha256").update(input.bytes).digest("hex");
  digests.set(input, known);
  return known;
}

function withoutEmpty(object: Readonly<Record<string, JsonValue>>): JsonObject {
  const isEmpty = (value: JsonValue): boolean =>
    isJsonArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0;
  return Object.fromEntries(Object.entries(object).filter(([, value]) => !isEmpty(value)));
}
