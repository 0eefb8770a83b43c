// SPDX-License-Identifier: Apache-2.0
// From a real registry to the verdict: an image of Debian packages that crane pushed for two platforms and cosign signed,
// fetched, inventoried and verified. Digests are crane's, packages dpkg-query's.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../temporary-directory.ts";
import { writeTrust } from "../use-cases/signed-model.ts";
import { expectExit } from "./expect-exit.ts";
import { programsIn, type Run, registryKinds, startRegistry } from "./image-registry.ts";
import { missingGoTools, missingPrograms } from "./tools.ts";

const skip = missingGoTools("crane", "cosign", "registry") || missingPrograms("tar", "dpkg-query");
const platforms = ["linux/amd64", "linux/arm64"] as const;

interface Component {
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly purl?: string;
  readonly "bom-ref": string;
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly components?: readonly Component[];
  readonly evidence?: { readonly occurrences?: readonly { readonly additionalContext?: string }[] };
}

/** Runs a program of the system, which must succeed, on some input; answers what it printed. */
function run(program: string, args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    input,
    maxBuffer: 1 << 28,
  });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stderr}`);
  return stdout;
}

/** dpkg-query's own placeholders, written so that no reader takes them for a template. */
const packageLine = ["Package", "Version"].map((field) => `\u0024{${field}}`).join(" ");

/**
 * Two layers: this system's package records with the files of one package, then the records of half of the packages, as
 * after an upgrade. Answers what dpkg-query says of the upper ones.
 */
function writeLayers(directory: string): readonly string[] {
  const records = "/var/lib/dpkg/status";
  const files = run("dpkg-query", ["-L", "coreutils"])
    .split("\n")
    .filter((path) => path.startsWith("/"));
  const lower = ["/etc/os-release", "/usr/lib/os-release", records, ...files].map((path) => path.slice(1));
  run("tar", ["-C", "/", "--no-recursion", "-cf", join(directory, "1.tar"), "-T", "-"], lower.join("\n"));
  const upper = join(directory, "upper/var/lib/dpkg");
  mkdirSync(upper, { recursive: true });
  const stanzas = readFileSync(records, "utf8")
    .split("\n\n")
    .filter((each) => each.trim() !== "");
  writeFileSync(join(upper, "status"), `${stanzas.filter((_, index) => index % 2 === 0).join("\n\n")}\n`);
  run("tar", ["-C", join(directory, "upper"), "-czf", join(directory, "2.tgz"), "var"]);
  const listed = run("dpkg-query", [`--admindir=${upper}`, "-W", "-f", `${packageLine}\n`]);
  return listed
    .split("\n")
    .filter((line) => !line.endsWith(" ") && line !== "")
    .sort();
}

/** Pushes an index of two platforms; answers its digest. */
function push(programs: Run, image: string): string {
  for (const platform of platforms) {
    const name = `${image}:${platform.split("/")[1]}`;
    programs("crane", "append", "--oci-empty-base", "-f", "1.tar,2.tgz", "-t", name);
    programs("crane", "mutate", "--set-platform", platform, "--label", `for=${platform}`, "-t", name, name);
  }
  const parts = platforms.flatMap((platform) => ["-m", `${image}:${platform.split("/")[1]}`]);
  programs("crane", "index", "append", ...parts, "-t", `${image}:1`);
  return programs("crane", "digest", `${image}:1`);
}

function propertyOf(component: Component | undefined, name: string): string[] {
  return (component?.properties ?? []).filter((each) => each.name === name).map(({ value }) => value);
}

/** Every component of a BOM, those inside of others too. */
function flat(components: readonly Component[]): Component[] {
  return components.flatMap((each) => [each, ...flat(each.components ?? [])]);
}

/** What crane says of an image is what stands in its component. */
function assertImage(component: Component | undefined, image: string, platform: string, programs: Run): void {
  const crane = (what: string) => programs("crane", what, "--platform", platform, `${image}:1`);
  const manifest = JSON.parse(crane("manifest"));
  const config = JSON.parse(crane("config"));
  assert.ok(component, platform);
  assert.equal(component.hashes?.[0]?.content, crane("digest").slice("sha256:".length));
  assert.deepEqual(propertyOf(component, "aibom:image:config"), [manifest.config.digest]);
  const layers = (component.properties ?? []).filter(({ name }) => name.startsWith("aibom:image:layer:"));
  assert.equal(layers.length, 2);
  for (const [index, { digest, size }] of manifest.layers.entries()) {
    const start = `${digest} diff_id=${config.rootfs.diff_ids[index]} size=${size} `;
    assert.ok(layers[index]?.value.startsWith(start), layers[index]?.value);
  }
}

function writeGate(directory: string): readonly string[] {
  writeFileSync(
    join(directory, "policy.yaml"),
    "apiVersion: aibom/policy/v1\nname: images\nmode: enforce\nrules:\n  - { id: signed, kind: signature, signers: [release] }\n",
  );
  const publicKey = readFileSync(join(directory, "cosign.pub"), "utf8");
  writeTrust(join(directory, "trust"), { keys: [{ name: "release", publicKey }] });
  return ["--policy", "policy.yaml", "--trust-root", "trust"];
}

for (const kind of registryKinds) {
  test(`Debian packages for two platforms, out of ${kind}`, { skip }, async (t) => {
    const directory = temporaryDirectory(t);
    const programs = programsIn(directory);
    const image = `${await startRegistry(t, kind, directory)}/acme/debian`;
    const expected = writeLayers(directory);
    const digest = push(programs, image);
    programs("cosign", "generate-key-pair");
    const gate = writeGate(directory);
    const aibom = (exit: number, ...args: readonly string[]) => expectExit(directory, exit, ...args);
    const bare = ["fetch", `${image}:1`, "--anonymous", "-o"] as const;

    await aibom(0, ...bare, "unsigned");
    await aibom(1, "verify", "unsigned", ...gate);
    programs("cosign", "signing-config", "create", "--out", "services.json");
    const how = ["--key", "cosign.key", "-y", "--allow-http-registry", "--signing-config", "services.json"];
    programs("cosign", "sign", ...how, `${image}@${digest}`);
    const fetched = await aibom(0, ...bare, "layout");
    assert.match(fetched.stdout, new RegExp(`is ${digest}`));
    assert.match(fetched.stdout, /about it {3}1 signature or attestation/);

    await aibom(0, "inventory", "layout", "-o", "bom.json");
    await aibom(0, "validate", "bom.json");
    const bom = JSON.parse(readFileSync(join(directory, "bom.json"), "utf8"));
    const all = flat([
      ...(bom.metadata.component === undefined ? [] : [bom.metadata.component]),
      ...bom.components,
    ]);
    for (const platform of platforms) {
      const component = all.find((each) => propertyOf(each, "aibom:image:platform").includes(platform));
      assertImage(component, image, platform, programs);
      const { dependsOn = [] } = bom.dependencies.find(
        ({ ref }: { ref: string }) => ref === component?.["bom-ref"],
      );
      const packages = all.filter((each) => dependsOn.includes(each["bom-ref"]) && each.purl !== undefined);
      assert.deepEqual(packages.map(({ name, version }) => `${name} ${version}`).sort(), expected);
      // The records that count are those of the upper layer, named by its uncompressed bytes.
      const config = JSON.parse(programs("crane", "config", "--platform", platform, `${image}:1`));
      const [place] = packages[0]?.evidence?.occurrences ?? [];
      assert.equal(place?.additionalContext, `layer ${config.rootfs.diff_ids[1]}`);
    }
    await aibom(0, "verify", "layout", "--bom", "bom.json", ...gate);

    // One platform: the index stays as it was signed, its other platform is told and gates nothing.
    await aibom(0, ...bare, "part", "--platform", "linux/arm64");
    const verdict = JSON.parse((await aibom(0, "verify", "part", ...gate, "--format", "json")).stdout);
    assert.equal(verdict.artifacts.length, 1);
    assert.deepEqual(
      verdict.findings.filter(({ code }: { code: string }) => code === "IMAGE_PLATFORM_ABSENT").length,
      1,
    );
    const shown = await aibom(0, "inventory", "part", "-o", "part.json");
    assert.match(shown.stderr.replace(/\s+/g, " "), /the index lists linux\/amd64, which is not here/);
    assert.match(shown.stderr, /complete/);
  });
}
