// SPDX-License-Identifier: Apache-2.0
// What a registry asks for: the header WWW-Authenticate (RFC 9110 §11.6.1) with the schemes Basic and Bearer
// (distribution: docs/spec/auth/token.md). Read by hand, in one pass: the text comes from a server.

/** What has to be shown to be let in. */
export type Challenge =
  | { readonly scheme: "basic" }
  | { readonly scheme: "bearer"; readonly realm: string; readonly service?: string; readonly scope?: string };

/** Characters. Real headers have below 500. */
const maxHeaderLength = 4096;

/** The first challenge that can be answered; a token goes before a password. Undefined if there is none. */
export function parseChallenges(headers: readonly string[]): Challenge | undefined {
  const challenges = headers.map(parseChallenge).filter((each) => each !== undefined);
  return challenges.find(({ scheme }) => scheme === "bearer") ?? challenges[0];
}

function parseChallenge(header: string): Challenge | undefined {
  if (header.length > maxHeaderLength) {
    return undefined;
  }
  const space = header.indexOf(" ");
  const scheme = (space < 0 ? header : header.slice(0, space)).toLowerCase();
  if (scheme === "basic") {
    return { scheme };
  }
  if (scheme !== "bearer" || space < 0) {
    return undefined;
  }
  const parameters = parseParameters(header.slice(space + 1));
  const realm = parameters?.get("realm");
  if (parameters === undefined || realm === undefined) {
    return undefined;
  }
  const service = parameters.get("service");
  const scope = parameters.get("scope");
  return {
    scheme,
    realm,
    ...(service === undefined ? {} : { service }),
    ...(scope === undefined ? {} : { scope }),
  };
}

/** `name="value", …`; undefined if the text is anything else. */
function parseParameters(text: string): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>();
  const parameter = /\s*([A-Za-z_]{1,64})=(?:"((?:[^"\\]|\\.)*)"|([^\s",]*))\s*(,|$)/y;
  while (parameter.lastIndex < text.length) {
    const [, name, quoted, plain] = parameter.exec(text) ?? [];
    if (name === undefined || parameters.has(name.toLowerCase())) {
      return undefined;
    }
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "");
  }
  return parameters;
}
