// SPDX-License-Identifier: Apache-2.0
// VERIFY.md: the commands that need nothing but coreutils do what the text says. Those with openssl and cosign: test/interop.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { folderPayload, sealed } from "../../fixtures/audit-folder.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { writeFiles } from "./verify-both.ts";
import { commandsOf, runBlock, verifyTextOf } from "./verify-text.ts";

const root = temporaryDirectory({ after });
const payload = await folderPayload();
const text = verifyTextOf(payload);
const files = await sealed(new Map(payload).set("VERIFY.md", Buffer.from(text)));
const folder = writeFiles(join(root, "audit"), files);
const work = join(root, "work");
const plain = commandsOf(text).filter((each) => !/openssl|cosign|python3/.test(each));

test("every hash command ends well on the folder as it was sealed", () => {
  assert.ok(plain.length >= 10, "hashes, keys and receipts");
  for (const commands of plain) {
    const { status, output } = runBlock(commands, folder, work);
    assert.equal(status, 0, `${commands}${output}`);
    assert.ok(!commands.startsWith("find . !") || output === "", output);
  }
});

test("the hash commands see a change, a file too many and one too few", () => {
  const passes = () => plain.every((commands) => runBlock(commands, folder, work).status === 0);
  const bom = join(folder, "data/bom/aibom.cdx.json");
  writeFileSync(bom, "{}");
  assert.ok(!passes(), "changed");
  writeFileSync(bom, Buffer.from(files.get("data/bom/aibom.cdx.json") ?? ""));
  writeFileSync(join(folder, "extra"), "");
  assert.ok(!passes(), "added");
});

test("nothing of the record becomes a command", async () => {
  const hostile = await folderPayload({
    record: (record) => ({
      ...record,
      title: "$(touch pwned) `touch pwned`",
      artifacts: record.artifacts.map((each) => ({ ...each, name: "```\n```sh\ntouch pwned\n```" })),
    }),
  });
  assert.deepEqual(commandsOf(verifyTextOf(hostile)), commandsOf(text));
});
