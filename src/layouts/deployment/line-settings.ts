// SPDX-License-Identifier: Apache-2.0
// Files that are read line by line: environment files, lists of Python requirements, and templates of Helm charts, which are
// no YAML before they are rendered.

import { normalizedPackage } from "./package-name.ts";
import { type Configuration, emptyConfiguration, emptyWorkload, type PackageUse } from "./settings.ts";

const assignment = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]{0,255})\s*=\s*(.*)$/;

/** `.env`: NAME=value, comments, `export`. */
export function readEnvFile(path: string, text: string): Configuration {
  const configuration = emptyConfiguration(path, "env-file");
  for (const [index, line] of linesOf(text)) {
    const [, name, raw = ""] = assignment.exec(line.trim()) ?? [];
    if (name !== undefined) {
      configuration.variables.push({ path, line: index, name, value: unquoted(raw) });
    }
  }
  return configuration;
}

function unquoted(raw: string): string {
  const [, quote, quoted] = /^(["'])(.*)\1/.exec(raw) ?? [];
  return quote === undefined ? withoutComment(raw) : (quoted ?? "");
}

/** What stands before a `#` that follows a space, or the line's start. */
function withoutComment(line: string): string {
  const at = line.startsWith("#") ? 0 : line.search(/\s#/);
  return (at === -1 ? line : line.slice(0, at)).trim();
}

/** `requirements.txt` (pip's requirements file format). */
export function readRequirements(path: string, text: string): Configuration {
  const configuration = emptyConfiguration(path, "requirements");
  for (const [line, content] of linesOf(text)) {
    const requirement = withoutComment(content.trim());
    if (/^(?:-i|--index-url|--extra-index-url|-f|--find-links)\b/.test(requirement)) {
      configuration.texts.push({ path, line, key: "index", text: requirement });
      continue;
    }
    const used = requirementOf(requirement);
    if (used !== undefined) {
      configuration.packages.push({ path, line, ...used });
    }
    if (requirement.includes("://")) {
      configuration.texts.push({ path, line, key: "requirement", text: requirement });
    }
  }
  return configuration;
}

/** A requirement as pip reads one; undefined for options and paths. */
export function requirementOf(text: string): Pick<PackageUse, "name" | "pin"> | undefined {
  if (text === "" || text.startsWith("-") || text.startsWith(".") || text.startsWith("/")) {
    return undefined;
  }
  const direct = /^(?:([A-Za-z0-9][A-Za-z0-9._-]{0,127})\s*@\s*)?(git\+|https?:)/.exec(text);
  if (direct !== null) {
    const isPinned = /@[0-9a-f]{40}(?:$|[#\s])|#sha256=[0-9a-f]{64}|--hash=sha256:/.test(text);
    const [address = text] = text.split(/[#\s]/, 1);
    return {
      name: direct[1] === undefined ? address : normalizedPackage(direct[1]),
      pin: isPinned ? "exact" : "open",
    };
  }
  const [, name, rest = ""] =
    /^([A-Za-z0-9][A-Za-z0-9._-]{0,127})(?:\[[^\]]{0,256}\])?\s*(.*)$/.exec(text) ?? [];
  if (name === undefined) {
    return undefined;
  }
  // An exact version is as fixed as its index: indexes do not let a file be replaced.
  const isExact = /^={2,3}\s*[^*,;\s]+(?:\s|;|$)/.test(rest) || /--hash=sha256:[0-9a-f]{64}/.test(rest);
  return { name: normalizedPackage(name), pin: isExact ? "exact" : "open" };
}

/** A chart's template: what is written out in it. What comes from values is in the values. */
export function readHelmTemplate(path: string, text: string): Configuration {
  const configuration = emptyConfiguration(path, "helm-template");
  for (const [line, content] of linesOf(text)) {
    const [, key, rest = ""] =
      /^(?:-\s+)?([A-Za-z_][A-Za-z0-9_.-]{0,127})\s*:\s(.*)$/.exec(content.trim()) ?? [];
    const value = unquoted(rest.trim());
    if (key === undefined || value === "" || value.includes("{{")) {
      continue;
    }
    const place = { path, line };
    if (key === "image") {
      const workload = emptyWorkload(place, "template");
      workload.images.push({ ...place, reference: value });
      configuration.workloads.push(workload);
    } else {
      configuration.texts.push({ ...place, key, text: value });
    }
  }
  return configuration;
}

/** Lines with their numbers, counted from 1. */
export function linesOf(text: string): readonly (readonly [number, string])[] {
  return text.split(/\r?\n/).map((line, index) => [index + 1, line.slice(0, 8192)] as const);
}
