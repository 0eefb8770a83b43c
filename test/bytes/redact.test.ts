// SPDX-License-Identifier: Apache-2.0
// Secrets and home directories in metadata, and what only looks like them.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isLocalPath, redact, redactLocalPath } from "../../src/bytes/redact.ts";
import { dangerousConstructs } from "../../src/formats/chat-template.ts";

describe("redaction", () => {
  it("takes out tokens, passwords and keys", () => {
    const secrets = [
      `hf_${"aB3".repeat(12)}`,
      `sk-proj-${"aB3".repeat(12)}`,
      `ghp_${"a1".repeat(18)}`,
      `github_pat_${"a1".repeat(18)}`,
      `AKIA${"A1".repeat(8)}`,
      "xoxb-1234567890-abc",
    ];
    for (const secret of secrets) {
      const { text, secrets: found } = redact(`use ${secret} here`);
      assert.equal(text, "use <redacted> here");
      assert.deepEqual(found, ["an access token"]);
    }
    assert.equal(
      redact("https://u:p@host/x?a=1&api_key=v&b=2").text,
      "https://host/x?a=1&api_key=<redacted>&b=2",
    );
    const key = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----";
    assert.equal(redact(`a ${key} b`).text, "a <redacted> b");
  });

  it("takes out home directories", () => {
    assert.equal(redact("/home/alice/models/x").text, "<home>/models/x");
    assert.equal(redact("at /Users/bob").text, "at <home>");
    assert.equal(redact("C:\\Users\\carol\\x").text, "<home>\\x");
    assert.equal(redact("/root/.cache").text, "<home>/.cache");
  });

  it("leaves other text alone", () => {
    for (const text of [
      "meta-llama/Llama-3.1-8B",
      "https://huggingface.co/a/b?revision=main",
      "sk-learn",
      "hf_transfer",
      "mail me@example.org",
      "https://example.org/@user",
      "a/home b",
    ]) {
      assert.deepEqual(redact(text), { text, secrets: [], personal: [] });
    }
  });

  it("tells local paths from repository names", () => {
    for (const path of ["/a", "./a", "../a", "~/a", "C:\\a", "C:/a", "a\\b", "a/b/c", "file:///a"]) {
      assert.equal(isLocalPath(path), true, path);
    }
    for (const name of ["a", "a/b", "https://huggingface.co/a/b"]) {
      assert.equal(isLocalPath(name), false, name);
    }
    assert.equal(redactLocalPath("/data/alice/run-7/"), "<local path>/run-7");
    assert.equal(redactLocalPath("/"), "<local path>");
  });

  it("takes linear time", () => {
    const start = process.cpuUsage().user;
    for (const part of [
      "sk-",
      "://a",
      "?token",
      "/home/",
      "-----BEGIN PRIVATE KEY-----",
      "__a",
      "|attr(",
      "{% ",
    ]) {
      redact(part.repeat(20_000));
      dangerousConstructs(part.repeat(20_000));
    }
    const spentMs = (process.cpuUsage().user - start) / 1000;
    assert.ok(spentMs < 3000, `${spentMs} ms`);
  });
});

describe("chat templates", () => {
  it("that reach for Python are recognised", () => {
    for (const template of [
      "{{ ''.__class__.__mro__[1].__subclasses__() }}",
      "{{ x|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
      "{% import 'os' as os %}",
      "{%- from 'x' import y -%}",
      "{{ cycler['__init__']['__globals__'].os.popen('id') }}",
      "{{ lipsum.__globals__['os'].system('id') }}",
      "{{ eval('1') }}",
      "{{ x['__cla' ~ 'ss__'] }}",
      "{{ x['_' * 2 + 'class' + '_' * 2] }}",
      "{{ lipsum | string }}",
    ]) {
      assert.notDeepEqual(dangerousConstructs(template), [], template);
    }
  });

  it("of real models are not", () => {
    for (const template of [
      "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] }}{% endfor %}",
      "{%- if tools %}You may import modules from the standard library.{%- endif %}",
      "{{ '<__media__>' + message['content'] }}{{ '__en__' }}",
      "{{ raise_exception('roles must alternate') }}{% set ns = namespace(found=false) %}{{ tools | tojson(indent=4) }}",
    ]) {
      assert.deepEqual(dangerousConstructs(template), [], template);
    }
  });
});
