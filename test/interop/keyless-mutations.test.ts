// SPDX-License-Identifier: Apache-2.0
// Bundles that cosign made on a private Sigstore, each damaged in one place, judged by cosign and by us. Where one
// is stricter the list says so; what cosign alone refuses must be what nobody signed and we do not read.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { parseSigstoreRoot } from "../../src/trust/sigstore-root.ts";
import { parseSigstoreBundle } from "../../src/verifiers/sigstore/bundle.ts";
import { compareIdentity } from "../../src/verifiers/sigstore/identity.ts";
import { verifySigstoreBundle } from "../../src/verifiers/sigstore/verify-sigstore-bundle.ts";
import { damages, envelopeDamages, type Json, messageDamages } from "./bundle-damages.ts";
import { emailClaims } from "./claims.ts";
import { type SigstoreStack, stackIsMissing, startSigstoreStack } from "./sigstore-stack.ts";

const skip = stackIsMissing;
const me = "release@example.com";
const artifact = "weights of a model\n";

let stack: SigstoreStack;
const bundles = new Map<string, string>();

before(async () => {
  if (skip !== false) {
    return;
  }
  stack = await startSigstoreStack();
  writeFileSync(join(stack.directory, "model.bin"), artifact);
  writeFileSync(join(stack.directory, "other.bin"), `other ${artifact}`);
  writeFileSync(join(stack.directory, "predicate.json"), '{"note":"trained with care"}');
  await sign("first", me, "sign-blob", "other.bin");
  await sign("message", me, "sign-blob", "model.bin");
  await sign("other", me, "sign-blob", "other.bin");
  await sign("stranger", "somebody@example.com", "sign-blob", "model.bin");
  await sign("envelope", me, "attest-blob", "--predicate", "predicate.json", "model.bin");
  await sign("other envelope", me, "attest-blob", "--predicate", "predicate.json", "other.bin");
});
after(() => stack?.stop());

async function sign(name: string, email: string, command: string, ...rest: readonly string[]): Promise<void> {
  const { code, stderr } = await stack.cosign.run([
    ...[command, "--yes", "--identity-token", stack.issuer.token("email", emailClaims(email))],
    ...["--signing-config", stack.signingConfig, "--trusted-root", stack.trustedRoot],
    ...["--bundle", "made.json", ...rest],
  ]);
  assert.equal(code, 0, stderr);
  bundles.set(name, readFileSync(join(stack.directory, "made.json"), "utf8"));
}

const parsed = (name: string): Json => JSON.parse(bundles.get(name) ?? "");

/** Whether cosign takes a bundle for the model as signed by me. */
async function cosignTakes(bundle: string): Promise<boolean> {
  writeFileSync(join(stack.directory, "judged.json"), bundle);
  const isEnvelope = bundle.includes("dsseEnvelope");
  const { code } = await stack.cosign.run([
    ...[isEnvelope ? "verify-blob-attestation" : "verify-blob", "--trusted-root", stack.trustedRoot],
    ...["--certificate-identity", me, "--certificate-oidc-issuer", stack.issuer.url("email")],
    ...["--bundle", "judged.json", "model.bin"],
  ]);
  return code === 0;
}

/** Undefined if we take it, else why not. */
async function ourRefusal(bundle: string): Promise<string | undefined> {
  try {
    const { signer } = await verifySigstoreBundle({
      bundle: parseSigstoreBundle(Buffer.from(bundle), "judged.json", 1 << 20),
      path: "judged.json",
      content: { kind: "bytes", bytes: Buffer.from(artifact) },
      authority: {
        name: "private",
        root: parseSigstoreRoot(readFileSync(stack.trustedRoot), "trusted-root.json"),
        thresholds: { log: 1, sct: 1, time: 1 },
      },
      at: new Date(),
    });
    assert.ok(signer.kind !== "key");
    const decision = compareIdentity(signer, { san: me, issuer: stack.issuer.url("email") });
    return decision.matches ? undefined : decision.code;
  } catch (error) {
    assert.ok(error instanceof AibomError, String(error));
    return error.code;
  }
}

for (const [kind, own] of [
  ["message", messageDamages],
  ["envelope", envelopeDamages],
] as const) {
  for (const [name, damage] of Object.entries({ ...damages, ...own })) {
    test(`${kind}, ${name}`, { skip }, async () => {
      const bundle = parsed(kind);
      damage.change(bundle, parsed);
      const text = JSON.stringify(bundle);
      const refusal = await ourRefusal(text);
      const takes = await cosignTakes(text);
      const { isHarmless = false, cosignTakesIt = isHarmless } = damage;
      assert.equal(refusal === undefined, isHarmless, refusal);
      assert.equal(takes, cosignTakesIt, `we: ${refusal}`);
    });
  }
}
