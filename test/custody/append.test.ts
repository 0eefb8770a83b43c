// SPDX-License-Identifier: Apache-2.0
// Appending: what stands in an entry, who is authenticated and who is claimed, events that need several entries, and copies.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import {
  appendEvent,
  appendEvents,
  checkpointNote,
  copyLog,
  createLogWithKey,
  logFiles,
  openEntry,
  openLog,
  openWriter,
  proofOfEntry,
  readEntries,
  readEntry,
  readPeople,
  verifyLog,
  verifyTlogProof,
} from "../../src/custody-log.ts";
import { AibomError } from "../../src/errors.ts";
import { loadValidator } from "../../src/schemas/validators.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  appendMany,
  claimed,
  filesBelow,
  keyFile,
  newSigner,
  origin,
  sampleEvent,
  sampleLog,
} from "./sample-log.ts";

const withCode = (code: string) => (error: unknown) => error instanceof AibomError && error.code === code;

test("an empty log verifies", async (t) => {
  const { directory } = await sampleLog(temporaryDirectory(t));
  const log = openLog(directory);
  assert.equal(log.checkpoint.size, 0);
  assert.deepEqual((await verifyLog(log)).findings, []);
  assert.throws(() => readEntry(log, 0), withCode("CUSTODY_ENTRY_MISSING"));
});

test("a log without a name is called after its key, so that no two are called alike", async (t) => {
  const folder = temporaryDirectory(t);
  const directory = join(folder, "log");
  const key = keyFile(folder, "log.key", "ed25519");
  await createLogWithKey(directory, { key });
  const { keyId } = (await openWriter(directory)).signer;
  assert.equal(openLog(directory).checkpoint.origin, `aibom.local/${keyId.slice(0, 16)}`);
  await createLogWithKey(join(folder, "other"), {});
  assert.notEqual(openLog(join(folder, "other")).checkpoint.origin, openLog(directory).checkpoint.origin);
});

test("entries of each kind of key: the key signs, and the person is a pseudonym", async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  for (const type of ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "ed25519", "ml-dsa-65"] as const) {
    await appendEvent(writer, sampleEvent(1), { signer: newSigner(folder, type, type), claimed });
  }
  await appendEvent(writer, sampleEvent(2), { claimed });
  await appendEvent(writer, sampleEvent(3), {});
  const log = openLog(writer.directory);
  const shown = await readEntries(log, 0, 7);
  assert.deepEqual(
    shown.map(({ entry }) => [entry.actor.authenticated?.algorithm, entry.actor.claimed?.by]),
    [
      ["ecdsa-p256-sha256", "operating-system"],
      ["ecdsa-p384-sha384", "operating-system"],
      ["ecdsa-p521-sha512", "operating-system"],
      ["ed25519", "operating-system"],
      ["ml-dsa-65", "operating-system"],
      [undefined, "operating-system"],
      [undefined, undefined],
    ],
  );
  const [person] = readPeople(writer.directory);
  assert.equal(readPeople(writer.directory).length, 1);
  assert.equal(person?.user, "alice");
  assert.equal(shown[0]?.entry.actor.claimed?.person, person?.person);
  for (const [path, bytes] of filesBelow(writer.directory)) {
    assert.ok(!Buffer.from(bytes).includes("alice") && !Buffer.from(bytes).includes("build-1"), path);
  }
  const validate = await loadValidator("custody-entry");
  assert.ok(shown.every(({ entry }) => validate(entry)));
  const report = await verifyLog(log);
  assert.deepEqual(report.findings, []);
  assert.deepEqual([report.byActor.size, report.withoutKey], [5, 2]);
});

test("an actor's key of the machine signs what has no key of its own", async (t) => {
  const folder = temporaryDirectory(t);
  const directory = join(folder, "log");
  await createLogWithKey(directory, { name: origin, actorKey: keyFile(folder, "gate.key", "ecdsa-p256") });
  await appendEvent(await openWriter(directory), sampleEvent(1), { claimed });
  const [shown] = await readEntries(openLog(directory), 0, 1);
  assert.equal(shown?.entry.actor.authenticated?.algorithm, "ecdsa-p256-sha256");
});

test("sizes around full tiles: every proof holds, for its entry alone, and the log verifies", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  for (const count of [1, 254, 1, 1, 255, 1, 300]) {
    await appendMany(writer, count);
    const log = openLog(writer.directory);
    const { size } = log.checkpoint;
    for (const index of new Set([0, 1, 255, 256, size - 1].filter((each) => each < size))) {
      const proof = verifyTlogProof(proofOfEntry(log, index), readEntry(log, index), log.policy);
      assert.deepEqual([proof.index, proof.size, proof.origin], [index, size, origin]);
      const other = Buffer.from(`${readEntry(log, index)} `);
      assert.throws(
        () => verifyTlogProof(proofOfEntry(log, index), other, log.policy),
        withCode("CUSTODY_PROOF_INVALID"),
      );
    }
  }
  const report = await verifyLog(openLog(writer.directory));
  assert.equal(report.log.checkpoint.size, 813);
  assert.deepEqual(report.findings, []);
});

test("an event with thousands of subjects is several entries in a row", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  const subject = Array.from({ length: 3000 }, (_, number) => sampleEvent(number).subject).flat();
  const { indexes } = await appendEvent(
    writer,
    sampleEvent(1, { subject, outputs: [...subject].slice(0, 5) }),
    {},
  );
  assert.ok(indexes.length > 3);
  const shown = await readEntries(openLog(writer.directory), 0, indexes.length);
  assert.deepEqual(
    shown.flatMap(({ entry }) => entry.subject),
    subject,
  );
  assert.deepEqual(shown.at(-1)?.entry.outputs.length, 5);
  assert.deepEqual(
    shown.map(({ entry }) => entry.part),
    indexes.map((_, at) => ({ number: at + 1, of: indexes.length })),
  );
});

test("names that no text can hold are made into some", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  const digest = { sha256: "00" };
  const subject = ["", "\ud800", "x".repeat(600)].map((name) => ({ name, digest }));
  await appendEvent(writer, sampleEvent(1, { subject }), {});
  const [shown] = await readEntries(openLog(writer.directory), 0, 1);
  assert.deepEqual(
    shown?.entry.subject.map(({ name }) => name),
    ["unnamed", "\ufffd", "x".repeat(512)],
  );
});

test("an event whose fixed part leaves no room is refused", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  const odd = "\u0001";
  const digest = { sha256: "00" };
  const subject = Array.from({ length: 40 }, () => ({ name: odd.repeat(512), digest }));
  const tool = { name: odd.repeat(512), version: odd.repeat(512) };
  const event = sampleEvent(1, { subject, tool, reason: odd.repeat(2000) });
  await assert.rejects(appendEvent(writer, event, {}), withCode("CUSTODY_ENTRY_TOO_LARGE"));
});

test("what does not fit is refused, and the log is as it was", async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  await appendMany(writer, 3);
  const before = filesBelow(writer.directory);
  const refused: [() => Promise<unknown>, string][] = [
    [() => appendEvent(writer, sampleEvent(1, { type: "Not A Word" }), {}), "CUSTODY_ENTRY_INVALID"],
    [() => appendEvent(writer, sampleEvent(1, { reason: "x".repeat(2001) }), {}), "CUSTODY_ENTRY_INVALID"],
    [
      () => appendEvents(writer, [sampleEvent(1), sampleEvent(1, { reason: "" })], {}),
      "CUSTODY_ENTRY_INVALID",
    ],
    [
      () => appendEvent({ ...writer, signer: newSigner(folder, "other.key") }, sampleEvent(1), {}),
      "CUSTODY_KEY",
    ],
    [
      () => appendEvent({ ...writer, directory: join(folder, "none") }, sampleEvent(1), {}),
      "CUSTODY_LOG_MISSING",
    ],
    [() => createLogWithKey(writer.directory, { name: origin }), "CUSTODY_LOG_EXISTS"],
    [() => createLogWithKey(join(folder, "b"), { name: "a name" }), "CUSTODY_NAME"],
    [
      () =>
        createLogWithKey(join(folder, "c"), { name: origin, key: keyFile(folder, "ec.key", "ecdsa-p256") }),
      "CUSTODY_KEY",
    ],
    [() => openWriter(join(folder, "none")), "CUSTODY_LOG_MISSING"],
  ];
  for (const [attempt, code] of refused) {
    await assert.rejects(attempt, withCode(code), code);
  }
  assert.deepEqual(filesBelow(writer.directory), before);
});

test("a log that cannot be written says so", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  writeFileSync(join(writer.directory, "tile"), "in the way");
  await assert.rejects(appendMany(writer, 1), withCode("CUSTODY_LOG_NOT_WRITABLE"));
  assert.equal(openLog(writer.directory).checkpoint.size, 0);
});

test("settings that are not understood are refused", async (t) => {
  const writer = await sampleLog(temporaryDirectory(t));
  const path = `${writer.directory}.private/settings.json`;
  for (const text of ['{"v":1}', '{"v":2,"key":"log.key"}', '{"v":1,"key":"log.key","more":1}', "[]"]) {
    writeFileSync(path, text);
    await assert.rejects(openWriter(writer.directory), withCode("CUSTODY_SETTINGS"), text);
  }
  writeFileSync(`${writer.directory}.private/people.json`, '{"v":1,"people":[{"person":"person-0"}]}');
  assert.throws(() => readPeople(writer.directory), withCode("CUSTODY_SETTINGS"));
});

test("copies of one checkpoint are the same files, verify, and have nothing private", async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  await appendMany(writer, 300, { claimed });
  const log = openLog(writer.directory);
  copyLog(log, join(folder, "one"));
  copyLog(log, join(folder, "two"));
  assert.deepEqual(filesBelow(join(folder, "one")), filesBelow(join(folder, "two")));
  assert.deepEqual(
    [...filesBelow(join(folder, "one")).keys()],
    [
      "checkpoint",
      "policy",
      "tile/0/000",
      "tile/0/001.p/44",
      "tile/1/000.p/1",
      "tile/entries/000",
      "tile/entries/001.p/44",
    ],
  );
  assert.equal([...logFiles(log)].length, 7);
  const copy = openLog(join(folder, "one"));
  assert.deepEqual((await verifyLog(copy)).findings, []);
  assert.equal(checkpointNote(copy), readFileSync(join(writer.directory, "checkpoint"), "utf8"));
});

test("an entry in the name of a key that did not sign it, or out of place, is found", async (t) => {
  const folder = temporaryDirectory(t);
  const writer = await sampleLog(folder);
  await appendEvent(writer, sampleEvent(1), { signer: newSigner(folder, "a.key", "ecdsa-p256") });
  const log = openLog(writer.directory);
  const envelope = JSON.parse(Buffer.from(readEntry(log, 0)).toString()) as {
    payload: string;
    payloadType: string;
    signatures: { keyid: string; sig: string }[];
  };
  const { key } = log.checkpoint;
  const open = (changed: object) =>
    openEntry(Buffer.from(JSON.stringify({ ...envelope, ...changed })), key, "entry");
  await open({});
  const [signature = { keyid: "", sig: "" }] = envelope.signatures;
  const cases: [object, string][] = [
    [{ signatures: [{ ...signature, keyid: "00" }] }, "CUSTODY_ENTRY_SIGNATURE"],
    [{ payload: Buffer.from('{"v":1}').toString("base64") }, "CUSTODY_ENTRY_INVALID"],
    [{ signatures: [] }, "CUSTODY_ENTRY_INVALID"],
    [{ signatures: [signature, signature] }, "CUSTODY_ENTRY_INVALID"],
    [{ payloadType: "application/json" }, "CUSTODY_ENTRY_INVALID"],
    [{ more: 1 }, "CUSTODY_ENTRY_INVALID"],
  ];
  for (const [changed, code] of cases) {
    await assert.rejects(open(changed), withCode(code), JSON.stringify(changed).slice(0, 60));
  }
  const spaced = Buffer.from(JSON.stringify(envelope, undefined, 1));
  await assert.rejects(openEntry(spaced, key, "entry"), withCode("CUSTODY_ENTRY_INVALID"));
});
