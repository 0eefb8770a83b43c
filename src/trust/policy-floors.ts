// SPDX-License-Identifier: Apache-2.0
// The lowest version of a policy that still counts, by the policy's name. A signature stays good for ever, so an old
// signed policy could be put back; what is refused is written down here, in the trust root, and nowhere else: there is
// no hidden state that one machine has and another lacks.

import { asObject, asString, ceilings, invalid, onlyFields } from "./fields.ts";

export interface PolicyFloor {
  /** Name of the policy. */
  readonly name: string;
  readonly minimumVersion: number;
}

/** The schema of policies has the same bounds. */
const maxVersion = 2_147_483_647;

/** @throws {AibomError} TRUST_ROOT_INVALID, TRUST_UNKNOWN_FIELD */
export function parsePolicyFloor(value: unknown, pointer: string): PolicyFloor {
  const fields = asObject(value, pointer);
  onlyFields(fields, ["name", "minimumVersion"], pointer);
  const name = asString(fields.get("name"), `${pointer}/name`, ceilings.nameLength);
  if (!/^[A-Za-z0-9][A-Za-z0-9._:-]*$/.test(name)) {
    invalid(`${pointer}/name`, "must start with a letter or digit and hold only letters, digits and . _ : -");
  }
  const minimumVersion = fields.get("minimumVersion");
  return typeof minimumVersion === "number" &&
    Number.isInteger(minimumVersion) &&
    minimumVersion >= 0 &&
    minimumVersion <= maxVersion
    ? { name, minimumVersion }
    : invalid(`${pointer}/minimumVersion`, `must be a whole number from 0 to ${maxVersion}`);
}
