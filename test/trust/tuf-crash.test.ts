// SPDX-License-Identifier: Apache-2.0
// A crash before each single change that an update or a publication makes to the disk, and in the middle of each file
// that it writes. What is left must work: the old or the new trust root, the old or the new repository.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { loadTrustRoot } from "../../src/trust/load.ts";
import { isInstallPending } from "../../src/trust/tuf/install.ts";
import { signMetadata } from "../../src/trust/tuf/root.ts";
import { aibom } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { crashSnapshots } from "./crash-snapshots.ts";
import {
  completeRoot,
  filesOf,
  makeKeys,
  makeOrganisation,
  type Organisation,
  publish,
  trustDocument,
  update,
  writeFiles,
} from "./trust-repository.ts";

type Files = Record<string, string>;

const isSame = (a: Files, b: Files): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Other content: files that come, change, stay and go. */
function change({ trust }: Organisation): void {
  rmSync(join(trust, "authorities/ca.pem"));
  writeFiles(trust, {
    "trust.json": trustDocument("second"),
    "authorities/new/a.pem": "new",
    "z.pem": "last",
  });
}

/** What a crash left of a trust root. Every file is whole, and two publications are never mixed unnoticed. */
function checkTrustRoot(directory: string, old: Files, next: Files): "old" | "next" | "between" {
  const files = filesOf(directory, "tuf");
  if (isInstallPending(directory)) {
    // Files of two publications may lie side by side: nothing is verified with them.
    assert.throws(() => loadTrustRoot(directory), { code: /^(?:TUF_UPDATE_UNFINISHED|TRUST_ROOT_MISSING)$/ });
  } else if (existsSync(join(directory, "trust.json"))) {
    loadTrustRoot(directory);
  }
  for (const [name, content] of Object.entries(files)) {
    assert.ok([old[name], next[name]].includes(content), `${name} is neither old nor new`);
  }
  if (isSame(files, old) || isSame(files, next)) {
    return isSame(files, old) ? "old" : "next";
  }
  assert.ok(isInstallPending(directory), "two publications are mixed and nothing says so");
  return "between";
}

for (const isFirst of [true, false]) {
  test(`a crash while a trust root is ${isFirst ? "imported" : "updated"}`, async (t) => {
    const organisation = await makeOrganisation(t);
    const directory = join(temporaryDirectory(t), "trust");
    if (isFirst) {
      mkdirSync(directory);
    } else {
      await update(organisation, directory);
    }
    const old = filesOf(directory, "tuf");
    change(organisation);
    await publish(organisation);
    const next = filesOf(organisation.trust, "tuf");
    const store = temporaryDirectory(t);
    const crashes = await crashSnapshots(directory, store, () => update(organisation, directory));
    const seen = { old: 0, next: 0, between: 0 };
    for (const crashed of crashes) {
      seen[checkTrustRoot(crashed, old, next)]++;
      // The next run ends it, with a source that has nothing new or none at all.
      if (isInstallPending(crashed)) {
        const empty = { name: "none", metadataUrl: "x:/", targetsUrl: "x:/", fetch: async () => undefined };
        await assert.rejects(update(organisation, crashed, { source: empty }), { code: "TUF_FILE_MISSING" });
        assert.deepEqual(filesOf(crashed, "tuf"), next);
      }
      await update(organisation, crashed);
      assert.deepEqual(filesOf(crashed, "tuf"), next);
      assert.equal(readdirSync(join(crashed, "tuf")).length, 5);
    }
    assert.ok(seen.old > 20 && seen.next > 5 && seen.between > 5, JSON.stringify(seen));
    t.diagnostic(`${crashes.length} crashes: ${JSON.stringify(seen)}`);
  });
}

test("a crash while the metadata of a refused update is kept", async (t) => {
  const organisation = await makeOrganisation(t);
  const directory = join(temporaryDirectory(t), "trust");
  await update(organisation, directory);
  const old = filesOf(directory, "tuf");
  change(organisation);
  const second = await completeRoot(organisation.keys, { previous: organisation.root });
  await publish(organisation, { root: second });
  const targets = join(organisation.repository, "targets");
  cpSync(targets, `${targets}.kept`, { recursive: true });
  rmSync(targets, { recursive: true });
  const crashes = await crashSnapshots(directory, temporaryDirectory(t), () =>
    assert.rejects(update(organisation, directory), { code: "TUF_FILE_MISSING" }),
  );
  cpSync(`${targets}.kept`, targets, { recursive: true });
  for (const crashed of crashes) {
    assert.deepEqual(filesOf(crashed, "tuf"), old);
    await update(organisation, crashed);
    assert.deepEqual(filesOf(crashed, "tuf"), filesOf(organisation.trust, "tuf"));
  }
  assert.ok(crashes.length > 10);
  t.diagnostic(`${crashes.length} crashes`);
});

test("a crash while a trust root is published: everybody finds the old or the new one", async (t) => {
  const organisation = await makeOrganisation(t);
  const { repository } = organisation;
  const client = join(temporaryDirectory(t), "client");
  await update(organisation, client);
  const old = filesOf(organisation.trust, "");
  change(organisation);
  const next = filesOf(organisation.trust, "");
  const store = temporaryDirectory(t);
  const crashes = await crashSnapshots(repository, store, () => publish(organisation));
  const seen = { old: 0, next: 0 };
  for (const [index, crashed] of crashes.entries()) {
    const there = { ...organisation, repository: crashed };
    const [fresh, known] = [join(store, `fresh-${index}`), join(store, `known-${index}`)];
    cpSync(client, known, { recursive: true });
    for (const directory of [fresh, known]) {
      await update(there, directory);
      const files = filesOf(directory, "tuf");
      const isNew = isSame(files, next);
      assert.ok(isNew || isSame(files, old));
      seen[isNew ? "next" : "old"]++;
    }
    await publish(there);
    await update(there, known);
    assert.deepEqual(filesOf(known, "tuf"), next);
    assert.deepEqual(
      readdirSync(crashed).filter((name) => name.startsWith(".")),
      [],
    );
  }
  t.diagnostic(`${crashes.length} crashes: ${JSON.stringify(seen)}`);
  assert.ok(crashes.length > 20 && seen.old === 2 * crashes.length);
});

test("a crash while new keys are published: nobody is misled, and publishing again ends it", async (t) => {
  const organisation = await makeOrganisation(t);
  const keys = { ...makeKeys(), root: organisation.keys.root };
  const root = await completeRoot(keys, { previous: organisation.root });
  const old = filesOf(organisation.trust, "");
  change(organisation);
  const rotated = { ...organisation, keys };
  const store = temporaryDirectory(t);
  const crashes = await crashSnapshots(organisation.repository, store, () => publish(rotated, { root }));
  const seen = { old: 0, refused: 0 };
  for (const [index, crashed] of crashes.entries()) {
    const directory = join(store, `client-${index}`);
    const there = { ...rotated, repository: crashed };
    const code = await codeOf(update(there, directory));
    // Between the two steps the root names the new keys, and the time stamp is by the old ones.
    assert.ok(code === undefined || code === "TUF_WRONG_KEY", code);
    seen[code === undefined ? "old" : "refused"]++;
    assert.deepEqual(filesOf(directory, "tuf"), code === undefined ? old : {});
    await publish(there, { root });
    await update(there, directory);
    assert.deepEqual(filesOf(directory, "tuf"), filesOf(organisation.trust, ""));
  }
  t.diagnostic(`${crashes.length} crashes: ${JSON.stringify(seen)}`);
  assert.ok(seen.old > 10 && seen.refused > 0);
});

async function codeOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return error instanceof AibomError ? error.code : String(error);
  }
}

test("a crash while a root is signed leaves it with or without the signature", async (t) => {
  const keys = makeKeys();
  const directory = join(temporaryDirectory(t), "root");
  mkdirSync(directory);
  const file = "root.json";
  writeFileSync(join(directory, file), await completeRoot(keys, { signers: [keys.root[0]!] }));
  const crashes = await crashSnapshots(directory, temporaryDirectory(t), () =>
    signMetadata(join(directory, file), keys.root[1]!),
  );
  assert.ok(crashes.length >= 3);
  for (const crashed of crashes) {
    const state = await signMetadata(join(crashed, file), keys.root[2]!);
    assert.ok(state.isComplete);
    assert.deepEqual(readdirSync(crashed), [file]);
  }
});

test("a process that is really killed in the middle", async (t) => {
  const organisation = await makeOrganisation(t);
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, "root.json"), organisation.root);
  // Dies at the third file that is moved into place.
  const killer = `
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
const { renameSync } = fs;
let count = 0;
fs.renameSync = (...args) => {
  if (++count === 3) process.kill(process.pid, "SIGKILL");
  renameSync(...args);
};
syncBuiltinESMExports();
`;
  writeFileSync(join(cwd, "killer.mjs"), killer);
  const args = [
    "trust",
    "update",
    "--from",
    organisation.repository,
    "--root",
    "root.json",
    "--as-of",
    "2027-03-01T12:00:00Z",
  ];
  const killed = await aibom(args, { cwd, node: ["--import", join(cwd, "killer.mjs")] });
  assert.equal(killed.code, null);
  const directory = join(cwd, ".aibom/trust");
  assert.ok(isInstallPending(directory));
  assert.equal(checkTrustRoot(directory, {}, filesOf(organisation.trust, "")), "between");
  const again = await aibom(args, { cwd });
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(filesOf(directory, "tuf"), filesOf(organisation.trust, ""));
});
