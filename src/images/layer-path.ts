// SPDX-License-Identifier: Apache-2.0
// Names in a layer as paths below the root of the container.

/** The path without `./`, double and outer slashes; what is wrong with the name if it leads elsewhere. */
export function layerPath(name: string): string | { readonly reason: string } {
  if (name.includes("\0")) {
    return { reason: "a zero byte, at which some unpackers end the name" };
  }
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  // An absolute name is one below the root of the container for every engine.
  return parts.includes("..") ? { reason: "`..`, which leads out of the layer" } : parts.join("/");
}
