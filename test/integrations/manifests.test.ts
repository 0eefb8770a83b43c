// SPDX-License-Identifier: Apache-2.0
// What pipelines are given: every input reaches the script, no input is pasted into one, images are pinned, containers have
// no rights that they do not need. Against the published schemas they are checked in test/interop.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { parseAllDocuments } from "yaml";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

// biome-ignore lint/suspicious/noExplicitAny: documents of other systems, looked into member by member
type Document = any;
const documents = (path: string): Document[] =>
  parseAllDocuments(read(path)).map((each) => {
    assert.deepEqual(each.errors, [], path);
    return each.toJS();
  });
const only = (path: string): Document => documents(path)[0];

/** Every variable that the script reads. */
const variables = new Set(
  [...read("integrations/gate.sh").matchAll(/\$\{(AIBOM_[A-Z_]+)/g)].map(([, name = ""]) => name),
);
const machinery = new Set(["AIBOM_COMMAND", "AIBOM_RESULT_FILE", "AIBOM_OUTPUT", "AIBOM_REPORTS"]);
const inputs = [...variables].filter((name) => !machinery.has(name));

test("the scripts are sound for a POSIX shell, and their comment names what they read", () => {
  for (const path of ["integrations/gate.sh", "integrations/install.sh"]) {
    execFileSync("/bin/sh", ["-n", join(root, path)]);
  }
  const comment = read("integrations/gate.sh").split("set -eu")[0] ?? "";
  assert.deepEqual(
    [...variables].filter((name) => name !== "AIBOM_RESULT_FILE" && !comment.includes(name)),
    [],
  );
});

test("GitHub Action: inputs and outputs are declared, used, and never part of a script", () => {
  const action = only("action.yml");
  assert.equal(action.runs.using, "composite");
  const used = new Set(
    [...read("action.yml").matchAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g)].map(([, name]) => name),
  );
  assert.deepEqual([...used].sort(), Object.keys(action.inputs).sort());
  const ids = new Set(action.runs.steps.map((step: Document) => step.id));
  for (const { value } of Object.values<Document>(action.outputs)) {
    const step = /steps\.([a-z]+)\.outputs/.exec(value)?.[1];
    assert.ok(step === undefined || ids.has(step), value);
  }
  for (const step of action.runs.steps) {
    assert.doesNotMatch(step.run, /\$\{\{/);
    assert.equal(step.shell, "sh");
    assert.equal(step.uses, undefined);
  }
  assertReaches(Object.keys(action.runs.steps[1].env));
});

test("GitLab component: inputs are declared and used, the image is by digest, reports are where the script writes them", () => {
  const [head, jobs] = documents("templates/verify.yml");
  const text = read("templates/verify.yml");
  const used = new Set([...text.matchAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g)].map(([, name]) => name));
  assert.deepEqual([...used].sort(), Object.keys(head.spec.inputs).sort());
  const [job] = Object.values<Document>(jobs);
  assert.deepEqual(job.script, ["aibom-gate"]);
  assertReaches(Object.keys(job.variables));
  const pattern = new RegExp(head.spec.inputs.image.regex.slice(1, -1));
  assert.ok(pattern.test(`r.example/a@sha256:${"0".repeat(64)}`) && !pattern.test("r.example/a:latest"));
  for (const file of Object.values<string>(job.artifacts.reports)) {
    assert.ok(
      read("integrations/gate.sh").includes(file.replace(`${job.variables.AIBOM_OUTPUT}/`, "")),
      file,
    );
  }
});

test("Tekton task: every parameter is used, and every input reaches the script", () => {
  const task = only("integrations/tekton/aibom-verify.yaml");
  assert.deepEqual([task.apiVersion, task.kind], ["tekton.dev/v1", "Task"]);
  const text = read("integrations/tekton/aibom-verify.yaml");
  const used = new Set([...text.matchAll(/\$\(params\.([a-z]+)\)/g)].map(([, name]) => name));
  assert.deepEqual([...used].sort(), task.spec.params.map(({ name }: Document) => name).sort());
  const [step] = task.spec.steps;
  assertReaches(step.env.map(({ name }: Document) => name));
  assertLocked(step.securityContext);
  assert.equal(step.script, undefined);
});

test("Kubernetes: the gate runs before the server, on the same volume, with no rights and no network", () => {
  const deployment = only("integrations/kubernetes/init-container.yaml").spec.template.spec;
  const [job, network] = documents("integrations/kubernetes/gate-job.yaml");
  assert.deepEqual([job.spec.backoffLimit, job.spec.template.spec.restartPolicy], [0, "Never"]);
  assert.deepEqual(network.spec.podSelector.matchLabels, job.spec.template.metadata.labels);
  assert.deepEqual([network.spec.policyTypes, network.spec.egress], [["Ingress", "Egress"], undefined]);
  const [gate] = deployment.initContainers;
  for (const [pod, container] of [
    [deployment, gate],
    [job.spec.template.spec, job.spec.template.spec.containers[0]],
  ]) {
    assert.deepEqual(container.command, ["aibom-gate"]);
    assert.match(container.image, /@sha256:[0-9a-f]{64}$/);
    assert.equal(pod.automountServiceAccountToken, false);
    assert.equal(container.securityContext.readOnlyRootFilesystem, true);
    assertLocked({ ...pod.securityContext, ...container.securityContext });
    for (const { name } of container.env) {
      assert.ok(variables.has(name), name);
    }
    const volumes = pod.volumes.map(({ name }: Document) => name);
    for (const mount of container.volumeMounts) {
      assert.ok(volumes.includes(mount.name), mount.name);
      assert.equal(mount.readOnly, mount.name === "reports" ? undefined : true, mount.name);
    }
  }
  const models = (container: Document) =>
    container.volumeMounts.find(({ name }: Document) => name === "models").mountPath;
  assert.equal(models(gate), models(deployment.containers[0]));
});

test("pre-commit hooks: commands that there are, and patterns that match what they are for", () => {
  const hooks = only(".pre-commit-hooks.yaml") as Document[];
  assert.deepEqual(
    hooks.map(({ id }) => id),
    ["aibom-scan", "aibom-policy-lint", "aibom-policy-test"],
  );
  const [scan, lint] = hooks.map(({ files }) => new RegExp(files));
  assert.ok(scan?.test("a/b/model.safetensors") && scan.test("x.pkl") && !scan.test("x.pkl.md"));
  assert.ok(lint?.test("deploy/policy.yaml") && !lint.test("deploy/mypolicy.yaml"));
  for (const hook of hooks) {
    assert.equal(hook.language, "node");
  }
});

function assertReaches(given: readonly string[]): void {
  assert.deepEqual(
    inputs.filter((name) => !given.includes(name)),
    [],
  );
  assert.deepEqual(
    given.filter((name) => !variables.has(name)),
    [],
  );
}

function assertLocked(context: Document): void {
  assert.equal(context.allowPrivilegeEscalation, false);
  assert.equal(context.runAsNonRoot, true);
  assert.deepEqual(context.capabilities, { drop: ["ALL"] });
  assert.deepEqual(context.seccompProfile, { type: "RuntimeDefault" });
}
