// SPDX-License-Identifier: Apache-2.0
// Credentials on the start path that somebody else issues and can revoke. The name of the variable is told, its value never is.

import type { KillSwitch } from "./kill-switch.ts";
import { seatOf } from "./kill-switch.ts";
import { credentialOf } from "./known.ts";
import type { Configuration, Place, Variable } from "./settings.ts";

/** A credential whose value stands in the file. */
export interface InlineSecret extends Place {
  readonly name: string;
}

export interface Credentials {
  readonly switches: readonly KillSwitch[];
  readonly inline: readonly InlineSecret[];
}

export function detectCredentials({ variables, workloads, configMaps }: Configuration): Credentials {
  const all = [
    ...variables,
    ...workloads.flatMap((each) => each.variables),
    ...[...configMaps.values()].flat(),
  ];
  const switches: KillSwitch[] = [];
  const inline: InlineSecret[] = [];
  for (const { name, path, line, ...variable } of all) {
    const credential = credentialOf(name);
    if (credential === undefined || variable.value === "") {
      continue;
    }
    const why = `${credential.issuer} issues it and can revoke it`;
    switches.push({ path, line, class: "start-credential", name, why, ...seatOf(credential.seat) });
    if (isWrittenOut(variable)) {
      inline.push({ path, line, name });
    }
  }
  return { switches, inline };
}

/** A value that is no reference to another place and no filler. */
function isWrittenOut({ value }: Pick<Variable, "value">): boolean {
  return (
    value !== undefined &&
    value.length >= 16 &&
    !/[${}<>\s]/.test(value) &&
    !value.startsWith("/") &&
    !/^(?:x+|\*+|your|changeme|example|dummy|fake|placeholder|none|null|empty)/i.test(value)
  );
}
