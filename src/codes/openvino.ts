// SPDX-License-Identifier: Apache-2.0
// Codes of OpenVINO models and of the XML that describes them.

import type { CodeTable } from "./code.ts";

export const openvinoCodes = {
  XML_INVALID: {
    severity: "high",
    exit: 3,
    message: "not XML that can be trusted: {reason}",
    hint: "fetch the file again; a description of a model needs no document type and no entities of its own",
    explain:
      "The file breaks the rules of XML, or uses a part of XML that reads other files or grows without end (document " +
      "types and their entities). Parsers disagree on such files, so it was not read further.",
  },
  OPENVINO_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a complete OpenVINO model: {reason}",
    hint: "export the model again with a current OpenVINO",
    explain:
      "The XML starts like an OpenVINO graph and lacks a part that every graph has. The file is damaged or something else.",
  },
  OPENVINO_EXTENSION_LAYER: {
    severity: "medium",
    exit: 1,
    message: "the layer kind {operator} is not of OpenVINO's operator sets",
    hint: "find out which extension library runs it, and inventory that library as well",
    explain:
      "Layers of other operator sets are run by native extension libraries that are loaded beside the model. What they do " +
      "cannot be seen from the model.",
  },
  OPENVINO_WEIGHTS_MISSING: {
    severity: "medium",
    exit: 3,
    message: "the weights {file} are not in the directory ({count} constants)",
    hint: "put the .bin file beside the .xml, or inventory the directory that has both",
    explain:
      "An OpenVINO graph keeps its constants in a .bin file of the same name. Without it only half of the model was seen.",
  },
  OPENVINO_WEIGHTS_RANGE: {
    severity: "high",
    exit: 3,
    message: "the constant {layer} ends at byte {end} of {file}, which has {size} bytes",
    hint: "fetch both files again from one source",
    explain:
      "The graph names a range that its weight file does not have. The files do not belong together, or one is cut.",
  },
} as const satisfies CodeTable;
