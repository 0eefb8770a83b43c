// SPDX-License-Identifier: Apache-2.0
// What a time stamp says: TSTInfo (RFC 3161, section 2.4.2).

import {
  contextTag,
  type DerElement,
  DerReader,
  derTags,
  explicitContent,
  parseDer,
} from "../../bytes/der.ts";
import { derTime } from "../../bytes/der-time.ts";
import { derBoolean, derInteger, derOctets, derOid, derSmallInteger } from "../../bytes/der-values.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { type Extensions, parseExtensions } from "../../x509/extensions.ts";
import { parseGeneralName, subjectAltName } from "../../x509/general-name.ts";
import { algorithmName, type HashName, parseHashAlgorithm } from "../../x509/signature-algorithm.ts";

export interface TstInfo {
  /** Object identifier of the authority's policy. */
  readonly policy: string;
  /** Undefined: an algorithm that is not accepted, see `imprintAlgorithm`. */
  readonly imprintHash: HashName | undefined;
  /** Name or object identifier of the imprint's algorithm. */
  readonly imprintAlgorithm: string;
  readonly imprint: Uint8Array;
  readonly serialNumber: bigint;
  /** The authority's clock, cut to milliseconds. */
  readonly genTime: Date;
  /** The last millisecond that the stamp allows: `genTime` with its cut digits and the accuracy added, rounded up. */
  readonly latest: Date;
  /** Microseconds that the clock may be off by the authority's account; undefined if it says nothing. */
  readonly accuracyMicroseconds: number | undefined;
  readonly ordering: boolean;
  readonly nonce: bigint | undefined;
  /** What the authority calls itself. A hint: the signer is known by its certificate. */
  readonly tsa: string | undefined;
  readonly extensions: Extensions;
}

/** @throws {AibomError} DER_*, TIMESTAMP_MALFORMED, TIMESTAMP_ACCURACY, CERTIFICATE_MALFORMED (extensions, name) */
export function parseTstInfo(content: Uint8Array): TstInfo {
  const what = "time-stamp content";
  const reader = new DerReader(parseDer(content, what), what);
  const version = derInteger(reader.next("version"), `version of ${what}`);
  if (version !== 1n) {
    throw AibomError.of("TIMESTAMP_MALFORMED", { reason: `its version is ${version}, expected 1` });
  }
  const policy = derOid(reader.next("policy"), `policy of ${what}`);
  const imprint = parseImprint(reader.nested("imprint"));
  const serialNumber = derInteger(reader.next("serial number"), `serial number of ${what}`);
  const { time, isCut } = derTime(reader.next("time", derTags.generalizedTime), `time of ${what}`);
  const accuracy = reader.optional(derTags.sequence);
  const ordering = reader.optional(derTags.boolean);
  const nonce = reader.optional(derTags.integer);
  const tsa = reader.optional(contextTag(0));
  const extensions = reader.optional(contextTag(1));
  reader.end();
  const accuracyMicroseconds = accuracy && parseAccuracy(accuracy);
  const slack = Math.ceil((accuracyMicroseconds ?? 0) / 1000) + (isCut ? 1 : 0);
  return {
    policy,
    ...imprint,
    serialNumber,
    genTime: time,
    latest: new Date(time.getTime() + slack),
    accuracyMicroseconds,
    ordering: ordering !== undefined && derBoolean(ordering, `ordering of ${what}`),
    nonce: nonce && derInteger(nonce, `nonce of ${what}`),
    tsa:
      tsa &&
      subjectAltName(parseGeneralName(explicitContent(tsa, "name of authority"), "name of authority")).value,
    extensions: extensions ? parseExtensions(extensions, contextTag(1)) : new Map(),
  };
}

function parseImprint(reader: DerReader): Pick<TstInfo, "imprintHash" | "imprintAlgorithm" | "imprint"> {
  const algorithm = reader.next("hash algorithm");
  const imprint = derOctets(reader.next("hash"), "imprint");
  reader.end();
  return {
    imprintHash: parseHashAlgorithm(algorithm, "hash algorithm of imprint"),
    imprintAlgorithm: algorithmName(algorithm, "hash algorithm of imprint"),
    imprint,
  };
}

/** Accuracy: seconds, and thousands of them from 1 to 999. */
function parseAccuracy(element: DerElement): number {
  const what = "accuracy";
  const reader = new DerReader(element, what);
  const [milliTag, microTag] = [contextTag(0, "primitive"), contextTag(1, "primitive")];
  const seconds = reader.optional(derTags.integer);
  const millis = reader.optional(milliTag);
  const micros = reader.optional(microTag);
  reader.end();
  const wholeSeconds = seconds ? derSmallInteger(seconds, what) : 0;
  if (wholeSeconds > limits.maxTimestampAccuracySeconds) {
    const limit = limits.maxTimestampAccuracySeconds;
    throw AibomError.of("TIMESTAMP_ACCURACY", { reason: `${wholeSeconds} seconds, limit is ${limit}` });
  }
  const thousandths = (part: DerElement | undefined, tag: number): number => {
    const value = part ? derSmallInteger(part, what, tag) : 0;
    if (value > 999 || (part !== undefined && value === 0)) {
      throw AibomError.of("TIMESTAMP_ACCURACY", {
        reason: `written with a part of ${value}, expected 1 to 999`,
      });
    }
    return value;
  };
  return wholeSeconds * 1_000_000 + thousandths(millis, milliTag) * 1000 + thousandths(micros, microTag);
}
