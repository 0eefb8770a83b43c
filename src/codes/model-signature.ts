// SPDX-License-Identifier: Apache-2.0
// Codes of model signatures (OpenSSF Model Signing, OMS v1.0).

import type { CodeTable } from "./code.ts";

export const modelSignatureCodes = {
  OMS_ALGORITHM_UNSUPPORTED: {
    severity: "high",
    exit: 2,
    message: "model signatures cannot use {algorithm}",
    hint: "sign models with an ECDSA key on P-256, P-384 or P-521 (`aibom keygen --type ecdsa-p256`)",
    explain:
      "The registry of OMS v1.0 has ECDSA on three curves and nothing else. A model.sig with Ed25519 or ML-DSA would be " +
      "unreadable for every other tool; BOMs can be signed with both.",
  },
  OMS_HASH_UNSUPPORTED: {
    severity: "high",
    exit: 1,
    message: "the model signature uses the hash {hash}, expected sha256, blake2b or blake3",
    hint: "sign again with sha256",
    explain: "OMS v1.0 names three hash functions. Any other cannot be recomputed.",
  },
  OMS_PREDICATE_VERSION: {
    severity: "high",
    exit: 1,
    message: "the model signature has format {got}, this version of aibom reads v1.0",
    hint: "use a newer version of aibom, or sign again with format v1.0",
    explain:
      "A newer format of the 1.x line may add rules that this version does not know. It is refused with a code of its own " +
      "so that the reason is plain.",
  },
  OMS_PREDICATE_LEGACY: {
    severity: "high",
    exit: 1,
    message: "the model signature has the format of model-signing 0.2, whose encoding was not standard",
    hint: "sign again with model-signing 1.0 or newer, or with aibom; --allow-legacy accepts it, with a finding",
    explain:
      "Early releases signed a non-standard encoding of the payload. It is not accepted as a model signature.",
  },
  OMS_LEGACY_ACCEPTED: {
    severity: "medium",
    exit: 1,
    message:
      "the model signature has the format of model-signing 0.2 and was accepted because of --allow-legacy",
    hint: "sign again with a current tool, then leave the flag out",
    explain:
      "Before OMS v1.0 the signature covered a non-standard encoding, and the statement did not say which paths the " +
      "signer had left out. It proves the files that it names and nothing more.",
  },
  OMS_BUNDLE_OLD: {
    severity: "info",
    exit: 1,
    message: "the bundle was written by model-signing before 1.1 (it carries its key instead of naming it)",
    hint: "sign again with a current tool when convenient",
    explain:
      "The carried key is used only to look up the same key in the trust root. Such bundles also lack the list of ignored paths.",
  },
  OMS_SERIALIZATION: {
    severity: "high",
    exit: 1,
    message: "the serialization of the model signature is not valid: {reason}",
    hint: "sign again; the signer's tool wrote a manifest that nobody can check",
    explain:
      "The serialization says how files were listed and hashed. A manifest that does not say it completely cannot be recomputed.",
  },
  OMS_RESOURCES_EMPTY: {
    severity: "high",
    exit: 1,
    message: "the model signature names no file",
    hint: "sign a directory that holds files",
    explain: "A signature over nothing is valid for every model, so it is never accepted or made.",
  },
  OMS_RESOURCES_TOO_MANY: {
    severity: "high",
    exit: 3,
    message: "the model signature names {count} resources, limit is {limit}",
    hint: "use larger shards, or sign parts of the model",
    explain: "The limit keeps a hostile manifest from exhausting memory.",
  },
  OMS_RESOURCE_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "the entry {name} of the model signature is malformed: {reason}",
    hint: "sign again; the signer's tool wrote a manifest that nobody can check",
    explain:
      "Every entry has a name, the algorithm of the serialization and a lower-case digest of the right length.",
  },
  OMS_NAME_UNSAFE: {
    severity: "critical",
    exit: 1,
    message: "the name {name} is not a safe relative path: {reason}",
    hint: "rename the file and sign again; if you did not make this signature, treat it as hostile",
    explain:
      "Names in a manifest are paths below the model's directory. Absolute paths, `..`, backslashes and NUL " +
      "would make a verifier look at other files (model-transparency pull request 647).",
  },
  OMS_NAME_DUPLICATE: {
    severity: "critical",
    exit: 1,
    message: "the name {name} occurs twice in the model signature",
    hint: "treat the signature as hostile; no honest signer lists a file twice",
    explain: "With two digests for one file it would be a matter of the reader which one counts.",
  },
  OMS_SHARDS_BROKEN: {
    severity: "high",
    exit: 1,
    message: "the shards of {name} do not join: {reason}",
    hint: "sign again; the signer's tool wrote a manifest that nobody can check",
    explain:
      "The shards of a file must start at 0, have the stated size, follow each other without gap or overlap, and only the " +
      "last may be shorter. Bytes between shards would be signed by nobody.",
  },
  OMS_ROOT_DIGEST: {
    severity: "critical",
    exit: 1,
    message: "the digests of the entries give {got}, the statement's subject is {expected}",
    hint: "treat the signature as damaged or hostile and get it again",
    explain:
      "The subject of the statement is the SHA-256 over the digests of all entries, in their order. Different readers would " +
      "take different models as signed.",
  },
  OMS_MODEL_DIFFERS: {
    severity: "critical",
    exit: 1,
    message:
      "{identity} signed another model: {changed} changed, {missing} missing, {refused} unreadable, {matching} equal",
    hint: "restore the files named in the findings, or have the model signed again",
    explain:
      "The signature is good, and the files are not those that were signed. It counts for nothing if a signed file is " +
      "absent, an entry of the directory could not be read, or no file is equal.",
  },
  OMS_FILE_MISSING: {
    severity: "high",
    exit: 1,
    message: "is in the signed manifest and not in the model",
    hint: "restore the file, or have the model signed again without it",
    explain:
      "A signed file is absent. Loaders may then fall back to other files, or fetch them from elsewhere.",
  },
  OMS_FILE_EXTRA: {
    severity: "high",
    exit: 1,
    message: "is not in the signed manifest",
    hint: "remove the file, or have the model signed again with it",
    explain:
      "Nobody signed this file. An extra Python file or tokenizer configuration is enough to take over whoever loads the model.",
  },
  OMS_FILE_CHANGED: {
    severity: "critical",
    exit: 1,
    message: "has {algorithm} {actual}, signed was {expected}",
    hint: "restore the file from its origin, or have the model signed again",
    explain: "The bytes of the file are not those that were signed.",
  },
  OMS_FILE_SIZE: {
    severity: "critical",
    exit: 1,
    message: "is {actual} bytes, signed were {expected}",
    hint: "restore the file from its origin, or have the model signed again",
    explain:
      "The shards in the signed manifest add up to another size, so the bytes are not those that were signed.",
  },
  OMS_FILE_SYMLINK: {
    severity: "high",
    exit: 1,
    message: "is a symbolic link, and the signer allowed none",
    hint: "replace the link by the file itself",
    explain:
      "The manifest says that the model held no links. What a link points to can be exchanged without a trace.",
  },
  OMS_FILE_REFUSED: {
    severity: "high",
    exit: 1,
    message: "is not a readable regular file inside the model, so it cannot be compared",
    hint: "remove the entry from the model's directory",
    explain:
      "Special files, links that leave the directory and names that are not text cannot be part of a signed model.",
  },
  OMS_FILE_IGNORED: {
    severity: "low",
    exit: 1,
    message: "is present and not signed ({rule})",
    hint: "remove it before deployment, or have it signed",
    explain:
      "The signer left this path out, so anybody may have put or changed it. Loadable types (code, weights, archives) and " +
      "whole directories are grave: ignore lists are a known way to smuggle them in.",
  },
  OMS_SIGNED_FILE_IGNORED: {
    severity: "high",
    exit: 1,
    message: "is signed, and was left out of this check ({rule})",
    hint: "do not ignore the path, so that it is compared",
    explain:
      "The file is part of the signed model and was not hashed, because an ignore rule left it out. It may hold anything " +
      "by now, so the signature does not count.",
  },
  OMS_EMPTY_FILE_UNSIGNED: {
    severity: "low",
    exit: 1,
    message: "is empty, and shard manifests do not list empty files",
    hint: "have the model signed with the files method",
    explain:
      "The shards method has no entry for a file without bytes, so nobody can tell whether an empty file was added or removed.",
  },
  OMS_DIGEST_NOT_COMPUTED: {
    severity: "high",
    exit: 4,
    message: "{algorithm} of {path} was not computed, although its signature needs it",
    hint: "please report this",
    explain:
      "The hashing pass did not produce a digest that the comparison needs. Nothing can be concluded; the fault is ours.",
  },
} as const satisfies CodeTable;
