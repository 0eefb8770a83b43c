// SPDX-License-Identifier: Apache-2.0
// GPU toolkits and servers that were unpacked from an archive and state their version in a small file: CUDA's version.json,
// cuDNN's, NCCL's and TensorRT's headers, ROCm's .info/version, Triton's TRITON_VERSION.

import { isJsonObject } from "../bytes/json.ts";
import { textOf } from "../layouts/member.ts";
import type { PackageRole } from "../model/package.ts";
import type { Catalog, FoundPackage, RootView } from "./catalog.ts";
import { CatalogDraft } from "./catalog-draft.ts";

const id = "gpu-toolkits";
const maxBytes = 1024 * 1024;

const cuda = /(?:^|\/)cuda(?:-[0-9.]+)?\/version\.(?:json|txt)$/;
const rocm = /(?:^|\/)rocm(?:-[0-9.]+)?\/\.info\/version$/;
const triton = /(?:^|\/)tritonserver\/TRITON_VERSION$/;
/** Headers that define a version in parts. */
const headers: readonly {
  readonly file: RegExp;
  readonly name: string;
  readonly macros: readonly string[];
}[] = [
  {
    file: /\/cudnn_version(?:_v\d+)?\.h$/,
    name: "cudnn",
    macros: ["CUDNN_MAJOR", "CUDNN_MINOR", "CUDNN_PATCHLEVEL"],
  },
  { file: /\/nccl\.h$/, name: "nccl", macros: ["NCCL_MAJOR", "NCCL_MINOR", "NCCL_PATCH"] },
  {
    file: /\/NvInferVersion\.h$/,
    name: "tensorrt",
    macros: ["NV_TENSORRT_MAJOR", "NV_TENSORRT_MINOR", "NV_TENSORRT_PATCH"],
  },
];

export const gpuToolkits: Catalog = {
  id,
  wants(path, size) {
    return (
      size <= maxBytes &&
      (cuda.test(path) || rocm.test(path) || triton.test(path) || headers.some(({ file }) => file.test(path)))
    );
  },
  read(root, wanted) {
    const draft = new CatalogDraft(id);
    for (const path of wanted) {
      draft.packages.push(...toolkitPackages(root, draft, path));
    }
    return draft.done();
  },
};

function toolkitPackages(root: RootView, draft: CatalogDraft, path: string): readonly FoundPackage[] {
  if (root.files.get(path)?.linkTarget !== undefined) {
    return [];
  }
  if (cuda.test(path) && path.endsWith(".json")) {
    return cudaComponents(root, draft, path);
  }
  const text = draft.text(root, path, maxBytes) ?? "";
  const header = headers.find(({ file }) => file.test(path));
  if (header !== undefined) {
    const parts = header.macros.map(
      (macro) => new RegExp(`#define[ \\t]+${macro}[ \\t]+(\\d+)`).exec(text)?.[1],
    );
    return parts.includes(undefined) ? [] : [toolkit(path, "nvidia", header.name, parts.join("."))];
  }
  const version = /\d+\.\d+[\w.]*/.exec(text.slice(0, 200))?.[0];
  if (version === undefined) {
    return [];
  }
  return triton.test(path)
    ? [toolkit(path, undefined, "tritonserver", version, "serving-runtime")]
    : [rocm.test(path) ? toolkit(path, "amd", "rocm", version) : toolkit(path, "nvidia", "cuda", version)];
}

/** `{"cuda": {"name": "CUDA SDK", "version": "12.4.1"}, "cuda_cudart": …}`. */
function cudaComponents(root: RootView, draft: CatalogDraft, path: string): readonly FoundPackage[] {
  return Object.entries(draft.jsonObject(root, path) ?? {}).flatMap(([key, item]) => {
    const version = isJsonObject(item) ? textOf(item, "version") : undefined;
    return version === undefined ? [] : [toolkit(path, "nvidia", key.replaceAll("_", "-"), version)];
  });
}

function toolkit(
  path: string,
  namespace: string | undefined,
  name: string,
  version: string,
  role: PackageRole = "gpu-library",
): FoundPackage {
  return {
    type: "generic",
    ...(namespace === undefined ? {} : { namespace }),
    name,
    version,
    state: "installed",
    role,
    path,
    isFallback: true,
  };
}
