// SPDX-License-Identifier: Apache-2.0
// Encapsulated messages of Arrow IPC (Arrow columnar format 1.5, Message.fbs and Schema.fbs): a length, a
// FlatBuffer, a body. Headers only; bodies are stepped over.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { Flatbuffer, type FlatbufferTable } from "../../bytes/flatbuffer.ts";
import { windowSource } from "../../bytes/window-source.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { WriterNote } from "../writer-notes.ts";
import { fieldType } from "./types.ts";

const continuation = 0xffff_ffff;

export type MessageKind = "schema" | "dictionary" | "records" | "other";

/** One message, without its body. */
export interface ArrowMessage {
  readonly kind: MessageKind;
  readonly table: FlatbufferTable;
  /** First byte after the body. */
  readonly end: number;
}

/** What a schema says. */
export interface ArrowSchema {
  /** Names may occur twice. */
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly notes: readonly WriterNote[];
  readonly pickledTypes: readonly PickledType[];
}

/** A field whose type is built by unpickling: `arrow.py_extension_type` of pyarrow before 14.0.1 (CVE-2023-47248). */
export interface PickledType {
  readonly field: string;
  readonly bytes: Uint8Array;
}

/**
 * The message at `offset`; undefined at the end-of-stream mark or the end of the file.
 * @throws {AibomError} ARROW_INVALID, FLATBUFFER_INVALID
 */
export function readMessage(file: ByteSource, offset: number): ArrowMessage | undefined {
  const invalid = (reason: string): AibomError =>
    AibomError.of("ARROW_INVALID", { reason }, { where: { path: file.path, offset } });
  const left = file.size - offset;
  if (left === 0) {
    return undefined;
  }
  const head = file.read(offset, Math.min(8, left));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (left < 4) {
    throw invalid("a message is cut");
  }
  // Writers before 0.15 left out the continuation mark.
  const isMarked = view.getUint32(0, true) === continuation;
  if (isMarked && left < 8) {
    throw invalid("a message is cut");
  }
  const length = view.getUint32(isMarked ? 4 : 0, true);
  if (length === 0) {
    return undefined;
  }
  const start = offset + (isMarked ? 8 : 4);
  if (length > limits.maxArrowMessageBytes || length > file.size - start) {
    throw invalid(`a message has a header of ${length} bytes`);
  }
  const message = new Flatbuffer(windowSource(file, start, length)).root();
  const body = message.i64(3);
  if (body < 0n || body > BigInt(file.size - start - length)) {
    throw invalid(`a message has a body of ${body} bytes, the file has ${file.size - start - length} left`);
  }
  const table = message.table(2);
  if (table === undefined) {
    throw invalid("a message has no header");
  }
  const kind = (["other", "schema", "dictionary", "records"] as const)[message.u8(1)] ?? "other";
  return { kind, table, end: start + length + Number(body) };
}

/** The schema in a table. @throws {AibomError} FLATBUFFER_INVALID, ARROW_INVALID */
export function readSchema(schema: FlatbufferTable): ArrowSchema {
  const columns: [string, string][] = [];
  const pickledTypes: PickledType[] = [];
  for (const field of schema.tables(1)) {
    columns.push([field.text(0) ?? "", fieldType(field)]);
    findPickledTypes(field, field.text(0) ?? "", pickledTypes, 1);
  }
  const notes = keyValues(schema, 2).map(
    ([key, value]) => [key, Buffer.from(value).toString("utf8")] as const satisfies WriterNote,
  );
  return { columns, notes, pickledTypes };
}

function findPickledTypes(field: FlatbufferTable, name: string, found: PickledType[], level: number): void {
  const metadata = new Map(keyValues(field, 6));
  const extension = metadata.get("ARROW:extension:name");
  if (extension !== undefined && Buffer.from(extension).toString("latin1") === "arrow.py_extension_type") {
    found.push({ field: name, bytes: metadata.get("ARROW:extension:metadata") ?? new Uint8Array() });
  }
  for (const child of field.tables(5)) {
    if (level >= limits.maxArrowDepth) {
      const where = { path: field.buffer.path };
      throw AibomError.of("ARROW_INVALID", { reason: "its types nest too deep" }, { where });
    }
    findPickledTypes(child, `${name}.${child.text(0) ?? ""}`.slice(0, limits.maxNameBytes), found, level + 1);
  }
}

/** A list of KeyValue tables. */
function keyValues(table: FlatbufferTable, field: number): readonly (readonly [string, Uint8Array])[] {
  return Array.from(table.tables(field), (pair) => {
    const at = pair.place(1);
    const value =
      at === undefined
        ? new Uint8Array()
        : pair.buffer.bytes(at + pair.buffer.u32(at), limits.maxArrowMessageBytes);
    return [pair.text(0) ?? "", value] as const;
  });
}
