// SPDX-License-Identifier: Apache-2.0
// Records that say more than their files prove, in folders that are hashed and sealed as they should be. START-HERE.html
// shows what the record says. Both verifiers must refuse each.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  type FolderFiles,
  folderKeys,
  folderPayload,
  hexOf,
  sealed,
  withSeal,
} from "../../fixtures/audit-folder.ts";
import { packArchive } from "../../src/audit/archive.ts";
import type { AuditRecord } from "../../src/audit/record.ts";
import { renderStartHere } from "../../src/page/start-here.ts";
import { keySigner } from "../../src/signers/key.ts";
import { signStatement } from "../../src/signers/statement-bundle.ts";
import { verifyAudit } from "../../src/verify-audit.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { checkedAt, refusedByBoth, verifyBoth, writeFiles } from "./verify-both.ts";

const folder = join(temporaryDirectory({ after }), "audit");
const payload = await folderPayload();
const seal = "seal/statement.sigstore.json";

// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
type Loose = any;

const parsed = (files: FolderFiles, path: string): Loose =>
  JSON.parse(Buffer.from(files.get(path) ?? "").toString());

function write(files: FolderFiles, path: string, change: (value: Loose) => void): FolderFiles {
  const value = parsed(files, path);
  change(value);
  return files.set(path, Buffer.from(JSON.stringify(value)));
}

async function lie(change: (record: Loose) => void, fault: string, what: string): Promise<void> {
  const files = await sealed(write(new Map(payload), "data/record.json", change));
  await refusedByBoth(folder, files, fault, what);
}

const artifactOf = (record: Loose, name: string): Loose =>
  record.artifacts.find((each: Loose) => each.name === name);

test("grades and counts that no signature shows", async () => {
  const claim = (name: string, evidence: object, what: string) =>
    lie(
      (record) => {
        const artifact = artifactOf(record, name);
        artifact.signers = [];
        Object.assign(artifact.evidence, evidence);
      },
      "FAIL receipt.evidence",
      what,
    );
  await claim("chat", { grade: "claim", signedFiles: 1 }, "files that nobody signed");
  await claim("chat", { grade: "signed", signedFiles: 0 }, "a signature that is not there");
  const statement = { signedFiles: 1 };
  await lie(
    (record) => Object.assign(artifactOf(record, "tickets").evidence, statement),
    "FAIL receipt.evidence",
    "a statement counted as a signature",
  );
  const unsigned = new Map(payload);
  write(unsigned, "data/record.json", (record) => {
    record.files.bomSignatures = [];
  });
  await refusedByBoth(folder, await sealed(unsigned), "FAIL receipt.evidence", "a BOM that nobody signed");
});

test("signatures that are about something else", async () => {
  const signerBy = (path: (record: Loose) => string, usage: string, what: string) =>
    lie(
      (record) => {
        const own = artifactOf(record, "chat").signers[0];
        artifactOf(record, "tickets").signers = [{ ...own, predicateType: "", path: path(record), usage }];
      },
      "FAIL receipt.signature",
      what,
    );
  await signerBy((record) => record.files.bom, "bom", "a signature inside the BOM");
  await signerBy((record) => record.files.bomSignatures[1], "bom", "a signature of the BOM");
  await signerBy((record) => artifactOf(record, "chat").signers[0].path, "model", "of another artifact");
  await lie(
    (record) => {
      artifactOf(record, "tickets").signers[0].usage = "policy";
    },
    "FAIL receipt.signature",
    "another usage of the same person",
  );
  await lie(
    (record) => {
      artifactOf(record, "chat").signers[0].predicateType = "";
    },
    "FAIL receipt.signature",
    "a statement without a type",
  );
});

test("times and logs that nothing proves", async () => {
  const add = (change: (signer: Loose) => void, what: string) =>
    lie((record) => change(artifactOf(record, "chat").signers[0]), "FAIL receipt.signature", what);
  await add((signer) => {
    signer.times = [{ time: "2001-01-01T00:00:00.000Z", source: "rfc3161", authority: "site-tsa" }];
  }, "a time");
  await add((signer) => {
    signer.logEntries = 1;
  }, "a log");
});

test("a decision that is another one than the verdict", async () => {
  const rule = { rule: "x", kind: "signed", status: "fail", mode: "enforce", matched: 1, codes: [] };
  const other = "FAIL decision.verdict";
  await lie((record) => record.rules.push(rule), other, "a rule that the verdict does not have");
  await lie((record) => record.rules.pop(), other, "a rule that is left out");
  await lie(
    (record) => {
      record.artifacts[0].status = "fail";
    },
    other,
    "allowed although an artifact failed",
  );
  const both = new Map(payload);
  for (const path of ["data/record.json", "data/decisions/verdict.json"]) {
    write(both, path, ({ rules }) => rules.push(rule));
  }
  await refusedByBoth(folder, await sealed(both), other, "allowed although a rule failed");
  const hidden = write(new Map(payload), "data/decisions/verdict.json", ({ findings }) =>
    findings.push({ code: "PICKLE_IMPORT_DANGEROUS", severity: "critical", subject: "chat" }),
  );
  await refusedByBoth(folder, await sealed(hidden), other, "a finding that the page does not show");
  await lie(
    (record) => record.verdict.unsafe.push("--unsafe-accept-pickle"),
    "FAIL decision.vsa",
    "passed although a check was weakened",
  );
});

test("people whom the trust root does not name", async () => {
  await lie(
    ({ trustRoot }) => trustRoot.identities.push({ name: "government", kind: "key", usages: ["model"] }),
    "FAIL record.trust-root",
    "one more",
  );
  await lie(
    ({ trustRoot }) => trustRoot.identities[0].usages.push("policy"),
    "FAIL record.trust-root",
    "one more usage",
  );
});

test("a page that shows another decision: aibom of the version that made it compares", async () => {
  const record: AuditRecord = parsed(new Map(payload), "data/record.json");
  const folderWith = async (shown: AuditRecord) =>
    writeFiles(
      folder,
      await sealed(new Map(payload).set("START-HERE.html", Buffer.from(renderStartHere(shown)))),
    );
  const { version: toolVersion } = record.tool;
  await folderWith(record);
  assert.deepEqual((await verifyBoth(folder, { toolVersion })).ownFaults, []);
  await folderWith({ ...record, verdict: { ...record.verdict, outcome: "deny" } });
  assert.deepEqual((await verifyBoth(folder, { toolVersion })).ownFaults, ["FAIL page.record"]);
  const other = await verifyBoth(folder, { toolVersion: `${toolVersion}-other` });
  assert.deepEqual([other.ownFaults, other.selfFaults], [[], []], "another version makes another page");
});

test("an archive with something behind its end", async (t) => {
  const file = join(temporaryDirectory(t), "audit.tar.zst");
  const files = [...(await sealed(payload))].map(([path, bytes]) => ({ path, pieces: [bytes] }));
  const archive = packArchive(files, "audit", checkedAt);
  writeFileSync(file, archive);
  assert.equal((await verifyAudit(file, { at: checkedAt })).exit, 0);
  for (const more of [Buffer.from("garbage"), archive]) {
    writeFileSync(file, Buffer.concat([archive, more]));
    await assert.rejects(verifyAudit(file, { at: checkedAt }), { code: "AUDIT_ARCHIVE_BROKEN" });
  }
});

test("a seal that is another statement of the auditor, or states something else", async () => {
  const good = await sealed(payload);
  const statement = JSON.parse(
    Buffer.from(parsed(good, seal).dsseEnvelope.payload, "base64").toString(),
  ) as Loose;
  const signed = async (change: object) => {
    const bytes = Buffer.from(JSON.stringify({ ...statement, ...change }));
    const bundle = await signStatement(bytes, keySigner(folderKeys.sealer.privateKey), 1 << 20);
    const files = new Map([...good].filter(([path]) => !path.startsWith("seal/")));
    return files.set(seal, bundle);
  };
  const predicateType = "https://slsa.dev/verification_summary/v1";
  await refusedByBoth(folder, await signed({ predicateType }), "FAIL seal.statement", "a summary");
  const predicate = { ...statement.predicate, verdict: "deny" };
  await refusedByBoth(folder, await signed({ predicate }), "FAIL seal.statement", "another verdict");
  writeFiles(folder, await signed({}));
  const { ownFaults, selfFaults } = await verifyBoth(folder);
  assert.deepEqual([ownFaults, selfFaults], [["not checked seal.time"], ["not checked seal.time"]]);
});

test("files of the seal that no check looks at", async () => {
  const good = await sealed(payload);
  const event = new Map(good).set("seal/event.dsse.json", Buffer.from("anything"));
  await refusedByBoth(folder, event, "FAIL seal.files", "an event without its proof");
  const bare = await withSeal(new Map([...good].filter(([path]) => !path.startsWith("seal/"))), {
    token: null,
    renewals: [],
  });
  const renewal = new Map(bare).set("seal/renewal-1.tsr", Buffer.from("anything"));
  await refusedByBoth(folder, renewal, "FAIL seal.renewal", "a renewal of no time stamp");
});

test("many checks that could not be made do not hide one that failed", async () => {
  const files = write(new Map(payload), "data/record.json", (record) => {
    const [artifact] = record.artifacts;
    const [own] = artifact.signers;
    const { path: _, ...absent } = own;
    artifact.signers = [...Array.from({ length: 25 }, () => absent), { ...own, keyId: hexOf("other") }];
  });
  await refusedByBoth(folder, await sealed(files), "FAIL receipt.signature");
});
