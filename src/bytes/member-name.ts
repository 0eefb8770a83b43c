// SPDX-License-Identifier: Apache-2.0
// Names inside archives: what an unpacker could do wrong with them (CWE-22, "zip slip"), and whether a link
// leads out of the directory that an archive is unpacked to.

import { type Finding, finding } from "../model/finding.ts";
import type { Severity } from "../model/severity.ts";

/** Why unpackers disagree on where a member of this name goes; undefined if they do not. */
function unsafeName(name: string): { readonly reason: string; readonly severity: Severity } | undefined {
  if (name.includes("\0")) {
    return { reason: "a zero byte, at which some unpackers end the name", severity: "high" };
  }
  if (name.split(/[/\\]/).includes("..")) {
    return { reason: "`..`, which leads out of the directory that it is unpacked to", severity: "high" };
  }
  if (/^(?:[/\\]|[A-Za-z]:[/\\])/.test(name)) {
    return { reason: "an absolute path", severity: "medium" };
  }
  if (name.includes("\\")) {
    return { reason: "a backslash, which separates directories on some systems only", severity: "low" };
  }
  return name === "" ? { reason: "no character at all", severity: "low" } : undefined;
}

/** The finding on a member's name, if there is something wrong with it. */
export function nameFinding(path: string, name: string, offset: number): Finding | undefined {
  const unsafe = unsafeName(name);
  if (unsafe === undefined) {
    return undefined;
  }
  const { reason, severity } = unsafe;
  return finding("ARCHIVE_NAME_UNSAFE", { path, member: name, offset }, { reason }, { severity });
}

/** True if a link that stands at `name` and points to `target` leaves the archive's root. */
export function leadsOut(name: string, target: string): boolean {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(target)) {
    return true;
  }
  let depth = name.split("/").filter((part) => part !== "" && part !== ".").length - 1;
  for (const part of target.split(/[/\\]/)) {
    if (part === "..") {
      depth -= 1;
    } else if (part !== "" && part !== ".") {
      depth += 1;
    }
    if (depth < 0) {
      return true;
    }
  }
  return false;
}
