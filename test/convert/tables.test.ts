// SPDX-License-Identifier: Apache-2.0
// Tables for people: nothing forgotten, no formula of a stranger, no markup of a stranger.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Conversion, convertBom } from "../../src/convert.ts";
import { assertNothingForgotten } from "./leaves.ts";

const golden = join(import.meta.dirname, "../bom/golden");

async function convert(bytes: Uint8Array, to: "csv" | "markdown"): Promise<Conversion & { text: string }> {
  const conversion = await convertBom(bytes, "bom.json", { to, at: new Date(0), toolVersion: "0" });
  return { ...conversion, text: Buffer.concat(conversion.pieces).toString() };
}

const written = (components: readonly object[]): Buffer =>
  Buffer.from(JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components }));

/** The cells of a table as RFC 4180 reads it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\r\n") {
      rows.push([]);
    }
    if (pattern.lastIndex === text.length) {
      break;
    }
  }
  assert.deepEqual(rows.pop(), [], "the text is no table");
  return rows;
}

describe("tables", () => {
  for (const to of ["csv", "markdown"] as const) {
    test(`${to} forgets nothing that it does not name`, async () => {
      for (const name of readdirSync(golden)) {
        const bytes = readFileSync(join(golden, name));
        const converted = await convert(bytes, to);
        // Line ends are shown as escapes in Markdown, and a base model is told by its name.
        assertNothingForgotten(
          JSON.parse(bytes.toString()),
          converted.text,
          converted,
          (pointer, value) =>
            /ancestors\/\*\/bom-ref$|^\/version$/.test(pointer) ||
            (to === "markdown" && /\n/.test(String(value))),
        );
      }
    });
  }

  test("a table has as many cells in each line, whatever the text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (text) => {
        const name = text.toWellFormed();
        const { text: csv } = await convert(written([{ type: "library", name, version: name }]), "csv");
        const rows = parseCsv(csv);
        assert.equal(rows.length, 2);
        assert.deepEqual(
          rows.map((row) => row.length),
          [13, 13],
        );
      }),
      { numRuns: 200 },
    );
  });

  test("no cell begins a formula", async () => {
    const names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "=cmd|' /C calc'!A0", '"=1'];
    const { text } = await convert(written(names.map((name) => ({ type: "library", name }))), "csv");
    for (const row of parseCsv(text).slice(1)) {
      for (const cell of row) {
        assert.doesNotMatch(cell, /^[=+\-@\t\r＝＋－＠]/u);
      }
    }
    assert.equal(parseCsv(text)[1]?.[1], "'=1+1");
  });

  test("names of strangers are no markup, and no control character is left", async () => {
    const name = "x`|<img src=x>\n| @admin #1 \u202e\u001b[31m ![a](http://evil)";
    const bytes = written([{ type: "library", name, description: name, licenses: [{ license: { name } }] }]);
    const { text } = await convert(bytes, "markdown");
    assert.doesNotMatch(text.replaceAll(/(`+)[^\n]*?[^`]\1(?!`)/g, ""), /admin|<img|evil/);
    assert.doesNotMatch(text, /\p{Cf}|[^\P{Cc}\n]/u);
    const csv = await convert(bytes, "csv");
    assert.doesNotMatch(csv.text, /\p{Cf}|[^\P{Cc}\r\n]/u);
  });

  test("a component with several entries of dependencies depends on all of them", async () => {
    const components = ["a", "b", "c"].map((name) => ({
      type: "library",
      "bom-ref": name,
      name: `n${name}`,
    }));
    const dependencies = [
      { ref: "a", dependsOn: ["b"] },
      { ref: "a", dependsOn: ["c"] },
    ];
    const document = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components, dependencies };
    const { text, losses } = await convert(Buffer.from(JSON.stringify(document)), "csv");
    assert.equal(parseCsv(text)[1]?.[9], "nb; nc");
    assert.deepEqual(losses, []);
  });

  test("long descriptions are whole", async () => {
    const description = "long ".repeat(3000);
    const { text } = await convert(written([{ type: "library", name: "x", description }]), "csv");
    assert.equal(parseCsv(text)[1]?.[10], description);
  });
});
