// SPDX-License-Identifier: Apache-2.0
// Codes of the area "safetensors": one file, and the shards of one model with their index.

import type { CodeTable } from "./code.ts";

export const safetensorsCodes = {
  SAFETENSORS_TOO_SMALL: {
    severity: "high",
    exit: 3,
    message: "the file is {size} bytes, the smallest safetensors file has 10",
    hint: "the file is truncated; fetch it again from its source",
    explain:
      "A safetensors file starts with an 8-byte length and a JSON object. This file has no room for both, so it " +
      "holds no weights and is listed as unverified.",
  },
  SAFETENSORS_HEADER_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "header is {length} bytes, limit is {limit}",
    hint: "the length field is larger than any real model; treat the file as damaged or hostile",
    explain:
      "The first 8 bytes of a safetensors file give the length of its JSON header. The format itself allows at most " +
      "100,000,000 bytes. A larger value would make a careless reader allocate that much memory. Nothing was read.",
  },
  SAFETENSORS_HEADER_OUT_OF_FILE: {
    severity: "high",
    exit: 3,
    message: "header is {length} bytes, the file has {available} after its length field",
    hint: "the file is truncated or its length field lies; fetch it again from its source",
    explain: "The header would end behind the end of the file, so the tensors cannot be located.",
  },
  SAFETENSORS_HEADER_NOT_JSON_OBJECT: {
    severity: "high",
    exit: 3,
    message: "the header does not start with an opening brace",
    hint: "the file is not safetensors or is damaged",
    explain:
      "The format demands that the header's first byte is an opening brace. Readers that skip white space there would accept " +
      "files that other readers take for another format.",
  },
  SAFETENSORS_METADATA_INVALID: {
    severity: "high",
    exit: 3,
    message: "the metadata entry {key} is not a string",
    hint: "write metadata as an object of strings; encode other values as JSON text",
    explain:
      "The format allows only strings in `__metadata__`. Loaders refuse other values, or read them differently, so " +
      "the file is listed as unverified.",
  },
  SAFETENSORS_TENSOR_MALFORMED: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} has no valid {member}",
    hint: "the header is damaged or written by a faulty tool",
    explain:
      "Each tensor has a dtype (a string), a shape (non-negative integers up to 2^48) and two data offsets " +
      "(begin not above end). One of them is missing or has another type, so the tensor cannot be located.",
  },
  SAFETENSORS_UNKNOWN_DTYPE: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} has the unknown dtype {dtype}",
    hint: "a newer aibom may know it; until then the file is unverified",
    explain:
      "The size of an element follows from its dtype. Without it the declared shape cannot be compared with the bytes.",
  },
  SAFETENSORS_UNKNOWN_MEMBER: {
    severity: "medium",
    exit: 3,
    message: "the tensor {tensor} has the unknown member {member}",
    hint: "ask who wrote the file; the format knows dtype, shape and data_offsets only",
    explain: "Loaders ignore members that they do not know. They can carry a payload that nobody looks at.",
  },
  SAFETENSORS_SIZE_OVERFLOW: {
    severity: "high",
    exit: 3,
    message: "the shape of tensor {tensor} overflows",
    hint: "no real tensor is so large; treat the file as hostile",
    explain:
      "The product of the dimensions is above 2^53. Loaders in languages with wrapping integers would compute a small " +
      "size and read past their buffer.",
  },
  SAFETENSORS_SIZE_MISMATCH: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} has {actual} bytes, its shape and dtype need {expected}",
    hint: "the header lies about the tensor; fetch the file again from its source",
    explain:
      "The bytes between a tensor's offsets must be exactly its elements times their size. A mismatch makes loaders " +
      "fail or read foreign bytes.",
  },
  SAFETENSORS_DATA_OUT_OF_FILE: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} ends at {end}, the file has {size} bytes of data",
    hint: "the file is truncated; fetch it again from its source",
    explain: "A tensor lies at least partly behind the end of the file.",
  },
  SAFETENSORS_OVERLAP: {
    severity: "high",
    exit: 3,
    message: "the tensors {first} and {second} share bytes",
    hint: "the format forbids it; ask the author for a file written by the safetensors library",
    explain:
      "Tensors must follow each other without overlap. Sharing bytes is used to make one file mean two things.",
  },
  SAFETENSORS_GAP: {
    severity: "high",
    exit: 3,
    message: "{length} bytes before tensor {tensor} belong to no tensor",
    hint: "the format forbids gaps; they can hide a payload, so inspect or reject the file",
    explain:
      "Tensors must follow each other from the first byte of the data without a gap: a gap is room for a second file " +
      "(a polyglot) or for exfiltrated data.",
  },
  SAFETENSORS_TRAILING_BYTES: {
    severity: "high",
    exit: 3,
    message: "{length} bytes behind the last tensor belong to no tensor",
    hint: "the format forbids them; they can hide a payload, so inspect or reject the file",
    explain:
      "The last tensor must end with the file. Bytes behind it are how an archive or a script is appended to weights " +
      "that still load.",
  },
  SHARD_INDEX_MALFORMED: {
    severity: "high",
    exit: 3,
    message: "the shard index has no valid {member}",
    hint: "the index must be an object with weight_map (tensor to file name) and metadata.total_size",
    explain: "Without its map it is not known which file each tensor comes from, so the model is unverified.",
  },
  SHARD_PATH_UNSAFE: {
    severity: "high",
    exit: 3,
    message: "the shard index names the file {shard}, which is not a plain file name",
    hint: "shards must lie beside their index",
    explain:
      "A shard name with a directory, a drive or `..` makes a loader read any file of the machine. Only plain names are legal.",
  },
  SHARD_MISSING: {
    severity: "medium",
    exit: 3,
    message: "{count} of {total} shards are missing, first {shard}",
    hint: "fetch the missing files; the model cannot be loaded without them",
    explain:
      "The model is split over several files and not all of them are here. What is missing cannot be verified, so the file " +
      "that names it is listed as unverified.",
  },
  SHARD_WRONG_FORMAT: {
    severity: "high",
    exit: 3,
    message: "the shard {shard} holds {found}, expected {expected}",
    hint: "replace the shard by the one its author published",
    explain:
      "The index belongs to one format and names a file of another, which a loader may open in a less safe way.",
  },
  SHARD_TENSOR_MISSING: {
    severity: "high",
    exit: 3,
    message: "{count} tensors of the index are not in {shard}, first {tensor}",
    hint: "index and shards come from different versions; fetch both again",
    explain:
      "The index says which shard holds each tensor. A loader would fail, or keep random weights in its place.",
  },
  SHARD_TENSOR_UNMAPPED: {
    severity: "medium",
    exit: 3,
    message: "{count} tensors of {shard} are not in the index, first {tensor}",
    hint: "index and shards come from different versions; fetch both again",
    explain:
      "The shard holds tensors that its index does not assign to it. Some loaders read all tensors of a shard, others only the " +
      "mapped ones, so they end with different models.",
  },
  SHARD_TOTAL_SIZE_MISMATCH: {
    severity: "medium",
    exit: 3,
    message: "the index says {claimed} bytes in total, the shards hold {actual}",
    hint: "index and shards come from different versions; fetch both again",
    explain: "The sum of all tensors' bytes differs from `metadata.total_size` of the index.",
  },
  SHARD_NOT_IN_INDEX: {
    severity: "medium",
    exit: 3,
    message: "{shard} is named like a shard and no index names it",
    hint: "remove it or fetch the index that belongs to it",
    explain: "A left-over or planted shard. Loaders that take every file of a directory would read it.",
  },
} as const satisfies CodeTable;
