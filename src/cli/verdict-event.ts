// SPDX-License-Identifier: Apache-2.0
// A verdict as an event of the custody log. Its output is the JSON report, byte for byte what `--format json` writes, so that a
// report that somebody kept can be found again by its hash.

import { createHash } from "node:crypto";
import type { Resource } from "../custody-log.ts";
import type { Digest } from "../model/digest.ts";
import type { Verdict } from "../model/verdict.ts";
import { jsonReporter } from "../report/reporters/json.ts";
import type { LoggedEvent } from "./custody.ts";

/** The event. An audit reports and does not gate. */
export function verdictEvent(verdict: Verdict): LoggedEvent {
  const { artifacts, inputs, outcome } = verdict;
  const { bom, trustRoot, suppliers, osv, vex = [], policy } = inputs;
  const report = createHash("sha256").update(jsonReporter.render(verdict)).digest("hex");
  return {
    type: inputs.environment?.mode === "audit" ? "verify" : "gate-decision",
    subject: artifacts.map(({ name, manifest }) => resource(name, manifest)),
    inputs: [
      resource("trust-root", trustRoot),
      ...(bom === undefined ? [] : [resource("bom", bom)]),
      ...(suppliers === undefined ? [] : [resource("suppliers", suppliers)]),
      ...(osv === undefined ? [] : [resource("osv", osv)]),
      ...vex.map((digest) => resource("vex", digest)),
    ],
    outputs: [{ name: "verdict.json", digest: { sha256: report } }],
    policy: resource(policy.name, policy.digest),
    outcome,
  };
}

function resource(name: string, { algorithm, hex }: Digest): Resource {
  return { name, digest: { [algorithm]: hex } };
}
