// SPDX-License-Identifier: Apache-2.0
// Node's zlib, loaded when something is unpacked or its checksum is computed. Its streams cost two milliseconds, which
// a `verify` of plain files must not pay.

/** The module, as an import would give it. */
export function zlib(): typeof import("node:zlib") {
  return process.getBuiltinModule("node:zlib");
}
