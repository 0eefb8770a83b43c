// SPDX-License-Identifier: Apache-2.0
// Optional members of an object.

/** A member with a value, or none. */
export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]?: V });
}
