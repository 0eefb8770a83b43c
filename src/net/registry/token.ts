// SPDX-License-Identifier: Apache-2.0
// Tokens of a registry (distribution: docs/spec/auth/token.md and oauth.md): credentials are shown once to the token
// service that the registry names, and only if that service is the registry's own.

import { isJsonObject, parseJson } from "../../bytes/json.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { checkedAddress } from "../fetch-bytes.ts";
import type { Challenge } from "./challenge.ts";
import { type RegistryHttp, type RegistryResponse, readAnswer } from "./http.ts";

/** What a file or a helper knows about one registry. All of it is secret. */
export type RegistryCredentials =
  | { readonly kind: "password"; readonly username: string; readonly password: string }
  /** A refresh token of the token service. */
  | { readonly kind: "identity-token"; readonly token: string }
  /** A token for the registry itself. */
  | { readonly kind: "registry-token"; readonly token: string };

export interface TokenRequest {
  readonly challenge: Extract<Challenge, { scheme: "bearer" }>;
  /** Host of the registry, as in the address that it answers at. */
  readonly registryHost: string;
  readonly repository: string;
  readonly credentials?: RegistryCredentials;
  /** Hosts that may get credentials besides the registry's own domain. */
  readonly tokenHosts: readonly string[];
}

/**
 * Asks for a token that lets read one repository.
 * @throws {AibomError} REGISTRY_TOKEN_HOST, REGISTRY_DENIED, REGISTRY_ANSWER, FETCH_*, JSON_*
 */
export async function requestToken(http: RegistryHttp, asked: TokenRequest): Promise<string> {
  const { challenge, credentials, registryHost, repository } = asked;
  const realm = checkedAddress(challenge.realm);
  if (credentials !== undefined && !mayHaveCredentials(realm.host, registryHost, asked.tokenHosts)) {
    throw AibomError.of("REGISTRY_TOKEN_HOST", { host: registryHost, realm: realm.host });
  }
  // Not the scope of the challenge: a registry does not get to ask for more than reading.
  const scope = `repository:${repository}:pull`;
  const response =
    credentials?.kind === "identity-token"
      ? await refresh(http, realm, { token: credentials.token, service: challenge.service ?? "", scope })
      : await http.send({
          url: withQuery(realm, { service: challenge.service, scope }),
          ...(credentials?.kind === "password" ? { authorization: basic(credentials) } : {}),
        });
  return readToken(response, asked);
}

/** The header for a password. */
export function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function refresh(
  http: RegistryHttp,
  realm: URL,
  { token, service, scope }: { token: string; service: string; scope: string },
): Promise<RegistryResponse> {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: token,
    client_id: "aibom",
    service,
    scope,
  });
  return http.send({ url: realm.href, form: form.toString() });
}

async function readToken(response: RegistryResponse, asked: TokenRequest): Promise<string> {
  const { registryHost, repository, credentials } = asked;
  const answer = await readAnswer(response, limits.maxRegistryTokenBytes);
  if (response.status === 401 || response.status === 403) {
    const who = credentials === undefined ? "everybody" : "these credentials";
    throw AibomError.of("REGISTRY_DENIED", { host: registryHost, who, repository });
  }
  const unusable = (reason: string): AibomError =>
    AibomError.of("REGISTRY_ANSWER", { url: response.url, reason });
  if (response.status !== 200) {
    throw unusable(`status ${response.status} instead of a token`);
  }
  const value = parseJson(answer, {
    path: response.url,
    maxBytes: limits.maxRegistryTokenBytes,
    maxDepth: 8,
  });
  const token = isJsonObject(value) ? (value["token"] ?? value["access_token"]) : undefined;
  // RFC 6750 §2.1: b64token. Anything else could end the header.
  if (typeof token !== "string" || !/^[A-Za-z0-9._~+/=-]{1,65536}$/.test(token)) {
    throw unusable("there is no token in it");
  }
  return token;
}

/**
 * A token service gets credentials if it is the registry's host, or lies in the same domain: auth.docker.io for
 * registry-1.docker.io, gitlab.example.com for registry.example.com.
 */
function mayHaveCredentials(host: string, registryHost: string, named: readonly string[]): boolean {
  const name = hostName(host);
  const registry = hostName(registryHost);
  const labels = registry.split(".");
  const domain = labels.length > 2 ? labels.slice(1).join(".") : registry;
  const isAddress = /^[0-9.]+$/.test(registry) || registry.startsWith("[");
  return (
    host === registryHost ||
    named.includes(host) ||
    (!isAddress && labels.length > 1 && (name === domain || name.endsWith(`.${domain}`)))
  );
}

function hostName(host: string): string {
  return host.replace(/:[0-9]+$/, "").toLowerCase();
}

function withQuery(realm: URL, parameters: Readonly<Record<string, string | undefined>>): string {
  const address = new URL(realm);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) {
      address.searchParams.set(name, value);
    }
  }
  return address.href;
}
