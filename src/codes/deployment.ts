// SPDX-License-Identifier: Apache-2.0
// Codes of the area "deployment": configurations of what serves a model, and the kill switches in them.

import type { CodeTable } from "./code.ts";

export const deploymentCodes = {
  DEPLOYMENT_CONFIG_INVALID: {
    severity: "medium",
    exit: 3,
    message: "the configuration cannot be read: {reason}",
    hint: "make it valid YAML, or leave it out with --ignore if it is none",
    explain:
      "By its name or its first lines the file configures what serves a model, and it cannot be read. What it names is unknown, " +
      "so it is unverified.",
  },
  DEPLOYMENT_SECRET_INLINE: {
    severity: "medium",
    exit: 1,
    message: "the value of {name} stands in the file",
    hint: "take it from a secret store, and revoke this one: whoever has the file has it",
    explain:
      "A credential is written out in a configuration. Only the name of the variable is reported; the value enters no fact, no " +
      "report and no BOM.",
  },
  KILL_SWITCH_MAAS_ENDPOINT: {
    severity: "low",
    exit: 1,
    message: "uses the model service {name}: {why}",
    hint: "serve the model yourself and set the client's base URL; rule kind `kill-switch` decides what is let through",
    explain:
      "A configuration sends requests to somebody else's model service, by an address, or because a client without one goes to " +
      "its maker's. Whoever runs the service can refuse, change or watch what it answers.",
  },
  KILL_SWITCH_PHONE_HOME: {
    severity: "low",
    exit: 1,
    message: "{name} is not told to keep to itself: {why}",
    hint: "set the variable where the software runs; docs/kill-switches.md has the list",
    explain:
      "Some software reports to its makers or asks them for news unless a variable says otherwise. The configuration that starts it " +
      "does not set that variable.",
  },
  KILL_SWITCH_MUTABLE_REFERENCE: {
    severity: "low",
    exit: 1,
    message: "{name} is not fixed: {why}",
    hint: "name images by digest, models by commit, packages by exact version; update by hand, after a check",
    explain:
      "What a configuration names may be something else tomorrow: a tag, a branch, an open version, or an updater that changes it. " +
      "What was verified is then not what runs.",
  },
  KILL_SWITCH_START_CREDENTIAL: {
    severity: "low",
    exit: 1,
    message: "needs {name} to start: {why}",
    hint: "keep what the credential fetches on your own storage, so that a start needs none",
    explain:
      "A credential that somebody else issues stands on the start path. When it is revoked or expires, nothing starts any more.",
  },
  KILL_SWITCH_ASSURANCE_SERVICE: {
    severity: "info",
    exit: 1,
    message: "depends on {name}: {why}",
    hint: "mirror what it delivers, and keep what it proves beside the artifacts",
    explain:
      "An online service of somebody else delivers, proves or licenses what runs. The list says what would stop if the line were cut.",
  },
} as const satisfies CodeTable;
