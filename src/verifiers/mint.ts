// SPDX-License-Identifier: Apache-2.0
// The one place where evidence is made. Importing this file outside verifiers/ breaks the import rules; an
// object that merely looks like evidence is not in the registry, and `isEvidence` says so.

import {
  type DigestEvidence,
  type ManifestEvidence,
  type PackageEvidence,
  registerEvidence,
  type SignatureEvidence,
  type Signer,
  type Unregistered,
} from "../model/evidence.ts";
import { registerWaiver, type Waiver, type WaiverText } from "../model/waiver.ts";

/** Makes evidence of an accepted signature. */
export function mintSignatureEvidence(
  proof: Omit<Unregistered<SignatureEvidence>, "kind">,
): SignatureEvidence {
  return registerEvidence<SignatureEvidence>({
    ...proof,
    kind: "signature",
    signer: freezeSigner(proof.signer),
    covers: [...proof.covers],
    ...frozenWords(proof),
  });
}

function frozenWords({
  times,
  claims,
}: Pick<SignatureEvidence, "times" | "claims">): Pick<SignatureEvidence, "times" | "claims"> {
  return {
    times: times.map(({ time, source, authority }) => Object.freeze({ time, source, authority })),
    claims: claims.map((each) => Object.freeze({ ...each })),
  };
}

function freezeSigner({ certificate, ...signer }: Signer): Signer {
  return certificate === undefined ? signer : { ...signer, certificate: Object.freeze({ ...certificate }) };
}

/** Makes evidence of equal digests. */
export function mintDigestEvidence(proof: Omit<Unregistered<DigestEvidence>, "kind">): DigestEvidence {
  return registerEvidence<DigestEvidence>({ ...proof, kind: "digest", covers: [...proof.covers] });
}

/** Makes evidence of digests that equal those of signed manifests. */
export function mintManifestEvidence(proof: Omit<Unregistered<ManifestEvidence>, "kind">): ManifestEvidence {
  return registerEvidence<ManifestEvidence>({
    ...proof,
    kind: "manifest",
    signer: freezeSigner(proof.signer),
    manifests: [...proof.manifests],
    covers: [...proof.covers],
  });
}

/** Makes evidence of a statement about the archive of a package. */
export function mintPackageEvidence(proof: Omit<Unregistered<PackageEvidence>, "kind">): PackageEvidence {
  return registerEvidence<PackageEvidence>({
    ...proof,
    kind: "package",
    digest: Object.freeze({ ...proof.digest }),
    signer: freezeSigner(proof.signer),
    ...frozenWords(proof),
  });
}

/** Makes a waiver of a verified statement. */
export function mintWaiver(fields: WaiverText & Pick<Waiver, "path" | "signer">): Waiver {
  return registerWaiver({ ...fields, signer: freezeSigner(fields.signer) });
}
