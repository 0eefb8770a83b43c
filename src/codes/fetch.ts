// SPDX-License-Identifier: Apache-2.0
// Codes of fetching a file over the network, which happens only if a command was told to.

import type { CodeTable } from "./code.ts";

export const fetchCodes = {
  FETCH_OFFLINE: {
    severity: "high",
    exit: 2,
    message: "nobody allowed a network connection",
    hint: "use a flag that names an address, such as --url",
    explain: "aibom opens no connection unless a flag of the command asks for it.",
  },
  FETCH_ADDRESS: {
    severity: "high",
    exit: 2,
    message: "{url} is not an address that is fetched: {reason}",
    hint: "give an https address without user name and password; http is for this machine only (127.0.0.1, localhost)",
    explain:
      "Only https is used, and http only on the machine itself. Addresses with credentials end up in logs and are refused.",
  },
  FETCH_REDIRECT: {
    severity: "high",
    exit: 3,
    message: "{url} points to {to}, on another host",
    hint: "if that is right, give the final address",
    explain: "A redirect is followed on the same host only: nobody else may choose who is asked.",
  },
  FETCH_STATUS: {
    severity: "high",
    exit: 3,
    message: "{url} answered with status {status}",
    hint: "try again later; check the address",
    explain:
      "The server did not send the file. Only a plain answer counts: no part of a file, no compressed form and no chain " +
      "of redirects. A file that is simply not there (404, 403) is not this error.",
  },
  FETCH_TOO_LONG: {
    severity: "high",
    exit: 3,
    message: "{url} is longer than {limit} bytes",
    hint: "the server sends more than was announced; do not use it",
    explain: "Every download has a ceiling, so that a server cannot fill the memory.",
  },
  FETCH_TIMEOUT: {
    severity: "high",
    exit: 3,
    message: "{url} was not complete after {milliseconds} ms",
    hint: "try again; check proxy and firewall",
    explain:
      "A download has a time limit as a whole, so that a server that sends one byte a minute is no trap.",
  },
  FETCH_FAILED: {
    severity: "high",
    exit: 3,
    message: "{url} cannot be fetched: {reason}",
    hint: "check the address, the proxy and the server's certificate",
    explain: "The connection failed, or the server's certificate is not trusted by this system.",
  },
} as const satisfies CodeTable;
