// SPDX-License-Identifier: Apache-2.0
// Trust repositories and the other TUF clients: python-tuf and cosign (go-tuf) read what we publish, we read what
// python-tuf publishes, also across a change of all its keys.

import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import { type TestContext, test } from "node:test";
import { directorySource } from "../../src/trust/tuf/source.ts";
import { updateTrustRoot } from "../../src/trust/tuf/update.ts";
import { runProgram } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  completeRoot,
  makeKeys,
  makeOrganisation,
  publish,
  trustDocument,
  writeFiles,
} from "../trust/trust-repository.ts";
import { cosignIn } from "./cosign.ts";
import { referenceIsMissing } from "./reference.ts";
import { missingGoTools, python } from "./tools.ts";

// python-tuf comes with sigstore-python.
const skip = referenceIsMissing;

/** Serves a directory on loopback; answers its URL. */
async function serve(t: TestContext, directory: string): Promise<string> {
  const server = createServer((request, response) => {
    try {
      const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
      const bytes = readFileSync(join(directory, path));
      response.writeHead(200).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** Runs a Python program; it finds its arguments in sys.argv[1:]. */
async function runPython(program: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(python, ["-c", program, ...args]);
  assert.equal(code, 0, stderr);
  return stdout;
}

const client = `
import os, sys
from tuf.ngclient import Updater
base, root, work = sys.argv[1:4]
metadata, targets = os.path.join(work, "metadata"), os.path.join(work, "downloads")
os.makedirs(metadata, exist_ok=True); os.makedirs(targets, exist_ok=True)
bootstrap = None if root == "-" else open(root, "rb").read()
updater = Updater(metadata, base, targets, base + "/targets", bootstrap=bootstrap)
updater.refresh()
for name in sys.argv[4:]:
    info = updater.get_targetinfo(name)
    path = os.path.join(targets, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    updater.download_target(info, path)
print(updater._trusted_set.root.version, updater._trusted_set.timestamp.version)
`;

/** The files below a directory, by name. */
function filesOf(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    paths.map((path) => [relative(directory, path), readFileSync(path).toString("base64")]).sort(),
  );
}

test("python-tuf reads what we publish, and follows a change of all keys", { skip }, async (t) => {
  const organisation = await makeOrganisation(t);
  const work = temporaryDirectory(t);
  const url = await serve(t, organisation.repository);
  const root = join(work, "root.json");
  writeFileSync(root, organisation.root);
  const names = Object.keys(filesOf(organisation.trust));
  assert.ok(names.length >= 3);
  assert.match(await runPython(client, url, root, work, ...names), /^1 1$/m);
  assert.deepEqual(filesOf(join(work, "downloads")), filesOf(organisation.trust));

  const keys = makeKeys();
  const signers = [...organisation.keys.root.slice(0, 2), ...keys.root.slice(0, 2)];
  const next = await completeRoot(keys, { previous: organisation.root, signers });
  writeFiles(organisation.trust, { "trust.json": trustDocument("release-2") });
  await publish({ ...organisation, keys }, { root: next });
  assert.match(await runPython(client, url, "-", work, ...names), /^2 2$/m);
  assert.deepEqual(filesOf(join(work, "downloads")), filesOf(organisation.trust));
});

test("cosign takes its trusted root from what we publish", { skip: missingGoTools("cosign") }, async (t) => {
  const organisation = await makeOrganisation(t);
  const cosign = cosignIn(temporaryDirectory(t));
  const path = (name: string) => join(cosign.directory, name);
  const trustedRoot = await cosign.createTrustedRoot("trusted-root.json");
  writeFiles(organisation.trust, { "trusted_root.json": readFileSync(trustedRoot) });
  await publish(organisation);
  const url = await serve(t, organisation.repository);
  writeFileSync(path("root.json"), organisation.root);
  writeFileSync(path("other-root.json"), (await makeOrganisation(t)).root);
  writeFileSync(path("data"), "weights");
  const run = async (...args: readonly string[]) => {
    const { code, stderr } = await cosign.run(args);
    return code === 0 ? "" : stderr;
  };
  assert.notEqual(await run("initialize", "--mirror", url, "--root", "other-root.json"), "");
  assert.equal(await run("initialize", "--mirror", url, "--root", "root.json"), "");
  assert.equal(await run("generate-key-pair"), "");
  const config = await cosign.createSigningConfig("signing-config.json");
  const sign = ["sign-blob", "--key", "cosign.key", "--signing-config", config, "--bundle", "data.json"];
  assert.equal(await run(...sign, "--trusted-root", trustedRoot, "data"), "");
  // Without --trusted-root it can only be the published one.
  const verify = ["verify-blob", "--key", "cosign.pub", "--insecure-ignore-tlog", "--bundle", "data.json"];
  assert.equal(await run(...verify, "data"), "");
});

const publisher = `
import json, os, sys
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
source, out = sys.argv[1:3]
expires = datetime(2030, 1, 1, tzinfo=timezone.utc)
makers = {"root": CryptoSigner.generate_ecdsa, "targets": CryptoSigner.generate_rsa,
          "snapshot": CryptoSigner.generate_ed25519, "timestamp": CryptoSigner.generate_ed25519}

def publish(version, before):
    signers = {role: make() for role, make in makers.items()}
    root = Metadata(Root(version=version, expires=expires, consistent_snapshot=True))
    for role, signer in signers.items():
        root.signed.add_key(signer.public_key, role)
    root.sign(signers["root"])
    if before is not None:
        root.sign(before["root"], append=True)
    targets = Metadata(Targets(version=version, expires=expires))
    for folder, _, names in os.walk(source):
        for name in names:
            path = os.path.join(folder, name)
            target = os.path.relpath(path, source)
            file = TargetFile.from_file(target, path)
            targets.signed.targets[target] = file
            copy = os.path.join(out, "targets", file.get_prefixed_paths()[0])
            os.makedirs(os.path.dirname(copy), exist_ok=True)
            open(copy, "wb").write(open(path, "rb").read())
    targets.sign(signers["targets"])
    snapshot = Metadata(Snapshot(version=version, expires=expires))
    snapshot.signed.meta["targets.json"] = MetaFile(version=version)
    snapshot.sign(signers["snapshot"])
    timestamp = Metadata(Timestamp(version=version, expires=expires))
    timestamp.signed.snapshot_meta = MetaFile(version=version)
    timestamp.sign(signers["timestamp"])
    for role, metadata in (("root", root), ("targets", targets), ("snapshot", snapshot)):
        metadata.to_file(os.path.join(out, f"{version}.{role}.json"))
    timestamp.to_file(os.path.join(out, "timestamp.json"))
    return signers

signers = None
for version in range(1, int(sys.argv[3]) + 1):
    signers = publish(version, signers)
`;

for (const versions of [1, 3]) {
  test(`we read what python-tuf publishes, ${versions} roots`, { skip }, async (t) => {
    const base = temporaryDirectory(t);
    const [trust, repository, installed] = ["source", "repository", "installed"].map((name) =>
      join(base, name),
    );
    assert.ok(trust !== undefined && repository !== undefined && installed !== undefined);
    writeFiles(trust, { "trust.json": trustDocument("release"), "authorities/ca.pem": "not used\n" });
    mkdirSync(repository);
    await runPython(publisher, trust, repository, String(versions));
    const update = await updateTrustRoot({
      trustDirectory: installed,
      source: directorySource(repository),
      root: readFileSync(join(repository, "1.root.json")),
      at: new Date(),
    });
    assert.equal(update.versions.root, versions);
    assert.deepEqual(update.added, ["authorities/ca.pem", "trust.json"]);
    assert.deepEqual(readFileSync(join(installed, "trust.json")), readFileSync(join(trust, "trust.json")));
  });
}
