// SPDX-License-Identifier: Apache-2.0
// Compose files, Kubernetes manifests, Helm values, MCP and gateway settings: all are trees in which a workload is a map with
// an image or a command, and in which variables, files and addresses have the same few spellings. So one walk reads them
// all, whatever lies around.

import { isJsonArray, isJsonObject, type JsonObject } from "../../bytes/json.ts";
import type { JsonValue } from "../../model/fact.ts";
import { memberOf, textOf } from "../member.ts";
import type { LinedYaml } from "../yaml-text.ts";
import {
  type Configuration,
  type ConfigurationKind,
  emptyConfiguration,
  emptyWorkload,
  type Place,
  type Variable,
  type Workload,
  withDefaults,
  wordsOf,
} from "./settings.ts";

/** Keys whose texts are prose for people. */
const prose: ReadonlySet<string> = new Set([
  "description",
  "title",
  "summary",
  "notes",
  "help",
  "comment",
  "home",
  "sources",
  "icon",
  "maintainers",
  "keywords",
  "license",
  "annotations",
  "labels",
]);

const variableKeys: ReadonlySet<string> = new Set([
  "env",
  "environment",
  "extraEnv",
  "extraEnvVars",
  "envVars",
]);
const wordKeys: ReadonlySet<string> = new Set(["command", "args", "entrypoint", "extraArgs", "arguments"]);

export function readYamlConfiguration(
  path: string,
  kind: ConfigurationKind,
  documents: readonly LinedYaml[],
): Configuration {
  const configuration = emptyConfiguration(path, kind);
  for (const document of documents) {
    new TreeReader(configuration, document).read(document.value);
  }
  return configuration;
}

class TreeReader {
  readonly #out: Configuration;
  readonly #document: LinedYaml;

  constructor(out: Configuration, document: LinedYaml) {
    this.#out = out;
    this.#document = document;
  }

  read(value: JsonValue): void {
    const kind = textOf(value, "kind");
    const name = textOf(memberOf(value, "metadata"), "name") ?? "";
    // Secrets are named by what they hold, and what they hold is nobody's business.
    if (kind === "Secret") {
      return;
    }
    if (kind === "ConfigMap") {
      const data = memberOf(value, "data");
      this.#out.configMaps.set(name, isJsonObject(data) ? this.#mapVariables(data) : []);
    }
    if (kind !== undefined && isJsonObject(value)) {
      this.#out.updaters.push({ ...this.#at(value, "kind"), key: "kind", text: kind });
    }
    this.#visit(value, "", undefined);
  }

  #at(container: object, key: string | number): Place {
    return { path: this.#out.path, line: this.#document.lineOf(container, key) };
  }

  /** Own members, then those that `<<` brings in, as YAML 1.1's merge keys do. */
  #members(object: JsonObject): readonly (readonly [string, JsonValue, Place])[] {
    const own = Object.entries(object)
      .filter(([key]) => key !== "<<")
      .map(([key, value]) => [key, value, this.#at(object, key)] as const);
    const merged = Object.hasOwn(object, "<<") ? [object["<<"]].flat() : [];
    const names = new Set(own.map(([key]) => key));
    const inherited = merged
      .filter((each): each is JsonObject => isJsonObject(each as JsonValue))
      .flatMap((each) =>
        Object.entries(each).map(([key, value]) => [key, value, this.#at(each, key)] as const),
      )
      .filter(([key]) => key !== "<<" && !names.has(key));
    return [...own, ...inherited];
  }

  #visit(value: JsonValue, key: string, owner: Workload | undefined): void {
    if (isJsonArray(value)) {
      for (const [index, each] of value.entries()) {
        this.#visitItem(each, key, owner, this.#at(value, index));
      }
    } else if (isJsonObject(value)) {
      this.#visitObject(value, key, owner);
    }
  }

  #visitItem(value: JsonValue, key: string, owner: Workload | undefined, place: Place): void {
    if (typeof value === "string") {
      this.#text(key, value, place, owner);
    } else {
      this.#visit(value, key, owner);
    }
  }

  #visitObject(object: JsonObject, key: string, outer: Workload | undefined): void {
    const members = this.#members(object);
    const byName = new Map(members.map(([name, value, place]) => [name, { value, place }]));
    const owner = this.#workload(object, key, byName) ?? outer;
    this.#route(byName);
    for (const [name, value, place] of members) {
      if (variableKeys.has(name)) {
        const variables = this.#variables(value);
        (owner?.variables ?? this.#out.variables).push(...variables);
      } else if (name === "env_file" && owner !== undefined) {
        owner.variableFiles.push(...fileNames(value));
      } else if (name === "envFrom" && owner !== undefined) {
        owner.configMaps.push(...configMapNames(value));
      } else if (wordKeys.has(name) && owner !== undefined) {
        this.#words(name, value, place, owner);
      } else if (!prose.has(name)) {
        this.#visitItem(value, name, owner, place);
      }
    }
  }

  /** A map with an image or a command is a workload. With `build`, the image is what is built, and comes from nowhere. */
  #workload(
    object: JsonObject,
    key: string,
    members: ReadonlyMap<string, { readonly value: JsonValue; readonly place: Place }>,
  ): Workload | undefined {
    const image = members.get("image");
    const isProcess = members.has("command") && (members.has("args") || members.has("env"));
    if (image === undefined && !isProcess) {
      return undefined;
    }
    const named = members.get("container_name")?.value ?? members.get("name")?.value;
    const place = image?.place ?? members.get("command")?.place ?? this.#at(object, 0);
    const workload = emptyWorkload(place, typeof named === "string" ? named : key);
    const reference = image === undefined ? undefined : imageText(image.value);
    if (reference !== undefined && !members.has("build")) {
      workload.images.push({ ...place, reference: withDefaults(reference) });
    }
    this.#out.workloads.push(workload);
    return workload;
  }

  /** An entry of a gateway's model list: a model named by its service, and perhaps an address of one's own. */
  #route(members: ReadonlyMap<string, { readonly value: JsonValue; readonly place: Place }>): void {
    const model = members.get("model");
    if (typeof model?.value === "string") {
      const hasAddress = ["api_base", "base_url", "apiBase", "baseUrl"].some((name) => members.has(name));
      this.#out.routes.push({ ...model.place, key: "model", text: model.value, hasAddress });
    }
  }

  #words(key: string, value: JsonValue, place: Place, owner: Workload): void {
    const items = isJsonArray(value)
      ? value.map((item, index) => [item, this.#at(value, index)] as const)
      : [[value, place] as const];
    for (const [item, at] of items) {
      for (const text of typeof item === "string" ? wordsOf(withDefaults(item)) : []) {
        owner.words.push({ ...at, key, text });
      }
    }
  }

  #text(key: string, text: string, place: Place, owner: Workload | undefined): void {
    const resolved = withDefaults(text);
    this.#out.texts.push({ ...place, key, text: resolved });
    const isSwitch =
      (key === "installPlanApproval" && text === "Automatic") ||
      (key === "imagePullPolicy" && text === "Always");
    if (isSwitch && (key === "installPlanApproval" || owner !== undefined)) {
      this.#out.updaters.push({ ...place, key, text });
    }
  }

  #variables(value: JsonValue): Variable[] {
    if (isJsonArray(value)) {
      return value.flatMap((item, index) => this.#listedVariable(item, this.#at(value, index)));
    }
    return isJsonObject(value) ? this.#mapVariables(value) : [];
  }

  #mapVariables(object: JsonObject): Variable[] {
    return this.#members(object).map(([name, value, place]) =>
      typeof value === "string" ? { ...place, name, value: withDefaults(value) } : { ...place, name },
    );
  }

  /** `NAME=value`, `NAME` (the caller's), `{name, value}` or `{name, valueFrom}`. */
  #listedVariable(item: JsonValue, place: Place): Variable[] {
    if (typeof item === "string") {
      const at = item.indexOf("=");
      return at === -1
        ? [{ ...place, name: item }]
        : [{ ...place, name: item.slice(0, at), value: withDefaults(item.slice(at + 1)) }];
    }
    const name = textOf(item, "name");
    const value = textOf(item, "value");
    return name === undefined
      ? []
      : [{ ...place, name, ...(value === undefined ? {} : { value: withDefaults(value) }) }];
  }
}

/** `image: repo:tag`, or Helm's `{registry, repository, tag, digest}`. */
function imageText(value: JsonValue): string | undefined {
  if (typeof value === "string") {
    return value;
  }
  const repository = textOf(value, "repository") ?? textOf(value, "name");
  if (repository === undefined) {
    return undefined;
  }
  const registry = textOf(value, "registry");
  const tag = textOf(value, "tag");
  const digest = textOf(value, "digest") ?? textOf(value, "sha");
  const prefixed = digest === undefined || digest.includes(":") ? digest : `sha256:${digest}`;
  return [
    registry === undefined ? "" : `${registry}/`,
    repository,
    tag === undefined ? "" : `:${tag}`,
    prefixed === undefined ? "" : `@${prefixed}`,
  ].join("");
}

function fileNames(value: JsonValue): readonly string[] {
  const items = isJsonArray(value) ? value : [value];
  return items.flatMap((item) => (typeof item === "string" ? [item] : [textOf(item, "path") ?? []].flat()));
}

function configMapNames(value: JsonValue): readonly string[] {
  const items = isJsonArray(value) ? value : [];
  return items.flatMap((item) => textOf(memberOf(item, "configMapRef"), "name") ?? []);
}
