// SPDX-License-Identifier: Apache-2.0
// What the rule kinds find that look at how signatures were made, at digests, origin, lineage, data and the like.

import type { CodeTable } from "./code.ts";

export const policyRuleCodes = {
  SIGNATURE_NOT_AS_DEMANDED: {
    severity: "high",
    exit: 1,
    message: "{artifact}: the signature by {signers} does not count: {reason}",
    hint: "sign again as the rule demands: with a time stamp, through a transparency log, or more recently",
    explain:
      "The signature is good and its signer is named, but the rule asks for more: a proven time, an entry in a " +
      "transparency log, an age, or a scheme. A signature that lacks it is not counted.",
  },
} as const satisfies CodeTable;
