// SPDX-License-Identifier: Apache-2.0
// A registry on the loopback address, for tests: what it holds is written by the test, and how it misbehaves, too.

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export const indexType = "application/vnd.oci.image.index.v1+json";
export const manifestType = "application/vnd.oci.image.manifest.v1+json";

export interface Stored {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
}

export interface Misbehaviour {
  /** Answers a request itself if it returns true. */
  intercept?(request: IncomingMessage, response: ServerResponse): boolean;
}

export class LocalRegistry {
  readonly manifests = new Map<string, { bytes: Buffer; type: string }>();
  readonly blobs = new Map<string, Buffer>();
  readonly tags = new Map<string, string>();
  readonly requests: IncomingMessage[] = [];
  /** Without it the referrers API answers 404. */
  hasReferrers = true;
  intercept: Misbehaviour["intercept"];
  host = "";

  static async start(t: TestContext): Promise<LocalRegistry> {
    const registry = new LocalRegistry();
    const server = createServer((request, response) => {
      registry.requests.push(request);
      if (registry.intercept?.(request, response) !== true) {
        registry.answer(request, response);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    registry.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return registry;
  }

  get paths(): string[] {
    return this.requests.map(({ url }) => url ?? "");
  }

  addBlob(content: string | Buffer, mediaType = "application/vnd.oci.image.layer.v1.tar"): Stored {
    const bytes = Buffer.from(content);
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return { digest, size: bytes.length, mediaType };
  }

  addManifest(value: Readonly<Record<string, unknown>>, tag?: string): Stored {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = digestOf(bytes);
    const mediaType = String(value["mediaType"]);
    this.manifests.set(digest, { bytes, type: mediaType });
    if (tag !== undefined) {
      this.tags.set(tag, digest);
    }
    return { digest, size: bytes.length, mediaType };
  }

  /** An image of one layer. */
  addImage(text: string, tag?: string, more: Readonly<Record<string, unknown>> = {}): Stored {
    const config = this.addBlob(
      `{"os":"linux","text":"${text}"}`,
      "application/vnd.oci.image.config.v1+json",
    );
    const layers = [this.addBlob(`layer of ${text}`)];
    return this.addManifest({ schemaVersion: 2, mediaType: manifestType, config, layers, ...more }, tag);
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? "", "http://x");
    const [, kind = "", name = ""] =
      /^\/v2\/acme\/llm\/(manifests|blobs|referrers)\/(.+)$/.exec(pathname) ?? [];
    if (kind === "manifests") {
      const manifest = this.manifests.get(this.tags.get(name) ?? name);
      this.#send(response, manifest?.bytes, manifest?.type);
    } else if (kind === "blobs") {
      this.#sendBlob(request, response, this.blobs.get(name));
    } else if (kind === "referrers" && this.hasReferrers) {
      this.#send(response, this.#referrersOf(name), indexType);
    } else {
      this.#send(response, undefined);
    }
  }

  #referrersOf(digest: string): Buffer {
    const manifests = [...this.manifests].flatMap(([each, { bytes, type }]) => {
      const { subject } = JSON.parse(bytes.toString()) as { subject?: { digest: string } };
      return subject?.digest === digest ? [{ mediaType: type, digest: each, size: bytes.length }] : [];
    });
    return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }));
  }

  #sendBlob(request: IncomingMessage, response: ServerResponse, bytes: Buffer | undefined): void {
    const [, from] = /^bytes=(\d+)-\d+$/.exec(request.headers.range ?? "") ?? [];
    if (bytes === undefined || from === undefined) {
      this.#send(response, bytes, "application/octet-stream");
      return;
    }
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${from}-${bytes.length - 1}/${bytes.length}`);
    response.end(bytes.subarray(Number(from)));
  }

  #send(response: ServerResponse, bytes: Buffer | undefined, type = "application/json"): void {
    if (bytes === undefined) {
      response.statusCode = 404;
      response.end('{"errors":[]}');
      return;
    }
    response.setHeader("content-type", type);
    response.setHeader("content-length", bytes.length);
    response.end(bytes);
  }
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
