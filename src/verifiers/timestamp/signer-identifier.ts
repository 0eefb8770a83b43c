// SPDX-License-Identifier: Apache-2.0
// Which certificate a CMS signer means (RFC 5652, section 5.3): by issuer and serial number, or by key identifier.

import { parseDer } from "../../bytes/der.ts";
import { derOctets } from "../../bytes/der-values.ts";
import type { Certificate } from "../../x509/certificate.ts";
import { parseNameBytes, renderName } from "../../x509/distinguished-name.ts";
import type { SignerIdentifier } from "./signed-data.ts";

const subjectKeyIdentifierOid = "2.5.29.14";

/** True if the identifier means this certificate. @throws {AibomError} DER_* (the certificate's key identifier) */
export function isSignerOf(identifier: SignerIdentifier, certificate: Certificate): boolean {
  if ("issuerName" in identifier) {
    return (
      identifier.serialNumber === certificate.serialNumber &&
      Buffer.compare(identifier.issuerName, certificate.issuerName) === 0
    );
  }
  const extension = certificate.extensions.get(subjectKeyIdentifierOid);
  const what = "subject key identifier";
  return (
    extension !== undefined &&
    Buffer.compare(derOctets(parseDer(extension.value, what), what), identifier.subjectKeyIdentifier) === 0
  );
}

/** The identifier as text, for messages and reports. @throws {AibomError} DER_* */
export function signerText(identifier: SignerIdentifier): string {
  return "issuerName" in identifier
    ? `serial number ${identifier.serialNumber} of ${renderName(parseNameBytes(identifier.issuerName, "issuer of signer"))}`
    : `key identifier ${Buffer.from(identifier.subjectKeyIdentifier).toString("hex")}`;
}
