// SPDX-License-Identifier: Apache-2.0
// Every reporter. To add one, write its file, add a line here, and give it a golden file.

import type { Reporter } from "../reporter.ts";
import { jsonReporter } from "./json.ts";
import { sarifReporter } from "./sarif.ts";
import { textReporter } from "./text.ts";

export const reporters: readonly Reporter[] = [textReporter, jsonReporter, sarifReporter];
