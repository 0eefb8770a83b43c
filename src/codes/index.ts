// SPDX-License-Identifier: Apache-2.0
// The one table of codes. `aibom explain`, docs/codes.md and every report are rendered from it.
// A new area is one file here and one line below.

import { attestationCodes } from "./attestation.ts";
import { bomCodes } from "./bom.ts";
import { bomMatchCodes } from "./bom-match.ts";
import { bytesCodes } from "./bytes.ts";
import { cborCodes } from "./cbor.ts";
import { certificateCodes } from "./certificate.ts";
import { cliCodes } from "./cli.ts";
import type { Placeholder } from "./code.ts";
import { containerCodes } from "./container.ts";
import { coremlCodes } from "./coreml.ts";
import { custodyCodes } from "./custody.ts";
import { datasetCodes } from "./dataset.ts";
import { datasetFileCodes } from "./dataset-files.ts";
import { datasetTableCodes } from "./dataset-tables.ts";
import { deploymentCodes } from "./deployment.ts";
import { derCodes } from "./der.ts";
import { executorchCodes } from "./executorch.ts";
import { fetchCodes } from "./fetch.ts";
import { ggufCodes } from "./gguf.ts";
import { hdf5Codes } from "./hdf5.ts";
import { huggingFaceCodes } from "./hugging-face.ts";
import { imageCodes } from "./image.ts";
import { imageLayerCodes } from "./image-layer.ts";
import { imageSignatureCodes } from "./image-signature.ts";
import { jsfCodes } from "./jsf.ts";
import { kerasCodes } from "./keras.ts";
import { mlflowCodes } from "./mlflow.ts";
import { modelSignatureCodes } from "./model-signature.ts";
import { notaryCodes } from "./notary.ts";
import { npyCodes } from "./npy.ts";
import { onnxCodes } from "./onnx.ts";
import { openvinoCodes } from "./openvino.ts";
import { packageCodes } from "./package.ts";
import { pickleCodes } from "./pickle.ts";
import { policyCodes } from "./policy.ts";
import { policyFindingCodes } from "./policy-findings.ts";
import { policyRuleCodes } from "./policy-rules.ts";
import { pytorchCodes } from "./pytorch.ts";
import { registryCodes } from "./registry.ts";
import { safetensorsCodes } from "./safetensors.ts";
import { scoreCodes } from "./score.ts";
import { signatureCodes } from "./signature.ts";
import { signingCodes } from "./signing.ts";
import { sigstoreCodes } from "./sigstore.ts";
import { skopsCodes } from "./skops.ts";
import { sourceCodes } from "./source.ts";
import { storeCodes } from "./store.ts";
import { systemCodes } from "./system.ts";
import { tensorflowCodes } from "./tensorflow.ts";
import { tensorrtCodes } from "./tensorrt.ts";
import { tfjsCodes } from "./tfjs.ts";
import { tfliteCodes } from "./tflite.ts";
import { timestampCodes } from "./timestamp.ts";
import { trustCodes } from "./trust.ts";
import { trustCheckCodes } from "./trust-check.ts";
import { tufCodes } from "./tuf.ts";
import { tufPublishCodes } from "./tuf-publish.ts";
import { useCaseCodes } from "./use-case.ts";
import { vulnerabilityCodes } from "./vulnerability.ts";
import { waiverCodes } from "./waiver.ts";
import { zipCodes } from "./zip.ts";

export const codes = {
  ...bytesCodes,
  ...sourceCodes,
  ...storeCodes,
  ...mlflowCodes,
  ...packageCodes,
  ...safetensorsCodes,
  ...scoreCodes,
  ...containerCodes,
  ...zipCodes,
  ...imageCodes,
  ...imageLayerCodes,
  ...ggufCodes,
  ...onnxCodes,
  ...hdf5Codes,
  ...kerasCodes,
  ...tensorflowCodes,
  ...tfjsCodes,
  ...pickleCodes,
  ...npyCodes,
  ...pytorchCodes,
  ...skopsCodes,
  ...datasetFileCodes,
  ...datasetTableCodes,
  ...openvinoCodes,
  ...coremlCodes,
  ...tensorrtCodes,
  ...tfliteCodes,
  ...executorchCodes,
  ...huggingFaceCodes,
  ...datasetCodes,
  ...deploymentCodes,
  ...bomCodes,
  ...bomMatchCodes,
  ...trustCodes,
  ...tufCodes,
  ...tufPublishCodes,
  ...fetchCodes,
  ...registryCodes,
  ...trustCheckCodes,
  ...signatureCodes,
  ...modelSignatureCodes,
  ...derCodes,
  ...cborCodes,
  ...certificateCodes,
  ...notaryCodes,
  ...imageSignatureCodes,
  ...timestampCodes,
  ...jsfCodes,
  ...attestationCodes,
  ...signingCodes,
  ...sigstoreCodes,
  ...policyCodes,
  ...policyFindingCodes,
  ...policyRuleCodes,
  ...vulnerabilityCodes,
  ...waiverCodes,
  ...systemCodes,
  ...custodyCodes,
  ...useCaseCodes,
  ...cliCodes,
} as const;

export type Code = keyof typeof codes;

/** The arguments that a code's message needs. */
export type Args<C extends Code> = {
  readonly [Name in Placeholder<(typeof codes)[C]["message"]>]: string | number | bigint | boolean;
};

export type { CodeEntry, ExitCode } from "./code.ts";

/** True if `text` is a code of the table. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text);
}
