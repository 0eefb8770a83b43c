// SPDX-License-Identifier: Apache-2.0
// Fetches one file over https, bounded in bytes, time and redirects. Nothing is cached, stored or retried, no
// cookie or credential is sent, and a compressed answer is not asked for: what counts is what was published.
//
// A proxy is used if the caller names one (the command line passes on HTTPS_PROXY and NO_PROXY): many networks have
// no other way out. TLS is end to end through it, and what is fetched is checked by its signatures anyway.

import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";

export interface FetchOptions {
  /** Must be true: said by whoever asked for the network, not by default. */
  readonly online: boolean;
  /** For the download as a whole; default `limits.maxFetchMilliseconds`. */
  readonly timeoutMilliseconds?: number;
  /** Proxy for https addresses. */
  readonly httpsProxy?: string;
  /** Hosts that are reached without the proxy, as in NO_PROXY. */
  readonly noProxy?: string;
  /** Stops a download. */
  readonly signal?: AbortSignal;
}

/**
 * A function that fetches the bytes at an address, at most `maxLength` of them; undefined if the server has no such
 * file (404, or 403, which object stores answer).
 * @throws {AibomError} FETCH_OFFLINE; the function rejects with FETCH_ADDRESS, FETCH_REDIRECT, FETCH_STATUS,
 *   FETCH_TOO_LONG, FETCH_TIMEOUT, FETCH_FAILED
 */
export function createFetchBytes(
  options: FetchOptions,
): (url: string, maxLength: number) => Promise<Uint8Array | undefined> {
  requireOnline(options);
  return (url, maxLength) =>
    withConnection(options, url, (connection) => follow(checkedAddress(url), maxLength, connection));
}

/** @throws {AibomError} FETCH_OFFLINE */
export function requireOnline({ online }: FetchOptions): void {
  if (!online) {
    throw AibomError.of("FETCH_OFFLINE", {});
  }
}

/**
 * Runs one exchange with a connection of its own, which ends with it.
 * @throws {AibomError} FETCH_TIMEOUT, FETCH_FAILED, and those of `exchange`
 */
export async function withConnection<T>(
  options: FetchOptions,
  url: string,
  exchange: (connection: Connection) => Promise<T>,
): Promise<T> {
  const milliseconds = options.timeoutMilliseconds ?? limits.maxFetchMilliseconds;
  const timeout = AbortSignal.timeout(milliseconds);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const dispatcher = createDispatcher(options);
  try {
    return await exchange({ dispatcher, signal });
  } catch (cause) {
    if (cause instanceof AibomError) {
      throw cause;
    }
    throw timeout.aborted
      ? AibomError.of("FETCH_TIMEOUT", { url, milliseconds }, { cause })
      : AibomError.of("FETCH_FAILED", { url, reason: reasonOf(cause) }, { cause });
  } finally {
    // Not `close`: that would wait for a server that never ends.
    await dispatcher.destroy();
  }
}

/** The values are always given, so that undici does not read the environment itself. */
function createDispatcher({ httpsProxy, noProxy }: FetchOptions): Dispatcher {
  return httpsProxy === undefined || httpsProxy === ""
    ? new Agent()
    : new EnvHttpProxyAgent({ httpProxy: "", httpsProxy, noProxy: noProxy ?? "" });
}

/** What one exchange uses. */
export interface Connection {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

async function follow(
  start: URL,
  maxLength: number,
  connection: Connection,
): Promise<Uint8Array | undefined> {
  let address = start;
  for (let redirects = 0; redirects <= limits.maxFetchRedirects; redirects++) {
    const { statusCode, headers, body } = await request(address, {
      ...connection,
      method: "GET",
      headers: { "accept-encoding": "identity", "user-agent": "aibom" },
    });
    const location = headers["location"];
    if (statusCode >= 300 && statusCode < 400 && typeof location === "string") {
      abandon(body);
      address = redirected(address, location);
      continue;
    }
    if (statusCode === 404 || statusCode === 403) {
      abandon(body);
      return undefined;
    }
    if (statusCode !== 200 || headers["content-encoding"] !== undefined) {
      abandon(body);
      const status =
        statusCode === 200 ? `200 and content-encoding ${headers["content-encoding"]}` : statusCode;
      throw AibomError.of("FETCH_STATUS", { url: address.href, status });
    }
    return await readBody(body, address, maxLength, Number(headers["content-length"] ?? 0));
  }
  throw AibomError.of("FETCH_STATUS", { url: start.href, status: "too many redirects" });
}

/** A body that nobody reads: its end is an error of a stream that nobody else listens to. */
export function abandon(body: Dispatcher.ResponseData["body"]): void {
  body.on("error", () => {});
  body.destroy();
}

/** Reads a body up to a limit. @throws {AibomError} FETCH_TOO_LONG */
export async function readBody(
  body: Dispatcher.ResponseData["body"],
  address: URL,
  maxLength: number,
  announced: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (announced <= maxLength) {
    for await (const chunk of body) {
      const bytes = chunk as Uint8Array;
      length += bytes.length;
      if (length > maxLength) {
        break;
      }
      chunks.push(bytes);
    }
  }
  if (announced > maxLength || length > maxLength) {
    abandon(body);
    throw AibomError.of("FETCH_TOO_LONG", { url: address.href, limit: maxLength });
  }
  return Buffer.concat(chunks);
}

/**
 * An address that may be fetched.
 * @throws {AibomError} FETCH_ADDRESS
 */
export function checkedAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) {
    throw AibomError.of("FETCH_ADDRESS", { url: text, reason: "it cannot be read" });
  }
  // Shown without what may be a password.
  const shown = `${url.protocol}//${url.host}${url.pathname}`;
  if (url.username !== "" || url.password !== "") {
    throw AibomError.of("FETCH_ADDRESS", { url: shown, reason: "it has a user name or a password" });
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw AibomError.of("FETCH_ADDRESS", { url: shown, reason: "it is not https" });
  }
  return url;
}

/** The parser has already written every spelling of an IPv4 address (0x7f.1, 2130706433) as four numbers. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (to === undefined || to.origin !== from.origin) {
    throw AibomError.of("FETCH_REDIRECT", { url: from.href, to: to?.origin ?? location });
  }
  return checkedAddress(to.href);
}

/** The innermost reason: undici wraps what the system said. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) {
    return String(cause);
  }
  const code = "code" in cause && typeof cause.code === "string" ? `${cause.code}: ` : "";
  return cause.cause instanceof Error ? reasonOf(cause.cause) : `${code}${cause.message}`;
}
