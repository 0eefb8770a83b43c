// SPDX-License-Identifier: Apache-2.0
// Codes of signatures and attestations of container images, and of what is found where they lie.

import type { CodeTable } from "./code.ts";

export const imageSignatureCodes = {
  IMAGE_SIGNATURE_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "the image signature cannot be read: {reason}",
    hint: "get the signature again; it is damaged or was written by another tool",
    explain:
      "A signature of cosign or containers/image is a payload with its signature, certificate and log entry beside it. None of what " +
      "stands beside is signed, so what is not understood refuses the signature.",
  },
  IMAGE_SIGNATURE_UNREADABLE: {
    severity: "high",
    exit: 1,
    message: "a signature or attestation is listed and cannot be read: {reason}",
    hint: "copy the image again with all that refers to it",
    explain:
      "Evidence that is damaged must not look like evidence that never was. It is listed as rejected, with its reason.",
  },
  IMAGE_SIGNATURE_LAYERS: {
    severity: "high",
    exit: 1,
    message: "the manifest of the signature has {count} layers of its kind, expected {expected}",
    hint: "get the signature again; one manifest of this kind holds one signature",
    explain: "With several it would be a matter of the reader which one counts.",
  },
  IMAGE_SIGNATURE_TYPE: {
    severity: "high",
    exit: 1,
    message: "the signed payload is a {got}, expected {expected}",
    hint: "this signature is about something else; use the one made for this image",
    explain:
      "The payload says what it is. Taking one kind for another is how a signature over something harmless comes to vouch for an image.",
  },
  IMAGE_SIGNATURE_OTHER_IMAGE: {
    severity: "high",
    exit: 1,
    message: "the signature is about {got}, this is {expected}",
    hint: "use the signature that was made for this image",
    explain:
      "The signature is good and names another digest. Where a signature lies says nothing: only the digest in what was signed counts.",
  },
  IMAGE_SIGNATURE_OTHER_REPOSITORY: {
    severity: "high",
    exit: 1,
    message: "the signature was made for {got}, expected {expected}",
    hint: "get the image from where its signer published it, or correct --image-repository",
    explain:
      "A signature names the repository that it was made for. Without the comparison an image that was signed for one place (a " +
      "test, an older line) counts in every other, since bytes and digest are the same.",
  },
  IMAGE_SIGNATURE_NO_KEY: {
    severity: "high",
    exit: 1,
    message: "none of the {count} keys that the trust root allows for this made the signature",
    hint: "add the signer's public key to the trust root, if you trust it: aibom trust add",
    explain:
      "Signatures of cosign do not name their key, so the keys of the trust root are tried. The signer is unknown, or the signature is damaged.",
  },
  IMAGE_SIGNATURE_LOG: {
    severity: "high",
    exit: 1,
    message: "the log entry of the signature is about another {what}",
    hint: "get the signature again; its log entry was exchanged",
    explain:
      "A log entry must record this signature, over this payload, by this key or certificate: all three, whatever vouches for the " +
      "signer (CVE-2022-36056, CVE-2026-22703).",
  },
  IMAGE_SIGNATURE_OPENPGP: {
    severity: "medium",
    exit: 1,
    message: "the signature is made with OpenPGP, which aibom does not verify",
    hint: "sign with cosign or notation, or verify it with the tool that made it",
    explain: "containers/image also signs with GPG keys. Such a signature is listed and never counts.",
  },
  IMAGE_SIGNATURES_TOO_MANY: {
    severity: "high",
    exit: 1,
    message: "there are more than {limit} signatures and attestations for {digest}",
    hint: "remove those that nobody needs; the rest was not looked at",
    explain:
      "Each costs work before anything is known to be genuine (CVE-2023-46737, CVE-2023-33957), so their number is limited.",
  },
  IMAGE_CLAIM_UNSIGNED: {
    severity: "info",
    exit: 1,
    message: "{what} about {digest} is not signed",
    hint: "nothing; ask the publisher for a signed one if a rule needs it",
    explain:
      "Build tools put provenance and SBOMs beside an image without a signature. They are claims of whoever wrote the image, and no " +
      "rule is met by them.",
  },
  IMAGE_REFERRER_UNRECOGNISED: {
    severity: "low",
    exit: 1,
    message: "what refers to {digest} is of an unknown kind, {type}",
    hint: "nothing, unless you expected a signature in it",
    explain:
      "It may be a signature of a kind that aibom does not know. It was not looked at, and it is said so that nobody takes the image " +
      "for one without signatures.",
  },
  IMAGE_REBOUND: {
    severity: "info",
    exit: 1,
    message: "the saved image is {manifest}, by its configuration and its {layers} layers",
    hint: "nothing",
    explain:
      "`docker save` writes no registry manifest, so no signature names what it wrote. The signed manifest that was given names the " +
      "same configuration, and the configuration the same uncompressed layers: it is the same image.",
  },
  IMAGE_EVIDENCE_UNRELATED: {
    severity: "medium",
    exit: 1,
    message: "nothing in it is about an image of the target",
    hint: "give the signatures of this image, copied with the image's manifest",
    explain:
      "A directory of signatures was named, and neither a manifest in it nor the subject of a signature is one of the target's.",
  },
} as const satisfies CodeTable;
