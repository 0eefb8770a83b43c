// SPDX-License-Identifier: Apache-2.0
// What the tests of dataset layouts share.

import { jsonFile } from "../../fixtures/hugging-face.ts";
import type { Layout, LayoutDescription } from "../../src/layouts/layout.ts";
import type { FactName } from "../../src/model/fact.ts";
import { memoryDirectory } from "./memory-directory.ts";

/** The description of a directory; contents are bytes, texts or JSON values. */
export function describeFiles(layout: Layout, files: Readonly<Record<string, unknown>>): LayoutDescription {
  const tree = new Map(
    Object.entries(files).map(([path, content]) => {
      const isText = typeof content === "string";
      const bytes =
        content instanceof Uint8Array ? content : isText ? Buffer.from(content) : jsonFile(content);
      return [path, bytes] as const;
    }),
  );
  return layout.describe(memoryDirectory(tree));
}

/** Values of one fact, in their order. */
export function valuesOf({ facts }: LayoutDescription, name: FactName): readonly unknown[] {
  return facts.filter((fact) => fact.name === name).map((fact) => fact.value);
}

/** Values of the fact `metadata` with one key. */
export function metadataOf(description: LayoutDescription, key: string): readonly unknown[] {
  return (valuesOf(description, "metadata") as { key: string; value: unknown }[])
    .filter((each) => each.key === key)
    .map(({ value }) => value);
}

/** Codes of the findings, in their order. */
export function codesOf({ findings }: LayoutDescription): readonly string[] {
  return findings.map(({ code }) => code);
}
