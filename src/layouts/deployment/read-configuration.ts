// SPDX-License-Identifier: Apache-2.0
// Which files configure what runs, and which reader each gets. By name where the name is the rule (compose.yaml, Dockerfile, .env);
// YAML under other names only if its first lines say that it is one of these.

import { decodeUtf8 } from "../../bytes/utf8.ts";
import { AibomError } from "../../errors.ts";
import { splitPath } from "../reading.ts";
import { readYamlStream } from "../yaml-text.ts";
import { readDockerfile } from "./dockerfile.ts";
import { clientNames } from "./known.ts";
import { readEnvFile, readHelmTemplate, readRequirements } from "./line-settings.ts";
import { readPython } from "./python-settings.ts";
import type { Configuration, ConfigurationKind } from "./settings.ts";
import { readYamlConfiguration } from "./yaml-settings.ts";

/** What a file is by its name; `yaml` has to be looked into. */
export function kindByName(
  path: string,
  has: (path: string) => boolean,
): ConfigurationKind | "yaml" | undefined {
  const [folder, name] = splitPath(path);
  const lower = name.toLowerCase();
  if (/^(?:docker-)?compose(?:[.-][\w.-]{1,64})?\.ya?ml$/.test(lower)) {
    return "compose";
  }
  if (
    /^(?:[\w.-]{1,64}\.)?(?:dockerfile|containerfile)$|^(?:dockerfile|containerfile)(?:\.[\w-]{1,64})?$/.test(
      lower,
    )
  ) {
    return "dockerfile";
  }
  if (/^\.env(?:\.[\w-]{1,64})*$|^[\w-]{1,64}\.env$/.test(lower)) {
    return "env-file";
  }
  if (/^(?:requirements|constraints)[\w.-]{0,64}\.(?:txt|in)$/.test(lower)) {
    return "requirements";
  }
  if (/^(?:\.?mcp|claude_desktop_config)\.json$/.test(lower)) {
    return "mcp";
  }
  if (lower.endsWith(".py")) {
    return "python";
  }
  if (!/\.ya?ml$/.test(lower)) {
    return undefined;
  }
  const [chart, last] = splitPath(folder);
  if (last === "templates" && has(chart === "" ? "Chart.yaml" : `${chart}/Chart.yaml`)) {
    return "helm-template";
  }
  const isValues = /^values[\w.-]{0,64}\.ya?ml$/.test(lower);
  return isValues && has(folder === "" ? "Chart.yaml" : `${folder}/Chart.yaml`) ? "helm-values" : "yaml";
}

/**
 * What YAML under any name is by its keys at the margin, in quotes or not. Each pattern begins with something that stands
 * once in what it goes over, so that a text of blanks and line breaks costs no more than any other.
 */
export function kindByKeys(text: string): ConfigurationKind | undefined {
  const has = (key: string): boolean => new RegExp(`^(["']?)${key}\\1[ \\t]{0,64}:`, "m").test(text);
  if (has("apiVersion") && has("kind")) {
    return "kubernetes";
  }
  if (has("services") && /[\s{,]["']?(?:image|build)["']?[ \t]{0,64}:/.test(text)) {
    return "compose";
  }
  return has("model_list") || has("mcpServers") || has("litellm_settings") ? "settings" : undefined;
}

/**
 * Reads one file.
 * @throws {AibomError} TEXT_NOT_UTF8, DEPLOYMENT_CONFIG_INVALID
 */
export function readConfiguration(path: string, kind: ConfigurationKind, bytes: Uint8Array): Configuration {
  const text = decodeUtf8(bytes, path);
  switch (kind) {
    case "env-file":
      return readEnvFile(path, text);
    case "requirements":
      return readRequirements(path, text);
    case "dockerfile":
      return readDockerfile(path, text);
    case "python":
      return readPython(path, text, clientNames);
    case "helm-template":
      return readHelmTemplate(path, text);
    default: {
      const invalid = (reason: string, cause?: unknown): AibomError =>
        AibomError.of("DEPLOYMENT_CONFIG_INVALID", { reason }, { where: { path }, cause });
      return readYamlConfiguration(path, kind, readYamlStream(text, invalid));
    }
  }
}
