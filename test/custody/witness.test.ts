// SPDX-License-Identifier: Apache-2.0
// Witnesses by file: the round trip, what a witness refuses, what it remembers over a crash, and quorums.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { noteKeyOf } from "../../src/custody/append.ts";
import { cosign, type Witness } from "../../src/custody/witness.ts";
import {
  addCosignatures,
  appendEvent,
  lastWitnessedSize,
  loadLogPolicy,
  openLog,
  proofOfEntry,
  readEntry,
  requestWitness,
  verifyLog,
  verifyTlogProof,
} from "../../src/custody-log.ts";
import { AibomError } from "../../src/errors.ts";
import { formatVerifierKey } from "../../src/tlog/verifier-key.ts";
import { mutate, seeded } from "../random.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { appendMany, newSigner, sampleEvent, sampleLog } from "./sample-log.ts";

const withCode = (code: string) => (error: unknown) => error instanceof AibomError && error.code === code;
const at = new Date("2026-06-30T12:00:00Z");

/** A log whose policy asks for `quorum` of the witnesses. */
async function witnessedLog(folder: string, names: readonly string[], quorum: string) {
  const writer = await sampleLog(folder);
  const own = join(writer.directory, "policy");
  const policy = loadLogPolicy(own);
  const witnesses = names.map((name): Witness => {
    const memory = join(folder, name);
    mkdirSync(memory);
    return { name: `${name}.example/w`, signer: newSigner(folder, `${name}.key`), memory, policy };
  });
  const lines = witnesses.map(
    ({ name, signer }, index) =>
      `witness ${names[index]} ${formatVerifierKey(noteKeyOf(name, signer, "witness"))}\n`,
  );
  const text = readFileSync(own, "utf8").replace(
    "quorum none\n",
    `${lines.join("")}group all-of-them ${quorum} ${names.join(" ")}\nquorum all-of-them\n`,
  );
  writeFileSync(own, text);
  return { writer, witnesses };
}

/** Request, cosign, add. */
async function round(directory: string, witness: Witness | undefined, old?: number): Promise<void> {
  assert.ok(witness !== undefined);
  const name = witness.name.slice(0, witness.name.indexOf("."));
  const { request } = await requestWitness(directory, (log) => old ?? lastWitnessedSize(log, name));
  const { cosignature } = await cosign(witness, request, "request", at);
  await addCosignatures(directory, cosignature, "cosignature");
}

test("two of three witnesses: not before the second, and then for the entries that they saw", async (t) => {
  const { writer, witnesses } = await witnessedLog(temporaryDirectory(t), ["a", "b", "c"], "2");
  const { directory } = writer;
  await appendMany(writer, 5);
  const codes = async () => (await verifyLog(openLog(directory))).findings.map(({ code }) => code);
  assert.deepEqual(await codes(), ["CUSTODY_QUORUM"]);
  await round(directory, witnesses[0]);
  assert.deepEqual(await codes(), ["CUSTODY_QUORUM"]);
  const early = openLog(directory);
  assert.throws(
    () => verifyTlogProof(proofOfEntry(early, 2), readEntry(early, 2), early.policy),
    withCode("CUSTODY_QUORUM"),
  );
  await round(directory, witnesses[2]);
  assert.equal(openLog(directory).checkpoint.note.signatures.length, 3);
  await appendMany(writer, 300);
  const log = openLog(directory);
  const report = await verifyLog(log);
  assert.deepEqual(report.findings, []);
  assert.deepEqual(
    [report.witnessed?.size, report.witnessed?.cosigners.map(({ name }) => name)],
    [5, ["a", "c"]],
  );
  const proof = verifyTlogProof(proofOfEntry(log, 2), readEntry(log, 2), log.policy);
  assert.deepEqual([proof.size, proof.cosigners[0]?.at.toISOString()], [5, "2026-06-30T12:00:00.000Z"]);
  assert.throws(
    () => verifyTlogProof(proofOfEntry(log, 100), readEntry(log, 100), log.policy),
    withCode("CUSTODY_QUORUM"),
  );
  assert.throws(() => lastWitnessedSize(log), withCode("CUSTODY_POLICY_INVALID"), "they differ");
  assert.throws(() => lastWitnessedSize(log, "nobody"), withCode("CUSTODY_POLICY_INVALID"));
  await round(directory, witnesses[0]);
  await round(directory, witnesses[1]);
  assert.equal((await verifyLog(openLog(directory))).witnessed?.size, 305);
});

test("a witness refuses a fork, a shorter log, another start, a stranger, and repeats what it signed", async (t) => {
  const folder = temporaryDirectory(t);
  const { writer, witnesses } = await witnessedLog(folder, ["a"], "1");
  const [witness] = witnesses;
  assert.ok(witness !== undefined);
  const { directory } = writer;
  await appendMany(writer, 5);
  const fork = { ...writer, directory: join(folder, "fork") };
  cpSync(directory, fork.directory, { recursive: true });
  cpSync(`${directory}.private`, `${fork.directory}.private`, { recursive: true });
  await appendMany(writer, 5);
  await round(directory, witness);
  await round(directory, witness);

  const ask = async (from: string, old: number) => (await requestWitness(from, () => old)).request;
  const refuse = async (request: string, code: string) =>
    assert.rejects(cosign(witness, request, "request", at), withCode(code), code);
  await refuse(await ask(fork.directory, 0), "CUSTODY_LOG_ROLLED_BACK");
  await appendEvent(fork, sampleEvent(77), {});
  await appendMany(fork, 9);
  await refuse(await ask(fork.directory, 10), "CUSTODY_LOG_FORKED");
  await refuse(await ask(fork.directory, 0), "CUSTODY_REQUEST_STALE");
  await appendMany(writer, 1);
  await refuse(await ask(directory, 5), "CUSTODY_REQUEST_STALE");
  const good = await ask(directory, 10);
  await refuse(good.replace(/\n[A-Za-z0-9+/]{43}=\n/, "\n"), "CUSTODY_LOG_FORKED");
  await refuse("old 10\n\n", "CUSTODY_REQUEST_INVALID");
  await assert.rejects(
    cosign({ ...witness, policy: { ...witness.policy, logs: [] } }, good, "request", at),
    withCode("CUSTODY_REQUEST_INVALID"),
  );
  await assert.rejects(
    cosign({ ...witness, memory: join(folder, "nowhere") }, good, "request", at),
    withCode("CUSTODY_WITNESS_STATE"),
  );
  await assert.rejects(
    cosign({ ...witness, signer: newSigner(folder, "ec.key", "ecdsa-p256") }, good, "request", at),
    withCode("CUSTODY_KEY"),
  );
  await assert.rejects(
    requestWitness(directory, () => 99),
    withCode("CUSTODY_LOG_ROLLED_BACK"),
  );
  const next = seeded(5);
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const changed = Buffer.from(mutate(Buffer.from(good), next)).toString();
    await cosign(witness, changed, "request", at).then(
      ({ checkpoint }) => assert.equal(checkpoint.size, 11),
      (error: unknown) => assert.ok(error instanceof AibomError, String(error)),
    );
  }
  await cosign(witness, await ask(directory, 11), "request", at);
});

test("a log that was put back writes over nothing that it handed out", async (t) => {
  const folder = temporaryDirectory(t);
  const { writer, witnesses } = await witnessedLog(folder, ["w1"], "all");
  await appendMany(writer, 2);
  cpSync(writer.directory, join(folder, "old"), { recursive: true });
  await appendMany(writer, 1);
  await round(writer.directory, witnesses[0], 0);
  const kept = join(writer.directory, "checkpoints");
  const handedOut = readFileSync(join(kept, "3"), "utf8");
  for (const name of ["checkpoint", "tile"]) {
    rmSync(join(writer.directory, name), { recursive: true });
    cpSync(join(folder, "old", name), join(writer.directory, name), { recursive: true });
  }
  const again = () => requestWitness(writer.directory, () => 0);
  await assert.rejects(again(), withCode("CUSTODY_LOG_ROLLED_BACK"));
  await appendEvent(writer, sampleEvent(77), {});
  await assert.rejects(again(), withCode("CUSTODY_LOG_FORKED"));
  await appendEvent(writer, sampleEvent(78), {});
  await assert.rejects(again(), withCode("CUSTODY_LOG_FORKED"));
  assert.equal(readFileSync(join(kept, "3"), "utf8"), handedOut);
  assert.deepEqual(readdirSync(kept), ["3"]);
});

test("what a witness remembers: nobody else's word, and never less after a crash", async (t) => {
  const folder = temporaryDirectory(t);
  const { writer, witnesses } = await witnessedLog(folder, ["a"], "1");
  const [witness] = witnesses;
  assert.ok(witness !== undefined);
  await appendMany(writer, 5);
  const { request } = await requestWitness(writer.directory, () => 0);
  for (let stop = 1; ; stop += 1) {
    let step = 0;
    const onStep = (): void => {
      step += 1;
      if (step === stop) {
        throw new Error("stopped");
      }
    };
    const isStopped = await cosign(witness, request, "request", at, onStep).then(
      () => false,
      () => true,
    );
    if (!isStopped) {
      break;
    }
    const [file] = readdirSync(witness.memory).filter((name) => !name.startsWith("."));
    // Nothing was answered: it may remember or not, and signs the same checkpoint again.
    const old = file === undefined ? 0 : 5;
    await cosign(witness, (await requestWitness(writer.directory, () => old)).request, "request", at);
    rmSync(join(witness.memory, readdirSync(witness.memory)[0] ?? ""));
  }
  const [name = ""] = readdirSync(witness.memory);
  const memory = join(witness.memory, name);
  const kept = readFileSync(memory, "utf8");
  await appendMany(writer, 1);
  const later = (await requestWitness(writer.directory, () => 5)).request;
  const without = kept.split("\n").filter((line) => !line.startsWith("\u2014 a.example/w"));
  for (const changed of [without.join("\n"), kept.replace("\n5\n", "\n4\n"), "", "x"]) {
    writeFileSync(memory, changed);
    await assert.rejects(cosign(witness, later, "request", at), withCode("CUSTODY_WITNESS_STATE"));
  }
  writeFileSync(memory, kept);
  await cosign(witness, later, "request", at);
});

test("the log keeps only cosignatures that hold, by witnesses of its policy", async (t) => {
  const folder = temporaryDirectory(t);
  const { writer, witnesses } = await witnessedLog(folder, ["a"], "1");
  const [witness] = witnesses;
  assert.ok(witness !== undefined);
  await appendMany(writer, 5);
  const { request } = await requestWitness(writer.directory, () => 0);
  const { cosignature } = await cosign(witness, request, "request", at);
  const stranger = { ...witness, signer: newSigner(folder, "stranger.key"), memory: join(folder, "s") };
  mkdirSync(stranger.memory);
  const foreign = (await cosign(stranger, request, "request", at)).cosignature;
  for (const bad of [foreign, cosignature.replace("a.example", "b.example"), "x", ""]) {
    await assert.rejects(
      addCosignatures(writer.directory, bad, "cosignature"),
      withCode("CUSTODY_COSIGNATURE_INVALID"),
    );
  }
  // The log went on in between: the answer belongs to the checkpoint that was handed out.
  await appendMany(writer, 3);
  const added = await addCosignatures(writer.directory, foreign + cosignature, "cosignature");
  assert.deepEqual(added, { size: 5, witnesses: ["a"] });
  await addCosignatures(writer.directory, cosignature, "cosignature");
  const kept = join(writer.directory, "checkpoints", "5");
  assert.equal(readFileSync(kept, "utf8").split("\u2014").length, 3, "once each");
  writeFileSync(kept, readFileSync(kept, "utf8").replace("\n5\n", "\n6\n"));
  assert.notDeepEqual((await verifyLog(openLog(writer.directory))).findings, []);
});
