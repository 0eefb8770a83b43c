// SPDX-License-Identifier: Apache-2.0
// Codes of the area "gguf": one file, and the shards of one model.

import type { CodeTable } from "./code.ts";

export const ggufCodes = {
  GGUF_BAD_MAGIC: {
    severity: "high",
    exit: 3,
    message: "the file does not start with GGUF",
    hint: "the file is damaged or has the wrong name",
    explain:
      "Every GGUF file starts with the four bytes `GGUF`. This one does not, so it is listed as unverified.",
  },
  GGUF_VERSION_UNSUPPORTED: {
    severity: "high",
    exit: 3,
    message: "GGUF version {version} is not supported, only 2 and 3 are",
    hint: "convert the file with a current llama.cpp, or use a newer aibom",
    explain:
      "Version 1 was used for a few weeks in 2023 and has other field sizes; versions above 3 are not defined. llama.cpp " +
      "refuses them too. The file is listed as unverified.",
  },
  GGUF_TOO_MANY_KEYS: {
    severity: "high",
    exit: 3,
    message: "the header has {count} key-value pairs, limit is {limit}",
    hint: "no real model has so many; treat the file as damaged or hostile",
    explain: "The count is checked before anything is read, so that it cannot exhaust memory or time.",
  },
  GGUF_TOO_MANY_TENSORS: {
    severity: "high",
    exit: 3,
    message: "the header has {count} tensors, limit is {limit}",
    hint: "no real model has so many; treat the file as damaged or hostile",
    explain: "The count is checked before anything is read, so that it cannot exhaust memory or time.",
  },
  GGUF_STRING_TOO_LONG: {
    severity: "high",
    exit: 3,
    message: "a string of {length} bytes is over the limit of {limit}",
    hint: "a length field is larger than any real model needs; treat the file as damaged or hostile",
    explain:
      "String lengths in GGUF are 64-bit numbers. They are compared with the limit and with the file's size before " +
      "memory is taken (CVE-2025-53630 and CVE-2026-27940 came from adding to such numbers first).",
  },
  GGUF_ARRAY_TOO_LONG: {
    severity: "high",
    exit: 3,
    message: "an array of {length} elements is over the limit of {limit}",
    hint: "a length field is larger than any real model needs; treat the file as damaged or hostile",
    explain:
      "Array lengths in GGUF are 64-bit numbers. They are compared with the limit and with the file's size first.",
  },
  GGUF_DUPLICATE_KEY: {
    severity: "high",
    exit: 3,
    message: "the key {key} occurs twice",
    hint: "ask the author for a file without duplicates; readers disagree on which one counts",
    explain:
      "With two values for one key a scanner may see one (an open licence, a harmless template) and the loader the other.",
  },
  GGUF_EMPTY_KEY: {
    severity: "high",
    exit: 3,
    message: "a key-value pair has an empty key",
    hint: "the header is damaged or written by a faulty tool",
    explain: "Keys must not be empty; ggml aborts on such a file.",
  },
  GGUF_BAD_VALUE_TYPE: {
    severity: "high",
    exit: 3,
    message: "the key {key} has the unknown value type {type}",
    hint: "the file is damaged, or newer than this aibom",
    explain: "The length of a value follows from its type. Without it nothing behind it can be located.",
  },
  GGUF_NESTED_ARRAY: {
    severity: "high",
    exit: 3,
    message: "the key {key} is an array of arrays",
    hint: "no real model nests arrays and ggml refuses them; treat the file as hostile",
    explain: "Nested arrays serve only to exhaust the stack of recursive readers.",
  },
  GGUF_BAD_BOOL: {
    severity: "high",
    exit: 3,
    message: "the key {key} is a boolean with the value {value}",
    hint: "the header is damaged or written by a faulty tool",
    explain: "Booleans are one byte, 0 or 1. Other values are true for one reader and an error for another.",
  },
  GGUF_BAD_ALIGNMENT: {
    severity: "high",
    exit: 3,
    message: "the alignment is {alignment}, it must be an unsigned 32-bit power of two up to {limit}",
    hint: "writers use 32; treat the file as damaged or hostile",
    explain:
      "`general.alignment` decides where the tensor data starts. A value that is no power of two breaks the arithmetic of " +
      "loaders, and a huge one makes room for a hidden payload.",
  },
  GGUF_DUPLICATE_TENSOR: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} occurs twice",
    hint: "ask the author for a file without duplicates; readers disagree on which one counts",
    explain: "Two tensors of one name: which weights a loader takes depends on the loader.",
  },
  GGUF_TENSOR_NAME_TOO_LONG: {
    severity: "high",
    exit: 3,
    message: "a tensor name of {length} bytes is over the limit of {limit}",
    hint: "ggml refuses such names; treat the file as damaged or hostile",
    explain:
      "ggml copies tensor names into 64 bytes. A longer name overruns that buffer in careless readers, so the file is not " +
      "read further.",
  },
  GGUF_TOO_MANY_DIMENSIONS: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} has {count} dimensions, limit is {limit}",
    hint: "ggml refuses such tensors; treat the file as damaged or hostile",
    explain: "ggml stores dimensions in an array of four.",
  },
  GGUF_SIZE_OVERFLOW: {
    severity: "high",
    exit: 3,
    message: "the dimensions of tensor {tensor} overflow",
    hint: "no real tensor is so large; treat the file as hostile",
    explain:
      "The product of the dimensions is above 2^53. In a loader with wrapping integers it becomes a small number, and " +
      "reads go past the buffer (CVE-2025-53630, CVE-2026-27940).",
  },
  GGUF_UNKNOWN_TENSOR_TYPE: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} has the unknown type {type}",
    hint: "the type was removed from ggml or is newer than this aibom; the file is unverified",
    explain:
      "The size of a tensor follows from its type. Without it dimensions cannot be compared with the bytes in the file.",
  },
  GGUF_BLOCK_MISMATCH: {
    severity: "high",
    exit: 3,
    message: "the rows of tensor {tensor} have {elements} elements, its type packs {block} at a time",
    hint: "the header is damaged or lies; ggml refuses the file",
    explain: "Quantised types pack a fixed number of elements; a row must be a multiple of it.",
  },
  GGUF_MISALIGNED: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} starts at {offset}, which is no multiple of {alignment}",
    hint: "the header is damaged or lies; ggml refuses the file",
    explain: "Every tensor must start at a multiple of the alignment.",
  },
  GGUF_DATA_OUT_OF_FILE: {
    severity: "critical",
    exit: 3,
    message: "the tensor {tensor} ends at byte {end}, the file has {size}",
    hint: "the file is truncated or its dimensions lie; do not load it",
    explain:
      "Dimensions times element size lead behind the end of the file. Loaders that trust them hand foreign memory to " +
      "whoever reads the weights (CVE-2026-7482).",
  },
  GGUF_OVERLAP: {
    severity: "high",
    exit: 3,
    message: "the tensors {first} and {second} share bytes",
    hint: "ggml refuses such files; ask the author for one written by llama.cpp",
    explain: "Tensors must follow each other without overlap.",
  },
  GGUF_GAP: {
    severity: "high",
    exit: 3,
    message: "{length} bytes before tensor {tensor} belong to no tensor",
    hint: "gaps can hide a payload, so inspect or reject the file",
    explain:
      "Apart from padding to the alignment, tensors must follow each other without a gap. ggml refuses such files; other " +
      "loaders do not.",
  },
  GGUF_TRAILING_BYTES: {
    severity: "high",
    exit: 3,
    message: "{length} bytes behind the last tensor belong to no tensor",
    hint: "they can hide a payload, so inspect or reject the file",
    explain:
      "Only padding to the alignment may follow the last tensor. Loaders ignore what is there, which makes it a place " +
      "for a second file.",
  },
  GGUF_FILE_TYPE_MISMATCH: {
    severity: "medium",
    exit: 3,
    message: "the file says it is {claimed}, its tensors are mostly {actual}",
    hint: "the label is wrong; check that this is the model you meant to fetch",
    explain:
      "`general.file_type` names the quantisation. Less than a tenth of the parameters in matrices has a type that belongs to it.",
  },
  GGUF_PARAMETER_COUNT_MISMATCH: {
    severity: "medium",
    exit: 3,
    message: "the file says {claimed} parameters, its tensors have {actual}",
    hint: "the label is wrong; check that this is the model you meant to fetch",
    explain: "`general.parameter_count` differs from the sum over all tensors.",
  },
  GGUF_SHARD_COUNT_MISMATCH: {
    severity: "high",
    exit: 3,
    message:
      "{shard} says it is shard {number} of {count}, its name says {expectedNumber} of {expectedCount}",
    hint: "the shards belong to different models or were renamed; fetch them again",
    explain: "`split.no` (from 0) and `split.count` in a shard must agree with its name.",
  },
  GGUF_SHARD_TENSORS_MISMATCH: {
    severity: "high",
    exit: 3,
    message: "the shards say {claimed} tensors in total and hold {actual}",
    hint: "the shards belong to different models; fetch them again",
    explain: "`split.tensors.count` must be the sum over all shards.",
  },
  GGUF_SHARD_FOREIGN: {
    severity: "high",
    exit: 3,
    message: "{shard} has {member} {found}, the first shard has {expected}",
    hint: "the shards belong to different models; fetch them again",
    explain: "All shards of a model have one architecture and one identity.",
  },
  GGUF_SHARD_DUPLICATE_TENSOR: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} is in {first} and in {second}",
    hint: "the shards belong to different models; fetch them again",
    explain: "A tensor may be in one shard only; otherwise loaders disagree on which one counts.",
  },
} as const satisfies CodeTable;
