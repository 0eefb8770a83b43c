// SPDX-License-Identifier: Apache-2.0
// Fetching: only what was asked for, from where it was asked, so much and so long. Real servers on the loopback
// address; a certificate that this system does not trust is made with openssl.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { limits } from "../../src/limits.ts";
import { checkedAddress, createFetchBytes } from "../../src/net/fetch-bytes.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

async function listen(t: TestContext, server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    if ("closeAllConnections" in server) {
      server.closeAllConnections();
    }
  });
  return (server.address() as AddressInfo).port;
}

async function serve(
  t: TestContext,
  answer: RequestListener,
): Promise<{ base: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  return { base: `http://127.0.0.1:${await listen(t, server)}`, requests };
}

const fetchBytes = createFetchBytes({ online: true, timeoutMilliseconds: 2000 });

describe("fetchBytes", { concurrency: 4 }, () => {
  test("fetches exactly the bytes, without cookies, credentials or compression", async (t) => {
    const content = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
    const { base, requests } = await serve(t, (_, response) => response.end(content));
    assert.deepEqual(Buffer.from((await fetchBytes(`${base}/a?b=c`, content.length)) ?? []), content);
    const [request] = requests;
    assert.equal(request?.method, "GET");
    assert.equal(request?.url, "/a?b=c");
    assert.equal(request?.headers["accept-encoding"], "identity");
    assert.deepEqual(Object.keys(request?.headers ?? {}).sort(), [
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  test("a file that is not there is undefined, any other status an error", async (t) => {
    let status = 404;
    const { base } = await serve(t, (_, response) => {
      response.statusCode = status;
      response.end("x");
    });
    assert.equal(await fetchBytes(base, 10), undefined);
    status = 403;
    assert.equal(await fetchBytes(base, 10), undefined);
    for (status of [201, 204, 206, 304, 401, 410, 500, 503]) {
      await assert.rejects(fetchBytes(base, 10), { code: "FETCH_STATUS" }, String(status));
    }
  });

  test("too long: announced, not announced, without end", async (t) => {
    const { base } = await serve(t, (request, response) => {
      if (request.url === "/announced") {
        response.setHeader("content-length", 11);
      }
      if (request.url === "/endless") {
        const more = (): void => {
          while (response.write(Buffer.alloc(65_536)));
        };
        response.on("drain", more);
        more();
        return;
      }
      response.end("12345678901");
    });
    assert.equal((await fetchBytes(`${base}/announced`, 11))?.length, 11);
    for (const path of ["/announced", "/not-announced"]) {
      await assert.rejects(fetchBytes(base + path, 10), { code: "FETCH_TOO_LONG" }, path);
    }
    await assert.rejects(fetchBytes(`${base}/endless`, 1_000_000), { code: "FETCH_TOO_LONG" });
  });

  test("cut short, or not HTTP at all", async (t) => {
    const { base } = await serve(t, (_, response) => {
      response.setHeader("content-length", 100);
      response.write("12345");
      setTimeout(() => response.destroy(), 20);
    });
    await assert.rejects(fetchBytes(base, 100), { code: "FETCH_FAILED" });
    const port = await listen(
      t,
      createTcpServer((socket) => {
        socket.on("error", () => {});
        socket.end("SSH-2.0-x\r\n");
      }),
    );
    await assert.rejects(fetchBytes(`http://127.0.0.1:${port}/`, 100), { code: "FETCH_FAILED" });
    await assert.rejects(fetchBytes("http://127.0.0.1:1/", 100), { code: "FETCH_FAILED" });
  });

  test("a server that is silent, and one that sends a byte now and then", async (t) => {
    const quick = createFetchBytes({ online: true, timeoutMilliseconds: 300 });
    const silent = await serve(t, () => {});
    await assert.rejects(quick(silent.base, 100), { code: "FETCH_TIMEOUT" });
    const slow = await serve(t, (_, response) => {
      const timer = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(timer));
    });
    await assert.rejects(quick(slow.base, 100_000), { code: "FETCH_TIMEOUT" });
  });

  test("a stop from outside", async (t) => {
    const { base } = await serve(t, () => {});
    const stop = new AbortController();
    const fetching = createFetchBytes({ online: true, signal: stop.signal })(base, 10);
    stop.abort(new Error("enough"));
    await assert.rejects(fetching, { code: "FETCH_FAILED" });
  });

  test("redirects on the same host only, and not for ever", async (t) => {
    const other = await serve(t, (_, response) => response.end("other"));
    const { base, requests } = await serve(t, (request, response) => {
      const targets = new Map([
        ["/near", "/file"],
        ["/relative", "file"],
        ["/far", other.base],
        ["/scheme", "https://127.0.0.1/"],
        ["/name", "http://localhost/"],
        ["/file-scheme", "file:///etc/passwd"],
        ["/user", `http://user@127.0.0.1:${new URL(base).port}/file`],
        ["/loop", "/loop"],
        ["/bad", "http://["],
      ]);
      const to = targets.get(request.url ?? "");
      if (to === undefined) {
        response.end("here");
        return;
      }
      response.writeHead(302, { location: to });
      response.end();
    });
    for (const path of ["/near", "/relative"]) {
      assert.equal(Buffer.from((await fetchBytes(base + path, 10)) ?? []).toString(), "here");
    }
    for (const path of ["/far", "/scheme", "/name", "/file-scheme", "/bad"]) {
      await assert.rejects(fetchBytes(base + path, 10), { code: "FETCH_REDIRECT" }, path);
    }
    await assert.rejects(fetchBytes(`${base}/user`, 10), { code: "FETCH_ADDRESS" });
    assert.equal(other.requests.length, 0);
    requests.length = 0;
    await assert.rejects(fetchBytes(`${base}/loop`, 10), { code: "FETCH_STATUS" });
    assert.equal(requests.length, limits.maxFetchRedirects + 1);
  });

  test("an answer in another encoding than was asked for", async (t) => {
    const { base } = await serve(t, (_, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end("x");
    });
    await assert.rejects(fetchBytes(base, 10), { code: "FETCH_STATUS" });
  });

  test("a certificate that this system does not trust", async (t) => {
    const directory = temporaryDirectory(t);
    const [key, certificate] = ["key.pem", "cert.pem"].map((name) => join(directory, name));
    const made = spawnSync("openssl", [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=IP:127.0.0.1",
      "-keyout",
      key!,
      "-out",
      certificate!,
    ]);
    assert.equal(made.status, 0, String(made.stderr));
    const requests: unknown[] = [];
    const server = createTlsServer(
      { key: readFileSync(key!), cert: readFileSync(certificate!) },
      (request, response) => {
        requests.push(request);
        response.end("secret");
      },
    );
    const port = await listen(t, server);
    await assert.rejects(fetchBytes(`https://127.0.0.1:${port}/`, 10), (error: Error & { code: string }) => {
      assert.equal(error.code, "FETCH_FAILED");
      assert.match(error.message, /DEPTH_ZERO_SELF_SIGNED_CERT|self-signed/);
      return true;
    });
    assert.equal(requests.length, 0);
  });

  test("a proxy for https, and none for what needs none", async (t) => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      socket.on("error", () => {});
      socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    });
    const httpsProxy = `http://127.0.0.1:${await listen(t, proxy)}`;
    const { base } = await serve(t, (_, response) => response.end("direct"));
    const through = createFetchBytes({ online: true, httpsProxy, timeoutMilliseconds: 2000 });
    await assert.rejects(through("https://trust.example.org/x", 10), { code: "FETCH_FAILED" });
    assert.deepEqual(asked, ["trust.example.org:443"]);
    assert.equal((await through(base, 10))?.length, 6);
    const around = createFetchBytes({
      online: true,
      httpsProxy,
      noProxy: "127.0.0.1",
      timeoutMilliseconds: 2000,
    });
    await assert.rejects(around("https://127.0.0.1:1/x", 10), { code: "FETCH_FAILED" });
    assert.equal(asked.length, 1);
  });
});

test("nothing is fetched unless somebody asked for the network", () => {
  assert.throws(() => createFetchBytes({ online: false }), { code: "FETCH_OFFLINE" });
});

test("addresses that are fetched, and those that are not", () => {
  for (const good of [
    "https://trust.example.org",
    "https://trust.example.org:8443/a/b?c=d",
    "http://localhost:8080/",
    "http://127.0.0.1/",
    "http://127.1.2.3/",
    "http://[::1]:80/",
    "http://2130706433/",
  ]) {
    assert.equal(checkedAddress(good).href.startsWith("http"), true, good);
  }
  for (const bad of [
    "http://trust.example.org/",
    "http://localhost.example.org/",
    "http://127.0.0.1.example.org/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://[::2]/",
    "http://0.0.0.0/",
    "ftp://trust.example.org/",
    "file:///etc/passwd",
    "data:text/plain,x",
    "javascript:alert(1)",
    "https://user:secret@trust.example.org/",
    "https://user@trust.example.org/",
    "trust.example.org",
    "",
  ]) {
    assert.throws(
      () => checkedAddress(bad),
      (error: Error & { code: string }) => {
        assert.equal(error.code, "FETCH_ADDRESS");
        assert.equal(error.message.includes("secret"), false);
        return true;
      },
      bad,
    );
  }
});
