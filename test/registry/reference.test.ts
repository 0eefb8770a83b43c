// SPDX-License-Identifier: Apache-2.0
// Names of images, mirrors and challenges: text of people and servers.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseChallenges } from "../../src/net/registry/challenge.ts";
import { chooseMirrors, parseMirror } from "../../src/registry/mirrors.ts";
import { parseReference, referenceText, registryAddress } from "../../src/registry/reference.ts";

const sha256 = `sha256:${"a".repeat(64)}`;

describe("parseReference", () => {
  test("the names that Docker understands", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["python", "docker.io/library/python:latest"],
      ["python:3.13", "docker.io/library/python:3.13"],
      ["acme/llm", "docker.io/acme/llm:latest"],
      ["docker.io/python", "docker.io/library/python:latest"],
      ["index.docker.io/acme/llm:1", "docker.io/acme/llm:1"],
      ["ghcr.io/acme/llm_server/x-y:v1.2", "ghcr.io/acme/llm_server/x-y:v1.2"],
      ["localhost:5000/llm", "localhost:5000/llm:latest"],
      ["localhost/llm", "localhost/llm:latest"],
      ["[::1]:5000/llm:1", "[::1]:5000/llm:1"],
      [`quay.io/acme/llm@${sha256}`, `quay.io/acme/llm@${sha256}`],
      [`quay.io/acme/llm:1@${sha256}`, `quay.io/acme/llm:1@${sha256}`],
    ];
    for (const [text, expected] of cases) {
      assert.equal(referenceText(parseReference(text)), expected, text);
    }
  });

  test("everything else is refused", () => {
    const bad = [
      "",
      "UPPER",
      "ghcr.io/",
      "ghcr.io//x",
      "ghcr.io/a b",
      "ghcr.io/../x",
      "ghcr.io/x:",
      "ghcr.io/x:ü",
      "ghcr.io/x@sha256:abc",
      `ghcr.io/x@sha1:${"a".repeat(40)}`,
      "https://ghcr.io/x",
      "user@ghcr.io/x",
      "-x.io/x",
      `ghcr.io/${"a".repeat(300)}`,
      `ghcr.io/${"a-".repeat(120)}`,
    ];
    for (const text of bad) {
      assert.throws(() => parseReference(text), { code: "REGISTRY_REFERENCE" }, text);
    }
  });

  test("http is for this machine only", () => {
    assert.equal(registryAddress("localhost:5000"), "http://localhost:5000");
    assert.equal(registryAddress("127.0.0.1:5000"), "http://127.0.0.1:5000");
    assert.equal(registryAddress("127.0.0.1.example.com"), "https://127.0.0.1.example.com");
    assert.equal(registryAddress("docker.io"), "https://registry-1.docker.io");
  });
});

describe("mirrors", () => {
  test("are asked in their order, the registry itself last", () => {
    const mirrors = [
      "docker.io=mirror.example.com/hub",
      "docker.io=localhost:5000",
      "quay.io=q.example.com",
    ].map(parseMirror);
    const places = chooseMirrors(parseReference("python"), mirrors);
    assert.deepEqual(
      places.map(({ host, repository }) => `${host}/${repository}`),
      ["mirror.example.com/hub/library/python", "localhost:5000/library/python", "docker.io/library/python"],
    );
  });

  test("are written as registry=host", () => {
    for (const text of ["", "docker.io", "docker.io=", "=x.io", "docker.io=http://x", "docker.io/x=y.io"]) {
      assert.throws(() => parseMirror(text), { code: "REGISTRY_REFERENCE" }, text);
    }
  });
});

describe("parseChallenges", () => {
  test("bearer with its parameters, before basic", () => {
    const bearer = 'Bearer realm="https://auth.example.com/token",service="a, b",scope="repository:x:pull"';
    assert.deepEqual(parseChallenges(['Basic realm="x"', bearer]), {
      scheme: "bearer",
      realm: "https://auth.example.com/token",
      service: "a, b",
      scope: "repository:x:pull",
    });
    assert.deepEqual(parseChallenges(['basic realm="x"']), { scheme: "basic" });
  });

  test("what cannot be read is no challenge", () => {
    const bad = [
      "",
      "Bearer",
      'Bearer service="x"',
      'Bearer realm="x',
      'Bearer realm="x",realm="y"',
      'Bearer realm="x";service=y',
      `Bearer realm="${"x".repeat(5000)}"`,
      "Negotiate abc",
    ];
    for (const header of bad) {
      assert.equal(parseChallenges([header]), undefined, header);
    }
  });
});
