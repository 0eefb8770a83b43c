// SPDX-License-Identifier: Apache-2.0
// Generates the schema validators: build/validators/NAME.mjs, one self-contained module per schema, from the
// CycloneDX schemas that @cyclonedx/cyclonedx-library carries and from our own in schemas/. Deterministic;
// does nothing if no input changed. `uniqueItems` is replaced by a linear check, errors are capped.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { _, Ajv, type AnySchemaObject, type KeywordCxt, type Options, stringify } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { rolldown } from "rolldown";
import { formats } from "../src/schemas/formats.ts";
import { areUnique } from "../src/schemas/unique-items.ts";
import { maxSchemaErrors } from "../src/schemas/validators.ts";

const root = join(import.meta.dirname, "..");
const cycloneDxSchemas = join(root, "node_modules/@cyclonedx/cyclonedx-library/res/schema");
const ownSchemas = join(root, "schemas");
const output = join(root, "build/validators");
const stampFile = join(root, "build/validators.stamp");

/** The schemas by SHA-256: an update of the library is looked at before it changes what aibom accepts. */
const cycloneDx: Readonly<Record<string, { readonly file: string; readonly sha256: string }>> = {
  "cyclonedx-1.2": {
    file: "bom-1.2-strict",
    sha256: "a983e820273df58aa32b58d8ad14e41bf58820f13c4ef6198ca889c9c3db3676",
  },
  "cyclonedx-1.3": {
    file: "bom-1.3-strict",
    sha256: "474a65302b85085a2f7a03e3b28f65c765d459c5ed8353af1cc9ced3fcc2ed22",
  },
  "cyclonedx-1.4": {
    file: "bom-1.4",
    sha256: "0993dee0b506658c9fed2be6a871261f08911719feba28c51f62bda8dd830576",
  },
  "cyclonedx-1.5": {
    file: "bom-1.5",
    sha256: "7e88444a06e0924f13dc3833cda313872c772763b47a4e1ac55e77992b8f0a44",
  },
  "cyclonedx-1.6": {
    file: "bom-1.6",
    sha256: "83821ba49aa366ad1f1d16c34837d05edd010f036f652e310db1c77d57b37c58",
  },
  "cyclonedx-1.7": {
    file: "bom-1.7",
    sha256: "dd7942f6a2e93bc3305da220e61a7931cc536fd10ee5fa063809055c6c1c2ffb",
  },
};
const referenced = [
  { file: "spdx", sha256: "4b345e2329f209f34e960ae2a8e7cb46a166907e6a45e94978565925dc47b359" },
  { file: "jsf-0.82", sha256: "8bae002c25e723db7ee1f26afde680ae1a2b1a8f6b4b4b0fd65dc3becb090aae" },
  { file: "cryptography-defs", sha256: "027b059a729a06d591bac79a584ef04f83fc32d91a826fdba6ad3c98a10e5b44" },
];

interface Schema {
  readonly name: string;
  readonly schema: AnySchemaObject;
  readonly isCycloneDx: boolean;
}

function readPinned(file: string, sha256: string, hash: ReturnType<typeof createHash>): AnySchemaObject {
  const bytes = readFileSync(join(cycloneDxSchemas, `${file}.SNAPSHOT.schema.json`));
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== sha256) {
    throw new Error(
      `${file}.SNAPSHOT.schema.json has SHA-256 ${actual}, expected ${sha256}: ` +
        "review the change, run the conformance tests, then update the value in scripts/validators.ts",
    );
  }
  hash.update(bytes);
  return JSON.parse(bytes.toString("utf8")) as AnySchemaObject;
}

function readOwn(hash: ReturnType<typeof createHash>): Schema[] {
  const files = readdirSync(ownSchemas).filter((file) => file.endsWith(".schema.json"));
  return files.sort().map((file) => {
    const text = readFileSync(join(ownSchemas, file), "utf8");
    hash.update(`\n${file}\n${text}`);
    const schema = JSON.parse(text) as AnySchemaObject;
    return { name: basename(file, ".schema.json"), schema, isCycloneDx: false };
  });
}

/** Everything besides the schemas that the output depends on. */
function hashTools(hash: ReturnType<typeof createHash>): void {
  const files = [
    "scripts/validators.ts",
    "src/schemas/code-points.ts",
    "src/schemas/formats.ts",
    "src/schemas/unique-items.ts",
    "src/schemas/validators.ts",
    "node_modules/ajv/package.json",
    "node_modules/rolldown/package.json",
  ];
  for (const file of files) {
    hash.update(readFileSync(join(root, file)));
  }
}

function generate({ schema, isCycloneDx }: Schema, shared: ReadonlyMap<string, AnySchemaObject>): string {
  const options: Options = {
    strict: !isCycloneDx,
    allErrors: true,
    logger: false,
    inlineRefs: false,
    formats: { ...formats },
    code: { source: true, esm: true, lines: true, formats: _`formats` },
  };
  const ajv = isCycloneDx ? new Ajv(options) : new Ajv2020(options);
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    error: { message: "must not hold equal items twice" },
    code(context: KeywordCxt) {
      if (context.schema === true) {
        const check = context.gen.scopeValue("func", { ref: areUnique, code: _`areUnique` });
        context.fail(_`!${check}(${context.data})`);
      }
    },
  });
  ajv.removeKeyword("enum");
  ajv.addKeyword({
    keyword: "enum",
    schemaType: "array",
    error: {
      message: "must be one of the allowed values",
      params: ({ schemaCode }) => _`{allowedValues: ${schemaCode}}`,
    },
    code(context: KeywordCxt) {
      // A set: the list of SPDX ids has 700 entries and is asked for every licence.
      const values = new Set<unknown>(context.schema as unknown[]);
      const list = stringify([...values].map(scalar));
      const set = context.gen.scopeValue("keyword", { ref: values, code: _`new Set(${list})` });
      context.fail(_`!${set}.has(${context.data})`);
    },
  });
  for (const [id, definition] of shared) {
    ajv.addSchema(withoutNotes(definition) as AnySchemaObject, id);
  }
  const code = standalone.default(ajv, ajv.compile(withoutNotes(schema) as AnySchemaObject));
  return (
    'import { formats } from "../src/schemas/formats.ts";\n' +
    'import { areUnique } from "../src/schemas/unique-items.ts";\n' +
    'import { codePoints } from "../src/schemas/code-points.ts";\n' +
    capErrors(importRuntime(code))
  );
}

/** Without titles, descriptions and examples: they are half of a schema, and no validator shows them. */
function withoutNotes(schema: unknown): unknown {
  if (Array.isArray(schema)) {
    return schema.map(withoutNotes);
  }
  if (typeof schema !== "object" || schema === null) {
    return schema;
  }
  // Under `properties`, `title` is the name of a member and its value a schema, never a text.
  const kept = Object.entries(schema).filter(
    ([key, value]) =>
      !(["title", "description", "$comment", "deprecated"].includes(key) && typeof value !== "object") &&
      !(key === "examples" && Array.isArray(value)) &&
      key !== "meta:enum",
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutNotes(value)]));
}

function scalar(value: unknown): string | number | boolean | null {
  if (typeof value === "object" && value !== null) {
    throw new Error("an enum of structures needs a deep comparison, which the validators do not have");
  }
  return value as string | number | boolean | null;
}

/** The generator asks for its own runtime by `require`: the one piece that our schemas need is ours. */
function importRuntime(code: string): string {
  const body = code.replaceAll('require("ajv/dist/runtime/ucs2length").default', "codePoints");
  if (body.includes("require(")) {
    throw new Error("the generated code needs more of ajv's runtime than the length of a string");
  }
  return body;
}

/**
 * Caps the list of errors of each generated function. The generated code joins the lists of nested calls by
 * copying, which is quadratic in the number of errors, and uses the list's length as its count of errors:
 * the count is kept apart from the list.
 */
function capErrors(code: string): string {
  const replaceAll = (text: string, pattern: RegExp, by: string): string => {
    if (!pattern.test(text)) {
      throw new Error(`the generated code has no ${pattern.source}: look at how it keeps errors`);
    }
    return text.replace(pattern, by);
  };
  let capped = replaceAll(
    code,
    /vErrors\.push\((\w+)\)/g,
    `vErrors.length < ${maxSchemaErrors} && vErrors.push($1)`,
  );
  if (/vErrors\.concat/.test(code)) {
    capped = replaceAll(
      capped,
      /vErrors = vErrors === null \? ([\w.]+)\.errors : vErrors\.concat\(\1\.errors\);\s*errors = vErrors\.length;/g,
      `vErrors = vErrors === null ? $1.errors : vErrors.length < ${maxSchemaErrors} ? vErrors.concat($1.errors).slice(0, ${maxSchemaErrors}) : vErrors;\n` +
        "errors += $1.errors.length;",
    );
  }
  if (/vErrors\.length = /.test(code)) {
    capped = replaceAll(
      capped,
      /vErrors\.length = (\w+);/g,
      "vErrors.length = Math.min(vErrors.length, $1);",
    );
  }
  if (/errors = vErrors\.length|vErrors\.push(?!\(\w+\))/.test(capped)) {
    throw new Error("the generated code keeps errors in a way that is not capped");
  }
  return capped;
}

async function bundle(name: string, code: string): Promise<string> {
  // A path where nothing is: it makes relative and package imports of the code resolve from the repository.
  const entry = join(root, `scripts/${name}.generated.mjs`);
  const build = await rolldown({
    input: entry,
    platform: "node",
    cwd: root,
    plugins: [
      {
        name: "generated-validator",
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? { code, moduleType: "js" } : null),
      },
    ],
  });
  const { output: chunks } = await build.generate({ format: "esm", minify: true, comments: false });
  await build.close();
  const [chunk] = chunks;
  if (chunk === undefined || chunks.length !== 1 || chunk.imports.length > 0) {
    throw new Error(`${name}: the validator is not self-contained`);
  }
  return chunk.code;
}

/** Writes build/validators/*.mjs unless they are up to date. Returns the names of the validators. */
export async function buildValidators(): Promise<string[]> {
  const hash = createHash("sha256");
  hashTools(hash);
  const shared = new Map(
    referenced.map(({ file, sha256 }) => [
      `http://cyclonedx.org/schema/${file}.SNAPSHOT.schema.json`,
      readPinned(file, sha256, hash),
    ]),
  );
  const schemas: Schema[] = Object.entries(cycloneDx).map(([name, { file, sha256 }]) => ({
    name,
    schema: readPinned(file, sha256, hash),
    isCycloneDx: true,
  }));
  schemas.push(...readOwn(hash));
  const names = schemas.map((each) => each.name);
  const stamp = hash.digest("hex");
  const isPresent = names.every((name) => existsSync(join(output, `${name}.mjs`)));
  if (isPresent && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) {
    return names;
  }
  mkdirSync(output, { recursive: true });
  for (const schema of schemas) {
    const code = await bundle(schema.name, generate(schema, schema.isCycloneDx ? shared : new Map()));
    // Written aside and moved, so that a test run at the same time never sees half a file.
    const aside = join(root, `build/${schema.name}-${process.pid}.tmp`);
    writeFileSync(aside, code);
    renameSync(aside, join(output, `${schema.name}.mjs`));
  }
  for (const file of readdirSync(output)) {
    if (!names.includes(basename(file, ".mjs"))) {
      rmSync(join(output, file));
    }
  }
  writeFileSync(stampFile, stamp);
  return names;
}

if (import.meta.main) {
  const start = performance.now();
  const names = await buildValidators();
  console.log(
    `${names.length} validators in ${((performance.now() - start) / 1000).toFixed(1)} s: ${names.join(", ")}`,
  );
}
