// SPDX-License-Identifier: Apache-2.0
// Rule kind `image`: references, base images, platforms, users; what is stated must be signed where it lets something through.

import assert from "node:assert/strict";
import test from "node:test";
import { claim, computed, type Fact } from "../../../src/model/fact.ts";
import { finding } from "../../../src/model/finding.ts";
import type { ImageContent } from "../../../src/model/image.ts";
import type { GatedArtifact } from "../../../src/policy/rule.ts";
import { artifact, evaluateRule, file, gate, gated, hex, signature, summary } from "../gate-inputs.ts";

const digest = `sha256:${hex("a")}`;
const config = `sha256:${hex("c")}`;
const configFile = `blobs/sha256/${hex("c")}`;

function baseLabel(name: string, more: object = {}, at = config): Fact {
  return claim(
    "derived_from",
    { name, ...more },
    { path: configFile, pointer: `${at}/labels/org.opencontainers.image.base.name` },
  );
}

type Parts = { readonly [K in keyof ImageContent]?: ImageContent[K] | undefined };

function image(parts: Parts = {}, isSigned = true): GatedArtifact {
  const content = {
    role: "image",
    name: "app:1",
    digest,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    configDigest: config,
    platform: "linux/amd64",
    user: "1000",
    names: ["app:1"],
    parents: [`sha256:${hex("b")}`],
    layers: [],
    files: [file(configFile)],
    facts: [],
    complete: true,
    ...parts,
  } as ImageContent;
  const { files, facts } = content;
  const whole = artifact({ kind: "image", name: "app", files, facts });
  return gated({
    artifact: { ...whole, images: [content] },
    signatures: isSigned ? [signature({ subject: "app", covers: [configFile] })] : [],
  });
}

function deployment(reference: string, parts: object = {}): GatedArtifact {
  const fact = computed("image", { reference, line: 4 }, { path: "compose.yaml" });
  return gated({
    artifact: artifact({
      kind: "file-set",
      name: "deploy",
      files: [file("compose.yaml")],
      facts: [fact],
      ...parts,
    }),
  });
}

const judge = async (rule: object, ...artifacts: GatedArtifact[]) =>
  summary(await evaluateRule({ kind: "image", ...rule }, gate(artifacts)))[1];

test("references are pinned, or lead to what is verified", async () => {
  const pinned = { references: "pinned" };
  assert.equal(await judge(pinned, deployment(`app@${digest}`)), "pass");
  for (const reference of ["app", "app:1", "app@sha256:", `app@${digest}x`, `app:${hex("a")}`, `\${IMAGE}`]) {
    assert.equal(await judge(pinned, deployment(reference)), "fail", reference);
  }
  const verified = { references: "verified" };
  assert.equal(await judge(verified, deployment(`app@${digest}`)), "fail");
  assert.equal(await judge(verified, deployment(`app@${digest}`), image()), "pass");
  assert.equal(await judge(verified, deployment(`app@sha256:${hex("b")}`), image()), "pass", "by its index");
  assert.equal(await judge(verified, deployment(`app@${config}`), image()), "fail");
  assert.equal(await judge(verified, deployment(`app@${digest}`), image({ complete: false })), "fail");
  const verdict = await evaluateRule({ kind: "image", ...pinned }, gate([deployment("app:1")]));
  assert.deepEqual(verdict.rules[0]?.findings[0]?.location, { path: "compose.yaml", line: 4 });
});

test("a claimed reference is none, and a list that was cut shows nothing", async () => {
  const claimed = claim("image", { reference: "app:1" }, { path: "compose.yaml" });
  assert.equal(await judge({ references: "pinned" }, deployment("", { facts: [claimed] }), image()), "pass");
  const cut = finding("METADATA_CUT", { path: "compose.yaml" }, { field: "image", got: 2, limit: 1 });
  const long = deployment(`app@${digest}`, { findings: [cut] });
  assert.equal(await judge({ references: "pinned" }, long), "undecided");
});

test("platforms and users", async () => {
  const platforms = { platforms: ["linux/amd64", "linux/arm64/**"] };
  assert.equal(await judge(platforms, image()), "pass");
  assert.equal(await judge(platforms, image({ platform: "linux/arm64/v8" })), "pass");
  assert.equal(await judge(platforms, image({ platform: "linux/s390x" })), "fail");
  assert.equal(await judge(platforms, image({ platform: undefined })), "fail");
  const roots = ["", "0", "root", "0:0", "root:staff", "000", "+0", "-0", "ROOT", "ContainerAdministrator"];
  for (const user of roots) {
    assert.equal(await judge({ user: "non-root" }, image({ user })), "fail", user);
  }
  assert.equal(await judge({ user: "non-root" }, image({ user: "app" })), "pass");
  assert.equal(await judge({ user: "numeric" }, image({ user: "app" })), "fail");
  assert.equal(await judge({ user: "numeric" }, image({ user: "1000:1000" })), "pass");
});

test("base images: what lets something through is signed, and every statement counts", async () => {
  const allow = { bases: { allow: ["registry.example/base/**", `sha256:${hex("e")}`] } };
  const good = [baseLabel("registry.example/base/python:3")];
  assert.equal(await judge(allow, image({ facts: good })), "pass");
  assert.equal(await judge(allow, image({ facts: good }, false)), "fail", "an unsigned claim");
  assert.equal(await judge({ ...allow, evidence: "claim" }, image({ facts: good }, false)), "pass");
  assert.equal(await judge(allow, image()), "fail", "nothing is stated");
  const byDigest = [baseLabel("anything", { digest: `sha256:${hex("e")}` })];
  assert.equal(await judge(allow, image({ facts: byDigest })), "pass");
  const both = [...good, baseLabel("other/base", {}, digest)];
  assert.equal(await judge(allow, image({ facts: both })), "fail", "the annotation names another");
  const foreign = [claim("derived_from", { name: "registry.example/base/x" }, { path: "/srv/README.md" })];
  assert.equal(await judge(allow, image({ facts: foreign })), "fail", "a data card is no label");
  const deny = { bases: { deny: ["**/alpine:*"] } };
  assert.equal(await judge(deny, image({}, false)), "pass");
  assert.equal(await judge(deny, image({ facts: [baseLabel("x/alpine:3")] }, false)), "fail");
});

test("what is no image and names none is not looked at; none at all is a failure", async () => {
  const model = gated();
  assert.equal(await judge({ user: "non-root" }, model), "fail");
  assert.equal(await judge({ user: "non-root", onNone: "pass" }, model), "not-applicable");
  const verdict = await evaluateRule({ kind: "image", user: "non-root" }, gate([model, image()]));
  assert.deepEqual(summary(verdict), ["deny", "pass", ["POLICY_ARTIFACT_UNCHECKED"]]);
});
