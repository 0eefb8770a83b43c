// SPDX-License-Identifier: Apache-2.0
// Codes for files and directories: what is on disk, and what changed under our feet.

import type { CodeTable } from "./code.ts";

export const sourceCodes = {
  SOURCE_NOT_FOUND: {
    severity: "high",
    exit: 2,
    message: "no such file or directory",
    hint: "check the path; relative paths start at the current directory",
    explain: "The path that was given does not exist. Nothing was checked.",
  },
  SOURCE_NOT_READABLE: {
    severity: "high",
    exit: 3,
    message: "cannot be read: {reason}",
    hint: "check the permissions of the file and of the directories above it",
    explain:
      "The operating system refused to open or read the file. What cannot be read cannot be verified, so the result is never `allow`.",
  },
  SOURCE_NOT_REGULAR: {
    severity: "high",
    exit: 3,
    message: "is a {kind}, not a regular file",
    hint: "name a regular file; inside a model, remove it: a model holds regular files only",
    explain:
      "FIFOs, sockets and devices have no content that can be hashed: reading one may block for ever or give " +
      "different bytes each time. aibom refuses them. A directory is refused where a document is asked for.",
  },
  SOURCE_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "is {size} bytes, limit is {limit}",
    hint: "no real document of this kind is so large; treat it as damaged or hostile",
    explain: "The document is larger than the limit for its kind. It was not read.",
  },
  SOURCE_CHANGED: {
    severity: "high",
    exit: 3,
    message: "changed while it was read",
    hint: "stop whatever writes to it and run again",
    explain:
      "Size, inode or a time stamp of the file differ before and after it was read. Its digest may belong to no " +
      "state that ever existed, so no result is given.",
  },
  SOURCE_EMPTY: {
    severity: "high",
    exit: 3,
    message: "there is no file to inventory",
    hint: "check the path and the ignore rules; an empty target is never allowed",
    explain:
      "The target holds no file, or the ignore rules leave none. A gate that passes on nothing passes on a " +
      "mistyped path, so an empty target is an error.",
  },
  SOURCE_LINK_OUTSIDE: {
    severity: "high",
    exit: 3,
    message: "is a symbolic link that leaves the target",
    hint: "copy the file into the directory, or give the directory that holds both as the target",
    explain:
      "A link that points outside would let a model directory pull any file of the machine into the inventory, or " +
      "be exchanged after the check. Links are followed inside the target only (and inside one Hugging Face cache entry).",
  },
  SOURCE_LINK_BROKEN: {
    severity: "high",
    exit: 3,
    message: "is a symbolic link to nothing, or links in a circle",
    hint: "restore the file it points to or remove the link",
    explain: "The link cannot be resolved, so the bytes that a loader would see cannot be checked.",
  },
  SOURCE_LINK_TO_DIRECTORY: {
    severity: "medium",
    exit: 3,
    message: "is a symbolic link to a directory and was not followed",
    hint: "replace the link by the directory itself",
    explain:
      "Following links to directories can inventory the same files twice or run in circles. The files behind it " +
      "are not part of the inventory, which is therefore incomplete.",
  },
  SOURCE_NAME_INVALID: {
    severity: "high",
    exit: 3,
    message: "the name {name} is not valid UTF-8",
    hint: "rename the file",
    explain:
      "A name that is not UTF-8 has no single spelling in JSON, so it cannot be written into a BOM or a signature " +
      "without ambiguity (OMS v1.0 asks for UTF-8 names).",
  },
  SOURCE_NAME_SUSPICIOUS: {
    severity: "medium",
    exit: 3,
    message: "the name has characters that do not show as written: {name}",
    hint: "rename the file",
    explain:
      "Control characters, bidirectional overrides and zero-width characters make a file look like another one on " +
      "a screen. They are printed escaped.",
  },
  SOURCE_NAME_COLLISION: {
    severity: "medium",
    exit: 3,
    message: "differs from {other} only by case or Unicode form",
    hint: "rename one of them; on macOS and Windows only one survives a copy",
    explain:
      "Two names that are equal on a case-insensitive or normalising file system. Which of the two a loader reads " +
      "depends on the machine.",
  },
  SOURCE_TOO_MANY_FILES: {
    severity: "high",
    exit: 3,
    message: "has more than {limit} files",
    hint: "give the directory of one model, or several targets",
    explain: "The limit keeps a hostile tree from exhausting memory.",
  },
  SOURCE_TOO_DEEP: {
    severity: "high",
    exit: 3,
    message: "is nested deeper than {limit} directories",
    hint: "no real model nests so deep; check the target",
    explain: "The limit keeps a hostile tree from exhausting the stack.",
  },
  SOURCE_PATH_TOO_LONG: {
    severity: "high",
    exit: 3,
    message: "the path is {length} bytes, limit is {limit}",
    hint: "shorten the names",
    explain: "Longer paths cannot be opened on Linux and have no place in a model.",
  },
  FORMAT_MISMATCH: {
    severity: "high",
    exit: 3,
    message: "is named like {named} and holds {found}",
    hint: "rename the file after its content, or find out who renamed it",
    explain:
      "Files are identified by their bytes first and their name second. A pickle named `.safetensors` slips past " +
      "scanners that go by the name (CVE-2025-1889, CVE-2025-10155). A compressed stream that is named like a text, or like another " +
      "compression, is medium: what is in it is read like any other file.",
  },
  FORMAT_POLYGLOT: {
    severity: "high",
    exit: 1,
    message: "is valid as {formats} at once",
    hint: "do not load it; ask its author for a file of one format",
    explain:
      "A file that two readers understand differently is a classic way to show one content to the scanner and another to the loader. Behind bytes of no known format an archive is medium: they claim to be nothing.",
  },
  FORMAT_RUNS_CODE: {
    severity: "medium",
    exit: 3,
    message:
      "is a {format}: loading it can run code that the file names, and its content was not looked into",
    hint: "prefer safetensors; a policy can deny it with `kind: format, deny: [pickle, pytorch, pytorch-legacy]`",
    explain:
      "A pickle is a program for the unpickler. A signature says who stands behind it, not that it is harmless. Versions " +
      "that only identified pickles said so with this code; now what they import is listed, each with a verdict of its own.",
  },
  READER_FAULT: {
    severity: "high",
    exit: 4,
    message: "the {format} reader failed: {reason}",
    hint: "please report this with the file, if it may be shared",
    explain: "A reader broke in a way it should not. The file is listed as unverified; the fault is ours.",
  },
  READER_TIMEOUT: {
    severity: "high",
    exit: 3,
    message: "the {format} reader did not finish within {seconds} seconds",
    hint: "no real file of this kind takes so long; do not load it, and report it with the file if it may be shared",
    explain:
      "Readers look at headers, which takes milliseconds. A file that keeps one busy is damaged or made to keep scanners " +
      "busy. Its thread was ended, the file is listed as unverified, and the other files were read as usual.",
  },
  READER_OUT_OF_MEMORY: {
    severity: "high",
    exit: 3,
    message: "the {format} reader needed more than {limit} MiB of memory",
    hint: "no real file of this kind takes so much; do not load it, and report it with the file if it may be shared",
    explain:
      "Each reader's thread has a ceiling for its memory, above what the largest legal header needs. Its thread was ended, " +
      "the file is listed as unverified, and the other files were read as usual.",
  },
  READER_CRASHED: {
    severity: "high",
    exit: 3,
    message: "the {format} reader ended early: {reason}",
    hint: "please report this with the file, if it may be shared",
    explain:
      "The thread that read the file ended before it gave an answer. The file is listed as unverified, the thread was " +
      "replaced, and the other files were read as usual.",
  },
  DIGEST_WORKER_FAILED: {
    severity: "high",
    exit: 4,
    message: "a hashing thread ended early: {reason}",
    hint: "run again with --jobs 1; if it happens again, please report it",
    explain:
      "A worker thread crashed or was killed before it gave its results, for example because memory ran out. " +
      "Files without a digest cannot be verified, so the whole run fails.",
  },
  DIGEST_CACHE_REFUSED: {
    severity: "high",
    exit: 2,
    message: "the digest cache is refused: {reason}",
    hint: "give a directory of your own outside the target, with mode 0700",
    explain:
      "Whoever can write to the digest cache decides which digests are reported. It must therefore belong to the " +
      "user who runs aibom, be writable by nobody else, and lie outside the directory that is inventoried.",
  },
  DIGEST_TOO_MANY_SHARDS: {
    severity: "high",
    exit: 3,
    message: "would be cut into {count} shards, limit is {limit}",
    hint: "a shard size this small serves nobody; treat the signature as damaged or hostile",
    explain:
      "The shard size comes from a signature. A tiny one would fill the memory with digests, so it is refused.",
  },
} as const satisfies CodeTable;
