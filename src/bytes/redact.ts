// SPDX-License-Identifier: Apache-2.0
// Removes what must not enter a BOM from free text: access tokens, passwords in URLs, home directories.
// Every expression is linear. Unknown kinds of secrets are not found: this is a net, not a proof.

/** A text without its secrets, and what was taken out. */
export interface Redacted {
  readonly text: string;
  /** What was found that grants access: "an access token". */
  readonly secrets: readonly string[];
  /** What was found that tells about the machine: "a home directory". */
  readonly personal: readonly string[];
}

interface Rule {
  readonly what: string;
  readonly isSecret: boolean;
  readonly pattern: RegExp;
  readonly replacement: string;
}

const token = "an access token";
const home = "a home directory";

const rules: readonly Rule[] = [
  secret(
    "a private key",
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[A-Za-z0-9+/=\s]*(?:-----END [A-Z ]{0,40}-----)?/g,
  ),
  // Hugging Face, OpenAI and alike, GitHub, GitLab, Slack, AWS, Google.
  secret(token, /\b(?:hf|api_org)_[A-Za-z0-9]{30,}/g),
  secret(token, /\bsk-(?:proj|ant|live|test)-[A-Za-z0-9_-]{16,}/g),
  secret(token, /\bsk-(?=[A-Za-z_-]{0,100}[0-9])[A-Za-z0-9_-]{20,}/g),
  secret(token, /\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|glpat-[A-Za-z0-9_-]{16,})/g),
  secret(token, /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g),
  secret(token, /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g),
  secret(token, /\bAIza[0-9A-Za-z_-]{35}/g),
  // JSON Web Token.
  secret(token, /\beyJ[A-Za-z0-9_-]{10,2048}\.[A-Za-z0-9_-]{10,4096}\.[A-Za-z0-9_-]{0,1024}/g),
  {
    what: "a password in a URL",
    isSecret: true,
    pattern: /(:\/\/)[^\s/@?#"']{1,512}@/g,
    replacement: "$1",
  },
  {
    what: "a secret in a URL",
    isSecret: true,
    pattern: /([?&][A-Za-z0-9_-]{0,40}(?:token|key|secret|password|signature)=)[^\s&#"']+/gi,
    replacement: "$1<redacted>",
  },
  {
    what: home,
    isSecret: false,
    pattern: /(^|[^A-Za-z0-9_.-])\/(?:home|Users)\/[^\s/"'<>:]+/g,
    replacement: "$1<home>",
  },
  { what: home, isSecret: false, pattern: /(^|[\s"'=:(])\/root(?=\/|$)/g, replacement: "$1<home>" },
  {
    what: home,
    isSecret: false,
    pattern: /[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2}[^\s\\/"'<>:]+/gi,
    replacement: "<home>",
  },
];

function secret(what: string, pattern: RegExp): Rule {
  return { what, isSecret: true, pattern, replacement: "<redacted>" };
}

/** Something that every match of a rule contains; most texts have none of it. */
const trigger = /[-/\\:?&]|hf_|api_org_|gh[pousr]_|github_pat_|A[KS]IA|AIza|eyJ/;
const nothing: readonly string[] = [];

/** `text` without tokens, passwords and home directories. */
export function redact(text: string): Redacted {
  if (!trigger.test(text)) {
    return { text, secrets: nothing, personal: nothing };
  }
  const secrets = new Set<string>();
  const personal = new Set<string>();
  let result = text;
  for (const rule of rules) {
    const replaced = result.replace(rule.pattern, rule.replacement);
    if (replaced !== result) {
      (rule.isSecret ? secrets : personal).add(rule.what);
      result = replaced;
    }
  }
  return { text: result, secrets: [...secrets], personal: [...personal] };
}

/** True if `text` is a path of the local disk rather than the name of a repository (`owner/name`). */
export function isLocalPath(text: string): boolean {
  return (
    /^(?:[/\\~.]|[A-Za-z]:[\\/]|file:)/.test(text) ||
    text.includes("\\") ||
    (text.split("/").length > 2 && !text.includes("://"))
  );
}

/** A local path without its directories: only its last part says something about the model. */
export function redactLocalPath(path: string): string {
  const last = path
    .split(/[\\/]/)
    .filter((part) => part !== "" && part !== "." && part !== "..")
    .at(-1);
  return last === undefined ? "<local path>" : `<local path>/${redact(last).text}`;
}
