// SPDX-License-Identifier: Apache-2.0
// Declarations: valid CycloneDX by two validators, claims only for what holds, confidence by class of evidence, and the same bytes for
// the same assessment.

import assert from "node:assert/strict";
import test from "node:test";
import { Spec } from "@cyclonedx/cyclonedx-library";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import { declarationsOf } from "../../src/assessment/declarations.ts";
import { declarationsDocument, declareInBom } from "../../src/assessment/declared-bom.ts";
import { validateBom } from "../../src/bom/validate.ts";
import type { JsonObject } from "../../src/bytes/json.ts";
import { bomDocument, context, sampleInput } from "./samples.ts";

const input = await sampleInput();

function given(document: JsonObject) {
  return { bytes: Buffer.from(JSON.stringify(document)), document };
}

interface MapEntry {
  readonly requirement: string;
  readonly claims?: readonly string[];
  readonly counterClaims?: readonly string[];
  readonly conformance: { readonly score?: number; readonly rationale: string };
  readonly confidence: { readonly score: number; readonly rationale: string };
}

interface Made {
  readonly definitions: { standards: { requirements: { "bom-ref": string }[] }[] };
  readonly declarations: {
    attestations: { summary: string; map: MapEntry[] }[];
    claims: { "bom-ref": string; predicate: string; target: string; evidence: string[] }[];
    evidence: { "bom-ref": string; propertyName: string }[];
    targets?: { components: { "bom-ref": string }[] };
    affirmation: { statement: string; signatories?: unknown };
  };
}

const made = (changes: object = {}, target = {}): Made =>
  declarationsOf({ ...input, ...changes }, context, target) as unknown as Made;

function entry(all: Made, standard: string, requirement: string): MapEntry {
  const found = all.declarations.attestations
    .flatMap(({ map }) => map)
    .find((each) => each.requirement.endsWith(`:${standard}:${requirement}`));
  assert.ok(found !== undefined, `${standard} ${requirement}`);
  return found;
}

test("inside a BOM and alone, in 1.7 and 1.6, declarations are valid by schema, by meaning and by the library", async () => {
  const bom = given(bomDocument);
  const old = given({ ...bomDocument, specVersion: "1.6" });
  const documents = [
    ["1.7", await declareInBom(bom, input, context)],
    ["1.6", await declareInBom(old, input, context)],
    ["1.7", await declarationsDocument(input, context, { specVersion: "1.7", bom })],
    ["1.6", await declarationsDocument(input, context, { specVersion: "1.6" })],
  ] as const;
  for (const [version, { pieces, lost }] of documents) {
    const bytes = Buffer.concat(pieces);
    const { findings, specVersion } = await validateBom(bytes, "declared.json");
    assert.deepEqual([specVersion, findings], [version, []]);
    assert.deepEqual(lost, []);
    const validator = new JsonStrictValidator(version === "1.7" ? Spec.Version.v1dot7 : Spec.Version.v1dot6);
    assert.equal(await validator.validate(bytes.toString()), null);
    // The BOM's own words stay as they are; what is added is clean.
    const { definitions, declarations } = JSON.parse(bytes.toString());
    const added = JSON.stringify({ definitions, declarations });
    assert.ok(!added.includes("/home/alice"), "no home directory");
    assert.ok(!/\\u001b|\u202e/.test(added), "no control characters");
  }
});

test("what is met has a claim, what is not a counter-claim, what is not known neither", () => {
  const all = made();
  const signed = entry(all, "policy", "signed");
  assert.deepEqual([signed.claims?.length, signed.counterClaims], [1, undefined]);
  assert.deepEqual([signed.conformance.score, signed.confidence.score], [1, 0.75]);
  const two = entry(all, "policy", "two-signers");
  assert.deepEqual([two.claims, two.counterClaims?.length, two.conformance.score], [undefined, 1, 0]);
  const license = entry(all, "policy", "license");
  assert.equal(license.confidence.score, 0.25, "licences are claims");
  const noted = entry(all, "policy", "noted");
  assert.match(noted.conformance.rationale, /reported only/);
  const log = entry(all, "asp-1", "AS2");
  assert.deepEqual([log.claims, log.counterClaims, log.conformance.score], [undefined, undefined, undefined]);
  assert.equal(log.confidence.score, 0);
  const claims = new Map(all.declarations.claims.map((claim) => [claim["bom-ref"], claim]));
  assert.match(claims.get(two.counterClaims?.[0] ?? "")?.predicate ?? "", /^not met: /);
  // A claim about signatures leads to what the signers vouched for.
  const evidence = new Map(all.declarations.evidence.map((each) => [each["bom-ref"], each.propertyName]));
  const names = (claims.get(signed.claims?.[0] ?? "")?.evidence ?? []).map((ref) => evidence.get(ref));
  assert.deepEqual(names, ["aibom:policy", "aibom:signature"]);
});

test("a waived check is a counter-claim that says who waived it", () => {
  const waiver = { reason: "next release", approver: "security", expires: "2026-12-31" };
  const { profile } = input;
  assert.ok(profile !== undefined);
  const checks = profile.checks.map((check) =>
    check.id === "OP2" ? { ...check, status: "waived" as const, waiver } : check,
  );
  const waived = entry(made({ profile: { ...profile, checks } }), "asp-1", "OP2");
  assert.deepEqual(
    [waived.claims, waived.counterClaims?.length, waived.conformance.score],
    [undefined, 1, 0],
  );
  assert.match(waived.conformance.rationale, /waived by security until 2026-12-31: next release/);
});

test("nobody is said to have affirmed it", () => {
  const { affirmation } = made().declarations;
  assert.equal(affirmation.signatories, undefined);
  assert.match(affirmation.statement, /no person has affirmed/);
});

test("claims are about the document's root, or about a target of their own", () => {
  const inside = made({}, { ref: "root" });
  assert.equal(inside.declarations.targets, undefined);
  assert.ok(inside.declarations.claims.every(({ target }) => target === "root"));
  const own = made();
  const ref = own.declarations.targets?.components[0]?.["bom-ref"];
  assert.ok(own.declarations.claims.every(({ target }) => target === ref));
});

test("the same assessment gives the same bytes; another time or another BOM gives other refs", async () => {
  const options = { specVersion: "1.7" } as const;
  const bytes = async (changes: object = {}) =>
    Buffer.concat(
      (await declarationsDocument(await sampleInput(), { ...context, ...changes }, options)).pieces,
    );
  const first = await bytes();
  assert.ok(first.equals(await bytes()));
  const refs = (text: Buffer) => new Set(text.toString().match(/declared:[0-9a-f]{16}/g));
  const later = await bytes({ at: new Date("2026-11-25T12:00:00Z") });
  const known = refs(first);
  assert.ok(known.size > 0);
  assert.deepEqual(
    [...refs(later)].filter((ref) => known.has(ref)),
    [],
  );
});

test("a BOM that is declared again keeps what it declared, and loses its signature aloud", async () => {
  const first = Buffer.concat((await declareInBom(given(bomDocument), input, context)).pieces);
  const document = JSON.parse(first.toString()) as JsonObject;
  const signed = { ...document, signature: { algorithm: "ES256", value: "AAAA" } };
  const sha256 = "e".repeat(64);
  const again = await declareInBom(given(signed), input, {
    ...context,
    subject: { ...context.subject, sha256 },
  });
  assert.deepEqual([...again.lost].sort(), ["declarations.affirmation", "signature"]);
  const { findings, document: second } = await validateBom(Buffer.concat(again.pieces), "again.json");
  assert.deepEqual(findings, []);
  // Without a root that has a bom-ref, each names its target among the targets, and keeps those that are there.
  const nameless = { ...bomDocument, metadata: { component: { type: "application", name: "x" } } };
  const one = Buffer.concat((await declareInBom(given(nameless), input, context)).pieces);
  const other = { ...context, subject: { ...context.subject, sha256 } };
  const two = await declareInBom(given(JSON.parse(one.toString()) as JsonObject), input, other);
  assert.deepEqual((await validateBom(Buffer.concat(two.pieces), "two.json")).findings, []);
  const count = ({ declarations }: JsonObject) => (declarations as { attestations: [] }).attestations.length;
  assert.equal(count(second), 2 * count(document));
  assert.notEqual(second["serialNumber"], document["serialNumber"]);
});
