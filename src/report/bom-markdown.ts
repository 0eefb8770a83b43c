// SPDX-License-Identifier: Apache-2.0
// A BOM as Markdown for people: components in one table, their files folded below.

import type { BomTable, TableRow } from "../model/conversion.ts";
import { counted } from "./counted.ts";
import { shortHash } from "./diff-groups.ts";
import { codeSpan } from "./markdown-text.ts";

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
    files.length === 0
      ? ""
      : `<details><summary>${counted(files.length, "file")}</summary>\n\n${fileTable(files)}\n\n</details>`,
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

function fileTable(rows: readonly TableRow[]): string {
  const lines = rows.map((row) => line([[row.name], row.inside.slice(-1), row.hashes]));
  return ["| File | Inside | Hashes |\n|---|---|---|", ...lines].join("\n");
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
