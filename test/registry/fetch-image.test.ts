// SPDX-License-Identifier: Apache-2.0
// `aibom fetch` against a registry on the loopback address: an image with everything about it, and every lie that a
// registry can tell.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { type FetchImageOptions, fetchImage } from "../../src/fetch-image.ts";
import { limits } from "../../src/limits.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { digestOf, indexType, LocalRegistry, manifestType } from "./local-registry.ts";

interface Setting {
  readonly registry: LocalRegistry;
  readonly output: string;
  fetch(name?: string, more?: Partial<FetchImageOptions>): ReturnType<typeof fetchImage>;
}

async function setting(t: TestContext): Promise<Setting> {
  const registry = await LocalRegistry.start(t);
  const output = join(temporaryDirectory(t), "layout");
  return {
    registry,
    output,
    fetch: (name = ":1", more = {}) =>
      fetchImage(`${registry.host}/acme/llm${name}`, { network: { online: true }, output, ...more }),
  };
}

function readIndex(output: string): { digest: string; annotations?: Record<string, string> }[] {
  return JSON.parse(readFileSync(join(output, "index.json"), "utf8")).manifests;
}

function readBlob(output: string, digest: string): Buffer {
  return readFileSync(join(output, "blobs", "sha256", digest.slice(7)));
}

describe("fetchImage", () => {
  test("an index with its platforms, signatures as referrers, under the fallback tag and under cosign's tags", async (t) => {
    const { registry, output, fetch } = await setting(t);
    const platforms = ["amd64", "arm64"].map((architecture) => ({
      ...registry.addImage(architecture),
      platform: { os: "linux", architecture },
    }));
    const index = registry.addManifest({ schemaVersion: 2, mediaType: indexType, manifests: platforms }, "1");
    const signature = registry.addImage("signature", undefined, {
      subject: index,
      artifactType: "application/x",
    });
    const child = registry.addImage("about arm64", undefined, { subject: platforms[1] });
    const onSignature = registry.addImage("about the signature", undefined, { subject: signature });
    const tag = `sha256-${index.digest.slice(7)}`;
    const cosign = registry.addImage("cosign", `${tag}.sig`);
    const unlisted = registry.addImage("fallback", undefined, { subject: index });
    const fallback = registry.addManifest(
      { schemaVersion: 2, mediaType: indexType, manifests: [unlisted] },
      tag,
    );

    const copied = await fetch();
    assert.equal(copied.digest, index.digest);
    assert.deepEqual(copied.platforms, ["linux/amd64", "linux/arm64"]);
    assert.equal(copied.kind, "index");
    assert.equal(copied.referrers, 5);
    const all = [index, ...platforms, signature, child, onSignature, cosign, unlisted, fallback];
    for (const { digest } of all) {
      assert.equal(digestOf(readBlob(output, digest)), digest);
    }
    for (const [digest, bytes] of registry.blobs) {
      assert.deepEqual(readBlob(output, digest), bytes);
    }
    const entries = readIndex(output);
    const named = (name: string) =>
      entries.find(({ annotations }) => annotations?.["org.opencontainers.image.ref.name"] === name)?.digest;
    assert.equal(named("1"), index.digest);
    assert.equal(named(`${tag}.sig`), cosign.digest);
    assert.equal(named(tag), fallback.digest);
    const listed = entries.map(({ digest }) => digest);
    assert.deepEqual(
      [signature, child, onSignature, unlisted].map(({ digest }) => listed.includes(digest)),
      [true, true, true, true],
    );
    assert.ok(!listed.includes(platforms[0]?.digest ?? ""), "parts of the index are not listed");
    assert.deepEqual(
      readdirSync(join(output, "blobs", "sha256")).filter((name) => name.startsWith(".")),
      [],
    );
  });

  test("CVE-2022-47633, CVE-2023-33959: the name is resolved once, a tag that moves meanwhile changes nothing", async (t) => {
    const { registry, output, fetch } = await setting(t);
    const first = registry.addImage("first", "1");
    const second = registry.addImage("second");
    registry.intercept = (request) => {
      if (request.url?.includes("/manifests/1") === true) {
        queueMicrotask(() => registry.tags.set("1", second.digest));
      }
      return false;
    };
    assert.equal((await fetch()).digest, first.digest);
    assert.equal(registry.paths.filter((path) => path.endsWith("/manifests/1")).length, 1);
    assert.deepEqual(
      readIndex(output).map(({ digest }) => digest),
      [first.digest],
    );
  });

  test("a second fetch copies nothing twice, and moves the name", async (t) => {
    const { registry, output, fetch } = await setting(t);
    const first = registry.addImage("first", "1");
    await fetch();
    const again = await fetch();
    assert.deepEqual([again.blobs, again.blobsPresent, again.bytes], [0, 2, 0]);
    const second = registry.addImage("second", "1");
    await fetch();
    const entries = readIndex(output);
    assert.deepEqual(
      entries.map(({ digest }) => digest),
      [second.digest],
    );
    assert.ok(existsSync(join(output, "blobs/sha256", first.digest.slice(7))));
  });

  test("one platform of several, with BuildKit's attestation of it", async (t) => {
    const { registry, output, fetch } = await setting(t);
    const [amd64, arm64] = ["amd64", "arm64"].map((architecture) => ({
      ...registry.addImage(architecture),
      platform: { os: "linux", architecture },
    }));
    const attestation = {
      ...registry.addImage("attestation"),
      platform: { os: "unknown", architecture: "unknown" },
      annotations: {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": amd64?.digest,
      },
    };
    registry.addManifest(
      { schemaVersion: 2, mediaType: indexType, manifests: [amd64, arm64, attestation] },
      "1",
    );
    await fetch(":1", { platforms: ["linux/amd64"] });
    const has = (digest = "") => existsSync(join(output, "blobs/sha256", digest.slice(7)));
    assert.deepEqual([has(amd64?.digest), has(arm64?.digest), has(attestation.digest)], [true, false, true]);
    await assert.rejects(fetch(":1", { platforms: ["linux/riscv64"] }), {
      code: "REGISTRY_PLATFORM",
      message: /only for linux\/amd64, linux\/arm64$/,
    });
  });

  test("no referrers API is no error, and is said", async (t) => {
    const { registry, fetch } = await setting(t);
    registry.hasReferrers = false;
    registry.addImage("x", "1");
    const copied = await fetch();
    assert.equal(copied.hasReferrersApi, false);
    assert.equal(copied.referrers, 0);
  });

  test("referrers in pages, on the same server only", async (t) => {
    const { registry, fetch } = await setting(t);
    const image = registry.addImage("x", "1");
    const referrers = ["a", "b"].map((text) => registry.addImage(text, undefined, { subject: image }));
    let next = "/v2/acme/llm/referrers/page?n=2";
    registry.intercept = (request, response) => {
      const page = request.url?.includes("referrers/page") === true ? 1 : 0;
      if (request.url?.includes(`/referrers/${image.digest}`) !== true && page === 0) {
        return false;
      }
      response.setHeader("content-type", indexType);
      if (page === 0) {
        response.setHeader("link", `<${next}>; rel="next"`);
      }
      response.end(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [referrers[page]] }));
      return true;
    };
    assert.equal((await fetch()).referrers, 2);
    next = "http://localhost:1/x";
    await assert.rejects(fetch(), { code: "FETCH_REDIRECT" });
  });

  test("a blob that breaks off goes on where it stopped, in one run and in the next", async (t) => {
    const { registry, output, fetch } = await setting(t);
    registry.addImage("x", "1");
    const big = registry.addBlob(Buffer.alloc(200_000, 7));
    registry.addManifest({ schemaVersion: 2, mediaType: manifestType, config: big, layers: [] }, "1");
    let breaks = 1;
    const ranges: (string | undefined)[] = [];
    registry.intercept = (request, response) => {
      if (request.url?.includes(`/blobs/${big.digest}`) !== true) {
        return false;
      }
      ranges.push(request.headers.range);
      if (breaks-- <= 0) {
        return false;
      }
      const from = Number(/=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      if (from > 0) {
        response.statusCode = 206;
        response.setHeader("content-range", `bytes ${from}-199999/200000`);
      }
      response.setHeader("content-length", 200_000 - from);
      response.write(Buffer.alloc(30_000, 7));
      setTimeout(() => response.destroy(), 50);
      return true;
    };
    await fetch();
    assert.match(ranges[1] ?? "", /^bytes=[1-9]\d*-199999$/);
    assert.deepEqual(readBlob(output, big.digest), Buffer.alloc(200_000, 7));
  });

  test("nothing goes on from bytes that a registry made up", async (t) => {
    const { registry, output, fetch } = await setting(t);
    const image = registry.addImage("x", "1");
    const [layer] = JSON.parse(registry.manifests.get(image.digest)?.bytes.toString() ?? "").layers;
    mkdirSync(join(output, "blobs/sha256"), { recursive: true });
    writeFileSync(join(output, "blobs/sha256", `.${layer.digest.slice(7)}.partial`), "LAYER");
    await assert.rejects(fetch(), { code: "REGISTRY_DIGEST_DIFFERS" });
    assert.ok(!existsSync(join(output, "index.json")));
    await fetch();
    assert.equal(readBlob(output, layer.digest).toString(), "layer of x");
  });
});

describe("fetchImage from a registry that lies", () => {
  const lies: Readonly<Record<string, { code: string; tell: (registry: LocalRegistry) => void }>> = {
    "other bytes for a layer": {
      code: "REGISTRY_DIGEST_DIFFERS",
      tell: (registry) => {
        for (const [digest, bytes] of registry.blobs) {
          registry.blobs.set(digest, Buffer.from(bytes.map((byte) => byte ^ 1)));
        }
      },
    },
    "more bytes than the descriptor says": {
      code: "FETCH_TOO_LONG",
      tell: (registry) => {
        for (const [digest, bytes] of registry.blobs) {
          registry.blobs.set(digest, Buffer.concat([bytes, Buffer.from("x")]));
        }
      },
    },
    "another manifest for the digest of a child": {
      code: "REGISTRY_DIGEST_DIFFERS",
      tell: (registry) => {
        const child = registry.addImage("child");
        registry.addManifest({ schemaVersion: 2, mediaType: indexType, manifests: [child] }, "1");
        registry.manifests.set(child.digest, { bytes: Buffer.from("{}"), type: manifestType });
      },
    },
    "another size for a child": {
      code: "REGISTRY_DIGEST_DIFFERS",
      tell: (registry) => {
        const child = registry.addImage("child");
        const manifests = [{ ...child, size: child.size + 1 }];
        registry.addManifest({ schemaVersion: 2, mediaType: indexType, manifests }, "1");
      },
    },
    "another type for a child": {
      code: "REGISTRY_DIGEST_DIFFERS",
      tell: (registry) => {
        const manifests = [{ ...registry.addImage("child"), mediaType: indexType }];
        registry.addManifest({ schemaVersion: 2, mediaType: indexType, manifests }, "1");
      },
    },
    "a manifest that is an index as well": {
      code: "REGISTRY_ANSWER",
      tell: (registry) => {
        registry.addImage("x", "1", { manifests: [] });
      },
    },
    "a manifest of an unknown type": {
      code: "REGISTRY_ANSWER",
      tell: (registry) => {
        registry.addManifest(
          { schemaVersion: 1, mediaType: "application/vnd.docker.distribution.manifest.v1+json" },
          "1",
        );
      },
    },
    "a digest that leads out of the layout": {
      code: "REGISTRY_ANSWER",
      tell: (registry) => {
        const config = { mediaType: "x", size: 1, digest: "sha256:../../../x" };
        registry.addManifest({ schemaVersion: 2, mediaType: manifestType, config, layers: [] }, "1");
      },
    },
    "the same blob in two sizes": {
      code: "REGISTRY_DIGEST_DIFFERS",
      tell: (registry) => {
        const blob = registry.addBlob("x");
        const layers = [{ ...blob, size: 2 }];
        registry.addManifest({ schemaVersion: 2, mediaType: manifestType, config: blob, layers }, "1");
      },
    },
    "duplicate keys": {
      code: "JSON_DUPLICATE_KEY",
      tell: (registry) => {
        const bytes = Buffer.from(`{"mediaType":"${manifestType}","mediaType":"${indexType}"}`);
        registry.manifests.set(digestOf(bytes), { bytes, type: manifestType });
        registry.tags.set("1", digestOf(bytes));
      },
    },
    "indexes without end": {
      code: "REGISTRY_TOO_MANY",
      tell: (registry) => {
        let child = registry.addImage("x");
        for (let depth = 0; depth < limits.maxImageIndexDepth + 1; depth++) {
          child = registry.addManifest({ schemaVersion: 2, mediaType: indexType, manifests: [child] }, "1");
        }
      },
    },
    "signatures without end": {
      code: "REGISTRY_TOO_MANY",
      tell: (registry) => {
        const image = registry.addImage("x", "1");
        for (let index = 0; index <= limits.maxImageReferrers; index++) {
          registry.addImage(`signature ${index}`, undefined, { subject: image });
        }
      },
    },
    "no such image": { code: "REGISTRY_NOT_FOUND", tell: (registry) => registry.tags.clear() },
    "no such layer": { code: "REGISTRY_NOT_FOUND", tell: (registry) => registry.blobs.clear() },
    "an endless manifest": {
      code: "FETCH_TOO_LONG",
      tell: (registry) => {
        registry.intercept = (_, response) => {
          response.setHeader("content-type", manifestType);
          response.end(Buffer.alloc(limits.maxImageManifestBytes + 1, 32));
          return true;
        };
      },
    },
    "a compressed answer": {
      code: "REGISTRY_ANSWER",
      tell: (registry) => {
        registry.intercept = (_, response) => {
          response.setHeader("content-encoding", "gzip");
          response.end("x");
          return true;
        };
      },
    },
    "HTML instead of a list of referrers": {
      code: "REGISTRY_ANSWER",
      tell: (registry) => {
        registry.intercept = (request, response) => {
          const isList = request.url?.includes("/referrers/") === true;
          if (isList) {
            response.setHeader("content-type", "text/html");
            response.end("<html>");
          }
          return isList;
        };
      },
    },
  };
  for (const [name, { code, tell }] of Object.entries(lies)) {
    test(name, async (t) => {
      const { registry, output, fetch } = await setting(t);
      registry.addImage("x", "1");
      tell(registry);
      await assert.rejects(fetch(), { code });
      assert.ok(!existsSync(join(output, "index.json")), "the layout must not look complete");
    });
  }

  test("a stated digest that is not that of the bytes", async (t) => {
    const { registry, fetch } = await setting(t);
    registry.addImage("x", "1");
    registry.intercept = (_, response) => {
      response.setHeader("docker-content-digest", `sha256:${"0".repeat(64)}`);
      return false;
    };
    await assert.rejects(fetch(), { code: "REGISTRY_DIGEST_DIFFERS" });
  });

  test("busy servers are asked again, and not for ever", async (t) => {
    const { registry, fetch } = await setting(t);
    registry.addImage("x", "1");
    let refusals = 2;
    registry.intercept = (_, response) => {
      if (refusals-- <= 0) {
        return false;
      }
      response.statusCode = 503;
      response.setHeader("retry-after", "0");
      response.end();
      return true;
    };
    await fetch();
    refusals = Number.POSITIVE_INFINITY;
    await assert.rejects(fetch(), { code: "REGISTRY_ANSWER" });
  });

  test("offline there is no copy", async (t) => {
    const { registry, fetch } = await setting(t);
    await assert.rejects(fetch(":1", { network: { online: false } }), { code: "FETCH_OFFLINE" });
    assert.equal(registry.requests.length, 0);
  });
});

describe("the layout", () => {
  test("is not written between other files", async (t) => {
    const { registry, output, fetch } = await setting(t);
    registry.addImage("x", "1");
    mkdirSync(output);
    writeFileSync(join(output, "notes.txt"), "mine");
    await assert.rejects(fetch(), { code: "LAYOUT_NOT_EMPTY" });
    assert.deepEqual(readdirSync(output), ["notes.txt"]);
  });

  test("a blob that is a link, or was changed, is fetched again", async (t) => {
    const { registry, output, fetch } = await setting(t);
    registry.addImage("x", "1");
    await fetch();
    const [digest = "", other = ""] = registry.blobs.keys();
    const path = join(output, "blobs/sha256", digest.slice(7));
    writeFileSync(path, "changed");
    const victim = join(output, "..", "victim");
    writeFileSync(victim, "mine");
    symlinkSync(victim, join(output, "blobs/sha256", `.${other.slice(7)}.partial`));
    writeFileSync(join(output, "blobs/sha256", other.slice(7)), "y");
    assert.equal((await fetch()).blobs, 2);
    assert.equal(digestOf(readBlob(output, digest)), digest);
    assert.equal(digestOf(readBlob(output, other)), other);
    assert.equal(readFileSync(victim, "utf8"), "mine");
  });
});
