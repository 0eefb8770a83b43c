// SPDX-License-Identifier: Apache-2.0
// The foreign programs that these tests run against, each at one version. They live outside the repository:
// in AIBOM_INTEROP_DIR, else below the system's temporary directory. Tests only look for them; `install.ts`
// puts them there, since building them takes many minutes. The versions are the newest that Go 1.26 builds.

import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A program built from a Go module. */
export interface GoTool {
  readonly name: string;
  /** The module path, then the path of the command in it. */
  readonly module: string;
  readonly command: string;
  readonly version: string;
}

const sigstore = "github.com/sigstore";

export const goTools = [
  { name: "cosign", module: `${sigstore}/cosign/v3`, command: "cmd/cosign", version: "v3.1.3" },
  { name: "fulcio", module: `${sigstore}/fulcio`, command: "", version: "v1.8.8" },
  {
    name: "timestamp-server",
    module: `${sigstore}/timestamp-authority/v2`,
    command: "cmd/timestamp-server",
    version: "v2.1.3",
  },
  {
    name: "rekor-server",
    module: `${sigstore}/rekor-tiles/v2`,
    command: "cmd/rekor-server/posix",
    version: "v2.3.0",
  },
  {
    name: "tesseract",
    module: "github.com/transparency-dev/tesseract",
    command: "cmd/tesseract/posix",
    version: "v0.1.1",
  },
  { name: "cosign2", module: `${sigstore}/cosign/v2`, command: "cmd/cosign", version: "v2.6.5" },
  {
    name: "crane",
    module: "github.com/google/go-containerregistry",
    command: "cmd/crane",
    version: "v0.21.9",
  },
  { name: "oras", module: "oras.land/oras", command: "cmd/oras", version: "v1.3.6" },
  {
    name: "notation",
    module: "github.com/notaryproject/notation",
    command: "cmd/notation",
    version: "v1.3.2",
  },
  { name: "syft", module: "github.com/anchore/syft", command: "cmd/syft", version: "v1.57.1" },
  // The one registry with the referrers API is crane's; this one has none, so tools fall back to tags.
  {
    name: "registry",
    module: "github.com/distribution/distribution/v3",
    command: "cmd/registry",
    version: "v3.1.2",
  },
] as const satisfies readonly GoTool[];

export type GoToolName = (typeof goTools)[number]["name"];

/** The Python packages. model-signing 1.1.1 imports OpenSSL, which nothing it requires brings any more. */
export const pythonPackages: readonly string[] = [
  "model-signing==1.1.1",
  "sigstore==4.5.1",
  "pyopenssl==26.4.0",
  "pykcs11==1.5.20",
];

/** Where the programs are. */
export const interopDirectory = process.env["AIBOM_INTEROP_DIR"] ?? join(tmpdir(), "aibom-interop");

/** The directory that holds one Go program; the name has the version, so that a new one is built anew. */
export function goToolDirectory(tool: GoTool): string {
  return join(interopDirectory, `${tool.name}-${tool.version}`);
}

/** The file that `go install` writes: named after the last part of the command's path. */
export function goToolPath(tool: GoTool): string {
  const last = `${tool.module}/${tool.command}`.replace(/\/$/, "").split("/").at(-1) ?? "";
  return join(goToolDirectory(tool), last);
}

/** The path of a Go program, whether it is there or not. */
export function pathOf(name: GoToolName): string {
  return goToolPath(goTools.find((each) => each.name === name) as GoTool);
}

/** The source of the reader and writer of logs that is built on the Go checksum database's code. */
export const tlogPeerSource = join(import.meta.dirname, "tlog-peer");

/** Its program. */
export const tlogPeer = join(interopDirectory, "tlog-peer", "tlog-peer");

/** The Python environment that `install.ts` makes. */
export const pythonEnvironment = join(interopDirectory, "python");

/** The interpreter with the reference implementation: AIBOM_INTEROP_PYTHON, else ours, else python3. */
export const python =
  process.env["AIBOM_INTEROP_PYTHON"] ??
  [join(pythonEnvironment, "bin/python")].find((path) => existsSync(path)) ??
  "python3";

/** A reason to skip, in one line, if one of the Go programs is missing. */
export function missingGoTools(...names: readonly GoToolName[]): string | false {
  const missing = names.filter((name) => !existsSync(pathOf(name)));
  return missing.length === 0
    ? false
    : `not installed: ${missing.join(", ")} (node test/interop/install.ts builds them)`;
}

/** A reason to skip, in one line, if the second reader of logs is not built. */
export function missingTlogPeer(): string | false {
  return existsSync(tlogPeer) ? false : "not built: tlog-peer (node test/interop/install.ts builds it)";
}

/** A reason to skip, in one line, if one of the programs is not on the PATH. */
export function missingPrograms(...names: readonly string[]): string | false {
  const directories = (process.env["PATH"] ?? "").split(delimiter);
  const missing = names.filter((name) => !directories.some((directory) => existsSync(join(directory, name))));
  return missing.length === 0 ? false : `not on the PATH: ${missing.join(", ")}`;
}
