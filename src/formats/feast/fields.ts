// SPDX-License-Identifier: Apache-2.0
// One protobuf message as its fields by number, for small messages that are read in any order.

import type { MessageRange, ProtobufReader, WireField } from "../../bytes/protobuf.ts";
import { limits } from "../../limits.ts";

/** The fields of one message. */
export class Fields {
  readonly #reader: ProtobufReader;
  readonly #range: MessageRange;
  readonly #fields = new Map<number, WireField[]>();

  /** @throws {AibomError} PROTOBUF_INVALID */
  constructor(reader: ProtobufReader, range: MessageRange) {
    this.#reader = reader;
    this.#range = range;
    for (const field of reader.fields(range)) {
      const known = this.#fields.get(field.number);
      if (known === undefined) {
        this.#fields.set(field.number, [field]);
      } else {
        known.push(field);
      }
    }
  }

  /** The text of a field; undefined if it is absent or empty. The last one counts, as in protobuf. */
  text(number: number): string | undefined {
    const field = this.#fields.get(number)?.at(-1);
    if (field?.wireType !== 2 || field.value === 0n) {
      return undefined;
    }
    return Buffer.from(this.#reader.bytes(field, limits.maxMetadataCharacters)).toString("utf8");
  }

  /** All texts of a repeated field. */
  texts(number: number): readonly string[] {
    return (this.#fields.get(number) ?? [])
      .filter(({ wireType }) => wireType === 2)
      .map((field) => Buffer.from(this.#reader.bytes(field, limits.maxNameBytes)).toString("utf8"));
  }

  /** A number; zero if it is absent. */
  integer(number: number): bigint {
    const field = this.#fields.get(number)?.at(-1);
    return field?.wireType === 0 ? field.value : 0n;
  }

  has(number: number): boolean {
    return this.#fields.has(number);
  }

  /** A message in a field. */
  message(number: number): Fields | undefined {
    return this.messages(number).at(-1);
  }

  /** All messages of a repeated field. */
  messages(number: number): readonly Fields[] {
    return (this.#fields.get(number) ?? [])
      .filter(({ wireType }) => wireType === 2)
      .map((field) => new Fields(this.#reader, this.#reader.message(field, this.#range)));
  }
}
