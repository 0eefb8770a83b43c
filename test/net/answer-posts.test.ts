// SPDX-License-Identifier: Apache-2.0
// The one server: answers what it is for, refuses all else early, and cannot be held by a client that is slow, large or many.

import assert from "node:assert/strict";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, type TestContext, test } from "node:test";
import { type PostServerOptions, startPostServer } from "../../src/net/answer-posts.ts";
import { serverLimits } from "../../src/server-limits.ts";

const query = "application/timestamp-query";
const reply = "application/timestamp-reply";

async function start(t: TestContext, change: Partial<PostServerOptions> = {}) {
  const faults: unknown[] = [];
  const server = await startPostServer({
    host: "127.0.0.1",
    port: 0,
    allowRemote: false,
    accepts: query,
    answers: reply,
    maxBodyBytes: 100,
    answer: async (body) => Buffer.from(`got ${body.length}`),
    failed: (error) => faults.push(error),
    ...change,
  });
  t.after(() => server.stop());
  return { ...server, port: Number(new URL(server.url).port), faults };
}

const post = (url: string, body: string, type = query, more: RequestInit = {}) =>
  fetch(url, { method: "POST", headers: { "content-type": type }, body, ...more });

/** What the server says to raw bytes until it closes the connection. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let said = "";
    socket.on("data", (chunk) => {
      said += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(said));
  });
}

describe("the server", { concurrency: 6 }, () => {
  test("answers a query, also with parameters of its type, at any path, and several on one connection", async (t) => {
    const { url } = await start(t);
    for (const [type, path] of [
      [query, ""],
      [`${query}; charset=binary`, "tsr"],
      [query.toUpperCase(), "a/b?c=d"],
    ]) {
      const answer = await post(`${url}${path}`, "abc", type);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("content-type"), reply);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      assert.equal(await answer.text(), "got 3");
    }
    assert.equal(await (await post(url, "")).text(), "got 0");
    assert.equal(await (await post(url, "x".repeat(100))).text(), "got 100");
  });

  test("refuses other methods, types and encodings", async (t) => {
    const { url } = await start(t);
    for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const answer = await fetch(url, { method });
      assert.deepEqual([answer.status, answer.headers.get("allow")], [405, "POST"], method);
    }
    for (const type of ["application/json", "text/plain", "", `${query}x`]) {
      assert.equal((await post(url, "abc", type)).status, 415, type);
    }
    const packed = { "content-type": query, "content-encoding": "gzip" };
    assert.equal((await fetch(url, { method: "POST", headers: packed, body: "abc" })).status, 415);
  });

  test("refuses a body that is too long, announced or not, and does not read it", async (t) => {
    let asked = 0;
    const { url, port } = await start(t, {
      answer: async () => {
        asked += 1;
        return Buffer.of();
      },
    });
    assert.equal((await post(url, "x".repeat(101))).status, 413);
    const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${query}\r\n`;
    const huge = await raw(port, `${head}content-length: 999999999999\r\n\r\nabc`);
    assert.match(huge, /^HTTP\/1\.1 413 .*connection: close/s);
    const chunk = `c8\r\n${"x".repeat(200)}\r\n`;
    assert.match(await raw(port, `${head}transfer-encoding: chunked\r\n\r\n${chunk}`), /^HTTP\/1\.1 413 /);
    assert.match(
      await raw(port, `${head}expect: 100-continue\r\ncontent-length: 101\r\n\r\n`),
      /^HTTP\/1\.1 413 /,
    );
    assert.equal(asked, 0);
  });

  test("refuses what is no HTTP, two lengths, and headers without end", async (t) => {
    const { port, url } = await start(t);
    const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${query}\r\n`;
    assert.match(await raw(port, "\x16\x03\x01 hello\r\n\r\n"), /^HTTP\/1\.1 400 /);
    assert.match(
      await raw(port, `${head}content-length: 3\r\ncontent-length: 4\r\n\r\nabcd`),
      /^HTTP\/1\.1 400 /,
    );
    assert.match(
      await raw(port, `${head}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabcd`),
      /^HTTP\/1\.1 400 /,
    );
    assert.match(await raw(port, `${head}x: ${"y".repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
    assert.equal((await post(url, "abc")).status, 200, "and it lives on");
  });

  test("ends a client that sends its headers, or its body, too slowly", async (t) => {
    const { port } = await start(t);
    const began = performance.now();
    const [headers, body] = await Promise.all([
      raw(port, "POST / HTTP/1.1\r\nhost: x\r\n"),
      raw(port, `POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${query}\r\ncontent-length: 10\r\n\r\nabc`),
    ]);
    assert.match(headers, /^HTTP\/1\.1 408 |^$/);
    assert.match(body, /^HTTP\/1\.1 408 |^$/);
    assert.ok(performance.now() - began < 2 * serverLimits.maxServerRequestMilliseconds);
  });

  test("takes so many connections and no more", async (t) => {
    const { port, url } = await start(t);
    const held: Socket[] = [];
    t.after(() => {
      for (const socket of held) {
        socket.destroy();
      }
    });
    let refused = 0;
    for (let count = 0; count < serverLimits.maxServerConnections + 10; count += 1) {
      const socket = connect(port, "127.0.0.1");
      socket.on("close", () => {
        refused += 1;
      });
      socket.on("error", () => {});
      held.push(socket);
      await new Promise((resolve) => socket.once("connect", resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(refused, 10);
    for (const socket of held) {
      socket.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal((await post(url, "abc")).status, 200);
  });

  test("a fault of the answer is told to the owner, not to the client", async (t) => {
    const fault = new Error("secret");
    const { url, faults } = await start(t, { answer: () => Promise.reject(fault) });
    const answer = await post(url, "abc");
    assert.deepEqual([answer.status, await answer.text()], [500, ""]);
    assert.deepEqual(faults, [fault]);
  });

  test("stops: what is being answered gets its answer, who only holds the line does not hold the server", async (t) => {
    const gate = Promise.withResolvers<void>();
    const { url, port, stop } = await start(t, {
      answer: async () => {
        await gate.promise;
        return Buffer.from("late");
      },
    });
    const idle = connect(port, "127.0.0.1");
    idle.on("error", () => {});
    const running = post(url, "abc");
    await new Promise((resolve) => setTimeout(resolve, 200));
    const stopped = stop();
    await assert.rejects(post(url, "abc"), "no new ones");
    gate.resolve();
    assert.equal(await (await running).text(), "late");
    const began = performance.now();
    await stopped;
    assert.ok(performance.now() - began < serverLimits.maxServerFarewellMilliseconds + 1000);
  });

  test("a client that goes away in the middle leaves no trace", async (t) => {
    const { port, url, faults } = await start(t);
    for (let count = 0; count < 20; count += 1) {
      const away: ClientRequest = request({ port, host: "127.0.0.1", method: "POST" });
      away.on("error", () => {});
      away.on("response", (response: IncomingMessage) => response.resume());
      away.setHeader("content-type", query);
      away.setHeader("content-length", 50);
      away.write("abc");
      await new Promise((resolve) => setTimeout(resolve, 5));
      away.destroy();
    }
    assert.equal((await post(url, "abc")).status, 200);
    assert.deepEqual(faults, []);
  });

  test("an address that others can reach needs permission; one that is taken is an error", async (t) => {
    for (const host of ["0.0.0.0", "::", "10.0.0.1", "example.com", "127.0.0.1.example.com", "2130706433"]) {
      await assert.rejects(start(t, { host }), { code: "SERVER_ADDRESS" }, host);
    }
    const { port } = await start(t);
    await assert.rejects(start(t, { port }), { code: "SERVER_LISTEN", message: /EADDRINUSE/ });
    assert.match((await start(t, { host: "0.0.0.0", allowRemote: true })).url, /^http:\/\/0\.0\.0\.0:/);
    assert.match((await start(t, { host: "127.1.2.3" })).url, /^http:\/\/127\.1\.2\.3:/);
  });
});
