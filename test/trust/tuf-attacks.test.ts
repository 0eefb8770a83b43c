// SPDX-License-Identifier: Apache-2.0
// Attacks on a trust repository, each planted and refused with its name. After each the trust root is byte for byte
// what it was. The forged files are signed correctly by the keys an attacker is assumed to have.

import assert from "node:assert/strict";
import { createHash, createPublicKey } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { limits } from "../../src/limits.ts";
import type { Signer } from "../../src/signers/signer.ts";
import { tufKey } from "../../src/trust/tuf/keys.ts";
import { directorySource, urlSource } from "../../src/trust/tuf/source.ts";
import type { UpdateOptions } from "../../src/trust/tuf/update.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  type AnyJson,
  at,
  completeRoot,
  day,
  filesOf,
  forge,
  idsOf,
  makeKeys,
  makeOrganisation,
  makeSigner,
  type Organisation,
  publish,
  trustDocument,
  update,
  writeFiles,
} from "./trust-repository.ts";

interface Victim extends Organisation {
  /** A trust root that was updated from publication 1. */
  readonly directory: string;
  /** Path of a file in the repository. */
  readonly file: (name: string) => string;
}

async function victim(t: TestContext): Promise<Victim> {
  const organisation = await makeOrganisation(t);
  const directory = join(temporaryDirectory(t), "trust");
  await update(organisation, directory);
  return { ...organisation, directory, file: (name) => join(organisation.repository, name) };
}

/** Publishes a second version with other content. */
async function secondPublication(organisation: Organisation): Promise<void> {
  writeFiles(organisation.trust, { "trust.json": trustDocument("second") });
  await publish(organisation);
}

/** The update is refused with this code, and the trust root is as it was. */
async function refused(
  who: Victim,
  code: string,
  args: Readonly<Record<string, unknown>> = {},
  options: Partial<UpdateOptions> = {},
): Promise<AibomError> {
  const before = filesOf(who.directory, "tuf");
  const error = await update(who, who.directory, options).then(
    () => assert.fail(`the update was accepted, expected ${code}`),
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof AibomError, String(error));
  assert.equal(error.code, code, error.message);
  for (const [name, value] of Object.entries(args)) {
    assert.equal(error.args[name], value, `${name} of ${error.message}`);
  }
  assert.deepEqual(filesOf(who.directory, "tuf"), before, "the trust root was changed");
  return error;
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Points snapshot 2 at the forged targets and time stamp 2 at the snapshot, both signed correctly. */
async function relist(who: Victim, options: { hashes?: boolean } = {}): Promise<void> {
  const listing = (file: string, version: number) => {
    const bytes = readFileSync(who.file(file));
    return options.hashes === false
      ? { version }
      : { version, length: bytes.length, hashes: { sha256: sha256(bytes) } };
  };
  const version = (file: string): number => JSON.parse(readFileSync(who.file(file), "utf8")).signed.version;
  await forgeRole(who, "snapshot", "2.snapshot.json", (signed) => {
    signed.meta["targets.json"] = listing("2.targets.json", version("2.targets.json"));
  });
  await forgeRole(who, "timestamp", "timestamp.json", (signed) => {
    signed.meta["snapshot.json"] = listing("2.snapshot.json", version("2.snapshot.json"));
  });
}

function forgeRole(
  who: Victim,
  role: "targets" | "snapshot" | "timestamp",
  name: string,
  change: (signed: AnyJson) => void,
): Promise<void> {
  const [id = ""] = idsOf(who.root, role);
  return forge(who.file(name), change, [[id, who.keys[role]]]);
}

/** A second publication whose targets say what `change` makes of them. */
async function forgedTargets(t: TestContext, change: (signed: AnyJson) => void): Promise<Victim> {
  const who = await victim(t);
  await secondPublication(who);
  await forgeRole(who, "targets", "2.targets.json", change);
  await relist(who);
  return who;
}

describe("rollback", { concurrency: 2 }, () => {
  test("of the whole repository: the time stamp is older", async (t) => {
    const who = await victim(t);
    const old = join(temporaryDirectory(t), "old");
    cpSync(who.repository, old, { recursive: true });
    await secondPublication(who);
    await update(who, who.directory);
    await refused(
      who,
      "TUF_ROLLBACK",
      { role: "timestamp", got: 1, seen: 2 },
      { source: directorySource(old) },
    );
  });

  test("of the snapshot, by whoever has the time stamp's key", async (t) => {
    const who = await victim(t);
    await secondPublication(who);
    await update(who, who.directory);
    await forgeRole(who, "timestamp", "timestamp.json", (signed) => {
      signed.version = 3;
      signed.meta["snapshot.json"] = { version: 1 };
    });
    await refused(who, "TUF_ROLLBACK", { role: "snapshot", got: 1, seen: 2 });
  });

  test("of the targets, by whoever has the keys of snapshot and time stamp", async (t) => {
    const who = await victim(t);
    await secondPublication(who);
    await update(who, who.directory);
    renameSync(who.file("2.snapshot.json"), who.file("3.snapshot.json"));
    await forgeRole(who, "snapshot", "3.snapshot.json", (signed) => {
      signed.version = 3;
      signed.meta["targets.json"] = { version: 1 };
    });
    await forgeRole(who, "timestamp", "timestamp.json", (signed) => {
      signed.version = 3;
      signed.meta["snapshot.json"] = { version: 3 };
    });
    await refused(who, "TUF_ROLLBACK", { role: "targets", got: 1, seen: 2 });
    // The same by leaving the role out.
    await forgeRole(who, "snapshot", "3.snapshot.json", (signed) => {
      signed.meta = { "other.json": { version: 9 } };
    });
    await refused(who, "TUF_ROLLBACK", { role: "targets", got: "none", seen: 2 });
  });

  test("of the root: version 1 again, as 2.root.json", async (t) => {
    const who = await victim(t);
    writeFileSync(who.file("2.root.json"), who.root);
    await refused(who, "TUF_ROLLBACK", { role: "root", got: 1, seen: 1 });
  });

  test("is noticed after a refused update too: what was verified is kept", async (t) => {
    const who = await victim(t);
    const old = join(temporaryDirectory(t), "old");
    cpSync(who.repository, old, { recursive: true });
    await secondPublication(who);
    rmSync(who.file("2.targets.json"));
    await refused(who, "TUF_FILE_MISSING");
    await refused(
      who,
      "TUF_ROLLBACK",
      { role: "timestamp", got: 1, seen: 2 },
      { source: directorySource(old) },
    );
  });

  test("is not hidden by damage to what was seen before", async (t) => {
    const who = await victim(t);
    for (const role of ["timestamp", "snapshot", "targets", "root"]) {
      const path = join(who.directory, "tuf", `${role}.json`);
      const kept = readFileSync(path);
      writeFileSync(path, kept.subarray(0, 100));
      await refused(who, role === "root" ? "TUF_ROOT_INVALID" : "TUF_STATE_DAMAGED");
      rmSync(path);
      await refused(who, "TUF_STATE_DAMAGED");
      writeFileSync(path, kept);
    }
  });
});

describe("freeze", { concurrency: 2 }, () => {
  test("the time stamp has expired, whether it is new or seen before", async (t) => {
    const who = await victim(t);
    const args = { role: "timestamp", expires: "2027-03-31T12:00:00Z", at: "2027-04-01T12:00:00Z" };
    await refused(who, "TUF_FREEZE", args, { at: day(31) });
    await secondPublication(who);
    await refused(who, "TUF_FREEZE", { role: "timestamp" }, { at: day(31) });
    // Expiry is the first instant at which the metadata no longer counts.
    await refused(who, "TUF_FREEZE", { role: "timestamp" }, { at: day(30) });
    await update(who, who.directory, { at: new Date(day(30).getTime() - 1) });
  });

  for (const role of ["snapshot", "targets"] as const) {
    test(`${role} has expired behind a fresh time stamp`, async (t) => {
      const who = await victim(t);
      await secondPublication(who);
      await forgeRole(who, role, `2.${role}.json`, (signed) => {
        signed.expires = "2027-03-01T11:59:59Z";
      });
      await relist(who);
      // Listed again with its new digest; relisting the snapshot signs it as it is.
      await refused(who, "TUF_FREEZE", { role });
    });
  }

  test("the root has expired and there is no newer one", async (t) => {
    const who = await victim(t);
    await refused(who, "TUF_ROOT_EXPIRED", { version: 1 }, { at: day(366) });
  });

  test("a newer root that has expired replaces the old one and ends everything", async (t) => {
    const who = await victim(t);
    const second = await completeRoot(who.keys, { previous: who.root, expires: day(1) });
    writeFileSync(who.file("2.root.json"), second);
    await refused(who, "TUF_ROOT_EXPIRED", { version: 2 }, { at: day(2) });
    rmSync(who.file("2.root.json"));
    await refused(who, "TUF_ROOT_EXPIRED", { version: 2 }, { at: day(2) });
  });

  test("a time that is none never makes anything current", async (t) => {
    const who = await victim(t);
    await refused(who, "TUF_TIME_INVALID", {}, { at: new Date(Number.NaN) });
    await refused(who, "TUF_TIME_INVALID", {}, { asOf: new Date(Number.NaN) });
  });
});

describe("mix and match", { concurrency: 2 }, () => {
  for (const role of ["snapshot", "targets"] as const) {
    test(`another ${role} of the same version`, async (t) => {
      const who = await victim(t);
      await secondPublication(who);
      await forgeRole(who, role, `2.${role}.json`, (signed) => {
        signed.expires = "2027-03-15T00:00:00Z";
      });
      const listedIn = role === "snapshot" ? "timestamp.json" : "snapshot.json";
      await refused(who, "TUF_MIX_AND_MATCH", { file: `2.${role}.json`, listedIn });
    });

    test(`an older ${role} under the new name, listed without digests`, async (t) => {
      const who = await victim(t);
      await secondPublication(who);
      await relist(who, { hashes: false });
      cpSync(who.file(`1.${role}.json`), who.file(`2.${role}.json`));
      await refused(who, "TUF_MIX_AND_MATCH", {
        file: `2.${role}.json`,
        reason: "it has version 1, listed is 2",
      });
    });
  }
});

describe("signatures", { concurrency: 2 }, () => {
  test("threshold not met: of the root before", async (t) => {
    const who = await victim(t);
    const [first, , third] = who.keys.root;
    const keys = { ...who.keys, root: [makeSigner(), makeSigner(), third!] };
    const root = await completeRoot(keys, { previous: who.root, signers: [...keys.root, first!] });
    writeFileSync(who.file("2.root.json"), root);
    await update(who, who.directory);
    const again = await victim(t);
    const halfSigned = await completeRoot(
      { ...again.keys, root: keys.root },
      { previous: again.root, signers: [keys.root[0]!, keys.root[1]!, again.keys.root[0]!] },
    );
    writeFileSync(again.file("2.root.json"), halfSigned);
    await refused(again, "TUF_THRESHOLD", {
      role: "root",
      got: 1,
      threshold: 2,
      signedFor: "the root before it",
    });
  });

  test("threshold not met: of the new root itself", async (t) => {
    const who = await victim(t);
    const keys = { ...who.keys, root: [makeSigner(), makeSigner()] };
    const signers = [...who.keys.root, keys.root[0]!];
    writeFileSync(who.file("2.root.json"), await completeRoot(keys, { previous: who.root, signers }));
    await refused(who, "TUF_THRESHOLD", { role: "root", got: 1, threshold: 2, signedFor: "its own keys" });
  });

  test("wrong key: a stranger, a stranger under a trusted id, the key of another role", async (t) => {
    const who = await victim(t);
    const [id = ""] = idsOf(who.root, "timestamp");
    const [snapshotId = ""] = idsOf(who.root, "snapshot");
    const stranger = makeSigner();
    const forgeries: [string, Signer][][] = [
      [],
      [[tufKey(stranger.publicKeyPem).key.keyID, stranger]],
      [[id, stranger]],
      [[snapshotId, who.keys.snapshot]],
    ];
    for (const signers of forgeries) {
      await forge(
        who.file("timestamp.json"),
        (signed) => {
          signed.version = 2;
        },
        signers,
      );
      await refused(who, "TUF_WRONG_KEY", { role: "timestamp" });
    }
    for (const id of ["constructor", "__proto__", "toString"]) {
      const next = (signed: AnyJson): void => {
        signed.version = 2;
      };
      await forge(who.file("timestamp.json"), next, [[id, who.keys.timestamp]]);
      await refused(who, "TUF_METADATA_INVALID");
    }
    await update(who, who.directory, { source: directorySource(await republished(t, who)) });
  });

  test("a signature of one byte less, and content changed after signing", async (t) => {
    const who = await victim(t);
    await secondPublication(who);
    const path = who.file("timestamp.json");
    const good = readFileSync(path, "utf8");
    const parsed = JSON.parse(good);
    parsed.signatures[0].sig = parsed.signatures[0].sig.slice(0, -2);
    writeFileSync(path, JSON.stringify(parsed));
    await refused(who, "TUF_WRONG_KEY");
    writeFileSync(path, good.replace("2027-03-31", "2028-03-31"));
    await refused(who, "TUF_WRONG_KEY");
    writeFileSync(path, good);
    await update(who, who.directory);
  });

  test("one key counted twice: two ids, two encodings", async (t) => {
    for (const encode of [samePem, compressedPem, rawPoint]) {
      const who = await twoIds(t, encode);
      await refused(who, "TUF_KEY_COUNTED_TWICE", { role: "timestamp", threshold: 2 });
    }
  });

  test("one key counted twice in the root that is pinned", async (t) => {
    const keys = makeKeys();
    const path = join(temporaryDirectory(t), "root.json");
    writeFileSync(path, await completeRoot(keys, { rootThreshold: 1 }));
    const [id = ""] = idsOf(path, "root");
    const twice = (signed: AnyJson): void => {
      signed.keys["second"] = signed.keys[id];
      signed.roles.root = { keyids: [id, "second"], threshold: 2 };
    };
    await forge(path, twice, [
      [id, keys.root[0]!],
      ["second", keys.root[0]!],
    ]);
    const who = await victim(t);
    const fresh = { ...who, directory: join(temporaryDirectory(t), "fresh"), root: readFileSync(path) };
    const error = await refused(fresh, "TUF_ROOT_INVALID");
    assert.match(error.message, /one key is listed under several ids/);
  });

  test("a pinned root that nobody signed, or that is none", async (t) => {
    const who = await victim(t);
    const path = join(temporaryDirectory(t), "root.json");
    writeFileSync(path, who.root);
    await forge(path, () => {}, []);
    for (const root of [
      readFileSync(path),
      readFileSync(who.file("timestamp.json")),
      Buffer.from("{}"),
      Buffer.of(),
    ]) {
      await refused({ ...who, directory: join(temporaryDirectory(t), "fresh"), root }, "TUF_ROOT_INVALID");
    }
  });
});

/** The same organisation, published once more into another directory. */
async function republished(t: TestContext, who: Organisation): Promise<string> {
  const repository = join(temporaryDirectory(t), "again");
  await publish({ ...who, repository }, { root: who.root });
  return repository;
}

type Encode = (key: AnyJson, signer: Signer) => AnyJson;

const samePem: Encode = (key) => key;
/** The same point, written with its x coordinate and a sign only (SEC 1, section 2.3.3). */
const compressedPem: Encode = (key, signer) => {
  const point = pointOf(signer);
  const compressed = Buffer.concat([Buffer.of(point[64]! % 2 === 0 ? 2 : 3), point.subarray(1, 33)]);
  const head = Buffer.from("3039301306072a8648ce3d020106082a8648ce3d030107032200", "hex");
  const der = Buffer.concat([head, compressed]).toString("base64");
  return {
    ...key,
    keyval: {
      public: `-----BEGIN PUBLIC KEY-----\n${der.slice(0, 64)}\n${der.slice(64)}\n-----END PUBLIC KEY-----\n`,
    },
  };
};
/** The point in hexadecimal, as old Go tools wrote it. */
const rawPoint: Encode = (key, signer) => ({ ...key, keyval: { public: pointOf(signer).toString("hex") } });

function pointOf(signer: Signer): Buffer {
  const { x = "", y = "" } = createPublicKey(signer.publicKeyPem).export({ format: "jwk" });
  return Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
}

/** Root 2 asks for two time stamp signatures and lists one key under two ids; both sign. */
async function twoIds(t: TestContext, encode: Encode): Promise<Victim> {
  const who = await victim(t);
  const signer = makeSigner("ecdsa-p256");
  const keys = { ...who.keys, timestamp: signer };
  writeFileSync(who.file("2.root.json"), await completeRoot(keys, { previous: who.root }));
  const [id = ""] = idsOf(who.file("2.root.json"), "timestamp");
  const rootIds = idsOf(who.root, "root");
  const both = (signed: AnyJson): void => {
    signed.keys["second"] = encode(signed.keys[id], signer);
    signed.roles.timestamp = { keyids: [id, "second"], threshold: 2 };
  };
  await forge(
    who.file("2.root.json"),
    both,
    rootIds.slice(0, 2).map((each, index) => [each, keys.root[index]!]),
  );
  const next = (signed: AnyJson): void => {
    signed.version = 2;
  };
  // Each of the two alone is a good signature.
  for (const one of [id, "second"]) {
    await forge(who.file("timestamp.json"), next, [[one, signer]]);
    await refused(who, "TUF_THRESHOLD", { got: 1 });
  }
  await forge(who.file("timestamp.json"), next, [
    [id, signer],
    ["second", signer],
  ]);
  return who;
}

describe("data", { concurrency: 2 }, () => {
  test("endless metadata", async (t) => {
    for (const [name, limit] of [
      ["2.root.json", limits.maxTufRootBytes],
      ["timestamp.json", limits.maxTufTimestampBytes],
    ] as const) {
      const who = await victim(t);
      writeFileSync(who.file(name), Buffer.alloc(limit + 1, " "));
      await refused(who, "TUF_DATA_TOO_LONG", { limit });
    }
  });

  test("a source that sends more than it was asked for", async (t) => {
    const who = await victim(t);
    const asked: number[] = [];
    const source = urlSource("https://trust.invalid/", (url, maxLength) => {
      asked.push(maxLength);
      return Promise.resolve(url.endsWith("root.json") ? undefined : Buffer.alloc(maxLength + 1, " "));
    });
    await refused(who, "TUF_DATA_TOO_LONG", { limit: limits.maxTufTimestampBytes }, { source });
    assert.deepEqual(asked, [limits.maxTufRootBytes, limits.maxTufTimestampBytes]);
  });

  test("a target that is longer, shorter, other, or missing", async (t) => {
    const who = await victim(t);
    await secondPublication(who);
    const content = readFileSync(join(who.trust, "trust.json"));
    const path = who.file(`targets/${sha256(content)}.trust.json`);
    writeFileSync(path, Buffer.concat([content, Buffer.from(" ")]));
    await refused(who, "TUF_DATA_TOO_LONG", { limit: content.length });
    writeFileSync(path, content.subarray(1));
    await refused(who, "TUF_TARGET_MISMATCH");
    writeFileSync(path, Buffer.concat([Buffer.from(" "), content.subarray(1)]));
    const error = await refused(who, "TUF_TARGET_MISMATCH");
    assert.equal(error.where?.path, "trust.json");
    rmSync(path);
    await refused(who, "TUF_FILE_MISSING");
  });

  test("targets that claim to be huge, or many", async (t) => {
    const huge = await forgedTargets(t, (signed) => {
      signed.targets["big.bin"] = {
        length: limits.maxTrustFileBytes + 1,
        hashes: { sha256: "0".repeat(64) },
      };
    });
    await refused(huge, "TUF_TOO_MANY_FILES");
    const many = await forgedTargets(t, (signed) => {
      for (let index = 0; index < limits.maxTrustFiles; index++) {
        signed.targets[`f${index}`] = { length: 1, hashes: { sha256: "0".repeat(64) } };
      }
    });
    await refused(many, "TUF_TOO_MANY_FILES");
  });

  test("targets that nothing binds: no digest, or only a broken one", async (t) => {
    for (const hashes of [{}, { md5: "0".repeat(32) }, { sha256: "0" }, { sha1: "0".repeat(40) }]) {
      const who = await forgedTargets(t, (signed) => {
        signed.targets["trust.json"].hashes = hashes;
      });
      await refused(who, "TUF_METADATA_INVALID");
    }
  });

  const names = [
    "../trust.json",
    "authorities/../../x",
    "/etc/passwd",
    "a//b",
    "./a",
    "a/.",
    "",
    "a\\b",
    "C:x",
    ".hidden",
    "authorities/.x",
    "tuf/state.json",
    "TUF/state.json",
    "tuf",
    "nul",
    "COM1.pem",
    "end.",
    "space here",
    "a\u0000b",
    "a\u202eb",
    "ünicode",
    "%2e%2e/x",
    "a?b",
    "a#b",
    "TRUST.JSON",
    "trust.json/x",
    "a/b/c/d/e/f/g/h/i",
    "x".repeat(129),
    "__proto__",
  ];
  test("names that leave the trust root or mean two things", async (t) => {
    const who = await victim(t);
    await secondPublication(who);
    for (const name of names) {
      cpSync(who.file("1.targets.json"), who.file("2.targets.json"));
      await forgeRole(who, "targets", "2.targets.json", (signed) => {
        const value = { length: 1, hashes: { sha256: "0".repeat(64) } };
        signed.version = 2;
        Object.defineProperty(signed.targets, name, { value, enumerable: true });
      });
      await relist(who);
      const fresh = { ...who, directory: join(temporaryDirectory(t), "fresh") };
      // A plain name after all: it is asked for, and is not there.
      const error = await refused(fresh, name === "__proto__" ? "TUF_FILE_MISSING" : "TUF_TARGET_NAME");
      const named = [error.args["name"], ...String(error.args["reason"]).split(" ")];
      assert.ok(error.code === "TUF_FILE_MISSING" || named.includes(name), error.message);
    }
    t.diagnostic(`${names.length} names`);
  });

  test("delegated targets, which could not be listed", async (t) => {
    const role = { name: "team", keyids: [], threshold: 1, terminating: true, paths: ["*"] };
    const one = await forgedTargets(t, (signed) => {
      signed.delegations = { keys: {}, roles: [role] };
    });
    await refused(one, "TUF_DELEGATIONS");
    const bins = await forgedTargets(t, (signed) => {
      signed.delegations = {
        keys: {},
        succinct_roles: { keyids: [], threshold: 1, bit_length: 4, name_prefix: "x" },
      };
    });
    await refused(bins, "TUF_DELEGATIONS");
  });

  test("no trust.json, and one that is not valid", async (t) => {
    const none = await forgedTargets(t, (signed) => {
      delete signed.targets["trust.json"];
    });
    await refused(none, "TUF_NO_TRUST_DOCUMENT");
    const bad = Buffer.from('{"version":1,"identities":[],"revocations":[],"more":1}');
    const invalid = await forgedTargets(t, (signed) => {
      signed.targets["trust.json"] = { length: bad.length, hashes: { sha256: sha256(bad) } };
    });
    writeFileSync(invalid.file(`targets/${sha256(bad)}.trust.json`), bad);
    const error = await refused(invalid, "TRUST_UNKNOWN_FIELD");
    assert.equal(error.where?.path, join("targets", "trust.json"));
  });
});

describe("metadata that means something else to somebody", { concurrency: 2 }, () => {
  const changes: [string, (signed: AnyJson) => void][] = [
    [
      "version 0",
      (signed) => {
        signed.version = 0;
      },
    ],
    [
      "a negative version",
      (signed) => {
        signed.version = -1;
      },
    ],
    [
      "a version as text",
      (signed) => {
        signed.version = "2";
      },
    ],
    [
      "a date without a zone",
      (signed) => {
        signed.expires = "2030-01-01T00:00:00";
      },
    ],
    [
      "a date in words",
      (signed) => {
        signed.expires = "1 Jan 2030";
      },
    ],
    [
      "a date that is not in the calendar",
      (signed) => {
        signed.expires = "2030-02-31T00:00:00Z";
      },
    ],
    [
      "another major version",
      (signed) => {
        signed.spec_version = "2.0.0";
      },
    ],
    [
      "another type",
      (signed) => {
        signed._type = "snapshot";
      },
    ],
    [
      "a snapshot of version 0",
      (signed) => {
        signed.meta["snapshot.json"].version = 0;
      },
    ],
    [
      "no snapshot",
      (signed) => {
        signed.meta = {};
      },
    ],
  ];
  for (const [name, change] of changes) {
    test(name, async (t) => {
      const who = await victim(t);
      await forgeRole(who, "timestamp", "timestamp.json", (signed) => {
        signed.version = 2;
        change(signed);
      });
      await refused(who, "TUF_METADATA_INVALID");
    });
  }

  test("duplicate keys, a huge number, a byte order mark, no JSON at all", async (t) => {
    const who = await victim(t);
    const good = readFileSync(who.file("timestamp.json"), "utf8");
    for (const bad of [
      good.replace('"version": 1,', '"version": 1, "version": 9,'),
      good.replace('"version": 1,', '"version": 9007199254740993,'),
      `\ufeff${good}`,
      good.slice(0, -10),
      "[]",
      "null",
      "",
      `${"[".repeat(5000)}${"]".repeat(5000)}`,
    ]) {
      writeFileSync(who.file("timestamp.json"), bad);
      await refused(who, "TUF_METADATA_INVALID");
    }
  });

  test("a root whose threshold is 0, or that lists a key twice by id", async (t) => {
    for (const roleOf of [
      (ids: string[]) => ({ keyids: ids, threshold: 0 }),
      (ids: string[]) => ({ keyids: [...ids, ...ids], threshold: 2 }),
      (ids: string[]) => ({ keyids: ids, threshold: "1" }),
    ]) {
      const who = await victim(t);
      const path = who.file("2.root.json");
      writeFileSync(path, await completeRoot(who.keys, { previous: who.root }));
      const ids = idsOf(path, "timestamp");
      const signers = idsOf(path, "root")
        .slice(0, 2)
        .map((id, index) => [id, who.keys.root[index]!] as const);
      await forge(
        path,
        (signed) => {
          signed.roles.timestamp = roleOf(ids);
        },
        signers,
      );
      await refused(who, "TUF_METADATA_INVALID");
    }
  });
});

describe("the carried directory", { concurrency: 2 }, () => {
  test("a root version is missing", async (t) => {
    const who = await victim(t);
    const second = await completeRoot(who.keys, { previous: who.root });
    writeFileSync(who.file("3.root.json"), await completeRoot(who.keys, { previous: second }));
    await refused(who, "TUF_ROOT_GAP", { missing: 2, found: 3 });
    cpSync(who.file("3.root.json"), who.file("2.root.json"));
    await refused(who, "TUF_ROOT_GAP", { missing: 2, found: 3 });
  });

  test("is not there, or is empty", async (t) => {
    const who = await victim(t);
    const directory = join(temporaryDirectory(t), "nothing");
    assert.throws(() => directorySource(directory), { code: "SOURCE_NOT_FOUND" });
    mkdirSync(directory);
    await refused(who, "TUF_FILE_MISSING", {}, { source: directorySource(directory) });
  });

  test("has links: a file that is one, a directory that is one", async (t) => {
    const who = await victim(t);
    await secondPublication(who);
    renameSync(who.file("timestamp.json"), who.file("real.json"));
    symlinkSync("real.json", who.file("timestamp.json"));
    await refused(who, "SOURCE_NOT_REGULAR", { kind: "symbolic link" });
    rmSync(who.file("timestamp.json"));
    renameSync(who.file("real.json"), who.file("timestamp.json"));
    renameSync(who.file("targets"), who.file("elsewhere"));
    symlinkSync("elsewhere", who.file("targets"));
    await refused(who, "SOURCE_NOT_REGULAR", { kind: "symbolic link" });
  });

  test("has a directory where a file should be", async (t) => {
    const who = await victim(t);
    rmSync(who.file("timestamp.json"));
    mkdirSync(who.file("timestamp.json"));
    await refused(who, "SOURCE_NOT_REGULAR", { kind: "directory" });
  });
});

test("without any attack all of this is accepted", async (t) => {
  const who = await victim(t);
  await secondPublication(who);
  await relist(who);
  assert.deepEqual((await update(who, who.directory)).changed, ["trust.json"]);
  assert.ok(at < day(1));
});
