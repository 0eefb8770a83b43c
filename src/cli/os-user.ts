// SPDX-License-Identifier: Apache-2.0
// Whom the operating system names as the user of this process. A claim: whoever runs the machine can be anybody here.

import { hostname, userInfo } from "node:os";

/** The user and the machine. */
export function osUser(): { readonly user: string; readonly host: string } {
  return { user: userName(), host: hostname() };
}

/** A container often has a number and no name for it. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
