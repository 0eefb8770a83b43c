// SPDX-License-Identifier: Apache-2.0
// Codes of a time-stamp authority of one's own, and of the server that it is.

import type { CodeTable } from "./code.ts";

export const tsaCodes = {
  TSA_UNUSABLE: {
    severity: "high",
    exit: 2,
    message: "the time-stamp authority cannot be used: {reason}",
    hint: "give the key and the certificate chain that `aibom tsa init` made, or an ECDSA key whose certificate is for time stamping alone",
    explain:
      "What an authority stamps is refused by verifiers unless its certificate belongs to the key, has the extended key usage " +
      "timeStamping, critical and alone (RFC 3161, section 2.3), is valid now, and leads to the last certificate of the chain. " +
      "All of that is checked before the first stamp, and the validity before each.",
  },
  TSA_CLOCK: {
    severity: "high",
    exit: 3,
    message: "the clock says {now}, and the last time stamp says {last}: it went back",
    hint: "set the clock of the machine; stamps go on as soon as it is past the last one",
    explain:
      "The times of one authority never go back: the journal has the last one. A clock that lost its battery or was set back " +
      "by hand would make stamps that are too early, and those are worth less than none. Clients get the failure " +
      "timeNotAvailable.",
  },
  TSA_JOURNAL: {
    severity: "high",
    exit: 3,
    message: "the journal of the time-stamp authority cannot be used: {reason}",
    hint: "name the journal of this authority with --journal; if it is damaged, keep it and begin a new one",
    explain:
      "The journal has one line for each time stamp: number, serial number, time, digest. The next number and the earliest next " +
      "time come from its last line, so a file that ends in anything else is not written to.",
  },
  SERVER_ADDRESS: {
    severity: "high",
    exit: 2,
    message: "{host}:{port} can be reached by other machines, and nobody allowed that",
    hint: "add --allow-remote if they may ask; the default is 127.0.0.1",
    explain: "The server listens on the machine itself unless a flag says that others may reach it.",
  },
  SERVER_LISTEN: {
    severity: "high",
    exit: 3,
    message: "cannot listen on {host}:{port}: {reason}",
    hint: "choose another port or address with --listen; EADDRINUSE means that a server is running there already",
    explain: "The system refused the address. Nothing was answered.",
  },
} as const satisfies CodeTable;
