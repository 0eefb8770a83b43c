// SPDX-License-Identifier: Apache-2.0
// AS2: who touched what, from a custody log. Signed by a key of the trust root counts, witnessed counts fully, a log that does not
// verify counts against.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { noteKeyOf } from "../../src/custody/append.ts";
import { cosign, type Witness } from "../../src/custody/witness.ts";
import {
  addCosignatures,
  appendEvents,
  lastWitnessedSize,
  loadLogPolicy,
  requestWitness,
} from "../../src/custody-log.ts";
import { custodyRecord } from "../../src/profile-custody.ts";
import { loadPrivateKey } from "../../src/signers/key.ts";
import { formatVerifierKey } from "../../src/tlog/verifier-key.ts";
import { loadTrustRoot } from "../../src/trust/load.ts";
import { claimed, newSigner, sampleEvent, sampleLog } from "../custody/sample-log.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { trust, writeKey } from "../use-cases/release.ts";
import { dataset, deployed, model, profileOf } from "./profile-inputs.ts";

const artifacts = [model(), dataset(), deployed()];
const all = new Set(artifacts.map(({ manifest }) => manifest.hex));

function answer(custody?: object) {
  const found = profileOf({
    artifacts,
    ...(custody === undefined ? {} : { custody: custody as never }),
  }).checks.find(({ id }) => id === "AS2");
  return [found?.status, found?.evidence];
}

test("AS2: no log, a log that does not verify, an artifact without an event, a log without and with witnesses", () => {
  const none = new Set<string>();
  assert.deepEqual(answer(), ["unknown", undefined]);
  assert.deepEqual(answer({ problems: ["CUSTODY_LOG_DAMAGED entry 1"], digests: all, witnessed: all }), [
    "fail",
    4,
  ]);
  assert.deepEqual(answer({ problems: [], digests: none, witnessed: none })[0], "fail");
  assert.deepEqual(answer({ problems: [], digests: all, witnessed: none }), ["weak", 3]);
  assert.deepEqual(answer({ problems: [], digests: all, witnessed: all }), ["pass", 4]);
});

const at = new Date("2026-06-30T12:00:00Z");

test("a log is read: only entries by a key of the trust root count, fully only if witnesses saw them", async (t) => {
  const folder = temporaryDirectory(t);
  const log = await sampleLog(folder);
  const { directory } = log;
  const known = writeKey(folder, "known");
  const stranger = writeKey(folder, "stranger");
  trust(join(folder, "trust"), [{ name: "known", publicPem: known.publicPem }]);
  const trustRoot = loadTrustRoot(join(folder, "trust"));
  const hex = (number: number) => number.toString(16).padStart(64, "0");
  await appendEvents(log, [sampleEvent(1)], { claimed });
  await appendEvents(log, [sampleEvent(2)], { signer: loadPrivateKey(stranger.path) });
  await appendEvents(log, [sampleEvent(3)], { signer: loadPrivateKey(known.path) });
  const own = await custodyRecord(directory, undefined, trustRoot, at);
  assert.deepEqual([own.problems, [...own.digests], [...own.witnessed]], [[], [hex(3)], []]);

  // A witness, by a policy that is kept elsewhere. What comes after it looked is not seen.
  const ownPolicy = join(directory, "policy");
  const memory = join(folder, "memory");
  mkdirSync(memory);
  const signer = newSigner(folder, "w.key");
  const witness: Witness = { name: "w.example/1", signer, memory, policy: loadLogPolicy(ownPolicy) };
  const key = formatVerifierKey(noteKeyOf(witness.name, signer, "witness"));
  const text = readFileSync(ownPolicy, "utf8").replace("quorum none\n", `witness w ${key}\nquorum w\n`);
  const policy = join(folder, "elsewhere");
  writeFileSync(policy, text);
  writeFileSync(ownPolicy, text);
  const { request } = await requestWitness(directory, (each) => lastWitnessedSize(each, "w"));
  const { cosignature } = await cosign(witness, request, "request", at);
  await addCosignatures(directory, cosignature, "cosignature");
  await appendEvents(log, [sampleEvent(4)], { signer: loadPrivateKey(known.path) });
  const elsewhere = await custodyRecord(directory, policy, trustRoot, at);
  assert.deepEqual([[...elsewhere.digests], [...elsewhere.witnessed]], [[hex(3), hex(4)], [hex(3)]]);
  assert.equal(
    (await custodyRecord(directory, undefined, trustRoot, at)).witnessed.size,
    0,
    "its own policy proves less",
  );

  trust(join(folder, "others"), [{ name: "other", publicPem: stranger.publicPem }]);
  const others = await custodyRecord(directory, policy, loadTrustRoot(join(folder, "others")), at);
  assert.deepEqual([...others.digests], [hex(2)]);

  const folderOfEntries = join(directory, "tile/entries/000.p");
  const entries = join(folderOfEntries, readdirSync(folderOfEntries).at(-1) ?? "");
  const bytes = readFileSync(entries);
  bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
  writeFileSync(entries, bytes);
  const damaged = await custodyRecord(directory, policy, trustRoot, at);
  assert.ok(damaged.problems.length > 0);
  assert.equal(damaged.digests.size, 0);
});
