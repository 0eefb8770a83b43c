// SPDX-License-Identifier: Apache-2.0
// Reads aibom.yaml: bounded YAML or JSON, then the schema, then what a schema cannot say: names that are used twice, and
// names of nothing.

import { nearest } from "../codes/nearest.ts";
import { AibomError } from "../errors.ts";
import { parseYaml } from "../policy/yaml.ts";
import { firstProblem } from "../schemas/first-problem.ts";
import { loadValidator, type SchemaError } from "../schemas/validators.ts";
import type { Deployment, MemberGroup, System, SystemFacts, SystemMember } from "./system.ts";

const groups = ["models", "datasets", "images", "environments"] as const satisfies readonly MemberGroup[];

/** The file as the schema has it. */
interface WrittenSystem extends SystemFacts {
  readonly name: string;
  readonly models?: Readonly<Record<string, WrittenMember>>;
  readonly datasets?: Readonly<Record<string, WrittenMember>>;
  readonly images?: Readonly<Record<string, WrittenMember>>;
  readonly environments?: Readonly<Record<string, WrittenMember>>;
  readonly deployments?: Readonly<Record<string, WrittenDeployment>>;
}

interface WrittenMember {
  readonly path: string;
  readonly digest?: string;
  readonly datasets?: readonly string[];
  readonly base?: readonly string[];
}

interface WrittenDeployment {
  readonly description?: string;
  readonly image?: string;
  readonly environment?: string;
  readonly models?: readonly string[];
  readonly datasets?: readonly string[];
  readonly endpoints?: readonly string[];
}

/**
 * Reads the description of a system.
 * @param path for messages only
 * @throws {AibomError} POLICY_* where it is no YAML document, SYSTEM_INVALID, SYSTEM_EMPTY
 */
export async function loadSystem(bytes: Uint8Array, path: string): Promise<System> {
  const document = parseYaml(bytes, path);
  const refuse = (keys: readonly string[], reason: string): AibomError => {
    const args = { ...document.locate(keys), key: keys.at(-1) ?? "the file", reason };
    return AibomError.of("SYSTEM_INVALID", args, { where: { path, member: `/${keys.join("/")}` } });
  };
  const validate = await loadValidator("system");
  if (!validate(document.value)) {
    throw schemaError(validate.errors ?? [], refuse);
  }
  // The validator has just shown that the value has this shape.
  const written = document.value as unknown as WrittenSystem;
  const members = groups.flatMap((group) => membersOf(group, written));
  if (members.length === 0) {
    throw AibomError.of("SYSTEM_EMPTY", { name: written.name }, { where: { path } });
  }
  checkNames(written, refuse);
  return {
    name: written.name,
    ...factsOf(written, refuse),
    members,
    deployments: Object.entries(written.deployments ?? {}).map(deploymentOf),
  };
}

function factsOf(written: WrittenSystem, refuse: Refuse): SystemFacts {
  const { version, description, released, producer, supplier, authors } = written;
  return {
    ...(version === undefined ? {} : { version }),
    ...(description === undefined ? {} : { description }),
    ...(released === undefined ? {} : { released: instantOf(released, refuse) }),
    ...(producer === undefined ? {} : { producer }),
    ...(supplier === undefined ? {} : { supplier }),
    ...(authors === undefined ? {} : { authors }),
  };
}

/** A day is its start in UTC. One that no calendar has is refused, and not made into another. */
function instantOf(written: string, refuse: Refuse): string {
  const instant = written.includes("T") ? written : `${written}T00:00:00Z`;
  const time = new Date(instant);
  if (Number.isNaN(time.getTime()) || `${time.toISOString().slice(0, 19)}Z` !== instant) {
    throw refuse(["released"], "is no day or instant of the calendar");
  }
  return instant;
}

type Refuse = (keys: readonly string[], reason: string) => AibomError;

function membersOf(group: MemberGroup, written: WrittenSystem): SystemMember[] {
  return Object.entries(written[group] ?? {}).map(([name, { path, digest, datasets = [], base = [] }]) => ({
    name,
    group,
    path,
    ...(digest === undefined ? {} : { digest: { algorithm: "sha256", hex: digest.slice("sha256:".length) } }),
    needs: [...datasets, ...base],
  }));
}

function deploymentOf([name, written]: readonly [string, WrittenDeployment]): Deployment {
  const { description, image, environment, models = [], datasets = [], endpoints = [] } = written;
  return {
    name,
    ...(description === undefined ? {} : { description }),
    endpoints,
    needs: [image, environment, ...models, ...datasets].filter((each) => each !== undefined),
  };
}

function schemaError(problems: readonly SchemaError[], refuse: Refuse): AibomError {
  const { problem, keys } = firstProblem(problems);
  if (problem?.keyword === "additionalProperties") {
    return refuse([...keys, String(problem.params["additionalProperty"])], "is no key of this place");
  }
  return refuse(keys, problem?.message ?? "is not valid");
}

/** A name means one thing, and what is named is there. */
function checkNames(written: WrittenSystem, refuse: Refuse): void {
  const seen = new Set<string>();
  for (const group of [...groups, "deployments"] as const) {
    for (const name of Object.keys(written[group] ?? {})) {
      if (seen.has(name)) {
        throw refuse([group, name], "is the name of something else, too");
      }
      seen.add(name);
    }
  }
  const known = (group: MemberGroup): readonly string[] => Object.keys(written[group] ?? {});
  const check = (keys: readonly string[], group: MemberGroup, names: readonly string[] | undefined): void => {
    for (const name of names ?? []) {
      if (!known(group).includes(name)) {
        throw refuse(keys, `names ${name}, which is not under ${group}${suggestion(name, known(group))}`);
      }
    }
  };
  for (const [name, { datasets, base }] of Object.entries(written.models ?? {})) {
    check(["models", name, "datasets"], "datasets", datasets);
    check(["models", name, "base"], "models", base);
    if (base?.includes(name) === true) {
      throw refuse(["models", name, "base"], "names the model itself");
    }
  }
  for (const [name, each] of Object.entries(written.deployments ?? {})) {
    check(["deployments", name, "image"], "images", each.image === undefined ? [] : [each.image]);
    const environments = each.environment === undefined ? [] : [each.environment];
    check(["deployments", name, "environment"], "environments", environments);
    check(["deployments", name, "models"], "models", each.models);
    check(["deployments", name, "datasets"], "datasets", each.datasets);
  }
}

function suggestion(name: string, candidates: readonly string[]): string {
  const close = nearest(name, candidates);
  return close === undefined ? "" : `; did you mean ${close}?`;
}
