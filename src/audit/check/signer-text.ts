// SPDX-License-Identifier: Apache-2.0
// A proven signer in one line.

import type { ProvenSigner } from "../../verifiers/signature.ts";

export function signerText({ signer, times }: ProvenSigner, what: string, judged: Date): string {
  const [first] = times;
  const when =
    first === undefined
      ? `judged at ${judged.toISOString()}`
      : `proven at ${first.time.toISOString()} by ${times.map((each) => each.authority).join(", ")}`;
  return `${what} by ${signer.identity}, key ${signer.keyId.slice(0, 16)}..., ${when}`;
}
