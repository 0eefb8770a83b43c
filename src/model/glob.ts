// SPDX-License-Identifier: Apache-2.0
// The one pattern language of policies and identities: `*` within a name, `**` across directories, `?` one character.
// No classes, braces, negation or escapes: tools disagree on them (GHSA-pmwq-pjrm-6p5r), so the schema
// refuses those characters. Matching follows all alternatives at once (time: pattern times path); a
// backtracking matcher could be made to hang by a file name.

type Token = { readonly kind: "literal"; readonly text: string } | { readonly kind: Wildcard };
type Wildcard = "one" | "star" | "globstar" | "directories";

/** True if the whole of `text` matches. Case matters. */
export type GlobMatcher = (text: string) => boolean;

/** Compiles a pattern. `**` followed by `/` also matches no directory at all: `**` + `/a` matches `a`. */
export function compileGlob(pattern: string): GlobMatcher {
  const tokens = tokenize(pattern);
  const wildcard = tokens.findIndex(({ kind }) => kind !== "literal");
  const literals = wildcard === -1 ? tokens : tokens.slice(0, wildcard);
  const prefix = literals.map((token) => (token.kind === "literal" ? token.text : "")).join("");
  const rest = tokens.slice(literals.length);
  // Most texts are decided by what stands before the first wildcard.
  if (rest.length === 0) {
    return (text) => text === prefix;
  }
  // `org/*`, which most patterns with a wildcard are, needs no steps.
  if (rest.length === 1 && rest[0]?.kind === "star") {
    return (text) => text.startsWith(prefix) && !text.includes("/", prefix.length);
  }
  return (text) => text.startsWith(prefix) && matches(rest, text.slice(prefix.length));
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  let index = 0;
  while (index < pattern.length) {
    const atSegment = index === 0 || pattern[index - 1] === "/";
    if (atSegment && pattern.startsWith("**/", index)) {
      index += 3;
      // Several in a row mean the same as one.
      if (tokens.at(-1)?.kind !== "directories") {
        tokens.push({ kind: "directories" });
      }
    } else if (pattern.startsWith("**", index)) {
      index += 2;
      tokens.push({ kind: "globstar" });
    } else {
      const character = String.fromCodePoint(pattern.codePointAt(index) ?? 0);
      index += character.length;
      tokens.push(tokenOf(character));
    }
  }
  return tokens;
}

function tokenOf(character: string): Token {
  if (character === "*") {
    return { kind: "star" };
  }
  return character === "?" ? { kind: "one" } : { kind: "literal", text: character };
}

const reached = 1;
/** Inside a directory name that `**` + `/` is swallowing: the next token may not start here. */
const swallowing = 2;

/** Runs every alternative in step: `states[i]` is set if the tokens before `i` match what was read. */
function matches(tokens: readonly Token[], text: string): boolean {
  let states = new Uint8Array(tokens.length + 1);
  states[0] = reached;
  passOptional(tokens, states);
  for (const character of text) {
    const next = new Uint8Array(tokens.length + 1);
    for (const [index, token] of tokens.entries()) {
      if (states[index] !== 0) {
        step(token, character, index, next);
      }
    }
    passOptional(tokens, next);
    states = next;
  }
  return states[tokens.length] === reached;
}

function step(token: Token, character: string, index: number, next: Uint8Array): void {
  if (token.kind === "directories") {
    next[index] = character === "/" ? reached : next[index] || swallowing;
  } else if (token.kind === "globstar" || (token.kind === "star" && character !== "/")) {
    next[index] = reached;
  } else if (
    token.kind === "literal" ? character === token.text : token.kind === "one" && character !== "/"
  ) {
    next[index + 1] = reached;
  }
}

/** Tokens that may match nothing hand their state on to the next one. */
function passOptional(tokens: readonly Token[], states: Uint8Array): void {
  for (const [index, token] of tokens.entries()) {
    const isOptional = token.kind !== "literal" && token.kind !== "one";
    if (states[index] === reached && isOptional) {
      states[index + 1] = reached;
    }
  }
}
