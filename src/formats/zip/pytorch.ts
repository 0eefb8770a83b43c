// SPDX-License-Identifier: Apache-2.0
// PyTorch's ZIP format since 1.6: `data.pkl` below one directory, the bytes of each storage in `data/`, and for
// TorchScript the code in `code/` and `constants.pkl`. Also the archives of torch.export (`.pt2`).
// Source: PyTorch 2.9, caffe2/serialize/inline_container.cc, torch/serialization.py, torch/export/pt2_archive.
// The pickles are read by the pickle reader; this compares them with the storages.

import type { ZipEntry } from "../../bytes/zip.ts";
import { limits } from "../../limits.ts";
import { finding } from "../../model/finding.ts";
import { ClaimList } from "../claim-list.ts";
import { FindingList } from "../finding-list.ts";
import type { Description, MemberDescription } from "../format.ts";
import type { PickleDetail } from "../pickle/object-facts.ts";
import type { ZipKind, ZipView } from "./kind.ts";
import { addExported, isExportedConfig } from "./pytorch-export.ts";

/** What the shard layout needs of a file: each tensor with its size in bytes. */
export interface PytorchDetail {
  readonly kind: "pytorch";
  readonly tensors: ReadonlyMap<string, number>;
}

/** An entry that holds the raw numbers of a storage, or of a tensor of an exported program. */
const rawEntry = /(?:^|\/)(?:data|constants|tensors|xl_model_weights|data\/(?:weights|constants))\/[^/]+$/;
const exportMarks = ["archive_format", "serialized_exported_program.json"];

export const pytorch: ZipKind = {
  id: "pytorch",
  holdsWeights: true,
  extensions: [".pt2", ".ptl"],
  recognises: (names) => [...names].some(isMark),
  speaks: ({ name }) => !/(?:^|\/)data\/sample_inputs\//.test(name),
  keeps: (member) => !rawEntry.test(member.name) || !isByChance(member),
  describe,
};

function isMark(name: string): boolean {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return last === "data.pkl" || (exportMarks.includes(last) && name.split("/").length <= 2);
}

/** Numbers that begin like another format: nothing could be read from them. */
function isByChance({ status, facts }: MemberDescription): boolean {
  return status !== "described" && !facts.some(({ name }) => name === "import");
}

function describe(zip: ZipView): Description {
  const { path } = zip.file;
  const findings = new FindingList(path);
  const claims = new ClaimList(findings);
  const tensors = new Map<string, number>();
  const sizes = new Map(zip.entries.map(({ name, size }) => [name, size]));
  for (const entry of zip.entries) {
    const base = entry.name.slice(entry.name.lastIndexOf("/") + 1);
    const pickled = pickleDetail(zip, entry);
    if (pickled !== undefined && storageFolders.has(base)) {
      const folder = entry.name.slice(0, -base.length) + (storageFolders.get(base) ?? "");
      checkStorages(pickled, folder, sizes, path, findings);
      for (const { name, bytes } of pickled.tensors) {
        tensors.set(name, bytes);
      }
    } else if (isExportedConfig(entry.name)) {
      addExported(zip, entry, sizes, { claims, findings, tensors });
    } else if (shortTexts.has(base)) {
      addShortText(zip, entry, base, claims);
    } else if (/(?:^|\/)code\/.*\.py$/.test(entry.name)) {
      addScript(zip, entry, claims, findings);
    }
    checkNativeCode(zip, entry, findings);
  }
  const detail: PytorchDetail = { kind: "pytorch", tensors };
  const found = findings.all();
  // What is not there was not read.
  const isIncomplete = found.some(({ code }) => code === "PYTORCH_STORAGE_MISSING");
  return {
    facts: claims.facts,
    findings: found,
    references: [],
    detail,
    ...(isIncomplete && { incomplete: true }),
  };
}

/** Where the storages of a pickle lie, beside it. */
const storageFolders: ReadonlyMap<string, string> = new Map([
  ["data.pkl", "data/"],
  ["constants.pkl", "constants/"],
]);
const shortTexts: ReadonlySet<string> = new Set(["version", "byteorder", "archive_format"]);

function pickleDetail(zip: ZipView, entry: ZipEntry): PickleDetail | undefined {
  const detail = zip.memberOf(entry)?.description?.detail as PickleDetail | undefined;
  return detail?.kind === "pickle" ? detail : undefined;
}

/** Each storage that the pickle names must be there, with the bytes that its elements need. */
function checkStorages(
  detail: PickleDetail,
  folder: string,
  sizes: ReadonlyMap<string, number>,
  path: string,
  findings: FindingList,
): void {
  const missing: string[] = [];
  for (const { key, bytes } of detail.storages.values()) {
    const member = folder + key;
    const actual = sizes.get(member);
    if (actual === undefined) {
      missing.push(key);
    } else if (actual < bytes) {
      const args = { expected: bytes, actual, member };
      findings.add(finding("PYTORCH_STORAGE_MISMATCH", { path, member }, args));
    }
  }
  const [key] = missing;
  if (key !== undefined) {
    const where = { path, member: folder.slice(0, -1) };
    findings.add(finding("PYTORCH_STORAGE_MISSING", where, { key, count: missing.length }));
  }
}

const maxShortText = 64;

function addShortText(zip: ZipView, entry: ZipEntry, base: string, claims: ClaimList): void {
  if (entry.size > maxShortText) {
    return;
  }
  const source = zip.open(entry);
  const text = Buffer.from(source.read(0, Math.min(source.size, maxShortText)))
    .toString("latin1")
    .trim();
  const place = { path: zip.file.path, pointer: entry.name };
  if (base === "version") {
    claims.claim("format.version", text, place);
  } else {
    claims.claim("metadata", { key: base, value: text }, place);
  }
}

/** Operators of TorchScript that open a file by its name. */
const fileCall = /\b(?:torch\.(?:from_file|save)|ops\.aten\.(?:from_file|save))\s*\(/;

function addScript(zip: ZipView, entry: ZipEntry, claims: ClaimList, findings: FindingList): void {
  const where = { path: zip.file.path, member: entry.name };
  claims.computed(
    "custom_code",
    { class: "TorchScript", module: entry.name },
    { path: where.path, pointer: entry.name },
  );
  const source = zip.open(entry);
  const length = Math.min(source.size, limits.maxScriptBytes);
  const text = Buffer.from(source.read(0, length)).toString("latin1");
  const [call] = fileCall.exec(text) ?? [];
  if (call !== undefined) {
    const args = { member: entry.name, call: call.slice(0, -1).trim() };
    findings.add(finding("PYTORCH_SCRIPT_OPENS_FILE", where, args));
  }
}

const nativeFormats: ReadonlySet<string> = new Set(["elf", "pe", "mach-o", "mach-o-fat"]);

function checkNativeCode(zip: ZipView, entry: ZipEntry, findings: FindingList): void {
  const format = zip.memberOf(entry)?.format;
  if (format !== undefined && nativeFormats.has(format) && !/\/data\/[^/]+$/.test(entry.name)) {
    const where = { path: zip.file.path, member: entry.name };
    findings.add(finding("PYTORCH_NATIVE_CODE", where, { member: entry.name }));
  }
}
