// SPDX-License-Identifier: Apache-2.0
// TorchServe's model archive (`.mar`): a ZIP with a manifest that names the model and the Python code that serves it.
// Source: torch-model-archiver 0.12, manifest_components.

import { isJsonObject, type JsonObject, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { finding } from "../../model/finding.ts";
import { ClaimList } from "../claim-list.ts";
import { FindingList } from "../finding-list.ts";
import type { Description } from "../format.ts";
import type { ZipKind, ZipView } from "./kind.ts";

const manifestName = "MAR-INF/MANIFEST.json";

export const torchserve: ZipKind = {
  id: "torchserve",
  holdsWeights: true,
  extensions: [".mar"],
  isPackage: true,
  recognises: (names) => names.has(manifestName),
  describe,
};

function describe(zip: ZipView): Description {
  const { path } = zip.file;
  const findings = new FindingList(path);
  const claims = new ClaimList(findings);
  const model = readModel(zip);
  const text = (key: string): string | undefined => {
    const value = model[key];
    return typeof value === "string" ? value : undefined;
  };
  const source = { path, pointer: `${manifestName}#/model` };
  for (const [fact, key] of [
    ["name", "modelName"],
    ["version", "modelVersion"],
    ["description", "description"],
  ] as const) {
    const value = text(key);
    if (value !== undefined) {
      claims.claim(fact, value, source);
    }
  }
  const scripts = zip.entries.map(({ name }) => name).filter((name) => /\.pyc?$/i.test(name));
  for (const module of scripts) {
    claims.computed("custom_code", { class: text("handler") ?? "", module }, { path, pointer: module });
  }
  if (scripts.length > 0) {
    const files = scripts.slice(0, 5).join(", ");
    findings.add(finding("TORCHSERVE_HANDLER", { path, member: scripts[0] ?? "" }, { files }));
  }
  return { facts: claims.facts, findings: findings.all(), references: [] };
}

/** @throws {AibomError} TORCHSERVE_MANIFEST_INVALID and what the JSON reader throws */
function readModel(zip: ZipView): JsonObject {
  const { path } = zip.file;
  const entry = zip.entries.find(({ name }) => name === manifestName);
  const source = entry === undefined ? undefined : zip.open(entry);
  const maxBytes = limits.maxFrontMatterBytes;
  const bytes = source?.read(0, Math.min(source.size, maxBytes + 1)) ?? new Uint8Array(0);
  const manifest = parseJson(bytes, { path, maxBytes, maxDepth: limits.maxJsonDepth });
  const model = isJsonObject(manifest) && Object.hasOwn(manifest, "model") ? manifest["model"] : undefined;
  if (!isJsonObject(model)) {
    throw AibomError.of(
      "TORCHSERVE_MANIFEST_INVALID",
      { member: "model" },
      { where: { path, member: manifestName } },
    );
  }
  return model;
}
