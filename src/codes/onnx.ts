// SPDX-License-Identifier: Apache-2.0
// Codes of ONNX models and their external data.

import type { CodeTable } from "./code.ts";

export const onnxCodes = {
  ONNX_NOT_A_MODEL: {
    severity: "high",
    exit: 3,
    message: "not a complete ONNX model: {reason}",
    hint: "fetch the file again from its source; if it is another format, name it so",
    explain:
      "The bytes start like an ONNX ModelProto and lack a part that every model has (IR version, graph, operator " +
      "sets). The file is damaged, cut short or something else.",
  },
  ONNX_OVER_LIMIT: {
    severity: "high",
    exit: 3,
    message: "{what}: {count}, limit is {limit}",
    hint: "no real model needs that; treat the file as damaged or hostile",
    explain: "A count or length in the model is larger than in any real model, so reading stopped.",
  },
  ONNX_FILE_TOO_LARGE: {
    severity: "medium",
    exit: 3,
    message: "the model is {size} bytes; protobuf readers stop at {limit}",
    hint: "export the model with external data",
    explain:
      "Protobuf limits a message to 2 GiB. Standard ONNX runtimes cannot load a larger file, so whatever loads it " +
      "is not the reader that others have checked.",
  },
  ONNX_UNKNOWN_FIELD: {
    severity: "medium",
    exit: 3,
    message: "{message} has an unknown field {field} ({count} times, {bytes} bytes)",
    hint: "find out which tool wrote it; unknown fields can hide a payload or a second file",
    explain:
      "Protobuf readers skip fields they do not know. Bytes that are appended to a model, or hidden in it, show up " +
      "as such fields: runtimes ignore them, other programs may not.",
  },
  ONNX_DUPLICATE_FIELD: {
    severity: "high",
    exit: 3,
    message: "{message} has its field {field} more than once",
    hint: "do not load it; ask its author for a file written by a standard exporter",
    explain:
      "The field may occur once. Readers disagree on repeated ones: some take the last, some merge them. A scanner " +
      "and a runtime can so see two different models in one file.",
  },
  ONNX_DUPLICATE_TENSOR: {
    severity: "high",
    exit: 3,
    message: "two initializers of one graph are named {tensor}",
    hint: "do not load it; which one counts depends on the runtime",
    explain:
      "Initializers of a graph are found by name. With two of one name, what runs depends on the reader.",
  },
  ONNX_DUPLICATE_METADATA: {
    severity: "medium",
    exit: 3,
    message: "the metadata key {key} occurs more than once",
    hint: "remove one of the two; readers disagree on which one counts",
    explain:
      "Metadata keys must be unique. With two values for a licence or an author, each reader may show another one; " +
      "aibom reports none of them.",
  },
  ONNX_TENSOR_INVALID: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} is invalid: {reason}",
    hint: "the file is damaged or made to confuse readers; do not load it",
    explain:
      "A tensor's type, dimensions or storage break the ONNX rules. Runtimes that trust such fields compute wrong " +
      "buffer sizes.",
  },
  ONNX_TENSOR_SIZE: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} holds {got}, its type and dimensions need {expected}",
    hint: "the file is damaged or its dimensions lie; do not load it",
    explain:
      "The dimensions multiplied with the size of the type must equal the bytes that are there. Dimensions that lie " +
      "lead careless readers past the end of a buffer.",
  },
  ONNX_TEXT_INVALID: {
    severity: "low",
    exit: 3,
    message: "{field} is not valid UTF-8",
    hint: "the writing tool is faulty; text was shown with replacement characters",
    explain: "Strings of an ONNX model are UTF-8. Other bytes look different in each tool.",
  },
  ONNX_CUSTOM_OPERATORS: {
    severity: "medium",
    exit: 3,
    message:
      "needs a custom operator library for the domain {domain} ({count} nodes, for example {operator})",
    hint: "find out which native library registers these operators, and review and pin it as well",
    explain:
      "Operators outside the ONNX domains run native code of a library that somebody has to load beside the model. " +
      "The model alone says nothing about that code.",
  },
  ONNX_CUSTOM_DOMAIN_UNUSED: {
    severity: "info",
    exit: 3,
    message: "imports the custom operator set {domain} and uses none of its operators",
    hint: "ask the author to remove the import",
    explain:
      "Exporters often import operator sets that the model does not use. Nothing needs to be loaded for it.",
  },
  ONNX_VENDOR_OPERATORS: {
    severity: "info",
    exit: 3,
    message: "uses operators of the vendor domain {domain} ({count} nodes)",
    hint: "only runtimes of this vendor can load it",
    explain:
      "The operators are part of a runtime vendor's own distribution (ONNX Runtime), not of the ONNX standard.",
  },
  ONNX_EXTERNAL_PATH: {
    severity: "critical",
    exit: 1,
    message: "the tensor {tensor} reads {location}: {reason}",
    hint: "do not load this model: it makes the runtime read a file outside its directory",
    explain:
      "External data must be a file below the model's own directory. Paths that are absolute, climb with `..` or use " +
      "drive letters or backslashes read other files of the host into the model (CVE-2022-25882, CVE-2024-27318).",
  },
  ONNX_EXTERNAL_INVALID: {
    severity: "high",
    exit: 3,
    message: "the external data of the tensor {tensor} is invalid: {reason}",
    hint: "the file is damaged or made to confuse readers; do not load it",
    explain:
      "The entries that say where a tensor's bytes are must be unique, numeric and consistent with the tensor.",
  },
  ONNX_EXTERNAL_MISSING: {
    severity: "medium",
    exit: 3,
    message: "the external data file {file} is missing ({count} tensors)",
    hint: "restore the file beside the model; without it the weights cannot be verified",
    explain:
      "The model's weights are in another file that is not part of this artifact, so nothing is known about them.",
  },
  ONNX_EXTERNAL_RANGE: {
    severity: "high",
    exit: 3,
    message: "the tensor {tensor} needs bytes {offset} to {end} of {file}, which has {size}",
    hint: "the external data file is truncated or belongs to another model",
    explain: "A tensor's range lies outside its external data file.",
  },
  ONNX_EXTERNAL_HARDLINK: {
    severity: "high",
    exit: 3,
    message: "the external data file {file} has {count} hard links",
    hint: "copy the model into a directory of its own",
    explain:
      "A hard link can bring any file of the disk into the model's directory, past every check of paths and " +
      "symbolic links (CVE-2026-34446). Symbolic links that lead out (CVE-2026-27489) are refused for every file.",
  },
  ONNX_EXTERNAL_OVERLAP: {
    severity: "low",
    exit: 3,
    message: "the tensors {first} and {second} overlap in {file}",
    hint: "ask the author; exporters write separate or equal ranges",
    explain: "Two tensors share part of their bytes. Exporters share whole tensors or none.",
  },
  ONNX_EXTERNAL_CHECKSUM: {
    severity: "info",
    exit: 3,
    message: "{count} tensors state a SHA-1 checksum of their external data, which was not compared",
    hint: "rely on the SHA-256 digests of the BOM and of the signature",
    explain:
      "ONNX allows a SHA-1 of the external file. SHA-1 does not resist collisions and stands in the file it would " +
      "protect, so aibom does not count it as a check.",
  },
} as const satisfies CodeTable;
