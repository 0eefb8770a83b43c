// SPDX-License-Identifier: Apache-2.0
// VERIFY.md of an audit folder by other people's programs: every command with openssl, python3 and cosign ends well on the
// folder as it was sealed, and not on one that was changed. And verify.mjs by the oldest Node.js that it promises.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { folderPayload, sealed } from "../../fixtures/audit-folder.ts";
import { keyPair } from "../../fixtures/pki.ts";
import { publicKeyId } from "../../src/trust/public-key.ts";
import { selfVerifier, writeFiles } from "../audit/verify-both.ts";
import { commandsOf, runBlock, verifyTextOf } from "../audit/verify-text.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { missingGoTools, missingPrograms, pathOf } from "./tools.ts";

const root = temporaryDirectory({ after });
const withoutCosign = missingGoTools("cosign");
const skip = missingPrograms("openssl", "python3");

// cosign hashes with SHA-256 whatever the curve: the seal has to be by a key on P-256.
const sealer = keyPair("p256", "interop sealer");
const payload = await folderPayload({
  trust: (trust) => {
    for (const each of trust["identities"] as Record<string, unknown>[]) {
      if (each["name"] === "auditor") {
        const publicKey = sealer.publicKey.export({ type: "spki", format: "pem" });
        Object.assign(each, {
          publicKey,
          keyId: publicKeyId(sealer.publicKey),
          algorithm: "ecdsa-p256-sha256",
        });
      }
    }
  },
});
const text = verifyTextOf(payload);
const files = await sealed(new Map(payload).set("VERIFY.md", Buffer.from(text)), { by: sealer });
const folder = writeFiles(join(root, "audit"), files);
const work = join(root, "work");
const path = [dirname(pathOf("cosign")), process.env["PATH"]].join(":");
const isForeign = (commands: string): boolean => /openssl|cosign/.test(commands);

test("every command of VERIFY.md ends well", { skip }, (t) => {
  for (const commands of commandsOf(text)) {
    if (commands.startsWith("cosign") && withoutCosign !== false) {
      t.diagnostic(withoutCosign);
      continue;
    }
    const { status, output } = runBlock(commands, folder, work, path);
    assert.equal(status, 0, `${commands}${output}`);
  }
});

test("and not on another folder", { skip }, async () => {
  const other = await sealed(new Map(payload).set("data/extra", Buffer.from("x")), {
    by: keyPair("p256", "stranger"),
  });
  const bom = Buffer.from(files.get("data/bom/aibom.cdx.json") ?? "")
    .toString()
    .replace("chat", "chas");
  const forged = new Map(other).set("data/bom/aibom.cdx.json", Buffer.from(bom));
  writeFiles(folder, forged);
  const seals = commandsOf(text).filter(
    (each) => isForeign(each) && /openssl dgst.*signed|cosign/.test(each) && each.includes("seal/"),
  );
  assert.ok(seals.length > 0);
  for (const commands of seals) {
    assert.notEqual(runBlock(commands, folder, work, path).status, 0, commands);
  }
});

test("verify.mjs by the `node` of this machine", { skip: missingPrograms("node") }, () => {
  const good = writeFiles(join(root, "good"), files);
  const { status, stdout, stderr } = spawnSync("node", [selfVerifier.pathname, good], { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
});
