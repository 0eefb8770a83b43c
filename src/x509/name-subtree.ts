// SPDX-License-Identifier: Apache-2.0
// Whether a name lies in a subtree of names (RFC 5280, section 4.2.1.10). With `isExclusion` every doubt counts as
// inside, otherwise as outside: both refuse the certificate.

import { comparableName } from "./distinguished-name.ts";
import type { GeneralName } from "./general-name.ts";

/** True if `name` lies in the subtree below `base`, which is of the same type. */
export function isWithin(name: GeneralName, base: GeneralName, isExclusion: boolean): boolean {
  if (name.type === "dns" && base.type === "dns") {
    return isDnsWithin(name.value, base.value, isExclusion);
  }
  if (name.type === "email" && base.type === "email") {
    return isEmailWithin(name.value, base.value, isExclusion);
  }
  if (name.type === "uri" && base.type === "uri") {
    return isUriWithin(name.value, base.value, isExclusion);
  }
  if (name.type === "ip" && base.type === "ip") {
    return isAddressWithin(name.octets, base.octets, isExclusion);
  }
  if (name.type === "directory" && base.type === "directory") {
    const [inner, outer] = [comparableName(name.name), comparableName(base.name)];
    return outer.every((relative, index) => relative === inner[index]);
  }
  return isExclusion;
}

/** ASCII letters, digits, hyphens, underscores and single dots between labels. */
function isHostName(text: string): boolean {
  const isLabel = (label: string): boolean =>
    label !== "" && [...label].every((character) => /^[a-z0-9_-]$/.test(character));
  return text.split(".").every(isLabel);
}

/** The base `example.com` takes in itself and every name below; `.example.com` only what is below; empty, all. */
function isDnsWithin(name: string, base: string, isExclusion: boolean): boolean {
  const [inner, outer] = [name.toLowerCase(), base.toLowerCase()];
  if (outer === "") {
    return true;
  }
  const isWildcard = inner.startsWith("*.");
  const host = isWildcard ? inner.slice(2) : inner;
  const domain = outer.startsWith(".") ? outer.slice(1) : outer;
  if (!isHostName(host) || !isHostName(domain)) {
    return isExclusion;
  }
  if (host.endsWith(`.${domain}`) || (host === domain && (isWildcard || outer === domain))) {
    return true;
  }
  // A leading dot is no RFC form; for an exclusion it takes in the domain itself too. A wildcard stands for names
  // that an exclusion below it means.
  return isExclusion && (host === domain || (isWildcard && domain.endsWith(`.${host}`)));
}

/** The base is an address, a host (`example.com`: only there), or a domain (`.example.com`: hosts below). */
function isEmailWithin(name: string, base: string, isExclusion: boolean): boolean {
  const at = name.lastIndexOf("@");
  const host = name.slice(at + 1).toLowerCase();
  if (base === "") {
    return true;
  }
  if (at < 1 || !isHostName(host)) {
    return isExclusion;
  }
  const baseAt = base.lastIndexOf("@");
  if (baseAt < 0) {
    return isHostWithin(host, base.toLowerCase(), isExclusion);
  }
  const [local, baseLocal] = [name.slice(0, at), base.slice(0, baseAt)];
  // The part before the @ has case; few mail servers care, so an exclusion ignores it.
  const isLocal = isExclusion ? local.toLowerCase() === baseLocal.toLowerCase() : local === baseLocal;
  return isLocal && host === base.slice(baseAt + 1).toLowerCase();
}

/** The base is a host (`example.com`: only that) or a domain (`.example.com`: hosts below). */
function isUriWithin(name: string, base: string, isExclusion: boolean): boolean {
  const host = uriHost(name);
  return host === undefined ? isExclusion : isHostWithin(host, base.toLowerCase(), isExclusion);
}

function isHostWithin(host: string, base: string, isExclusion: boolean): boolean {
  if (base === "") {
    return true;
  }
  const domain = base.startsWith(".") ? base.slice(1) : base;
  if (!isHostName(domain)) {
    return isExclusion;
  }
  return base === domain ? host === domain : host.endsWith(base);
}

/** The host name of a URI (RFC 3986, section 3.2), or undefined if it has none or an IP address. */
function uriHost(uri: string): string | undefined {
  const start = uri.indexOf("://");
  if (start < 1 || uri.includes("\\")) {
    return undefined;
  }
  const rest = uri.slice(start + 3);
  const stop = [...rest].findIndex((character) => "/?#".includes(character));
  const authority = stop < 0 ? rest : rest.slice(0, stop);
  const [host = "", port = ""] = authority
    .slice(authority.lastIndexOf("@") + 1)
    .toLowerCase()
    .split(":");
  const isNumeric = /^[0-9.]+$/.test(host);
  return isHostName(host) && !isNumeric && /^[0-9]{0,5}$/.test(port) ? host : undefined;
}

/** The base is an address and a mask, twice as long as the name. */
function isAddressWithin(name: Uint8Array, base: Uint8Array, isExclusion: boolean): boolean {
  const isFamily = (name.length === 4 || name.length === 16) && (base.length === 8 || base.length === 32);
  if (!isFamily) {
    return isExclusion;
  }
  if (base.length !== name.length * 2) {
    return false;
  }
  return name.every((octet, index) => {
    const mask = base[name.length + index] ?? 0xff;
    return (octet & mask) === ((base[index] ?? 0) & mask);
  });
}
