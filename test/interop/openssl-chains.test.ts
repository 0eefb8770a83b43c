// SPDX-License-Identifier: Apache-2.0
// Chains that openssl made and judged: we must come to the same verdict on each, good and bad.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { AibomError } from "../../src/errors.ts";
import { parseCertificates } from "../../src/x509/certificate.ts";
import { verifyChain } from "../../src/x509/chain.ts";
import { runProgram } from "../cli/run-aibom.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  authorityExtensions,
  type CertificateRequest,
  type IssuedCertificate,
  makeCertificate,
  signerExtensions,
} from "./openssl-ca.ts";
import { missingPrograms } from "./tools.ts";

const skip = missingPrograms("openssl");

/** One certificate of a chain; what is absent is as it should be. */
type Link = Partial<Pick<CertificateRequest, "extensions" | "days" | "keyType" | "hash">>;

interface Chain {
  /** Root first, leaf last. */
  readonly links: readonly Link[];
  /** When it is judged, in days from now. */
  readonly inDays?: number;
  /** Indices of the certificates that the verifier is given between root and leaf; all if absent. */
  readonly given?: readonly number[];
  /** Whether the verifier trusts another root of the same name. */
  readonly hasOtherRoot?: boolean;
  /** Ask for this purpose: what openssl calls it, and its object identifier. */
  readonly purpose?: "serverAuth";
  readonly isGood: boolean;
}

const purposes = { serverAuth: { openssl: "sslserver", oid: "1.3.6.1.5.5.7.3.1" } } as const;

const plain: Link = {};
const rsa = (bits: number): Link => ({
  keyType: ["-algorithm", "RSA", "-pkeyopt", `rsa_keygen_bits:${bits}`],
});
const ec = (curve: string): Link => ({
  keyType: ["-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${curve}`],
});
const ed25519: Link = { keyType: ["-algorithm", "ED25519"] };

const authority = (...more: readonly string[]): Link => ({
  extensions: [...authorityExtensions(3), ...more],
});
const leaf = (...more: readonly string[]): Link => ({
  extensions: [...signerExtensions("codeSigning"), ...more],
});
const named = (constraint: string, name: string): readonly Link[] => [
  plain,
  authority(`nameConstraints=critical,${constraint}`),
  leaf(`subjectAltName=${name}`),
];
const unknownCritical = "1.2.3.4.5.6=critical,ASN1:NULL";

const chains: Readonly<Record<string, Chain>> = {
  "a root, an intermediate, a leaf": { links: [plain, plain, plain], isGood: true },
  "a root and a leaf": { links: [plain, plain], isGood: true },
  "three intermediates": {
    links: [authority(), authority(), authority(), authority(), leaf()],
    isGood: true,
  },
  "RSA authorities, an ECDSA leaf": { links: [rsa(3072), rsa(2048), ec("P-384")], isGood: true },
  "P-521 and SHA-512": { links: [ec("P-521"), { ...ec("P-521"), hash: "sha512" }, plain], isGood: true },
  "an Ed25519 root": { links: [ed25519, plain, plain], isGood: true },
  "SHA-1 below the root": { links: [plain, { hash: "sha1" }, plain], isGood: false },
  "SHA-1 on the leaf": { links: [plain, plain, { hash: "sha1" }], isGood: false },
  "an RSA authority of 1024 bits": { links: [plain, rsa(1024), plain], isGood: false },
  "the leaf has expired": { links: [plain, plain, { days: 10 }], inDays: 20, isGood: false },
  "the intermediate has expired": { links: [plain, { days: 10 }, plain], inDays: 20, isGood: false },
  "the root has expired": { links: [{ days: 10 }, plain, plain], inDays: 20, isGood: false },
  "nothing has expired yet": { links: [{ days: 30 }, { days: 30 }, { days: 30 }], inDays: 20, isGood: true },
  "nothing is valid yet": { links: [plain, plain, plain], inDays: -20, isGood: false },
  "no intermediate is given": { links: [plain, plain, plain], given: [], isGood: false },
  "one of two intermediates is not given": {
    links: [authority(), authority(), authority(), leaf()],
    given: [2],
    isGood: false,
  },
  "another root of the same name": { links: [plain, plain, plain], hasOtherRoot: true, isGood: false },
  "the issuer is no authority": {
    links: [plain, { extensions: ["basicConstraints=critical,CA:FALSE", "keyUsage=keyCertSign"] }, plain],
    isGood: false,
  },
  "the issuer does not say that it is an authority": {
    links: [plain, { extensions: ["keyUsage=critical,keyCertSign"] }, plain],
    isGood: false,
  },
  "the issuer may not sign certificates": {
    links: [
      plain,
      { extensions: ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,digitalSignature"] },
      plain,
    ],
    isGood: false,
  },
  "the root allows no intermediate": {
    links: [{ extensions: authorityExtensions(0) }, authority(), leaf()],
    isGood: false,
  },
  "the root allows one intermediate, there are two": {
    links: [{ extensions: authorityExtensions(1) }, authority(), authority(), leaf()],
    isGood: false,
  },
  "the root allows one intermediate, there is one": {
    links: [{ extensions: authorityExtensions(1) }, authority(), leaf()],
    isGood: true,
  },
  "an unknown critical extension on the leaf": {
    links: [plain, plain, leaf(unknownCritical)],
    isGood: false,
  },
  "an unknown critical extension on the intermediate": {
    links: [plain, authority(unknownCritical), leaf()],
    isGood: false,
  },
  "an unknown extension that is not critical": {
    links: [plain, plain, leaf("1.2.3.4.5.6=ASN1:NULL")],
    isGood: true,
  },
  "a DNS name that is permitted": {
    links: named("permitted;DNS:example.com", "DNS:a.example.com"),
    isGood: true,
  },
  "a DNS name that is not permitted": {
    links: named("permitted;DNS:example.com", "DNS:a.example.org"),
    isGood: false,
  },
  "a DNS name that only ends alike": {
    links: named("permitted;DNS:example.com", "DNS:badexample.com"),
    isGood: false,
  },
  "a DNS name that is excluded": {
    links: named("excluded;DNS:bad.example.com", "DNS:a.bad.example.com"),
    isGood: false,
  },
  "a mailbox at the permitted host": {
    links: named("permitted;email:example.com", "email:me@example.com"),
    isGood: true,
  },
  "a mailbox at another host": {
    links: named("permitted;email:example.com", "email:me@sub.example.com"),
    isGood: false,
  },
  "a mailbox in the permitted domain": {
    links: named("permitted;email:.example.com", "email:me@sub.example.com"),
    isGood: true,
  },
  "the permitted mailbox": {
    links: named("permitted;email:me@example.com", "email:me@example.com"),
    isGood: true,
  },
  "another mailbox than the permitted one": {
    links: named("permitted;email:me@example.com", "email:you@example.com"),
    isGood: false,
  },
  "a URI at the permitted host": {
    links: named("permitted;URI:example.com", "URI:https://example.com/release"),
    isGood: true,
  },
  "a URI at another host": {
    links: named("permitted;URI:example.com", "URI:https://example.org/release"),
    isGood: false,
  },
  "a URI in the excluded domain": {
    links: named("excluded;URI:.example.com", "URI:https://a.example.com/release"),
    isGood: false,
  },
  "a name of another kind than the constraint": {
    links: named("permitted;DNS:example.com", "email:me@example.org"),
    isGood: true,
  },
  "the purpose, and authorities of any purpose": {
    links: [plain, plain, { extensions: signerExtensions("serverAuth") }],
    purpose: "serverAuth",
    isGood: true,
  },
  "an authority of the same purpose": {
    links: [
      plain,
      { extensions: authorityExtensions(0, "serverAuth") },
      { extensions: signerExtensions("serverAuth") },
    ],
    purpose: "serverAuth",
    isGood: true,
  },
  "an authority of another purpose": {
    links: [
      plain,
      { extensions: authorityExtensions(0, "codeSigning") },
      { extensions: signerExtensions("serverAuth") },
    ],
    purpose: "serverAuth",
    isGood: false,
  },
  "a leaf of another purpose": { links: [plain, plain, leaf()], purpose: "serverAuth", isGood: false },
  "a leaf of any purpose, said so": {
    links: [plain, plain, { extensions: signerExtensions("anyExtendedKeyUsage") }],
    purpose: "serverAuth",
    isGood: false,
  },
};

/** Has openssl make the chain, root first. */
function makeChain(directory: string, links: readonly Link[]): readonly IssuedCertificate[] {
  const made: IssuedCertificate[] = [];
  for (const [index, link] of links.entries()) {
    const isLeaf = index === links.length - 1;
    const issuer = made.at(-1);
    made.push(
      makeCertificate({
        directory,
        name: `certificate-${index}`,
        subject: `/O=Example/CN=${isLeaf ? "leaf" : `authority ${index}`}`,
        extensions: isLeaf ? signerExtensions("codeSigning") : authorityExtensions(3),
        ...(issuer === undefined ? {} : { issuer }),
        ...link,
      }),
    );
  }
  return made;
}

const parse = (path: string) => parseCertificates(readFileSync(path), 1);

/** What we say: undefined for good, else the code. */
function ourVerdict(chain: Chain, paths: Paths, at: Date): string | undefined {
  const { purpose } = chain;
  try {
    const [leafCertificate] = parse(paths.leaf);
    assert.ok(leafCertificate !== undefined);
    verifyChain({
      leaf: leafCertificate,
      intermediates: paths.intermediates.flatMap(parse),
      roots: parse(paths.root),
      at,
      ...(purpose === undefined ? {} : { extendedKeyUsage: purposes[purpose].oid }),
    });
    return undefined;
  } catch (error) {
    return error instanceof AibomError ? error.code : String(error);
  }
}

/** What openssl says: undefined for good, else its reason. */
async function opensslVerdict(chain: Chain, paths: Paths, at: Date): Promise<string | undefined> {
  const { code, stdout, stderr } = await runProgram("openssl", [
    ...["verify", "-auth_level", "2", "-attime", String(Math.floor(at.getTime() / 1000))],
    ...(chain.purpose === undefined ? [] : ["-purpose", purposes[chain.purpose].openssl]),
    ...["-no-CApath", "-no-CAstore", "-CAfile", paths.root],
    ...paths.intermediates.flatMap((path) => ["-untrusted", path]),
    paths.leaf,
  ]);
  return code === 0 ? undefined : `${stdout}${stderr}`;
}

interface Paths {
  readonly root: string;
  readonly intermediates: readonly string[];
  readonly leaf: string;
}

function pathsOf(t: TestContext, chain: Chain): Paths {
  const directory = temporaryDirectory(t);
  const made = makeChain(directory, chain.links).map(({ certificate }) => certificate);
  const given = chain.given ?? made.map((_, index) => index).slice(1, -1);
  const otherRoot = makeCertificate({
    directory,
    name: "other",
    subject: "/O=Example/CN=authority 0",
    extensions: authorityExtensions(3),
  });
  return {
    root: chain.hasOtherRoot === true ? otherRoot.certificate : join(directory, "certificate-0.crt"),
    intermediates: given.map((index) => join(directory, `certificate-${index}.crt`)),
    leaf: made.at(-1) ?? "",
  };
}

for (const [name, chain] of Object.entries(chains)) {
  test(`${chain.isGood ? "good" : "bad"}: ${name}`, { skip }, async (t) => {
    const paths = pathsOf(t, chain);
    const at = new Date(Date.now() + 60_000 + (chain.inDays ?? 0) * 86_400_000);
    const theirs = await opensslVerdict(chain, paths, at);
    assert.equal(theirs === undefined, chain.isGood, theirs);
    const ours = ourVerdict(chain, paths, at);
    assert.equal(ours === undefined, chain.isGood, ours);
    assert.match(ours ?? "CERTIFICATE_", /^CERTIFICATE_/);
  });
}
