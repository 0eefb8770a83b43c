// SPDX-License-Identifier: Apache-2.0
// Tables that only some runs need are made when they are first asked for: a start that loads their module pays for
// none of them.

/** Makes the value at the first call. */
export function lazy<T extends object>(make: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= make();
    return value;
  };
}
