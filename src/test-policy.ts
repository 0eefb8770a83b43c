// SPDX-License-Identifier: Apache-2.0
// Runs the cases of a policy file, with the BOMs and VEX documents that they name beside it.

import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { placedComponents } from "./bom/listed-components.ts";
import { bomArtifacts } from "./bom/read.ts";
import { requireValidBom } from "./bom/require-valid.ts";
import { sampleOfComponent } from "./bom-samples.ts";
import { limits } from "./limits.ts";
import { readPolicyFile } from "./open-policy.ts";
import type { PolicyTest, SampleMaterial } from "./policy/policy-test.ts";
import { noMaterial, type PolicyTestReport, runPolicyTests } from "./policy/run-tests.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { readVex } from "./vulnerabilities/vex/read.ts";

/**
 * Runs every case of the policy in `path` at the instant `at`.
 * @throws {AibomError} SOURCE_*, POLICY_*, BOM_*, JSON_*, VEX_INVALID
 */
export async function testPolicy(path: string, at: Date): Promise<PolicyTestReport> {
  const policy = await readPolicyFile(path);
  const materials = new Map<PolicyTest, SampleMaterial>();
  for (const test of policy.tests ?? []) {
    materials.set(test, await readMaterial(test, dirname(path)));
  }
  return runPolicyTests(policy, at, (test) => materials.get(test) ?? noMaterial);
}

async function readMaterial({ bom, vex = [] }: PolicyTest, directory: string): Promise<SampleMaterial> {
  const documents = vex.map(({ path, signers = [] }) => ({
    ...readDocument(join(directory, path)),
    signers,
  }));
  if (bom?.path === undefined) {
    return { ...noMaterial, vex: documents };
  }
  const path = join(directory, bom.path);
  const { document } = await requireValidBom(readBounded(path, limits.maxBomBytes), path);
  const placed = placedComponents(document);
  const artifacts = bomArtifacts(document).map((artifact) => ({
    sample: sampleOfComponent(artifact, bom.componentSigners ?? []),
    components: placed
      .filter(({ inside }) => inside.includes(artifact.ref ?? artifact.name))
      .map(({ component }) => component),
  }));
  return { artifacts, document, components: placed.map(({ component }) => component), vex: documents };
}

function readDocument(path: string) {
  const bytes = readBounded(path, limits.maxVexBytes);
  const hex = createHash("sha256").update(bytes).digest("hex");
  const name = basename(path);
  return { name, digest: { algorithm: "sha256", hex } as const, content: readVex(bytes, name) };
}
