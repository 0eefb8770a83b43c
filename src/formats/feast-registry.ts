// SPDX-License-Identifier: Apache-2.0
// The registry file of a Feast feature store (feast 0.67, Registry.proto): feature views, their sources, services,
// and the pickled functions that feast runs. A protobuf message has no magic: the name suggests it and the
// fields confirm it. Leaves out registries in SQL databases.

import type { ByteSource } from "../bytes/byte-source.ts";
import { ProtobufReader } from "../bytes/protobuf.ts";
import { windowSource } from "../bytes/window-source.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Fact } from "../model/fact.ts";
import { type Finding, finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { Fields } from "./feast/fields.ts";
import { findPickles } from "./feast/pickles.ts";
import { registryFacts } from "./feast/registry-facts.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match, Members } from "./format.ts";

/** Fields of the Registry message; all are length-delimited. */
const fieldNumbers: ReadonlySet<number> = new Set([
  1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
]);

/** The reader of Feast registries. */
export const feastRegistry: Format = {
  id: "feast-registry",
  holdsWeights: false,
  extensions: [],
  match,
  confirm,
  describe,
};

function match({ bytes, path }: Head): Match {
  const tag = bytes[0] ?? 0;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const isNamed = /\.db$|registry/i.test(name);
  return isNamed && (tag & 7) === 2 && fieldNumbers.has(tag >> 3) ? "possible" : "no";
}

/** Every field is one of the registry's, and it says which version of the schema it has and when it changed. */
function confirm(file: ByteSource): boolean {
  const reader = new ProtobufReader(file);
  const seen = new Set<number>();
  for (const field of reader.fields(reader.root())) {
    if (field.wireType !== 2 || !fieldNumbers.has(field.number)) {
      return false;
    }
    seen.add(field.number);
  }
  return seen.has(3) && seen.has(5);
}

function describe(file: ByteSource, members: Members): Description {
  const { path } = file;
  if (file.size > limits.maxFeastRegistryBytes) {
    const args = { size: file.size, limit: limits.maxFeastRegistryBytes };
    throw AibomError.of("FEAST_REGISTRY_TOO_LARGE", args, { where: { path } });
  }
  const reader = new ProtobufReader(file);
  const findings = new FindingList(path);
  const claims = new ClaimList(findings);
  const facts: Fact[] = [];
  let isUnread = false;
  registryFacts(new Fields(reader, reader.root()), claims, path);
  for (const { place, field } of findPickles(reader)) {
    findings.add(finding("FEAST_PICKLED_FUNCTION", { path, member: place, offset: field.start }, { place }));
    const bytes = windowSource(file, field.start, field.end - field.start);
    const member = members.describe(`${place}.pkl`, bytes);
    for (const each of member.findings) {
      findings.add(withinFormat(each));
    }
    facts.push(...member.facts);
    isUnread ||= member.status === "unverified";
  }
  return {
    facts: [...claims.facts, ...facts],
    findings: findings.all(),
    references: [],
    ...(isUnread && { incomplete: true as const }),
  };
}

/**
 * Feast expects a function here, and every pickled function carries its code and names the modules that it uses. This
 * is told, and is no alarm; whatever runs while the function is unpickled is one.
 */
function withinFormat(each: Finding): Finding {
  const isModule =
    each.code === "PICKLE_DANGEROUS_IMPORT" && each.args["import"] === "dill._dill._import_module";
  return each.code === "PICKLE_CARRIES_CODE" || isModule ? { ...each, severity: "medium" } : each;
}
