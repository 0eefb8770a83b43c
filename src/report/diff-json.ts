// SPDX-License-Identifier: Apache-2.0
// A diff as one JSON object, described by schemas/diff.schema.json. Same documents, same bytes.

import { type Change, type ChangeSubject, changeKinds, type Diff, type DiffSide } from "../model/bom-diff.ts";
import { formatDigest } from "../model/digest.ts";

/** The `$id` of schemas/diff.schema.json. */
const diffSchemaId = "https://aibom.dev/schemas/diff/v1";

/** The diff as the values of its JSON. */
export function diffJson(diff: Diff): object {
  const counts = changeKinds
    .map((kind) => [kind, diff.changes.filter((change) => change.kind === kind).length] as const)
    .filter(([, count]) => count > 0);
  return {
    $schema: diffSchemaId,
    before: sideJson(diff.before),
    after: sideJson(diff.after),
    matched: diff.matched,
    counts: Object.fromEntries(counts),
    changes: diff.changes.map(changeJson),
  };
}

export function renderDiffJson(diff: Diff): string {
  return `${JSON.stringify(diffJson(diff), null, 2)}\n`;
}

function sideJson({
  kind,
  name,
  version,
  specVersion,
  timestamp,
  components,
  digest,
  invalid,
}: DiffSide): object {
  return {
    kind,
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(specVersion === undefined ? {} : { specVersion }),
    ...(timestamp === undefined ? {} : { timestamp }),
    components,
    ...(digest === undefined ? {} : { digest: formatDigest(digest) }),
    ...(invalid === undefined ? {} : { invalid: { findings: invalid.findings, first: invalid.first } }),
  };
}

function changeJson({ kind, subject, field, before, after }: Change): object {
  return {
    kind,
    subject: subjectJson(subject),
    ...(field === undefined ? {} : { field }),
    before: [...before],
    after: [...after],
  };
}

function subjectJson({ type, name, version, purl, ref, inside }: ChangeSubject): object {
  return {
    type,
    name,
    ...(version === undefined ? {} : { version }),
    ...(purl === undefined ? {} : { purl }),
    ...(ref === undefined ? {} : { ref }),
    ...(inside === undefined ? {} : { inside: [...inside] }),
  };
}
