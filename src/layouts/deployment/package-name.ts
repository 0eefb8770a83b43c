// SPDX-License-Identifier: Apache-2.0
// Names of Python packages as indexes compare them (PEP 503).

export function normalizedPackage(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}
