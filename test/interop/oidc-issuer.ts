// SPDX-License-Identifier: Apache-2.0
// An OpenID Connect issuer on loopback: discovery, keys, and tokens on request. Each path below it is an issuer
// of its own (`…/email`, `…/workflow`), so that one server stands for several kinds of identity.

import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What Fulcio takes as the audience of a token. */
export const audience = "sigstore";

/** The only algorithm that cosign recognises a token by. */
const algorithm = "RS256";

/** Tokens live this many seconds, more than any test. */
const tokenSeconds = 600;

export interface OidcIssuer {
  /** The issuer URL below which `name` is served. */
  url(name: string): string;
  /** A signed token of the issuer `name` with these claims beside the standard ones. */
  token(name: string, claims: Readonly<Record<string, unknown>>): string;
  stop(): Promise<void>;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Starts an issuer for the given names on a free port. */
export async function startOidcIssuer(names: readonly string[]): Promise<OidcIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keyId = "interop";
  const pages = new Map<string, unknown>();
  const server = createServer((request, response) => {
    const page = pages.get(request.url ?? "");
    response.writeHead(page === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(page ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  server.unref();
  const { port } = server.address() as AddressInfo;
  const url = (name: string): string => `http://localhost:${port}/${name}`;
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: keyId, alg: algorithm, use: "sig" };
  for (const name of names) {
    pages.set(`/${name}/.well-known/openid-configuration`, {
      issuer: url(name),
      jwks_uri: `${url(name)}/keys`,
      authorization_endpoint: `${url(name)}/auth`,
      token_endpoint: `${url(name)}/token`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: [algorithm],
    });
    pages.set(`/${name}/keys`, { keys: [jwk] });
  }
  return {
    url,
    token: (name, claims) => {
      const now = Math.floor(Date.now() / 1000);
      const times = { iat: now, nbf: now, exp: now + tokenSeconds };
      const body = { iss: url(name), aud: audience, ...times, ...claims };
      const text = `${encode({ alg: algorithm, kid: keyId, typ: "JWT" })}.${encode(body)}`;
      const signature = sign("sha256", Buffer.from(text), privateKey);
      return `${text}.${signature.toString("base64url")}`;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
