// SPDX-License-Identifier: Apache-2.0
// Web addresses at which a licence's text is published under its SPDX id. Dataset descriptions state a licence by
// such an address (Croissant asks for one). Only addresses that name the id in themselves; nothing is fetched.

const patterns: readonly (readonly [RegExp, (match: readonly string[]) => string])[] = [
  [/^spdx\.org\/licenses\/([\w.+-]{1,100}?)(?:\.html|\.json|\.txt)?$/, ([id = ""]) => id],
  [/^choosealicense\.com\/licenses\/([\w.-]{1,100})$/, ([id = ""]) => id],
  [/^opensource\.org\/licenses?\/([\w.-]{1,100})$/, ([id = ""]) => id],
  [/^apache\.org\/licenses\/LICENSE-2\.0(?:\.txt|\.html)?$/, () => "Apache-2.0"],
  [/^creativecommons\.org\/publicdomain\/zero\/1\.0(?:\/.{0,20})?$/, () => "CC0-1.0"],
  [
    /^creativecommons\.org\/licenses\/([a-z-]{2,8})\/([0-9]\.[0-9])(?:\/(?:([a-z]{2,3})(?:\/.{0,20})?|legalcode.{0,10}|deed.{0,10}))?$/,
    ([terms = "", version = "", place]) =>
      ["CC", terms.toUpperCase(), version, ...(place === undefined ? [] : [place.toUpperCase()])].join("-"),
  ],
];

/** The id in the address of a licence; undefined if it is none of the known ones. May be no id of the list. */
export function licenseIdOfAddress(text: string): string | undefined {
  const [, rest] = /^https?:\/\/(?:www\.)?([^?#\s]{1,300}?)\/?$/.exec(text.trim()) ?? [];
  if (rest === undefined) {
    return undefined;
  }
  for (const [pattern, idOf] of patterns) {
    const match = pattern.exec(rest);
    if (match !== null) {
      return idOf(match.slice(1));
    }
  }
  return undefined;
}
