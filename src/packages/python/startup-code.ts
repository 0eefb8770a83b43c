// SPDX-License-Identifier: Apache-2.0
// `.pth` files: Python's `site` module executes every line of them that starts with `import`, at each start.

import { type Finding, finding } from "../../model/finding.ts";

const maxShownCharacters = 120;

/** What no honest start-up line does: unpack, download or start what it then runs. */
const hiding =
  /\b(?:b64decode|b85decode|a85decode|unhexlify|fromhex|marshal|decompress|codecs|subprocess|popen|os\.system|socket|urllib|urlopen|requests|http\.client|ctypes)\b/i;

/** The findings of one `.pth` file. `isListed`: a package says that it is its own. */
export function startupCode(path: string, text: string, isListed: boolean): readonly Finding[] {
  const lines = text.split(/\r\n|[\r\n]/).filter((line) => /^import[ \t]/.test(line));
  return lines.map((line) => {
    const severity = hiding.test(line) ? "high" : isListed ? "low" : "medium";
    return finding(
      "PACKAGE_STARTUP_CODE",
      { path },
      { line: line.slice(0, maxShownCharacters) },
      { severity },
    );
  });
}
