// SPDX-License-Identifier: Apache-2.0
// Whether certificate, key and logs were trusted at every established time. The library builds the chain too; this is
// ours, with key usages, name constraints and path lengths, and it names what is wrong. Windows are inclusive.

import { AibomError } from "../../errors.ts";
import type { SigstoreAuthority, SigstoreRoot } from "../../trust/sigstore-root.ts";
import type { Certificate } from "../../x509/certificate.ts";
import { verifyChain } from "../../x509/chain.ts";
import { extendedKeyUsages } from "../../x509/extensions.ts";
import type { BoundEntry } from "./log-entries.ts";

interface Window {
  readonly validFrom?: Date | undefined;
  readonly validUntil?: Date | undefined;
}

function isWithin({ validFrom, validUntil }: Window, instant: Date): boolean {
  return (
    (validFrom === undefined || instant >= validFrom) && (validUntil === undefined || instant <= validUntil)
  );
}

/**
 * The certificate must chain to an authority at each instant.
 * @returns the certificates of the chain, leaf first; of several chains the last one's
 * @throws {AibomError} CERTIFICATE_*, SIGSTORE_CERTIFICATE_AUTHORITY
 */
export function requireCertificate(
  leaf: Certificate,
  root: SigstoreRoot,
  instants: readonly Date[],
): readonly Certificate[] {
  let found: { readonly authority: SigstoreAuthority; readonly chain: readonly Certificate[] } | undefined;
  for (const at of instants) {
    // What was verified once holds at another instant if all its windows do: only they depend on time.
    const isStillValid =
      found !== undefined &&
      isWithin(found.authority, at) &&
      found.chain.every((each) => at >= each.notBefore && at <= each.notAfter);
    if (!isStillValid) {
      found = findChain(leaf, root, at);
    }
  }
  return found?.chain ?? [];
}

function findChain(
  leaf: Certificate,
  root: SigstoreRoot,
  at: Date,
): { readonly authority: SigstoreAuthority; readonly chain: readonly Certificate[] } {
  const issuers = root.certificateAuthorities.filter(
    ({ certificates: [issuer] }) => Buffer.compare(issuer.subjectName, leaf.issuerName) === 0,
  );
  let failure = AibomError.of("SIGSTORE_CERTIFICATE_AUTHORITY", {
    issuer: leaf.issuer,
    at: at.toISOString(),
  });
  for (const authority of issuers.filter((each) => isWithin(each, at))) {
    const { certificates } = authority;
    try {
      const chain = verifyChain({
        leaf,
        intermediates: certificates.slice(0, -1),
        roots: certificates.slice(-1),
        at,
        extendedKeyUsage: extendedKeyUsages.codeSigning,
      });
      return { authority, chain };
    } catch (error) {
      if (!(error instanceof AibomError)) {
        throw error;
      }
      failure = named(error, leaf);
    }
  }
  throw failure;
}

/** Fulcio leaves the subject empty: the alternative name says more. */
function named(error: AibomError, leaf: Certificate): AibomError {
  const [name] = leaf.subjectAltNames;
  return error.args["subject"] === "" && name !== undefined
    ? AibomError.of(error.code, { ...error.args, subject: name.value } as never, { cause: error })
    : error;
}

/**
 * The key must be within its window at each instant: GHSA-wqqc-jjcq-vfxm was a client that did not look.
 * @throws {AibomError} SIGSTORE_KEY_WINDOW
 */
export function requireKeyWindow(key: Window | undefined, instants: readonly Date[]): void {
  const outside = instants.find((instant) => !isWithin(key ?? {}, instant));
  if (outside !== undefined) {
    throw AibomError.of("SIGSTORE_KEY_WINDOW", { at: outside.toISOString() });
  }
}

/**
 * Each log must have been trusted at each instant. The library looks at the window only for promises, so that the key
 * of a retired log could sign checkpoints for ever.
 * @throws {AibomError} SIGSTORE_LOG_WINDOW
 */
export function requireLogWindows(entries: readonly BoundEntry[], instants: readonly Date[]): void {
  for (const { entry, logs } of entries) {
    const outside = instants.find((instant) => !logs.some((log) => isWithin(log, instant)));
    if (outside !== undefined) {
      throw AibomError.of("SIGSTORE_LOG_WINDOW", { entry: entry.name, at: outside.toISOString() });
    }
  }
}
