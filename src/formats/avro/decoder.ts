// SPDX-License-Identifier: Apache-2.0
// Decodes Avro's binary encoding (Avro 1.12, "Binary Encoding") by its schema. Integers are BigInt: snapshot ids of
// Iceberg are over 2^53. Values, depth and lengths are bounded, since an array of nulls takes no bytes.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { AvroType } from "./schema.ts";

/** A decoded value; records are maps by field. What Iceberg's file lists do not need is stepped over (undefined). */
export type AvroValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | undefined
  | ReadonlyMap<string, AvroValue>;

/** Reads the values in `bytes`, one after the other. */
export class AvroDecoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #path: string;
  readonly #budget: { values: number };
  #position = 0;

  /** `budget` is how many values may be decoded, by all decoders that share it. */
  constructor(bytes: Uint8Array, path: string, budget = { values: limits.maxAvroValues }) {
    this.#budget = budget;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#path = path;
  }

  /** Bytes that were not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  /** The next value. @throws {AibomError} AVRO_INVALID */
  value(type: AvroType, depth = 1): AvroValue {
    this.#budget.values -= 1;
    if (this.#budget.values < 0 || depth > limits.maxAvroDepth) {
      throw this.#invalid("it holds too many values, or nests too deep");
    }
    switch (type.kind) {
      case "primitive":
        return this.#primitive(type.name);
      case "record":
        return new Map(type.fields.map((field) => [field.name, this.value(field.type, depth + 1)]));
      case "enum":
        this.long();
        return undefined;
      case "fixed":
        this.#take(BigInt(type.size));
        return undefined;
      case "union":
        return this.value(this.#branch(type.branches), depth + 1);
      case "array":
        return this.#blocks(() => this.value(type.items, depth + 1));
      default:
        return this.#blocks(() => {
          this.bytes();
          this.value(type.values, depth + 1);
        });
    }
  }

  /** A zigzag integer of at most 64 bits. @throws {AibomError} AVRO_INVALID */
  long(): bigint {
    let raw = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#view.getUint8(this.#take(1n));
      raw |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        raw = BigInt.asUintN(64, raw);
        return (raw >> 1n) ^ -(raw & 1n);
      }
    }
    throw this.#invalid("a number is over 64 bits");
  }

  /** @throws {AibomError} AVRO_INVALID */
  bytes(): Uint8Array {
    const length = this.long();
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + Number(length));
  }

  /** @throws {AibomError} AVRO_INVALID */
  text(): string {
    return Buffer.from(this.bytes()).toString("utf8");
  }

  #primitive(name: string): AvroValue {
    switch (name) {
      case "null":
        return null;
      case "boolean":
        return this.#view.getUint8(this.#take(1n)) !== 0;
      case "int":
      case "long":
        return this.long();
      case "float":
        return this.#view.getFloat32(this.#take(4n), true);
      case "double":
        return this.#view.getFloat64(this.#take(8n), true);
      case "string":
        return this.text();
      default:
        this.bytes();
        return undefined;
    }
  }

  #branch(branches: readonly AvroType[]): AvroType {
    const index = this.long();
    const branch = index >= 0n && index < BigInt(branches.length) ? branches[Number(index)] : undefined;
    if (branch === undefined) {
      throw this.#invalid(`a union has no branch ${index}`);
    }
    return branch;
  }

  /** Arrays and maps: blocks of a count (negative: a size in bytes follows), until a count of zero. */
  #blocks(read: () => void): undefined {
    for (;;) {
      let count = this.long();
      if (count === 0n) {
        return undefined;
      }
      if (count < 0n) {
        count = -count;
        this.long();
      }
      if (count > BigInt(limits.maxAvroValues)) {
        throw this.#invalid("a list claims too many values");
      }
      for (let index = 0n; index < count; index += 1n) {
        read();
      }
    }
  }

  #take(length: bigint): number {
    if (length < 0n || length > BigInt(this.remaining)) {
      throw this.#invalid("a value ends behind its block");
    }
    const start = this.#position;
    this.#position += Number(length);
    return start;
  }

  #invalid(reason: string): AibomError {
    return AibomError.of("AVRO_INVALID", { reason }, { where: { path: this.#path } });
  }
}
