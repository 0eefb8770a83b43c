// SPDX-License-Identifier: Apache-2.0
// What the Keras configurations of one file amount to; the same for `.keras` files, HDF5 files and SavedModels.

import type { JsonValue } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { finding, type Location } from "../../model/finding.ts";
import type { ClaimList } from "../claim-list.ts";
import type { FindingList } from "../finding-list.ts";
import { ConfigWalk, member, text } from "./config.ts";
import { parseKerasJson } from "./config-json.ts";
import { trainingKeys } from "./training.ts";

/** Where a configuration was found. */
export interface KerasSource {
  /** The attribute or object: `model_config`. Empty if the configuration is the whole file. */
  readonly member: string;
  /** Where its bytes start in the file. */
  readonly offset?: number;
  /** The configuration is that of one layer, whose name and class are not the model's. */
  readonly isPart?: boolean;
}

/** Reads the configurations of one file. */
export class KerasReport {
  readonly #path: string;
  readonly #claims: ClaimList;
  readonly #findings: FindingList;
  readonly #walk: ConfigWalk;

  constructor(path: string, claims: ClaimList, findings: FindingList) {
    this.#path = path;
    this.#claims = claims;
    this.#findings = findings;
    this.#walk = new ConfigWalk(findings);
  }

  /**
   * Reads one configuration.
   * @returns false if it could not be read: a finding says why
   */
  read(bytes: Uint8Array, { member: name, offset, isPart = false }: KerasSource): boolean {
    let config: JsonValue;
    try {
      config = parseKerasJson(bytes, this.#path, offset);
    } catch (error) {
      if (!(error instanceof AibomError)) {
        throw error;
      }
      const at: Location = {
        path: this.#path,
        ...(name === "" ? {} : { member: name }),
        ...(error.where?.offset === undefined ? {} : { offset: error.where.offset }),
      };
      const args = { member: name === "" ? this.#path : name, reason: error.message };
      this.#findings.add(finding("KERAS_CONFIG_INVALID", at, args));
      return false;
    }
    this.readParsed(config, name, isPart);
    return true;
  }

  /** Takes in a configuration that is part of a larger document. */
  readParsed(config: JsonValue, name: string, isPart = false): void {
    const kind = isPart ? "part" : trainingKeys.has(name) ? "training" : "model";
    this.#walk.read(config, kind, (pointer) => ({ path: this.#path, member: `${name}#${pointer}` }));
    if (!isPart) {
      this.#stateModel(config, name);
    }
  }

  #stateModel(config: JsonValue, pointer: string): void {
    const source = { path: this.#path, ...(pointer === "" ? {} : { pointer }) };
    const name = text(member(config, "config"), "name");
    if (name !== undefined) {
      this.#claims.claim("metadata", { key: "keras.name", value: name }, source);
    }
    const modelClass = text(config, "class_name");
    if (modelClass !== undefined) {
      this.#claims.claim("architecture.class", modelClass, source);
    }
  }

  /** Puts what all configurations hold into facts. Called once, at the end. */
  state(): void {
    const { layerTypes, imports } = this.#walk;
    if (layerTypes.size > 0) {
      const sorted = [...layerTypes].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      this.#claims.computed("layer_types", Object.fromEntries(sorted), { path: this.#path });
    }
    for (const { module, name, verdict, count, place } of imports.values()) {
      const at = { path: this.#path, pointer: place.member ?? "" };
      this.#claims.computed("import", { module, name, verdict, count }, at);
      if (verdict === "unknown") {
        this.#claims.claim("custom_code", { class: name, module }, at);
      }
    }
  }
}
