// SPDX-License-Identifier: Apache-2.0
// Files of `Name: value` lines in paragraphs, as dpkg (deb822), Python's METADATA and Java's manifests write them. Names
// are compared in lower case; a line that starts with white space goes on with the value before it.

/** The fields of one paragraph, each with all its values in order. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** The value of a field that occurs once; the first if it is repeated. */
export function fieldOf(fields: Fields, name: string): string | undefined {
  const value = fields.get(name)?.[0];
  return value === undefined || value === "" ? undefined : value;
}

/** The paragraph up to the first blank line: the headers of a METADATA file, behind which a description follows. */
export function firstParagraph(text: string): Fields {
  const normal = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  const end = normal.indexOf("\n\n");
  return parseParagraph(end < 0 ? normal : normal.slice(0, end), "\n");
}

/** All paragraphs of a deb822 file. */
export function* paragraphs(text: string): Generator<Fields> {
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    if (paragraph.trim() !== "") {
      yield parseParagraph(paragraph, "\n");
    }
  }
}

/** Java wraps lines at 72 bytes: what follows is joined to the value without a line break. */
export function manifestFields(text: string): Fields {
  const normal = text.replaceAll("\r\n", "\n");
  const end = normal.indexOf("\n\n");
  return parseParagraph(end < 0 ? normal : normal.slice(0, end), "");
}

function parseParagraph(text: string, joint: "\n" | ""): Fields {
  const fields = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const line of text.split("\n")) {
    if (line.startsWith(" ") || line.startsWith("\t")) {
      if (values !== undefined && values.length > 0) {
        values[values.length - 1] += joint + line.slice(1);
      }
      continue;
    }
    const colon = line.indexOf(":");
    if (colon <= 0) {
      continue;
    }
    const name = line.slice(0, colon).toLowerCase();
    values = fields.get(name) ?? [];
    fields.set(name, values);
    values.push(line.slice(colon + 1).trim());
  }
  return fields;
}
