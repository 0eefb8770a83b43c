// SPDX-License-Identifier: Apache-2.0
// How a large file is read while idle cores could help: plainly, or with several reads in flight. Which costs the
// hashing thread less depends on the machine: moving the copy out of the kernel to another core saves a tenth on
// one and costs a quarter on the next, where fetching what another core wrote is dear. So it is tried out, and
// tried again, because half of a file may be in the page cache. It is counted in processor time and in blocks from
// the disk: no clock is read, and nothing but the order of reads depends on it.

const MiB = 1024 * 1024;

/** Bytes that are enough to tell: about 20 ms of hashing each. */
const plainTrialBytes = 32 * MiB;
/** More, because the reads in flight have to fill up first. */
const aheadTrialBytes = 64 * MiB;
/** Bytes after which it is tried again. The dearer way costs a hundredth of it. */
const stretchBytes = 1024 * MiB;
/** Blocks from the disk below which a trial counts as read from memory: what file systems read on the side. */
const maxStrayBlocks = 64;

/** How the next bytes are to be read, and how many of them. */
export interface ReadStretch {
  readonly mode: "plain" | "ahead";
  readonly bytes: number;
}

/** What reading and hashing a stretch took. */
export interface ReadCost {
  /** Microseconds of processor time of the hashing thread. */
  readonly cpuMicroseconds: number;
  /** Blocks that were read from the disk meanwhile. */
  readonly diskBlocks: number;
}

/** Decides for one file, stretch by stretch. Ask `next`, read, tell `took`. */
export class ReadModes {
  readonly #trials: { plain?: ReadTrial; ahead?: ReadTrial } = {};
  #isDecided = false;

  next(): ReadStretch {
    const { plain, ahead } = this.#trials;
    if (plain === undefined) {
      return { mode: "plain", bytes: plainTrialBytes };
    }
    // A disk is kept busy by several reads; what the copy costs does not matter then.
    if (plain.diskBlocks > maxStrayBlocks) {
      this.#isDecided = true;
      return { mode: "ahead", bytes: stretchBytes };
    }
    if (ahead === undefined) {
      return { mode: "ahead", bytes: aheadTrialBytes };
    }
    this.#isDecided = true;
    return { mode: ahead.cpuPerByte < plain.cpuPerByte ? "ahead" : "plain", bytes: stretchBytes };
  }

  /** What the stretch that `next` gave took; `bytes` is less than asked for at the end of the file only. */
  took({ mode }: ReadStretch, bytes: number, { cpuMicroseconds, diskBlocks }: ReadCost): void {
    if (this.#isDecided) {
      this.#isDecided = false;
      delete this.#trials.plain;
      delete this.#trials.ahead;
    } else {
      this.#trials[mode] = { cpuPerByte: cpuMicroseconds / bytes, diskBlocks };
    }
  }
}

interface ReadTrial {
  readonly cpuPerByte: number;
  readonly diskBlocks: number;
}

/** Starts to count; the result tells what was spent since. */
export function startCost(): () => ReadCost {
  const cpu = process.threadCpuUsage();
  const { fsRead } = process.resourceUsage();
  return () => {
    const { user, system } = process.threadCpuUsage(cpu);
    return { cpuMicroseconds: user + system, diskBlocks: process.resourceUsage().fsRead - fsRead };
  };
}
