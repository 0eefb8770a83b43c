// SPDX-License-Identifier: Apache-2.0
// How much of what is dangerous `aibom scan` finds, and how often it calls something harmless dangerous.
//
//   npm run scorecard                        over our own samples (fixtures/samples.ts)
//   npm run scorecard -- DIRECTORY LABELS    over files of yours: LABELS is CSV with `file,label` or
//                                            `file,label,technique`; label is malicious or benign
//
// Found is what ends with exit code 1 (a finding of severity high or critical). A file that could not be read is
// counted apart: it is not clean, but nobody was told what is in it. Exit code 1 below the goal.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { allSamples, type Sample } from "../fixtures/samples.ts";
import type { ScannedTarget } from "../src/model/scan-report.ts";
import { atLeast } from "../src/model/severity.ts";
import { scan } from "../src/scan.ts";

/** Of the malicious samples, found. */
const goalRecall = 0.98;

/** A sample on disk. */
export interface LabelledPath extends Pick<Sample, "name" | "label" | "technique"> {
  readonly path: string;
}

/** A sample and what the scan said. */
export interface Scored extends LabelledPath {
  readonly outcome: ScannedTarget["outcome"];
  readonly codes: readonly string[];
}

/** Writes our own samples, each into a directory of its own. */
export function writeSamples(directory: string): readonly LabelledPath[] {
  return allSamples().map(({ name, bytes, label, technique }, index) => {
    const path = join(directory, String(index));
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return { name, label, technique, path };
  });
}

/** Scans each sample by itself. */
export async function score(samples: readonly LabelledPath[]): Promise<readonly Scored[]> {
  const { targets } = await scan(samples.map(({ path }) => path));
  return samples.map((sample, index) => {
    const target = targets[index];
    const grave = target?.findings.filter(({ severity }) => atLeast(severity, "high")) ?? [];
    return {
      ...sample,
      outcome: target?.outcome ?? "incomplete",
      codes: [...new Set(grave.map(({ code }) => code))],
    };
  });
}

/** Rows of `file,label[,technique]`; a field may be quoted. */
export function readLabels(directory: string, csv: string): readonly LabelledPath[] {
  return csv
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && line.trim().toLowerCase() !== "file,label")
    .map((line) => {
      const [name = "", label = "", technique = ""] = csvFields(line).map((field) => field.trim());
      if (label !== "malicious" && label !== "benign") {
        throw new Error(`${JSON.stringify(line)}: the label is malicious or benign`);
      }
      return {
        name,
        label,
        technique: technique === "" ? "(none given)" : technique,
        path: join(directory, name),
      };
    });
}

function csvFields(line: string): readonly string[] {
  const fields = line.match(/(?:^|,)(?:"(?:[^"]|"")*"|[^",]*)/g) ?? [];
  return fields.map((field) => {
    const text = field.replace(/^,/, "");
    return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
  });
}

/** The numbers that are compared with the goal. */
export function summarize(scored: readonly Scored[]) {
  const malicious = scored.filter(({ label }) => label === "malicious");
  const benign = scored.filter(({ label }) => label === "benign");
  const found = malicious.filter(({ outcome }) => outcome === "dangerous");
  const missed = malicious.filter(({ outcome }) => outcome !== "dangerous");
  const alarms = benign.filter(({ outcome }) => outcome === "dangerous");
  const recall = malicious.length === 0 ? 1 : found.length / malicious.length;
  const isMet = recall >= goalRecall && alarms.length === 0 && scored.length > 0;
  return { malicious, benign, found, missed, alarms, recall, isMet };
}

function print(scored: readonly Scored[]): boolean {
  const { malicious, benign, found, missed, alarms, recall, isMet } = summarize(scored);
  const count = (items: readonly Scored[], outcome: Scored["outcome"]): string =>
    String(items.filter((item) => item.outcome === outcome).length);
  const rows = [...Map.groupBy(scored, ({ technique }) => technique)].map(([technique, items]) => {
    const bad = items.filter(({ label }) => label === "malicious");
    const good = items.filter(({ label }) => label === "benign");
    const numbers = [
      String(bad.length),
      count(bad, "dangerous"),
      count(bad, "incomplete"),
      count(bad, "clean"),
      String(good.length),
      count(good, "dangerous"),
      count(good, "incomplete"),
    ];
    return [technique, ...numbers];
  });
  const header = ["technique", "malicious", "found", "not read", "missed", "benign", "alarms", "not read"];
  const width = Math.max(...[header, ...rows].map(([technique = ""]) => technique.length));
  for (const [technique = "", ...numbers] of [header, ...rows.sort()]) {
    const cells = numbers.map((cell, index) => cell.padStart((header[index + 1] ?? "").length));
    console.log(`${technique.padEnd(width)}  ${cells.join("  ")}`);
  }
  const unread = malicious.filter(({ outcome }) => outcome === "incomplete").length;
  console.log(
    `\nrecall ${(100 * recall).toFixed(1)} % (${found.length} of ${malicious.length} found, ${unread} more not read), goal 98 %\n` +
      `false alarms ${alarms.length} of ${benign.length}, goal 0`,
  );
  for (const [title, items] of [
    ["missed", missed],
    ["false alarms", alarms],
    ["harmless and not read", benign.filter(({ outcome }) => outcome === "incomplete")],
  ] as const) {
    if (items.length > 0) {
      console.log(`\n${title}:`);
    }
    for (const { name, technique, outcome, codes } of items) {
      const said = codes.length === 0 ? "" : `: ${codes.join(", ")}`;
      console.log(`  ${name}  [${technique}]  ${outcome}${said}`);
    }
  }
  return isMet;
}

async function main(): Promise<void> {
  const [directory, labels] = process.argv.slice(2);
  if (directory !== undefined && labels === undefined) {
    throw new Error("usage: npm run scorecard [-- DIRECTORY LABELS.csv]");
  }
  const own = directory === undefined ? mkdtempSync(join(tmpdir(), "aibom-samples-")) : undefined;
  try {
    const samples =
      directory === undefined || labels === undefined
        ? writeSamples(own ?? "")
        : readLabels(directory, readFileSync(labels, "utf8"));
    process.exitCode = print(await score(samples)) ? 0 : 1;
  } finally {
    if (own !== undefined) {
      rmSync(own, { recursive: true });
    }
  }
}

if (import.meta.main) {
  await main();
}
