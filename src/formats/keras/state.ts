// SPDX-License-Identifier: Apache-2.0
// Puts what a Keras configuration says into facts; the same for `.keras` files, HDF5 files and SavedModels.

import type { JsonValue } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { finding, type Location } from "../../model/finding.ts";
import type { ClaimList } from "../claim-list.ts";
import type { FindingList } from "../finding-list.ts";
import { type KerasContent, readKerasConfig } from "./config.ts";
import { parseKerasJson } from "./config-json.ts";

/** Where a configuration was found. */
export interface KerasSource {
  readonly path: string;
  /** The member or attribute: `config.json`, `model_config`. */
  readonly member: string;
  /** Where its bytes start in the file. */
  readonly offset?: number;
  /** The configuration is that of one layer, whose name and class are not the model's. */
  readonly isPart?: boolean;
}

/** What a reader collects. */
export interface KerasReport {
  readonly claims: ClaimList;
  readonly findings: FindingList;
}

/**
 * Reads a configuration into facts and findings.
 * @returns false if it could not be read: a finding says why
 */
export function describeKerasConfig(bytes: Uint8Array, source: KerasSource, report: KerasReport): boolean {
  const { path, member, offset } = source;
  let config: JsonValue;
  try {
    config = parseKerasJson(bytes, path, offset);
  } catch (error) {
    if (!(error instanceof AibomError)) {
      throw error;
    }
    const at: Location = {
      path,
      member,
      ...(error.where?.offset === undefined ? {} : { offset: error.where.offset }),
    };
    report.findings.add(finding("KERAS_CONFIG_INVALID", at, { member, reason: error.message }));
    return false;
  }
  const place = (pointer: string): Location => ({ path, member: `${member}#${pointer}` });
  stateContent(readKerasConfig(config, report.findings, place), source, report);
  return true;
}

function stateContent(content: KerasContent, origin: KerasSource, { claims }: KerasReport): void {
  const { path, member, isPart } = origin;
  const source = { path, pointer: member };
  if (content.name !== undefined && isPart !== true) {
    claims.claim("metadata", { key: "keras.name", value: content.name }, source);
  }
  if (content.modelClass !== undefined && isPart !== true) {
    claims.claim("architecture.class", content.modelClass, source);
  }
  if (content.layerTypes.size > 0) {
    const sorted = [...content.layerTypes].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    claims.computed("layer_types", Object.fromEntries(sorted), source);
  }
  for (const { module, name, verdict, count, pointer } of content.imports) {
    const at = { path, pointer: `${member}#${pointer}` };
    claims.computed("import", { module, name, verdict, count }, at);
    if (verdict === "unknown") {
      claims.claim("custom_code", { class: name, module }, at);
    }
  }
}
