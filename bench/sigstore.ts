// SPDX-License-Identifier: Apache-2.0
// Verifying keyless bundles (certificate, log entry, time stamp): one bundle in a process that has verified one
// before (goal: at most 25 ms), 1,000 in one process (goal: at most 5 ms each), and @sigstore/verify alone on the
// same bundles. The bundles are those of the virtual instance, with the key types of the public good one.
// Flags: --rounds N, --count N.

import { bundleFromJSON } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify";
import { fixtureTime } from "../fixtures/pki.ts";
import {
  artifact,
  type BundleJson,
  rekor1,
  sigstoreBundle,
  toBytes,
  trustedRoot,
} from "../fixtures/sigstore.ts";
import { parseSigstoreRoot } from "../src/trust/sigstore-root.ts";
import { parseSigstoreBundle } from "../src/verifiers/sigstore/bundle.ts";
import { verifySigstoreBundle } from "../src/verifiers/sigstore/verify-sigstore-bundle.ts";
import { compare, machineLine, numberFlags, printSeries, task } from "./harness.ts";

const flags = numberFlags({ rounds: 5, count: 1000 });
const root = parseSigstoreRoot(toBytes(trustedRoot()), "trusted_root.json");
const authority = { name: "bench", root, thresholds: { log: 1, sct: 1, time: 2 } };
const at = new Date(fixtureTime.getTime() + 86_400_000);
const bundles = Array.from({ length: 50 }, () =>
  sigstoreBundle({ entries: [{ log: rekor1 }], timestamps: [{}] }),
);
const bytes = bundles.map(toBytes);

async function ours(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const json = bytes[index % bytes.length] ?? new Uint8Array();
    const bundle = parseSigstoreBundle(json, "bench", 1_000_000);
    const content = { kind: "bytes", bytes: artifact } as const;
    await verifySigstoreBundle({ bundle, path: "bench", content, authority, at });
  }
}

function library(count: number): void {
  const material = toTrustMaterial(TrustedRoot.fromJSON(trustedRoot()));
  const verifier = new Verifier(material, { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 2 });
  for (let index = 0; index < count; index++) {
    const bundle = JSON.parse(Buffer.from(bytes[index % bytes.length] ?? "").toString()) as BundleJson;
    verifier.verify(toSignedEntity(bundleFromJSON(bundle), Buffer.from(artifact)));
  }
}

console.log(machineLine());
const cold = performance.now();
await ours(1);
console.log(`\nfirst bundle of the process, library loaded: ${(performance.now() - cold).toFixed(1)} ms`);
const [one] = await compare([task("one bundle", () => ours(1))], 25);
const series = await compare(
  [
    task(`aibom, ${flags.count} bundles`, () => ours(flags.count)),
    task(`@sigstore/verify alone, ${flags.count}`, () => library(flags.count)),
  ],
  flags.rounds,
);
printSeries("keyless bundles", one === undefined ? series : [one, ...series]);
const single = one?.median ?? Number.NaN;
const each = (series[0]?.median ?? Number.NaN) / flags.count;
console.log(`  one bundle, warm: ${single.toFixed(2)} ms, at most 25 ms: ${single <= 25 ? "met" : "MISSED"}`);
console.log(`  in a row: ${each.toFixed(2)} ms each, at most 5 ms: ${each <= 5 ? "met" : "MISSED"}`);
process.exitCode = single <= 25 && each <= 5 ? 0 : 1;
