// SPDX-License-Identifier: Apache-2.0
// Part of `npm run docs`: puts the style and the script of START-HERE.html (src/page/browser/) into a module, as the text
// that the page embeds. Types and nothing else are taken off: an auditor can read what runs. `--check` only compares.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(import.meta.dirname, "..");
const browser = join(root, "src/page/browser");

/** In the order in which they stand in the page: later rules win. */
const styles = ["base", "marks", "frame", "verdict", "tables", "picture", "completeness", "narrow", "paper"];

const target = join(root, "src/page/browser-files.ts");

/** The module's text. */
export function browserFiles(): string {
  const licence = "/* SPDX-License-Identifier: Apache-2.0 */\n";
  const sheets = styles.map((name) =>
    readFileSync(join(browser, `style/${name}.css`), "utf8").replace(licence, ""),
  );
  const style = licence + sheets.join("\n");
  const { outputText } = ts.transpileModule(readFileSync(join(browser, "start-here.ts"), "utf8"), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.None, removeComments: false },
  });
  return `// SPDX-License-Identifier: Apache-2.0
// Made by scripts/page.ts from src/page/browser/; change it there.

export const pageStyle = ${literal(style)};

export const pageScript = ${literal(`(() => {\n"use strict";\n${outputText.replace(/^"use strict";\n/m, "")}})();\n`)};
`;
}

function literal(text: string): string {
  return `\`${text.replace(/\\/g, "\\\\").replace(/`/g, "\\`").replace(/\$\{/g, "\\${")}\``;
}

if (import.meta.main) {
  const text = browserFiles();
  if (!process.argv.includes("--check")) {
    writeFileSync(target, text);
  } else if (readFileSync(target, "utf8") !== text) {
    console.error("src/page/browser-files.ts is stale: run `npm run docs`");
    process.exitCode = 1;
  }
}
