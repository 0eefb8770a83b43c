// SPDX-License-Identifier: Apache-2.0
// Keras 3 models (`.keras`): config.json, metadata.json, weights in HDF5 and assets. Keras builds the layers of
// config.json before it looks at anything else, so an archive with that entry is looked at even if the rest is
// missing. Configuration and weights are described by their own readers, as any member is.

import type { ZipEntry } from "../../bytes/zip.ts";
import { finding } from "../../model/finding.ts";
import { ClaimList } from "../claim-list.ts";
import { FindingList } from "../finding-list.ts";
import type { Description } from "../format.ts";
import { stateMetadata } from "../keras/metadata-json.ts";
import type { ZipKind, ZipView } from "./kind.ts";

const configName = "config.json";
const metadataName = "metadata.json";
const weightsName = /^model(?:_\d+)?\.weights\.(?:h5|npz|json)$/u;

/** The kind `keras`. */
export const kerasArchive: ZipKind = {
  id: "keras",
  holdsWeights: true,
  extensions: [".keras"],
  recognises: (names) => names.has(configName),
  describe(zip: ZipView): Description {
    const { path } = zip.file;
    const findings = new FindingList(path);
    const claims = new ClaimList(findings);
    const configs = entriesNamed(zip, configName).map((entry) => zip.memberOf(entry)?.format);
    const hasWeights = [...zip.names].some((name) => weightsName.test(name));
    const isKeras = hasWeights || path.toLowerCase().endsWith(".keras") || configs.includes("keras-config");
    if (!isKeras) {
      // Some other archive with a file of this common name.
      return { facts: [], findings: [], references: [], format: "zip" };
    }
    const unread = configs.some((format) => format !== "keras-config");
    if (unread) {
      const reason = "it is not the JSON of a model";
      findings.add(
        finding("KERAS_CONFIG_INVALID", { path, member: configName }, { member: configName, reason }),
      );
    }
    for (const entry of entriesNamed(zip, metadataName)) {
      stateMetadata(zip.open(entry), { path, pointer: metadataName }, claims);
    }
    const missing = [
      ...(zip.names.has(metadataName) ? [] : [metadataName]),
      ...(hasWeights ? [] : ["model.weights.h5"]),
    ];
    for (const member of missing) {
      findings.add(finding("KERAS_MEMBER_MISSING", { path }, { member }));
    }
    return {
      facts: claims.facts,
      findings: findings.all(),
      references: [],
      ...(unread || missing.length > 0 ? { incomplete: true } : {}),
    };
  },
};

function entriesNamed(zip: ZipView, name: string): readonly ZipEntry[] {
  return zip.entries.filter((entry) => entry.name === name);
}
