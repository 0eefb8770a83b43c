// SPDX-License-Identifier: Apache-2.0
// Credentials for registries where Docker and Podman keep them: `auths`, `credHelpers` and `credsStore` of config.json
// and auth.json (containers-auth.json(5)). Read only for the host that is asked, and never shown.

import { isJsonObject, type JsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { RegistryCredentials } from "../net/registry/token.ts";
import { readBounded } from "../sources/read-bounded.ts";
import { askHelper, type HelperOptions } from "./credential-helper.ts";
import type { ImageReference } from "./reference.ts";

/** Files that may exist, in the order in which they are asked. */
export type CredentialFiles = readonly string[];

/** Docker Hub's name in these files. */
const hubKeys = ["https://index.docker.io/v1/", "https://index.docker.io/v1", "index.docker.io", "docker.io"];

/**
 * The places where credentials are kept, the first that knows the registry counts. `REGISTRY_AUTH_FILE` is asked alone,
 * as Podman does.
 */
export function credentialFiles(variables: Readonly<Record<string, string | undefined>>): CredentialFiles {
  const own = variables["REGISTRY_AUTH_FILE"];
  if (own !== undefined && own !== "") {
    return [own];
  }
  const home = variables["HOME"] ?? variables["USERPROFILE"] ?? "";
  const runtime = variables["XDG_RUNTIME_DIR"] ?? "";
  const config = variables["XDG_CONFIG_HOME"] || (home === "" ? "" : `${home}/.config`);
  const docker = variables["DOCKER_CONFIG"] || (home === "" ? "" : `${home}/.docker`);
  return [
    ...(runtime === "" ? [] : [`${runtime}/containers/auth.json`]),
    ...(config === "" ? [] : [`${config}/containers/auth.json`]),
    ...(docker === "" ? [] : [`${docker}/config.json`]),
  ];
}

/**
 * What these files know about the registry of an image; undefined if none of them knows it.
 * @throws {AibomError} REGISTRY_CREDENTIALS
 */
export async function findCredentials(
  reference: Pick<ImageReference, "host" | "repository">,
  files: CredentialFiles,
  helper: HelperOptions,
): Promise<RegistryCredentials | undefined> {
  for (const path of files) {
    const document = readDocument(path, reference.host);
    const found = document === undefined ? undefined : await findIn(document, reference, helper);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function readDocument(path: string, host: string): JsonObject | undefined {
  try {
    const bytes = readBounded(path, limits.maxCredentialFileBytes);
    const value = parseJson(bytes, { path, maxBytes: limits.maxCredentialFileBytes, maxDepth: 16 });
    if (isJsonObject(value)) {
      return value;
    }
  } catch (cause) {
    if (cause instanceof AibomError && cause.code === "SOURCE_NOT_FOUND") {
      return undefined;
    }
    // The cause is dropped: it may quote the file.
    const reason = cause instanceof AibomError ? cause.code : "it cannot be read";
    throw AibomError.of("REGISTRY_CREDENTIALS", { host, reason }, { where: { path } });
  }
  throw AibomError.of("REGISTRY_CREDENTIALS", { host, reason: "it is not an object" }, { where: { path } });
}

async function findIn(
  document: JsonObject,
  { host, repository }: Pick<ImageReference, "host" | "repository">,
  helper: HelperOptions,
): Promise<RegistryCredentials | undefined> {
  const helpers = objectIn(document, "credHelpers");
  const keys = host === "docker.io" ? hubKeys : [host, `https://${host}`, `https://${host}/v2/`];
  for (const key of keys) {
    const program = textIn(helpers, key);
    if (program !== undefined) {
      return askHelper(program, key, helper);
    }
  }
  const auths = objectIn(document, "auths");
  for (const key of [...namespaces(host, repository), ...keys]) {
    const entry = objectIn(auths, key);
    const found = entry === undefined ? undefined : readEntry(entry, host);
    if (found !== undefined) {
      return found;
    }
  }
  const store = textIn(document, "credsStore");
  return store === undefined ? undefined : askHelper(store, keys[0] ?? host, helper);
}

/** Podman's keys: credentials for a part of a registry, the longest name first. */
function namespaces(host: string, repository: string): string[] {
  const parts = repository.split("/");
  return parts.map((_, index) => `${host}/${parts.slice(0, parts.length - index).join("/")}`);
}

function readEntry(entry: JsonObject, host: string): RegistryCredentials | undefined {
  const identityToken = textIn(entry, "identitytoken");
  if (identityToken !== undefined) {
    return { kind: "identity-token", token: identityToken };
  }
  const registryToken = textIn(entry, "registrytoken");
  if (registryToken !== undefined) {
    return { kind: "registry-token", token: registryToken };
  }
  const auth = textIn(entry, "auth");
  if (auth === undefined) {
    // Docker leaves an empty entry where a helper keeps the password.
    return undefined;
  }
  const pair = Buffer.from(auth, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon < 1) {
    throw AibomError.of("REGISTRY_CREDENTIALS", { host, reason: "auth is not a user name and a password" });
  }
  // Docker used to pad the text with zeros.
  const password = pair.slice(colon + 1).replace(/\0+$/, "");
  return { kind: "password", username: pair.slice(0, colon), password };
}

function objectIn(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
  return isJsonObject(value) ? value : undefined;
}

function textIn(object: JsonObject | undefined, name: string): string | undefined {
  const value = object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}
