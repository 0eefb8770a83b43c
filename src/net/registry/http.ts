// SPDX-License-Identifier: Apache-2.0
// One exchange with a registry: https (http on this machine only), an idle limit, a few more tries when the server is
// busy, redirects to wherever blobs are stored. Credentials are for one origin: what leaves it carries none
// (distribution specification; oras-go CVE-2026-48978).

import { setTimeout as wait } from "node:timers/promises";
import { rootCertificates } from "node:tls";
import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import {
  abandon,
  checkedAddress,
  type FetchOptions,
  readBody,
  reasonOf,
  requireOnline,
} from "../fetch-bytes.ts";

export interface RegistryHttpOptions extends FetchOptions {
  /** PEM certificates of private authorities, accepted besides those of the system. */
  readonly authorities?: string;
}

export interface RegistryRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to the origin of `url` and never further. */
  readonly authorization?: string;
  /** Body of a POST; without it the request is a GET. */
  readonly form?: string;
}

export interface RegistryResponse {
  /** Where the answer came from, after redirects; without its query, which may hold a signed permission. */
  readonly url: string;
  readonly status: number;
  readonly headers: Dispatcher.ResponseData["headers"];
  readonly body: Dispatcher.ResponseData["body"];
}

/** Statuses that say "later". */
const busy = new Set([408, 429, 500, 502, 503, 504]);

/** The connections of one copy. */
export class RegistryHttp {
  readonly #dispatcher: Dispatcher;
  readonly #signal: AbortSignal | undefined;

  /** @throws {AibomError} FETCH_OFFLINE */
  constructor(options: RegistryHttpOptions) {
    requireOnline(options);
    this.#dispatcher = createDispatcher(options);
    this.#signal = options.signal;
  }

  /** Ends all connections; not `close`, which would wait for a server that never ends. */
  async end(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  /**
   * Sends a request, again if the server is busy or the connection fails, and follows redirects. Any status may come back.
   * @throws {AibomError} FETCH_ADDRESS, FETCH_FAILED, REGISTRY_ANSWER
   */
  async send(sent: RegistryRequest): Promise<RegistryResponse> {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt === limits.maxRegistryAttempts;
      const delay = { seconds: limits.registryRetrySeconds * 2 ** (attempt - 1) };
      try {
        const response = await this.#follow(sent);
        if (!busy.has(response.status) || isLast) {
          return response;
        }
        abandon(response.body);
        delay.seconds = askedDelay(response.headers) ?? delay.seconds;
      } catch (cause) {
        if (cause instanceof AibomError) {
          throw cause;
        }
        if (isLast || this.#signal?.aborted === true) {
          const url = withoutQuery(new URL(sent.url));
          throw AibomError.of("FETCH_FAILED", { url, reason: reasonOf(cause) }, { cause });
        }
      }
      await this.pause(delay.seconds);
    }
  }

  /** Waits between two tries. A stop ends it at once, and is reported by the next request. */
  async pause(seconds: number): Promise<void> {
    const options = this.#signal === undefined ? {} : { signal: this.#signal };
    await wait(seconds * 1000, undefined, options).catch(() => undefined);
  }

  async #follow(sent: RegistryRequest): Promise<RegistryResponse> {
    const start = checkedAddress(sent.url);
    let address = start;
    let hasLeft = false;
    for (let redirects = 0; redirects <= limits.maxRegistryRedirects; redirects++) {
      const response = await request(address, {
        dispatcher: this.#dispatcher,
        ...(this.#signal === undefined ? {} : { signal: this.#signal }),
        ...requestParts(sent, hasLeft),
      });
      const location = response.headers["location"];
      const isRedirect = response.statusCode >= 300 && response.statusCode < 400;
      if (!isRedirect || response.statusCode === 304 || typeof location !== "string") {
        const { statusCode: status, headers, body } = response;
        return { url: withoutQuery(address), status, headers, body };
      }
      abandon(response.body);
      if (sent.form !== undefined) {
        throw unusable(address, "a redirect, where credentials were sent");
      }
      address = redirected(address, location);
      hasLeft ||= address.origin !== start.origin;
    }
    throw unusable(start, "too many redirects");
  }
}

/** What a server says about one address, bounded. @throws {AibomError} FETCH_TOO_LONG, FETCH_FAILED */
export async function readAnswer(response: RegistryResponse, maxBytes: number): Promise<Uint8Array> {
  const announced = Number(response.headers["content-length"] ?? 0);
  try {
    return await readBody(response.body, new URL(response.url), maxBytes, announced);
  } catch (cause) {
    throw cause instanceof AibomError
      ? cause
      : AibomError.of("FETCH_FAILED", { url: response.url, reason: reasonOf(cause) }, { cause });
  }
}

function requestParts(
  { headers, authorization, form }: RegistryRequest,
  hasLeft: boolean,
): Pick<Dispatcher.RequestOptions, "method" | "headers" | "body"> {
  return {
    method: form === undefined ? "GET" : "POST",
    headers: {
      "accept-encoding": "identity",
      "user-agent": "aibom",
      ...headers,
      ...(authorization === undefined || hasLeft ? {} : { authorization }),
      ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
    },
    ...(form === undefined ? {} : { body: form }),
  };
}

function createDispatcher({ httpsProxy, noProxy, authorities }: RegistryHttpOptions): Dispatcher {
  const tls = authorities === undefined ? {} : { ca: [...rootCertificates, authorities] };
  const options = {
    connect: { ...tls, timeout: limits.maxRegistryIdleMilliseconds },
    headersTimeout: limits.maxRegistryIdleMilliseconds,
    bodyTimeout: limits.maxRegistryIdleMilliseconds,
  };
  // The values are always given, so that undici does not read the environment itself.
  return httpsProxy === undefined || httpsProxy === ""
    ? new Agent(options)
    : new EnvHttpProxyAgent({
        ...options,
        requestTls: tls,
        httpProxy: "",
        httpsProxy,
        noProxy: noProxy ?? "",
      });
}

/** A server on the network must not point at a service of this machine. */
function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (to === undefined || (to.protocol !== "https:" && to.protocol !== from.protocol)) {
    throw AibomError.of("FETCH_REDIRECT", { url: withoutQuery(from), to: to?.origin ?? location });
  }
  return checkedAddress(to.href);
}

function unusable(address: URL, reason: string): AibomError {
  return AibomError.of("REGISTRY_ANSWER", { url: withoutQuery(address), reason });
}

/** What the server asks for, in seconds, if it is a time that a person would wait. */
function askedDelay(headers: Dispatcher.ResponseData["headers"]): number | undefined {
  const text = headers["retry-after"];
  const seconds = typeof text === "string" && /^[0-9]{1,3}$/.test(text) ? Number(text) : undefined;
  return seconds === undefined ? undefined : Math.min(seconds, limits.maxRegistryRetryAfterSeconds);
}

function withoutQuery(address: URL): string {
  return `${address.origin}${address.pathname}`;
}

/** What ended a transfer, as an error of ours. */
export function brokenTransfer(cause: unknown, url: string): AibomError {
  return cause instanceof AibomError
    ? cause
    : AibomError.of("FETCH_FAILED", { url, reason: reasonOf(cause) }, { cause });
}
