// SPDX-License-Identifier: Apache-2.0
// The sovereignty profile: weakest link, unknown counts as failed, evidence classes, waivers, and every check in each way that it
// can end.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { claim } from "../../src/model/fact.ts";
import { finding } from "../../src/model/finding.ts";
import { profileChecks } from "../../src/profile/build-profile.ts";
import type { ProfileInput } from "../../src/profile/check.ts";
import { renderProfileJson, renderProfileLine, renderProfileTable } from "../../src/report/profile-text.ts";
import { artifact, file, gated } from "../policy/gate-inputs.ts";
import { dataset, deployed, model, perimeter, profileOf, statusOf, suppliers } from "./profile-inputs.ts";

type Changes = Partial<ProfileInput>;
const own = (changes: object): Changes => ({ perimeter: { ...perimeter, ...changes } });
const running = (name: "kill_switch" | "endpoint" | "image", value: object, kind?: string): Changes => ({
  artifacts: [model(), dataset(), deployed([{ name, value }], kind)],
});
const killSwitch = (kind: string, name = "x", file_?: string): Changes =>
  running("kill_switch", { class: kind, name, why: "y" }, file_);
const withModel = (...facts: Parameters<typeof claim>[]): Changes => ({
  artifacts: [model(facts.map((each) => claim(...each))), dataset(), deployed()],
});
const readme = { path: "README.md" };

test("as much as can be shown: full but for what needs evidence that aibom does not read yet", () => {
  const profile = profileOf();
  assert.equal(profile.vector, "ASP:1/HW:P/EN:F/IN:F/RT:F/MD:F/DT:F/AP:F/OP:F/AS:P");
  assert.equal(profile.overall, "P");
  assert.deepEqual(profile.blockers, ["HW3", "AS2"]);
  assert.deepEqual(
    profile.checks.filter(({ status }) => status !== "pass").map(({ id }) => id),
    ["HW3", "AS2"],
  );
  const required = ["IN", "RT", "MD", "DT", "AP", "OP"] as const;
  assert.equal(profileOf(own({ requiredLayers: required })).overall, "F");
});

test("a model service of others: zero, whatever else is in order", () => {
  const profile = profileOf(killSwitch("maas-endpoint", "api.openai.com"));
  assert.deepEqual([profile.overall, profile.levels.AP, profile.nextStep], ["Z", "Z", ["AP1"]]);
});

test("a host abroad and machines of a foreign maker: hardware partial, infrastructure zero until hardware evidence is read", () => {
  const sites = [{ id: "hall", country: "NL", operator: "hoster", attestation: `sha256:${"a".repeat(64)}` }];
  const hardware = [{ id: "gpu", vendor: "abroad", owner: "hoster", firmware: "1" }];
  const profile = profileOf(own({ sites, hardware }));
  const open = profile.checks
    .filter(({ status }) => status !== "pass")
    .map(({ id, status }) => `${id} ${status}`);
  assert.deepEqual(open, ["HW2 fail", "HW3 unknown", "HW4 fail", "IN2 fail", "IN3 weak", "AS2 unknown"]);
  // Evidence of confidential computing is named, not verified: weak, and with it the layer is at zero.
  assert.deepEqual([profile.levels.HW, profile.levels.IN], ["P", "Z"]);
});

test("a licence that excludes places, and one that nobody knows: zero by MD2", () => {
  const licensed = (license: string): Changes => ({
    artifacts: [model([], { artifact: artifact({ licenses: [license] }) }), dataset(), deployed()],
  });
  assert.equal(statusOf("MD2", licensed("llama4")), "fail");
  assert.equal(profileOf(licensed("llama4")).overall, "Z");
  assert.equal(statusOf("MD2", licensed("gemma")), "fail");
  assert.equal(statusOf("MD2", licensed("acme-licence")), "unknown");
  assert.equal(
    statusOf("MD2", withModel(["license.clause", { clause: "revocable", phrase: "x" }, readme])),
    "fail",
  );
});

test("nobody's signature counts: zero by RT1, and what the card says is weak", () => {
  const profile = profileOf({ artifacts: [model([], { signatures: [] }), dataset(), deployed()] });
  const statuses = new Map(profile.checks.map(({ id, status }) => [id, status]));
  assert.deepEqual(
    ["RT1", "MD2", "RT4"].map((id) => statuses.get(id)),
    ["fail", "weak", "unknown"],
  );
  assert.equal(profile.overall, "Z");
});

test("documents that nobody signed are assertions", () => {
  const profile = profileOf({ perimeterEvidence: 1, suppliersEvidence: 1 });
  const weak = profile.checks.filter(({ status }) => status === "weak").map(({ id }) => id);
  for (const id of [
    "HW1",
    "HW2",
    "HW4",
    "IN1",
    "IN2",
    "DT4",
    "OP4",
    "OP5",
    "AS3",
    "EN1",
    "RT4",
    "MD4",
    "MD6",
  ]) {
    assert.ok(weak.includes(id), id);
  }
  assert.equal(profile.overall, "Z");
});

test("without anything but weights nearly everything is unknown, and unknown counts as failed", () => {
  const { perimeter: _, ...none } = { perimeter, suppliers: [], suppliersEvidence: 1 as const };
  const artifacts = [gated()];
  const profile = profileOf({
    ...none,
    artifacts,
    hasBom: false,
    perimeterEvidence: 1,
    ...({ perimeter: undefined } as object),
  });
  assert.equal(profile.overall, "Z");
  assert.ok(profile.coverage < 40, String(profile.coverage));
  assert.ok(
    ["AP1", "OP2", "DT1", "HW1"].every((id) =>
      profile.checks.some((each) => each.id === id && each.status === "unknown"),
    ),
  );
});

test("nothing found where nothing was looked at, or not to the end, is unknown", () => {
  for (const id of ["AP1", "AP2", "AP3", "AP4", "AP5", "OP1", "OP2", "OP3", "OP6", "RT2"]) {
    assert.equal(statusOf(id, { artifacts: [model(), dataset()] }), "unknown", id);
    const broken = gated({
      artifact: artifact({ name: "b", files: [file("b.gguf", { status: "unverified" })] }),
    });
    assert.equal(statusOf(id, { artifacts: [model(), dataset(), deployed(), broken] }), "unknown", id);
  }
});

test("every check can fail, and what makes it fail is named", () => {
  const failing: Record<string, Changes> = {
    HW1: own({ hardware: [{ id: "g", vendor: "self", owner: "self" }] }),
    HW2: own({ hardware: [{ id: "g", vendor: "self", owner: "hoster", firmware: "1" }] }),
    HW4: own({ hardware: [{ id: "g", vendor: "abroad", owner: "self", firmware: "1" }] }),
    EN1: own({ energy: [{ id: "grid", country: "FR" }] }),
    IN1: own({ sites: [{ id: "s", country: "US", operator: "self" }] }),
    IN2: own({ sites: [{ id: "s", country: "DE", operator: "hoster" }] }),
    IN3: own({ sites: [{ id: "s", country: "DE", operator: "hoster" }] }),
    RT1: { artifacts: [model([], { signatures: [] })] },
    RT2: running("image", { reference: "docker.io/a/b:1", isPinned: false }),
    RT4: { suppliers: [{ ...suppliers[0]!, control: ["XX"] }] },
    MD1: { artifacts: [model([], { digests: [] })] },
    MD2: withModel(["license.clause", { clause: "must-update", phrase: "x" }, readme]),
    MD3: {
      artifacts: [
        model([], {
          artifact: artifact({ findings: [finding("FORMAT_POLYGLOT", readme, { formats: "a, b" })] }),
        }),
      ],
    },
    MD4: { suppliers: [{ ...suppliers[0]!, control: ["US"] }] },
    MD5: withModel(["base_model", { name: "org/base" }, readme]),
    MD6: own({ languages: ["de", "sorbian"] }),
    DT2: {
      artifacts: [gated({ artifact: artifact({ kind: "dataset", name: "d", files: [file("a.csv")] }) })],
    },
    DT3: {
      artifacts: [gated({ artifact: artifact({ kind: "dataset", name: "d", files: [file("a.csv")] }) })],
    },
    DT4: own({ keys: [{ id: "k", custody: "abroad" }] }),
    DT5: {
      artifacts: [gated({ artifact: artifact({ kind: "dataset", name: "d", files: [file("a.csv")] }) })],
    },
    AP1: killSwitch("maas-endpoint"),
    AP2: killSwitch("mutable-reference", "tool", "mcp"),
    AP3: running("endpoint", { host: "tools.example.com" }, "mcp"),
    AP4: running("endpoint", { host: "logs.example.com" }),
    OP1: killSwitch("assurance-service"),
    OP2: killSwitch("phone-home"),
    OP3: killSwitch("mutable-reference"),
    OP4: own({ responsible: [{ role: "r", name: "n", employer: "abroad" }] }),
    OP5: own({ drill: { ...perimeter.drill, date: "2025-01-01" } }),
    OP6: killSwitch("start-credential"),
    AS1: { artifacts: [gated()] },
    AS3: own({ evaluations: [{ ...perimeter.evaluations?.[0], by: "abroad" }] }),
    AS4: { suppliers: suppliers.map((each) => ({ ...each, reviewed: "2024-01-01" })) },
  };
  for (const [id, changes] of Object.entries(failing)) {
    const check = profileOf(changes).checks.find((each) => each.id === id);
    assert.equal(check?.status, "fail", id);
    assert.ok(check.reason !== "" && (check.subjects.length > 0 || /none|nothing/.test(check.reason)), id);
  }
  const others = profileChecks.map(({ id }) => id).filter((id) => !(id in failing));
  assert.deepEqual(others, ["HW3", "EN0", "RT3", "MD7", "DT1", "AP5", "AS2"]);
});

test("benign twins: hosts and registries of one's own", () => {
  assert.equal(statusOf("AP1", killSwitch("maas-endpoint", "llm.acme.internal")), "pass");
  assert.equal(statusOf("AP4", running("endpoint", { host: "logs.acme.internal" })), "pass");
  assert.equal(statusOf("AP4", running("endpoint", { host: "acme.internal.example.com" })), "fail");
  assert.equal(statusOf("RT2", running("image", { reference: "registry.acme.internal/a@sha256:0" })), "pass");
});

test("parties that no register knows, and data that is not here, are unknown", () => {
  assert.equal(statusOf("HW4", own({ hardware: [{ id: "g", vendor: "nobody", owner: "self" }] })), "unknown");
  assert.equal(statusOf("DT1", withModel(["dataset", "org/elsewhere", readme])), "unknown");
  const card = gated({
    artifact: artifact({ kind: "file-set", name: "a", files: [file("agent-card.json")] }),
  });
  assert.equal(statusOf("AP5", { artifacts: [model(), dataset(), deployed(), card] }), "unknown");
});

test("a waiver lifts a layer from zero, never to full, for a time, and only if it is signed", () => {
  const waiver = { check: "OP2", reason: "next release", approver: "security", expires: "2026-12-31" };
  const changes = { ...killSwitch("phone-home"), ...own({ waivers: [waiver] }) };
  const profile = profileOf(changes);
  assert.deepEqual([profile.levels.OP, profile.blockers.includes("OP2")], ["P", true]);
  assert.equal(statusOf("OP2", changes), "waived");
  assert.match(
    renderProfileTable(profile),
    /OP2 partial waived .*waived by security until 2026-12-31: next release/,
  );
  assert.equal(statusOf("OP2", { ...changes, perimeterEvidence: 1 }), "fail");
  const late = { ...killSwitch("phone-home"), ...own({ waivers: [{ ...waiver, expires: "2026-11-01" }] }) };
  assert.equal(statusOf("OP2", late), "fail");
});

test("the order of artifacts changes nothing", () => {
  const artifacts = [
    model(),
    dataset(),
    deployed([{ name: "kill_switch", value: { class: "phone-home", name: "a", why: "b" } }]),
  ];
  assert.deepEqual(profileOf({ artifacts }), profileOf({ artifacts: artifacts.toReversed() }));
});

test("a line for dashboards, JSON for machines, a table for people; all bounded by what is not shown", () => {
  const profile = profileOf(killSwitch("maas-endpoint", "\u001b[31mapi.openai.com"));
  assert.match(
    renderProfileLine(profile),
    /^ASP:1(?:\/[A-Z]{2}:[ZPF]){9} overall=Z coverage=\d+% blockers=\d+ next=AP1\n$/,
  );
  const table = renderProfileTable(profile);
  assert.match(table, /Does not show: .*no SEAL level, no certificate and no legal status\.\n$/);
  assert.ok(!table.includes("\u001b"));
  const json = JSON.parse(renderProfileJson(profile));
  assert.deepEqual(
    [json.overall, json.checks.length, typeof json.doesNotShow],
    ["Z", profileChecks.length, "string"],
  );
});

test("the guide has every check", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../docs/profile.md"), "utf8");
  for (const { id, gate, minEvidence } of profileChecks) {
    assert.match(guide, new RegExp(`\\| ${id} \\| ${gate} \\| E${minEvidence} \\|`), id);
  }
});
