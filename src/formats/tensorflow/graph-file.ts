// SPDX-License-Identifier: Apache-2.0
// One TensorFlow file in protobuf while it is read: its fields, its names, and what was counted. TensorFlow adds fields to
// its messages with each version, so unknown ones are skipped, but not in the outermost message, where a second
// file could be appended.

import type { ByteSource } from "../../bytes/byte-source.ts";
import { type MessageRange, ProtobufReader, type WireField } from "../../bytes/protobuf.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { finding, type Location } from "../../model/finding.ts";
import { ClaimList } from "../claim-list.ts";
import { FindingList } from "../finding-list.ts";
import { KerasReport } from "../keras/keras-report.ts";

/** Where an operator was met first. */
export interface OperatorUse {
  count: number;
  readonly node: string;
  readonly offset: number;
}

export class GraphFile {
  readonly path: string;
  readonly reader: ProtobufReader;
  readonly findings: FindingList;
  readonly claims: ClaimList;
  readonly keras: KerasReport;
  readonly operators = new Map<string, OperatorUse>();
  /** Functions that the file defines itself: old graphs call them by a node of their name. */
  readonly functions = new Set<string>();
  /** Values of constants, by type. */
  readonly constantsByType = new Map<string, bigint>();
  /** Texts of the graph that name a place of the host. */
  readonly hostPaths: { readonly text: string; readonly offset: number; readonly node: string }[] = [];
  /** Inputs and outputs that were stated. */
  readonly signatureValues = new Set<string>();
  /** File names under `assets/`. */
  readonly assets: string[] = [];
  /** Reading of a part of the file failed. */
  isIncomplete = false;

  constructor(source: ByteSource) {
    this.path = source.path;
    this.reader = new ProtobufReader(source);
    this.findings = new FindingList(source.path);
    this.claims = new ClaimList(this.findings);
    this.keras = new KerasReport(source.path, this.claims, this.findings);
  }

  /** A place of the file: a node, a field. */
  at(offset: number, member?: string): Location {
    return { path: this.path, offset, ...(member === undefined ? {} : { member }) };
  }

  /** The message fields of a number: fields of another wire type are not what the schema means. */
  *messages(range: MessageRange, number: number): Generator<MessageRange> {
    for (const field of this.reader.fields(range)) {
      if (field.number === number && field.wireType === 2) {
        yield this.reader.message(field, range);
      }
    }
  }

  /** A name: short, or the file is not a real model. @throws {AibomError} TF_OVER_LIMIT */
  name(field: WireField, what: string): string {
    if (field.wireType !== 2 || field.value > BigInt(limits.maxNameBytes)) {
      throw this.overLimit(`bytes of a ${what}`, limits.maxNameBytes, field.tagStart);
    }
    return new TextDecoder().decode(this.reader.bytes(field, limits.maxNameBytes));
  }

  /** Counts a node. @throws {AibomError} TF_OVER_LIMIT */
  countOperator(operator: string, node: string, offset: number): void {
    const known = this.operators.get(operator);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    if (this.operators.size >= limits.maxTensorFlowOperatorKinds) {
      throw this.overLimit("kinds of operators", limits.maxTensorFlowOperatorKinds, offset);
    }
    this.operators.set(operator, { count: 1, node, offset });
  }

  overLimit(what: string, limit: number, offset: number): AibomError {
    return AibomError.of("TF_OVER_LIMIT", { what, limit }, { where: this.at(offset) });
  }

  /** An unknown field of an outermost message. */
  addUnknown(message: string, field: WireField): void {
    this.findings.add(
      finding("TF_UNKNOWN_FIELD", this.at(field.tagStart), {
        message,
        field: field.number,
        bytes: field.end - field.tagStart,
      }),
    );
  }
}
