// SPDX-License-Identifier: Apache-2.0
// What is asked of one repository, in the words of the OCI distribution specification 1.1: manifests, blobs, referrers.
// Nothing that comes back is believed here: digests are compared by whoever asked.

import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { abandon } from "../fetch-bytes.ts";
import { parseChallenges } from "./challenge.ts";
import { type RegistryHttp, type RegistryResponse, readAnswer } from "./http.ts";
import { basic, type RegistryCredentials, requestToken } from "./token.ts";

export interface Repository {
  /** Where the registry answers: `https://registry.example.com`. */
  readonly address: string;
  readonly name: string;
  readonly credentials?: RegistryCredentials;
  readonly tokenHosts: readonly string[];
}

/** A manifest as it came. */
export interface ReceivedManifest {
  readonly bytes: Uint8Array;
  /** Media type of the answer; empty if the server named none. */
  readonly contentType: string;
  /** `Docker-Content-Digest`, where the server says it. */
  readonly statedDigest?: string;
}

/** The start of a blob's bytes, or of what is left of them. */
export interface ReceivedBlob {
  /** Whether the server goes on from where it was asked to, or starts again. */
  readonly isPartial: boolean;
  readonly url: string;
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends the transfer, where its rest is not wanted. */
  abandon(): void;
}

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.artifact.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

const indexType = "application/vnd.oci.image.index.v1+json";

/** Statuses of registries that have no referrers API. */
const unsupported = new Set([400, 404, 405, 501]);

/** One repository of one registry. */
export class RegistryClient {
  readonly #http: RegistryHttp;
  readonly #repository: Repository;
  /** The header that was accepted last. */
  #authorization: string | undefined;

  constructor(http: RegistryHttp, repository: Repository) {
    this.#http = http;
    this.#repository = repository;
  }

  /** Host that is asked, for messages. */
  get host(): string {
    return new URL(this.#repository.address).host;
  }

  /**
   * A manifest by tag or digest; undefined if there is none.
   * @throws {AibomError} REGISTRY_*, FETCH_*
   */
  async manifest(reference: string): Promise<ReceivedManifest | undefined> {
    const response = await this.#get(`manifests/${reference}`, { accept: manifestTypes.join(", ") });
    if (response.status === 404) {
      abandon(response.body);
      return undefined;
    }
    this.#expect(response, 200);
    const bytes = await readAnswer(response, limits.maxImageManifestBytes);
    const stated = response.headers["docker-content-digest"];
    return {
      bytes,
      contentType: contentType(response),
      ...(typeof stated === "string" ? { statedDigest: stated } : {}),
    };
  }

  /**
   * One page of the list of manifests that refer to a digest; undefined if the registry keeps no such list.
   * @param next path of the page, as the page before named it
   * @throws {AibomError} REGISTRY_*, FETCH_*
   */
  async referrers(
    digest: string,
    next?: string,
  ): Promise<{ readonly bytes: Uint8Array; readonly next?: string } | undefined> {
    const path = next ?? `/v2/${this.#repository.name}/referrers/${digest}`;
    const response = await this.#getPath(path, { accept: indexType });
    if (next === undefined && unsupported.has(response.status)) {
      abandon(response.body);
      return undefined;
    }
    this.#expect(response, 200);
    if (contentType(response) !== indexType) {
      abandon(response.body);
      throw this.#unusable(
        response,
        `content type ${contentType(response) || "(none)"} for a list of referrers`,
      );
    }
    const following = nextPage(response);
    const bytes = await readAnswer(response, limits.maxImageManifestBytes);
    return { bytes, ...(following === undefined ? {} : { next: following }) };
  }

  /**
   * The bytes of a blob from `offset` on.
   * @throws {AibomError} REGISTRY_*, FETCH_*
   */
  async blob(digest: string, offset: number, size: number): Promise<ReceivedBlob> {
    const range = offset > 0 ? { range: `bytes=${offset}-${size - 1}` } : {};
    const response = await this.#get(`blobs/${digest}`, range);
    if (response.status === 404) {
      abandon(response.body);
      throw AibomError.of("REGISTRY_NOT_FOUND", { host: this.host, name: `blob ${digest}` });
    }
    const isPartial = response.status === 206;
    this.#expect(response, isPartial && offset > 0 ? 206 : 200);
    if (isPartial && response.headers["content-range"] !== `bytes ${offset}-${size - 1}/${size}`) {
      abandon(response.body);
      throw this.#unusable(response, "another range than the one that was asked for");
    }
    const { body, url } = response;
    return { isPartial, url, body, abandon: () => abandon(body) };
  }

  #get(path: string, headers: Readonly<Record<string, string>>): Promise<RegistryResponse> {
    return this.#getPath(`/v2/${this.#repository.name}/${path}`, headers);
  }

  /** A request, with a token if the registry asks for one. Tokens end after minutes: a new one is fetched then. */
  async #getPath(path: string, headers: Readonly<Record<string, string>>): Promise<RegistryResponse> {
    const first = await this.#send(path, headers);
    if (first.status !== 401) {
      return this.#allowed(first);
    }
    abandon(first.body);
    this.#authorization = await this.#authorize(first);
    return this.#allowed(await this.#send(path, headers));
  }

  #send(path: string, headers: Readonly<Record<string, string>>): Promise<RegistryResponse> {
    return this.#http.send({
      url: `${this.#repository.address}${path}`,
      headers,
      ...(this.#authorization === undefined ? {} : { authorization: this.#authorization }),
    });
  }

  async #authorize(response: RegistryResponse): Promise<string> {
    const { credentials, name: repository, tokenHosts } = this.#repository;
    const header = response.headers["www-authenticate"];
    const challenge = parseChallenges(typeof header === "string" ? [header] : (header ?? []));
    if (challenge?.scheme === "bearer" && credentials?.kind === "registry-token") {
      return `Bearer ${credentials.token}`;
    }
    if (challenge?.scheme === "bearer") {
      const token = await requestToken(this.#http, {
        challenge,
        registryHost: this.host,
        repository,
        tokenHosts,
        ...(credentials === undefined ? {} : { credentials }),
      });
      return `Bearer ${token}`;
    }
    if (challenge?.scheme === "basic" && credentials?.kind === "password") {
      return basic(credentials);
    }
    throw this.#denied();
  }

  #allowed(response: RegistryResponse): RegistryResponse {
    if (response.status === 401 || response.status === 403) {
      abandon(response.body);
      throw this.#denied();
    }
    return response;
  }

  #denied(): AibomError {
    const { credentials, name: repository } = this.#repository;
    const who = credentials === undefined ? "everybody" : "these credentials";
    return AibomError.of("REGISTRY_DENIED", { host: this.host, who, repository });
  }

  #expect(response: RegistryResponse, status: 200 | 206): void {
    const encoding = response.headers["content-encoding"];
    const isPlain = encoding === undefined || encoding === "identity";
    if (response.status !== status || !isPlain) {
      abandon(response.body);
      const reason = isPlain ? `status ${response.status}` : `content encoding ${String(encoding)}`;
      throw this.#unusable(response, reason);
    }
  }

  #unusable(response: RegistryResponse, reason: string): AibomError {
    return AibomError.of("REGISTRY_ANSWER", { url: response.url, reason });
  }
}

function contentType({ headers }: RegistryResponse): string {
  return (String(headers["content-type"] ?? "").split(";", 1)[0] ?? "").trim().toLowerCase();
}

/** RFC 8288: `<path>; rel="next"`. Only a path on the same server counts. */
function nextPage({ headers, url }: RegistryResponse): string | undefined {
  const link = headers["link"];
  const [, target] =
    /^<([^<>\s]{1,2048})>\s*;\s*rel="?next"?$/.exec(typeof link === "string" ? link.trim() : "") ?? [];
  const address = target !== undefined && URL.canParse(target, url) ? new URL(target, url) : undefined;
  if (address === undefined) {
    return undefined;
  }
  if (address.origin !== new URL(url).origin) {
    throw AibomError.of("FETCH_REDIRECT", { url, to: address.origin });
  }
  return `${address.pathname}${address.search}`;
}
