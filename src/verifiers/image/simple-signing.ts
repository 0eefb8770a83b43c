// SPDX-License-Identifier: Apache-2.0
// Simple signing payloads (containers/image, docs/containers-signature.5.md) as cosign before version 3 and
// containers/image sign them: the digest of a manifest, and the repository it was signed for. Read only after the
// signature is good. What is critical must be understood; `optional` is the signer's own and is ignored.

import { isJsonObject, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { Fields } from "../attestation/fields.ts";
import { type SignedImage, sha256Name } from "./signed-image.ts";

export interface SimpleSigningPayload {
  /** `sha256:` and 64 hexadecimal digits, as signed. */
  readonly digest: string;
  /** Registry and repository, perhaps with a tag. May be empty: then it was signed for no place. */
  readonly reference: string;
}

/** cosign writes it and never checked it (verifiers.go); another payload of this shape is another statement. */
const payloadType = "cosign container image signature";

/** @throws {AibomError} IMAGE_SIGNATURE_TYPE, IMAGE_SIGNATURE_MALFORMED, JSON_*, TEXT_NOT_UTF8 */
export function parseSimpleSigning(payload: Uint8Array, path: string): SimpleSigningPayload {
  const root = parseJson(payload, { path, maxBytes: limits.maxBundleDerBytes, maxDepth: 16 });
  const complain = (pointer: string, reason: string): AibomError =>
    AibomError.of("IMAGE_SIGNATURE_MALFORMED", { reason: `payload: ${pointer} ${reason}`.slice(0, 200) });
  if (!isJsonObject(root)) {
    throw complain("/", "is not an object");
  }
  const critical = new Fields(root, "", complain).object("critical");
  critical.only("identity", "image", "type");
  const type = critical.text("type");
  if (type !== payloadType) {
    throw AibomError.of("IMAGE_SIGNATURE_TYPE", { got: type.slice(0, 100), expected: payloadType });
  }
  const image = critical.object("image");
  image.only("docker-manifest-digest");
  const identity = critical.object("identity");
  identity.only("docker-reference");
  return {
    digest: image.text("docker-manifest-digest"),
    reference: identity.optionalText("docker-reference") ?? "",
  };
}

/**
 * Compares what was signed with the image at hand.
 * @throws {AibomError} IMAGE_SIGNATURE_OTHER_IMAGE, IMAGE_SIGNATURE_OTHER_REPOSITORY
 */
export function requireSignedImage({ digest, reference }: SimpleSigningPayload, image: SignedImage): void {
  const names = [...image.digests].map(([algorithm, hex]) => `${algorithm}:${hex}`);
  if (!names.includes(digest)) {
    const args = { got: digest.slice(0, 160), expected: sha256Name(image) };
    throw AibomError.of("IMAGE_SIGNATURE_OTHER_IMAGE", args);
  }
  const { repository } = image;
  if (repository !== undefined && repositoryOf(reference) !== repository) {
    const got = reference === "" ? "no repository" : reference.slice(0, 200);
    throw AibomError.of("IMAGE_SIGNATURE_OTHER_REPOSITORY", { got, expected: repository });
  }
}

/** A reference without its tag and digest: a colon behind the last slash begins a tag, before it a port. */
function repositoryOf(reference: string): string {
  const [name = ""] = reference.split("@", 1);
  const tag = name.indexOf(":", name.lastIndexOf("/") + 1);
  return tag < 0 ? name : name.slice(0, tag);
}
