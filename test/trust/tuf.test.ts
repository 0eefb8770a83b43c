// SPDX-License-Identifier: Apache-2.0
// An organisation publishes its trust root, others update from it: what arrives is what was published, across
// changes of content and of keys; what was changed locally is not lost; the time that counts is recorded.

import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { createTrustRoot, revokeIdentity, saveTrustRoot } from "../../src/trust/edit.ts";
import { loadTrustRoot } from "../../src/trust/load.ts";
import { isInstallPending } from "../../src/trust/tuf/install.ts";
import { directorySource, urlSource } from "../../src/trust/tuf/source.ts";
import { loadState } from "../../src/trust/tuf/state.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  at,
  completeRoot,
  day,
  filesOf,
  makeKeys,
  makeOrganisation,
  makeSigner,
  online,
  publish,
  trustDocument,
  update,
  writeFiles,
} from "./trust-repository.ts";

const fresh = (t: TestContext): string => join(temporaryDirectory(t), "trust");

describe("publish and update", { concurrency: 2 }, () => {
  test("the trust root arrives byte for byte and is loaded", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    const result = await update(organisation, directory);
    assert.deepEqual(result.added, ["authorities/ca.pem", "authorities/sigstore.json", "trust.json"]);
    assert.deepEqual(result.versions, { root: 1, timestamp: 1, snapshot: 1, targets: 1 });
    assert.equal(result.expires, "2027-03-31T12:00:00Z");
    assert.deepEqual(filesOf(directory, "tuf"), filesOf(organisation.trust, "tuf"));
    assert.deepEqual(
      loadTrustRoot(directory).document.identities.map((each) => each.name),
      ["release"],
    );
    assert.deepEqual(readdirSync(join(directory, "tuf")).sort(), [
      "root.json",
      "snapshot.json",
      "state.json",
      "targets.json",
      "timestamp.json",
    ]);
    assert.equal(statSync(join(directory, "authorities")).mode & 0o022, 0);
    assert.equal(isInstallPending(directory), false);
  });

  test("again: nothing to do, and expiry is still looked at", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    await update(organisation, directory);
    const before = filesOf(directory, "tuf");
    const again = await update(organisation, directory, { at: day(1) });
    assert.deepEqual([again.added, again.changed, again.removed], [[], [], []]);
    assert.deepEqual(filesOf(directory, "tuf"), before);
    assert.equal(again.state.importedAt, "2027-03-02T12:00:00Z");
    await assert.rejects(update(organisation, directory, { at: day(31) }), { code: "TUF_FREEZE" });
  });

  test("files come, change and go; what is not from an update stays", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    await update(organisation, directory);
    writeFiles(directory, { "notes.txt": "mine", "authorities/local.pem": "mine too" });
    rmSync(join(organisation.trust, "authorities/ca.pem"));
    writeFiles(organisation.trust, {
      "trust.json": trustDocument("release-2"),
      "authorities/tsa/chain.pem": "new",
    });
    const { versions } = await publish(organisation);
    assert.deepEqual(versions, { root: 1, timestamp: 2, snapshot: 2, targets: 2 });
    const result = await update(organisation, directory);
    assert.deepEqual(result.added, ["authorities/tsa/chain.pem"]);
    assert.deepEqual(result.changed, ["trust.json"]);
    assert.deepEqual(result.removed, ["authorities/ca.pem"]);
    assert.deepEqual(Object.keys(filesOf(directory, "tuf")), [
      "authorities/local.pem",
      "authorities/sigstore.json",
      "authorities/tsa/chain.pem",
      "notes.txt",
      "trust.json",
    ]);
    // Its directory goes with the last file that came from an update.
    rmSync(join(organisation.trust, "authorities/tsa"), { recursive: true });
    await publish(organisation);
    await update(organisation, directory);
    assert.equal(existsSync(join(directory, "authorities/tsa")), false);
    assert.equal(readFileSync(join(directory, "authorities/local.pem"), "utf8"), "mine too");
  });

  test("from an address: every request is below it, the first import needs no more", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    const asked: string[] = [];
    const carried = directorySource(organisation.repository);
    const source = urlSource("https://trust.example.org/acme", (url, maxLength) => {
      asked.push(url);
      return carried.fetch(
        carried.metadataUrl + url.slice("https://trust.example.org/acme/".length),
        maxLength,
      );
    });
    const result = await update(organisation, directory, { source });
    assert.equal(result.state.source, "https://trust.example.org/acme");
    assert.deepEqual(filesOf(directory, "tuf"), filesOf(organisation.trust, "tuf"));
    assert.deepEqual(asked.slice(0, 4), [
      "https://trust.example.org/acme/2.root.json",
      "https://trust.example.org/acme/timestamp.json",
      "https://trust.example.org/acme/1.snapshot.json",
      "https://trust.example.org/acme/1.targets.json",
    ]);
    assert.match(
      asked[4] ?? "",
      /^https:\/\/trust\.example\.org\/acme\/targets\/authorities\/[0-9a-f]{64}\.ca\.pem$/,
    );
    assert.equal(asked.length, 7);
  });

  test("an interrupted or impossible fetch changes nothing", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    const source = urlSource("https://trust.invalid/", () => Promise.reject(new Error("no route")));
    // The reason is the connection, even where the root has expired as well.
    for (const time of [at, day(1000)]) {
      await assert.rejects(update(organisation, directory, { source, at: time }), {
        code: "TUF_REFUSED",
        message: /no route/,
      });
    }
    assert.equal(existsSync(directory), false);
  });
});

describe("keys change", { concurrency: 2 }, () => {
  test("root rotation needs the old and the new threshold; clients at any version follow", async (t) => {
    const organisation = await makeOrganisation(t);
    const [late, early] = [fresh(t), fresh(t)];
    await update(organisation, early);
    const keys = {
      ...makeKeys(),
      root: [makeSigner(), organisation.keys.root[2]!, makeSigner("ecdsa-p256")],
    };
    const signers = [...organisation.keys.root.slice(0, 2), ...keys.root.slice(0, 2)];
    const second = await completeRoot(keys, { previous: organisation.root, signers });
    const rotated = { ...organisation, keys };
    const { versions } = await publish(rotated, { root: second });
    // Everything below is signed by new keys, so everything is new.
    assert.deepEqual(versions, { root: 2, timestamp: 2, snapshot: 2, targets: 2 });
    assert.equal((await update(organisation, early)).versions.root, 2);
    assert.equal((await update(organisation, late)).versions.root, 2);
    // A client that starts from the new root.
    assert.equal((await update({ ...organisation, root: second }, fresh(t))).versions.root, 2);
    const third = await completeRoot(keys, { previous: second });
    await publish(rotated, { root: third });
    assert.equal((await update(organisation, late)).versions.root, 3);
    assert.deepEqual(
      readdirSync(organisation.repository)
        .filter((name) => name.endsWith("root.json"))
        .sort(),
      ["1.root.json", "2.root.json", "3.root.json", "root.json"],
    );
  });

  test("versions that ran away are recovered by new keys", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    for (let count = 0; count < 5; count++) {
      await publish(organisation);
    }
    await update(organisation, directory);
    const keys = { ...makeKeys(), root: organisation.keys.root };
    const root = await completeRoot(keys, { previous: organisation.root });
    const repository = `${organisation.repository}.new`;
    await publish({ ...organisation, repository }, { root: organisation.root });
    await publish({ ...organisation, keys, repository }, { root });
    const result = await update({ ...organisation, repository }, directory);
    assert.deepEqual(result.versions, { root: 2, timestamp: 2, snapshot: 2, targets: 2 });
  });
});

describe("the first root", { concurrency: 2 }, () => {
  test("must be named, and is pinned", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    const { root: _, ...nothing } = { root: undefined };
    const withoutRoot = {
      trustDirectory: directory,
      source: directorySource(organisation.repository),
      at,
      ...nothing,
    };
    const { updateTrustRoot } = await import("../../src/trust/tuf/update.ts");
    await assert.rejects(updateTrustRoot(withoutRoot), { code: "TUF_ROOT_NEEDED" });
    assert.equal(existsSync(directory), false);
    await update(organisation, directory);
    await updateTrustRoot(withoutRoot);
    const other = await makeOrganisation(t);
    await assert.rejects(update(other, directory), { code: "TUF_ROOT_OTHER" });
    // Another organisation's repository without its root: its keys mean nothing here.
    const source = directorySource(other.repository);
    await publish(other);
    await assert.rejects(updateTrustRoot({ ...withoutRoot, source }), { code: "TUF_WRONG_KEY" });
  });
});

describe("local files", { concurrency: 2 }, () => {
  test("a trust root that trusts nobody yet is replaced, one with identities is not", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    createTrustRoot(directory);
    await update(organisation, directory);
    const mine = fresh(t);
    writeFiles(mine, { "trust.json": trustDocument("mine") });
    const before = filesOf(mine, "tuf");
    await assert.rejects(update(organisation, mine), { code: "TUF_LOCAL_CHANGES" });
    assert.deepEqual(filesOf(mine, "tuf"), before);
    await update(organisation, mine, { discardLocalChanges: true });
    assert.deepEqual(filesOf(mine, "tuf"), filesOf(organisation.trust, "tuf"));
  });

  test("a local revocation is not lost silently", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    await update(organisation, directory);
    const { document } = loadTrustRoot(directory);
    saveTrustRoot(
      directory,
      revokeIdentity(document, "release", { revokedAt: "2027-03-01T00:00:00Z", reason: "stolen" }),
    );
    const before = filesOf(directory, "tuf");
    writeFiles(organisation.trust, { "trust.json": trustDocument("release-2") });
    await publish(organisation);
    await assert.rejects(update(organisation, directory), { code: "TUF_LOCAL_CHANGES" });
    assert.deepEqual(filesOf(directory, "tuf"), before);
    // The same content, made here and published meanwhile, is no conflict.
    writeFiles(organisation.trust, { "trust.json": readFileSync(join(directory, "trust.json")) });
    await publish(organisation);
    await update(organisation, directory);
    assert.equal(loadTrustRoot(directory).document.revocations.length, 1);
  });

  test("a changed file that the update would remove", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    await update(organisation, directory);
    writeFileSync(join(directory, "authorities/ca.pem"), "changed");
    rmSync(join(organisation.trust, "authorities/ca.pem"));
    await publish(organisation);
    await assert.rejects(update(organisation, directory), { code: "TUF_LOCAL_CHANGES" });
    await update(organisation, directory, { discardLocalChanges: true });
    assert.equal(existsSync(join(directory, "authorities/ca.pem")), false);
  });

  test("links that would lead a write elsewhere, even if changes may be discarded", async (t) => {
    const organisation = await makeOrganisation(t);
    const elsewhere = temporaryDirectory(t);
    const directory = fresh(t);
    mkdirSync(directory);
    symlinkSync(elsewhere, join(directory, "authorities"));
    const discardLocalChanges = true;
    await assert.rejects(update(organisation, directory, { discardLocalChanges }), {
      code: "TUF_LOCAL_CHANGES",
    });
    rmSync(join(directory, "authorities"));
    symlinkSync(join(elsewhere, "x"), join(directory, "trust.json"));
    await assert.rejects(update(organisation, directory, { discardLocalChanges }), {
      code: "TUF_LOCAL_CHANGES",
    });
    assert.deepEqual(readdirSync(elsewhere), []);
  });

  test("a directory that others may write to", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    await update(organisation, directory);
    for (const path of [directory, join(directory, "tuf")]) {
      chmodSync(path, 0o775);
      await assert.rejects(update(organisation, directory), { code: "TRUST_ROOT_WRITABLE" });
      const link = join(temporaryDirectory(t), "link");
      symlinkSync(directory, link);
      await assert.rejects(update(organisation, link), { code: "TRUST_ROOT_WRITABLE" });
      chmodSync(path, 0o755);
    }
    await update(organisation, directory);
  });

  test("a record of updates that names files it may not", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    await update(organisation, directory);
    const path = join(directory, "tuf/state.json");
    const good = readFileSync(path, "utf8");
    const digest = "0".repeat(64);
    for (const bad of [
      good.replace('"trust.json"', '"../trust.json"'),
      good.replace('"authorities/ca.pem"', '"trust.json"'),
      good.replace('"version": 1', '"version": 2'),
      good.replace('"source"', '"sauce"'),
      good.replace(/"sha256": "[0-9a-f]{64}"/, `"sha256": "${digest.slice(1)}"`),
      good.replace(/"importedAt": "[^"]*"/, '"importedAt": "yesterday"'),
      good.replace(/"pinnedRoot": "[^"]*"/, '"pinnedRoot": ""'),
      good.slice(0, -5),
      "",
    ]) {
      assert.notEqual(bad, good);
      writeFileSync(path, bad);
      await assert.rejects(update(organisation, directory), { code: "TUF_STATE_DAMAGED" });
    }
    // Without it the update would start over and forget what it has seen.
    rmSync(path);
    await assert.rejects(update(organisation, directory), { code: "TUF_STATE_DAMAGED" });
  });
});

describe("the time that counts", { concurrency: 2 }, () => {
  test("an earlier time accepts what was current then, and is recorded until the next update", async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = fresh(t);
    await assert.rejects(update(organisation, directory, { at: day(60) }), { code: "TUF_FREEZE" });
    const result = await update(organisation, directory, { at: day(60), asOf: day(10) });
    assert.equal(result.state.asOf, "2027-03-11T12:00:00Z");
    assert.equal(result.state.importedAt, "2027-04-30T12:00:00Z");
    assert.deepEqual(loadState(directory), result.state);
    await publish(organisation, { at: day(60), expires: day(90) });
    const current = await update(organisation, directory, { at: day(60) });
    assert.equal(current.state.asOf, undefined);
    assert.equal(readFileSync(join(directory, "tuf/state.json"), "utf8").includes("asOf"), false);
  });

  test("the clock of the machine is not asked", async (t) => {
    // These dates are far from any present: 2027 for the metadata, 2126 for the import.
    const organisation = await makeOrganisation(t);
    await update(organisation, fresh(t), { at: day(0) });
    await assert.rejects(update(organisation, fresh(t), { at: new Date("2126-01-01T00:00:00Z") }), {
      code: "TUF_ROOT_EXPIRED",
    });
    await publish(organisation, {
      at: new Date("1999-01-01T00:00:00Z"),
      expires: new Date("2000-01-01T00:00:00Z"),
    });
    await update(organisation, fresh(t), { at: new Date("1999-12-31T23:59:59Z") });
    await assert.rejects(update(organisation, fresh(t)), { code: "TUF_FREEZE" });
  });
});

test("online keys of either kind", async (t) => {
  const organisation = await makeOrganisation(t);
  for (const type of ["ecdsa-p256", "ed25519"] as const) {
    const signer = makeSigner(type);
    const keys = { root: [makeSigner(type)], targets: signer, snapshot: signer, timestamp: signer };
    const root = await completeRoot(keys, { rootThreshold: 1 });
    const repository = `${organisation.repository}-${type}`;
    await publish({ ...organisation, keys, repository }, { root, signers: [...online(keys).slice(0, 1)] });
    const directory = fresh(t);
    await update({ ...organisation, root, repository }, directory);
    assert.deepEqual(filesOf(directory, "tuf"), filesOf(organisation.trust, "tuf"));
  }
});
