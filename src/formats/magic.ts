// SPDX-License-Identifier: Apache-2.0
// Formats that aibom knows by their first bytes and names, and does not read. Their ids appear in reports
// and can be denied by a policy; a file that hides behind another name is named by them. A format that
// gets a reader moves from here to index.ts and keeps its id.

import type { Head } from "./format.ts";

/** One way to recognise a format by its first bytes. */
interface Magic {
  readonly id: string;
  /**
   * `certain`: four or more telling bytes. `weak`: so few that a header of another format can start with
   * them by chance (a safetensors length of 640 starts like a pickle); counts only if nothing else matches.
   */
  readonly strength: "certain" | "weak";
  /** The first byte of every file that can match; undefined if the magic lies further back. */
  readonly firstByte?: number | undefined;
  matches(head: Head): boolean;
}

/** A magic given as hexadecimal digits at an offset. */
function bytesAt(id: string, hex: string, offset = 0): Magic {
  const expected = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return {
    id,
    strength: expected.length >= 4 ? "certain" : "weak",
    firstByte: offset === 0 ? expected[0] : undefined,
    matches: ({ bytes }) => expected.every((byte, index) => bytes[offset + index] === byte),
  };
}

/** A magic given as ASCII text at an offset. */
function textAt(id: string, text: string, offset = 0): Magic {
  return bytesAt(
    id,
    Array.from(text, (letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join(""),
    offset,
  );
}

const pe: Magic = {
  id: "pe",
  strength: "weak",
  firstByte: 0x4d,
  // A DOS header has zeros among its first 64 bytes; a text that starts with these letters has not.
  matches: ({ bytes }) => bytes[0] === 0x4d && bytes[1] === 0x5a && bytes.includes(0),
};

const rpmBerkeleyDb: Magic = bytesAt("berkeley-db", "61150600", 12);

/** `ustar` at 257 is behind the head; a tar is known by its name only. */
const magics: readonly Magic[] = [
  textAt("ggml-legacy", "lmgg"),
  textAt("ggml-legacy", "fmgg"),
  textAt("ggml-legacy", "tjgg"),
  textAt("ggml-legacy", "algg"),
  textAt("onnxruntime", "ORTM", 4),
  textAt("litert-lm", "LITERTLM"),
  textAt("circle", "CIR0", 4),
  textAt("xgboost", "binf"),
  textAt("lightgbm", "tree\nversion="),
  textAt("catboost", "CBM1"),
  textAt("mxnet-params", "\u0012\u0001\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
  textAt("r-data", "RDX2\n"),
  textAt("r-data", "RDX3\n"),
  textAt("r-data", "RDA3\n"),
  bytesAt("elf", "7f454c46"),
  pe,
  bytesAt("mach-o", "cffaedfe"),
  bytesAt("mach-o", "cefaedfe"),
  bytesAt("mach-o", "feedfacf"),
  bytesAt("mach-o", "feedface"),
  bytesAt("wasm", "0061736d"),
  bytesAt("sqlite", "53514c69746520666f726d6174203300"),
  textAt("rpmdb-ndb", "RpmP"),
  rpmBerkeleyDb,
  textAt("pdf", "%PDF"),
  bytesAt("png", "89504e470d0a1a0a"),
  bytesAt("script", "23212f"),
];

/** Magics by the first byte of a file that can match them; those of any first byte are under `undefined`. */
type ByFirstByte = ReadonlyMap<number | undefined, readonly Magic[]>;

/** The magics of one strength: most files then need few comparisons. */
function byFirstByte(strength: Magic["strength"]): ByFirstByte {
  const some = magics.filter((magic) => magic.strength === strength);
  const firstBytes = new Set([undefined, ...some.map(({ firstByte }) => firstByte)]);
  // In the order of the table, which is that of the reports.
  return new Map(
    [...firstBytes].map((byte) => [
      byte,
      some.filter(({ firstByte }) => firstByte === undefined || firstByte === byte),
    ]),
  );
}

const candidates: Readonly<Record<Magic["strength"], ByFirstByte>> = {
  certain: byFirstByte("certain"),
  weak: byFirstByte("weak"),
};
const none: readonly never[] = [];

/** Ids of the magics that the head matches, each once, without those that a more special one contains. */
export function matchMagics(head: Head, strength: Magic["strength"]): readonly string[] {
  const byByte = candidates[strength];
  const some = byByte.get(head.bytes[0] ?? 0) ?? byByte.get(undefined) ?? none;
  const matching = some.filter((magic) => magic.matches(head));
  return matching.length === 0 ? none : [...new Set(matching.map(({ id }) => id))];
}

/**
 * What a file with one of these extensions may hold. Extensions that carry anything (`.bin`) are not
 * listed. Readers state their own extensions; these are the ones of formats without a reader.
 */
const extensionIds: Readonly<Record<string, readonly string[]>> = {
  ".pt": ["pickle", "pytorch-legacy", "zip", "tar"],
  ".pth": ["pickle", "pytorch-legacy", "zip", "tar"],
  ".ckpt": ["tf-checkpoint-v1", "pickle", "pytorch-legacy", "zip", "tar", "hdf5"],
  ".pkl": ["pickle", "zip", "gzip", "zlib", "zstd", "bzip2", "xz", "lzma", "lz4"],
  ".pickle": ["pickle", "zip", "gzip", "zlib", "zstd", "bzip2", "xz", "lzma", "lz4"],
  ".joblib": ["pickle", "zip", "gzip", "zlib", "zstd", "bzip2", "xz", "lzma", "lz4"],
  ".keras": ["zip", "hdf5"],
  ".npz": ["zip"],
  ".tfrecord": ["gzip"],
  ".tfrecords": ["gzip"],
  ".json": [],
  ".md": [],
  ".txt": [],
  ".yaml": [],
  ".yml": [],
};

/** Ids that a file with this extension (with dot, lower case) may have; undefined if it may be anything. */
export function idsOfExtension(extension: string): readonly string[] | undefined {
  return Object.hasOwn(extensionIds, extension) ? extensionIds[extension] : undefined;
}

/** Every id of this table, for policies that name formats. */
export const magicIds: readonly string[] = [
  ...new Set([...magics.map(({ id }) => id), ...Object.values(extensionIds).flat()]),
].sort();

/** Formats without a reader whose files are weights whatever their name. */
const weightIds: ReadonlySet<string> = new Set([
  "ggml-legacy",
  "onnxruntime",
  "litert-lm",
  "circle",
  "xgboost",
  "lightgbm",
  "catboost",
  "mxnet-params",
]);

/** Formats that are weights if the file is named like weights: a ZIP may be a PyTorch file or a backup. */
const containerIds: ReadonlySet<string> = new Set(["zip", "pickle", "npy"]);
const weightName = /\.(?:bin|pt|pth|pt2|ckpt|h5|hdf5|keras|mar|npz|npy|pkl|pickle|joblib|skops)$/i;

/** True if a file of a format without a reader holds model weights, so that its directory is a model. */
export function isWeights(id: string, path: string): boolean {
  return weightIds.has(id) || (containerIds.has(id) && weightName.test(path));
}
