// SPDX-License-Identifier: Apache-2.0
// A Keras configuration as a file of its own: in the directory of a model that was not packed, in a `.keras` archive,
// or written by `model.to_json()`. Keras builds every object that it names.

import type { ByteSource } from "../bytes/byte-source.ts";
import { isJsonObject } from "../bytes/json.ts";
import { limits } from "../limits.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { parseKerasJson } from "./keras/config-json.ts";
import { KerasReport } from "./keras/keras-report.ts";

/** Names under which Keras, and its library of models, look for a configuration. */
const usualName = /(?:^|\/)(?:config|task|preprocessor|model)\.json$/iu;

/** The reader of configurations. */
export const kerasConfig: Format = {
  id: "keras-config",
  holdsWeights: false,
  extensions: [".json"],
  match({ bytes, path }: Head): Match {
    const text = new TextDecoder().decode(bytes).trimStart();
    const isKerasHead = text.includes('"class_name"') || text.startsWith('{"module"');
    return text.startsWith("{") && (isKerasHead || usualName.test(path)) ? "possible" : "no";
  },
  confirm(source: ByteSource): boolean {
    if (source.size > limits.maxKerasConfigBytes) {
      return false;
    }
    const config = parseKerasJson(source.read(0, source.size), source.path);
    return (
      isJsonObject(config) && typeof config["class_name"] === "string" && Object.hasOwn(config, "config")
    );
  },
  describe(source: ByteSource): Description {
    const findings = new FindingList(source.path);
    const claims = new ClaimList(findings);
    const keras = new KerasReport(source.path, claims, findings);
    const isRead = keras.read(source.read(0, source.size), { member: "" });
    keras.state();
    return {
      facts: claims.facts,
      findings: findings.all(),
      references: [],
      ...(isRead ? {} : { incomplete: true }),
    };
  },
};
