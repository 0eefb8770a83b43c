// SPDX-License-Identifier: Apache-2.0
// Codes of the area "image": the files and directories that container images lie in, their manifests and blobs.

import type { CodeTable } from "./code.ts";

export const imageCodes = {
  IMAGE_CARRIER_INVALID: {
    severity: "high",
    exit: 3,
    message: "no image that can be read: {reason}",
    hint: "save the image again: `docker save`, `skopeo copy … oci-archive:…` or `crane pull --format=oci`",
    explain:
      "An OCI layout has `oci-layout` and `index.json`, an archive of `docker save` has `manifest.json`, skopeo's `dir:` has " +
      "`manifest.json` and `version`. Without them nobody can say which bytes belong to an image.",
  },
  IMAGE_MEMBER_REFUSED: {
    severity: "high",
    exit: 3,
    message: "{what} has no place beside the blobs of an image",
    hint: "save the image again with the tool that it comes from",
    explain:
      "Tools write plain files and directories. Links, devices and names that lead out of the archive are what an attack on " +
      "those who unpack it is made of. aibom unpacks nothing, does not follow them, and counts what they stand for as missing.",
  },
  IMAGE_NAME_AMBIGUOUS: {
    severity: "high",
    exit: 3,
    message: "there is more than one member of this name: {reason}",
    hint: "save the image again with the tool that it comes from",
    explain:
      "Of two members with one name some tools read the first and others the last; of two that differ in case only, it depends " +
      "on the file system. One reader would then check what another does not run. None of them is read.",
  },
  IMAGE_DOCUMENT_INVALID: {
    severity: "high",
    exit: 3,
    message: "not what the format asks for: {reason}",
    hint: "save the image again with the tool that it comes from",
    explain:
      "Indexes, manifests and descriptors have members that must be there and be of one form. What they lead to cannot be " +
      "checked where they are not.",
  },
  IMAGE_DIGEST_INVALID: {
    severity: "high",
    exit: 3,
    message: "`{digest}` is no digest of a known form",
    hint: "a digest is `sha256:` and 64 hexadecimal digits in lower case, or `sha512:` and 128",
    explain:
      "Digests become file names. Those that are not of the known form have been used to read and write elsewhere " +
      "(CVE-2024-3727), so nothing is looked up by them.",
  },
  IMAGE_BLOB_MISSING: {
    severity: "high",
    exit: 3,
    message: "{digest} is not there",
    hint: "save the image again, all of it; tools leave out layers that the other side is thought to have",
    explain:
      "A manifest or an index names this blob. What it holds could not be looked at, so the image is not complete.",
  },
  IMAGE_BLOB_CHANGED: {
    severity: "critical",
    exit: 1,
    message: "the bytes are {actual}, they are named {expected}",
    hint: "do not use it; fetch the image again and compare",
    explain:
      "Blobs are named by the hash of their bytes, and a signature over a manifest covers the layers only by these names. Tools " +
      "that verify an image in a layout hash the manifest and not the layers (cosign issue 1912), so a layer may be exchanged.",
  },
  IMAGE_BLOB_SIZE: {
    severity: "high",
    exit: 3,
    message: "has {actual} bytes, its descriptor says {expected}",
    hint: "do not use it; fetch the image again and compare",
    explain:
      "A descriptor states the size beside the digest. One that is wrong breaks clients that fetch by it, and shows that the " +
      "document which states it was not made from these bytes.",
  },
  IMAGE_BLOB_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "{size} bytes are over the limit of {limit}",
    hint: "look at what it is; manifests and configurations have some kilobytes",
    explain:
      "Documents are read whole, so their size is limited (4 MiB for manifests, as registries do). A larger one is not read.",
  },
  IMAGE_MEDIA_TYPE_MISMATCH: {
    severity: "high",
    exit: 3,
    message: "says it is `{own}`, its descriptor says `{stated}`",
    hint: "do not use it; a document that can be read as two things is made to be (CVE-2021-41190)",
    explain:
      "The same bytes may mean one thing as an index and another as a manifest. Document and descriptor have to agree on the " +
      "media type, or two readers see two images under one signature.",
  },
  IMAGE_MANIFEST_AMBIGUOUS: {
    severity: "critical",
    exit: 1,
    message: "has both `layers` and `manifests`",
    hint: "do not use it; no tool writes this",
    explain:
      "Such a document is an image to one reader and an index to another (GHSA-5j5w-g665-5m35, CVE-2021-41190): what was verified " +
      "is not what runs. It is read as neither.",
  },
  IMAGE_MEDIA_TYPE_UNKNOWN: {
    severity: "medium",
    exit: 3,
    message: "`{mediaType}` is of no kind that is known here",
    hint: "look at it with the tool that made it; its bytes were hashed all the same",
    explain: "aibom does not know how to read it, so what is in it was not looked at.",
  },
  IMAGE_NESTED_TOO_DEEP: {
    severity: "high",
    exit: 3,
    message: "indexes are nested deeper than {limit} levels",
    hint: "look at why it is; real ones nest two deep",
    explain:
      "An index may list indexes. Deeper ones are not followed, so what they lead to was not looked at.",
  },
  IMAGE_TOO_MANY: {
    severity: "high",
    exit: 3,
    message: "more than {limit} {what}",
    hint: "look at what they are; real ones stay far below",
    explain:
      "Lists are read to a limit, so that a small file cannot keep a verifier busy without end. The rest was not looked at.",
  },
  IMAGE_PLATFORM_ABSENT: {
    severity: "info",
    exit: 3,
    message: "the index lists {platform}, which is not here",
    hint: "save the image with all platforms if all of them are to be checked",
    explain:
      "`docker save` and `skopeo copy` carry one platform and leave the index as it is, since its digest is what is signed. What " +
      "is not here was not looked at and cannot be run from here.",
  },
  IMAGE_PLATFORM_MISMATCH: {
    severity: "medium",
    exit: 3,
    message: "the index says it is for {stated}, its configuration says {own}",
    hint: "ask who built the image; a client that asks for one platform gets another",
    explain:
      "Clients choose by what the index says. Cross builds that forget to set the platform cause this as well as those who mean it.",
  },
  IMAGE_ARCHIVE_DISAGREES: {
    severity: "high",
    exit: 3,
    message: "`manifest.json` and `index.json` name different {what}",
    hint: "do not use it; `docker load` reads the one, other tools the other",
    explain:
      "Since version 25 `docker save` writes both. Which one is read depends on the tool, so they have to lead to the same " +
      "images, or what was verified is not what runs.",
  },
  IMAGE_BLOBS_UNLISTED: {
    severity: "low",
    exit: 3,
    message: "{count} files of {size} bytes belong to no image",
    hint: "save the image again to leave them out",
    explain:
      "They lie in the carrier, and no manifest leads to them: what is left of other images, or something that is carried along " +
      "unseen. No tool would run them. They were not looked at.",
  },
} as const satisfies CodeTable;
