// SPDX-License-Identifier: Apache-2.0
// A deployment that is as much in one's own hands as files and documents can show, and ways to take something away from it.

import { claim, computed, type Fact } from "../../src/model/fact.ts";
import type { GatedArtifact } from "../../src/policy/rule.ts";
import type { Supplier } from "../../src/policy/suppliers.ts";
import { buildProfile, type Profile } from "../../src/profile/build-profile.ts";
import type { ProfileInput } from "../../src/profile/check.ts";
import type { Perimeter } from "../../src/profile/perimeter.ts";
import { artifact, at, bomDigests, file, gated, signature } from "../policy/gate-inputs.ts";

const document = `sha256:${"d".repeat(64)}`;
const source = { path: "compose.yaml" };

export const perimeter: Perimeter = {
  name: "acme",
  expires: "2027-06-30",
  home: ["DE"],
  trusted: ["NL"],
  adverse: ["XX"],
  languages: ["de"],
  hosts: ["*.acme.internal"],
  registries: ["registry.acme.internal"],
  sites: [{ id: "cellar", country: "DE", operator: "self" }],
  hardware: [{ id: "gpu-1", vendor: "chips", owner: "self", firmware: "1.2" }],
  energy: [{ id: "grid", country: "DE", document }],
  keys: [{ id: "release", custody: "self" }],
  responsible: [{ role: "operator", name: "A. B.", employer: "self" }],
  sources: { date: "2026-10-01", document },
  drill: { date: "2026-03-01", document },
  evaluations: [{ by: "self", date: "2026-09-01", document, languages: ["de"] }],
};

export const suppliers: readonly Supplier[] = [
  { id: "acme", country: "DE", signers: ["release"], reviewed: "2026-11-01" },
  { id: "chips", country: "DE", reviewed: "2026-11-01" },
  { id: "abroad", country: "US", reviewed: "2026-11-01" },
  { id: "hoster", country: "NL", reviewed: "2026-11-01" },
];

const signed = (paths: readonly string[]) => [signature({ covers: [...paths] })];

export function model(facts: readonly Fact[] = [], parts: Partial<GatedArtifact> = {}): GatedArtifact {
  return gated({
    artifact: artifact({ licenses: ["apache-2.0"], facts }),
    signatures: signed(["README.md", "model.safetensors"]),
    digests: [bomDigests()],
    ...parts,
  });
}

export function dataset(): GatedArtifact {
  const facts = [claim("organization", "Acme", { path: "rows.parquet" })];
  const files = [file("rows.parquet", { format: "parquet", status: "described" })];
  return gated({
    artifact: artifact({ kind: "dataset", name: "rows", files, licenses: ["cc-by-4.0"], facts }),
    signatures: signed(["rows.parquet"]),
    digests: [bomDigests(["rows.parquet"])],
  });
}

/** A directory with a compose file that shows these things. */
export function deployed(
  facts: readonly { readonly name: "kill_switch" | "endpoint" | "image"; readonly value: object }[] = [],
  kind = "compose",
): GatedArtifact {
  const configuration = computed("configuration", { kind, workloads: 1 }, source);
  const shown = facts.map(({ name, value }) => computed(name, { line: 3, ...value }, source));
  return gated({
    artifact: artifact({
      kind: "file-set",
      name: "deploy",
      files: [file("compose.yaml")],
      facts: [configuration, ...shown],
    }),
    signatures: signed(["compose.yaml"]),
    digests: [bomDigests(["compose.yaml"])],
  });
}

export function profileOf(changes: Partial<ProfileInput> = {}): Profile {
  const artifacts = changes.artifacts ?? [model(), dataset(), deployed()];
  return buildProfile({
    artifacts,
    gate: { artifacts, at },
    hasBom: true,
    perimeter,
    perimeterEvidence: 3,
    suppliers,
    suppliersEvidence: 3,
    at,
    ...changes,
  });
}

/** Status of one check. */
export function statusOf(id: string, changes: Partial<ProfileInput> = {}): string | undefined {
  return profileOf(changes).checks.find((check) => check.id === id)?.status;
}
