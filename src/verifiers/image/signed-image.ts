// SPDX-License-Identifier: Apache-2.0
// What a signature of an image must be about, and a signature as it was found. Digests are computed from the manifest's
// bytes, never copied from an index or from a signature.

import type { AibomError } from "../../errors.ts";

/** A manifest or an index, or the bytes of a whole archive, with what it stands for. */
export interface SignedImage {
  /** Name of the artifact. */
  readonly artifact: string;
  /** Undefined for an archive: it has none that a signature could be compared with. */
  readonly mediaType: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** By algorithm, hexadecimal: `sha256`, and those that its carrier names it by besides. */
  readonly digests: ReadonlyMap<string, string>;
  /** Files of the artifact that it names by hash, directly or through others. */
  readonly covers: readonly string[];
  /** The repository that a signature must have been made for, if the user wants that compared. */
  readonly repository?: string;
}

/** How a signature or attestation is written. */
export type SignatureForm =
  | "simple-signing" // a payload, with the signature in annotations
  | "dsse" // a DSSE envelope, perhaps with a certificate in annotations
  | "bundle" // a Sigstore bundle
  | "jws" // Notary Project
  | "cose"; // Notary Project

/** A signature or attestation as it was found, unverified. */
export interface ImageSignature {
  readonly form: SignatureForm;
  /** Where it lies, for reports. */
  readonly place: string;
  readonly bytes: Uint8Array;
  /** Beside it; not signed. */
  readonly annotations: ReadonlyMap<string, string>;
}

/** One that could not be read, and why. */
export interface UnreadableSignature {
  readonly place: string;
  readonly error: AibomError;
}

/** `sha256:` and the digits. */
export function sha256Name({ digests }: Pick<SignedImage, "digests">): string {
  return `sha256:${digests.get("sha256") ?? ""}`;
}
