// SPDX-License-Identifier: Apache-2.0
// What changed from one verdict to the next (schemas/verdict.schema.json): the outcome, rules, findings, signers, artifacts and
// what it was decided from.

import { isJsonObject, type JsonObject, type JsonValue } from "../bytes/json.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import type { Change, ChangeKind, ChangeSubject, Diff, DiffSide } from "../model/bom-diff.ts";
import { sortedChanges } from "./sorted-changes.ts";
import { canonicalText, difference, shownText, textValues, type Values } from "./values.ts";

const document: ChangeSubject = { type: "document", name: "" };

/** Compares two verdicts that fit their schema. */
export function compareVerdicts(before: JsonObject, after: JsonObject): Diff {
  const both = [before, after] as const;
  const artifacts = artifactChanges(before, after);
  const changes: Change[] = [
    ...change("verdict", document, undefined, both.map(outcome)),
    ...artifacts.changes,
    ...keyed(both.map(rules), (field, values) => change("rule", document, field, values)),
    ...findingChanges(before, after),
    ...keyed(both.map(signers), (name, values) => change("signer", artifact(name), undefined, values)),
    ...keyed(both.map(rejections), (name, values) => change("signer", artifact(name), "rejected", values)),
    ...inputChanges(before, after),
  ];
  return {
    before: side(before),
    after: side(after),
    matched: artifacts.matched,
    changes: sortedChanges(changes),
  };
}

function side(verdict: JsonObject): DiffSide {
  const [name, timestamp] = [textOf(verdict, "verdict"), textOf(verdict, "at")];
  return {
    kind: "verdict",
    ...(name === undefined ? {} : { name }),
    ...(timestamp === undefined ? {} : { timestamp }),
    components: listOf(verdict, "artifacts").length,
  };
}

function artifact(name: string): ChangeSubject {
  return { type: "artifact", name };
}

/** One change if the two sets of values differ. */
function change(
  kind: ChangeKind,
  subject: ChangeSubject,
  field: string | undefined,
  [before = new Map(), after = new Map()]: readonly Values[],
): readonly Change[] {
  const found = difference(before, after);
  return found === undefined ? [] : [{ kind, subject, ...(field === undefined ? {} : { field }), ...found }];
}

type Keyed = ReadonlyMap<string, Values>;

function keyed(
  [before = new Map(), after = new Map()]: readonly Keyed[],
  make: (key: string, values: readonly Values[]) => readonly Change[],
): readonly Change[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => make(key, [before.get(key) ?? new Map(), after.get(key) ?? new Map()]));
}

/** Values of a list by a key of its entries. */
function byKey(
  list: readonly JsonValue[],
  keyOf: (each: JsonObject) => string,
  textFor: (each: JsonObject) => string,
): Keyed {
  const found = new Map<string, Map<string, string>>();
  for (const each of list.filter(isJsonObject)) {
    const [key, text] = [keyOf(each), textFor(each)];
    found.set(key, (found.get(key) ?? new Map<string, string>()).set(text, text));
  }
  return found;
}

function outcome(verdict: JsonObject): Values {
  return textValues([textOf(verdict, "verdict")]);
}

function rules(verdict: JsonObject): Keyed {
  return byKey(
    listOf(verdict, "rules"),
    (rule) => textOf(rule, "rule") ?? "",
    (rule) => {
      const mode = textOf(rule, "mode");
      return `${textOf(rule, "status") ?? ""}${mode === "warn" ? " (warn)" : ""}`;
    },
  );
}

function signers(verdict: JsonObject): Keyed {
  const signed = listOf(verdict, "evidence").filter((each) => objectOf(each, "signer") !== undefined);
  return byKey(signed, subjectOf, (each) => {
    const signer = objectOf(each, "signer");
    const key = (textOf(signer, "keyId") ?? "").slice(0, 16);
    const what = textOf(each, "usage") ?? textOf(each, "kind") ?? "";
    return `${textOf(signer, "identity") ?? "unnamed"} (${what}, ${textOf(signer, "algorithm") ?? ""}, key ${key})`;
  });
}

function rejections(verdict: JsonObject): Keyed {
  return byKey(
    listOf(verdict, "rejected"),
    subjectOf,
    (each) => `${textOf(each, "signature") ?? textOf(each, "kind") ?? ""}: ${textOf(each, "code") ?? ""}`,
  );
}

function subjectOf(each: JsonObject): string {
  return textOf(each, "subject") ?? "";
}

function artifactChanges(
  before: JsonObject,
  after: JsonObject,
): { readonly changes: readonly Change[]; readonly matched: number } {
  const named = (verdict: JsonObject): ReadonlyMap<string, JsonObject> =>
    new Map(
      listOf(verdict, "artifacts")
        .filter(isJsonObject)
        .map((each) => [textOf(each, "name") ?? "", each]),
    );
  const [olds, news] = [named(before), named(after)];
  const changes: Change[] = [];
  let matched = 0;
  for (const [name, old] of olds) {
    const young = news.get(name);
    if (young === undefined) {
      changes.push({ kind: "removed", subject: artifact(name), before: [], after: [] });
      continue;
    }
    matched++;
    const values = (key: string): readonly Values[] =>
      [old, young].map((each) => textValues([each[key] === undefined ? undefined : String(each[key])]));
    changes.push(
      ...change("digest", artifact(name), undefined, values("manifest")),
      ...["kind", "files", "bytes"].flatMap((key) => change("detail", artifact(name), key, values(key))),
    );
  }
  for (const name of news.keys()) {
    if (!olds.has(name)) {
      changes.push({ kind: "added", subject: artifact(name), before: [], after: [] });
    }
  }
  return { changes, matched };
}

/** A finding is the same if code, subject, place and arguments are; what its text says may change with the version of aibom. */
function findingChanges(before: JsonObject, after: JsonObject): readonly Change[] {
  const all = (verdict: JsonObject): ReadonlyMap<string, JsonObject> =>
    new Map(
      listOf(verdict, "findings")
        .filter(isJsonObject)
        .map((each) => [
          canonicalText(["code", "subject", "location", "args"].map((key) => [key, each[key] ?? null])),
          each,
        ]),
    );
  const [olds, news] = [all(before), all(after)];
  const only = (some: ReadonlyMap<string, JsonObject>, others: ReadonlyMap<string, JsonObject>) =>
    [...some].filter(([key]) => !others.has(key)).map(([, each]) => each);
  return [
    ...only(news, olds).map((each) => findingChange("finding", each)),
    ...only(olds, news).map((each) => findingChange("finding-gone", each)),
  ];
}

function findingChange(kind: "finding" | "finding-gone", finding: JsonObject): Change {
  const path = textOf(objectOf(finding, "location"), "path");
  const member = textOf(objectOf(finding, "location"), "member");
  const place = [path === "." ? undefined : path, member].filter((each) => each !== undefined).join(" ");
  const message = `${textOf(finding, "severity") ?? ""}: ${textOf(finding, "message") ?? ""}`;
  const text = place === "" ? message : `${message} (${place})`;
  return {
    kind,
    subject: artifact(subjectOf(finding)),
    field: textOf(finding, "code") ?? "",
    before: kind === "finding-gone" ? [text] : [],
    after: kind === "finding" ? [text] : [],
  };
}

/** What the verdicts rest on. The digest of another BOM says nothing that the artifacts do not say. */
function inputChanges(before: JsonObject, after: JsonObject): readonly Change[] {
  const inputs = (verdict: JsonObject): JsonObject => objectOf(verdict, "inputs") ?? {};
  const both = [before, after].map(inputs);
  const policy = (each: JsonObject): Values => {
    const stated = objectOf(each, "policy");
    const version = stated?.["version"];
    const words = [textOf(stated, "name"), version === undefined ? undefined : String(version)];
    const signer = textOf(objectOf(stated, "signer"), "identity");
    const text = words.filter((word) => word !== undefined).join(" ");
    const by = signer === undefined ? "" : `, signed by ${signer}`;
    return textValues([`${text} ${textOf(stated, "digest") ?? ""}${by}`]);
  };
  const trust = (each: JsonObject): Values => textValues([textOf(objectOf(each, "trustRoot"), "digest")]);
  const others = ["bom", "suppliers", "osv", "vex", "environment", "unsafe"];
  const entries = (each: JsonObject, key: string): Values => {
    const value = each[key];
    const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return textValues(list.map((one) => textOf(one, "digest") ?? shownText(one)));
  };
  const lists = ["waivers", "skipped"].map((key) =>
    change(
      "detail",
      document,
      key,
      [before, after].map((verdict) => textValues(listOf(verdict, key).map(listed))),
    ),
  );
  return [
    ...change("policy", document, undefined, both.map(policy)),
    ...change("trust-root", document, undefined, both.map(trust)),
    ...others.flatMap((key) =>
      change(
        "detail",
        document,
        `inputs/${key}`,
        both.map((each) => entries(each, key)),
      ),
    ),
    ...lists.flat(),
  ];
}

function listed(each: JsonValue): string {
  const words = ["waiver", "rule", "digest", "notAfter", "check", "reason"].map((key) => textOf(each, key));
  return words.filter((word) => word !== undefined).join(" ");
}
