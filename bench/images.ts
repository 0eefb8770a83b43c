// SPDX-License-Identifier: Apache-2.0
// An image tar with gzip layers against inflating and hashing each layer once, one layer per thread; against the same with
// the digests that an inventory has besides, of the tar and of each file in the layers; and against syft where it is on the PATH: `node bench/images.ts --megabytes 2000`. Ceiling: 1.3 times, and 300 MB of memory.

import { spawnSync } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { createGunzip, gzipSync } from "node:zlib";
import { buildTar } from "../fixtures/tar.ts";
import {
  benchEnvironment,
  command,
  compare,
  hasCommand,
  machineLine,
  numberFlags,
  printSeries,
  task,
  temporaryDirectory,
} from "./harness.ts";

const main = join(import.meta.dirname, "../bin/aibom.js");
const fileBytes = 1_000_000;
const maxKilobytes = 300 * 1024;

interface Piece {
  readonly path: string;
  readonly offset: number;
  readonly size: number;
  /** Hashes the unpacked bytes once more, for the digests of the files. */
  readonly isWithFiles?: boolean;
}

/** What cannot be left out: every compressed and every uncompressed byte of a layer is hashed once. */
async function inflateAndHash({ path, offset, size, isWithFiles }: Piece): Promise<void> {
  const [compressed, plain] = [createHash("sha256"), createHash("sha256")];
  const files = createHash("sha256");
  const inflate = createGunzip({ chunkSize: 256 * 1024 });
  const drained = (async () => {
    for await (const chunk of inflate) {
      plain.update(chunk);
      if (isWithFiles === true) {
        files.update(chunk);
      }
    }
  })();
  const file = openSync(path, "r");
  for (let done = 0; done < size; ) {
    const chunk = Buffer.allocUnsafe(Math.min(1 << 20, size - done));
    const read = readSync(file, chunk, 0, chunk.length, offset + done);
    done += read;
    compressed.update(chunk.subarray(0, read));
    if (!inflate.write(chunk.subarray(0, read))) {
      await new Promise((resolve) => inflate.once("drain", resolve));
    }
  }
  inflate.end();
  await drained;
  closeSync(file);
  compressed.digest();
  plain.digest();
}

function hashWhole(path: string): void {
  const digest = createHash("sha256");
  const file = openSync(path, "r");
  const buffer = Buffer.allocUnsafe(1 << 20);
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    digest.update(buffer.subarray(0, read));
  }
  closeSync(file);
  digest.digest();
}

function runThread(pieces: readonly Piece[]): Promise<void> {
  return new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url), { workerData: pieces })
      .once("error", reject)
      .once("exit", () => resolve());
  });
}

/** Files of which one half compresses well and the other not at all, as libraries and weights together. */
function buildLayer(seed: number, bytes: number): Buffer {
  const data = Buffer.alloc(fileBytes, "import numpy as np\nfrom torch import nn\n");
  const entries = Array.from({ length: Math.ceil(bytes / fileBytes) }, (_, index) => {
    randomFillSync(data, 0, fileBytes / 2);
    return { name: `opt/layer${seed}/file${index}.bin`, data: Buffer.from(data) };
  });
  return Buffer.from(buildTar(entries));
}

/** An OCI layout in a tar, written layer by layer; answers where the layers lie. */
function writeImage(path: string, layers: number, bytes: number): readonly Piece[] {
  const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");
  const file = openSync(path, "w");
  let position = 0;
  const add = (name: string, data: Uint8Array): Piece => {
    const tar = Buffer.from(buildTar([{ name, data }])).subarray(0, 512 + Math.ceil(data.length / 512) * 512);
    const piece = { path, offset: position + 512, size: data.length };
    position += writeSync(file, tar);
    return piece;
  };
  const blob = (data: Uint8Array, mediaType: string) => {
    const digest = sha256(data);
    const piece = add(`blobs/sha256/${digest}`, data);
    return { piece, entry: { mediaType, digest: `sha256:${digest}`, size: data.length } };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  add("oci-layout", json({ imageLayoutVersion: "1.0.0" }));
  const diffIds: string[] = [];
  const written = Array.from({ length: layers }, (_, index) => {
    const tar = buildLayer(index, bytes);
    diffIds.push(`sha256:${sha256(tar)}`);
    return blob(gzipSync(tar, { level: 1 }), "application/vnd.oci.image.layer.v1.tar+gzip");
  });
  const rootfs = { type: "layers", diff_ids: diffIds };
  const config = json({ architecture: "amd64", os: "linux", config: { User: "1000" }, rootfs });
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: blob(config, "application/vnd.oci.image.config.v1+json").entry,
    layers: written.map(({ entry }) => entry),
  };
  const manifests = [blob(json(manifest), mediaType).entry];
  add("index.json", json({ schemaVersion: 2, manifests }));
  writeSync(file, Buffer.alloc(1024));
  closeSync(file);
  return written.map(({ piece }) => piece);
}

/** Peak memory of a whole process in kB, as GNU time tells it; NaN without it. */
function peakKilobytes(argv: readonly string[]): number {
  const { stderr } = spawnSync("/usr/bin/time", ["-f", "%M", ...argv], {
    encoding: "utf8",
    env: benchEnvironment(),
  });
  return Number(stderr?.trim().split("\n").at(-1) ?? Number.NaN);
}

async function bench(): Promise<void> {
  const { megabytes, layers, rounds, jobs } = numberFlags({ megabytes: 2000, layers: 8, rounds: 5, jobs: 2 });
  const scratch = temporaryDirectory("images");
  const image = join(scratch, "image.tar");
  const pieces = writeImage(image, layers, (megabytes * 1e6) / layers);
  const output = join(scratch, "bom.json");
  const inventory = [process.execPath, main, "inventory", image, "-o", output, "--jobs", String(jobs)];
  const layersOf = (thread: number): readonly Piece[] =>
    pieces.filter((_piece, index) => index % jobs === thread);
  const raw = () => Promise.all(Array.from({ length: jobs }, (_, thread) => runThread(layersOf(thread))));
  const all = async () => {
    hashWhole(image);
    await Promise.all(
      Array.from({ length: jobs }, (_, thread) =>
        runThread(layersOf(thread).map((piece) => ({ ...piece, isWithFiles: true }))),
      ),
    );
  };
  console.log(machineLine());
  const contenders = [
    task("inflate and hash", raw),
    task("and tar and files", all),
    command("inventory", inventory, { prepare: () => rmSync(output, { force: true }) }),
  ];
  if (hasCommand("syft", "version")) {
    contenders.push(command("syft", ["syft", `oci-archive:${image}`, "-q", "-o", "json"]));
  }
  const series = await compare(contenders, rounds);
  const isMet = printSeries(`image tar of ${layers} gzip layers, ${megabytes} MB uncompressed (ms)`, series, {
    bytes: megabytes * 1e6,
    targets: [
      { of: "inventory", against: "inflate and hash", maxRatio: 1.3 },
      { of: "inventory", against: "and tar and files", maxRatio: 1.3 },
      { of: "inventory", against: "syft", maxRatio: 1 },
    ],
  });
  rmSync(output, { force: true });
  const peak = peakKilobytes(inventory);
  const isSmall = !(peak > maxKilobytes);
  console.log(
    `  target ${isSmall ? "met" : "MISSED"}: peak memory ${Math.round(peak / 1024)} MB, at most 300`,
  );
  process.exitCode = isMet && isSmall ? 0 : 1;
}

if (isMainThread) {
  await bench();
} else {
  for (const piece of workerData as readonly Piece[]) {
    await inflateAndHash(piece);
  }
}
