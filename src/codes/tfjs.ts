// SPDX-License-Identifier: Apache-2.0
// Codes of TensorFlow.js models.

import type { CodeTable } from "./code.ts";

export const tfjsCodes = {
  TFJS_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a complete TensorFlow.js model: {reason}",
    hint: "convert the model again, or fetch the file again from its source",
    explain:
      "The JSON is that of a TensorFlow.js model, and a weight lacks its name, shape or type, or one of them cannot be. The file is " +
      "damaged or made by hand.",
  },
  TFJS_OVER_LIMIT: {
    severity: "high",
    exit: 3,
    message: "more than {limit} {what}",
    hint: "no real model needs that; treat the file as damaged or hostile",
    explain: "A count in the model is larger than in any real model, so reading stopped.",
  },
  TFJS_CUSTOM_OPERATOR: {
    severity: "medium",
    exit: 3,
    message: "needs an operator that TensorFlow.js does not bring along: {operator} ({count} nodes)",
    hint: "find out which script registers it, and review that script as well",
    explain:
      "TensorFlow.js runs operators that it does not know only if a script registers them (tf.registerOp). The model alone says " +
      "nothing about that code. Operators that reach files or Python in TensorFlow do not exist in TensorFlow.js, so a graph " +
      "that names one was not made to run there.",
  },
  TFJS_WEIGHTS_PATH: {
    severity: "high",
    exit: 1,
    message: "names weights outside of its directory: {file}",
    hint: "do not load it; it makes the loader read another file, or fetch one from another place",
    explain:
      "Shards are files beside the model's JSON. A path with `..`, an absolute path or an address makes a loader read or fetch " +
      "something that is not part of the model.",
  },
  TFJS_WEIGHTS_MISSING: {
    severity: "medium",
    exit: 3,
    message: "the file {file} with weights is missing",
    hint: "put the shards beside the JSON; without them the weights cannot be verified",
    explain:
      "The model's manifest names a shard that is not in the directory, so only a part of the model was seen.",
  },
  TFJS_WEIGHTS_SIZE: {
    severity: "high",
    exit: 3,
    message: "its weights take {expected} bytes, the shards {file} have {size}",
    hint: "fetch the model again; shards and manifest do not belong together",
    explain:
      "The weights of a group lie one behind the other in its shards. Too few bytes mean a shard was cut or exchanged; more mean that " +
      "something is hidden behind the weights.",
  },
} as const satisfies CodeTable;
