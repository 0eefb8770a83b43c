// SPDX-License-Identifier: Apache-2.0
// Codes of signatures inside a CycloneDX document: JSON Signature Format (JSF) 0.82.

import type { CodeTable } from "./code.ts";

export const jsfCodes = {
  JSF_DOCUMENT: {
    severity: "high",
    exit: 1,
    message: "a signature inside JSON needs an object around it: {reason}",
    hint: "get the document again; CycloneDX documents are JSON objects",
    explain:
      "JSF puts the signature into the object that it covers. CycloneDX documents are objects; nothing else is read as one.",
  },
  JSF_SIGNATURE_MISSING: {
    severity: "high",
    exit: 1,
    message: "the document itself is not signed: it has no member {member}",
    hint: "sign the BOM (`aibom sign`); signatures of its parts do not count for the whole",
    explain:
      "Only a signature at the top of a BOM covers all of it. One inside a component or service covers that part and " +
      "says nothing about the rest.",
  },
  JSF_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "the signature is malformed: {reason}",
    hint: "get the document again; it was damaged, or signed by a faulty tool",
    explain: "A JSF signature has fixed members with fixed types. One that differs is refused.",
  },
  JSF_UNKNOWN_MEMBER: {
    severity: "high",
    exit: 1,
    message: "the signature has an unknown member {member}",
    hint: "sign again without it; if another tool wrote it, please report the member",
    explain:
      "A member that is not understood may change what the signature means. CycloneDX allows none beyond those of JSF.",
  },
  JSF_EXCLUDES: {
    severity: "critical",
    exit: 1,
    message: "the signature leaves parts of the document out: {excluded}",
    hint: "treat the document as changed; ask the signer for one that is signed as a whole",
    explain:
      "JSF can exclude members from what is signed, and the list of them is itself not signed. Anybody can add a section " +
      "to a signed BOM and name it there, and the signature still verifies. aibom accepts no exclusions.",
  },
  JSF_EXTENSION: {
    severity: "high",
    exit: 1,
    message: "the signature has an extension that is not understood: {extension}",
    hint: "sign again without extensions; CycloneDX does not allow them",
    explain: "By the rules of JSF, a reader that does not understand an extension must refuse the signature.",
  },
  JSF_SIGNER_COUNT: {
    severity: "high",
    exit: 1,
    message: "the signature has {count} signers, expected 1 to {limit}",
    hint: "get the document again; a list of signers without signers proves nothing",
    explain:
      "An empty list would be a signature by nobody. A very long one makes a reader compute for hours, so it is bounded.",
  },
  JSF_ALGORITHM_SYMMETRIC: {
    severity: "critical",
    exit: 1,
    message: "{algorithm} is not a signature: whoever can check it can also make it",
    hint: "treat it as a forgery; ask the signer to sign with a key pair",
    explain:
      "HMAC needs one secret on both sides. A reader that takes a public key for that secret accepts forgeries by anybody " +
      "who knows the public key. aibom accepts key pairs only.",
  },
  JSF_ALGORITHM_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "the signature algorithm {algorithm} is not known",
    hint: "sign with ES256, ES384, ES512, Ed25519, Ed448, or RS or PS with 256, 384 or 512",
    explain: "The algorithm is not one of the closed list of JSF 0.82 (RFC 7518 and RFC 8037).",
  },
  JSF_ALGORITHM_KEY: {
    severity: "high",
    exit: 1,
    message: "{algorithm} does not fit the trusted key, which is {key}",
    hint: "get the document again; the algorithm was changed, or the wrong key is named",
    explain:
      "Each algorithm goes with one type of key: the curve fixes the hash function, and RSA keys need 2048 bits. Another " +
      "combination is refused before anything is computed.",
  },
  JSF_VALUE_ENCODING: {
    severity: "high",
    exit: 1,
    message: "the signature value is not canonical: {reason}",
    hint: "get the document again; it is damaged or was signed by a faulty tool",
    explain:
      "The value is base64url without padding, in its one canonical spelling, and has exactly the length that algorithm and " +
      "key ask for (RFC 7518, section 3).",
  },
  JSF_KEY_MALFORMED: {
    severity: "high",
    exit: 1,
    message: "{member} of the signature is malformed: {reason}",
    hint: "get the document again; it is damaged or was signed by a faulty tool",
    explain:
      "A signature may carry its public key or certificate. They decide nothing, but one that cannot be read is refused.",
  },
  JSF_KEY_UNNAMED: {
    severity: "high",
    exit: 1,
    message: "the signature does not say which key made it",
    hint: "sign again with a tool that writes keyId or publicKey",
    explain: "Trying every trusted key would let a signature count for an identity that it does not name.",
  },
  JSF_KEY_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "signed with key {key}, which is not trusted",
    hint: "if you trust the signer, get the public key from them and run `aibom trust add`",
    explain:
      "Anybody can sign with a key of their own and put its public half beside the signature. It counts only if your trust " +
      "root names the key.",
  },
  JSF_KEY_MISMATCH: {
    severity: "high",
    exit: 1,
    message: "{member} of the signature does not belong to the trusted key {keyId}",
    hint: "get the document again; it was changed after signing",
    explain:
      "A signature describes its key in up to three places. All of them must mean the key that the trust root names.",
  },
  JSF_SIGNATURE_INVALID: {
    severity: "critical",
    exit: 1,
    message: "the signature does not verify with key {keyId}",
    hint: "the document or the signature was changed; get it again from its origin",
    explain:
      "The cryptographic check failed: this key did not sign this document. Nothing in it can be believed.",
  },
  JSF_CHAIN_BROKEN: {
    severity: "high",
    exit: 1,
    message: "the chain of signatures is broken at {place}",
    hint: "see the reason there; a chain counts as a whole or not at all",
    explain:
      "Each signature of a chain confirms those before it. If one of them cannot be verified, what the others confirm is unknown.",
  },
  JSF_COVERS_PART: {
    severity: "info",
    exit: 3,
    message: "{count} signatures cover parts of the document only; the first covers {pointer}",
    hint: "for the BOM as a whole, a signature at its top or a detached one counts",
    explain:
      "A signature inside a component, service or declaration covers that object and nothing else. It never counts as a " +
      "signature of the BOM.",
  },
  JSF_SPEC_VERSION: {
    severity: "high",
    exit: 2,
    message: "CycloneDX {specVersion} has no place for a signature",
    hint: "write the BOM in CycloneDX 1.4 or newer, or sign it detached",
    explain:
      "The member `signature` came with CycloneDX 1.4. In an older document it would make the BOM invalid.",
  },
  JSF_ALREADY_SIGNED: {
    severity: "high",
    exit: 2,
    message: "the BOM already has a signature inside",
    hint: "remove the member `signature` first, or sign it detached",
    explain:
      "A second signature would replace the first, or change what the first one covers. aibom does neither unasked.",
  },
  JSF_SIGNER_UNSUPPORTED: {
    severity: "high",
    exit: 2,
    message: "{algorithm} has no name in JSF, so it cannot sign inside a BOM",
    hint: "use an ECDSA or Ed25519 key, or sign the BOM detached",
    explain:
      "JSF 0.82 has a closed list of algorithms without post-quantum ones. Detached signatures can use ML-DSA.",
  },
} as const satisfies CodeTable;
