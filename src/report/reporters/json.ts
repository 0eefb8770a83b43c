// SPDX-License-Identifier: Apache-2.0
// The verdict as one JSON object, described by schemas/verdict.schema.json. Nothing depends on locale, time
// zone or the order in which things were found: same inputs, same bytes.

import { verdictJson } from "../json-shape.ts";
import type { Reporter } from "../reporter.ts";

export const jsonReporter: Reporter = {
  id: "json",
  render: (verdict) => `${JSON.stringify(verdictJson(verdict), null, 2)}\n`,
};
