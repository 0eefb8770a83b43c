// SPDX-License-Identifier: Apache-2.0
// Files in which containers/image keeps signatures beside a manifest (internal/signature/signature.go): a zero byte, the name
// of the format, a newline and JSON; or, without a zero byte first, an OpenPGP message. The JSON holds what cosign
// writes as a layer with annotations.

import { isJsonObject, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { Fields } from "../attestation/fields.ts";
import type { ImageSignature } from "./signed-image.ts";

const sigstoreHead = Buffer.from("\0sigstore-json\n", "latin1");
const payloadType = "application/vnd.dev.cosign.simplesigning.v1+json";

/** @throws {AibomError} IMAGE_SIGNATURE_OPENPGP, IMAGE_SIGNATURE_MALFORMED, IMAGE_SIGNATURE_TYPE, JSON_* */
export function readSignatureFile(bytes: Uint8Array, path: string): ImageSignature {
  if (bytes[0] !== 0) {
    throw AibomError.of("IMAGE_SIGNATURE_OPENPGP", {});
  }
  if (Buffer.compare(bytes.subarray(0, sigstoreHead.length), sigstoreHead) !== 0) {
    throw malformed("it is of an unknown format");
  }
  const root = parseJson(bytes.subarray(sigstoreHead.length), {
    path,
    maxBytes: limits.maxBundleDerBytes,
    maxDepth: 8,
    offset: sigstoreHead.length,
  });
  if (!isJsonObject(root)) {
    throw malformed("it is not an object");
  }
  const fields = new Fields(root, "", (pointer, reason) => malformed(`${pointer} ${reason}`.slice(0, 200)));
  fields.only("mimeType", "payload", "annotations");
  const mimeType = fields.text("mimeType");
  if (mimeType !== payloadType) {
    throw AibomError.of("IMAGE_SIGNATURE_TYPE", { got: mimeType.slice(0, 100), expected: payloadType });
  }
  const text = fields.text("payload");
  const payload = Buffer.from(text, "base64");
  if (payload.length === 0 || payload.toString("base64") !== text) {
    throw malformed("payload is not canonical base64");
  }
  const annotations = fields.optionalObject("annotations");
  const names = annotations?.names() ?? [];
  return {
    form: "simple-signing",
    place: path,
    bytes: payload,
    annotations: new Map(names.map((name) => [name, annotations?.optionalText(name) ?? ""])),
  };
}

function malformed(reason: string): AibomError {
  return AibomError.of("IMAGE_SIGNATURE_MALFORMED", { reason });
}
