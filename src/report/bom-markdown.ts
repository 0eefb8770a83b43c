// SPDX-License-Identifier: Apache-2.0
// A BOM as Markdown for people: components in one table, everything about each of them and of their files folded below.

import type { BomTable, TableRow } from "../model/conversion.ts";
import { tableColumns } from "./bom-csv.ts";
import { counted } from "./counted.ts";
import { shortHash } from "./diff-groups.ts";
import { codeSpan } from "./markdown-text.ts";

/** Characters of a value that are shown: longer descriptions end in `…`. */
const maxCharacters = 4000;

export function renderBomMarkdown(table: BomTable): string {
  const { name, version, specVersion, serialNumber, timestamp, rows } = table;
  const files = rows.filter(({ type }) => type === "file");
  const components = rows.filter(({ type }) => type !== "file");
  const title = [name, version].filter((word) => word !== "").join(" ");
  const facts = [
    `CycloneDX ${specVersion}`,
    counted(components.length, "component"),
    counted(files.length, "file"),
    ...(timestamp === "" ? [] : [`made ${codeSpan(timestamp)}`]),
    ...(serialNumber === "" ? [] : [codeSpan(serialNumber)]),
  ];
  const sections = [
    `<!-- aibom bom -->\n## Bill of materials${title === "" ? "" : ` of ${codeSpan(title)}`}`,
    facts.join(", "),
    componentTable(components),
    rows.length === 0
      ? ""
      : `<details><summary>Everything about each</summary>\n\n${details(rows)}\n\n</details>`,
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function componentTable(rows: readonly TableRow[]): string {
  const lines = rows.map((row) =>
    line([
      [row.type],
      [[row.name, row.version].filter((word) => word !== "").join(" ")],
      row.inside.slice(-1),
      row.licenses,
      row.suppliers,
      [...row.ancestors, ...row.datasets],
      row.dependsOn,
      row.hashes.slice(0, 1).map(shortHash),
    ]),
  );
  const head =
    "| Type | Component | Inside | Licenses | Suppliers | Made from | Depends on | Hash |\n|---|---|---|---|---|---|---|---|";
  return rows.length === 0 ? "" : [head, ...lines].join("\n");
}

/** Every value of every row. */
function details(rows: readonly TableRow[]): string {
  return rows
    .map((row) => {
      const values = tableColumns.flatMap(([title, value]) => {
        const found = [value(row)].flat().filter((text) => text !== "");
        return found.length === 0 || title === "name" || title === "type"
          ? []
          : [`  - ${title}: ${found.map((text) => codeSpan(text, maxCharacters)).join(", ")}`];
      });
      return [`- ${codeSpan(row.type)} ${codeSpan(row.name, maxCharacters)}`, ...values].join("\n");
    })
    .join("\n");
}

function line(cells: readonly (readonly string[])[]): string {
  const shown = cells.map((texts) =>
    texts
      .filter((text) => text !== "")
      .map((text) => codeSpan(text))
      .join("<br>"),
  );
  return `| ${shown.join(" | ")} |`;
}
