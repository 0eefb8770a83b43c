// Import rules: the drawing in docs/architecture.md, made checkable. test/guards proves that each bites.

const base = ["^src/(model|codes)/", "^src/(errors|lazy|limits|[a-z]+-limits)\\.ts$"];

/** A layer may import itself, the base and the layers named. */
const layer = (name, allowed) => ({
  name: `${name}-imports`,
  comment: `src/${name} may import only: ${allowed.join(", ") || "the base"}`,
  severity: "error",
  from: { path: `^src/${name}/` },
  to: { path: "^src/", pathNot: [`^src/${name}/`, ...base, ...allowed.map((each) => `^src/${each}`)] },
});

/** A package has one home. */
const owner = (name, home) => ({
  name: `only-${home}-imports-${name.replace(/[^a-z]/g, "-")}`,
  severity: "error",
  from: { path: "^src/", pathNot: `^src/${home}/` },
  to: { path: `(^|node_modules/)${name}(/|$)` },
});

/** A built-in module has named homes. */
const builtin = (name, homes, label = name.replace(/[^a-z]/g, "-")) => ({
  name: `${label}-has-homes`,
  severity: "error",
  from: { path: "^src/", pathNot: homes },
  to: { path: `^(node:)?${name}(/|$)` },
});

export default {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "base-imports",
      severity: "error",
      from: { path: base },
      to: { path: "^src/", pathNot: base },
    },
    layer("bytes", []),
    layer("x509", ["bytes/"]),
    layer("tlog", ["bytes/"]),
    layer("schemas", []),
    layer("digests", ["bytes/"]),
    layer("sources", ["bytes/", "digests/"]),
    layer("formats", ["bytes/"]),
    layer("images", ["bytes/", "digests/", "sources/", "formats/", "packages/"]),
    layer("reading", ["bytes/", "digests/", "sources/", "formats/", "layouts/", "stores/"]),
    layer("layouts", ["bytes/", "formats/"]),
    layer("stores", ["bytes/", "formats/", "layouts/"]),
    layer("packages", ["bytes/", "formats/", "layouts/(member|yaml-text)\\.ts"]),
    layer("bom", ["bytes/", "schemas/", "layouts/member"]),
    layer("trust", ["bytes/", "schemas/", "sources/", "x509/"]),
    layer("verifiers", ["bytes/", "schemas/", "digests/", "trust/", "bom/", "x509/", "images/", "tlog/"]),
    layer("custody", [
      "bytes/",
      "tlog/",
      "schemas/",
      "sources/",
      "trust/",
      "signers/(signer|key|generate-key)\\.ts",
      "verifiers/dsse",
    ]),
    layer("signers", [
      "bytes/",
      "digests/",
      "trust/",
      "verifiers/",
      "bom/",
      "sources/",
      "x509/",
      "net/",
      "programs/",
    ]),
    layer("net", ["bytes/"]),
    layer("programs", []),
    layer("registry", [
      "bytes/",
      "sources/",
      "images/(descriptor|document|media-type)\\.ts",
      "net/",
      "programs/",
    ]),
    layer("vulnerabilities", ["bytes/", "layouts/member"]),
    layer("score", ["bytes/"]),
    layer("policy", ["bytes/", "schemas/", "bom/spdx", "vulnerabilities/", "score/"]),
    layer("system", ["bytes/", "schemas/", "policy/yaml"]),
    layer("profile", ["policy/", "schemas/"]),
    layer("assessment", ["bytes/", "bom/", "profile/", "score/"]),
    layer("report", ["policy/", "profile/", "score/"]),
    {
      name: "use-cases-do-not-import-the-command-line",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(cli/|main\\.ts$)" },
      to: { path: "^src/(cli/|main\\.ts$)" },
    },
    {
      name: "only-verifiers-mint-evidence",
      comment: "evidence is what a verifier proved; nobody else may construct it",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/verifiers/" },
      to: { path: "^src/verifiers/mint\\.ts$" },
    },
    {
      name: "verification-never-updates-trust",
      comment: "trust is brought up to date by its own command; a verification reads what lies on the disk",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(trust/tuf/|cli/commands/trust/(update|publish))" },
      to: { path: "^src/trust/tuf/" },
    },
    owner("@cyclonedx/cyclonedx-library", "bom"),
    owner("hyparquet", "formats/parquet"),
    owner("packageurl-js", "bom"),
    owner("spdx-expression-parse", "bom"),
    owner("@sigstore/verify", "verifiers/sigstore"),
    owner("@sigstore/sign", "net"),
    owner("sigstore", "net"),
    owner("undici", "net"),
    owner("@marcbachmann/cel-js", "policy/cel"),
    owner("re2js", "policy/cel"),
    owner("tuf-js", "trust/tuf"),
    owner("@tufjs/models", "trust/tuf"),
    owner("commander", "cli"),
    owner("chalk", "cli"),
    builtin("sqlite", "^src/packages/rpm/"),
    builtin("worker_threads", "^src/(digests|reading|images|policy/cel)/"),
    builtin("fs", "^src/(sources|digests|trust|custody|cli)/|^src/registry/layout-writer\\.ts$"),
    builtin("child_process", "^src/programs/run-program\\.ts$"),
    builtin("vm", "^$"),
    builtin("(net|tls|dgram|dns|http|https|http2)", "^src/net/", "network"),
    {
      name: "no-test-code-in-src",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|fixtures|bench|scripts)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
    },
  },
};
