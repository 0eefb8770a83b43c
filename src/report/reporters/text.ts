// SPDX-License-Identifier: Apache-2.0
// The verdict for people, at most a screen: the outcome and its reason first, what would make it pass last.
// Every word that a file, a policy or a signature chose is escaped.

import { escapeText } from "../../codes/escape.ts";
import { type Digest, formatDigest } from "../../model/digest.ts";
import type { Evidence, SignatureEvidence, Signer } from "../../model/evidence.ts";
import type { Verdict } from "../../model/verdict.ts";
import { findingKey } from "../../policy/finding-order.ts";
import { counted } from "../counted.ts";
import { decidingFindings, decidingRules } from "../deciding.ts";
import { formatCoded, renderFindings } from "../finding-text.ts";
import { renderLine } from "../line.ts";
import { formatRemedy, type Invocation } from "../remedy-text.ts";
import type { Reporter } from "../reporter.ts";
import { defaultWidth, plainStyle, type Style } from "../style.ts";
import { wrap } from "../wrap.ts";

const maxPerArtifact = 20;
const maxNoted = 20;
const labelColumns = 12;

interface Page {
  readonly verdict: Verdict;
  readonly style: Style;
  readonly width: number;
  readonly invocation: Invocation;
}

export const textReporter: Reporter = {
  id: "text",
  render(verdict, options = {}) {
    const { style = plainStyle, width = defaultWidth, invocation = {} } = options;
    const page = { verdict, style, width, invocation };
    const sections = [
      renderLine(verdict, { style, width }),
      ...artifactSections(page),
      notedSection(page),
      waiverSection(page),
      evidenceSection(page),
      inputSection(page),
      remedySection(page),
    ];
    return sections.filter((section) => section !== "").join("\n");
  },
};

/** The deciding findings, grouped by what they are about; every artifact is named, also a clean one. */
function artifactSections({ verdict, style, width }: Page): string[] {
  const bySubject = Map.groupBy(decidingFindings(verdict), (item) => item.subject);
  const sections = verdict.artifacts.map((artifact) => {
    const findings = bySubject.get(artifact.name) ?? [];
    bySubject.delete(artifact.name);
    const size = `${artifact.kind}, ${counted(artifact.files, "file")}, ${formatBytes(artifact.bytes)}`;
    const title = `${style.bold(escapeText(artifact.name))}  ${style.dim(size)}\n`;
    return title + renderFindings(findings, style, width, { max: maxPerArtifact });
  });
  for (const [subject, findings] of bySubject) {
    const title = `${style.bold(escapeText(subject))}\n`;
    sections.push(title + renderFindings(findings, style, width, { max: maxPerArtifact }));
  }
  return sections;
}

/** What is worth knowing and did not decide: warn-mode rules and findings that no rule minds. */
function notedSection({ verdict, style, width }: Page): string {
  const deciding = new Set(decidingFindings(verdict).map(findingKey));
  const noted = verdict.findings.filter(
    (item) => item.severity !== "info" && !deciding.has(findingKey(item)),
  );
  const rules = verdict.rules.filter((rule) => rule.mode === "warn" && rule.status === "fail");
  if (noted.length === 0 && rules.length === 0) {
    return "";
  }
  const names = rules.map((rule) => escapeText(rule.rule)).join(", ");
  const line = rules.length === 0 ? "" : `  failed in warn mode: ${names}\n`;
  const title = `${style.warn("Warnings")}  ${style.dim("these did not decide")}\n`;
  return title + line + renderFindings(noted, style, width, { max: maxNoted });
}

/** Exceptions are never small print: who, for which rule, until when, and why. */
function waiverSection({ verdict, style, width }: Page): string {
  const lines = (verdict.waivers ?? []).map(({ waiver, applied }) => {
    const { rule, signer, notAfter, reason, ticket, path } = waiver;
    const what = applied.length === 0 ? escapeText(path) : applied.map(escapeText).join(", ");
    const text = `${escapeText(rule)}, ${what}: by ${escapeText(signer.identity)} until ${notAfter}: ${escapeText(reason)} (${escapeText(ticket)})`;
    return labelled(applied.length === 0 ? "not used" : "waived", style.warn, text, width);
  });
  return lines.length === 0 ? "" : `${style.warn("Waivers")}\n${lines.join("")}`;
}

function evidenceSection({ verdict, style, width }: Page): string {
  const lines = [
    ...verdict.evidence.map((evidence) =>
      labelled("accepted", style.allow, evidenceText(evidence, verdict), width),
    ),
    ...verdict.rejected.map(({ subject, signature, code, args }) => {
      const text = `${escapeText(subject)}: ${escapeText(signature)}: ${formatCoded(code, args)} [${escapeText(code)}]`;
      return labelled("rejected", style.deny, text, width);
    }),
    ...verdict.skipped.map(({ check, reason }) =>
      labelled("skipped", style.warn, `${escapeText(check)}: ${escapeText(reason)}`, width),
    ),
  ];
  const body = lines.length === 0 ? `  ${style.dim("none")}\n` : lines.join("");
  return `${style.bold("Evidence")}\n${body}`;
}

function evidenceText(evidence: Evidence, { artifacts }: Verdict): string {
  const total = artifacts.find(({ name }) => name === evidence.subject)?.files;
  const covered = evidence.covers.length;
  // A signature over a part is good for that part only: the number shows which it is.
  const files =
    total === undefined || total === covered
      ? counted(covered, "file")
      : `${covered} of ${counted(total, "file")}`;
  const subject = escapeText(evidence.subject);
  if (evidence.kind === "digest") {
    return `${subject}: ${files} recomputed, as in the BOM (${evidence.algorithms.join(", ")})`;
  }
  const what =
    evidence.usage === "bom" ? "the BOM" : evidence.usage === "statement" ? `${files} attested` : files;
  const verb = evidence.usage === "statement" ? "by" : "signed by";
  const place = escapeText(evidence.signature);
  return `${subject}: ${what} ${verb} ${signerText(evidence.signer)}${timeText(evidence)}, ${place}${predicateText(evidence)}`;
}

/** The trust root's name for the signer, and what it rests on. */
function signerText({ identity, keyId, algorithm, certificate }: Signer): string {
  const ground =
    certificate === undefined
      ? `key ${keyId.slice(0, 16)}`
      : `${escapeText(certificate.subjectAltName ?? certificate.subject ?? "")} by ${escapeText(certificate.authority)}`;
  return `${escapeText(identity)} (${escapeText(algorithm)}, ${ground})`;
}

/** The earliest instant at which the signature is proven to have existed. */
function timeText({ times }: SignatureEvidence): string {
  const [first] = [...times].sort((left, right) => left.time.getTime() - right.time.getTime());
  return first === undefined
    ? ""
    : `, ${first.time.toISOString().slice(0, 19)}Z proven by ${escapeText(first.authority)}`;
}

function predicateText({ usage, predicateType }: SignatureEvidence): string {
  return usage === "statement" ? `, ${escapeText(predicateType)}` : "";
}

function inputSection({ verdict, style, width }: Page): string {
  const { policy, trustRoot, bom, environment, unsafe } = verdict.inputs;
  const lines = [
    labelled("policy", style.dim, policyText(policy), width),
    labelled("trust root", style.dim, shortDigest(trustRoot), width),
    ...(environment === undefined
      ? []
      : [labelled("environment", style.dim, environmentText(environment), width)]),
    ...(bom === undefined ? [] : [labelled("bom", style.dim, shortDigest(bom), width)]),
    labelled("checked for", style.dim, verdict.at, width),
    ...unsafe.map((flag) => labelled("unsafe", style.warn, escapeText(flag), width)),
  ];
  return `${style.bold("Inputs")}\n${lines.join("")}`;
}

function policyText({ name, version, digest, signer }: Verdict["inputs"]["policy"]): string {
  const number = version === undefined ? "" : ` ${version}`;
  const by = signer === undefined ? "" : `, signed by ${escapeText(signer.identity)}`;
  return `${escapeText(name)}${number}  ${shortDigest(digest)}${by}`;
}

function environmentText({ name, mode }: NonNullable<Verdict["inputs"]["environment"]>): string {
  const note = mode === "audit" ? "audit: the exit code is 0 whatever the verdict" : mode;
  return `${escapeText(name)} (${note})`;
}

function remedySection({ verdict, style, width, invocation }: Page): string {
  const rules = decidingRules(verdict);
  const texts = new Set(rules.flatMap(({ remedy }) => remedy.map((each) => formatRemedy(each, invocation))));
  const messages = rules.flatMap(({ rule, message }) =>
    message === undefined ? [] : [`${escapeText(rule)}: ${escapeText(message)}`],
  );
  const code = decidingFindings(verdict)[0]?.code;
  if (texts.size === 0 && messages.length === 0) {
    return "";
  }
  const lines = [...messages, ...texts].map((text, index) => paragraph(`  ${index + 1}. `, text, width));
  const pointer = code === undefined ? "" : style.dim(`\`aibom explain ${code}\` says more.`);
  return `${style.bold("What would make it pass")}\n${lines.join("")}${pointer}${pointer === "" ? "" : "\n"}`;
}

function labelled(label: string, mark: (text: string) => string, text: string, width: number): string {
  const start = 2 + labelColumns;
  const [first = "", ...rest] = wrap(text, width, " ".repeat(start), start);
  const lines = [`  ${mark(label.padEnd(labelColumns))}${first.slice(start)}`, ...rest];
  return lines.map((line) => `${line}\n`).join("");
}

function paragraph(start: string, text: string, width: number): string {
  return wrap(text, width, start, start.length)
    .map((line) => `${line}\n`)
    .join("");
}

function shortDigest(digest: Digest): string {
  return formatDigest({ ...digest, hex: digest.hex.slice(0, 16) });
}

const byteUnits = ["kB", "MB", "GB", "TB", "PB"];

/** Decimal units with one digit after the point, as disks and downloads are counted. */
function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = "bytes";
  for (const larger of byteUnits) {
    if (amount < 1000) {
      break;
    }
    amount /= 1000;
    unit = larger;
  }
  return unit === "bytes" ? counted(bytes, "byte") : `${amount.toFixed(1)} ${unit}`;
}
