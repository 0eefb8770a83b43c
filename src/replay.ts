// SPDX-License-Identifier: Apache-2.0
// Replays a verdict: the same inputs must give the same bytes. A verdict names its inputs by digest and not by place,
// so the caller gives the files, and they must be those; what is not is said before anything is recomputed.

import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, parseJson } from "./bytes/json.ts";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import type { Verdict } from "./model/verdict.ts";
import { jsonReporter } from "./report/reporters/json.ts";
import { loadValidator } from "./schemas/validators.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { clockCheck, verify } from "./verify.ts";
import type { VerifyOptions } from "./verify-options.ts";

/** What a replay came to. */
export interface Replay {
  readonly isSame: boolean;
  readonly verdict: Verdict;
  /** JSON pointer of the first difference; undefined if there is none, or in the spelling of the JSON only. */
  readonly difference?: string;
}

/**
 * Verifies the targets again for the instant and the environment of the verdict in `path`, and compares the bytes.
 * @throws {AibomError} REPLAY_NOT_A_VERDICT, REPLAY_INPUT_DIFFERS, and those of `verify`
 */
export async function replay(
  path: string,
  targets: readonly string[],
  options: Omit<VerifyOptions, "at" | "environment" | "isAtChosen">,
): Promise<Replay> {
  const bytes = readBounded(path, limits.maxBomBytes);
  const recorded = await parseVerdict(bytes, path);
  const inputs = objectAt(recorded, "inputs");
  refuseOtherFlags(inputs, options);
  const environment = textAt(objectAt(inputs, "environment"), "name");
  const verdict = await verify(targets, {
    ...options,
    at: new Date(textAt(recorded, "at") ?? Number.NaN),
    ...(wasAtChosen(recorded) ? { isAtChosen: true as const } : {}),
    ...(environment === undefined ? {} : { environment }),
  });
  const rendered = jsonReporter.render(verdict);
  const again = JSON.parse(rendered) as JsonObject;
  refuseOtherInputs(recorded, again);
  const isSame = Buffer.from(bytes).equals(Buffer.from(rendered));
  const difference = isSame ? undefined : firstDifference(recorded, again, "");
  return { isSame, verdict, ...(difference === undefined ? {} : { difference }) };
}

function wasAtChosen(recorded: JsonObject): boolean {
  const skipped = recorded["skipped"];
  return (
    isJsonArray(skipped) && skipped.some((each) => isJsonObject(each) && each["check"] === clockCheck.check)
  );
}

async function parseVerdict(bytes: Uint8Array, path: string): Promise<JsonObject> {
  const value = parseJson(bytes, { path, maxBytes: limits.maxBomBytes, maxDepth: 16 });
  const validate = await loadValidator("verdict");
  if (!isJsonObject(value) || !validate(value) || !Object.hasOwn(value, "verdict")) {
    throw AibomError.of("REPLAY_NOT_A_VERDICT", {}, { where: { path } });
  }
  return value;
}

/** Flags that weakened a check are part of what was decided. */
function refuseOtherFlags(inputs: JsonObject, options: Omit<VerifyOptions, "at">): void {
  const unsafe = inputs["unsafe"];
  const recorded = isJsonArray(unsafe) ? unsafe.map(String) : [];
  const cache = "--unsafe-digest-cache";
  if (recorded.includes(cache)) {
    const reason = `the verdict rests on ${cache}: digests that were believed and not computed cannot be replayed`;
    throw AibomError.of("REPLAY_INPUT_DIFFERS", { reason });
  }
  const legacy = "--allow-legacy";
  if (recorded.includes(legacy) !== (options.allowLegacyUnsafe === true)) {
    const reason = recorded.includes(legacy)
      ? `the verdict was made with ${legacy}`
      : `the verdict was made without ${legacy}`;
    throw AibomError.of("REPLAY_INPUT_DIFFERS", { reason });
  }
}

/** Everything that a verdict names by digest must be what it names. */
function refuseOtherInputs(recorded: JsonObject, again: JsonObject): void {
  const reasons = [
    ...["policy", "trustRoot", "bom", "suppliers", "osv"].map((name) =>
      otherDigest(name, objectAt(recorded, "inputs"), objectAt(again, "inputs")),
    ),
    otherList("artifacts", ["name", "manifest"], recorded, again),
    otherList("waivers", ["waiver", "rule", "digest"], recorded, again),
    otherList("vex", ["digest"], objectAt(recorded, "inputs"), objectAt(again, "inputs")),
  ].filter((reason) => reason !== undefined);
  if (reasons.length > 0) {
    throw AibomError.of("REPLAY_INPUT_DIFFERS", { reason: reasons.join("; ") });
  }
}

function otherDigest(name: string, recorded: JsonObject, again: JsonObject): string | undefined {
  const [wanted, got] = [recorded, again].map((inputs) => textAt(objectAt(inputs, name), "digest") ?? "none");
  return wanted === got ? undefined : `${name}: the verdict had ${wanted}, given is ${got}`;
}

function otherList(
  name: string,
  keys: readonly string[],
  recorded: JsonObject,
  again: JsonObject,
): string | undefined {
  const [wanted, got] = [recorded, again].map((object) => listed(object, name, keys));
  return wanted === got
    ? undefined
    : `${name}: the verdict had ${wanted || "none"}, given are ${got || "none"}`;
}

function listed(verdict: JsonObject, name: string, keys: readonly string[]): string {
  const list = verdict[name];
  const items = isJsonArray(list) ? list.filter(isJsonObject) : [];
  return items.map((item) => keys.map((key) => String(item[key])).join(" ")).join(", ");
}

function objectAt(object: JsonObject, name: string): JsonObject {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return isJsonObject(value) ? value : {};
}

function textAt(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** JSON pointer of the first place where the two differ. The depth of both is bounded. */
function firstDifference(a: JsonValue | undefined, b: JsonValue | undefined, at: string): string | undefined {
  if (isJsonArray(a) && isJsonArray(b)) {
    const length = Math.max(a.length, b.length);
    return firstOf(
      Array.from({ length }, (_, index) => String(index)),
      (key) => firstDifference(a[Number(key)], b[Number(key)], `${at}/${key}`),
    );
  }
  if (isJsonObject(a) && isJsonObject(b)) {
    return firstOf([...new Set([...Object.keys(a), ...Object.keys(b)])], (key) =>
      firstDifference(a[key], b[key], `${at}/${key}`),
    );
  }
  return a === b ? undefined : at || "/";
}

function firstOf(keys: readonly string[], look: (key: string) => string | undefined): string | undefined {
  for (const key of keys) {
    const found = look(key);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
