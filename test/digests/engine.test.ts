// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { type HashedFile, type HashRequest, hashFiles } from "../../src/digests/engine.ts";
import { AibomError } from "../../src/errors.ts";
import { type DigestAlgorithm, digestAlgorithms, digestOf } from "../../src/model/digest.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const MiB = 1024 * 1024;
const sizes = [0, 1, 63, 64, 65, 4096, MiB - 1, MiB, MiB + 1, 9 * MiB + 7];
const opensslNames = { sha256: "sha256", sha384: "sha384", sha512: "sha512", "blake2b-512": "blake2b512" };
const openssl = Object.keys(opensslNames) as (keyof typeof opensslNames)[];

function request(
  directory: string,
  path: string,
  rest: Partial<Pick<HashRequest, "algorithms" | "shards" | "size">> = {},
): HashRequest {
  const absolutePath = join(directory, path);
  return {
    path,
    absolutePath,
    size: rest.size ?? statSync(absolutePath).size,
    algorithms: ["sha256"],
    ...rest,
  };
}

function write(directory: string, path: string, bytes: Uint8Array): string {
  writeFileSync(join(directory, path), bytes);
  return path;
}

function sparse(directory: string, path: string, size: number): string {
  write(directory, path, new Uint8Array());
  truncateSync(join(directory, path), size);
  return path;
}

function expected(algorithm: keyof typeof opensslNames, bytes: Uint8Array): string {
  return createHash(opensslNames[algorithm]).update(bytes).digest("hex");
}

async function rejectsWith(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof AibomError && error.code === code);
  assert.equal(activeWorkers(), 0);
}

function activeWorkers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Worker" || name === "MessagePort")
    .length;
}

/** A file that is large enough to be hashed on threads, whatever else is asked for. */
function threadBait(directory: string): HashRequest {
  return request(directory, sparse(directory, "bait", 129 * MiB), { algorithms: ["sha256"] });
}

function assertResult(directory: string, hashed: HashedFile | undefined, asked: HashRequest): void {
  assert.ok(hashed);
  const bytes = readFileSync(asked.absolutePath);
  assert.equal(hashed.path, asked.path);
  assert.equal(hashed.size, bytes.length);
  assert.equal(hashed.fromCache, false);
  assert.deepEqual(Buffer.from(hashed.head), bytes.subarray(0, 64));
  assert.deepEqual(
    hashed.digests.map((digest) => digest.algorithm),
    asked.algorithms,
  );
  for (const algorithm of openssl.filter((one) => asked.algorithms.includes(one))) {
    assert.equal(
      digestOf(hashed.digests, algorithm),
      expected(algorithm, bytes),
      `${asked.path} ${algorithm}`,
    );
  }
  const stat = statSync(join(directory, asked.path), { bigint: true });
  assert.deepEqual(hashed.identity, {
    device: stat.dev,
    inode: stat.ino,
    size: bytes.length,
    modifiedNs: stat.mtimeNs,
    changedNs: stat.ctimeNs,
  });
  assert.equal(hashed.linkCount, 1);
}

for (const where of ["inline", "on threads"]) {
  test(`every digest of every size, ${where}`, async (t) => {
    const directory = temporaryDirectory(t);
    const requests = sizes.map((size) =>
      request(directory, write(directory, `f${size}`, randomBytes(size)), { algorithms: digestAlgorithms }),
    );
    const bait = where === "inline" ? [] : [threadBait(directory)];
    const hashed = await hashFiles([...requests, ...bait], { jobs: 2 });
    for (const [index, asked] of requests.entries()) {
      assertResult(directory, hashed[index], asked);
    }
    assert.equal(activeWorkers(), 0);
  });
}

test("weak digests stand apart, inline and on threads, and git's includes the length", async (t) => {
  const directory = temporaryDirectory(t);
  const weak = ["md5", "sha1", "git-sha1"] as const;
  const requests = sizes.map(
    (size): HashRequest => ({
      ...request(directory, write(directory, String(size), randomBytes(size))),
      algorithms: size % 2 === 0 ? [] : ["sha256"],
      weak,
    }),
  );
  for (const more of [[], [threadBait(directory)]]) {
    const results = await hashFiles([...requests, ...more]);
    for (const [index, asked] of requests.entries()) {
      const bytes = readFileSync(asked.absolutePath);
      const hash = (algorithm: string, ...parts: (string | Uint8Array)[]): string =>
        parts.reduce((state, part) => state.update(part), createHash(algorithm)).digest("hex");
      const hexes = [hash("md5", bytes), hash("sha1", bytes), hash("sha1", `blob ${bytes.length}\0`, bytes)];
      assert.deepEqual(
        results[index]?.weak,
        weak.map((algorithm, at) => ({ algorithm, hex: hexes[at] })),
        asked.path,
      );
      assertResult(directory, results[index], asked);
    }
  }
});

test("shards are contiguous, the last one is short, and they agree with the bytes", async (t) => {
  const directory = temporaryDirectory(t);
  const bytes = randomBytes(5 * MiB + 3);
  write(directory, "f", bytes);
  write(directory, "empty", new Uint8Array());
  for (const algorithms of [[], ["sha256"], ["sha512", "sha256"]] satisfies DigestAlgorithm[][]) {
    for (const sizeBytes of [MiB, 100_003, bytes.length - 1, bytes.length, bytes.length + 1]) {
      const shards = { algorithm: "sha256", sizeBytes } as const;
      const asked = ["f", "empty"].map((path) => request(directory, path, { algorithms, shards }));
      const [file, empty] = await hashFiles(asked);
      assert.ok(file);
      assertResult(directory, file, asked[0]!);
      let position = 0;
      for (const { start, end, digest } of file.shards) {
        assert.equal(start, position);
        assert.ok(end - start === sizeBytes || end === bytes.length);
        assert.equal(digest.hex, expected("sha256", bytes.subarray(start, end)));
        position = end;
      }
      assert.equal(position, bytes.length);
      assert.deepEqual(empty?.shards, []);
    }
  }
});

test("shards of one large file, each by another thread, and its whole digest in one read", async (t) => {
  const directory = temporaryDirectory(t);
  const size = 200 * MiB + 5;
  sparse(directory, "f", size);
  appendFileSync(join(directory, "f"), "tail");
  const shards = { algorithm: "sha256", sizeBytes: 30 * MiB } as const;
  const [parted] = await hashFiles([request(directory, "f", { algorithms: [], shards })], { jobs: 3 });
  const [whole] = await hashFiles([request(directory, "f", { shards })], { jobs: 2 });
  const bytes = readFileSync(join(directory, "f"));
  assert.deepEqual(parted?.shards, whole?.shards);
  assert.deepEqual(parted?.digests, []);
  assert.equal(parted?.shards.length, 7);
  assert.equal(digestOf(whole?.digests ?? [], "sha256"), expected("sha256", bytes));
  for (const { start, end, digest } of parted?.shards ?? []) {
    assert.equal(digest.hex, expected("sha256", bytes.subarray(start, end)));
  }
});

test("thousands of files keep the order of the requests", async (t) => {
  const directory = temporaryDirectory(t);
  const requests = Array.from({ length: 4100 }, (_, index) =>
    request(directory, write(directory, `f${index}`, Buffer.from(`${index}`)), { size: `${index}`.length }),
  ).sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1));
  let last = { bytes: 0, files: 0 };
  const hashed = await hashFiles(requests, { onProgress: (progress) => (last = progress) });
  assert.deepEqual(
    hashed.map((file) => [file.path, file.digests[0]?.hex]),
    requests.map((one) => [one.path, expected("sha256", Buffer.from(one.path.slice(1)))]),
  );
  assert.deepEqual(last, { bytes: requests.reduce((sum, one) => sum + one.size, 0), files: 4100 });
});

test("without any digest wanted only the head is read", async (t) => {
  const directory = temporaryDirectory(t);
  const [file] = await hashFiles([request(directory, sparse(directory, "f", 1e12), { algorithms: [] })]);
  assert.deepEqual(file?.digests, []);
  assert.deepEqual(file?.head, new Uint8Array(64));
});

test("nothing to do is no error", async () => {
  assert.deepEqual(await hashFiles([]), []);
});

test("a link, a FIFO, a socket, a directory and a device are refused without waiting", async (t) => {
  const directory = temporaryDirectory(t);
  write(directory, "target", Buffer.from("x"));
  symlinkSync("target", join(directory, "link"));
  execFileSync("mkfifo", [join(directory, "fifo")]);
  mkdirSync(join(directory, "dir"));
  const server = createServer().listen(join(directory, "socket"));
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  for (const path of ["link", "fifo", "dir", "socket"]) {
    await assert.rejects(
      hashFiles([request(directory, path, { size: 1 })]),
      (error) =>
        error instanceof AibomError && error.code === "SOURCE_NOT_REGULAR" && error.where?.path === path,
    );
  }
  const device = { path: "null", absolutePath: "/dev/null", size: 0, algorithms: ["sha256"] } as const;
  await assert.rejects(
    hashFiles([device]),
    (error) => error instanceof AibomError && error.code === "SOURCE_NOT_REGULAR",
  );
});

test("a file that vanished or has another size than planned", async (t) => {
  const directory = temporaryDirectory(t);
  const bait = threadBait(directory);
  const asked = request(directory, write(directory, "f", randomBytes(100)));
  for (const size of [99, 101, 0, 3 * MiB]) {
    await rejectsWith(hashFiles([{ ...asked, size }]), "SOURCE_CHANGED");
    await rejectsWith(hashFiles([{ ...asked, size }, bait]), "SOURCE_CHANGED");
  }
  rmSync(asked.absolutePath);
  await rejectsWith(hashFiles([bait, asked]), "SOURCE_NOT_FOUND");
  await rejectsWith(hashFiles([asked]), "SOURCE_NOT_FOUND");
});

test("a file that is written to while it is hashed", async (t) => {
  const directory = temporaryDirectory(t);
  const large = request(directory, sparse(directory, "f", 1024 * MiB));
  const parted = { ...large, algorithms: [], shards: { algorithm: "sha256", sizeBytes: 64 * MiB } } as const;
  for (const [jobs, asked] of [
    [1, large],
    [2, large],
    [2, parted],
  ] as const) {
    let isTouched = false;
    const onProgress = ({ bytes }: { bytes: number }): void => {
      if (bytes > 0 && !isTouched) {
        isTouched = true;
        // The same byte again: the content stays, but nobody could know that without hashing it twice.
        truncateSync(asked.absolutePath, asked.size);
      }
    };
    await rejectsWith(hashFiles([asked], { jobs, onProgress }), "SOURCE_CHANGED");
    assert.ok(isTouched);
  }
});

test("an abort ends all threads and rejects with its reason", async (t) => {
  const directory = temporaryDirectory(t);
  const asked = [1, 2, 3].map((index) => request(directory, sparse(directory, `f${index}`, 4096 * MiB)));
  for (const requests of [asked, asked.slice(0, 1)]) {
    const controller = new AbortController();
    const reason = new Error("enough");
    const hashing = hashFiles(requests, {
      jobs: 2,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await assert.rejects(hashing, reason);
    assert.equal(activeWorkers(), 0);
  }
  await assert.rejects(
    hashFiles(asked, { signal: AbortSignal.abort("early") }),
    (error) => error === "early",
  );
});

test("a shard size that would fill the memory is refused", async (t) => {
  const directory = temporaryDirectory(t);
  const asked = request(directory, sparse(directory, "f", 1e9), { algorithms: [] });
  for (const sizeBytes of [1, 0, -1, Number.NaN]) {
    const shards = { algorithm: "sha256", sizeBytes } as const;
    await rejectsWith(hashFiles([{ ...asked, shards }]), "DIGEST_TOO_MANY_SHARDS");
  }
});

test("memory stays flat for a large file", async (t) => {
  const directory = temporaryDirectory(t);
  const asked = request(directory, sparse(directory, "f", 1024 * MiB));
  const parted = { ...asked, algorithms: [], shards: { algorithm: "sha256", sizeBytes: 128 * MiB } } as const;
  for (const one of [asked, parted]) {
    const before = process.memoryUsage.rss();
    let peak = 0;
    const onProgress = (): void => {
      peak = Math.max(peak, process.memoryUsage.rss());
    };
    await hashFiles([one], { jobs: 2, onProgress });
    t.diagnostic(`grew by ${Math.round((peak - before) / MiB)} MiB`);
    assert.ok(peak - before < 120 * MiB);
  }
});

test("that no archive ends in a file is said of those that were seen whole, wherever an end record can begin", async (t) => {
  const directory = temporaryDirectory(t);
  const record = Buffer.from("PK\x05\x06", "latin1");
  const farthest = 22 + 0xffff;
  const withRecordAt = (fromEnd: number, size: number): Buffer => {
    const bytes = Buffer.alloc(size, 0x20);
    record.copy(bytes, size - fromEnd);
    return bytes;
  };
  const cases: readonly (readonly [name: string, bytes: Buffer, isWithout: boolean])[] = [
    ["empty", Buffer.alloc(0), true],
    ["none", Buffer.alloc(70_000, 0x20), true],
    ["cut", Buffer.from("PK\x05", "latin1"), true],
    ["last", withRecordAt(4, 5000), false],
    ["plain", withRecordAt(22, 5000), false],
    ["first", withRecordAt(5000, 5000), false],
    ["longest comment", withRecordAt(farthest, 200_000), false],
    ["too far away", withRecordAt(farthest + 1, 200_000), true],
    ["large", Buffer.alloc(9 * MiB, 0x20), false],
  ];
  for (const [path, bytes] of cases) {
    write(directory, path, bytes);
  }
  const hashed = await hashFiles(cases.map(([path]) => request(directory, path)));
  assert.deepEqual(
    hashed.map(({ hasNoArchiveEnd }) => hasNoArchiveEnd),
    cases.map(([, , isWithout]) => isWithout),
  );
});
