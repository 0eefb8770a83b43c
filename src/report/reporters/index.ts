// SPDX-License-Identifier: Apache-2.0
// Every reporter. To add one, write its file, add a line here and its name in report-formats.ts, and give it a golden file.

import type { Reporter } from "../reporter.ts";
import { githubReporter } from "./github.ts";
import { gitlabReporter } from "./gitlab.ts";
import { htmlReporter } from "./html.ts";
import { jsonReporter } from "./json.ts";
import { junitReporter } from "./junit.ts";
import { markdownReporter } from "./markdown.ts";
import { sarifReporter } from "./sarif.ts";
import { textReporter } from "./text.ts";

export const reporters: readonly Reporter[] = [
  textReporter,
  jsonReporter,
  sarifReporter,
  junitReporter,
  githubReporter,
  gitlabReporter,
  markdownReporter,
  htmlReporter,
];
