// SPDX-License-Identifier: Apache-2.0
// No bit of a bundle can be flipped unnoticed, except where nobody vouches for it: the index that a log without
// promises states beside the proof's own, and the authority's certificate that a time stamp carries along (the trust
// root's is used). Every seventh bit, so that each byte is hit; AIBOM_ALL_FLIPS=1 flips every one.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type BundleJson,
  rekor1,
  rekor2,
  sigstoreBundle,
  statement,
  toBytes,
  tsa,
} from "../../../fixtures/sigstore.ts";
import { AibomError } from "../../../src/errors.ts";
import { parseSigstoreBundle } from "../../../src/verifiers/sigstore/bundle.ts";
import { verifySigstoreBundle } from "../../../src/verifiers/sigstore/verify-sigstore-bundle.ts";
import { inputOf } from "./verifying.ts";

const step = process.env["AIBOM_ALL_FLIPS"] === "1" ? 1 : 7;

/** The bundles whose flip was not noticed. */
async function acceptedFlips(bundle: BundleJson): Promise<readonly BundleJson[]> {
  const bytes = toBytes(bundle);
  const input = inputOf(bytes);
  const accepted: BundleJson[] = [];
  for (let bit = 0; bit < bytes.length * 8; bit += step) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    try {
      const flipped = parseSigstoreBundle(changed, input.path, 1_000_000);
      await verifySigstoreBundle({ ...input, bundle: flipped });
      accepted.push(JSON.parse(changed.toString()));
    } catch (error) {
      assert.ok(error instanceof AibomError, (error as Error).stack);
      assert.ok(error.exitCode >= 1 && error.exitCode <= 3);
    }
  }
  return accepted;
}

test("Rekor v1 with promise and proof: every bit counts", async () => {
  assert.deepEqual(await acceptedFlips(sigstoreBundle({ entries: [{ log: rekor1 }] })), []);
});

test("Rekor v2 and a time stamp: every bit but those that nobody vouches for", async () => {
  const bundle = sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{}], payload: statement() });
  const accepted = await acceptedFlips(bundle);
  assert.ok(accepted.length > 0);
  for (const each of accepted) {
    assert.deepEqual(withoutUnvouched(each), withoutUnvouched(bundle));
  }
});

/** The bundle with the two exceptions blanked out. */
function withoutUnvouched(bundle: BundleJson): BundleJson {
  const copy = structuredClone(bundle);
  const { tlogEntries, timestampVerificationData } = copy.verificationMaterial;
  for (const entry of tlogEntries) {
    entry.logIndex = "";
  }
  for (const stamp of timestampVerificationData.rfc3161Timestamps) {
    const token = Buffer.from(stamp.signedTimestamp, "base64");
    token.fill(0, embedded.start, embedded.end);
    stamp.signedTimestamp = token.toString("base64");
  }
  return copy;
}

/** Where the certificate lies in the token: its length is the same in all tokens of this file. */
const embedded = (() => {
  const bundle = sigstoreBundle({ entries: [{ log: rekor2 }], timestamps: [{}], payload: statement() });
  const [stamp] = bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps;
  const token = Buffer.from(stamp?.signedTimestamp ?? "", "base64");
  const start = token.indexOf(tsa.der);
  assert.ok(start > 0);
  return { start, end: start + tsa.der.length };
})();
