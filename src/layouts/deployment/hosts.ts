// SPDX-License-Identifier: Apache-2.0
// Hosts that a text names. Names and passwords in addresses are dropped here.

const maxHostsPerText = 64;
const maxAuthorityCharacters = 512;
const hostText = /^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9])?$/;

/** Hosts of the addresses in a text, and the text itself if it is nothing but a host with port and path. */
export function hostsIn(text: string): readonly string[] {
  const hosts = new Set<string>();
  for (
    let at = text.indexOf("://");
    at !== -1 && hosts.size < maxHostsPerText;
    at = text.indexOf("://", at + 3)
  ) {
    const [authority = ""] =
      /^[^\s/?#"'`,;<>(){}[\]|\\]*/.exec(text.slice(at + 3, at + 3 + maxAuthorityCharacters)) ?? [];
    addHost(hosts, authority);
  }
  if (hosts.size === 0 && text.length <= maxAuthorityCharacters && /^[^\s/]+\.[^\s]*$/.test(text)) {
    addHost(hosts, text.split("/", 1)[0] ?? "");
  }
  return [...hosts];
}

function addHost(hosts: Set<string>, authority: string): void {
  const host = authority
    .slice(authority.lastIndexOf("@") + 1)
    .replace(/:\d{0,5}$/, "")
    .replace(/\.$/, "")
    .toLowerCase();
  if (hostText.test(host) && host.includes(".")) {
    hosts.add(host);
  }
}

const localSuffixes = [
  ".local",
  ".internal",
  ".localhost",
  ".svc",
  ".lan",
  ".home.arpa",
  ".localdomain",
  ".example",
];
const localAddress = /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0$)/;

/** True for names that only a machine, a cluster or a site knows, and for private addresses (RFC 1918). */
export function isLocalHost(host: string): boolean {
  return (
    !host.includes(".") || localAddress.test(host) || localSuffixes.some((suffix) => host.endsWith(suffix))
  );
}

/** `*` in a pattern stands for one label or a part of it; a pattern without one also stands for nothing below it. */
export function matchesHost(pattern: string, host: string): boolean {
  const labels = pattern.split(".");
  const own = host.split(".");
  return (
    labels.length === own.length && labels.every((label, index) => matchesLabel(label, own[index] ?? ""))
  );
}

function matchesLabel(pattern: string, label: string): boolean {
  const star = pattern.indexOf("*");
  if (star === -1) {
    return pattern === label;
  }
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return label.length >= before.length + after.length && label.startsWith(before) && label.endsWith(after);
}
