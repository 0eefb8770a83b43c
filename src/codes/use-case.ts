// SPDX-License-Identifier: Apache-2.0
// Codes of the use-cases: what was given does not fit together.

import type { CodeTable } from "./code.ts";

export const useCaseCodes = {
  BOM_INVALID: {
    severity: "high",
    exit: 2,
    message: "the BOM is not valid CycloneDX: {count} grave findings, first {first}",
    hint: "run `aibom validate` on it for all of them",
    explain:
      "Two readers may understand an invalid BOM differently, so it cannot be the measure of a release, and signing " +
      "it would vouch for nothing in particular.",
  },
  BOM_WITHOUT_FILES: {
    severity: "high",
    exit: 2,
    message: "no component of the BOM lists a file with a digest",
    hint: "make the BOM with a tool that writes the digest of every file, such as `aibom inventory`",
    explain:
      "Without digests of files there is nothing to compare the targets with. Zero comparisons are not a match.",
  },
  BOM_DECLARE_OLD: {
    severity: "high",
    exit: 2,
    message: "is CycloneDX {given}, which has no place for declarations",
    hint: "write it as CycloneDX 1.6 or 1.7, or write a document of its own with --alone",
    explain: "Attestations came into CycloneDX with 1.6. An older document cannot hold them.",
  },
  BOM_SIGNATURE_NOT_FOUND: {
    severity: "info",
    exit: 1,
    message: "there is no signature beside the BOM",
    hint: "sign it with `aibom sign`, or name the signature with --bom-signature",
    explain:
      "An unsigned BOM is somebody's list of digests. It shows whether the files changed since the list was written, " +
      "not who wrote it. The policy decides whether that is enough.",
  },
  REPLAY_NOT_A_VERDICT: {
    severity: "high",
    exit: 2,
    message: "this is not a verdict in JSON",
    hint: "give the file that `aibom verify --format json=FILE` wrote",
    explain:
      "A replay recomputes a verdict. The file does not follow schemas/verdict.schema.json, or holds an error.",
  },
  REPLAY_INPUT_DIFFERS: {
    severity: "high",
    exit: 2,
    message: "the inputs are not those of the verdict: {reason}",
    hint: "give the files that the verdict names by digest, and the flags it was made with",
    explain:
      "A verdict holds the digests of its policy, trust root, BOM and artifacts. From other inputs another verdict is no " +
      "surprise, so it is not computed into an answer.",
  },
  SIGNATURE_FOR_ONE_TARGET: {
    severity: "high",
    exit: 2,
    message: "one signature was named for {count} targets",
    hint: "verify the targets one by one, or keep each signature at its default place",
    explain:
      "A model signature belongs to one model. aibom does not guess which of several targets is meant.",
  },
  DIGEST_TARGET_UNSIGNED: {
    severity: "high",
    exit: 2,
    message: "nothing can be verified about {target} without a signature or attestation",
    hint: "name one with --signature or --attestation, or give the file instead of its digest",
    explain:
      "A target may be given by its digest, for files that are elsewhere or too large to hash again. Then the verdict is " +
      "about the digest, and there must be something that is signed over it.",
  },
  JUDGE_IN_TARGET: {
    severity: "high",
    exit: 2,
    message: "the {what} lies inside the target {target}",
    hint: "keep it outside of what it judges, and name it with --trust-root, --policy or --unsafe-digest-cache",
    explain:
      "Whoever can write to the target could bring a trust root, a policy or a digest cache of their own, and the target " +
      "would vouch for itself. This happens by accident when a download is verified from inside its own directory.",
  },
  SIGN_EMBED_NOT_BOM: {
    severity: "high",
    exit: 2,
    message: "only a CycloneDX JSON document can hold its own signature",
    hint: "leave --embed-signature out; the signature of a model is a file of its own",
    explain: "JSF signatures stand inside the JSON document that they sign. Models have none.",
  },
  SIGN_EMBED_KEYLESS: {
    severity: "high",
    exit: 2,
    message: "a keyless signature cannot be embedded",
    hint: "leave --embed-signature out; the statement beside the BOM can be signed keyless",
    explain:
      "A JSF signature names a long-lived key. It has no place for the certificate, the log entry and the time that a " +
      "keyless signature needs.",
  },
  SIGN_MESSAGE_DIRECTORY: {
    severity: "high",
    exit: 2,
    message: "a message signature is over the bytes of one file, and the target is a directory",
    hint: "sign the directory without --message: a model signature names all its files",
    explain: "A message signature names nothing: it cannot say which of several files it is about.",
  },
  SIGN_MESSAGE_BOM: {
    severity: "high",
    exit: 2,
    message:
      "a BOM is signed with a statement; a bare signature over its bytes would take the statement's place",
    hint: "leave --message out, or say where the signature goes with -o",
    explain:
      "`aibom verify --bom` reads FILE.sigstore.json as the statement about the BOM. A message signature names nothing " +
      "and would be refused there.",
  },
  SIGN_MESSAGE_ALGORITHM: {
    severity: "high",
    exit: 2,
    message: "a message signature cannot use {algorithm}",
    hint: "sign with an ECDSA key (`aibom keygen --type ecdsa-p256`), or sign a BOM of the file with this one",
    explain:
      "Ed25519 and ML-DSA hash the message themselves, so a verifier would need the whole file a second time, after its " +
      "digest. ECDSA signatures over a file verify with the digest alone.",
  },
  SIGN_INCOMPLETE: {
    severity: "high",
    exit: 3,
    message: "cannot be signed; {count} paths of the target cannot be taken in",
    hint: "remove the path, or leave it out with --ignore",
    explain:
      "The target holds links to the outside, special files or names that are not text. A signature that silently " +
      "leaves them out would look complete and not be.",
  },
  SCAN_NOTHING_READ: {
    severity: "medium",
    exit: 3,
    message: "no format that aibom reads (files: {count})",
    hint: "check the path; docs/formats.md lists what is read",
    explain:
      "A scan that looked into nothing has found nothing, which is not the same as clean: the exit code is 3, so that a " +
      "mistyped path does not pass.",
  },
} as const satisfies CodeTable;
