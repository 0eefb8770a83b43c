// SPDX-License-Identifier: Apache-2.0
// A model's manifest in an Ollama store: a Docker image manifest (schema version 2) whose layers are weights,
// template, parameters, licence and so on. Digests become file names here, so each is checked against one strict
// form before any path is made of it (CVE-2024-37032).

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../../bytes/json.ts";
import { member, type Reading } from "../../layouts/reading.ts";
import { finding } from "../../model/finding.ts";

/** A blob that a manifest names. */
export interface Layer {
  /** `model`, `template` …: the last part of the media type; `config` for the configuration. */
  readonly role: string;
  readonly sha256: string;
  readonly size?: number;
  /** JSON pointer to it in the manifest. */
  readonly pointer: string;
}

const digestForm = /^sha256[:-]([0-9a-f]{64})$/;
const layerType = /^application\/vnd\.ollama\.image\.([a-z]{1,32})$/;
const knownRoles: ReadonlySet<string> = new Set([
  "model",
  "adapter",
  "projector",
  "template",
  "system",
  "params",
  "license",
  "messages",
  "prompt",
  "embed",
  "tensor",
  "draft",
  "json",
]);

/** The layers of the manifest at `path`, its configuration first; undefined, and reported, if it is none. */
export function readManifest(reading: Reading, path: string): readonly Layer[] | undefined {
  const manifest = reading.jsonObject(path);
  const layers = manifest === undefined ? undefined : member(manifest, "layers");
  if (manifest === undefined || member(manifest, "schemaVersion") !== 2 || !isJsonArray(layers)) {
    if (manifest !== undefined) {
      const reason = "it is no image manifest of schema version 2";
      reading.findings.add(finding("OLLAMA_MANIFEST_INVALID", { path }, { reason }));
      reading.unverified.add(path);
    }
    return undefined;
  }
  const config = member(manifest, "config");
  return [
    ...(config === undefined ? [] : [readLayer(reading, path, config, "/config", "config")]),
    ...layers.map((each, index) => readLayer(reading, path, each, `/layers/${index}`)),
  ].filter((layer) => layer !== undefined);
}

function readLayer(
  reading: Reading,
  path: string,
  value: JsonValue,
  pointer: string,
  role = isJsonObject(value) ? roleOf(reading, path, value, pointer) : "",
): Layer | undefined {
  const digest = isJsonObject(value) ? member(value, "digest") : undefined;
  const sha256 = typeof digest === "string" ? digestForm.exec(digest)?.[1] : undefined;
  if (!isJsonObject(value) || sha256 === undefined) {
    const shown = typeof digest === "string" ? digest.slice(0, 200) : "no digest";
    reading.findings.add(finding("OLLAMA_DIGEST_INVALID", { path, member: pointer }, { digest: shown }));
    reading.unverified.add(path);
    return undefined;
  }
  const size = member(value, "size");
  return {
    role,
    sha256,
    pointer,
    ...(typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? { size } : {}),
  };
}

function roleOf(reading: Reading, path: string, layer: JsonObject, pointer: string): string {
  const type = member(layer, "mediaType");
  const role = typeof type === "string" ? (layerType.exec(type)?.[1] ?? "") : "";
  if (!knownRoles.has(role)) {
    const shown = typeof type === "string" ? type.slice(0, 200) : "none";
    reading.findings.add(finding("OLLAMA_LAYER_UNKNOWN", { path, member: pointer }, { type: shown }));
  }
  return role;
}
