// SPDX-License-Identifier: Apache-2.0
// What a time-stamp authority answers: TimeStampResp (RFC 3161, section 2.4.2).

import { encodeInteger, encodeNamedBits, encodeSequence, encodeUtf8 } from "../bytes/der-encode.ts";

/** PKIFailureInfo: the bits that RFC 3161 names, but addInfoNotAvailable, which nobody can ask for here. */
const failureBits = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  systemFailure: 25,
} as const;

export type FailureName = keyof typeof failureBits;

const statusGranted = 0n;
const statusRejection = 2n;

/** A granted answer with its TimeStampToken. */
export function grantedResponse(token: Uint8Array): Uint8Array {
  return encodeSequence(encodeSequence(encodeInteger(statusGranted)), token);
}

/** A refusal: why, for programs and for people. */
export function refusalResponse(failure: FailureName, text: string): Uint8Array {
  return encodeSequence(
    encodeSequence(
      encodeInteger(statusRejection),
      encodeSequence(encodeUtf8(text)),
      encodeNamedBits(failureBits[failure]),
    ),
  );
}
