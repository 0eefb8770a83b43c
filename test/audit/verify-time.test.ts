// SPDX-License-Identifier: Apache-2.0
// Time: stamps and their renewals, and certificates that have expired since. Both verifiers must agree.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { type FolderFiles, folderPayload, folderTime, sealed } from "../../fixtures/audit-folder.ts";
import { issue, keyPair } from "../../fixtures/pki.ts";
import { tsaRoot } from "../../fixtures/sigstore.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { refusedByBoth, selfVerifier, verifyBoth, writeFiles } from "./verify-both.ts";

const folder = join(temporaryDirectory({ after }), "audit");
const payload = await folderPayload();

const refused = (files: FolderFiles, fault: string, what = fault): Promise<void> =>
  refusedByBoth(folder, files, fault, what);

test("certificates that expired since: the seal's time stamp keeps what they signed", async () => {
  const later = { at: new Date("2060-01-01T00:00:00Z") };
  writeFiles(folder, await sealed(payload));
  const stamped = await verifyBoth(folder, later);
  assert.deepEqual([stamped.ownFaults, stamped.selfFaults], [[], []]);
  const bare = await sealed(payload, { token: null, renewals: [] });
  await refusedByBoth(folder, bare, "FAIL receipt.signature", "expired", later);
  await refusedByBoth(folder, bare, "not checked seal.time", "without a time stamp", later);
  writeFiles(folder, bare);
  const soon = await verifyBoth(folder);
  assert.deepEqual(
    [soon.own, soon.self],
    [3, 3],
    "before they expire nothing is wrong, and nothing proves when",
  );
});

test("renewals: older than what they renew, out of order, with a gap, from the future", async () => {
  const later = (days: number) => ({ genTime: new Date(folderTime.getTime() + days * 86_400_000) });
  const good = await sealed(payload, { renewals: [later(1), later(2)] });
  writeFiles(folder, good);
  assert.deepEqual((await verifyBoth(folder)).selfFaults, []);
  await refused(await sealed(payload, { renewals: [later(2), later(1)] }), "FAIL seal.renewal", "older");
  const swapped = new Map(good)
    .set("seal/renewal-1.tsr", good.get("seal/renewal-2.tsr") ?? new Uint8Array())
    .set("seal/renewal-2.tsr", good.get("seal/renewal-1.tsr") ?? new Uint8Array());
  await refused(swapped, "FAIL seal.renewal", "swapped");
  const gap = new Map(good);
  gap.delete("seal/renewal-1.tsr");
  await refused(gap, "FAIL seal.renewal", "a gap");
  await refused(await sealed(payload, { renewals: [later(365)] }), "FAIL seal.renewal", "the future");
});

test("a time stamp by a certificate that is not for time stamps", async () => {
  const server = issue({ subject: "CN=web server", issuer: tsaRoot, keys: keyPair("p256", "web server") });
  await refused(await sealed(payload, { token: { tsa: server } }), "FAIL seal.time", "no extended key usage");
  const self = issue({ subject: tsaRoot.certificate.subject, keys: keyPair("p256", "impostor") });
  await refused(await sealed(payload, { token: { tsa: self } }), "FAIL seal.time", "an unknown authority");
});

test("verify.mjs: an object identifier without an end takes no time", async () => {
  const { verifyTimestamp } = (await import(`${selfVerifier.href}?library`)) as {
    verifyTimestamp(token: Uint8Array, covered: Uint8Array, authorities: readonly never[]): unknown;
  };
  const element = (tag: number, content: Uint8Array): Buffer =>
    Buffer.concat([
      Buffer.of(tag, 0x83, content.length >> 16, (content.length >> 8) & 0xff, content.length & 0xff),
      content,
    ]);
  const identifier = element(6, Buffer.concat([Buffer.alloc(200_000, 0xff), Buffer.of(1)]));
  const started = performance.now();
  assert.throws(() => verifyTimestamp(element(0x30, identifier), Buffer.of(1), []), /too long/);
  assert.ok(performance.now() - started < 200);
});
