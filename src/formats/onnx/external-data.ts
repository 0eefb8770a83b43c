// SPDX-License-Identifier: Apache-2.0
// Where an ONNX tensor's bytes are when they are in another file (onnx/docs/ExternalData.md). Whether the
// file is there, is no link and is long enough is checked by layouts/onnx-external-data.ts.

import { redact } from "../../bytes/redact.ts";
import { finding } from "../../model/finding.ts";
import type { OnnxFile } from "./onnx-file.ts";

/** One key and value of `external_data`, as written. */
export interface ExternalEntry {
  readonly key: string;
  readonly value: string;
}

/** A tensor with external data. */
export interface ExternalTensor {
  readonly name: string;
  readonly offset: number;
  readonly isExternal: boolean;
  readonly external: readonly ExternalEntry[];
  /** Bytes that its type and dimensions need, if they are known. */
  readonly bytes: bigint | undefined;
}

const knownKeys = new Set(["offset", "length", "checksum", "location"]);

/** Checks the entries; a sound location becomes a reference. */
export function readExternalData(file: OnnxFile, tensor: ExternalTensor): void {
  if (!tensor.isExternal) {
    addInvalid(file, tensor, "it has entries but is not marked as external");
  }
  const entries = readEntries(file, tensor);
  if (entries.has("checksum")) {
    file.checksumCount += 1;
  }
  const location = entries.get("location");
  if (location === undefined) {
    addInvalid(file, tensor, "it has no location");
    return;
  }
  const offset = wholeNumber(entries.get("offset") ?? "0");
  const stated = entries.get("length");
  const length = stated === undefined ? toNumber(tensor.bytes) : wholeNumber(stated);
  if (offset === undefined || (length === undefined && stated !== undefined)) {
    addInvalid(file, tensor, "offset and length must be whole numbers below 2^53");
    return;
  }
  if (length !== undefined && tensor.bytes !== undefined && BigInt(length) !== tensor.bytes) {
    file.findings.add(
      finding("ONNX_TENSOR_SIZE", file.at(tensor.offset, tensor.name), {
        tensor: tensor.name,
        got: `${length} external bytes`,
        expected: `${tensor.bytes} bytes`,
      }),
    );
  }
  if (locationFault(location) === undefined) {
    file.references.push({
      path: beside(file.path, location),
      offset,
      ...(length === undefined ? {} : { length }),
      member: tensor.name,
    });
  }
}

function readEntries(file: OnnxFile, tensor: ExternalTensor): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const { key, value } of tensor.external) {
    if (entries.has(key)) {
      addInvalid(file, tensor, `the key ${key} occurs twice`);
    }
    if (key === "location") {
      // Every location is checked, also one that another would replace.
      checkLocation(file, tensor, value);
    } else if (!knownKeys.has(key)) {
      // Readers that set attributes by key were led to other directories so (`basepath`).
      addInvalid(file, tensor, `the key ${key} is unknown`);
    }
    entries.set(key, value);
  }
  return entries;
}

function addInvalid(file: OnnxFile, tensor: ExternalTensor, reason: string): void {
  file.findings.add(
    finding("ONNX_EXTERNAL_INVALID", file.at(tensor.offset, tensor.name), { tensor: tensor.name, reason }),
  );
}

function toNumber(bytes: bigint | undefined): number | undefined {
  return bytes === undefined ? undefined : Number(bytes);
}

function checkLocation(file: OnnxFile, tensor: ExternalTensor, location: string): void {
  const reason = locationFault(location);
  if (reason !== undefined) {
    file.findings.add(
      finding("ONNX_EXTERNAL_PATH", file.at(tensor.offset, tensor.name), {
        tensor: tensor.name,
        location: redact(location).text,
        reason,
      }),
    );
  }
}

/** Why a location may leave the model's directory on some system; undefined if it cannot. */
function locationFault(location: string): string | undefined {
  if (location === "") return "the location is empty";
  if (location.includes("\0")) return "the location holds a NUL character";
  if (location.startsWith("/")) return "the location is absolute";
  if (location.includes("\\")) return "the location holds a backslash";
  if (/^[A-Za-z]:/.test(location)) return "the location starts with a drive letter";
  if (location.includes("://")) return "the location is a URL";
  const names = location.split("/");
  if (names.includes("..")) return "the location climbs out of the directory";
  return names.at(-1) === "" || names.at(-1) === "." ? "the location is a directory" : undefined;
}

/** A path relative to the file's own directory, without `.` and empty names. */
function beside(path: string, location: string): string {
  const names = location.split("/").filter((name) => name !== "." && name !== "");
  return [...path.split("/").slice(0, -1), ...names].join("/");
}

function wholeNumber(text: string): number | undefined {
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
