// SPDX-License-Identifier: Apache-2.0
// A CycloneDX document in another version. Nothing is added that the document does not say; a serial number that was derived from
// the content is derived anew, any other is kept, since other documents may refer to it.

import type { SpecVersion } from "../../bom/extend.ts";
import { serializeBom } from "../../bom/serialize.ts";
import { validateBomDocument } from "../../bom/validate.ts";
import { isJsonObject, type JsonObject } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import type { ConversionNotes } from "../../model/conversion.ts";
import { atLeast } from "../../model/severity.ts";
import { loadValidator } from "../../schemas/validators.ts";
import { type Editable, Editing, visitObjects } from "./editing.ts";
import { pruneUntilValid } from "./prune.ts";
import { promoteProperties } from "./to-newer.ts";
import { toOlder } from "./to-older.ts";

export interface ChangedVersion extends ConversionNotes {
  readonly pieces: readonly Uint8Array[];
  readonly document: JsonObject;
}

/**
 * @param bytes the document as it was read
 * @throws {AibomError} CONVERT_IMPOSSIBLE, BOM_TOO_LARGE, VALIDATORS_NOT_BUILT
 */
export async function changeVersion(
  bytes: Uint8Array,
  document: JsonObject,
  to: SpecVersion,
): Promise<ChangedVersion> {
  if (document["specVersion"] === to) {
    return { pieces: [bytes], document, losses: [], moves: [], gaps: [] };
  }
  const editing = new Editing(document);
  const signed = signedObjects(editing.document);
  const validate = await loadValidator(`cyclonedx-${to}`);
  if (to === "1.6") {
    toOlder(editing);
  } else {
    promoteProperties(editing);
  }
  const changed = editing.document;
  if (changed["$schema"] !== undefined) {
    changed["$schema"] = `http://cyclonedx.org/schema/bom-${to}.schema.json`;
  }
  changed["specVersion"] = to;
  // Before 1.5 the version could be left out, and was 1.
  changed["version"] ??= 1;
  const isValid = pruneUntilValid(editing, validate);
  dropBrokenSignatures(editing, signed);
  const { findings } = await validateBomDocument(changed, "converted");
  const grave = findings.find(({ severity }) => atLeast(severity, "high"));
  if (!isValid || grave !== undefined) {
    const reason = grave === undefined ? "schema" : `${grave.code} at ${grave.location.member ?? ""}`;
    throw AibomError.of("CONVERT_IMPOSSIBLE", { to: `CycloneDX ${to}`, reason });
  }
  const pieces = serialize(bytes, document, changed);
  return { pieces, document: changed, losses: editing.losses(), moves: editing.moves(), gaps: [] };
}

interface SignedObject {
  readonly object: Editable;
  readonly text: string;
  readonly pointer: string;
}

/** What holds a JSF signature, as it was when it was signed. */
function signedObjects(document: Editable): readonly SignedObject[] {
  const signed: SignedObject[] = [];
  visitObjects(document, (object, _holder, pointer) => {
    if (object["signature"] !== undefined) {
      signed.push({ object, text: JSON.stringify(object), pointer });
    }
  });
  return signed;
}

/** A signature covers the object that holds it: once that is another, it would only look like a forgery. */
function dropBrokenSignatures(editing: Editing, signed: readonly SignedObject[]): void {
  for (const { object, text, pointer } of signed.toReversed()) {
    if (JSON.stringify(object) !== text) {
      editing.drop(object, "signature", `${pointer}/signature`);
    }
  }
}

function serialize(bytes: Uint8Array, before: JsonObject, after: JsonObject): readonly Uint8Array[] {
  if (hasContentSerial(bytes, before)) {
    return serializeBom(after, timestampOf(after)).pieces;
  }
  try {
    return [Buffer.from(`${JSON.stringify(after, null, 2)}\n`)];
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw AibomError.of("BOM_TOO_LARGE", {}, { cause });
    }
    throw cause;
  }
}

/** True if the document is written as aibom writes it, with the serial number that follows from the rest. */
function hasContentSerial(bytes: Uint8Array, document: JsonObject): boolean {
  return (
    typeof document["serialNumber"] === "string" &&
    Buffer.concat(serializeBom(document, timestampOf(document)).pieces).equals(bytes)
  );
}

function timestampOf({ metadata }: JsonObject): string | undefined {
  const timestamp = isJsonObject(metadata) ? metadata["timestamp"] : undefined;
  return typeof timestamp === "string" ? timestamp : undefined;
}
