// SPDX-License-Identifier: Apache-2.0
// A Hugging Face dataset directory: its card, dataset_infos.json, loading scripts. The card nearest to the root
// decides; cards of models are the other layout's (hugging-face.ts).

import { type Card, isDatasetCard, readCard } from "./hugging-face/card.ts";
import { describeDatasetCard } from "./hugging-face/dataset-card.ts";
import { describeDatasetInfos } from "./hugging-face/dataset-info.ts";
import { describeLoadingScripts } from "./hugging-face/loading-script.ts";
import { inside, Reading } from "./hugging-face/reading.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";

const infosName = "dataset_infos.json";
const none: LayoutDescription = { facts: [], findings: [], unverified: [] };

/** Hugging Face dataset directories. */
export const huggingFaceDataset: Layout = {
  id: "hugging-face-dataset",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    const cards = datasetCards(reading, directory);
    const infos = shallowest([...reading.folders()].filter(([, names]) => names.includes(infosName)));
    if (cards.length === 0 && infos.length === 0) {
      return none;
    }
    for (const card of cards) {
      describeDatasetCard(reading, card);
    }
    const described = infos.map((folder) => describeDatasetInfos(reading, inside(folder, infosName)));
    if (cards.length === 0 && !described.includes(true)) {
      return { ...none, findings: reading.findings.all(), unverified: [...reading.unverified] };
    }
    describeLoadingScripts(reading);
    return {
      facts: [...reading.claims.facts, ...reading.expected],
      findings: reading.findings.all(),
      unverified: [...reading.unverified],
      dataset: "own-card",
    };
  },
};

/** Cards of datasets in the directories nearest to the root that have a README.md at all. */
function datasetCards(reading: Reading, directory: DirectoryView): readonly Card[] {
  const folders = shallowest([...reading.folders()].filter(([, names]) => names.includes("README.md")));
  // What is wrong with a card that cannot be read is the other layout's to say.
  const quiet = new Reading(directory);
  return folders
    .slice(0, maxCards)
    .map((folder) => readCard(quiet, folder))
    .filter((card): card is Card => card !== undefined && isDatasetCard(card));
}

/** Directories side by side that have a card: snapshots of one dataset, or parts of a collection. */
const maxCards = 64;

/** The folders of least depth, in code-unit order. */
function shallowest(
  folders: readonly (readonly [folder: string, names: readonly string[]])[],
): readonly string[] {
  const depthOf = (folder: string): number => (folder === "" ? 0 : folder.split("/").length);
  const depth = folders.reduce(
    (least, [folder]) => Math.min(least, depthOf(folder)),
    Number.POSITIVE_INFINITY,
  );
  return folders
    .map(([folder]) => folder)
    .filter((folder) => depthOf(folder) === depth)
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
