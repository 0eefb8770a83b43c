// SPDX-License-Identifier: Apache-2.0
// How the tests of this folder verify: with ours, and with @sigstore/verify alone, as its documentation shows it.

import assert from "node:assert/strict";
import { bundleFromJSON } from "@sigstore/bundle";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify";
import { fixtureTime, type KeyPair } from "../../../fixtures/pki.ts";
import {
  artifact,
  type BundleJson,
  type RootJson,
  toBytes,
  trustedRoot,
} from "../../../fixtures/sigstore.ts";
import { AibomError } from "../../../src/errors.ts";
import { parseSigstoreRoot } from "../../../src/trust/sigstore-root.ts";
import { parseSigstoreBundle } from "../../../src/verifiers/sigstore/bundle.ts";
import {
  type SigstoreInput,
  type SigstoreResult,
  verifySigstoreBundle,
} from "../../../src/verifiers/sigstore/verify-sigstore-bundle.ts";

/** A day after the fixtures were made. */
export const later = new Date(fixtureTime.getTime() + 86_400_000);

export interface Trial extends Partial<Omit<SigstoreInput, "authority" | "bundle">> {
  readonly maxBytes?: number;
  readonly root?: RootJson;
  readonly thresholds?: { readonly log?: number; readonly sct?: number; readonly time?: number };
  readonly managed?: KeyPair;
}

export function inputOf(bundle: BundleJson | Uint8Array, trial: Trial = {}): SigstoreInput {
  const { root, thresholds, managed, maxBytes = 1_000_000, ...input } = trial;
  const bytes = bundle instanceof Uint8Array ? bundle : toBytes(bundle);
  return {
    bundle: parseSigstoreBundle(bytes, "test.sigstore.json", maxBytes),
    path: "test.sigstore.json",
    content: { kind: "bytes", bytes: artifact },
    authority: {
      name: "virtual",
      root: parseSigstoreRoot(toBytes(root ?? trustedRoot()), "trusted_root.json"),
      thresholds: { log: 1, sct: 1, time: 1, ...thresholds },
    },
    ...(managed === undefined ? {} : { key: { publicKey: managed.publicKey } }),
    at: later,
    ...input,
  };
}

export async function verifyOurs(
  bundle: BundleJson | Uint8Array,
  trial: Trial = {},
): Promise<SigstoreResult> {
  return verifySigstoreBundle(inputOf(bundle, trial));
}

/** The code that the bundle is refused with. */
export async function codeOf(bundle: BundleJson | Uint8Array, trial: Trial = {}): Promise<string> {
  try {
    await verifyOurs(bundle, trial);
    return "accepted";
  } catch (error) {
    assert.ok(error instanceof AibomError, `not an AibomError: ${(error as Error).stack}`);
    assert.notEqual(error.exitCode, 4, error.message);
    return error.code;
  }
}

/** `accepted`, or what the library alone says. */
export function stockVerdict(bundle: BundleJson, trial: Trial = {}): string {
  try {
    const keyFinder = () => {
      if (trial.managed === undefined) {
        throw new Error("no key");
      }
      return { publicKey: trial.managed.publicKey, validFor: () => true };
    };
    const material = toTrustMaterial(TrustedRoot.fromJSON(trial.root ?? trustedRoot()), keyFinder);
    const { log = 1, sct = 1, time = 1 } = trial.thresholds ?? {};
    const verifier = new Verifier(material, {
      tlogThreshold: log,
      ctlogThreshold: sct,
      timestampThreshold: time,
    });
    verifier.verify(toSignedEntity(bundleFromJSON(bundle), Buffer.from(artifact)));
    return "accepted";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
