// SPDX-License-Identifier: Apache-2.0
// Every list of elements. A new one is one file here, its id in element.ts and one line below.

import type { ElementList, ScoreProfileId } from "../element.ts";
import { bsiTr03183 } from "./bsi-tr-03183.ts";
import { cisa2025 } from "./cisa-2025.ts";
import { eu53d } from "./eu-53d.ts";
import { euAnnexXi } from "./eu-annex-xi.ts";
import { g7Ai } from "./g7-ai.ts";
import { owasp } from "./owasp.ts";

export const elementLists: Readonly<Record<ScoreProfileId, ElementList>> = {
  "g7-ai": g7Ai,
  "cisa-2025": cisa2025,
  "bsi-tr-03183": bsiTr03183,
  "eu-annex-xi": euAnnexXi,
  "eu-53d": eu53d,
  owasp,
};
