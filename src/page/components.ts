// SPDX-License-Identifier: Apache-2.0
// Everything in the supply chain that was not judged by itself, and what each belongs to: what the picture shows, as a table.

import type { AuditRecord, RecordedComponent } from "../audit/record.ts";
import { pageLimits } from "../page-limits.ts";
import { html } from "../report/html.ts";
import type { NodeIds } from "./node-ids.ts";
import type { Section } from "./section.ts";
import { table } from "./table.ts";
import { code, file, grouped, name, names, small } from "./text.ts";

const kindOrder = ["system", "model", "dataset", "image", "environment", "service", "file-set", "library"];

export function componentSection(record: AuditRecord, ids: NodeIds): Section {
  const users = usersByRef(record);
  const rows = byKind(record.components);
  const columns = [
    {
      title: "Component",
      cell: ({ name: called, version, purl }: RecordedComponent) =>
        html`${name(called)}${version !== undefined && html` <span class="version">${name(version)}</span>`}${
          purl !== undefined && small(code(purl))
        }`,
    },
    {
      title: "Kind",
      choice: ({ kind }: RecordedComponent) => kind,
      cell: ({ kind }: RecordedComponent) => kind,
    },
    {
      title: "Belongs to",
      cell: ({ ref }: RecordedComponent) => names(users.get(ref) ?? []),
    },
    {
      title: "Licences",
      cell: ({ licenses }: RecordedComponent) =>
        licenses.length === 0 ? html`<span class="dim">none stated</span>` : names(licenses),
    },
  ];
  return {
    id: "components",
    title: "All components",
    note: grouped(rows.length),
    body:
      rows.length === 0
        ? html`<p>The BOM names no components besides the artifacts.</p>\n`
        : html`<p>What the bill of materials names besides the artifacts. These were not judged by themselves: each went in with what it
belongs to.</p>
${table({
  id: "component-table",
  caption: "Components of the supply chain",
  columns,
  rows,
  max: pageLimits.maxComponentRows,
  noun: "component",
  orderWords: "libraries last",
  rest: file(record.files.bom),
  rowId: ({ ref }) => ids.of(ref),
})}`,
  };
}

/** The system first, libraries last. */
export function byKind(components: readonly RecordedComponent[]): readonly RecordedComponent[] {
  return [...components].sort((left, right) => kindOrder.indexOf(left.kind) - kindOrder.indexOf(right.kind));
}

/** Names of what contains or needs a component. */
function usersByRef({
  artifacts,
  components,
  relations,
}: AuditRecord): ReadonlyMap<string, readonly string[]> {
  const called = new Map([...components, ...artifacts].map((each) => [each.ref, each.name]));
  const users = new Map<string, string[]>();
  for (const { from, to } of relations) {
    const list = users.get(to) ?? [];
    list.push(called.get(from) ?? from);
    users.set(to, list);
  }
  return users;
}
