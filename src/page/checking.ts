// SPDX-License-Identifier: Apache-2.0
// How to check this folder without believing the page: the commands, what they rest on, and where everything lies.

import { type AuditRecord, auditPaths, type RecordedInput } from "../audit/record.ts";
import { pageLimits } from "../page-limits.ts";
import { type Html, html } from "../report/html.ts";
import type { Section } from "./section.ts";
import { table } from "./table.ts";
import { code, digest, file, name } from "./text.ts";

export interface CheckingOptions {
  /** SHA-256 of verify.mjs in this folder, `sha256:HEX`. */
  readonly verifierDigest?: string;
}

export function checkingSection(record: AuditRecord, { verifierDigest }: CheckingOptions): Section {
  return {
    id: "checking",
    title: "How to check this folder",
    body: html`<p>This page is a summary for people; it proves nothing. The files beside it do, on any machine, without a network and without
aibom:</p>
<ol class="steps">
<li>With Node 20 or later, in this folder: every digest, signature, proof and time, a line each.
<pre><code>node verify.mjs</code></pre>${
      verifierDigest !== undefined &&
      html`
<p>First compare the verifier with a copy that you trust; <code>sha256sum verify.mjs</code> says</p>
<pre><code>${verifierDigest.replace(/^sha256:/, "")}</code></pre>`
    }</li>
<li>With nothing but the tools of the system, that no file was changed:
<pre><code>sha256sum -c manifest-sha256.txt tagmanifest-sha256.txt</code></pre></li>
<li>Signatures and times one by one, with openssl and cosign: ${file(auditPaths.verifierText)}.</li>
${
  record.seal === "signed" &&
  html`<li>The seal over all of it lies in ${file(auditPaths.seal)}: a signature, and, where there are some, a time stamp and a proof of the log.</li>\n`
}</ol>
${inputTable(record)}${fileList(record)}`,
  };
}

function inputTable({ inputs }: AuditRecord): Html {
  return table<RecordedInput>({
    id: "input-table",
    caption: "What the verdict was decided from",
    columns: [
      {
        title: "Input",
        cell: ({ name: called, path }) => (path === undefined ? name(called) : file(path, called)),
      },
      { title: "Kind", cell: ({ kind }) => kind },
      { title: "Digest", cell: ({ digest: of }) => digest(of) },
      {
        title: "Copy",
        cell: ({ path }) =>
          path === undefined ? html`<span class="dim">not in this folder</span>` : code(path),
      },
    ],
    rows: inputs,
    max: pageLimits.maxOtherRows,
    noun: "input",
    rest: file("data/record.json"),
  });
}

const fileWords = [
  ["bom", "The bill of materials, CycloneDX"],
  ["previousBom", "The bill of materials before"],
  ["bomDiff", "What changed between the two"],
  ["vsa", "The verdict as SLSA verification summary"],
  ["svr", "The verdict as in-toto verification result"],
  ["profile", "The sovereignty profile"],
  ["policy", "The policy"],
  ["policySignature", "The signature of the policy"],
  ["notCovered", "What was not covered"],
  ["declarations", "Declarations, CycloneDX attestations"],
  ["oscal", "Assessment results, OSCAL"],
] as const;

function fileList({ files, verdict }: AuditRecord): Html {
  const rows: readonly (readonly [string, string])[] = [
    ["The index of this folder", auditPaths.record],
    ["The verdict in full", verdict.path],
    ...fileWords.flatMap(([key, words]) => {
      const path = files[key];
      return path === undefined ? [] : [[words, path] as const];
    }),
    ...files.bomSignatures.map((path) => ["A signature of the bill of materials", path] as const),
  ];
  return html`<h3>Where to look further</h3>
<ul class="files">
${rows.map(([words, path]) => html`<li>${words}: ${file(path)}</li>\n`)}</ul>
`;
}
