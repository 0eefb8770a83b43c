// SPDX-License-Identifier: Apache-2.0
// Declarations as a document: of their own, or inside the BOM that they are about. A BOM that holds them is another document, with
// another serial number: its signature is left out, and it names the one it was made from by its digest.

import { createHash } from "node:crypto";
import { cleanText } from "../bom/clean-text.ts";
import type { Document } from "../bom/document.ts";
import type { SpecVersion } from "../bom/extend.ts";
import { contentKey } from "../bom/refs.ts";
import { checkBuiltBom } from "../bom/self-check.ts";
import { serializeBom } from "../bom/serialize.ts";
import { isJsonArray, isJsonObject, type JsonObject } from "../bytes/json.ts";
import type { AssessmentInput } from "./assessed.ts";
import { type AssessmentContext, timeText } from "./context.ts";
import { declarationsOf } from "./declarations.ts";

/** A BOM as it was read. */
export interface GivenBom {
  readonly bytes: Uint8Array;
  readonly document: JsonObject;
}

export interface DeclaredBom {
  readonly pieces: readonly Uint8Array[];
  /** Members that could not be carried over. */
  readonly lost: readonly string[];
}

/**
 * The declarations as a document of their own; `bom` is what they are about, if there is one.
 * @throws {AibomError} BOM_SELF_INVALID, BOM_TOO_LARGE
 */
export async function declarationsDocument(
  input: AssessmentInput,
  context: AssessmentContext,
  options: { readonly specVersion: SpecVersion; readonly bom?: GivenBom },
): Promise<DeclaredBom> {
  const ref = `assessed:${contentKey(context.subject.sha256)}`;
  const { specVersion, bom } = options;
  const { subject, toolVersion } = context;
  return finish(
    {
      $schema: `http://cyclonedx.org/schema/bom-${specVersion}.schema.json`,
      bomFormat: "CycloneDX",
      specVersion,
      version: 1,
      metadata: {
        timestamp: timeText(context),
        tools: { components: [tool(toolVersion)] },
        component: {
          type: "application",
          "bom-ref": ref,
          name: cleanText(subject.name),
          ...(subject.version === undefined ? {} : { version: cleanText(subject.version) }),
        },
      },
      ...(bom === undefined ? {} : { externalReferences: [referenceTo(bom)] }),
      ...declarationsOf(input, context, { ref }),
    },
    context,
    [],
  );
}

/**
 * The BOM with the declarations inside. What it declares already stays.
 * @throws {AibomError} BOM_SELF_INVALID, BOM_TOO_LARGE
 */
export async function declareInBom(
  bom: GivenBom,
  input: AssessmentInput,
  context: AssessmentContext,
): Promise<DeclaredBom> {
  const { document } = bom;
  const ref = rootRef(document);
  const made = declarationsOf(input, context, ref === undefined ? {} : { ref });
  const { signature, ...rest } = document;
  const definitions = withLists(document["definitions"], made.definitions);
  const declarations = withLists(document["declarations"], made.declarations);
  return finish(
    {
      ...rest,
      externalReferences: [...listAt(document, "externalReferences"), referenceTo(bom)],
      definitions: definitions.value,
      declarations: declarations.value,
    },
    context,
    [
      ...(signature === undefined ? [] : ["signature"]),
      ...definitions.lost.map((name) => `definitions.${name}`),
      ...declarations.lost.map((name) => `declarations.${name}`),
    ],
  );
}

async function finish(
  document: Document,
  context: AssessmentContext,
  lost: readonly string[],
): Promise<DeclaredBom> {
  const serialized = serializeBom(document, timeText(context));
  await checkBuiltBom(serialized.document);
  return { pieces: serialized.pieces, lost };
}

function tool(version: string): Document {
  return { type: "application", "bom-ref": `tool:aibom-cli@${version}`, name: "aibom-cli", version };
}

function rootRef(document: JsonObject): string | undefined {
  const metadata = document["metadata"];
  const component = isJsonObject(metadata) ? metadata["component"] : undefined;
  const ref = isJsonObject(component) ? component["bom-ref"] : undefined;
  return typeof ref === "string" ? ref : undefined;
}

/** Who has the BOM can hold it against this. */
function referenceTo({ bytes, document }: GivenBom): Document {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const serial = document["serialNumber"];
  const version = document["version"] ?? 1;
  const url =
    typeof serial === "string" && serial.startsWith("urn:uuid:")
      ? `urn:cdx:${serial.slice("urn:uuid:".length)}/${String(version)}`
      : `sha256:${sha256}`;
  return { type: "bom", url, hashes: [{ alg: "SHA-256", content: sha256 }] };
}

function listAt(object: JsonObject, key: string): readonly unknown[] {
  const value = object[key];
  return isJsonArray(value) ? value : [];
}

/** Lists of both; of members that are no lists, the newer one, and the names of those that it replaces. */
function withLists(
  known: JsonObject[string] | undefined,
  made: Document,
): { readonly value: Document; readonly lost: readonly string[] } {
  const given = isJsonObject(known) ? known : {};
  const value: Record<string, unknown> = { ...given };
  const lost: string[] = [];
  for (const [key, own] of Object.entries(made)) {
    const before = Object.hasOwn(given, key) ? given[key] : undefined;
    if (Array.isArray(own) && isJsonArray(before)) {
      value[key] = [...before, ...own];
    } else if (key === "targets" && isJsonObject(before)) {
      // Claims that stand already are about the targets that stand already.
      value[key] = withLists(before, own as Document).value;
    } else {
      value[key] = own;
      if (before !== undefined) {
        lost.push(key);
      }
    }
  }
  // A signature over the declarations was over those that were there.
  if (value["signature"] !== undefined) {
    delete value["signature"];
    lost.push("signature");
  }
  return { value, lost };
}
