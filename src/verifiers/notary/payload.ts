// SPDX-License-Identifier: Apache-2.0
// The payload of a Notary Project signature (signature-specification.md, "Payload"): the descriptor of what was signed.
// Read only after the signature is good.

import { isJsonObject, parseJson } from "../../bytes/json.ts";
import { limits } from "../../limits.ts";
import { Fields } from "../attestation/fields.ts";
import { malformed } from "./envelope.ts";

export interface TargetArtifact {
  readonly mediaType: string;
  /** Algorithm, a colon and hexadecimal digits, as signed. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** The signer's own words. */
  readonly annotations: ReadonlyMap<string, string>;
}

/** @throws {AibomError} NOTARY_MALFORMED, JSON_*, TEXT_NOT_UTF8 */
export function parseTargetArtifact(payload: Uint8Array, path: string): TargetArtifact {
  const root = parseJson(payload, { path, maxBytes: limits.maxNotaryEnvelopeBytes, maxDepth: 16 });
  if (!isJsonObject(root)) {
    throw malformed("the payload is not an object");
  }
  const complain = (pointer: string, reason: string) =>
    malformed(`payload: ${pointer} ${reason}`.slice(0, 200));
  const target = new Fields(root, "", complain).object("targetArtifact");
  const size = target.optionalCount("size");
  if (size === undefined) {
    throw target.fault("size", "is required and is absent");
  }
  const annotations = target.optionalObject("annotations");
  const names = annotations?.names() ?? [];
  return {
    mediaType: target.text("mediaType"),
    digest: target.text("digest"),
    size,
    annotations: new Map(names.map((name) => [name, annotations?.optionalText(name) ?? ""])),
  };
}
