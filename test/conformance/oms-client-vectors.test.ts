// SPDX-License-Identifier: Apache-2.0
// The conformance client for OpenSSF Model Signing on the 13 vectors of the reference implementation, with every way
// to spoil them.

import assert from "node:assert/strict";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { caExtensions, issue } from "../../fixtures/pki.ts";
import { corpus } from "../corpora.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { type Answer, accepted, rejected, verifyModel, writeKeys } from "./oms-client.ts";

const { path: corpora, missing } = corpus("signing/oms");
const root = join(corpora, "model-transparency");

interface Vector {
  readonly name: string;
  readonly model: string;
  readonly bundle: string;
  readonly method: string;
  readonly trust: readonly string[];
}

const vectorTrust = (method: string): readonly string[] => {
  const keys = join(root, "keys/certificate");
  switch (method) {
    case "key":
      return ["--public-key", join(keys, "signing-key-pub.pem")];
    case "certificate":
      return ["--cert-chain", join(keys, "ca-cert.pem")];
    default:
      return [
        ...["--identity", "stefanb@us.ibm.com"],
        ...["--identity-provider", "https://sigstore.verify.ibm.com/oauth2"],
        ...["--trusted-root", join(corpora, "../trust/public-good.trusted_root.json")],
      ];
  }
};

/** A copy of each vector, to be changed. */
function vectorsIn(directory: string): readonly Vector[] {
  return readdirSync(root)
    .filter((name) => name.startsWith("v"))
    .map((name) => {
      cpSync(join(root, name), join(directory, name), { recursive: true, mode: 0 });
      const isSingle = name === "v0.3.1-elliptic-key" || name === "v1.0.0-elliptic-key";
      const method = name.slice(name.indexOf("-") + 1).replace("elliptic-", "");
      const base = join(directory, name);
      return {
        name,
        model: isSingle ? join(base, "signme-1") : base,
        bundle: join(base, "model.sig"),
        method,
        trust: vectorTrust(method),
      };
    });
}

function verifyVector(vector: Vector, trust = vector.trust, method = vector.method): Promise<Answer> {
  const { model, bundle } = vector;
  const ignored = ["--ignore-paths", join(dirname(bundle), "ignore-me")];
  return verifyModel("--method", method, "--model-path", model, "--bundle", bundle, ...trust, ...ignored);
}

describe("vectors of the reference implementation", { skip: missing, concurrency: 2 }, () => {
  test("all 13 verify, and not with another key, CA, identity, issuer or method", async (t) => {
    const scratch = temporaryDirectory(t);
    const vectors = vectorsIn(scratch);
    const stranger = writeKeys(scratch);
    const otherCa = join(scratch, "other-ca.pem");
    writeFileSync(otherCa, issue({ subject: "CN=root-ca", extensions: caExtensions() }).pem);
    let verified = 0;
    let refused = 0;
    const wrong = (vector: Vector): readonly (readonly string[])[] => {
      const replaced = (flag: string, value: string) =>
        vector.trust.map((each, index) => (vector.trust[index - 1] === flag ? value : each));
      switch (vector.method) {
        case "key":
          return [["--public-key", stranger.publicKey]];
        case "certificate":
          return [["--cert-chain", otherCa]];
        default:
          return [
            replaced("--identity", "stefanb@us.ibm.com.evil.example"),
            replaced("--identity", "tefanb@us.ibm.com"),
            replaced("--identity-provider", "https://accounts.google.com"),
            replaced("--trusted-root", join(corpora, "../trust/staging.trusted_root.json")),
          ];
      }
    };
    const others = (method: string) => ["key", "certificate", "sigstore"].filter((each) => each !== method);
    for (const vector of vectors) {
      await accepted(verifyVector(vector), vector.name);
      verified++;
      // The older ones differ in the bundle, not in how trust is decided.
      for (const trust of vector.name.startsWith("v1.1.0") ? wrong(vector) : wrong(vector).slice(0, 1)) {
        await rejected(verifyVector(vector, trust), /TRUST_|SIGSTORE_|CERTIFICATE_/, vector.name);
        refused++;
      }
      for (const method of vector.name.startsWith("v1.1.0") ? others(vector.method) : []) {
        const answer = verifyVector(vector, vectorTrust(method), method);
        await rejected(answer, /TRUST_NO_AUTHORITY|TRUST_KEY_UNKNOWN|not made by the method/, vector.name);
        refused++;
      }
    }
    t.diagnostic(`${verified} of 13 verify; ${refused} of ${refused} wrong calls are refused`);
    assert.equal(verified, 13);
  });

  test("tampered, missing, extra: each of the 13 is rejected", async (t) => {
    const vectors = vectorsIn(temporaryDirectory(t));
    let refused = 0;
    for (const vector of vectors) {
      const directory = dirname(vector.bundle);
      const file = join(directory, "signme-1");
      const original = readFileSync(file);
      rmSync(file);
      await rejected(verifyVector(vector), /OMS_MODEL_DIFFERS|SOURCE_NOT_FOUND/, `${vector.name} missing`);
      writeFileSync(file, Buffer.concat([original, Buffer.from(" ")]));
      await rejected(verifyVector(vector), /OMS_/, `${vector.name} tampered`);
      writeFileSync(file, original);
      refused += 2;
      if (vector.name.startsWith("v1.1.0")) {
        writeFileSync(join(directory, "injected.bin"), "x");
        await rejected(verifyVector(vector), /OMS_FILE_EXTRA injected\.bin/, `${vector.name} extra`);
        const lenient = [...vector.trust, "--ignore-unsigned-files"];
        await accepted(verifyVector(vector, lenient), `${vector.name} extra, ignored`);
        rmSync(join(directory, "injected.bin"));
        refused++;
        await accepted(verifyVector(vector), `${vector.name} restored`);
      }
    }
    t.diagnostic(`${refused} of ${refused} changed models are rejected`);
  });
});
