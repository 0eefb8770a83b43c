// SPDX-License-Identifier: Apache-2.0
// Whoever can write the files, and whoever even has the log's key: flipped bits, cut and lost files, rewritten history, an old
// copy put back, and two histories.

import assert from "node:assert/strict";
import { cpSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { privateFolder } from "../../src/custody/private-folder.ts";
import {
  appendEvent,
  createLog,
  openLog,
  proofOfEntry,
  readEntry,
  verifyLog,
  verifyTlogProof,
} from "../../src/custody-log.ts";
import { AibomError } from "../../src/errors.ts";
import { checkpointText } from "../../src/tlog/checkpoint.ts";
import { formatNote, noteSignature } from "../../src/tlog/note.ts";
import { mutate, seeded } from "../random.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { appendMany, filesBelow, newSigner, origin, sampleEvent, sampleLog } from "./sample-log.ts";

/** Codes that verifying the log gives, whether found or thrown. */
async function codesOf(directory: string, options: Parameters<typeof verifyLog>[1] = {}): Promise<string[]> {
  try {
    const { findings } = await verifyLog(openLog(directory), options);
    return findings.map(({ code }) => code);
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return [error.code];
  }
}

test("a bit flipped anywhere in any file of the log is found", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  await appendMany(writer, 258);
  // Its comments and blanks mean nothing, and whoever relies on it has a copy.
  const files = [...filesBelow(writer.directory)].filter(([path]) => path !== "policy");
  assert.equal(files.length, 6);
  const place = fc.integer({ min: 0, max: files.length - 1 }).chain((file) =>
    fc.record({
      file: fc.constant(file),
      bit: fc.integer({ min: 0, max: (files[file]?.[1].length ?? 1) * 8 - 1 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(place, async ({ file, bit }) => {
      const [path, original] = files[file] ?? ["", new Uint8Array(0)];
      const flipped = Uint8Array.from(original);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(join(writer.directory, path), flipped);
      const codes = await codesOf(writer.directory);
      writeFileSync(join(writer.directory, path), original);
      assert.ok(codes.length > 0, `bit ${bit} of ${path}`);
    }),
    { numRuns: 30 },
  );
  assert.deepEqual(await codesOf(writer.directory), []);
});

test("any change of any file is found, and never a fault", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  await appendMany(writer, 5);
  const next = seeded(3);
  for (const [path, original] of filesBelow(writer.directory)) {
    for (let round = 0; round < 40; round += 1) {
      const changed = mutate(original, next);
      writeFileSync(join(writer.directory, path), changed);
      const codes = await codesOf(writer.directory);
      assert.ok(codes.length > 0 || path === "policy" || Buffer.compare(changed, original) === 0, path);
    }
    writeFileSync(join(writer.directory, path), original);
  }
});

test("cut and lost files are found, and nothing is appended to what is damaged at its edge", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  await appendMany(writer, 258);
  for (const [path, original] of filesBelow(writer.directory)) {
    const file = join(writer.directory, path);
    if (path === "policy") {
      continue;
    }
    truncateSync(file, original.length - 1);
    assert.notDeepEqual(await codesOf(writer.directory), [], `${path} cut`);
    rmSync(file);
    assert.notDeepEqual(await codesOf(writer.directory), [], `${path} lost`);
    if (/\.p\/2$/.test(path)) {
      await assert.rejects(appendMany(writer, 1), AibomError, path);
    }
    writeFileSync(file, original);
  }
  assert.deepEqual(await codesOf(writer.directory), []);
});

/** A second history with the key of the first: what whoever runs the log can always make. */
async function rewritten(writer: Awaited<ReturnType<typeof sampleLog>>, to: string, entries: number) {
  const other = { ...writer, directory: to };
  await createLog(other, origin, { key: join(privateFolder(writer.directory), "log.key") });
  await appendMany(other, entries, {});
  return other;
}

test("the log's own key can rewrite history, and a remembered checkpoint or proof shows it", async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  await appendMany(writer, 20);
  const seen = openLog(writer.directory);
  const remembered = [{ checkpoint: seen.checkpoint, path: "seen" }];
  const proofs = [{ text: proofOfEntry(seen, 7), path: "proof" }];
  const entry = readEntry(seen, 7);
  await appendMany(writer, 300);
  assert.deepEqual(await codesOf(writer.directory, { remembered, proofs }), []);

  const other = await rewritten(writer, join(folder, "other"), 6);
  await appendEvent(other, sampleEvent(99), {});
  assert.deepEqual(await codesOf(other.directory), [], "by itself it looks whole");
  const shorter = await codesOf(other.directory, { remembered });
  assert.deepEqual(shorter, ["CUSTODY_LOG_ROLLED_BACK"]);
  await appendMany(other, 20);
  assert.deepEqual(await codesOf(other.directory, { remembered }), ["CUSTODY_LOG_FORKED"]);
  assert.deepEqual(await codesOf(other.directory, { proofs }), ["CUSTODY_PROOF_INVALID"]);
  assert.equal(
    verifyTlogProof(proofs[0]?.text ?? "", entry, seen.policy).index,
    7,
    "the proof itself stands",
  );
});

test("a checkpoint over 2^53 entries that are nowhere is refused at once", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  const { key } = openLog(writer.directory).checkpoint;
  const text = checkpointText(origin, Number.MAX_SAFE_INTEGER, Buffer.alloc(32, 7));
  const signature = await writer.signer.sign(Buffer.from(text));
  const signatures = [noteSignature(origin, key.id, signature)];
  writeFileSync(join(writer.directory, "checkpoint"), formatNote({ text, signatures }));
  const { findings, hasMore } = await verifyLog(openLog(writer.directory));
  assert.ok(hasMore);
  assert.deepEqual([...new Set(findings.map(({ code }) => code))], ["CUSTODY_LOG_DAMAGED"]);
  await assert.rejects(appendMany(writer, 1), { code: "CUSTODY_LOG_DAMAGED" });
});

test("an old copy that was put back is found, and so is another log", async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  await appendMany(writer, 10);
  cpSync(writer.directory, join(folder, "old"), { recursive: true });
  await appendMany(writer, 10);
  const { checkpoint } = openLog(writer.directory);
  const remembered = [{ checkpoint, path: "seen" }];
  assert.deepEqual(await codesOf(join(folder, "old"), { remembered }), ["CUSTODY_LOG_ROLLED_BACK"]);
  const stranger = { directory: join(folder, "stranger"), signer: newSigner(folder, "stranger.key") };
  await createLog(stranger, "another.example/log", { key: join(folder, "stranger.key") });
  assert.deepEqual(await codesOf(stranger.directory, { remembered }), ["CUSTODY_CHECKPOINT_INVALID"]);
  cpSync(join(writer.directory, "checkpoint"), join(stranger.directory, "checkpoint"));
  assert.deepEqual(await codesOf(stranger.directory), ["CUSTODY_CHECKPOINT_INVALID"]);
});

test("two histories that share a beginning cannot both continue one checkpoint", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 30 }),
      async (shared, one, other) => {
        const folder = temporaryDirectory(t);
        const writer = await sampleLog(folder);
        await appendMany(writer, shared);
        const fork = { ...writer, directory: join(folder, "fork") };
        cpSync(writer.directory, fork.directory, { recursive: true });
        cpSync(privateFolder(writer.directory), privateFolder(fork.directory), { recursive: true });
        await appendMany(writer, one);
        await appendEvent(fork, sampleEvent(99), {});
        await appendMany(fork, other);
        const remembered = [{ checkpoint: openLog(writer.directory).checkpoint, path: "seen" }];
        const [code] = await codesOf(fork.directory, { remembered });
        assert.equal(code, one <= other + 1 ? "CUSTODY_LOG_FORKED" : "CUSTODY_LOG_ROLLED_BACK");
      },
    ),
    { numRuns: 12 },
  );
});
