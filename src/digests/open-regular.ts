// SPDX-License-Identifier: Apache-2.0
// Opens a file that may be exchanged under our feet. The last path element is never followed if it became a
// link, a FIFO never blocks, and what was opened must have the size that was planned for.

import { type BigIntStats, closeSync, constants, fstatSync, openSync } from "node:fs";
import { FileFault } from "./fault.ts";

const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
const exact = { bigint: true } as const;
const fileTypeMask = 0o170_000n;
const regularFile = 0o100_000n;

/** An open descriptor and what it showed at once. */
export interface OpenRegular {
  readonly descriptor: number;
  readonly stat: BigIntStats;
}

/**
 * Opens a regular file of `size` bytes. Throws what `faultOf` understands.
 */
export function openRegular(absolutePath: string, size: number): OpenRegular {
  const descriptor = openSync(absolutePath, openFlags);
  try {
    const stat = fstatSync(descriptor, exact);
    if ((stat.mode & fileTypeMask) !== regularFile) {
      throw new FileFault("not-regular", kindOf(stat));
    }
    if (stat.size !== BigInt(size)) {
      throw new FileFault("changed");
    }
    return { descriptor, stat };
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

/** Refuses a file that is not in the state in which it was opened. */
export function assertUnchanged({ descriptor, stat }: OpenRegular): void {
  const now = fstatSync(descriptor, exact);
  const isSame =
    now.size === stat.size &&
    now.mtimeNs === stat.mtimeNs &&
    now.ctimeNs === stat.ctimeNs &&
    now.ino === stat.ino &&
    now.dev === stat.dev;
  if (!isSame) {
    throw new FileFault("changed");
  }
}

function kindOf(stat: BigIntStats): string {
  if (stat.isDirectory()) {
    return "directory";
  }
  if (stat.isFIFO()) {
    return "FIFO";
  }
  return stat.isSocket() ? "socket" : "device";
}
