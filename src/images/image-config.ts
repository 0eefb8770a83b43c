// SPDX-License-Identifier: Apache-2.0
// The configuration of an image: what runs, as whom, and where it says it comes from. All of it is a claim. Values of the
// environment are not shown: names are enough to see what is set, and secrets end up there.
// Spec: OCI image-spec v1.1, config.md and annotations.md.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import { redact } from "../bytes/redact.ts";
import { limits } from "../limits.ts";
import { claim, type Fact, type FactName } from "../model/fact.ts";
import { type Finding, finding, type Location } from "../model/finding.ts";
import { isRootUser } from "../model/image.ts";
import { type Platform, platformName } from "./descriptor.ts";
import { own, platformOf, text, texts } from "./document.ts";

export interface ImageConfig {
  readonly platform: Platform | undefined;
  readonly user: string | undefined;
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
  /** For each layer the command that made it, where the history tells. */
  readonly createdBy: readonly (string | undefined)[];
}

/** Labels that say what other sources call a fact. */
const labelFacts: ReadonlyMap<string, FactName> = new Map<string, FactName>([
  ["org.opencontainers.image.title", "name"],
  ["org.opencontainers.image.description", "description"],
  ["org.opencontainers.image.version", "version"],
  ["org.opencontainers.image.licenses", "license"],
  ["org.opencontainers.image.authors", "author"],
  ["org.opencontainers.image.vendor", "organization"],
  ["org.opencontainers.image.source", "url"],
  ["org.opencontainers.image.url", "url"],
]);

const baseName = "org.opencontainers.image.base.name";
const baseDigest = "org.opencontainers.image.base.digest";

/** Reads the configuration; `file` and `pointer` are where its facts and findings stand. */
export function readImageConfig(config: JsonObject, file: string, pointer: string): ImageConfig {
  const where: Location = { path: file, member: pointer };
  const source = (at: string): { path: string; pointer: string } => ({
    path: file,
    pointer: `${pointer}${at}`,
  });
  const run = own(config, "config");
  const options = isJsonObject(run) ? run : {};
  const history = historyOf(config);
  const env = strings(own(options, "Env")).map(splitVariable);
  const labels = texts(own(options, "Labels"));
  const findings = [...userFindings(options, where), ...secretFindings(env, labels, history, where)];
  const told = (key: string, value: string | undefined): Fact[] =>
    value === undefined || value === ""
      ? []
      : [claim("metadata", { key, value: shown(value) }, source(`/config/${key}`))];
  const platform = platformOf(config);
  const created = text(config, "created");
  const user = text(options, "User");
  const facts: Fact[] = [
    ...(platform === undefined ? [] : told("platform", platformName(platform))),
    ...(created === undefined ? [] : [claim("created", shown(created), source("/created"))]),
    ...told("entrypoint", commandLine(own(options, "Entrypoint"))),
    ...told("command", commandLine(own(options, "Cmd"))),
    ...told("user", user),
    ...told("workdir", text(options, "WorkingDir")),
    ...told("env", env.map(({ name }) => name).join(" ")),
    ...told("ports", Object.keys(objectOf(own(options, "ExposedPorts"))).join(" ")),
    ...labelClaims(labels, source),
  ];
  return { platform, user, facts, findings, createdBy: history.map(({ command }) => command) };
}

/** Labels, and the annotations of manifests, as claims. */
export function labelClaims(
  labels: ReadonlyMap<string, string>,
  source: (at: string) => { readonly path: string; readonly pointer: string },
): readonly Fact[] {
  return [...labels].slice(0, limits.maxClaimsPerName).flatMap(([key, value]): Fact[] => {
    const at = source(`/labels/${key}`);
    const name = labelFacts.get(key);
    if (key === baseName) {
      const digest = labels.get(baseDigest);
      return [claim("derived_from", { name: shown(value), ...(digest === undefined ? {} : { digest }) }, at)];
    }
    if (key === baseDigest && !labels.has(baseName)) {
      return [claim("derived_from", { name: shown(value), digest: value }, source(`/labels/${baseName}`))];
    }
    if (key === "org.opencontainers.image.revision") {
      return [claim("revision", { system: "git", id: shown(value) }, at)];
    }
    return [
      name === undefined
        ? claim("metadata", { key, value: shown(value) }, at)
        : claim(name, shown(value), at),
    ];
  });
}

function shown(value: string): string {
  return redact(value.slice(0, limits.maxMetadataCharacters)).text;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function strings(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value)
    ? value.slice(0, limits.maxClaimsPerName).filter((each): each is string => typeof each === "string")
    : [];
}

function commandLine(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : strings(value).join(" ") || undefined;
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function splitVariable(entry: string): Variable {
  const equals = entry.indexOf("=");
  return equals < 0
    ? { name: entry, value: "" }
    : { name: entry.slice(0, equals), value: entry.slice(equals + 1) };
}

/** The steps that made a layer, in the order of the layers. */
function historyOf(
  config: JsonObject,
): readonly { readonly command: string | undefined; readonly raw: string }[] {
  const list = own(config, "history");
  const steps = isJsonArray(list)
    ? list.slice(0, limits.maxImageDescriptors).filter((each) => isJsonObject(each))
    : [];
  return steps
    .filter((step) => own(step, "empty_layer") !== true)
    .map((step) => {
      const raw = text(step, "created_by") ?? "";
      return { raw, command: raw === "" ? undefined : withoutSecrets(shown(raw)) };
    });
}

function userFindings(options: JsonObject, where: Location): readonly Finding[] {
  return isRootUser(text(options, "User")) ? [finding("IMAGE_ROOT_USER", where, {})] : [];
}

/** Names of variables that hold what grants access. Those of files and of public keys hold a place, or nothing secret. */
const secretName =
  /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|API_?KEY|ACCESS_?KEY|PRIVATE_KEY|AUTH_TOKEN|ACCESS_TOKEN|TOKEN|CREDENTIALS)$/i;

/** Values that grant nothing: empty ones, places, references that are filled in when it runs. */
function grantsAccess({ name, value }: Variable): boolean {
  const isNothing = value === "" || /^(?:\/|\$|<|true$|false$|none$|null$|\d{1,4}$)/i.test(value);
  return (secretName.test(name) && !isNothing) || redact(value).secrets.length > 0;
}

function secretFindings(
  env: readonly Variable[],
  labels: ReadonlyMap<string, string>,
  history: readonly { readonly raw: string }[],
  where: Location,
): readonly Finding[] {
  const variables = env.filter(grantsAccess).map(({ name }) => ["the variable", name] as const);
  const labelled = [...labels]
    .filter(([, value]) => redact(value.slice(0, limits.maxMetadataCharacters)).secrets.length > 0)
    .map(([name]) => ["the label", name] as const);
  const built = history.flatMap(({ raw }, index) => {
    const isSecret =
      redact(raw.slice(0, limits.maxMetadataCharacters)).secrets.length > 0 ||
      [...raw.slice(0, limits.maxMetadataCharacters).matchAll(assignment)].some(([, name = "", value = ""]) =>
        grantsAccess({ name, value }),
      );
    return isSecret ? [["the command of layer", String(index)] as const] : [];
  });
  return [...variables, ...labelled, ...built].map(([place, name]) =>
    finding("IMAGE_CONFIG_SECRET", where, { place, name }),
  );
}

/** `NAME=value` in a command line. */
const assignment = /\b([A-Za-z_][A-Za-z0-9_]{0,63})=(\S{1,256})/g;

function withoutSecrets(command: string): string {
  return command.replace(assignment, (all: string, name: string, value: string) =>
    grantsAccess({ name, value }) ? `${name}=<redacted>` : all,
  );
}
