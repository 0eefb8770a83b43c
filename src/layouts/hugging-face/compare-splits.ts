// SPDX-License-Identifier: Apache-2.0
// What a card or dataset_infos.json says about a split, compared with the rows and columns that its files have. Files
// belong to a split by the names that the datasets library gives them (`train-00000-of-00002.parquet`, `train.jsonl`).
// Where it is not certain which files are meant, or one has no exact number of rows, nothing is compared.

import { finding } from "../../model/finding.ts";
import { columnsOf, shownColumns } from "../file-columns.ts";
import type { LayoutFile } from "../layout.ts";
import { inside, type Reading, splitPath } from "../reading.ts";

/** A split as it is claimed. */
export interface ClaimedSplit {
  readonly name: string;
  readonly config: string | undefined;
  readonly rows: number | undefined;
  /** Types by the names of the columns. */
  readonly columns: Readonly<Record<string, string>> | undefined;
}

/** Formats whose rows are counted exactly; a CSV file's header can only be guessed. */
const exact: ReadonlySet<string> = new Set([
  "parquet",
  "arrow",
  "arrow-stream",
  "jsonl",
  "json-rows",
  "avro",
]);

/** `train`, `train-00000-of-00002`, and the latter with a digest behind it. */
const shardName = /^(.{1,200}?)(?:-(\d{5})-of-(\d{5})(?:-[0-9a-f]{16})?)?\.[a-z]{2,10}$/;

/** Files of one name in one folder, as shards of a split have. */
interface ShardSet {
  readonly folder: string;
  readonly count: number;
  readonly files: LayoutFile[];
}

/** Reports what the files of the split contradict. The claim stands in `path` at `pointer`. */
export function compareSplit(reading: Reading, split: ClaimedSplit, path: string, pointer: string): void {
  const set = shardSetOf(reading, split, splitPath(path)[0]);
  if (set === undefined || set.files.length !== set.count) {
    return;
  }
  const where = { path, member: pointer.slice(0, 300) };
  const counts = set.files.map((file) => (exact.has(file.format) ? rowsOf(file) : undefined));
  const rows = counts.reduce<number>((sum, count) => sum + (count ?? Number.NaN), 0);
  if (split.rows !== undefined && Number.isSafeInteger(rows) && rows !== split.rows) {
    const args = { split: split.name.slice(0, 200), claimed: split.rows, counted: rows };
    reading.findings.add(finding("DATASET_ROWS_DISAGREE", where, args));
  }
  const [first] = set.files;
  const columns = first === undefined ? undefined : columnsOf(first);
  if (split.columns !== undefined && columns !== undefined) {
    const claimed = new Set(Object.keys(split.columns));
    const missing = [...claimed].filter((name) => !columns.has(name));
    const unclaimed = [...columns].filter((name) => !claimed.has(name));
    if (missing.length + unclaimed.length > 0) {
      const args = {
        split: split.name.slice(0, 200),
        missing: shownColumns(missing),
        unclaimed: shownColumns(unclaimed),
      };
      reading.findings.add(finding("DATASET_COLUMNS_DISAGREE", where, args));
    }
  }
}

/** The one set of files that the split can mean. */
function shardSetOf(reading: Reading, { name, config }: ClaimedSplit, root: string): ShardSet | undefined {
  const sets = new Map<string, ShardSet>();
  for (const [folder, names] of reading.folders()) {
    if (root !== "" && folder !== root && !folder.startsWith(`${root}/`)) {
      continue;
    }
    for (const file of names) {
      const [, stem, , count = "1"] = shardName.exec(file) ?? [];
      const found = stem === name ? reading.directory.files.get(inside(folder, file)) : undefined;
      if (found !== undefined) {
        const key = `${folder}\0${count}`;
        const set = sets.get(key) ?? { folder, count: Number(count), files: [] };
        set.files.push(found);
        sets.set(key, set);
      }
    }
  }
  const all = [...sets.values()];
  const own = all.filter(({ folder }) => config !== undefined && folder.split("/").includes(config));
  const isOnlyConfig = config === undefined || config === "default";
  const [only, ...others] = own.length > 0 ? own : isOnlyConfig ? all : [];
  return others.length === 0 ? only : undefined;
}

function rowsOf({ description }: LayoutFile): number | undefined {
  const counted = description?.facts.find(({ name, grade }) => name === "rows.count" && grade === "computed");
  const rows = Number(counted?.value ?? Number.NaN);
  return Number.isSafeInteger(rows) ? rows : undefined;
}
