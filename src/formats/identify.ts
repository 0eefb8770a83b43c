// SPDX-License-Identifier: Apache-2.0
// Decides what a file is: by its bytes first, by its name second. Trusting names is how a pickle named
// `.safetensors` gets past a scanner (CVE-2025-1889, CVE-2025-10155).
// Leaves out what lies behind the first bytes; readers look at the rest.

import { type Finding, finding } from "../model/finding.ts";
import type { Format, Head } from "./format.ts";
import { formats } from "./index.ts";
import { idsOfExtension, matchMagics } from "./magic.ts";

/** What a file was taken for, and why. */
export interface Identification {
  /** Id of a reader or of a known magic; `file` if the bytes are of no known format. */
  readonly format: string;
  /**
   * Who can describe the file. Present without a match of the bytes (`matched` is `name`) if the name
   * claims a weights format: the reader then says what exactly is wrong, and the file is unverified.
   */
  readonly reader?: Format;
  /** What the decision rests on. `possible` readers confirm by reading on. */
  readonly matched: "certain" | "possible" | "name" | "none";
  readonly findings: readonly Finding[];
  /** What matched, if a possible format among it can look further into the file: `settle` may decide otherwise. */
  readonly tentative?: Claimants;
}

/** Identifies a file by its first bytes, its name and its size. Never throws. */
export function identify(head: Head): Identification {
  const all = claimants(head);
  const first = decide(head, all);
  const isTentative = all.possible.some(({ confirm }) => confirm !== undefined);
  // Where no reader is called, nobody has to look further.
  return isTentative && first.reader !== undefined && first.matched !== "name"
    ? { ...first, tentative: all }
    : first;
}

/**
 * The identification that holds where the whole file is at hand: `isConfirmed` says whether a possible format that can
 * look further still does. Never throws.
 */
export function settle(
  head: Head,
  { tentative, ...first }: Identification,
  isConfirmed: (format: Format) => boolean,
): Identification {
  if (tentative === undefined) {
    return first;
  }
  const { certain, possible } = tentative;
  const held = possible.filter((format) => format.confirm === undefined || isConfirmed(format));
  const isAsBefore = held.length === possible.length && !held.some(({ id }) => hideAsText.has(id));
  return isAsBefore ? first : decide(head, { certain, possible: held, isSettled: true });
}

function decide(head: Head, all: Claimants): Identification {
  const extension = extensionOf(head.path);
  const named = formatsByExtension.get(extension) ?? none;
  const byBytes = decideByBytes(head, named, all);
  const findings = joined(byBytes.findings, compareName(head, extension, named, byBytes));
  const claimed = named.find((format) => format.holdsWeights);
  if (byBytes.format === "file" && claimed !== undefined) {
    return { format: "file", reader: claimed, matched: "name", findings };
  }
  return findings === byBytes.findings ? byBytes : { ...byBytes, findings };
}

const none: readonly never[] = [];

/** Formats by the extensions that they usually have. */
const formatsByExtension: ReadonlyMap<string, readonly Format[]> = new Map(
  [...new Set(formats.flatMap((format) => format.extensions))].map((extension) => [
    extension,
    formats.filter((format) => format.extensions.includes(extension)),
  ]),
);

/** Both lists as one; most are empty, and of a hundred thousand files each would leave an array behind. */
function joined<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  if (second.length === 0) {
    return first;
  }
  return first.length === 0 ? second : [...first, ...second];
}

/** The formats that claim the first bytes. */
interface Claimants {
  readonly certain: readonly Format[];
  readonly possible: readonly Format[];
  /** The possible ones were confirmed by the whole file. */
  readonly isSettled?: true;
}

function claimants(head: Head): Claimants {
  const certain: Format[] = [];
  const possible: Format[] = [];
  for (const format of formats) {
    const match = format.match(head);
    if (match === "certain") {
      certain.push(format);
    } else if (match === "possible") {
      possible.push(format);
    }
  }
  return { certain, possible };
}

function decideByBytes(
  head: Head,
  named: readonly Format[],
  { certain, possible, isSettled }: Claimants,
): Identification {
  const magics = matchMagics(head, "certain");
  if (certain.length + possible.length + magics.length === 0) {
    const [weak] = matchMagics(head, "weak");
    return weak === undefined ? unknown : { format: weak, matched: "certain", findings: none };
  }
  // What only stands for a file is a text that a reader of texts would take as well.
  const isStandIn = certain.some(({ id }) => standIns.has(id));
  const isAlone = isSettled === true && certain.length + magics.length === 0;
  const hidden = isAlone ? possible.find(({ id }) => hideAsText.has(id)) : undefined;
  const expected = isStandIn ? undefined : (hidden ?? possible.find((format) => named.includes(format)));

  // A possible reader that the name asks for counts beside a certain magic: both loaders would try.
  const ids = [...certain.map(({ id }) => id), ...(expected === undefined ? [] : [expected.id]), ...magics];
  const findings =
    ids.length > 1 && certain.length + magics.length > 0
      ? [finding("FORMAT_POLYGLOT", { path: head.path, offset: 0 }, { formats: ids.join(", ") })]
      : none;

  const reader = certain[0] ?? expected ?? (magics.length === 0 ? possible[0] : undefined);
  if (reader !== undefined) {
    const matched = certain.includes(reader) ? "certain" : "possible";
    return { format: reader.id, reader, matched, findings };
  }
  const magic = magics[0] ?? matchMagics(head, "weak")[0];
  return { format: magic ?? "file", matched: magic === undefined ? "none" : "certain", findings };
}

/** A file whose bytes say nothing. */
const unknown: Identification = { format: "file", matched: "none", findings: none };

/** Formats that can be all text: one that the whole file has confirmed is not hidden by a name such as `rows.csv`. */
const hideAsText: ReadonlySet<string> = new Set(["pickle"]);

/** Formats whose own finding says more than "wrong name" does. */
const standIns: ReadonlySet<string> = new Set(["git-lfs-pointer"]);

function compareName(
  head: Head,
  extension: string,
  named: readonly Format[],
  { format }: Identification,
): readonly Finding[] {
  const others = idsOfExtension(extension);
  if ((others === undefined && named.length === 0) || standIns.has(format)) {
    return none;
  }
  const isAllowed = named.some(({ id }) => id === format) || others?.includes(format) === true;
  const isUnknownAndHarmless = format === "file" && !named.some(({ holdsWeights }) => holdsWeights);
  if (isAllowed || isUnknownAndHarmless || isIcebergMetadata(head.path, format)) {
    return none;
  }
  const found = format === "file" ? "bytes of no format known to aibom" : format;
  // No loader of weights goes by these names, and what is in the stream is read and judged by itself.
  const isNamedHarmless = textNames.has(extension) || named.some(({ id }) => streams.has(id));
  const isHarmless = isNamedHarmless && streams.has(format);
  return [
    finding(
      "FORMAT_MISMATCH",
      { path: head.path, offset: 0 },
      { named: extension, found },
      isHarmless ? { severity: "medium" } : {},
    ),
  ];
}

const textNames: ReadonlySet<string> = new Set([
  ".json",
  ".md",
  ".txt",
  ".yaml",
  ".yml",
  ".csv",
  ".tsv",
  ".jsonl",
  ".ndjson",
]);

/** Compressions of one stream, which name no format for what is in it. */
const streams: ReadonlySet<string> = new Set(["gzip", "zlib", "zstd", "bzip2", "xz", "lzma", "lz4"]);

/** Iceberg names the compression of a table's metadata in front of its extension. */
function isIcebergMetadata(path: string, format: string): boolean {
  const [, codec] = /\.(gz|zstd)\.metadata\.json$/i.exec(path) ?? [];
  return codec !== undefined && format === (codec.toLowerCase() === "gz" ? "gzip" : "zstd");
}

/** The last extension of a path with its dot, in lower case; empty if it has none. */
function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot).toLowerCase();
}
