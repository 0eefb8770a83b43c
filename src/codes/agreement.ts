// SPDX-License-Identifier: Apache-2.0
// One thing is not many: the table's messages have their nouns in the plural, and this is the one place where `1 bytes`
// becomes `1 byte`, and the verb that goes with it.

const nouns =
  /^ (attestation|byte|certificate|character|column|constant|day|dimension|element|field|file|key|level|member|node|parameter|path|resource|row|second|shard|signature|signer|step|storage|subject|target|tensor|time|value|waiver)s\b/;
const others: readonly (readonly [RegExp, string])[] = [
  [/^ entries\b/, " entry"],
  [/^ directories\b/, " directory"],
];
const verbs: ReadonlyMap<string, string> = new Map([
  ["are", "is"],
  ["were", "was"],
  ["have", "has"],
  ["need", "needs"],
  ["belong", "belongs"],
]);
/** The verb of the noun in front, before anything else begins. */
const verb = /^([^,;:()]*?) (are|were|have|need|belong)\b/;

/** The words behind a count of one; undefined if they are no noun in the plural. */
export function behindOne(words: string): string | undefined {
  const irregular = others.find(([plural]) => plural.test(words));
  const singular =
    irregular === undefined ? words.replace(nouns, " $1") : words.replace(irregular[0], irregular[1]);
  return singular === words ? undefined : singularVerb(singular);
}

/** The words with the verb of one thing in them. */
export function singularVerb(words: string): string {
  return words.replace(verb, (_, before: string, found: string) => `${before} ${verbs.get(found) ?? found}`);
}
