// SPDX-License-Identifier: Apache-2.0
// VERIFY.md of a folder: the checks of verify.mjs by hand, with sha256sum, openssl, cosign and nothing of ours. Every block is
// a command with the file names of this very folder; tests run each of them. Untrusted names never reach a command: only
// paths of the folder do, which are plain, and names of the trust root, which have no character that a shell knows.

import type { KeyIdentity } from "../trust/identities.ts";
import type { TrustRoot } from "../trust/trust-root.ts";
import { type AuditRecord, auditPaths, type RecordedArtifact } from "./record.ts";

/** Artifacts that are spelled out; the others are checked alike. */
const maxArtifacts = 10;

/** Where commands put what they take apart. */
const work = "/tmp/aibom-verify";

/** The text of VERIFY.md. */
export function renderVerifyText(record: AuditRecord, { document }: Pick<TrustRoot, "document">): string {
  const keys = document.identities.filter((each): each is KeyIdentity => each.kind === "key");
  const sections = [
    introduction(record),
    hashes(),
    keysSection(keys),
    sealSection(keys),
    timeSection(document.authorities),
    documentsSection(record, keys),
    receiptsSection(record, keys),
    rest(record),
  ];
  const text = sections.filter((each) => each !== "").join("\n\n");
  return `${text.replaceAll(/\n{3,}/g, "\n\n").trimEnd()}\n`;
}

function block(...lines: readonly string[]): string {
  return ["```sh", ...lines, "```"].join("\n");
}

function introduction({ at }: AuditRecord): string {
  return `# Checking this folder by hand

The record of this folder was made for ${at}. \`node verify.mjs\` makes every check below and more, on any Node.js from version 20,
without a network. Compare it first with a copy that you trust: it lies in this folder, and who can change the folder can
change it too. Then give it what you know from elsewhere:

    node verify.mjs --trust-root YOUR-TRUST-ROOT --expect-key SHA256-OR-FILE

The same with other people's programs follows. Run everything in this folder. \`python3\` only takes JSON apart.

${block(`mkdir -p ${work}`)}`;
}

function hashes(): string {
  return `## 1. Nothing was changed, added or taken away

Every file is in one of two manifests; \`seal/\` is in none. The first command must print nothing, the others must end well.

${block("find . ! -type f ! -type d")}

${block("sha256sum --check --strict --quiet tagmanifest-sha256.txt")}

${block("sha256sum --check --strict --quiet manifest-sha256.txt")}

${block(
  `find . -type f ! -path './seal/*' ! -name tagmanifest-sha256.txt | sed 's,^\\./,,' | LC_ALL=C sort > ${work}/files`,
  `cut -c67- manifest-sha256.txt tagmanifest-sha256.txt | LC_ALL=C sort > ${work}/listed`,
  `diff ${work}/listed ${work}/files`,
)}`;
}

function keysSection(keys: readonly KeyIdentity[]): string {
  const written = keys.map(({ name, publicKey, usages }) =>
    [
      `${code(name)} may vouch for: ${usages.join(", ")}.`,
      "",
      block(`cat > ${keyFile(name)} <<'PEM'`, publicKey.trimEnd(), "PEM"),
    ].join("\n"),
  );
  return `## 2. Whose keys

These are the keys of this folder's own trust root. They show that the folder is whole. **Who** it is by, only keys show that you
got by another way: put yours in their place.

${written.join("\n\n")}

A signature lies in an envelope (DSSE). This takes one apart, into what was signed and the signature:

${block(
  `cat > ${work}/dsse.py <<'PY'`,
  "import base64, json, sys",
  "envelope = json.load(open(sys.argv[1]))",
  'envelope = envelope.get("dsseEnvelope", envelope)',
  'kind, payload = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])',
  'signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)',
  `open("${work}/signed", "wb").write(signed)`,
  `open("${work}/signature", "wb").write(base64.b64decode(envelope["signatures"][0]["sig"]))`,
  'for subject in json.loads(payload)["subject"]:',
  '    print(subject["digest"].get("sha256"), "", subject["name"])',
  "PY",
)}`;
}

/** Names of the trust root are letters, digits and `._@+-`. */
const keyFile = (name: string): string => `${work}/${name}.pub`;
const code = (text: string): string => `\`${text}\``;

function verifyWith({ name, algorithm }: KeyIdentity, file: string): string {
  const hash = {
    "ecdsa-p256-sha256": "sha256",
    "ecdsa-p384-sha384": "sha384",
    "ecdsa-p521-sha512": "sha512",
  };
  const digest = Object.entries(hash).find(([each]) => each === algorithm)?.[1];
  const check =
    digest === undefined
      ? `openssl pkeyutl -verify -pubin -inkey ${keyFile(name)} -rawin -sigfile ${work}/signature -in ${work}/signed`
      : `openssl dgst -${digest} -verify ${keyFile(name)} -signature ${work}/signature ${work}/signed`;
  return block(`python3 ${work}/dsse.py ${file}`, check);
}

function sealSection(keys: readonly KeyIdentity[]): string {
  const sealers = keys.filter(({ usages }) => usages.includes("report"));
  const checks = sealers.map((key) =>
    [
      `If ${code(key.name)} sealed it:`,
      "",
      verifyWith(key, auditPaths.sealStatement),
      "",
      cosign(key, auditPaths.sealStatement, "https://aibom.dev/audit-seal/v1", "tagmanifest-sha256.txt"),
    ].join("\n"),
  );
  const none = "The trust root names no key for reports: use the key that whoever sealed it gives you.";
  return `## 3. The seal is about these manifests

The digest that the seal names must be that of \`tagmanifest-sha256.txt\`:

${block(`python3 ${work}/dsse.py ${auditPaths.sealStatement}`, "sha256sum tagmanifest-sha256.txt")}

${checks.length === 0 ? none : checks.join("\n\n")}`;
}

/** cosign asks for a log entry unless it is told that there is none, and hashes with SHA-256 whatever the curve. */
function cosign({ name, algorithm }: KeyIdentity, bundle: string, type: string, blob: string): string {
  return algorithm === "ecdsa-p256-sha256"
    ? block(
        `cosign verify-blob-attestation --key ${keyFile(name)} --bundle ${bundle} --type ${type} --insecure-ignore-tlog=true ${blob}`,
      )
    : "";
}

function timeSection(authorities: TrustRoot["document"]["authorities"]): string {
  const own = authorities.filter(({ kind }) => kind === "tsa");
  const files = own.map(({ file }) => `${auditPaths.trustRoot}/${file}`);
  const checks = files.map((file) =>
    [
      block(
        `python3 ${work}/dsse.py ${auditPaths.sealStatement}`,
        `openssl ts -verify -in ${auditPaths.sealToken} -data ${work}/signature -CAfile ${file}`,
      ),
      "",
      "Each renewal covers the bundle and the time stamp before it:",
      "",
      block(
        `cat ${auditPaths.sealStatement} ${auditPaths.sealToken} > ${work}/renewed`,
        `test ! -e seal/renewal-1.tsr || openssl ts -verify -in seal/renewal-1.tsr -data ${work}/renewed -CAfile ${file}`,
      ),
    ].join("\n"),
  );
  const none =
    "The trust root of this folder names no time-stamping authority of its own: use the certificates of the authority that stamped the seal.";
  return `## 4. When it was sealed

A time stamp (RFC 3161) over the seal's signature lies in \`${auditPaths.sealToken}\`, if there is one. \`openssl ts -reply -text -in ${auditPaths.sealToken}\`
prints it. When the authority's certificate has expired since, add \`-attime\` with the time stamp's own second.

${checks.length === 0 ? none : checks.join("\n\n")}`;
}

function documentsSection({ files }: AuditRecord, keys: readonly KeyIdentity[]): string {
  const signers = keys.filter(({ usages }) => usages.includes("bom"));
  const bundles = files.bomSignatures.filter((each) => each !== files.bom);
  const checks = bundles.flatMap((bundle) =>
    signers.map((key) =>
      [
        `By ${code(key.name)}:`,
        "",
        verifyWith(key, bundle),
        "",
        cosign(key, bundle, "https://cyclonedx.org/bom", files.bom),
      ].join("\n"),
    ),
  );
  return checks.length === 0
    ? ""
    : `## 5. Who signed the BOM

\`${files.bom}\` is one of the subjects that are printed. Of several keys, one is right.

${block(`sha256sum ${files.bom}`)}

${checks.join("\n\n")}`;
}

function receiptsSection({ artifacts }: AuditRecord, keys: readonly KeyIdentity[]): string {
  const shown = artifacts.slice(0, maxArtifacts);
  const more = artifacts.length - shown.length;
  const parts = shown.map((artifact) => receiptText(artifact, keys));
  return `## 6. What was signed of each artifact

A receipt is named after the SHA-256 of its \`files.sha256\`, which lists the artifact's files as \`sha256sum\` does. With the artifact at
hand, \`sha256sum --check\` with that listing, in the artifact's folder, compares every byte.
${more > 0 ? `\n${more} more receipts are checked alike.\n` : ""}
${parts.join("\n\n")}`;
}

function receiptText({ receipt, manifest, signers }: RecordedArtifact, keys: readonly KeyIdentity[]): string {
  const listing = `${receipt}/files.sha256`;
  const byKey = signers.flatMap(({ identity, path, method }) => {
    const key = keys.find(({ name }) => name === identity);
    const isBundle = path !== undefined && /\.(?:sig|sigstore\.json)$/.test(path);
    return key !== undefined && isBundle && method === "key" ? [verifyWith(key, path)] : [];
  });
  return [
    block(`echo "${manifest.replace("sha256:", "")}  ${listing}" | sha256sum --check --strict --quiet`),
    ...byKey,
  ].join("\n\n");
}

function rest({ custody }: AuditRecord): string {
  const log =
    custody === undefined
      ? ""
      : ` \`${custody.path}\` is a log as C2SP tlog-tiles describes it: Go's golang.org/x/mod/sumdb (tlog, note) reads it.`;
  return `## 7. What has no everyday program

Signatures by certificates and by Sigstore identities, log entries, the custody log and revocations take more than one command:
\`verify.mjs\` makes these checks and is written to be read.${log}`;
}
