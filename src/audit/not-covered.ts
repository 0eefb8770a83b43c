// SPDX-License-Identifier: Apache-2.0
// What nobody looked at: the list that an auditor asks for first. Long lists are cut and say by how much; the receipt of
// the artifact has them whole.

import { limits } from "../limits.ts";
import type { Artifact, ArtifactFile } from "../model/artifact.ts";
import type { Verdict } from "../model/verdict.ts";
import { compareText } from "../policy/finding-order.ts";
import type { NotCovered, NotCoveredKind, RecordedArtifact, RecordedInput } from "./record.ts";

const reasons = {
  unread: "its reader could not read it completely",
  opaque: "no reader knows its format: it was hashed and not looked into",
} as const;

/** What a folder never covers, whatever was examined. */
const limitsOfTheFolder: readonly NotCovered[] = [
  {
    kind: "out-of-scope",
    subject: "what happens after the check",
    reason: "the folder is about the bytes at one instant; what runs, and what it does, was not observed",
  },
  {
    kind: "out-of-scope",
    subject: "what a model says",
    reason: "no model was run: behaviour, bias and quality are not assessed",
  },
];

export interface NotCoveredParts {
  readonly verdict: Verdict;
  readonly artifacts: readonly { readonly artifact: Artifact; readonly recorded: RecordedArtifact }[];
  readonly inputs: readonly RecordedInput[];
  /** Paths in the folder that hold local names and could not be changed. */
  readonly unredacted: readonly string[];
  /** Entries of the custody log that were copied and not read one by one. */
  readonly unreadEvents: number;
}

/** Everything that was not covered, in the order of kinds, then subjects and paths. */
export function notCovered(parts: NotCoveredParts): readonly NotCovered[] {
  const { verdict, artifacts, inputs, unredacted, unreadEvents } = parts;
  const found = [
    ...artifacts.flatMap(({ artifact, recorded }) => [
      ...filesOf(artifact, "unread", "unverified"),
      ...filesOf(artifact, "opaque", "opaque"),
      ...ignoredOf(artifact),
      ...unknownOf(recorded),
    ]),
    ...verdict.skipped
      .filter(({ reason }) => !reason.startsWith("left out by rule:"))
      .map(({ check, reason }) => ({ kind: "skipped" as const, subject: check, reason })),
    ...verdict.rejected
      .filter(({ code }) => code.includes("EXPIRED"))
      .map(({ subject, signature, code }) => ({
        kind: "expired" as const,
        subject,
        path: signature,
        reason: `its time is over: ${code}`,
      })),
    ...inputs.filter(({ path }) => path === undefined).map(notCopied),
    ...(unreadEvents === 0
      ? []
      : [
          {
            kind: "skipped" as const,
            subject: "custody log",
            reason: `its first ${unreadEvents} entries were copied and not read one by one`,
          },
        ]),
    ...unredacted.map((path) => ({
      kind: "out-of-scope" as const,
      subject: path,
      reason:
        "copied byte for byte, because its digest or its signature is proof; it names local directories",
    })),
  ];
  return [...sortNotCovered(found), ...limitsOfTheFolder];
}

/** All files of an artifact that were not read, for its receipt. */
export function unreadFiles({
  files,
}: Artifact): readonly { readonly path: string; readonly status: string }[] {
  return files
    .filter(({ status }) => status !== "described")
    .map(({ path, status }) => ({ path, status }))
    .sort((a, b) => compareText(a.path, b.path));
}

function filesOf(
  { name, files }: Artifact,
  kind: keyof typeof reasons,
  status: ArtifactFile["status"],
): readonly NotCovered[] {
  const paths = files.filter((file) => file.status === status).map(({ path }) => path);
  return cut(paths.sort(compareText).map((path) => ({ kind, subject: name, path, reason: reasons[kind] })));
}

function ignoredOf({ name, ignored }: Artifact): readonly NotCovered[] {
  return cut(
    ignored
      .map(({ path, rule, isDirectory }) => ({
        kind: "ignored" as const,
        subject: name,
        path,
        reason: `${isDirectory === true ? "the directory and all in it is" : "it is"} left out by rule: ${rule}`,
      }))
      .sort((a, b) => compareText(a.path, b.path)),
  );
}

function unknownOf({ name, licenses }: RecordedArtifact): readonly NotCovered[] {
  return licenses.length > 0
    ? []
    : [{ kind: "unknown", subject: name, reason: "nothing states a licence for it" }];
}

function notCopied({ kind, name }: RecordedInput): NotCovered {
  return {
    kind: "out-of-scope",
    subject: `${kind} ${name}`,
    reason: "it is named by its digest and was not copied into the folder",
  };
}

/** The first ones, of which the last says how many more there are. */
function cut(list: readonly NotCovered[]): readonly NotCovered[] {
  const shown = list.slice(0, limits.maxNotCoveredPaths);
  const last = shown.at(-1);
  const more = list.length - shown.length;
  return last === undefined || more === 0 ? shown : [...shown.slice(0, -1), { ...last, more }];
}

const order: readonly NotCoveredKind[] = [
  "unread",
  "expired",
  "ignored",
  "skipped",
  "opaque",
  "unknown",
  "out-of-scope",
];

function sortNotCovered(list: readonly NotCovered[]): readonly NotCovered[] {
  return [...list].sort(
    (a, b) =>
      order.indexOf(a.kind) - order.indexOf(b.kind) ||
      compareText(a.subject, b.subject) ||
      compareText(a.path ?? "", b.path ?? "") ||
      compareText(a.reason, b.reason),
  );
}
