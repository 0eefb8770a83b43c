// SPDX-License-Identifier: Apache-2.0
// The last step of building: a document that is not valid, by schema or by meaning, is never handed out.
// It checks the document that the text was written from, which spares parsing the text again.

import type { JsonObject } from "../bytes/json.ts";
import { renderMessage } from "../codes/render.ts";
import { AibomError } from "../errors.ts";
import { atLeast } from "../model/severity.ts";
import { withoutPlainFiles } from "./plain-files.ts";
import type { Document } from "./serialize.ts";
import { validateBomDocument } from "./validate.ts";

/**
 * Validates a built document.
 * @throws {AibomError} BOM_SELF_INVALID, VALIDATORS_NOT_BUILT
 */
export async function checkBuiltBom(document: Document): Promise<void> {
  const whole = document as JsonObject;
  const reduced = withoutPlainFiles(whole);
  let { findings } = await validateBomDocument(reduced, "bom");
  if (findings.length > 0 && reduced !== whole) {
    // A finding may be about what was left out (a reference to a file): only the whole document can tell.
    ({ findings } = await validateBomDocument(whole, "bom"));
  }
  const worst = findings.find(({ severity }) => atLeast(severity, "high"));
  if (worst !== undefined) {
    const place = worst.location.member ?? worst.location.path;
    const reason = `${worst.code} at ${place}: ${renderMessage(worst.code, worst.args)}`;
    throw AibomError.of("BOM_SELF_INVALID", { reason });
  }
}
