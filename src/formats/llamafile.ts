// SPDX-License-Identifier: Apache-2.0
// llamafile: an executable for several systems (Actually Portable Executable) with a ZIP at its end that holds the
// weights, stored, and the arguments that it starts with. Spec: Mozilla llamafile 0.9, docs; Cosmopolitan,
// ape/specification.
// Leaves out the machine code: running the file runs it.

import type { ByteSource } from "../bytes/byte-source.ts";
import { asciiMagic, hasMagicAt } from "../bytes/magic.ts";
import { findTail } from "../bytes/zip/directory.ts";
import { openZipEntry } from "../bytes/zip/unpack.ts";
import { readZip } from "../bytes/zip.ts";
import { limits } from "../limits.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match, Members } from "./format.ts";
import { describeZip } from "./zip.ts";

export const llamafile: Format = {
  id: "llamafile",
  holdsWeights: true,
  extensions: [".llamafile"],
  match,
  confirm: (file) => startsPortable(file.read(0, Math.min(file.size, 8))) || findTail(file) !== undefined,
  describe,
};

/** Made for one system ("assimilated"), it starts like any executable of it: only its name tells. */
function match({ bytes, path }: Head): Match {
  if (startsPortable(bytes)) {
    return "certain";
  }
  return /\.llamafile(?:\.exe)?$/i.test(path) ? "possible" : "no";
}

const magics = [asciiMagic("MZqFpD"), asciiMagic("jartsr")];

/** `MZqFpD='` or `jartsr='`: a DOS header that is a shell script too. */
function startsPortable(bytes: Uint8Array): boolean {
  return magics.some((magic) => hasMagicAt(bytes, magic));
}

function describe(file: ByteSource, members: Members): Description {
  if (findTail(file) === undefined) {
    return { facts: [], findings: [], references: [], holdsWeights: false };
  }
  const inner = describeZip(file, members, { isPrefixed: true });
  const findings = new FindingList(file.path);
  const claims = new ClaimList(findings);
  const args = readArguments(file, members);
  if (args !== undefined) {
    claims.claim("metadata", { key: "arguments", value: args }, { path: file.path, pointer: ".args" });
  }
  const { format: _, ...rest } = inner;
  return {
    ...rest,
    holdsWeights: inner.holdsWeights === true,
    facts: [...inner.facts, ...claims.facts],
    findings: [...inner.findings, ...findings.all()],
  };
}

/** One argument a line; `...` stands for those of the user. */
function readArguments(file: ByteSource, members: Members): string | undefined {
  const entry = readZip(file, () => {}).entries.find(({ name }) => name === ".args");
  if (entry === undefined || entry.size > limits.maxMetadataCharacters) {
    return undefined;
  }
  const { bytes } = openZipEntry(file, entry, (count) => members.spend(count));
  const text = bytes.read(0, Math.min(bytes.size, limits.maxMetadataCharacters));
  return Buffer.from(text).toString("utf8").trim().split("\n").join(" ");
}
