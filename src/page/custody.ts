// SPDX-License-Identifier: Apache-2.0
// Who touched what: the log's state and its events, and the people, those that a key proved apart from those that were claimed.

import type { AuditRecord, RecordedCustody } from "../audit/record.ts";
import { pageLimits } from "../page-limits.ts";
import { type Html, html } from "../report/html.ts";
import { mark } from "./marks.ts";
import type { Section } from "./section.ts";
import { table } from "./table.ts";
import { code, count, file, grouped, name, names, time } from "./text.ts";

export function custodySection(record: AuditRecord): Section {
  const { custody, redaction } = record;
  const replaced = Object.entries(redaction.replaced).map(([kind, amount]) => `${grouped(amount)} × ${kind}`);
  return {
    id: "custody",
    title: "Custody",
    ...(custody === undefined ? {} : { note: grouped(custody.entries) }),
    body: html`${
      custody === undefined
        ? html`<p>No custody log was configured: nothing here says who touched the files before they were checked.</p>\n`
        : logHtml(custody)
    }${peopleHtml(record)}${
      replaced.length > 0 &&
      html`<p>Personal names and paths were replaced by pseudonyms (${replaced.join(", ")}).${
        redaction.escrow === undefined
          ? " Nobody kept a list of them."
          : html` Who they are is in an escrow file outside of this folder, ${code(redaction.escrow)}.`
      }</p>\n`
    }`,
  };
}

function logHtml({
  origin,
  entries,
  rootHash,
  firstAt,
  lastAt,
  witnesses,
  events,
  path,
}: RecordedCustody): Html {
  const tally = Object.entries(events).sort(([, left], [, right]) => right - left);
  return html`<p>The log ${code(origin)} has ${count(entries, "entry", "entries")}${
    firstAt !== undefined && lastAt !== undefined && html`, from ${time(firstAt)} to ${time(lastAt)}`
  }. Each is signed, and the log as a whole can only grow: ${file(path, "its checkpoint and tiles")} prove it. Its root hash is
${code(rootHash)}. ${
    witnesses.length === 0
      ? "No witness has signed it: only its keeper vouches that there is no other version of it."
      : html`Witnesses that signed it: ${names(witnesses)}.`
  }</p>
${table({
  id: "event-table",
  caption: "Events in the log",
  columns: [
    { title: "Event", cell: ([type]: readonly [string, number]) => name(type) },
    {
      title: "How often",
      style: "number",
      order: ([, amount]: readonly [string, number]) => amount,
      cell: ([, amount]: readonly [string, number]) => grouped(amount),
    },
  ],
  rows: tally,
  max: pageLimits.maxOtherRows,
  noun: "type of event",
  nouns: "types of events",
  rest: file(path),
})}`;
}

function peopleHtml({ people }: AuditRecord): Html {
  return table({
    id: "people-table",
    caption: "People",
    columns: [
      { title: "Name", cell: ({ name: called }) => name(called) },
      {
        title: "How we know",
        choice: ({ isAuthenticated }) => (isAuthenticated ? "proven by a key" : "claimed"),
        cell: ({ isAuthenticated }) =>
          isAuthenticated ? mark("good", "proven by a key") : mark("none", "only claimed"),
      },
      {
        title: "What they did",
        cell: ({ roles }) => roles.map((role, index) => html`${index > 0 && ", "}${name(role)}`),
      },
    ],
    rows: people,
    max: pageLimits.maxOtherRows,
    noun: "person",
    nouns: "people",
    rest: file("data/record.json"),
  });
}
