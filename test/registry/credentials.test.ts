// SPDX-License-Identifier: Apache-2.0
// Credentials: found where Docker and Podman keep them, shown to the registry they are for and to its token service, and
// to nobody else, whatever a registry asks for.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { fetchImage } from "../../src/fetch-image.ts";
import { credentialFiles, findCredentials } from "../../src/registry/credential-files.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { LocalRegistry } from "./local-registry.ts";

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString("base64")}`;

async function serve(
  t: TestContext,
  answer: RequestListener,
): Promise<{ host: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function authFile(t: TestContext, document: unknown): string {
  const path = join(temporaryDirectory(t), "auth.json");
  writeFileSync(path, JSON.stringify(document));
  return path;
}

/** A registry that wants a token from `realm`. */
async function guarded(
  t: TestContext,
  realm: (host: string) => string,
  token = "t0ken",
): Promise<LocalRegistry> {
  const registry = await LocalRegistry.start(t);
  registry.addImage("x", "1");
  registry.intercept = (request, response) => {
    if (request.headers.authorization === `Bearer ${token}`) {
      return false;
    }
    response.statusCode = 401;
    response.setHeader("www-authenticate", `Bearer realm="${realm(registry.host)}",service="s",scope="all"`);
    response.end();
    return true;
  };
  return registry;
}

function fetchFrom(
  t: TestContext,
  registry: LocalRegistry,
  files: readonly string[],
  tokenHosts: readonly string[] = [],
) {
  return fetchImage(`${registry.host}/acme/llm:1`, {
    network: { online: true },
    output: join(temporaryDirectory(t), "layout"),
    credentialFiles: files,
    tokenHosts,
  });
}

describe("tokens", () => {
  test("a password goes to the token service of the user's choice, the token to the registry", async (t) => {
    const service = await serve(t, (_, response) => response.end('{"token":"t0ken"}'));
    const registry = await guarded(t, () => `http://${service.host}/token`);
    const file = authFile(t, {
      auths: { [registry.host]: { auth: Buffer.from("me:secret").toString("base64") } },
    });
    await fetchFrom(t, registry, [file], [service.host]);
    assert.equal(service.requests[0]?.headers.authorization, basic("me:secret"));
    assert.equal(service.requests[0]?.url, "/token?service=s&scope=repository%3Aacme%2Fllm%3Apull");
    assert.equal(service.requests.length, 1);
    assert.ok(registry.requests.every(({ headers }) => headers.authorization !== basic("me:secret")));
  });

  test("an identity token is posted, and never in an address", async (t) => {
    const bodies: string[] = [];
    const service = await serve(t, async (request, response) => {
      bodies.push(Buffer.concat(await request.toArray()).toString());
      response.end('{"access_token":"t0ken"}');
    });
    const registry = await guarded(t, () => `http://${service.host}/token`);
    const file = authFile(t, { auths: { [registry.host]: { identitytoken: "refresh-me" } } });
    await fetchFrom(t, registry, [file], [service.host]);
    assert.equal(service.requests[0]?.method, "POST");
    assert.match(bodies[0] ?? "", /^grant_type=refresh_token&refresh_token=refresh-me&/);
    assert.ok(!service.requests.some(({ url }) => url?.includes("refresh-me")));
  });

  test("a registry cannot have credentials sent to another host", async (t) => {
    const thief = await serve(t, (_, response) => response.end('{"token":"t0ken"}'));
    const registry = await guarded(t, () => `http://${thief.host}/token`);
    const file = authFile(t, {
      auths: { [registry.host]: { auth: Buffer.from("me:secret").toString("base64") } },
    });
    await assert.rejects(fetchFrom(t, registry, [file]), { code: "REGISTRY_TOKEN_HOST" });
    assert.equal(thief.requests.length, 0);
    // Without credentials there is nothing to lose: public images of hubs work like this.
    await fetchFrom(t, registry, []);
    assert.equal(thief.requests[0]?.headers.authorization, undefined);
  });

  test("nor to an address that is not https", async (t) => {
    const registry = await guarded(t, () => "http://auth.example.com/token");
    await assert.rejects(fetchFrom(t, registry, []), { code: "FETCH_ADDRESS" });
  });

  test("a token that could end a header, or none", async (t) => {
    for (const answer of ['{"token":"a\\r\\nx: y"}', "{}", "[]", '{"token":5}']) {
      const service = await serve(t, (_, response) => response.end(answer));
      const registry = await guarded(t, () => `http://${service.host}/token`);
      await assert.rejects(fetchFrom(t, registry, []), { code: "REGISTRY_ANSWER" }, answer);
    }
  });

  test("a token that has run out is replaced, a refusal is told", async (t) => {
    let issued = 0;
    const service = await serve(t, (_, response) => response.end(`{"token":"t${++issued}"}`));
    const registry = await LocalRegistry.start(t);
    registry.addImage("x", "1");
    registry.intercept = (request, response) => {
      // Each token is good for three requests.
      const current = `Bearer t${Math.floor(registry.requests.length / 4)}`;
      if (request.headers.authorization !== undefined && request.headers.authorization !== current) {
        return false;
      }
      response.statusCode = 401;
      response.setHeader("www-authenticate", `Bearer realm="http://${service.host}/"`);
      response.end();
      return true;
    };
    await fetchFrom(t, registry, []);
    assert.ok(issued >= 1);
    const closed = await serve(t, (_, response) => {
      response.statusCode = 401;
      response.end();
    });
    const refusing = await guarded(t, () => `http://${closed.host}/`);
    await assert.rejects(fetchFrom(t, refusing, []), { code: "REGISTRY_DENIED" });
  });
});

describe("redirects", () => {
  test("blobs stored elsewhere are fetched without credentials", async (t) => {
    const registry = await LocalRegistry.start(t);
    registry.addImage("x", "1");
    const store = await serve(t, (request, response) =>
      response.end(registry.blobs.get(decodeURIComponent(request.url?.slice(1) ?? ""))),
    );
    registry.intercept = (request, response) => {
      if (request.headers.authorization === undefined) {
        response.statusCode = 401;
        response.setHeader("www-authenticate", "Basic realm=x");
      } else if (request.url?.includes("/blobs/") === true) {
        response.statusCode = 307;
        response.setHeader("location", `http://${store.host}/${request.url.split("/").at(-1)}`);
      } else {
        return false;
      }
      response.end();
      return true;
    };
    const file = authFile(t, {
      auths: { [registry.host]: { auth: Buffer.from("me:secret").toString("base64") } },
    });
    const copied = await fetchFrom(t, registry, [file]);
    assert.equal(copied.blobs, 2);
    assert.equal(store.requests.length, 2);
    assert.ok(store.requests.every(({ headers }) => headers.authorization === undefined));
  });

  test("to other schemes, and in circles", async (t) => {
    const registry = await LocalRegistry.start(t);
    for (const [location, code] of [
      ["ftp://example.com/", "FETCH_REDIRECT"],
      ["file:///etc/passwd", "FETCH_REDIRECT"],
      ["http://example.com/", "FETCH_ADDRESS"],
      ["/v2/acme/llm/manifests/1", "REGISTRY_ANSWER"],
    ] as const) {
      registry.intercept = (_, response) => {
        response.statusCode = 302;
        response.setHeader("location", location);
        response.end();
        return true;
      };
      await assert.rejects(fetchFrom(t, registry, []), { code }, location);
    }
  });
});

describe("findCredentials", () => {
  const none = { environment: {} };
  const ghcr = { host: "ghcr.io", repository: "acme/llm" };

  test("the places of Podman and Docker, in their order", () => {
    assert.deepEqual(credentialFiles({ HOME: "/h", XDG_RUNTIME_DIR: "/run/1" }), [
      "/run/1/containers/auth.json",
      "/h/.config/containers/auth.json",
      "/h/.docker/config.json",
    ]);
    assert.deepEqual(credentialFiles({ HOME: "/h", REGISTRY_AUTH_FILE: "/a" }), ["/a"]);
    assert.deepEqual(credentialFiles({ HOME: "/h", XDG_CONFIG_HOME: "/c", DOCKER_CONFIG: "/d" }), [
      "/c/containers/auth.json",
      "/d/config.json",
    ]);
    assert.deepEqual(credentialFiles({}), []);
  });

  test("the entry for the longest part of the name, then for the host, then none", async (t) => {
    const auth = (name: string) => ({ auth: Buffer.from(`${name}:pass:word\0`).toString("base64") });
    const file = authFile(t, {
      auths: {
        "ghcr.io": auth("host"),
        "ghcr.io/acme": auth("acme"),
        "https://index.docker.io/v1/": auth("hub"),
      },
    });
    const find = async (host: string, repository: string) => {
      const found = await findCredentials({ host, repository }, ["/does/not/exist", file], none);
      return found?.kind === "password" ? [found.username, found.password] : undefined;
    };
    assert.deepEqual(await find("ghcr.io", "acme/llm"), ["acme", "pass:word"]);
    assert.deepEqual(await find("ghcr.io", "other/llm"), ["host", "pass:word"]);
    assert.deepEqual(await find("docker.io", "library/x"), ["hub", "pass:word"]);
    assert.equal(await find("ghcr.io.example.com", "acme/llm"), undefined);
    assert.equal(await find("ghcr", "io/acme/llm"), undefined);
  });

  test("a file that cannot be used is an error that quotes none of it", async (t) => {
    for (const text of ["{", "[]", '{"auths":{"ghcr.io":{"auth":"c2VjcmV0"}}}', '{"auths":{"a":1,"a":2}}']) {
      const path = join(temporaryDirectory(t), "config.json");
      writeFileSync(path, text);
      await assert.rejects(findCredentials(ghcr, [path], none), (error: Error) => {
        assert.equal((error as { code?: string }).code, "REGISTRY_CREDENTIALS");
        assert.doesNotMatch(error.message, /secret|c2Vj/);
        return true;
      });
    }
  });

  test("helpers: one for the host, one for all, one that knows nothing, one that fails", async (t) => {
    const directory = temporaryDirectory(t);
    mkdirSync(join(directory, "bin"));
    const helper = (name: string, script: string): void => {
      const path = join(directory, "bin", `docker-credential-${name}`);
      writeFileSync(path, `#!/bin/sh\nread -r server\n${script}\n`);
      chmodSync(path, 0o755);
    };
    helper("good", 'printf \'{"ServerURL":"%s","Username":"u-%s","Secret":"s"}\' "$server" "$server"');
    helper("token", 'printf \'{"Username":"<token>","Secret":"refresh"}\'');
    helper("empty", 'echo "credentials not found in native keychain"; exit 1');
    helper("bad", 'echo "my secret is out"; exit 2');
    helper("junk", "echo nonsense");
    helper("endless", "while :; do echo 0123456789012345678901234567890123456789; done");
    const options = { environment: { PATH: `${join(directory, "bin")}:/usr/bin:/bin` } };
    const find = (document: unknown) => findCredentials(ghcr, [authFile(t, document)], options);
    const password = { kind: "password", username: "u-ghcr.io", password: "s" };
    assert.deepEqual(await find({ credHelpers: { "ghcr.io": "good" } }), password);
    assert.deepEqual(await find({ auths: { "ghcr.io": {} }, credsStore: "good" }), password);
    assert.deepEqual(await find({ credsStore: "token" }), { kind: "identity-token", token: "refresh" });
    assert.equal(await find({ credsStore: "empty" }), undefined);
    for (const name of ["bad", "junk", "endless", "absent", "../good", "a b", ""]) {
      const finding = find({ credHelpers: { "ghcr.io": name } });
      if (name === "") {
        assert.equal(await finding, undefined);
        continue;
      }
      await assert.rejects(finding, (error: Error) => {
        assert.equal((error as { code?: string }).code, "REGISTRY_CREDENTIALS", name);
        assert.doesNotMatch(error.message, /my secret/);
        return true;
      });
    }
  });
});

test("a mirror is asked first, with its own credentials; one without the image is passed by", async (t) => {
  const [registry, empty, mirror] = [
    await LocalRegistry.start(t),
    await LocalRegistry.start(t),
    await LocalRegistry.start(t),
  ];
  const image = mirror.addImage("x", "1");
  mirror.intercept = (request) => {
    request.url = request.url?.replace("/v2/cache/acme/", "/v2/acme/");
    return false;
  };
  const file = authFile(t, {
    auths: { [registry.host]: { auth: Buffer.from("me:secret").toString("base64") } },
  });
  const copied = await fetchImage(`${registry.host}/acme/llm:1`, {
    network: { online: true },
    output: join(temporaryDirectory(t), "layout"),
    credentialFiles: [file],
    mirrors: [
      { of: registry.host, host: empty.host, prefix: "" },
      { of: registry.host, host: mirror.host, prefix: "cache/" },
    ],
  });
  assert.equal(copied.digest, image.digest);
  assert.equal(copied.host, mirror.host);
  assert.equal(registry.requests.length, 0);
  assert.ok(
    [...mirror.requests, ...empty.requests].every(({ headers }) => headers.authorization === undefined),
  );
});
