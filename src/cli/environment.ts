// SPDX-License-Identifier: Apache-2.0
// The environment variables that aibom reads, all of them. No secret is taken from here but the identity token of a CI
// job (SIGSTORE_ID_TOKEN).

/** The variables by name; an absent one is undefined. */
export interface Environment {
  /** https://no-color.org: any non-empty value turns colour off. */
  readonly noColor: string | undefined;
  /** `0` or `false` turns colour off, any other non-empty value turns it on without a terminal. */
  readonly forceColor: string | undefined;
  readonly term: string | undefined;
  /** Set by every CI service: no progress bar. */
  readonly ci: string | undefined;
  /** https://reproducible-builds.org/specs/source-date-epoch/ */
  readonly sourceDateEpoch: string | undefined;
  /** Proxy for https addresses; used only by commands that were told to go online. */
  readonly httpsProxy: string | undefined;
  /** Hosts that are reached without the proxy. */
  readonly noProxy: string | undefined;
  /** Everything, for a program that the user names (`--signer-command`). aibom itself reads nothing of it. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Reads the environment once. */
export function readEnvironment(): Environment {
  // biome-ignore lint/style/noProcessEnv: the one place that reads the environment
  const variables = process.env;
  return {
    noColor: variables["NO_COLOR"],
    forceColor: variables["FORCE_COLOR"],
    term: variables["TERM"],
    ci: variables["CI"],
    sourceDateEpoch: variables["SOURCE_DATE_EPOCH"],
    httpsProxy: variables["HTTPS_PROXY"] ?? variables["https_proxy"],
    noProxy: variables["NO_PROXY"] ?? variables["no_proxy"],
    variables,
  };
}
