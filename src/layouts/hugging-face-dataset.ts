// SPDX-License-Identifier: Apache-2.0
// A Hugging Face dataset directory: its card, dataset_infos.json, dataset_info.json of saved splits, loading scripts.
// The card nearest to the root decides; cards of models are the other layout's (hugging-face.ts).

import { type Card, isDatasetCard, readCard } from "./hugging-face/card.ts";
import { describeDatasetCard } from "./hugging-face/dataset-card.ts";
import { describeDatasetInfos, describeSavedInfo } from "./hugging-face/dataset-info.ts";
import { describeLoadingScripts } from "./hugging-face/loading-script.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { inside, Reading } from "./reading.ts";

const infosName = "dataset_infos.json";
/** Beside the data of each saved split. */
const savedName = "dataset_info.json";
/** Directories side by side that have a card or saved data: snapshots of one dataset, splits, configurations. */
const maxFolders = 64;
const none: LayoutDescription = { facts: [], findings: [], unverified: [] };

/** Hugging Face dataset directories. */
export const huggingFaceDataset: Layout = {
  id: "hugging-face-dataset",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    const cards = datasetCards(reading, directory);
    const infos = foldersWith(reading, infosName);
    const saved = [...reading.folders()]
      .filter(([, names]) => names.includes(savedName))
      .slice(0, maxFolders);
    if (cards.length === 0 && infos.length === 0 && saved.length === 0) {
      return none;
    }
    for (const card of cards) {
      describeDatasetCard(reading, card);
    }
    const described = [
      ...infos.map((folder) => describeDatasetInfos(reading, inside(folder, infosName))),
      ...saved.map(([folder]) => describeSavedInfo(reading, inside(folder, savedName))),
    ];
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
  // What is wrong with a card that cannot be read is the other layout's to say.
  const quiet = new Reading(directory);
  return foldersWith(reading, "README.md")
    .slice(0, maxFolders)
    .map((folder) => readCard(quiet, folder))
    .filter((card): card is Card => card !== undefined && isDatasetCard(card));
}

/** The folders of least depth that have a file of this name, in code-unit order. */
function foldersWith(reading: Reading, name: string): readonly string[] {
  const depthOf = (folder: string): number => (folder === "" ? 0 : folder.split("/").length);
  const folders = [...reading.folders()]
    .filter(([, names]) => names.includes(name))
    .map(([folder]) => folder);
  const depth = folders.reduce((least, folder) => Math.min(least, depthOf(folder)), Number.POSITIVE_INFINITY);
  return folders
    .filter((folder) => depthOf(folder) === depth)
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
