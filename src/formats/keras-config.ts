// SPDX-License-Identifier: Apache-2.0
// A Keras configuration as a file of its own: in the directory of a model that was not packed, in a `.keras` archive,
// or written by `model.to_json()`. Keras builds every object that it names.

import type { ByteSource } from "../bytes/byte-source.ts";
import { isJsonObject } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
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
    // Most files are no JSON: one look tells.
    if (!startsLikeObject(bytes)) {
      return "no";
    }
    const text = plainText(bytes);
    if (usualName.test(path)) {
      return text === "" || text.startsWith("{") ? "possible" : "no";
    }
    const isKerasHead = text.includes('"class_name"') || text.startsWith('{"module"');
    return text.startsWith("{") && isKerasHead ? "possible" : "no";
  },
  confirm(source: ByteSource): boolean {
    if (source.size > limits.maxKerasConfigBytes) {
      // Said by the reader: nobody has looked into it.
      return true;
    }
    const bytes = source.read(0, source.size);
    try {
      const config = parseKerasJson(bytes, source.path);
      return (
        isJsonObject(config) && typeof config["class_name"] === "string" && Object.hasOwn(config, "config")
      );
    } catch (error) {
      if (!(error instanceof AibomError)) {
        throw error;
      }
      // Python reads more than strict JSON, equal keys above all: what might be a model is not let pass.
      return /class_name|\\u00/u.test(plainText(bytes));
    }
  },
  describe(source: ByteSource): Description {
    const findings = new FindingList(source.path);
    const claims = new ClaimList(findings);
    const keras = new KerasReport(source.path, claims, findings);
    if (source.size > limits.maxKerasConfigBytes) {
      const args = { size: source.size, limit: limits.maxKerasConfigBytes };
      throw AibomError.of("JSON_TOO_LARGE", args, { where: { path: source.path, offset: 0 } });
    }
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

/** False if the first byte that says something is no brace. Blanks of whatever kind are left to `plainText`. */
function startsLikeObject(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => !encodingBytes.has(byte));
  return first === undefined || first === openingBrace || blank.test(String.fromCharCode(first));
}

const openingBrace = 0x7b;
const blank = /\s/u;
/** Zeros and the bytes of byte order marks. */
const encodingBytes: ReadonlySet<number> = new Set([0, 0xef, 0xbb, 0xbf, 0xff, 0xfe]);

/** The text without what tells encodings apart, which Python guesses: zeros, byte order marks, blanks in front. */
function plainText(bytes: Uint8Array): string {
  const first = bytes.findIndex((byte) => !encodingBytes.has(byte));
  const rest = first === -1 ? new Uint8Array(0) : bytes.subarray(first).filter((byte) => byte !== 0);
  return Buffer.from(rest).toString("latin1").trimStart();
}
