// SPDX-License-Identifier: Apache-2.0
// What a package is for, by its name in its own ecosystem: the programs that serve models, the frameworks that run
// them, and the libraries of GPU vendors that both load. A name is a claim, as the package itself is.

import type { PackageRole, PackageType } from "../model/package.ts";
import { normalName } from "./python/metadata.ts";

interface Named {
  readonly type: PackageType;
  readonly namespace?: string;
  readonly name: string;
}

const serving: ReadonlySet<string> = new Set([
  "pypi:vllm",
  "pypi:sglang",
  "pypi:text-generation-server",
  "pypi:llama-cpp-python",
  "pypi:tritonserver",
  "pypi:tritonclient",
  "pypi:nvidia-pytriton",
  "pypi:onnxruntime",
  "pypi:onnxruntime-gpu",
  "pypi:openvino",
  "pypi:openvino-genai",
  "pypi:openvino-model-server",
  "pypi:tensorrt-llm",
  "pypi:torchserve",
  "pypi:tensorflow-serving-api",
  "pypi:bentoml",
  "pypi:kserve",
  "pypi:lmdeploy",
  "pypi:mlserver",
  "pypi:mlx-lm",
  "pypi:ctransformers",
  "pypi:ctranslate2",
  "pypi:text-embeddings-server",
  "npm:onnxruntime-node",
  "npm:onnxruntime-web",
  "npm:node-llama-cpp",
  "golang:github.com/ollama/ollama",
  "golang:github.com/mudler/LocalAI",
  "cargo:text-generation-router",
  "cargo:text-generation-launcher",
  "cargo:text-embeddings-router",
  "cargo:candle-core",
  "cargo:mistralrs",
  "conda:vllm",
  "conda:onnxruntime",
  "conda:llama.cpp",
  "deb:tritonserver",
  "deb:llama.cpp",
  "deb:libonnxruntime1.21",
  "maven:com.microsoft.onnxruntime:onnxruntime",
  "maven:ai.djl:serving",
  "generic:llama.cpp",
  "generic:ollama",
  "generic:tritonserver",
  "generic:onnxruntime",
]);

const frameworks: ReadonlySet<string> = new Set([
  "torch",
  "tensorflow",
  "tensorflow-cpu",
  "jax",
  "jaxlib",
  "transformers",
  "diffusers",
  "sentence-transformers",
  "keras",
  "scikit-learn",
  "xgboost",
  "lightgbm",
  "catboost",
  "paddlepaddle",
  "mxnet",
  "mlx",
  "peft",
  "accelerate",
  "safetensors",
  "tokenizers",
  "triton",
  "xformers",
  "flash-attn",
  "bitsandbytes",
  "pytorch",
  "pytorch-cpu",
  "pytorch-gpu",
]);

/** CUDA, its libraries and driver; TensorRT; ROCm; Intel's oneAPI and Level Zero; Ascend. */
const gpu =
  /^(?:nvidia-(?:cu|nccl|nvjitlink|nvtx|cusparselt|nvshmem|driver|utils|kernel|compute|libmpi|modelopt|container|firmware|gds)|cuda(?:-|$|toolkit)|cudatoolkit$|cudnn|nccl$|libcu(?:da|blas|dnn|fft|rand|solver|sparse|file|tensor|pti|dart|obj|inj)|libnccl|libnv(?:infer|jitlink|jpeg|onnxparsers|idia|fatbin|vm|ptxcompiler)|libnvidia|tensorrt(?!-llm)|rocm|hip(?:blas|fft|rand|solver|sparse|cub|-runtime|$)|rocblas|rocfft|rocrand|rocsolver|rocsparse|rccl|miopen|amd-?smi|amdgpu|hsa-rocr|intel-(?:opencl|level-zero)|level-zero|libze1|intel-extension-for|pytorch-triton-rocm|cann-|ascend)/;

/** The role of a package with this name; undefined for all others. */
export function roleOf({ type, namespace, name }: Named): PackageRole | undefined {
  const plain = type === "pypi" ? normalName(name) : name;
  const separator = type === "maven" ? ":" : "/";
  const full = namespace === undefined || type === "deb" ? plain : `${namespace}${separator}${plain}`;
  if (serving.has(`${type}:${full}`)) {
    return "serving-runtime";
  }
  if (gpu.test(plain)) {
    return "gpu-library";
  }
  return (type === "pypi" || type === "conda") && frameworks.has(plain) ? "ml-framework" : undefined;
}
