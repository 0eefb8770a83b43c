// SPDX-License-Identifier: Apache-2.0
// Asks one of Docker's credential helpers (docker/docker-credential-helpers): `docker-credential-NAME get`, the host on
// standard input, JSON on standard output. Started without a shell; only `aibom fetch` does.

import { isJsonObject, parseJson } from "../bytes/json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { RegistryCredentials } from "../net/registry/token.ts";
import { ProgramFailure, runProgram } from "../programs/run-program.ts";

export interface HelperOptions {
  /** Environment of the program. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** What helpers say where they keep nothing for a host. */
const absent = "credentials not found";

/**
 * What a helper knows about a server; undefined if nothing.
 * @throws {AibomError} REGISTRY_CREDENTIALS
 */
export async function askHelper(
  name: string,
  server: string,
  options: HelperOptions,
): Promise<RegistryCredentials | undefined> {
  const failed = (reason: string): AibomError =>
    AibomError.of("REGISTRY_CREDENTIALS", { host: server, reason: `the helper ${name} ${reason}` });
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw failed("has no usable name");
  }
  const run = runProgram({
    program: `docker-credential-${name}`,
    args: ["get"],
    input: [Buffer.from(server)],
    errors: "ignore",
    environment: options.environment,
    maxOutputBytes: limits.maxHelperAnswerBytes,
    maxMilliseconds: limits.maxHelperMilliseconds,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const { exitCode, output } = await run.catch((cause: unknown) => {
    throw cause instanceof ProgramFailure ? failed(`failed: ${cause.message}`) : cause;
  });
  if (exitCode !== 0) {
    if (output.toString("utf8").includes(absent)) {
      return undefined;
    }
    // What it wrote is dropped: it may be a secret.
    throw failed(`ended with exit code ${exitCode}`);
  }
  return readAnswer(output, failed);
}

function readAnswer(output: Buffer, failed: (reason: string) => AibomError): RegistryCredentials {
  let value: unknown;
  try {
    const path = "(answer of the helper)";
    value = parseJson(output, { path, maxBytes: limits.maxHelperAnswerBytes, maxDepth: 4 });
  } catch {
    throw failed("did not answer JSON");
  }
  const answer = isJsonObject(value as never) ? (value as Record<string, unknown>) : {};
  const { Username: username, Secret: secret } = answer;
  if (typeof username !== "string" || typeof secret !== "string") {
    throw failed("answered without a user name and a secret");
  }
  // Docker's mark for a refresh token.
  return username === "<token>"
    ? { kind: "identity-token", token: secret }
    : { kind: "password", username, password: secret };
}
