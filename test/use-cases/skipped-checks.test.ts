// SPDX-License-Identifier: Apache-2.0
// No exception can be hidden: whatever makes a verification look at less, or decide more mildly, stands in its verdict,
// and a summary for other gates is not made where a check was weakened.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { Command } from "commander";
import { defineVerify } from "../../src/cli/commands/verify.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { renderLine } from "../../src/report/line.ts";
import { jsonReporter } from "../../src/report/reporters/json.ts";
import { textReporter } from "../../src/report/reporters/text.ts";
import { plainStyle } from "../../src/report/style.ts";
import { verdictStatements } from "../../src/signers/verdict-statement.ts";
import { verify } from "../../src/verify.ts";
import type { VerifyOptions } from "../../src/verify-options.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { at, type Release, signedRelease } from "./release.ts";

/** What each flag of `verify` does to what is checked. A flag that is new has no place here yet, and that fails. */
const flags: Readonly<Record<string, "evidence" | "judge" | "report" | "weakens">> = {
  // More to look at: without it there is less evidence, never a milder verdict.
  "--bom": "evidence",
  "--bom-signature": "evidence",
  "--signature": "evidence",
  "--attestation": "evidence",
  "--osv": "evidence",
  "--vex": "evidence",
  "--suppliers": "evidence",
  "--crl": "evidence",
  "--image-evidence": "evidence",
  "--policy-signature": "evidence",
  // Decides, and is in the verdict by digest, name or value.
  "--policy": "judge",
  "--trust-root": "judge",
  "--image-repository": "judge",
  "--system": "judge",
  "--rootfs": "judge",
  "--format": "report",
  "--vsa-key": "report",
  "--passphrase-file": "report",
  "--verifier-id": "report",
  "--verbose": "report",
  // Writes down what was decided, or does not; changes nothing of it.
  "--log": "report",
  "--no-log": "report",
  // Each has a case below.
  "--at": "weakens",
  "--env": "weakens",
  "--waiver": "weakens",
  "--ignore": "weakens",
  "--allow-legacy": "weakens",
  "--unsafe-digest-cache": "weakens",
};

test("every flag of verify is accounted for", () => {
  const command = new Command("verify");
  defineVerify(command, () => Promise.resolve());
  const known = command.options.map(({ long }) => long ?? "");
  assert.deepEqual(known.sort(), Object.keys(flags).sort());
});

interface Case {
  readonly name: string;
  readonly options?: (made: Release) => Partial<VerifyOptions>;
  readonly policy?: string;
  readonly targets?: (made: Release) => readonly string[];
  readonly hasBom?: boolean;
  /** What the verdict has to say, in JSON. */
  readonly trace: RegExp;
  /** False where the check itself was as strong as ever: a summary may vouch. */
  readonly isWeak?: boolean;
}

const head = "apiVersion: aibom/policy/v1\nname: test\n";
const signed = "{ id: signed, kind: signature, signers: any }";

const cases: readonly Case[] = [
  {
    name: "--unsafe-digest-cache",
    options: ({ directory }) => ({ digestCacheDirectoryUnsafe: cacheIn(directory) }),
    trace: /"unsafe": \[\s*"--unsafe-digest-cache"\s*\]/,
    isWeak: true,
  },
  {
    name: "--allow-legacy",
    options: () => ({ allowLegacyUnsafe: true }),
    trace: /"unsafe": \[\s*"--allow-legacy"\s*\]/,
    isWeak: true,
  },
  {
    name: "--ignore",
    options: ({ targets: [target = ""] }) => {
      mkdirSync(join(target, "extra"));
      writeFileSync(join(target, "extra/evil.pkl"), "x");
      return { ignore: [{ path: "extra", reason: "--ignore" }] };
    },
    trace: /"check": "directory extra of tiny-gguf",\s*"reason": "left out by rule: [^"]*--ignore/,
  },
  {
    name: "--at",
    options: () => ({ isAtChosen: true }),
    trace: /"check": "the current time",\s*"reason": "--at: /,
  },
  {
    name: "what git keeps for itself",
    options: ({ targets: [target = ""] }) => {
      mkdirSync(join(target, ".git"));
      writeFileSync(join(target, ".git/config"), "x");
      return {};
    },
    trace: /"check": "directory \.git of tiny-gguf"/,
  },
  {
    name: "an environment of mode audit",
    policy: `${head}environments: { lab: audit }\nrules: [{ id: r, kind: format, deny: [gguf] }]\n`,
    options: () => ({ environment: "lab" }),
    trace: /"environment": \{\s*"name": "lab",\s*"mode": "audit"/,
    isWeak: true,
  },
  {
    name: "an environment of mode warn",
    policy: `${head}environments: { lab: warn }\nrules: [${signed}]\n`,
    options: () => ({ environment: "lab" }),
    trace: /POLICY_WARN_ONLY[\s\S]*"mode": "warn"/,
    isWeak: true,
  },
  {
    name: "a policy in which nothing is enforced",
    policy: `${head}mode: warn\nrules: [${signed}]\n`,
    trace: /POLICY_WARN_ONLY/,
    isWeak: true,
  },
  {
    name: "a rule that matched nothing, and may",
    policy: `${head}rules: [${signed}, { id: data, kind: complete, minMatches: 0, scope: { kind: dataset } }]\n`,
    trace: /"rule": "data",\s*"kind": "complete",\s*"status": "not-applicable"/,
  },
  {
    name: "a rule that is skipped without a BOM",
    policy: `${head}rules: [${signed}, { id: listed, kind: bom-match, onMissing: skip }]\n`,
    hasBom: false,
    trace: /"rule": "listed",\s*"kind": "bom-match",\s*"status": "not-applicable"/,
  },
  {
    name: "an artifact of the BOM that is no target",
    targets: ({ targets }) => targets.slice(0, 1),
    trace: /"check": "files of tiny-safetensors",\s*"reason": "in the BOM, not among the targets"/,
  },
];

const cacheIn = (directory: string): string => {
  const cache = join(directory, "cache");
  mkdirSync(cache, { mode: 0o700 });
  return cache;
};

async function verdictOf(
  t: TestContext,
  { options, policy, targets, hasBom = true }: Case,
): Promise<Verdict> {
  const made = await signedRelease(temporaryDirectory(t));
  const path = join(made.directory, "policy.yaml");
  writeFileSync(path, policy ?? `${head}rules: [${signed}]\n`);
  return verify(targets?.(made) ?? made.targets, {
    trustRoot: made.trustRoot,
    at,
    policy: path,
    ...(hasBom ? { bom: made.bom } : {}),
    ...options?.(made),
  });
}

for (const each of cases) {
  test(`in the verdict: ${each.name}`, async (t) => {
    const verdict = await verdictOf(t, each);
    assert.match(jsonReporter.render(verdict), each.trace);
    if (each.isWeak === true) {
      const verifier = { id: "https://x.example", version: "0", verifiedAt: new Date(verdict.at) };
      const [statement] = verdictStatements("vsa", verdict, verifier);
      assert.match(Buffer.from(statement ?? []).toString(), /"verificationResult":"FAILED"/);
    }
  });
}

test("for people: the first line says audit, warnings only and waivers; skipped checks and unsafe flags are listed", async (t) => {
  const audit = await verdictOf(t, cases[5] ?? { name: "", trace: /x/ });
  assert.match(renderLine(audit, { style: plainStyle, width: 100 }), /^DENY .*\(audit, not enforced\)/m);
  const ignoring = textReporter.render(await verdictOf(t, cases[2] ?? { name: "", trace: /x/ }));
  assert.match(ignoring, /skipped +directory extra of tiny-gguf/);
  const legacy = textReporter.render(await verdictOf(t, cases[1] ?? { name: "", trace: /x/ }));
  assert.match(legacy, /--allow-legacy/);
});
