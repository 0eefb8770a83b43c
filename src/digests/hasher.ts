// SPDX-License-Identifier: Apache-2.0
// The seam for hash functions: an engine that is faster than OpenSSL (three interleaved SHA-256 streams per
// core) would implement `Hasher` and be returned by `createHasher`; nothing else would change.
// BLAKE3 is absent from node:crypto and comes from WebAssembly, loaded only when it is asked for.

import { createHash, type Hash, hash } from "node:crypto";
import type { HashAlgorithm } from "./weak-algorithm.ts";

/** One hash function over one stream at a time. `digest` ends the stream and starts the next. */
export interface Hasher {
  readonly algorithm: HashAlgorithm;
  /** Called before the first `update` of a stream whose length is known, by functions that hash the length too. */
  begin?(size: number): void;
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
  /** Writes the digest of `bytes` alone to `target`; must not be called inside a stream. */
  writeDigestOf(bytes: Uint8Array, target: Buffer, offset: number): void;
}

const opensslNames = {
  sha256: "sha256",
  sha384: "sha384",
  sha512: "sha512",
  "blake2b-512": "blake2b512",
  md5: "md5",
  sha1: "sha1",
} as const satisfies Partial<Record<HashAlgorithm, string>>;

/** A hasher for `algorithm`. Loading is asynchronous; hashing is not. */
export function createHasher(algorithm: HashAlgorithm): Promise<Hasher> {
  if (algorithm === "blake3") {
    return blake3Hasher();
  }
  return Promise.resolve(algorithm === "git-sha1" ? gitHasher() : opensslHasher(algorithm));
}

/** The name of a blob object (git-hash-object): its length goes before its bytes. */
function gitHasher(): Hasher {
  const start = (size: number): Hash => createHash("sha1").update(`blob ${size}\0`);
  let stream: Hash | undefined;
  const digest = (): Buffer => {
    const value = (stream ?? start(0)).digest();
    stream = undefined;
    return value;
  };
  return {
    algorithm: "git-sha1",
    begin(size) {
      stream = start(size);
    },
    update(bytes) {
      if (stream === undefined) {
        throw new Error("git's digest needs the length first");
      }
      stream.update(bytes);
    },
    digest,
    writeDigestOf(bytes, target, offset) {
      stream = start(bytes.length).update(bytes);
      target.set(digest(), offset);
    },
  };
}

function opensslHasher(algorithm: keyof typeof opensslNames): Hasher {
  const name = opensslNames[algorithm];
  let stream: Hash | undefined;
  return {
    algorithm,
    update(bytes) {
      stream ??= createHash(name);
      stream.update(bytes);
    },
    digest() {
      const value = (stream ?? createHash(name)).digest();
      stream = undefined;
      return value;
    },
    // One call into OpenSSL instead of three: a third of the cost of a 4 kB file. As text, because a buffer for
    // each digest costs more than parsing it.
    writeDigestOf: (bytes, target, offset) => void target.write(hash(name, bytes, "hex"), offset, "hex"),
  };
}

async function blake3Hasher(): Promise<Hasher> {
  const { createBLAKE3 } = await import("hash-wasm");
  const state = await createBLAKE3();
  state.init();
  const digest = (): Uint8Array => {
    const value = state.digest("binary");
    state.init();
    return value;
  };
  return {
    algorithm: "blake3",
    update: (bytes) => void state.update(bytes),
    digest,
    writeDigestOf(bytes, target, offset) {
      state.update(bytes);
      target.set(digest(), offset);
    },
  };
}
