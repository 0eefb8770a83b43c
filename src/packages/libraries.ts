// SPDX-License-Identifier: Apache-2.0
// Shared libraries and programs that no package manager installed, where the file itself says what it is: the note
// `.note.package` (FDO, "Package Metadata for Executable Files"), and the names that GPU vendors and serving runtimes give
// their libraries. Only used for files that no package owns: package data first, file facts second.

import type { ByteSource } from "../bytes/byte-source.ts";
import { type ElfFile, openElf, zeroEnded } from "../bytes/elf.ts";
import { parseJson } from "../bytes/json.ts";
import { textOf } from "../layouts/member.ts";
import { limits } from "../limits.ts";
import type { PackageRole } from "../model/package.ts";
import type { FileCatalog, FoundPackage } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";
import { mayBeProgram } from "./program-names.ts";
import { parsePurl } from "./purl-parse.ts";
import { splitPath } from "./root-paths.ts";

const id = "libraries";

export const libraries: FileCatalog = {
  id,
  formats: ["elf"],
  wants: mayBeProgram,
  readFile(file) {
    const draft = new CatalogDraft(id);
    const found = draft.attempt(file.path, () => libraryPackage(file));
    if (found !== undefined) {
      draft.packages.push(found);
    }
    return draft.done();
  },
};

interface KnownLibrary {
  readonly file: RegExp;
  readonly namespace?: string;
  readonly name: string;
  readonly role: PackageRole;
}

const gpu = "gpu-library";
const serving = "serving-runtime";

/** The vendors' own names; the version follows `.so.`. */
const known: readonly KnownLibrary[] = [
  { file: /^libcudart\.so/, namespace: "nvidia", name: "cuda-cudart", role: gpu },
  { file: /^libcudnn(?:_[a-z_]+)?\.so/, namespace: "nvidia", name: "cudnn", role: gpu },
  { file: /^libnccl\.so/, namespace: "nvidia", name: "nccl", role: gpu },
  { file: /^libnvinfer(?:_[a-z_]+)?\.so/, namespace: "nvidia", name: "tensorrt", role: gpu },
  { file: /^libcublas(?:Lt)?\.so/, namespace: "nvidia", name: "cublas", role: gpu },
  { file: /^libcufft\.so/, namespace: "nvidia", name: "cufft", role: gpu },
  { file: /^libcurand\.so/, namespace: "nvidia", name: "curand", role: gpu },
  { file: /^libcusolver\.so/, namespace: "nvidia", name: "cusolver", role: gpu },
  { file: /^libcusparse(?:Lt)?\.so/, namespace: "nvidia", name: "cusparse", role: gpu },
  { file: /^libnvrtc\.so/, namespace: "nvidia", name: "cuda-nvrtc", role: gpu },
  { file: /^libnvJitLink\.so/, namespace: "nvidia", name: "nvjitlink", role: gpu },
  {
    file: /^lib(?:cuda|nvidia-ml|nvidia-ptxjitcompiler)\.so\.\d{3}/,
    namespace: "nvidia",
    name: "driver",
    role: gpu,
  },
  { file: /^libamdhip64\.so/, namespace: "amd", name: "hip", role: gpu },
  { file: /^librccl\.so/, namespace: "amd", name: "rccl", role: gpu },
  { file: /^libMIOpen\.so/, namespace: "amd", name: "miopen", role: gpu },
  {
    file: /^lib(roc(?:blas|fft|rand|solver|sparse)|hipblas(?:lt)?)\.so/,
    namespace: "amd",
    name: "$1",
    role: gpu,
  },
  { file: /^libhsa-runtime64\.so/, namespace: "amd", name: "hsa-runtime", role: gpu },
  { file: /^libze_loader\.so/, namespace: "intel", name: "level-zero", role: gpu },
  { file: /^libonnxruntime\.so/, name: "onnxruntime", role: serving },
  { file: /^(?:llama-(?:server|cli|run)|libllama\.so)/, name: "llama.cpp", role: serving },
  { file: /^(?:tritonserver$|libtritonserver\.so)/, name: "tritonserver", role: serving },
  { file: /^(text-generation-(?:launcher|router)|text-embeddings-router)$/, name: "$1", role: serving },
  { file: /^ollama$/, name: "ollama", role: serving },
  { file: /^libopenvino\.so/, name: "openvino", role: serving },
  { file: /^libtorch(?:_cpu|_cuda)?\.so/, name: "libtorch", role: "ml-framework" },
  { file: /^libtensorflow(?:_cc|_framework)?\.so/, name: "libtensorflow", role: "ml-framework" },
];

function libraryPackage(file: ByteSource): FoundPackage | undefined {
  const [, name] = splitPath(file.path);
  const match = known.find((each) => each.file.test(name));
  const elf = openElf(file);
  if (elf === undefined) {
    return undefined;
  }
  const noted = notePackage(elf, file.path);
  if (noted !== undefined || match === undefined) {
    return noted;
  }
  const title = match.name === "$1" ? (match.file.exec(name)?.[1] ?? name) : match.name;
  return {
    type: "generic",
    ...(match.namespace === undefined ? {} : { namespace: match.namespace }),
    name: title,
    version: /\.so\.([0-9][0-9.]*)$/.exec(name)?.[1] ?? soVersion(elf) ?? "",
    state: "installed",
    role: match.role,
    path: file.path,
    owned: [{ path: file.path }],
    isFallback: true,
  };
}

const noteType = 0xcafe1a7e;
const maxNoteBytes = 64 * 1024;

/** One note: sizes of name and description, type, the name "FDO", and JSON. */
function notePackage(elf: ElfFile, path: string): FoundPackage | undefined {
  const section = elf.section(".note.package");
  const bytes = section === undefined ? undefined : elf.bytes(section, maxNoteBytes);
  if (bytes === undefined || bytes.length < 16) {
    return undefined;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [nameBytes, length] = [view.getUint32(0, elf.littleEndian), view.getUint32(4, elf.littleEndian)];
  const start = 12 + Math.ceil(nameBytes / 4) * 4;
  if (view.getUint32(8, elf.littleEndian) !== noteType || start + length > bytes.length) {
    return undefined;
  }
  const json = Buffer.from(zeroEnded(bytes.subarray(0, start + length), start));
  const note = parseJson(json, { path, maxBytes: maxNoteBytes, maxDepth: limits.maxJsonDepth });
  const name = textOf(note, "name");
  const stated = parsePurl(textOf(note, "purl") ?? "");
  if (stated === undefined && name === undefined) {
    return undefined;
  }
  const type = textOf(note, "type");
  const os = textOf(note, "os");
  const named = stated ?? {
    type: type === "deb" || type === "rpm" || type === "apk" ? type : "generic",
    ...(os === undefined ? {} : { namespace: os }),
    name: name ?? "",
    version: textOf(note, "version") ?? "",
  };
  return { ...named, state: "installed", path, owned: [{ path }], isFallback: true };
}

const dynamicTag = { soName: 14 } as const;

/** The version in a library's SONAME. */
function soVersion(elf: ElfFile): string | undefined {
  const [dynamic, names] = [elf.section(".dynamic"), elf.section(".dynstr")];
  const table = dynamic === undefined ? undefined : elf.bytes(dynamic, limits.maxBuildRecordBytes);
  const texts = names === undefined ? undefined : elf.bytes(names, limits.maxBuildRecordBytes);
  if (table === undefined || texts === undefined) {
    return undefined;
  }
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const size = elf.is64 ? 16 : 8;
  for (let at = 0; at + size <= table.length; at += size) {
    const [tag, value] = elf.is64
      ? [Number(view.getBigUint64(at, elf.littleEndian)), Number(view.getBigUint64(at + 8, elf.littleEndian))]
      : [view.getUint32(at, elf.littleEndian), view.getUint32(at + 4, elf.littleEndian)];
    if (tag === dynamicTag.soName && value < texts.length) {
      return /\.so\.([0-9][0-9.]*)$/.exec(zeroEnded(texts, value))?.[1];
    }
  }
  return undefined;
}
