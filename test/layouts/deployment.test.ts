// SPDX-License-Identifier: Apache-2.0
// Kill switches in configurations: each class in each syntax with a benign twin, and no value of a variable anywhere.

import assert from "node:assert/strict";
import test from "node:test";
import { deployment } from "../../src/layouts/deployment.ts";
import { limits } from "../../src/limits.ts";
import { mutate, seededRandom } from "../formats/hostile.ts";
import { codesOf, describeFiles, valuesOf } from "./dataset-layouts.ts";

type Files = Readonly<Record<string, unknown>>;
interface Switch {
  readonly class: string;
  readonly name: string;
  readonly line: number;
}

const digest = `sha256:${"a".repeat(64)}`;
const commit = "0123456789012345678901234567890123456789";

/** `class name line` of each, in order. */
function switches(files: Files, kind?: string): string[] {
  return (valuesOf(describeFiles(deployment, files), "kill_switch") as Switch[])
    .filter((each) => kind === undefined || each.class === kind)
    .map((each) => `${each.class} ${each.name} ${each.line}`);
}

const compose = (service: string): Files => ({ "compose.yaml": `services:\n  s:\n${service}` });

test("model services: by address in every syntax, with the line", () => {
  const url = "https://api.openai.com/v1";
  const cases: Files[] = [
    compose(`    image: app@${digest}\n    environment:\n      BASE: ${url}\n`),
    compose(`    image: app@${digest}\n    command: ["serve",\n      "--base-url=${url}"]\n`),
    { "k8s.yaml": `apiVersion: v1\nkind: ConfigMap\ndata:\n  x: y\n  BASE: ${url}\n` },
    { "chart/Chart.yaml": "name: c\n", "chart/values.yaml": `a: 1\nb: 2\nc: 3\nd: 4\nurl: ${url}\n` },
    { "c/Chart.yaml": "name: c\n", "c/templates/d.yaml": `{{ if .x }}\n\n\n\nurl: "${url}"\n{{ end }}\n` },
    { "prod.env": `A=1\n#\n#\n\nexport BASE="${url}"\n` },
    { Dockerfile: `FROM app@${digest}\n\n\n\nENV BASE=${url}\n` },
    { "app.py": `"""prose"""\n\n\n\nBASE = "${url}"\n` },
  ];
  for (const files of cases) {
    const found = switches(files, "maas-endpoint").map((each) => each.replace(/ \d+$/, ""));
    assert.deepEqual(found, ["maas-endpoint api.openai.com"], JSON.stringify(files));
  }
  const [line] = switches({ "prod.env": `A=1\nB=${url}\n` }, "maas-endpoint");
  assert.equal(line, "maas-endpoint api.openai.com 2");
});

test("model services: patterns of hosts, and names that only look alike", () => {
  const hosts = (host: string) =>
    switches({ "a.env": `U=https://user:pass@${host}:443/x\n` }, "maas-endpoint");
  assert.equal(hosts("acme.openai.azure.com").length, 1);
  assert.equal(hosts("bedrock-runtime.eu-central-1.amazonaws.com").length, 1);
  assert.equal(hosts("europe-west4-aiplatform.googleapis.com").length, 1);
  for (const host of [
    "api.openai.com.acme.internal",
    "myapi.openai.com",
    "openai.azure.com",
    "vllm",
    "10.0.0.7",
  ]) {
    assert.deepEqual(hosts(host), [], host);
  }
});

test("a client, a key and a gateway entry without an address go to the maker's service", () => {
  const client = (call: string) => ({ "app.py": `from openai import OpenAI\nc = ${call}\n` });
  assert.deepEqual(switches(client("OpenAI()"), "maas-endpoint"), ["maas-endpoint api.openai.com 2"]);
  assert.deepEqual(switches(client('OpenAI(base_url="http://vllm:8000")'), "maas-endpoint"), []);
  assert.deepEqual(switches(client("OpenAI(base_url=settings.url)"), "maas-endpoint"), []);
  assert.deepEqual(switches({ "app.py": "class OpenAI: pass\nOpenAI()\n" }, "maas-endpoint"), []);
  const beside = { ...client("OpenAI()"), ".env": "OPENAI_BASE_URL=http://vllm:8000/v1\n" };
  assert.deepEqual(switches(beside, "maas-endpoint"), []);

  const key = "      OPENAI_API_KEY: $" + "{KEY}\n";
  const service = `    image: app@${digest}\n    environment:\n${key}`;
  assert.deepEqual(switches(compose(service), "maas-endpoint"), ["maas-endpoint api.openai.com 5"]);
  assert.deepEqual(
    switches(compose(`${service}      OPENAI_BASE_URL: http://vllm:8000\n`), "maas-endpoint"),
    [],
  );

  const route = (extra: string) => ({
    "config.yaml": `model_list:\n  - model_name: x\n    litellm_params:\n      model: openai/gpt\n${extra}`,
  });
  assert.deepEqual(switches(route(""), "maas-endpoint"), ["maas-endpoint api.openai.com 4"]);
  assert.deepEqual(switches(route("      api_base: http://vllm:8000\n"), "maas-endpoint"), []);
});

test("comments, docstrings and prose name nothing", () => {
  assert.deepEqual(
    switches({
      "app.py":
        '"""See https://api.openai.com."""\n# https://api.groq.com\ndef f():\n    "https://api.x.ai"\n',
      "prod.env": "# URL=https://api.openai.com\n",
      "k8s.yaml":
        "apiVersion: v1\nkind: Service\ndescription: not https://api.openai.com\n# https://api.x.ai\n",
      "train.yaml": "url: https://api.openai.com\n",
      "README.md": "https://api.openai.com",
    }),
    [],
  );
});

test("software that phones home, and its twin that was told not to", () => {
  const service = (env: string) =>
    compose(`    image: vllm/vllm-openai@${digest}\n    environment: { ${env} }\n`);
  assert.deepEqual(switches(service("A: b"), "phone-home"), ["phone-home vllm 3"]);
  assert.deepEqual(switches(service('VLLM_NO_USAGE_STATS: "1"'), "phone-home"), []);
  assert.deepEqual(switches(service('VLLM_NO_USAGE_STATS: "0"'), "phone-home"), ["phone-home vllm 3"]);
  assert.deepEqual(switches({ "requirements.txt": "mlflow==3.2.0\n" }, "phone-home"), [
    "phone-home mlflow 1",
  ]);
  const told = { "requirements.txt": "mlflow==3.2.0\n", ".env": "MLFLOW_DISABLE_TELEMETRY=true\n" };
  assert.deepEqual(switches(told, "phone-home"), []);
  assert.deepEqual(switches({ "a.py": "import gradio as gr\n" }, "phone-home"), ["phone-home gradio 1"]);
  const own = 'import os\nos.environ["GRADIO_ANALYTICS_ENABLED"] = "False"\nimport gradio\n';
  assert.deepEqual(switches({ "a.py": own }, "phone-home"), []);
  const files = {
    ...compose(`    image: chromadb/chroma@${digest}\n    env_file: ./chroma.env\n`),
    "chroma.env": "ANONYMIZED_TELEMETRY=False\n",
  };
  assert.deepEqual(switches(files, "phone-home"), []);
  const stages = `FROM app@${digest} AS b\nRUN pip install --index-url http://pypi.internal vllm==0.6\nFROM b\nENV DO_NOT_TRACK=1\n`;
  assert.deepEqual(switches({ Dockerfile: stages }, "phone-home"), []);
});

test("mutable references, and their pinned twins", () => {
  const mutable = (files: Files) => switches(files, "mutable-reference").map((each) => each.split(" ")[1]);
  assert.deepEqual(mutable(compose("    image: acme/app:1.2\n")), ["acme/app:1.2"]);
  assert.deepEqual(mutable(compose(`    image: acme/app:1.2@${digest}\n`)), []);
  assert.deepEqual(mutable(compose("    build: .\n    image: app\n")), []);
  assert.deepEqual(mutable(compose("    image: $" + "{IMAGE}\n")), ["$" + "{IMAGE}"]);
  const serve = (args: string) => compose(`    image: v@${digest}\n    command: vllm serve ${args}\n`);
  assert.deepEqual(mutable(serve("org/model --port 8000")), ["org/model"]);
  assert.deepEqual(mutable(serve("org/model --revision v1")), ["org/model"]);
  assert.deepEqual(mutable(serve(`org/model --revision ${commit}`)), []);
  assert.deepEqual(mutable(serve("/models/llama")), []);
  const offline = compose(
    `    image: v@${digest}\n    command: vllm serve org/m\n    environment: [HF_HUB_OFFLINE=1]\n`,
  );
  assert.deepEqual(mutable(offline), []);
  const python = (call: string) => ({ "a.py": `x = AutoModel.${call}\n` });
  assert.deepEqual(mutable(python('from_pretrained("org/m")')), ["org/m"]);
  assert.deepEqual(mutable(python(`from_pretrained("org/m", revision="${commit}")`)), []);
  assert.deepEqual(mutable(python('from_pretrained("./m")')), []);
  assert.deepEqual(mutable({ "requirements.txt": "a>=1\nb==1.0\nc\n-r other.txt\n./local\n" }), ["a", "c"]);
  const git = `d @ git+https://git.internal/d@${commit}\ne @ git+https://git.internal/e@main\n`;
  assert.deepEqual(mutable({ "requirements.txt": git }), ["e"]);
  const mcp = (...args: string[]) => ({ ".mcp.json": { mcpServers: { s: { command: "npx", args } } } });
  assert.deepEqual(mutable(mcp("-y", "tool")), ["tool"]);
  assert.deepEqual(mutable(mcp("-y", "@a/tool@1.2.3")), []);
  assert.deepEqual(
    mutable({ "s.yaml": "apiVersion: x\nkind: Subscription\nspec: { installPlanApproval: Automatic }\n" }),
    ["installPlanApproval:"],
  );
  assert.deepEqual(
    mutable({ "s.yaml": "apiVersion: x\nkind: Subscription\nspec: { installPlanApproval: Manual }\n" }),
    [],
  );
  assert.deepEqual(mutable({ "f.yaml": "apiVersion: x\nkind: ImageUpdateAutomation\n" }), [
    "ImageUpdateAutomation",
  ]);
  assert.deepEqual(mutable({ Dockerfile: `ARG B=python:3\nFROM $B AS a\nFROM a\nFROM scratch\n` }), [
    "python:3",
  ]);
});

test("credentials of others by name; a server's own key is none", () => {
  const env = (name: string) =>
    switches(compose(`    image: a@${digest}\n    environment: [${name}]\n`), "start-credential");
  assert.deepEqual(env("HF_TOKEN"), ["start-credential HF_TOKEN 4"]);
  assert.deepEqual(env("VLLM_API_KEY=x"), []);
  assert.deepEqual(env("HF_TOKEN="), []);
  const reference = `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - image: a@${digest}\n      env:\n        - name: NGC_API_KEY\n          valueFrom: { secretKeyRef: { name: s, key: k } }\n`;
  const found = describeFiles(deployment, { "pod.yaml": reference });
  assert.deepEqual(
    codesOf(found).filter((code) => code === "DEPLOYMENT_SECRET_INLINE"),
    [],
  );
  assert.deepEqual(switches({ "pod.yaml": reference }, "start-credential"), [
    "start-credential NGC_API_KEY 7",
  ]);
});

test("assurance services: registries, indexes, logs; a mirror is none", () => {
  const services = (files: Files) => switches(files, "assurance-service").map((each) => each.split(" ")[1]);
  assert.deepEqual(services(compose(`    image: nginx@${digest}\n`)), ["docker.io"]);
  assert.deepEqual(services(compose(`    image: registry.acme.internal/nginx@${digest}\n`)), []);
  assert.deepEqual(services({ "a.env": "REKOR=https://rekor.sigstore.dev\n" }), ["rekor.sigstore.dev"]);
  assert.deepEqual(services({ Dockerfile: `FROM m.internal/a@${digest}\nRUN pip install a==1\n` }), [
    "pypi.org",
  ]);
  const mirror = `FROM m.internal/a@${digest}\nRUN pip install -i https://pypi.internal a==1\n`;
  assert.deepEqual(services({ Dockerfile: mirror }), []);
});

test("no value of a variable, and nothing of a secret, is in what comes out", () => {
  const secret = "sEcReT-vAlUe-0123456789";
  const described = describeFiles(deployment, {
    ".env": `OPENAI_API_KEY=${secret}\nHF_TOKEN='${secret}'\nURL=https://u:${secret}@api.openai.com/${secret}\n`,
    "compose.yaml": `services:\n  s:\n    image: a\n    environment:\n      NGC_API_KEY: ${secret}\n      LM_LICENSE_FILE: ${secret}\n`,
    "secret.yaml": `apiVersion: v1\nkind: Secret\nstringData:\n  a: https://api.openai.com/${secret}\n`,
    "a.py": `import os\nos.environ["HF_TOKEN"] = "${secret}"\n`,
    Dockerfile: `FROM a\nENV HF_TOKEN=${secret}\n`,
  });
  assert.ok(described.facts.length > 5);
  const all = JSON.stringify([described.facts, described.findings]);
  assert.ok(!all.includes(secret), all);
  assert.deepEqual(
    [...new Set(codesOf(described))].filter((code) => code === "DEPLOYMENT_SECRET_INLINE").length,
    1,
  );
  assert.deepEqual(
    valuesOf(
      describeFiles(deployment, {
        "secret.yaml": "apiVersion: v1\nkind: Secret\nstringData: {a: https://api.openai.com}\n",
      }),
      "kill_switch",
    ),
    [],
  );
});

test("anchors and merge keys are followed", () => {
  const text = `x: &e\n  environment: { HF_TOKEN: t }\nservices:\n  s:\n    <<: *e\n    image: a@${digest}\n`;
  assert.deepEqual(switches({ "compose.yaml": text }, "start-credential"), ["start-credential HF_TOKEN 2"]);
});

test("what cannot be read is unverified, never clean", () => {
  const bombs: Record<string, string> = {
    "compose.yaml": "services: [\n",
    "docker-compose.yml": `a: &a [x]\nb: &b [${"*a,".repeat(100)}]\n`,
    "compose.override.yml": "[".repeat(5000),
    "prod.env": "x".repeat(limits.maxConfigurationBytes + 1),
  };
  for (const [path, text] of Object.entries(bombs)) {
    const started = performance.now();
    const described = describeFiles(deployment, { [path]: text });
    assert.deepEqual(described.unverified, [path]);
    assert.ok(performance.now() - started < 5000, path);
  }
  const binary = describeFiles(deployment, { Dockerfile: Uint8Array.of(0xff, 0xfe, 0x80) });
  assert.deepEqual(codesOf(binary), ["TEXT_NOT_UTF8"]);
});

test("lines without end, brackets without end and endless quotes take no time", () => {
  const size = 200_000;
  const started = performance.now();
  for (const part of [" ", '"', "(", "LLM(", "\\ ", "${A:-", "://", "A=", "#", " #", "[", "'''", "A B "]) {
    const text = part.repeat(size / part.length);
    describeFiles(deployment, {
      "a.py": text,
      "a.env": `A=${text}x`,
      Dockerfile: `RUN ${text}`,
      "requirements.txt": text,
    });
    describeFiles(deployment, {
      "c/Chart.yaml": "",
      "c/templates/a.yaml": `a: ${text}`,
      "compose.yaml": `a: "${part === '"' ? "" : text}`,
    });
  }
  assert.ok(performance.now() - started < 60_000);
});

test("mutations end in a description", () => {
  const random = seededRandom(6);
  const sample = Buffer.from(
    `x: &e { HF_TOKEN: t }\nservices:\n  s:\n    <<: *e\n    image: a:1\n    command: ["vllm", "serve", "a/b"]\n    environment: [A=https://api.openai.com]\n`,
  );
  const python = Buffer.from(
    'from openai import OpenAI\nOpenAI(a="b")\nx = m.from_pretrained("a/b", revision=f"{x}")\n',
  );
  for (let round = 0; round < 1500; round += 1) {
    describeFiles(deployment, {
      "compose.yaml": mutate(sample, random),
      "a.py": mutate(python, random),
      Dockerfile: mutate(sample, random),
    });
  }
});

test("YAML under any name: in braces and in quotes as well", () => {
  const image = '{ llm: { image: "vllm/vllm-openai:latest" } }';
  for (const text of [
    `services: ${image}\n`,
    `"services": ${image}\n`,
    `services:\n  llm: &a {"image": "vllm/vllm-openai:latest"}\n`,
    `"apiVersion": v1\n'kind' : Pod\nspec: { containers: [${image.slice(7, -1)}] }\n`,
  ]) {
    assert.notDeepEqual(switches({ "stack.yaml": text }, "mutable-reference"), [], text);
  }
});

test("a megabyte of blanks or line breaks costs no time", () => {
  const started = performance.now();
  for (const blank of ["\n", " ", "\t", "\n "]) {
    const bulk = blank.repeat(Math.floor(1_000_000 / blank.length));
    switches({ "stack.yaml": `services:\n${bulk}` });
  }
  switches({ Dockerfile: `FROM app\n${"\\\n".repeat(500_000)}` });
  assert.ok(performance.now() - started < 8000, `${performance.now() - started} ms`);
});
