// SPDX-License-Identifier: Apache-2.0
// Who a JSF signature in a BOM says has signed (JSF 0.82, section 5). It is what the document says and proves nothing:
// `aibom verify` checks signatures.

import { hash } from "node:crypto";
import { isJsonObject, type JsonObject } from "../bytes/json.ts";
import { listOf, objectOf, textOf } from "../layouts/member.ts";
import { canonicalText, textValues, type Values } from "./values.ts";

/** The signers that `signature` of a document or component names, single or several. */
export function jsfSigners(holder: JsonObject): Values {
  const signature = objectOf(holder, "signature");
  if (signature === undefined) {
    return new Map();
  }
  const several = [...listOf(signature, "signers"), ...listOf(signature, "chain")].filter(isJsonObject);
  return textValues((several.length === 0 ? [signature] : several).map(signer));
}

function signer(signature: JsonObject): string {
  const algorithm = textOf(signature, "algorithm") ?? "unknown algorithm";
  const keyId = textOf(signature, "keyId");
  const publicKey = objectOf(signature, "publicKey");
  const [certificate] = listOf(signature, "certificatePath");
  const names = [
    ...(keyId === undefined ? [] : [`key ${keyId}`]),
    ...(publicKey === undefined ? [] : [`key sha256:${short(canonicalText(publicKey))}`]),
    ...(typeof certificate === "string" ? [`certificate sha256:${short(certificate)}`] : []),
  ];
  return `${names.length === 0 ? "unnamed key" : names.join(", ")} (${algorithm}, not verified)`;
}

function short(text: string): string {
  return hash("sha256", text, "hex").slice(0, 16);
}
