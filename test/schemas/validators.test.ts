// SPDX-License-Identifier: Apache-2.0
// The generated validators: up to date, deterministic, self-contained, capped; and the formats they use.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { buildValidators } from "../../scripts/validators.ts";
import { AibomError } from "../../src/errors.ts";
import { formats } from "../../src/schemas/formats.ts";
import { loadValidator, maxSchemaErrors, type ValidatorName } from "../../src/schemas/validators.ts";

const folder = join(import.meta.dirname, "../../build/validators");

test("every schema has a validator that imports nothing", async () => {
  const names = await buildValidators();
  assert.deepEqual(names.filter((name) => name.startsWith("cyclonedx-")).length, 6);
  for (const name of names) {
    const code = readFileSync(join(folder, `${name}.mjs`), "utf8");
    assert.doesNotMatch(code, /(?:^|;)import\s*["{*]|\brequire\(|\bimport\(/);
    assert.equal(typeof (await loadValidator(name as ValidatorName)), "function");
  }
});

test("a validator that is not built is named", async () => {
  await assert.rejects(loadValidator("nothing" as ValidatorName), (error: unknown) => {
    assert.ok(error instanceof AibomError);
    assert.equal(error.code, "VALIDATORS_NOT_BUILT");
    return true;
  });
});

test("errors are capped and a capped list is still a refusal", async () => {
  const validate = await loadValidator("cyclonedx-1.7");
  for (const count of [1, 10, 1000, 100_000]) {
    const document = {
      bomFormat: "CycloneDX",
      specVersion: "1.7",
      components: Array(count)
        .fill(0)
        .map((_, i) => i),
    };
    assert.equal(validate(document), false);
    assert.ok((validate.errors?.length ?? 0) > 0);
    assert.ok((validate.errors?.length ?? 0) <= maxSchemaErrors);
  }
  const good = { bomFormat: "CycloneDX", specVersion: "1.7", components: [{ type: "file", name: "a" }] };
  assert.equal(validate(good), true);
});

const cases: Readonly<Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>> =
  {
    date: {
      good: ["2024-02-29", "0000-01-01"],
      bad: ["2023-02-29", "2024-13-01", "2024-1-1", "2024-00-10", ""],
    },
    "date-time": {
      good: [
        "2026-01-01T00:00:00Z",
        "2026-01-01t23:59:60z",
        "2026-01-01T01:29:60.5+01:30",
        "1985-04-12T23:20:50.52-08:00",
      ],
      bad: [
        "2026-01-01T00:00:00",
        "2026-01-01 00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T12:00:60Z",
        "2026-01-01T00:00:00+24:00",
      ],
    },
    time: { good: ["00:00:00Z"], bad: ["0:0:0Z", "00:00:00"] },
    email: {
      good: ["a.b+c@example.com", "x@localhost"],
      bad: ["a", "@a", "a@", "a..b@c.d", "a@-b.c", "a b@c.d", "ä@b.c"],
    },
    "idn-email": { good: ["ä@bücher.example", "a@b.c"], bad: ["a@b c", "a@b..c", "a\u0000@b.c"] },
    uuid: { good: ["f08a6ccd-4dce-4759-bd84-c626675d60a7"], bad: ["f08a6ccd4dce4759bd84c626675d60a7", ""] },
    "iri-reference": {
      good: [
        "",
        "a",
        "../b?c#d",
        "https://example.com/ä?x[]=1",
        "urn:uuid:x",
        "mailto:a@b.c",
        "//[::1]:8080/x",
        "#frag",
      ],
      bad: [
        "http://%%%",
        "a b",
        "<a>",
        "http://a:b:c/",
        "http://[x]/",
        "1:a",
        "a#b#c",
        "http://a/[b]",
        "\u0001",
      ],
    },
    iri: { good: ["https://ä.example/"], bad: ["//a", "a", ""] },
    uri: { good: ["https://a.example/"], bad: ["https://ä.example/", "a"] },
    "uri-reference": { good: ["a/b"], bad: ["ä"] },
  };

test("formats", () => {
  assert.deepEqual(Object.keys(cases).sort(), Object.keys(formats).sort());
  for (const [name, { good, bad }] of Object.entries(cases)) {
    for (const text of good) {
      assert.equal(formats[name]?.(text), true, `${name}: ${text}`);
    }
    for (const text of bad) {
      assert.equal(formats[name]?.(text), false, `${name}: ${text}`);
    }
  }
});

test("property: formats answer on any text, and accept what URL writes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      for (const format of Object.values(formats)) {
        assert.equal(typeof format(text), "boolean");
      }
    }),
  );
  fc.assert(
    fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (text) => {
      assert.ok(formats["uri"]?.(text), text);
    }),
  );
});
