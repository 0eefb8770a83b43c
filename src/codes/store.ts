// SPDX-License-Identifier: Apache-2.0
// Codes of model stores: the Hugging Face cache and Ollama.

import type { CodeTable } from "./code.ts";

export const storeCodes = {
  CACHE_LINK_FOREIGN: {
    severity: "high",
    exit: 3,
    message: "is a link to {target}, not to a blob of its own repository",
    hint: "delete the snapshot and download it again; find out who put the link there",
    explain:
      "In a Hugging Face cache the files of a snapshot are links to blobs of the same repository, named by the hash " +
      "of their content. A link to anything else shows a file under the name of a model that it is not part of.",
  },
  CACHE_BLOB_UNNAMED: {
    severity: "low",
    exit: 3,
    message: "its blob is named {blob}, which is no hash of its content",
    hint: "download it again from the hub; mirrors that are not the hub may name blobs freely",
    explain:
      "The hub names the content of a file by its SHA-256 or by git's blob id. With another name nothing on this " +
      "disk says what the content should be.",
  },
  CACHE_BLOB_INCOMPLETE: {
    severity: "low",
    exit: 3,
    message: "is a part of a download that was not finished",
    hint: "finish the download, or delete the file",
    explain: "No snapshot shows the file, and no loader reads it. What is missing cannot be known.",
  },
  CACHE_SNAPSHOT_STALE: {
    severity: "info",
    exit: 3,
    message: "no ref names the commit {commit}",
    hint: "delete the snapshot if nothing pins its commit",
    explain:
      "The branches and tags in refs/ lead to other commits: this one was downloaded by its id, or is older than " +
      "what they lead to now.",
  },
  CACHE_REF_DANGLING: {
    severity: "info",
    exit: 3,
    message: "the ref {ref} names the commit {commit}, of which there is no snapshot",
    hint: "download it, or delete the ref",
    explain: "A loader that asks for this ref would have to download the snapshot.",
  },
  CACHE_REF_INVALID: {
    severity: "medium",
    exit: 3,
    message: "the ref {ref} does not hold a commit id",
    hint: "delete the ref and download the revision again",
    explain:
      "A ref of a Hugging Face cache is a file with the 40 hexadecimal digits of a commit and nothing else.",
  },
  CACHE_NAME_INVALID: {
    severity: "low",
    exit: 3,
    message: "the hub would have no repository {name} with a commit {commit}",
    hint: "do not rely on the name; find out where the files come from",
    explain:
      "The folder is named like a repository of a Hugging Face cache, and not quite: the name has characters that the " +
      "hub does not allow, or the snapshot is not named by a commit. No package URL is written for it.",
  },
  CACHE_TREE_INVALID: {
    severity: "low",
    exit: 3,
    message: "the list of the commit's files is not usable: {reason}",
    hint: "delete it; the next download writes it anew",
    explain: "trees/<commit>.json lists all files of a commit. It was not used.",
  },
  CACHE_SNAPSHOT_PARTIAL: {
    severity: "info",
    exit: 3,
    message: "{count} of the commit's {total} files are not in the snapshot: {file} first",
    hint: "download the rest if it is needed",
    explain: "Downloads often take only some files. What is missing was not looked at.",
  },
  CACHE_FILE_UNLISTED: {
    severity: "medium",
    exit: 3,
    message: "is not among the commit's files in {tree}",
    hint: "find out who put the file there; loaders pick up files by name",
    explain: "The hub's own list of the commit's files does not have this one: it was added on this disk.",
  },
  OLLAMA_MANIFEST_INVALID: {
    severity: "medium",
    exit: 3,
    message: "is no manifest of an Ollama model: {reason}",
    hint: "pull the model again",
    explain: "The file lies where Ollama keeps the manifest of a model, and does not have the form of one.",
  },
  OLLAMA_DIGEST_INVALID: {
    severity: "high",
    exit: 3,
    message: "the manifest names a layer by {digest}, which is no digest",
    hint: "do not load the model; find out where the manifest comes from",
    explain:
      "Ollama makes a file name of the digest. One that is no SHA-256 leads out of the store or to a file of the " +
      "attacker's choice (CVE-2024-37032). aibom made no path of it.",
  },
  OLLAMA_NAME_INVALID: {
    severity: "medium",
    exit: 3,
    message: "{name} is not a name that Ollama gives to a model",
    hint: "do not rely on the name; pull the model again",
    explain:
      "Names have letters, digits, dots, hyphens and underscores, and up to 80 characters a part. The manifest was put there by hand.",
  },
  OLLAMA_BLOB_MISSING: {
    severity: "medium",
    exit: 3,
    message: "the {role} layer is not there: {blob}",
    hint: "pull the model again",
    explain: "The manifest names a blob that the store does not have: part of the model was not seen.",
  },
  OLLAMA_BLOB_PARTIAL: {
    severity: "low",
    exit: 3,
    message: "is a part of a download that was not finished",
    hint: "pull the model again, or delete the file",
    explain: "No manifest names the file. What is missing cannot be known.",
  },
  OLLAMA_LAYER_UNKNOWN: {
    severity: "low",
    exit: 3,
    message: "the manifest has a layer of the unknown type {type}",
    hint: "check whether the model was made by a newer Ollama, or by something else",
    explain: "The layer is hashed like any file. What it does to the model is not known.",
  },
  OLLAMA_MODEL_REMOTE: {
    severity: "medium",
    exit: 3,
    message: "the model has no weights here: prompts are sent to {host} ({model})",
    hint: "use it only if data may leave this machine",
    explain:
      "The configuration names a remote host. Ollama forwards every request to it; nothing on this disk says what " +
      "runs there.",
  },
} as const satisfies CodeTable;
