// SPDX-License-Identifier: Apache-2.0
// Codes of Core ML models.

import type { CodeTable } from "./code.ts";

export const coremlCodes = {
  COREML_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a complete Core ML model: {reason}",
    hint: "fetch the file again from its source; if it is another format, name it so",
    explain:
      "Every Core ML model has a specification version and is of exactly one kind. This file is damaged, newer than aibom " +
      "knows, or something else.",
  },
  COREML_CUSTOM_CODE: {
    severity: "medium",
    exit: 1,
    message: "a {what} needs the class {class} of the app that loads it",
    hint: "inventory the app that brings the class; the model alone does not say what runs",
    explain:
      "A custom model or layer is a name only: Core ML looks for a class of this name in the app and runs it. What it does " +
      "cannot be seen from the model.",
  },
  COREML_LINKED_MODEL: {
    severity: "medium",
    exit: 1,
    message: "the model is another file: {target}",
    hint: "inventory the model that is linked to as well",
    explain:
      "A linked model holds nothing but the name of another model file and where to look for it. What runs is decided by what " +
      "lies there.",
  },
  COREML_PACKAGE_INVALID: {
    severity: "high",
    exit: 3,
    message: "the package's manifest cannot be followed: {reason}",
    hint: "fetch the package again from its source",
    explain:
      "An .mlpackage is a directory whose Manifest.json names its parts. A part that is missing, or that lies outside of the " +
      "package, means that what was inventoried is not what would be loaded.",
  },
} as const satisfies CodeTable;
