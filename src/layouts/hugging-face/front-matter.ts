// SPDX-License-Identifier: Apache-2.0
// The YAML front matter of a model card: what stands between the first line, `---`, and the next such line.

import { decodeUtf8 } from "../../bytes/utf8.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { readYaml, type YamlValues } from "../yaml-text.ts";

/**
 * The front matter of a model card; undefined if the file has none.
 * @throws {AibomError} MODEL_CARD_INVALID, TEXT_NOT_UTF8
 */
export function readFrontMatter(bytes: Uint8Array, path: string): YamlValues | undefined {
  const text = frontMatterText(bytes, path);
  return text === undefined ? undefined : readYaml(text, (reason, cause) => invalid(path, reason, cause));
}

/** The text between the first line, `---`, and the next such line. */
function frontMatterText(bytes: Uint8Array, path: string): string | undefined {
  const head = decodeUtf8(bytes, path).replace(/^\uFEFF?\s{0,64}/, "");
  if (!/^---[ \t]*\r?\n/.test(head)) {
    return undefined;
  }
  const start = head.indexOf("\n") + 1;
  const end = /^---[ \t]*\r?$/m.exec(head.slice(start));
  const text = end === null ? head.slice(start) : head.slice(start, start + end.index);
  if (Buffer.byteLength(text) > limits.maxFrontMatterBytes) {
    throw invalid(path, `it has more than ${limits.maxFrontMatterBytes} bytes`);
  }
  if (end === null) {
    throw invalid(path, "its closing --- line is missing");
  }
  return text.replaceAll("\r\n", "\n");
}

function invalid(path: string, reason: string, cause?: unknown): AibomError {
  return AibomError.of("MODEL_CARD_INVALID", { reason }, { where: { path }, cause });
}
