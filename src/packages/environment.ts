// SPDX-License-Identifier: Apache-2.0
// Whether a directory is what programs run from: told by what lies at its top, as the package managers lay it out.

import type { Package } from "../model/package.ts";
import type { RootView } from "./catalog.ts";

export type EnvironmentKind =
  | "root-file-system"
  | "virtual-environment"
  | "conda"
  | "site-packages"
  | "project";

interface Mark {
  readonly kind: EnvironmentKind;
  readonly path: RegExp;
  /** Only if a package says that it is installed, not for a file of that name alone. */
  readonly needsInstalled: boolean;
}

const marks: readonly Mark[] = [
  {
    kind: "root-file-system",
    path: /^(?:var\/lib\/dpkg\/status(?:$|\.d\/)|(?:usr\/)?lib\/apk\/db\/installed$|(?:var\/lib|usr\/lib\/sysimage)\/rpm\/)/,
    needsInstalled: true,
  },
  { kind: "conda", path: /^conda-meta\/[^/]+\.json$/, needsInstalled: true },
  { kind: "virtual-environment", path: /^pyvenv\.cfg$/, needsInstalled: false },
  {
    kind: "virtual-environment",
    path: /^[Ll]ib(?:64)?\/(?:python[^/]*\/)?site-packages\/[^/]+\.dist-info\//,
    needsInstalled: true,
  },
  { kind: "site-packages", path: /^[^/]+\.dist-info\/METADATA$/, needsInstalled: true },
  { kind: "project", path: /^node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/, needsInstalled: true },
  {
    kind: "project",
    path: /^(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|uv\.lock|poetry\.lock|pdm\.lock|pylock(?:\.[^./]+)?\.toml|Pipfile\.lock|Cargo\.lock|go\.sum)$/,
    needsInstalled: false,
  },
];

/** The kind of environment that the root is; undefined if it is none. */
export function environmentOf(root: RootView, packages: readonly Package[]): EnvironmentKind | undefined {
  const isInstalled = packages.some(({ state }) => state === "installed");
  const open = marks.filter(({ needsInstalled }) => isInstalled || !needsInstalled);
  const found = new Set<Mark>();
  for (const path of root.files.keys()) {
    for (const mark of open) {
      if (!found.has(mark) && mark.path.test(path)) {
        found.add(mark);
      }
    }
  }
  return marks.find((mark) => found.has(mark))?.kind;
}
