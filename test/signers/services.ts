// SPDX-License-Identifier: Apache-2.0
// Servers on loopback that answer as told: a certificate authority, a log and a time-stamp authority that are virtual
// but correct, and each of them wrong on purpose.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { spkiOf } from "../../fixtures/key-pair.ts";
import {
  caExtensions,
  extendedKeyUsage,
  fulcioIssuer,
  generalName,
  issue,
  keyUsage,
  subjectAltNames,
  tsaExtensions,
} from "../../fixtures/pki.ts";
import { type TokenSpec, timestampResponse, timestampToken } from "../../fixtures/tsa.ts";
import { DerReader, derTags, parseDer } from "../../src/bytes/der.ts";
import { derInteger } from "../../src/bytes/der-values.ts";

const dayMs = 86_400_000;
const days = (count: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 + count * dayMs);

/** What a service answers. */
export interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly body: Uint8Array | string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (body: Buffer, path: string) => Answer | undefined;

/** Starts a server; a handler that answers nothing leaves the client waiting. */
export async function startService(t: TestContext, handler: Handler): Promise<string> {
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const answer = handler(Buffer.concat(chunks), request.url ?? "");
      if (answer !== undefined) {
        response.writeHead(answer.status ?? 200, { "content-type": answer.type, ...answer.headers });
        response.end(answer.body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const tsaRoot = issue({
  subject: "CN=tsa root",
  extensions: caExtensions(),
  notBefore: days(-10),
  notAfter: days(36500),
});
export const tsa = issue({
  subject: "CN=tsa",
  issuer: tsaRoot,
  extensions: tsaExtensions(),
  notBefore: days(-10),
  notAfter: days(36500),
});
/** PEM, the authority's certificate first. */
export const tsaPem = tsa.pem + tsaRoot.pem;

/** Imprint and nonce of a request. */
export function parseQuery(query: Uint8Array): { readonly imprint: Uint8Array; readonly nonce: bigint } {
  const reader = new DerReader(parseDer(query, "query"), "query");
  reader.next("version");
  const imprint = reader.nested("imprint");
  imprint.next("algorithm");
  const hash = imprint.next("hash", derTags.octetString).content;
  return { imprint: hash, nonce: derInteger(reader.next("nonce"), "nonce") };
}

/** Answers a time-stamp request, with changes. */
export function stamp(query: Uint8Array, change: Partial<TokenSpec> = {}): Uint8Array {
  const { imprint, nonce } = parseQuery(query);
  const signed = new Uint8Array();
  return timestampResponse({
    token: timestampToken({ tsa, signed, imprint, nonce, genTime: days(0), ...change }),
  });
}

export const timestampReply = (body: Uint8Array): Answer => ({ type: "application/timestamp-reply", body });

const fulcioRoot = issue({
  subject: "CN=fulcio",
  extensions: caExtensions(),
  notBefore: days(-10),
  notAfter: days(3650),
});

/** A certificate for a key, as Fulcio issues it. */
export function fulcioCertificate(publicKeyPem: string, life: readonly [Date, Date] = [days(-1), days(1)]) {
  const spki = Buffer.from(publicKeyPem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  return issue({
    subject: "",
    issuer: fulcioRoot,
    spki,
    notBefore: life[0],
    notAfter: life[1],
    extensions: [
      keyUsage(["digitalSignature"]),
      extendedKeyUsage(["codeSigning"]),
      subjectAltNames([generalName.email("release@example.com")], true),
      ...fulcioIssuer("https://issuer.example"),
    ],
  });
}

export const longAgo: readonly [Date, Date] = [days(-9), days(-8)];

/** A public key that nobody asked to be certified. */
export function foreignPublicKey(): string {
  return `-----BEGIN PUBLIC KEY-----\n${Buffer.from(spkiOf(tsa.keys)).toString("base64")}\n-----END PUBLIC KEY-----\n`;
}

export function certificateReply(pem: string): Answer {
  const body = JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates: [pem] } } });
  return { type: "application/json", body };
}

/** The entry for a request, as Go writes it: zeros and empty lists are left out. */
export function logEntry(request: Buffer, change: Readonly<Record<string, unknown>> = {}): object {
  const { digest, signature } = JSON.parse(request.toString()).hashedRekordRequestV002;
  const body = {
    apiVersion: "0.0.2",
    kind: "hashedrekord",
    spec: { hashedRekordV002: { data: { algorithm: "SHA2_256", digest }, signature, ...change } },
  };
  return {
    logId: { keyId: Buffer.alloc(32, 7).toString("base64") },
    kindVersion: { kind: "hashedrekord", version: "0.0.2" },
    inclusionProof: {
      rootHash: Buffer.alloc(32, 8).toString("base64"),
      treeSize: "1",
      checkpoint: { envelope: "log\n1\nAAAA\n\n\u2014 log AAAAAAAA\n" },
    },
    canonicalizedBody: Buffer.from(JSON.stringify(body)).toString("base64"),
  };
}

/** An identity token; its signature is nobody's. */
export function identityToken(claims: Readonly<Record<string, unknown>> = {}): string {
  const all = {
    ...{ sub: "1234", email: "release@example.com", email_verified: true },
    ...{ exp: Math.floor(Date.now() / 1000) + 600, ...claims },
  };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part(all)}.${Buffer.from("unsigned").toString("base64url")}`;
}
