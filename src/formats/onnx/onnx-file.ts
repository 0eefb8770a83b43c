// SPDX-License-Identifier: Apache-2.0
// One ONNX file while it is read: its fields by message, its texts, and everything that was noticed.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { type MessageRange, ProtobufReader, type WireField } from "../../bytes/protobuf.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { type Finding, finding, type Location } from "../../model/finding.ts";
import { ClaimList } from "../claim-list.ts";
import { FindingList } from "../finding-list.ts";
import type { FileReference } from "../format.ts";
import { fieldKind, type MessageName } from "./messages.ts";

// Enough for any text that is kept whole: a UTF-16 unit takes at most three bytes of UTF-8.
const maxTextBytes = 3 * (limits.maxMetadataCharacters + 1);

/** The state of one read. */
export class OnnxFile {
  readonly path: string;
  readonly reader: ProtobufReader;
  readonly findings: FindingList;
  readonly claims: ClaimList;
  readonly references: FileReference[] = [];
  /** Nodes by `domain::Op`; the default domain is written `ai.onnx`. */
  readonly operators = new Map<string, number>();
  /** Operators that the model defines itself as functions. */
  readonly functions = new Set<string>();
  /** Values stored in tensors, by type. */
  readonly parametersByType = new Map<string, bigint>();
  tensorCount = 0;
  checksumCount = 0;
  readonly #unknown = new Map<
    string,
    { message: string; field: number; count: number; bytes: number; offset: number }
  >();

  constructor(source: ByteSource) {
    this.path = source.path;
    this.reader = new ProtobufReader(source);
    this.findings = new FindingList(source.path);
    this.claims = new ClaimList(this.findings);
  }

  /** The known fields of a message. Unknown and repeated ones become findings. */
  *fields(message: MessageName, range: MessageRange): Generator<WireField, void, undefined> {
    // Field numbers of singular fields are below 32, so one integer remembers which were seen.
    let seen = 0;
    for (const field of this.reader.fields(range)) {
      const kind = fieldKind(message, field);
      if (kind === "unknown") {
        this.#countUnknown(message, field);
        continue;
      }
      if (kind === "singular") {
        const bit = 1 << field.number;
        if ((seen & bit) !== 0) {
          this.findings.add(
            finding("ONNX_DUPLICATE_FIELD", this.at(field.tagStart), { message, field: field.number }),
          );
        }
        seen |= bit;
      }
      yield field;
    }
  }

  /** A place in this file. */
  at(offset: number, member?: string): Location {
    return member === undefined ? { path: this.path, offset } : { path: this.path, offset, member };
  }

  /**
   * A name: short, or the file is not a real model.
   * @throws {AibomError} ONNX_OVER_LIMIT
   */
  name(field: WireField, what: string): string {
    if (field.value > BigInt(limits.maxNameBytes)) {
      throw this.overLimit(`bytes of a ${what}`, field.value, limits.maxNameBytes, field.tagStart);
    }
    return this.#decode(this.reader.bytes(field, limits.maxNameBytes), what, field);
  }

  /** Free text, read only as far as it may enter a report. */
  text(field: WireField, what: string): string {
    const bytes = this.reader.bytes(field, maxTextBytes);
    // The rest of a cut text was not seen, so its last character may be cut as well: no finding for that.
    return field.value > BigInt(maxTextBytes)
      ? new TextDecoder().decode(bytes)
      : this.#decode(bytes, what, field);
  }

  #decode(bytes: Uint8Array, what: string, field: WireField): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      this.findings.add(finding("ONNX_TEXT_INVALID", this.at(field.start), { field: what }));
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    }
  }

  /** Counts a node. @throws {AibomError} ONNX_OVER_LIMIT */
  countOperator(operator: string, offset: number): void {
    const count = this.operators.get(operator) ?? 0;
    if (count === 0 && this.operators.size >= limits.maxOnnxOperatorKinds) {
      throw this.overLimit(
        "kinds of operators",
        this.operators.size + 1,
        limits.maxOnnxOperatorKinds,
        offset,
      );
    }
    this.operators.set(operator, count + 1);
  }

  /** Counts a stored tensor. @throws {AibomError} ONNX_OVER_LIMIT */
  countTensor(type: string, elements: bigint, offset: number): void {
    this.tensorCount += 1;
    if (this.tensorCount > limits.maxOnnxTensors) {
      throw this.overLimit("tensors", this.tensorCount, limits.maxOnnxTensors, offset);
    }
    this.parametersByType.set(type, (this.parametersByType.get(type) ?? 0n) + elements);
  }

  overLimit(what: string, count: number | bigint, limit: number, offset: number): AibomError {
    return AibomError.of("ONNX_OVER_LIMIT", { what, count, limit }, { where: this.at(offset) });
  }

  #countUnknown(message: MessageName, field: WireField): void {
    const key = `${message}.${field.number}`;
    const known = this.#unknown.get(key);
    const bytes = field.end - field.tagStart;
    if (known !== undefined) {
      known.count += 1;
      known.bytes += bytes;
    } else if (this.#unknown.size < limits.maxFindingsPerCode) {
      this.#unknown.set(key, { message, field: field.number, count: 1, bytes, offset: field.tagStart });
    } else {
      this.findings.add(
        finding("ONNX_UNKNOWN_FIELD", this.at(field.tagStart), {
          message,
          field: field.number,
          count: 1,
          bytes,
        }),
      );
    }
  }

  /** All findings, those about unknown fields last. */
  allFindings(): readonly Finding[] {
    for (const { message, field, count, bytes, offset } of this.#unknown.values()) {
      this.findings.add(finding("ONNX_UNKNOWN_FIELD", this.at(offset), { message, field, count, bytes }));
    }
    this.#unknown.clear();
    return this.findings.all();
  }
}
