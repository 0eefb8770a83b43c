// SPDX-License-Identifier: Apache-2.0
// The Python reference implementation of The Update Framework (PyPI: tuf), both directions, and its own client tests
// run against our client. tuf comes with sigstore-python (tools.ts). For the last test AIBOM_INTEROP_PYTHON names an
// interpreter that has freezegun as well, and AIBOM_TUF_SOURCE the unpacked source distribution of tuf. What is missing
// is said, and skipped.

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { tufKey } from "../../src/trust/tuf/keys.ts";
import { directorySource } from "../../src/trust/tuf/source.ts";
import { updateTrustRoot } from "../../src/trust/tuf/update.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  completeRoot,
  filesOf,
  makeKeys,
  makeOrganisation,
  makeSigner,
  type Organisation,
  publish,
  trustDocument,
  writeFiles,
} from "../trust/trust-repository.ts";
import { python } from "./tools.ts";

const probe = spawnSync(python, ["-c", "import tuf, securesystemslib, cryptography; print(tuf.__version__)"]);
const skip = probe.status === 0 ? false : `the Python package tuf is not installed for ${python}`;

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/** Runs Python with the arguments in `sys.argv[1:]`; what it prints, or why it failed. */
async function runPython(
  code: string,
  ...args: readonly string[]
): Promise<{ isGood: boolean; text: string }> {
  try {
    const { stdout } = await run(python, ["-c", code, ...args], { maxBuffer: 1 << 26 });
    return { isGood: true, text: stdout };
  } catch (error) {
    return { isGood: false, text: String((error as { stderr?: string }).stderr) };
  }
}

async function serve(t: TestContext, directory: string): Promise<string> {
  const server = createServer((request, response) => {
    const path = join(directory, decodeURIComponent(request.url ?? ""));
    const isThere = existsSync(path) && statSync(path).isFile();
    response.statusCode = isThere ? 200 : 404;
    response.end(isThere ? readFileSync(path) : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Refreshes and downloads every target; prints the versions. */
const theirClient = `
import json, os, sys
from tuf.ngclient import Updater
base, directory, root = sys.argv[1:]
os.makedirs(directory + "/metadata", exist_ok=True)
os.makedirs(directory + "/targets", exist_ok=True)
updater = Updater(directory + "/metadata", base, directory + "/targets", base + "targets/", bootstrap=open(root, "rb").read())
updater.refresh()
trusted = updater._trusted_set
for path in trusted.targets.targets:
    info = updater.get_targetinfo(path)
    local = os.path.join(directory, "targets", path)
    os.makedirs(os.path.dirname(local), exist_ok=True)
    updater.download_target(info, local)
print(json.dumps([trusted.root.version, trusted.timestamp.version, trusted.snapshot.version, trusted.targets.version]))
`;

/** Their client looks at the clock, so these repositories are made for the present. */
const now = new Date();
const later = new Date(now.getTime() + 30 * 86_400_000);

interface Current extends Organisation {
  readonly base: string;
  readonly rootFile: string;
  readonly client: string;
}

async function current(t: TestContext): Promise<Current> {
  const made = await makeOrganisation(t);
  const keys = made.keys;
  const organisation = {
    ...made,
    repository: `${made.repository}-now`,
    root: await completeRoot(keys, { expires: new Date("2100-01-01T00:00:00Z") }),
  };
  await publish(organisation, { root: organisation.root, at: now, expires: later });
  const directory = temporaryDirectory(t);
  const rootFile = join(directory, "root.json");
  writeFileSync(rootFile, organisation.root);
  const base = await serve(t, organisation.repository);
  return { ...organisation, base, rootFile, client: join(directory, "client") };
}

describe("it reads what we publish", { concurrency: 2, skip }, () => {
  test("every file, through updates and a change of all keys", async (t) => {
    const it = await current(t);
    const read = () => runPython(theirClient, it.base, it.client, it.rootFile);
    const first = await read();
    assert.ok(first.isGood, first.text);
    assert.deepEqual(JSON.parse(first.text), [1, 1, 1, 1]);
    assert.deepEqual(filesOf(join(it.client, "targets"), ""), filesOf(it.trust, ""));
    writeFiles(it.trust, { "trust.json": trustDocument("second"), "deep/er/x.pem": "x" });
    await publish(it, { at: now, expires: later });
    assert.deepEqual(JSON.parse((await read()).text), [1, 2, 2, 2]);
    const keys = { ...makeKeys(), root: [makeSigner(), makeSigner("ecdsa-p256")] };
    const second = await completeRoot(keys, {
      previous: it.root,
      expires: new Date("2100-01-01T00:00:00Z"),
      signers: [...it.keys.root.slice(1), ...keys.root],
    });
    await publish({ ...it, keys }, { root: second, at: now, expires: later });
    const third = await read();
    assert.ok(third.isGood, third.text);
    assert.deepEqual(JSON.parse(third.text), [2, 3, 3, 3]);
    assert.deepEqual(filesOf(join(it.client, "targets"), ""), filesOf(it.trust, ""));
  });

  test("a changed file and a changed time stamp are refused by it too", async (t) => {
    const it = await current(t);
    const path = join(
      it.repository,
      "targets",
      readdirSync(join(it.repository, "targets")).find((name) => name.endsWith("trust.json")) ?? "",
    );
    const kept = readFileSync(path);
    writeFileSync(path, Buffer.concat([Buffer.from(" "), kept.subarray(1)]));
    const changed = await runPython(theirClient, it.base, it.client, it.rootFile);
    assert.match(changed.text, /LengthOrHashMismatchError/);
    writeFileSync(path, kept);
    const stamp = join(it.repository, "timestamp.json");
    writeFileSync(stamp, readFileSync(stamp, "utf8").replace(/"expires": "20/, '"expires": "30'));
    const forged = await runPython(theirClient, it.base, it.client, it.rootFile);
    assert.match(forged.text, /UnsignedMetadataError/);
  });
});

test("key ids are the ones it computes", { skip }, async () => {
  for (const type of ["ecdsa-p256", "ed25519"] as const) {
    const { publicKeyPem } = makeSigner(type);
    const theirs = await runPython(
      `
import sys
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.signer import SSlibKey
key = SSlibKey.from_crypto(load_pem_public_key(sys.argv[1].encode()))
print(key.keyid, key.keytype, key.scheme)
`,
      publicKeyPem,
    );
    const { keyID, keyType, scheme } = tufKey(publicKeyPem).key;
    assert.equal(theirs.text.trim(), `${keyID} ${keyType} ${scheme}`, theirs.text);
  }
});

/**
 * Publishes a directory with its repository interface. The variants stand for what other publishers choose: kinds of
 * keys, thresholds, without digests in snapshot and time stamp, two digests per file, an unknown field.
 */
const theirPublisher = `
import datetime, hashlib, os, sys
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import *
from tuf.api.serialization.json import JSONSerializer
source, out, variant, rotations = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
make = {"rsa": CryptoSigner.generate_rsa, "ecdsa": CryptoSigner.generate_ecdsa}.get(variant, CryptoSigner.generate_ed25519)
expiry = datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc)
os.makedirs(out + "/targets")
signers = {role: [make()] for role in ("root", "targets", "snapshot", "timestamp")}
threshold = 2 if variant == "threshold" else 1
if threshold == 2:
    for role in signers: signers[role] += [make(), make()]
def write(name, md):
    data = md.to_bytes(JSONSerializer(compact=variant == "compact"))
    with open(os.path.join(out, name), "wb") as f: f.write(data)
    return data
def sign(md, keys):
    md.signatures.clear()
    for key in keys[:max(threshold, len(keys) - 1)] if variant == "threshold" else keys: md.sign(key, append=True)
root = Root(expires=expiry, consistent_snapshot=True)
for role, keys in signers.items():
    for key in keys: root.add_key(key.public_key, role)
    root.roles[role].threshold = threshold
if variant == "fields": root.unrecognized_fields["x-note"] = {"b": [1, "é"], "a": None}
md = Metadata(root); sign(md, signers["root"]); write("1.root.json", md)
for _ in range(rotations):
    old = list(signers["root"]); new = [make() for _ in old]
    for key in old: root.revoke_key(key.public_key.keyid, "root")
    for key in new: root.add_key(key.public_key, "root")
    root.version += 1; md.signatures.clear()
    for key in old + new: md.sign(key, append=True)
    signers["root"] = new; write(f"{root.version}.root.json", md)
targets = Targets(expires=expiry)
for directory, _, names in os.walk(source):
    for name in names:
        path = os.path.relpath(os.path.join(directory, name), source)
        data = open(os.path.join(source, path), "rb").read()
        hashes = ["sha512", "sha256"] if variant == "digests" else ["sha256"]
        info = TargetFile.from_data(path, data, hashes)
        targets.targets[path] = info
        for digest in info.hashes.values():
            local = os.path.join(out, "targets", os.path.dirname(path), digest + "." + name)
            os.makedirs(os.path.dirname(local), exist_ok=True)
            open(local, "wb").write(data)
md = Metadata(targets); sign(md, signers["targets"]); data = write("1.targets.json", md)
def meta(data):
    return MetaFile(1) if variant == "bare" else MetaFile(1, len(data), {"sha256": hashlib.sha256(data).hexdigest()})
md = Metadata(Snapshot(expires=expiry, meta={"targets.json": meta(data)})); sign(md, signers["snapshot"]); data = write("1.snapshot.json", md)
md = Metadata(Timestamp(expires=expiry, snapshot_meta=meta(data))); sign(md, signers["timestamp"]); write("timestamp.json", md)
`;

describe("we read what it publishes", { concurrency: 2, skip }, () => {
  for (const variant of ["ed25519", "ecdsa", "rsa", "threshold", "compact", "bare", "digests", "fields"]) {
    for (const rotations of [0, 2]) {
      test(`${variant}, ${rotations} changes of root keys`, async (t) => {
        const directory = temporaryDirectory(t);
        const [trust, out, local] = ["org", "out", "local"].map((name) => join(directory, name)) as [
          string,
          string,
          string,
        ];
        mkdirSync(trust);
        writeFiles(trust, {
          "trust.json": trustDocument("release"),
          "authorities/ca.pem": "ca",
          "a/b/c.json": "{}",
        });
        const made = await runPython(theirPublisher, trust, out, variant, String(rotations));
        assert.ok(made.isGood, made.text);
        const options = {
          trustDirectory: local,
          source: directorySource(out),
          at: new Date("2099-01-01T00:00:00Z"),
          root: readFileSync(join(out, "1.root.json")),
        };
        const result = await updateTrustRoot(options);
        assert.equal(result.versions.root, 1 + rotations);
        assert.deepEqual(filesOf(local, "tuf"), filesOf(trust, ""));
        // And nothing but what it signed.
        rmSync(local, { recursive: true });
        const stamp = join(out, "timestamp.json");
        writeFileSync(stamp, readFileSync(stamp, "utf8").replace("2100", "2200"));
        await assert.rejects(updateTrustRoot(options), { code: "TUF_WRONG_KEY" });
        assert.equal(existsSync(local), false);
      });
    }
  }
});

const source = process.env["AIBOM_TUF_SOURCE"];
const withoutSource =
  source === undefined ? "AIBOM_TUF_SOURCE does not name python-tuf's source distribution" : skip;

test("its own client tests pass with our client", { skip: withoutSource, timeout: 900_000 }, async (t) => {
  const args = [
    join(root, "conformance/python_tuf_suite.py"),
    join(root, "conformance/tuf-client"),
    source ?? "",
  ];
  const { stdout } = await run(python, args, { maxBuffer: 1 << 26 }).catch(
    (error: { stdout: string; stderr: string }) => assert.fail(error.stderr + error.stdout),
  );
  const line = stdout.trim().split("\n").at(-1) ?? "";
  const result = JSON.parse(line);
  assert.equal(result.failed, 0);
  assert.ok(result.tests >= 50 && result.leftOut <= 5, line);
  t.diagnostic(line);
});
