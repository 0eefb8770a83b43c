// SPDX-License-Identifier: Apache-2.0
// License expressions follow SPDX (SPDX 3.0.1, annex B) with ids of its lists.

import parseExpression from "spdx-expression-parse";
import type { JsonValue } from "../../bytes/json.ts";
import { pointerTo, type Report, type SemanticCheck, type Site } from "./check.ts";

/** Expressions of whole distributions reach 2,000 characters; the parser recurses per parenthesis. */
const maxExpressionCharacters = 8192;

/** Every license expression; equal ones are parsed once. */
export function licenses(): SemanticCheck {
  const known = new Map<string, boolean>();
  const isExpression = (text: string): boolean => {
    let isValid = known.get(text);
    if (isValid === undefined) {
      isValid = canParse(text);
      known.set(text, isValid);
    }
    return isValid;
  };
  return {
    members: {
      expression(value: JsonValue, site: Site, key: string, report: Report) {
        if (site.member === "licenses" && typeof value === "string" && !isExpression(value)) {
          report.add("BOM_LICENSE_EXPRESSION", () => pointerTo(site, key), { expression: value });
        }
      },
    },
  };
}

function canParse(text: string): boolean {
  if (text.length > maxExpressionCharacters) {
    return false;
  }
  try {
    parseExpression(text);
    return true;
  } catch {
    return false;
  }
}
