// SPDX-License-Identifier: Apache-2.0
// Custody logs and an independent implementation of the formats: the code of the Go checksum database (golang.org/x/mod/sumdb
// tlog and note) and the cosignatures of transparency-dev/formats. Each reads what the other wrote.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import {
  addCosignatures,
  cosignFile,
  loadLogPolicy,
  openLog,
  proofOfEntry,
  readEntry,
  requestWitness,
  verifyLog,
  verifyTlogProof,
} from "../../src/custody-log.ts";
import { formatVerifierKey } from "../../src/tlog/verifier-key.ts";
import { appendMany, keyFile, newSigner, sampleLog } from "../custody/sample-log.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { missingTlogPeer, tlogPeer } from "./tools.ts";

const skip = missingTlogPeer();
const peer = (...args: readonly string[]): string =>
  execFileSync(tlogPeer, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

const sizes = [0, 1, 2, 255, 256, 257, 300, 513];

test("Go reads our checkpoints, tiles, bundles and proofs", { skip }, async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  const vkey = formatVerifierKey(openLog(writer.directory).checkpoint.key);
  let before = 0;
  for (const size of sizes) {
    if (size > before) {
      await appendMany(writer, size - before);
    }
    before = size;
    const log = openLog(writer.directory);
    const root = Buffer.from(log.checkpoint.root).toString("base64");
    assert.equal(peer("read", writer.directory, vkey), `${size} entries, root ${root}`);
    for (const index of new Set(
      [0, Math.floor(size / 2), size - 1].filter((each) => each >= 0 && each < size),
    )) {
      const [proof, entry] = [join(folder, "proof"), join(folder, "entry")];
      writeFileSync(proof, proofOfEntry(log, index));
      writeFileSync(entry, readEntry(log, index));
      assert.equal(peer("proof", proof, entry, vkey), `entry ${index} of ${size}`);
    }
    cpSync(join(writer.directory, "checkpoint"), join(folder, `checkpoint-${size}`));
    for (const older of sizes.filter((each) => each > 0 && each <= size)) {
      const request = join(folder, "request");
      writeFileSync(request, (await requestWitness(writer.directory, () => older)).request);
      const said = peer("request", request, join(folder, `checkpoint-${older}`), vkey);
      assert.equal(said, `${size} continues ${older}`);
    }
  }
  writeFileSync(join(writer.directory, "tile/0/001"), Buffer.alloc(8192));
  assert.throws(() => peer("read", writer.directory, vkey), "it does check");
});

test("we read a log, proofs and requests that Go wrote", { skip }, async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  const name = "go.example/log";
  const witness = { name: "witness.example/w", key: keyFile(folder, "witness.key"), at: new Date() };
  for (const [size, old, index] of [
    [1, 1, 0],
    [256, 3, 255],
    [300, 256, 299],
    [700, 299, 257],
  ] as const) {
    const actor = { signer: newSigner(folder, `actor-${size}.key`) };
    const here = openLog(writer.directory).checkpoint.size;
    // Signed by an actor's key: a log with another key cannot speak for this one's.
    await appendMany(writer, size - here, actor);
    const theirs = join(folder, `theirs-${size}`);
    peer("write", writer.directory, theirs, name, String(old), String(index));
    const log = openLog(theirs);
    assert.equal(log.checkpoint.size, size);
    assert.deepEqual((await verifyLog(log)).findings, []);
    const proof = readFileSync(join(theirs, "proof"), "utf8");
    assert.equal(proof, proofOfEntry(log, index), "the same proof, byte for byte");
    assert.equal(verifyTlogProof(proof, readEntry(log, index), log.policy).index, index);
    const memory = join(folder, "memory");
    mkdirSync(memory);
    const cosignOptions = { ...witness, memory, policy: join(theirs, "policy") };
    assert.equal((await cosignFile(join(theirs, "request-0"), cosignOptions)).before, 0);
    assert.equal((await cosignFile(join(theirs, "request"), cosignOptions)).before, old);
    rmSync(memory, { recursive: true });
  }
});

test("cosignatures: ours verify in Go, and Go's in ours", { skip }, async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  await appendMany(writer, 3);
  const { directory } = writer;
  const request = join(folder, "request");
  writeFileSync(request, (await requestWitness(directory, () => 0)).request);
  mkdirSync(join(folder, "memory"));
  const ours = await cosignFile(request, {
    name: "ours.example/w",
    key: keyFile(folder, "witness.key"),
    policy: join(directory, "policy"),
    memory: join(folder, "memory"),
    at: new Date("2026-06-30T12:00:00Z"),
  });
  const theirs = peer("cosign", join(directory, "checkpoint"), "theirs.example/w", join(folder, "answer"));
  const own = readFileSync(join(directory, "policy"), "utf8").replace("quorum none\n", "");
  writeFileSync(
    join(directory, "policy"),
    `${own}witness ours ${ours.witnessKey}\nwitness theirs ${theirs}\ngroup both all ours theirs\nquorum both\n`,
  );
  await addCosignatures(directory, ours.cosignature, "ours");
  const answer = readFileSync(join(folder, "answer"), "utf8");
  assert.deepEqual((await addCosignatures(directory, answer, "theirs")).witnesses, ["theirs"]);
  const checkpoint = join(directory, "checkpoint");
  assert.equal(peer("cosigned", checkpoint, ours.witnessKey), "2026-06-30T12:00:00Z");
  assert.match(peer("cosigned", checkpoint, theirs), /^20[0-9]{2}-/);
  const log = openLog(directory);
  assert.deepEqual((await verifyLog(log)).witnessed?.cosigners.length, 2);
  const policy = loadLogPolicy(join(directory, "policy"));
  assert.equal(verifyTlogProof(proofOfEntry(log, 1), readEntry(log, 1), policy).cosigners.length, 2);
});
