// SPDX-License-Identifier: Apache-2.0
// Publishing: roots that several people sign on several machines, what must not be published, and what a publisher
// is refused before the clients would refuse it.

import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { generateKey } from "../../src/signers/generate-key.ts";
import type { Signer } from "../../src/signers/signer.ts";
import { tufKey } from "../../src/trust/tuf/keys.ts";
import { draftRoot, rootCompleteness, signMetadata, signRoot } from "../../src/trust/tuf/root.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  at,
  completeRoot,
  day,
  filesOf,
  idsOf,
  makeKeys,
  makeOrganisation,
  makeSigner,
  online,
  publish,
  roleKeys,
  trustDocument,
  update,
  writeFiles,
} from "./trust-repository.ts";

describe("a root that several people sign", { concurrency: 2 }, () => {
  test("is a draft that is carried from one to the next", async (t) => {
    const keys = makeKeys();
    const [first, second, third] = keys.root;
    const [here, there] = [temporaryDirectory(t), temporaryDirectory(t)];
    const file = join(here, "root.json");
    writeFileSync(file, draftRoot({ roles: roleKeys(keys), expires: day(365), at }));
    assert.deepEqual(rootCompleteness(readFileSync(file)), {
      version: 1,
      own: { got: 0, ids: 0, threshold: 2 },
      isComplete: false,
    });
    const organisation = {
      keys,
      trust: join(here, "trust"),
      repository: join(here, "out"),
      root: readFileSync(file),
    };
    writeFiles(organisation.trust, { "trust.json": trustDocument("release") });
    const incomplete = { code: "TUF_ROOT_INCOMPLETE" };
    await assert.rejects(publish(organisation, { root: readFileSync(file) }), incomplete);
    assert.equal((await signMetadata(file, first!)).isComplete, false);
    await assert.rejects(publish(organisation, { root: readFileSync(file) }), incomplete);
    assert.equal(existsSync(organisation.repository), false);
    const carried = join(there, "root.json");
    cpSync(file, carried);
    // Signing twice is signing once.
    assert.equal((await signMetadata(carried, first!)).isComplete, false);
    assert.equal((await signMetadata(carried, third!)).isComplete, true);
    await publish(organisation, { root: readFileSync(carried) });
    await update({ ...organisation, root: readFileSync(carried) }, join(there, "trust"));
    assert.deepEqual((await signMetadata(carried, second!)).own, { got: 3, ids: 3, threshold: 2 });
    assert.deepEqual(readdirSync(there).sort(), ["root.json", "trust"]);
  });

  test("after a change of keys both sets sign, those that leave too", async (t) => {
    const organisation = await makeOrganisation(t);
    const previous = organisation.root;
    const keys = { ...organisation.keys, root: [makeSigner(), makeSigner()] };
    const file = join(temporaryDirectory(t), "root.json");
    writeFileSync(file, draftRoot({ roles: roleKeys(keys), expires: day(365), at, previous }));
    await assert.rejects(signMetadata(file, organisation.keys.root[0]!), { code: "TUF_SIGNER_UNKNOWN" });
    await signMetadata(file, keys.root[0]!, previous);
    const own = await signMetadata(file, keys.root[1]!, previous);
    assert.deepEqual([own.own.got, own.previous?.got, own.isComplete], [2, 0, false]);
    await assert.rejects(publish({ ...organisation, keys }, { root: readFileSync(file) }), {
      code: "TUF_ROOT_INCOMPLETE",
    });
    await signMetadata(file, organisation.keys.root[1]!, previous);
    const both = await signMetadata(file, organisation.keys.root[2]!, previous);
    assert.deepEqual([both.own.got, both.previous?.got, both.isComplete], [2, 2, true]);
    await publish({ ...organisation, keys }, { root: readFileSync(file) });
  });

  test("strangers, other files and devices that sign something else", async (t) => {
    const keys = makeKeys();
    const draft = draftRoot({ roles: roleKeys(keys), expires: day(365), at });
    await assert.rejects(signRoot(draft, makeSigner()), { code: "TUF_SIGNER_UNKNOWN" });
    await assert.rejects(signRoot(draft, keys.targets), { code: "TUF_SIGNER_UNKNOWN" });
    const [first] = keys.root;
    const confused: Signer = { ...first!, sign: () => first!.sign(Buffer.from("something else")) };
    await assert.rejects(signRoot(draft, confused), { code: "TUF_SIGNATURE_WRONG" });
    const { privateKey } = generateKeyPairSync("ed25519");
    const impostor: Signer = { ...first!, sign: (data) => Promise.resolve(sign(null, data, privateKey)) };
    await assert.rejects(signRoot(draft, impostor), { code: "TUF_SIGNATURE_WRONG" });
    await assert.rejects(signRoot(Buffer.from("{}"), first!), { code: "TUF_METADATA_INVALID" });
    const file = join(temporaryDirectory(t), "root.json");
    await assert.rejects(signMetadata(file, first!), { code: "SOURCE_NOT_FOUND" });
    writeFileSync(file, draft);
    await assert.rejects(signMetadata(file, confused), { code: "TUF_SIGNATURE_WRONG" });
    assert.deepEqual(readFileSync(file), Buffer.from(draft));
  });
});

describe("what a root may say", { concurrency: 2 }, () => {
  const keys = makeKeys();
  const good = { roles: roleKeys(keys), expires: day(1), at };
  const pem = keys.targets.publicKeyPem;

  test("keys that every client verifies", () => {
    for (const type of ["ecdsa-p384", "ecdsa-p521", "ml-dsa-65"] as const) {
      const roles = { ...good.roles, targets: { publicKeys: [generateKey(type).publicPem], threshold: 1 } };
      assert.throws(() => draftRoot({ ...good, roles }), { code: "TUF_KEY_UNSUPPORTED" });
    }
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const rsa = publicKey.export({ type: "spki", format: "pem" }).toString();
    const roles = { ...good.roles, targets: { publicKeys: [rsa], threshold: 1 } };
    assert.throws(() => draftRoot({ ...good, roles }), { code: "TUF_KEY_UNSUPPORTED" });
  });

  test("thresholds that can be met, by different people", () => {
    for (const targets of [
      { publicKeys: [], threshold: 1 },
      { publicKeys: [pem], threshold: 0 },
      { publicKeys: [pem], threshold: 2 },
      { publicKeys: [pem], threshold: 0.5 },
      { publicKeys: [pem], threshold: Number.NaN },
      { publicKeys: [pem, pem], threshold: 2 },
    ]) {
      const roles = { ...good.roles, targets };
      assert.throws(() => draftRoot({ ...good, roles }), { code: "TUF_ROLE_INVALID" });
    }
  });

  test("an expiry that lies ahead", () => {
    for (const expires of [at, day(-1)]) {
      assert.throws(() => draftRoot({ ...good, expires }), { code: "TUF_EXPIRY_INVALID" });
    }
    assert.throws(() => draftRoot({ ...good, expires: new Date(Number.NaN) }), { code: "TUF_TIME_INVALID" });
  });

  test("key ids are the SHA-256 of the canonical key", () => {
    const ids = idsOf(draftRoot(good), "targets");
    assert.deepEqual(ids, [tufKey(pem).key.keyID]);
    assert.match(ids[0] ?? "", /^[0-9a-f]{64}$/);
  });
});

describe("what is published", { concurrency: 2 }, () => {
  test("no private keys, links, special names or trust roots that nobody could load", async (t) => {
    const organisation = await makeOrganisation(t);
    const before = filesOf(organisation.repository, "");
    const { privatePem } = generateKey("ecdsa-p256");
    const secret = join(organisation.trust, "authorities/oops.pem");
    const refuse = async (code: string): Promise<void> => {
      await assert.rejects(publish(organisation), { code });
      assert.deepEqual(filesOf(organisation.repository, ""), before);
    };
    writeFileSync(secret, privatePem);
    await refuse("TUF_PUBLISH_FILE");
    rmSync(secret);
    symlinkSync("/etc/hostname", secret);
    await refuse("TUF_PUBLISH_FILE");
    rmSync(secret);
    writeFileSync(join(organisation.trust, "two words"), "x");
    await refuse("TUF_PUBLISH_FILE");
    rmSync(join(organisation.trust, "two words"));
    writeFileSync(join(organisation.trust, "TRUST.json"), "x");
    await refuse("TUF_TARGET_NAME");
    rmSync(join(organisation.trust, "TRUST.json"));
    writeFileSync(join(organisation.trust, "trust.json"), "{}");
    await refuse("TRUST_ROOT_VERSION");
  });

  test("hidden files are left out and named; the state of updates is not published", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = join(temporaryDirectory(t), "trust");
    await update(organisation, directory);
    writeFiles(directory, { ".DS_Store": "x", "authorities/.keep": "" });
    // A trust root that is itself updated from somewhere is published on.
    const next = { ...organisation, trust: directory, repository: join(temporaryDirectory(t), "out") };
    const { files, leftOut } = await publish(next, { root: organisation.root });
    assert.deepEqual(files, ["authorities/ca.pem", "authorities/sigstore.json", "trust.json"]);
    assert.deepEqual(leftOut.toSorted(), [".DS_Store", "authorities/.keep"]);
  });

  test("a role stays as it is if nothing changed and its keys are elsewhere", async (t) => {
    const organisation = await makeOrganisation(t);
    const { timestamp, snapshot, targets } = organisation.keys;
    const renewed = await publish(organisation, { signers: [timestamp] });
    assert.deepEqual(renewed.versions, { root: 1, timestamp: 2, snapshot: 1, targets: 1 });
    const both = await publish(organisation, { signers: [timestamp, snapshot] });
    assert.deepEqual(both.versions, { root: 1, timestamp: 3, snapshot: 2, targets: 1 });
    const missing = { code: "TUF_SIGNERS_MISSING" };
    await assert.rejects(publish(organisation, { signers: [snapshot, targets] }), missing);
    await assert.rejects(publish(organisation, { signers: [] }), missing);
    await assert.rejects(publish(organisation, { signers: [makeSigner()] }), missing);
    // Expired, or with other content, it must be signed.
    const late = { at: day(31), expires: day(60) };
    await assert.rejects(publish(organisation, { signers: [timestamp], ...late }), missing);
    writeFiles(organisation.trust, { "authorities/new.pem": "new" });
    await assert.rejects(publish(organisation, { signers: [timestamp, snapshot] }), missing);
    assert.equal((await publish(organisation, late)).versions.targets, 2);
  });

  test("roots out of sequence, expired, or none", async (t) => {
    const organisation = await makeOrganisation(t);
    const second = await completeRoot(organisation.keys, { previous: organisation.root });
    const third = await completeRoot(organisation.keys, { previous: second });
    await assert.rejects(publish(organisation, { root: third }), { code: "TUF_ROOT_SEQUENCE" });
    await publish(organisation, { root: second });
    await assert.rejects(publish(organisation, { root: organisation.root }), { code: "TUF_ROOT_SEQUENCE" });
    // The same root again is no change.
    assert.equal((await publish(organisation, { root: second })).versions.root, 2);
    const late = { at: day(366), expires: day(400) };
    await assert.rejects(publish(organisation, late), { code: "TUF_ROOT_EXPIRED" });
    const repository = join(temporaryDirectory(t), "new");
    await assert.rejects(publish({ ...organisation, repository }), { code: "TUF_ROOT_NEEDED" });
    await assert.rejects(publish({ ...organisation, repository }, { root: second }), {
      code: "TUF_ROOT_SEQUENCE",
    });
  });

  test("into directories that hold something else, or a damaged repository", async (t) => {
    const organisation = await makeOrganisation(t);
    const foreign = temporaryDirectory(t);
    writeFileSync(join(foreign, "thesis.txt"), "x");
    await assert.rejects(publish({ ...organisation, repository: foreign }, { root: organisation.root }), {
      code: "TUF_OUT_FOREIGN",
    });
    for (const name of ["timestamp.json", "1.snapshot.json", "1.targets.json", "1.root.json"]) {
      const repository = join(temporaryDirectory(t), "copy");
      cpSync(organisation.repository, repository, { recursive: true });
      const path = join(repository, name);
      writeFileSync(path, readFileSync(path).subarray(0, 50));
      await assert.rejects(publish({ ...organisation, repository }), { code: "TUF_REPOSITORY_DAMAGED" });
      rmSync(path);
      mkdirSync(path);
      await assert.rejects(publish({ ...organisation, repository }), { code: "TUF_REPOSITORY_DAMAGED" });
    }
  });

  test("an expiry that has passed", async (t) => {
    const organisation = await makeOrganisation(t);
    await assert.rejects(publish(organisation, { expires: at }), { code: "TUF_EXPIRY_INVALID" });
    await assert.rejects(publish(organisation, { at: new Date(Number.NaN) }), { code: "TUF_TIME_INVALID" });
    assert.equal(online(organisation.keys).length, 3);
  });
});
