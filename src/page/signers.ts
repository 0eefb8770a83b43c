// SPDX-License-Identifier: Apache-2.0
// Who signed what, since when that is proven, and whom else the trust root knows.

import type { AuditRecord, RecordedIdentity, RecordedSigner, RecordedTime } from "../audit/record.ts";
import { pageLimits } from "../page-limits.ts";
import { type Html, html, noHtml } from "../report/html.ts";
import type { Section } from "./section.ts";
import { table } from "./table.ts";
import { code, codeId, count, digest, file, grouped, name, names, small, time } from "./text.ts";

/** All signatures of one key for one purpose. */
interface Signing {
  readonly signer: RecordedSigner;
  readonly artifacts: string[];
  readonly times: RecordedTime[];
  logEntries: number;
}

const methodWords = { key: "a key", certificate: "a certificate", sigstore: "Sigstore" } as const;
const sourceWords = {
  rfc3161: "time stamp",
  "transparency-log": "transparency log",
  "signing-authority": "signing authority",
} as const;

export function signerSection(record: AuditRecord): Section {
  const rows = signings(record);
  return {
    id: "signers",
    title: "Signers and times",
    note: grouped(rows.length),
    body: html`${
      rows.length === 0
        ? html`<p>No signature of a trusted identity covers any artifact.</p>\n`
        : table({
            id: "signer-table",
            caption: "Signatures that were verified, by signer",
            columns: signingColumns,
            rows,
            max: pageLimits.maxOtherRows,
            noun: "signer",
            rest: file("data/record.json"),
          })
    }${rejectedHtml(record)}${trustHtml(record)}`,
  };
}

function signings({ artifacts }: AuditRecord): readonly Signing[] {
  const found = new Map<string, Signing>();
  for (const artifact of artifacts) {
    for (const signer of artifact.signers) {
      const key = JSON.stringify([signer.identity, signer.keyId, signer.usage, signer.predicateType]);
      const signing = found.get(key) ?? { signer, artifacts: [], times: [], logEntries: 0 };
      signing.artifacts.push(artifact.name);
      signing.times.push(...signer.times);
      signing.logEntries += signer.logEntries;
      found.set(key, signing);
    }
  }
  return [...found.values()];
}

const signingColumns = [
  {
    title: "Identity",
    cell: ({ signer: { identity, method, algorithm, certificate } }: Signing) =>
      html`${name(identity)}${small(
        `by ${methodWords[method]}`,
        algorithm,
        certificate === undefined ? undefined : html`authority ${name(certificate.authority)}`,
      )}`,
  },
  {
    title: "Vouches for",
    choice: ({ signer }: Signing) => signer.usage,
    cell: ({ signer: { usage, predicateType } }: Signing) =>
      html`${usage}${predicateType !== "" && small(code(predicateType))}`,
  },
  {
    title: "Artifacts",
    order: ({ artifacts }: Signing) => artifacts.length,
    cell: ({ artifacts }: Signing) => names([...new Set(artifacts)]),
  },
  { title: "Proven to exist", cell: ({ times, logEntries }: Signing) => timesHtml(times, logEntries) },
  { title: "Key", cell: ({ signer }: Signing) => digest(`sha256:${signer.keyId}`) },
];

/** The span of the instants, and who vouches for them. */
function timesHtml(times: readonly RecordedTime[], logEntries: number): Html {
  const sorted = times.map((each) => each.time).sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) {
    return html`<span class="dim">no proven time</span>`;
  }
  const sources = [
    ...new Set(times.map(({ source, authority }) => `${sourceWords[source]} by ${authority}`)),
  ];
  const span = first === last ? time(first) : html`${time(first)} to ${time(last)}`;
  return html`${span}${small(names(sources))}${logEntries > 0 && small(count(logEntries, "log entry", "log entries"))}`;
}

function rejectedHtml({ rejected, verdict }: AuditRecord): Html {
  return table({
    id: "rejected-table",
    caption: "Signatures that were offered and not accepted",
    columns: [
      { title: "About", cell: ({ subject }) => name(subject) },
      {
        title: "Signature",
        cell: ({ signature, path }) => (path === undefined ? code(signature) : file(path, signature)),
      },
      { title: "Why not", cell: ({ message, code: id }) => html`${name(message)}${small(codeId(id))}` },
    ],
    rows: rejected,
    max: pageLimits.maxFindingRows,
    noun: "rejected signature",
    rest: file(verdict.path),
  });
}

function trustHtml({ trustRoot }: AuditRecord): Html {
  const { identities, authorities, revocations } = trustRoot;
  const list = table<RecordedIdentity>({
    id: "trust-table",
    caption: "Whom the trust root knows",
    columns: [
      {
        title: "Identity",
        cell: ({ name: called, kind, authority }) =>
          html`${name(called)}${small(kind, authority === undefined ? undefined : html`authority ${name(authority)}`)}`,
      },
      { title: "May vouch for", cell: ({ usages }) => usages.join(", ") },
      {
        title: "Valid",
        cell: ({ validFrom, validUntil }) =>
          validFrom === undefined && validUntil === undefined
            ? html`<span class="dim">without limit</span>`
            : html`${validFrom !== undefined && html`from ${time(validFrom)} `}${
                validUntil !== undefined && html`until ${time(validUntil)}`
              }`,
      },
      {
        title: "Key",
        cell: ({ keyId }) =>
          keyId === undefined
            ? html`<span class="dim">any of its certificates</span>`
            : digest(`sha256:${keyId}`),
      },
    ],
    rows: identities,
    max: pageLimits.maxOtherRows,
    noun: "identity",
    nouns: "identities",
    rest: file(trustRoot.path),
  });
  const known =
    authorities.length === 0
      ? noHtml
      : html` Authorities: ${names(authorities.map((each) => `${each.name} (${each.kind})`))}.`;
  return html`${list}<p>The trust root is ${file(trustRoot.path, "in this folder")}, ${digest(trustRoot.digest)}, with ${count(revocations, "revocation")}.${known}
It is the word of whoever runs it: compare its digest with the one they publish.</p>
`;
}
