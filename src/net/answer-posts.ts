// SPDX-License-Identifier: Apache-2.0
// The one server that aibom can be: it answers the bodies of POST requests of one media type (RFC 3161, section 3.4, for time
// stamps). Nothing else: no other method, no files, no addresses, no cookies, no TLS (what it answers is signed). Sizes, times and
// numbers are bounded, so that a client can neither fill the memory nor hold the door.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, isIP } from "node:net";
import { AibomError } from "../errors.ts";
import { serverLimits } from "../server-limits.ts";

export interface PostServerOptions {
  readonly host: string;
  readonly port: number;
  /** An address that others can reach must have been asked for. */
  readonly allowRemote: boolean;
  /** Media type that is answered. */
  readonly accepts: string;
  /** Media type of the answers. */
  readonly answers: string;
  readonly maxBodyBytes: number;
  /** Rejections end the request with status 500 and come out of `failed`. */
  readonly answer: (body: Uint8Array) => Promise<Uint8Array>;
  /** Told of a rejection of `answer`: a fault of this program. */
  readonly failed: (error: unknown) => void;
}

export interface PostServer {
  /** The address that it listens on: `http://127.0.0.1:3161/`. */
  readonly url: string;
  /** Takes no more connections, lets running requests end, closes what lasts too long. */
  stop(): Promise<void>;
}

/**
 * Starts the server.
 * @throws {AibomError} SERVER_ADDRESS, SERVER_LISTEN
 */
export async function startPostServer(options: PostServerOptions): Promise<PostServer> {
  requireAllowed(options);
  const server = createServer({
    headersTimeout: serverLimits.maxServerHeaderMilliseconds,
    requestTimeout: serverLimits.maxServerRequestMilliseconds,
    keepAliveTimeout: serverLimits.maxServerIdleMilliseconds,
    connectionsCheckingInterval: serverLimits.serverCheckMilliseconds,
    maxHeaderSize: serverLimits.maxServerHeaderBytes,
  });
  server.maxConnections = serverLimits.maxServerConnections;
  server.on("request", (request, response) => respond(request, response, options));
  // "Expect: 100-continue" gets its answer before the body comes.
  server.on("checkContinue", (request, response) => respond(request, response, options));
  await listen(server, options);
  return { url: urlOf(server), stop: () => stop(server) };
}

/** Loopback by its numbers. A name is none: what it stands for is for a resolver to say. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function requireAllowed({ host, port, allowRemote }: PostServerOptions): void {
  if (!isLoopback(host) && !allowRemote) {
    throw AibomError.of("SERVER_ADDRESS", { host, port });
  }
}

function listen(server: Server, { host, port }: PostServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const reason = "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
      reject(AibomError.of("SERVER_LISTEN", { host, port, reason }, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}/`;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const farewell = setTimeout(
      () => server.closeAllConnections(),
      serverLimits.maxServerFarewellMilliseconds,
    );
    server.close(() => {
      clearTimeout(farewell);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function respond(request: IncomingMessage, response: ServerResponse, options: PostServerOptions): void {
  const refusal = refusalOf(request, options);
  if (refusal !== undefined) {
    refuse(request, response, refusal);
    return;
  }
  if (request.headers.expect !== undefined) {
    response.writeContinue();
  }
  readBody(request, options.maxBodyBytes).then(
    (body) => answer(body, response, options),
    // Too long, or the client went away.
    () => refuse(request, response, { status: 413 }),
  );
}

interface HttpRefusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function refusalOf(request: IncomingMessage, options: PostServerOptions): HttpRefusal | undefined {
  const { method, headers } = request;
  if (method !== "POST") {
    return { status: 405, headers: { allow: "POST" } };
  }
  const type = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== options.accepts || headers["content-encoding"] !== undefined) {
    return { status: 415, headers: { accept: options.accepts } };
  }
  return Number(headers["content-length"] ?? 0) > options.maxBodyBytes ? { status: 413 } : undefined;
}

/** The rest of the request is not read: the connection ends with the answer. */
function refuse(request: IncomingMessage, response: ServerResponse, { status, headers }: HttpRefusal): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(status, { ...headers, "content-length": "0", connection: "close" });
  response.end(() => request.destroy());
}

function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    request.on("data", (chunk: Uint8Array) => {
      length += chunk.length;
      if (length > maxBytes) {
        request.pause();
        reject(new Error("too long"));
        return;
      }
      chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

async function answer(body: Uint8Array, response: ServerResponse, options: PostServerOptions): Promise<void> {
  try {
    const bytes = await options.answer(body);
    response.writeHead(200, {
      "content-type": options.answers,
      "content-length": bytes.length,
      // An answer is for one query; nobody in between may give it to another.
      "cache-control": "no-store",
    });
    response.end(bytes);
  } catch (error) {
    options.failed(error);
    response.writeHead(500, { "content-length": "0", connection: "close" });
    response.end();
  }
}
