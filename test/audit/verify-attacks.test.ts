// SPDX-License-Identifier: Apache-2.0
// Folders that were made to deceive: everything is hashed and sealed again after the change, by the auditor's own key where
// nothing else is said, so that only the check that is meant can refuse them. Both verifiers must.

import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  custodyFiles,
  type FolderFiles,
  folderKeys,
  folderPayload,
  folderTrust,
  hexOf,
  recordedTrust,
  type SealSpec,
  sealed,
  withSeal,
} from "../../fixtures/audit-folder.ts";
import { keyPair } from "../../fixtures/pki.ts";
import { keySigner } from "../../src/signers/key.ts";
import { signStatement } from "../../src/signers/statement-bundle.ts";
import { publicKeyId } from "../../src/trust/public-key.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { refusedByBoth, verifyBoth, writeFiles } from "./verify-both.ts";

const root = temporaryDirectory({ after });
const folder = join(root, "audit");
const payload = await folderPayload();
const record = "data/record.json";
const model = [...payload.keys()].find((name) => name.endsWith("/model.sig")) ?? "";
const stranger = keyPair("p384", "stranger");

type Change = (files: FolderFiles) => unknown;

/** A folder after a change to its payload, hashed and sealed again. */
async function changed(change: Change, seal: SealSpec = {}): Promise<FolderFiles> {
  const files: FolderFiles = new Map(payload);
  await change(files);
  return sealed(files, seal);
}

/** The record after a change, with the digests of what it names. */
// biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
function rewrite(files: FolderFiles, change: (record: any) => void = () => {}): void {
  const parsed = JSON.parse(Buffer.from(files.get(record) ?? "").toString());
  for (const input of parsed.inputs) {
    input.digest = `sha256:${hexOf(files.get(input.path) ?? "")}`;
  }
  parsed.trustRoot.digest = `sha256:${hexOf(files.get("data/trust-root/trust.json") ?? "")}`;
  Object.assign(parsed.trustRoot, recordedTrust(files));
  change(parsed);
  files.set(record, Buffer.from(JSON.stringify(parsed)));
}

const refused = (files: FolderFiles, fault: string, what = fault): Promise<void> =>
  refusedByBoth(folder, files, fault, what);

test("a seal by a stranger: not checked by the folder's keys, refused by the key that was expected", async () => {
  writeFiles(folder, await changed(() => {}, { by: stranger }));
  const alone = await verifyBoth(folder);
  assert.deepEqual([alone.own, alone.self], [3, 3]);
  assert.deepEqual(
    [alone.ownFaults, alone.selfFaults],
    [["not checked seal.signature"], ["not checked seal.signature"]],
  );
  const keyId = publicKeyId(folderKeys.sealer.publicKey);
  const asked = await verifyBoth(folder, { expected: { keyId } });
  assert.deepEqual([asked.own, asked.self].includes(0), false);
  const good = writeFiles(join(root, "good"), await sealed(payload));
  const right = await verifyBoth(good, { expected: { keyId, identity: "auditor" } });
  assert.deepEqual([right.own, right.self], [0, 0]);
  const wrong = await verifyBoth(good, { expected: { keyId: hexOf("another"), identity: "somebody" } });
  assert.deepEqual(wrong.ownFaults, ["FAIL seal.expected-key", "FAIL seal.expected-signer"]);
  assert.deepEqual(wrong.selfFaults, wrong.ownFaults);
});

test("a trust root that was exchanged together with the seal: only the auditor's own shows it", async () => {
  const forged = folderTrust((trust) => {
    for (const each of trust["identities"] ?? []) {
      const identity = each as Record<string, unknown>;
      if (identity["name"] === "auditor") {
        const pem = stranger.publicKey.export({ type: "spki", format: "pem" });
        Object.assign(identity, { publicKey: pem, keyId: publicKeyId(stranger.publicKey) });
      }
    }
  });
  const files = await changed(
    (each) => {
      for (const [path, bytes] of forged) {
        each.set(path, bytes);
      }
      rewrite(each);
    },
    { by: stranger },
  );
  writeFiles(folder, files);
  const trustRoot = join(writeFiles(join(root, "own"), folderTrust()), "data/trust-root");
  const byFolder = await verifyBoth(folder);
  assert.deepEqual(
    [byFolder.own, byFolder.self],
    [0, 0],
    "a folder's own keys prove that it is whole, not who made it",
  );
  const text = byFolder.selfLines.find(({ id }) => id === "trust.read")?.text ?? "";
  assert.match(text, /the folder's own.*not who made it/);
  const byAuditor = await verifyBoth(folder, { trustRoot });
  assert.deepEqual([byAuditor.own, byAuditor.self].includes(0), false);
  const honest = await verifyBoth(writeFiles(join(root, "good"), await sealed(payload)), { trustRoot });
  assert.deepEqual([honest.own, honest.self], [0, 0]);
});

test("manifests: ways out, line ends, lines twice, files that are not listed", async () => {
  const good = await sealed(payload);
  const tags = Buffer.from(good.get("tagmanifest-sha256.txt") ?? "").toString();
  const digest = hexOf("x");
  const cases = {
    "a way out": `${tags}${digest}  ../outside\n`,
    "an absolute path": `${tags}${digest}  /etc/passwd\n`,
    "a way through": `${tags}${digest}  data/../bagit.txt\n`,
    "line ends of Windows": tags.replaceAll("\n", "\r\n"),
    "a line twice": tags + tags,
    "no last line end": tags.slice(0, -1),
    "a binary mark": tags.replace("  ", " *"),
    nothing: "",
  };
  for (const [what, text] of Object.entries(cases)) {
    const files = new Map(good).set("tagmanifest-sha256.txt", Buffer.from(text));
    const fault = what === "nothing" ? "FAIL bag.tags" : "FAIL bag.tags-manifest";
    await refused(await withSeal(files), fault, what);
  }
  const unlisted = new Map(good).set("notes.txt", Buffer.from("added"));
  await refused(unlisted, "FAIL bag.tags", "a tag file that is not listed");
  const inside = new Map(good).set("data/notes.txt", Buffer.from("added"));
  await refused(inside, "FAIL bag.payload", "a file in data/ that is not listed");
});

test("names that are one file elsewhere, and links", async () => {
  const collision = await changed((files) => files.set("data/RECORD.json", Buffer.from("{}")));
  await refused(collision, "FAIL folder.files", "two spellings");
  writeFiles(folder, await sealed(payload));
  const path = join(folder, "data/not-covered.json");
  writeFileSync(join(root, "outside.json"), Buffer.from(payload.get("data/not-covered.json") ?? ""));
  rmSync(path);
  symlinkSync(join(root, "outside.json"), path);
  const linked = await verifyBoth(folder);
  assert.ok(
    linked.ownFaults.includes("FAIL folder.files") && linked.selfFaults.includes("FAIL folder.files"),
  );
  rmSync(path);
  mkdirSync(path);
  const directory = await verifyBoth(folder);
  assert.deepEqual([directory.own, directory.self], [1, 1]);
});

test("a seal of another folder, a time stamp of another seal", async () => {
  const good = await sealed(payload);
  const other = await changed((files) => files.set("data/not-covered.json", Buffer.from("[1]")));
  const names = ["seal/statement.sigstore.json", "seal/token.tsr", "seal/renewal-1.tsr"];
  const moved = new Map(good);
  for (const name of names) {
    moved.set(name, other.get(name) ?? new Uint8Array());
  }
  await refused(moved, "FAIL seal.statement");
  await refused(
    new Map(good).set("seal/token.tsr", other.get("seal/token.tsr") ?? new Uint8Array()),
    "FAIL seal.token",
  );
  const renewal = other.get("seal/renewal-1.tsr") ?? new Uint8Array();
  await refused(new Map(good).set("seal/renewal-1.tsr", renewal), "FAIL seal.renewal");
  const bundle = JSON.parse(Buffer.from(good.get("seal/statement.sigstore.json") ?? "").toString());
  const foreign = JSON.parse(Buffer.from(other.get("seal/statement.sigstore.json") ?? "").toString());
  bundle.verificationMaterial.timestampVerificationData =
    foreign.verificationMaterial.timestampVerificationData;
  await refused(
    new Map(good).set("seal/statement.sigstore.json", Buffer.from(JSON.stringify(bundle))),
    "FAIL seal.time",
  );
});

test("a BOM that was exchanged, with everything that names its digest", async () => {
  const files = await changed((each) => {
    const bom = JSON.parse(Buffer.from(each.get("data/bom/aibom.cdx.json") ?? "").toString());
    bom.components[0].components[0].hashes[0].content = hexOf("other");
    each.set("data/bom/aibom.cdx.json", Buffer.from(JSON.stringify(bom)));
    rewrite(each);
  });
  await refused(files, "FAIL bom.signature");
  await refused(files, "FAIL receipt.bom");
});

test("documents that are not those of the record", async () => {
  const put = (path: string, text: string) => changed((files) => files.set(path, Buffer.from(text)));
  await refused(await put("data/policy/policy.yaml", "version: 1\nrules: []\n"), "FAIL record.input");
  await refused(await put("data/policy/policy.yaml", "version: 1\nrules: []\n"), "FAIL policy.signature");
  await refused(await put("data/decisions/verdict.json", '{"verdict":"deny"}'), "FAIL decision.verdict");
  const listing = model.replace("model.sig", "files.sha256");
  await refused(await put(listing, `${hexOf("evil")}  config.json\n`), "FAIL receipt.files");
  await refused(await put(`${model}.extra`, "x"), "FAIL receipt.parts");
  await refused(await put(`data/receipts/${hexOf("nobody")}/files.sha256`, ""), "FAIL receipt.known");
});

test("claims of the record that the files do not show", async () => {
  // biome-ignore lint/suspicious/noExplicitAny: tests break the shape on purpose
  const claim = (change: (record: any) => void) => changed((files) => rewrite(files, change));
  await refused(
    await claim((each) => {
      each.artifacts[0].evidence.bomFiles = 3;
    }),
    "FAIL receipt.bom",
  );
  await refused(
    await claim((each) => {
      each.artifacts[0].signers[0].identity = "risk-office";
    }),
    "FAIL receipt.signature",
  );
  await refused(
    await claim((each) => {
      each.artifacts[0].signers[0].keyId = hexOf("other");
    }),
    "FAIL receipt.signature",
  );
  await refused(
    await claim((each) => {
      each.artifacts[0].signers[0].path = each.files.bomSignatures[1];
    }),
    "FAIL receipt.signature",
  );
  await refused(
    await claim((each) => {
      each.artifacts[0].signers[0].predicateType = "https://example.com/other";
    }),
    "FAIL receipt.signature",
  );
  await refused(
    await claim((each) => {
      delete each.artifacts[0].signers[0].path;
    }),
    "not checked receipt.signature",
  );
  await refused(
    await claim((each) => {
      each.waivers[0].reason = "it is fine";
    }),
    "FAIL decision.waiver",
  );
  await refused(
    await claim((each) => {
      each.waivers[0].digest = each.artifacts[1].manifest;
    }),
    "FAIL decision.waiver",
  );
  await refused(
    await claim((each) => {
      each.at = "2027-06-01T00:00:00.000Z";
    }),
    "FAIL decision.waiver",
  );
  await refused(
    await claim((each) => {
      each.custody.rootHash = Buffer.from(hexOf("r"), "hex").toString("base64");
    }),
    "FAIL custody.checkpoint",
  );
});

test("signatures that another key made, or that the trust root does not allow", async () => {
  const forged = await signStatement(
    Buffer.from(
      Buffer.from(
        JSON.parse(Buffer.from(payload.get(model) ?? "").toString()).dsseEnvelope.payload,
        "base64",
      ),
    ),
    keySigner(keyPair("p256", "forger").privateKey),
    1 << 20,
  );
  const bundle = JSON.parse(Buffer.from(forged).toString());
  const genuine = JSON.parse(Buffer.from(payload.get(model) ?? "").toString());
  bundle.verificationMaterial.publicKey = genuine.verificationMaterial.publicKey;
  const hint = Buffer.from(JSON.stringify(bundle));
  await refused(await changed((files) => files.set(model, hint)), "FAIL receipt.signature");
  const withTrust = (change: Parameters<typeof folderTrust>[0]) =>
    changed((files) => {
      for (const [path, bytes] of folderTrust(change)) {
        files.set(path, bytes);
      }
      rewrite(files);
    });
  const identityOf = (trust: Record<string, unknown[]>, name: string) =>
    (trust["identities"] ?? []).find((each) => (each as { name: string }).name === name) as Record<
      string,
      unknown
    >;
  const revoked = await withTrust((trust) => {
    trust["revocations"]?.push({ identity: "release", revokedAt: "2026-10-01T00:00:00Z", reason: "stolen" });
  });
  await refused(revoked, "FAIL receipt.signature", "revoked before it signed");
  const later = await withTrust((trust) => {
    trust["revocations"]?.push({ identity: "release", revokedAt: "2026-11-10T00:00:00Z", reason: "retired" });
  });
  writeFiles(folder, later);
  const { ownFaults, selfFaults } = await verifyBoth(folder);
  assert.deepEqual([ownFaults, selfFaults], [[], []], "proven to be older than the revocation");
  const early = await withTrust((trust) => {
    identityOf(trust, "release")["validUntil"] = "2026-10-01T00:00:00Z";
  });
  await refused(early, "FAIL bom.signature", "outside of its window");
  const usage = await withTrust((trust) => {
    identityOf(trust, "auditor")["usages"] = ["bom"];
  });
  await refused(usage, "FAIL seal.signature", "another usage");
  const name = await withTrust((trust) => {
    identityOf(trust, "workflow")["issuer"] = "https://other.example";
  });
  await refused(name, "FAIL receipt.signature", "another issuer");
});

test("the custody log: entries of another log, a proof of another entry", async () => {
  const manifest = hexOf("another model");
  const other = await custodyFiles(manifest, 3);
  const names = [...other.files.keys()].filter((name) => name.includes("/tile/"));
  for (const name of names) {
    const files = await changed((each) => each.set(name, other.files.get(name) ?? new Uint8Array()));
    await refused(files, "FAIL custody.entries", name);
  }
  const proof = model.replace("model.sig", "event.tlog-proof");
  const text = Buffer.from(payload.get(proof) ?? "").toString();
  const moved = await changed((each) => each.set(proof, Buffer.from(text.replace("index 2", "index 1"))));
  await refused(moved, "FAIL receipt.log", "another index");
  const foreign = await changed((each) => each.set(proof, Buffer.from(other.proof)));
  await refused(foreign, "FAIL receipt.log", "another log");
  const about = await changed((each) => {
    for (const [path, bytes] of other.files) {
      each.set(path, bytes);
    }
    each.set(proof, Buffer.from(other.proof));
    rewrite(each, (parsed) => {
      parsed.custody = other.record;
    });
  });
  await refused(about, "FAIL receipt.log", "an event about something else");
});
