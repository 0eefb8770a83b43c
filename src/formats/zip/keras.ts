// SPDX-License-Identifier: Apache-2.0
// Keras 3 models (`.keras`): config.json, metadata.json, weights in HDF5 and assets. Keras builds the layers of
// config.json before it looks at anything else, so an archive with that entry is looked at even if the rest is
// missing. The weights are described by the HDF5 reader, as any member is.

import { isJsonObject, type JsonValue } from "../../bytes/json.ts";
import type { ZipEntry } from "../../bytes/zip.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { finding } from "../../model/finding.ts";
import { ClaimList } from "../claim-list.ts";
import { FindingList } from "../finding-list.ts";
import type { Description } from "../format.ts";
import { parseKerasJson } from "../keras/config-json.ts";
import { KerasReport } from "../keras/keras-report.ts";
import type { ZipKind, ZipView } from "./kind.ts";

const configName = "config.json";
const metadataName = "metadata.json";
const weightsName = /^model(?:_\d+)?\.weights\.(?:h5|npz|json)$/u;
/** Bytes of metadata.json; Keras writes below 100. */
const maxMetadataBytes = 64 * 1024;

/** The kind `keras`. */
export const kerasArchive: ZipKind = {
  id: "keras",
  holdsWeights: true,
  extensions: [".keras"],
  recognises: (names) => names.has(configName),
  describe(zip: ZipView): Description {
    const findings = new FindingList(zip.file.path);
    const claims = new ClaimList(findings);
    const keras = new KerasReport(zip.file.path, claims, findings);
    const hasWeights = [...zip.names].some((name) => weightsName.test(name));
    const isKeras = hasWeights || zip.file.path.toLowerCase().endsWith(".keras") || hasModelConfig(zip);
    if (!isKeras) {
      // Some other archive with a file of this common name.
      return { facts: [], findings: [], references: [], format: "zip" };
    }
    let isIncomplete = false;
    for (const entry of entriesNamed(zip, configName)) {
      const bytes = content(zip, entry, limits.maxKerasConfigBytes);
      isIncomplete = !keras.read(bytes, { member: configName }) || isIncomplete;
    }
    for (const entry of entriesNamed(zip, metadataName)) {
      readMetadata(zip, entry, claims);
    }
    keras.state();
    const missing = [
      ...(zip.names.has(metadataName) ? [] : [metadataName]),
      ...(hasWeights ? [] : ["model.weights.h5"]),
    ];
    for (const member of missing) {
      findings.add(finding("KERAS_MEMBER_MISSING", { path: zip.file.path }, { member }));
    }
    return {
      facts: claims.facts,
      findings: findings.all(),
      references: [],
      ...(isIncomplete || missing.length > 0 ? { incomplete: true } : {}),
    };
  },
};

function entriesNamed(zip: ZipView, name: string): readonly ZipEntry[] {
  return zip.entries.filter((entry) => entry.name === name);
}

/** @throws {AibomError} JSON_TOO_LARGE and what opening an entry throws */
function content(zip: ZipView, entry: ZipEntry, limit: number): Uint8Array {
  const bytes = zip.open(entry);
  if (bytes.size > limit) {
    throw AibomError.of(
      "JSON_TOO_LARGE",
      { size: bytes.size, limit },
      { where: { path: zip.file.path, member: entry.name } },
    );
  }
  return bytes.read(0, bytes.size);
}

/** A configuration of Keras has the class of the model; those of other programs do not. */
function hasModelConfig(zip: ZipView): boolean {
  return entriesNamed(zip, configName).some((entry) => {
    const config = parsed(zip, entry, limits.maxKerasConfigBytes);
    return (
      isJsonObject(config) && typeof config["class_name"] === "string" && Object.hasOwn(config, "config")
    );
  });
}

function parsed(zip: ZipView, entry: ZipEntry, limit: number): JsonValue | undefined {
  try {
    return parseKerasJson(content(zip, entry, limit), zip.file.path);
  } catch (error) {
    if (error instanceof AibomError) {
      return undefined;
    }
    throw error;
  }
}

/** `{"keras_version": "3.15.1", "date_saved": "2026-11-25@15:22:02"}`: local time, without a zone. */
function readMetadata(zip: ZipView, entry: ZipEntry, claims: ClaimList): void {
  const metadata = parsed(zip, entry, maxMetadataBytes);
  if (!isJsonObject(metadata)) {
    return;
  }
  const { keras_version: version, date_saved: date } = metadata;
  const source = { path: zip.file.path, pointer: metadataName };
  if (typeof version === "string") {
    claims.claim("producer", { name: "keras", version }, source);
  }
  if (typeof date === "string" && /^\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d$/u.test(date)) {
    claims.claim("created", date.replace("@", "T"), source);
  }
}
