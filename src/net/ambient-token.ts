// SPDX-License-Identifier: Apache-2.0
// The identity token that a CI service gives to its own jobs (GitHub Actions, Buildkite), through @sigstore/sign, which
// knows how each is asked. It reads the job's environment itself.

import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { type FetchOptions, requireOnline } from "./fetch-bytes.ts";

/** The audience that Fulcio instances expect. */
const audience = "sigstore";

/**
 * Asks the CI service.
 * @throws {AibomError} FETCH_OFFLINE, IDENTITY_TOKEN_MISSING
 */
export async function requestAmbientToken(options: FetchOptions): Promise<string> {
  requireOnline(options);
  const { CIContextProvider } = await import("@sigstore/sign");
  const timeout = AbortSignal.timeout(options.timeoutMilliseconds ?? limits.maxFetchMilliseconds);
  const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
  const stopped = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => stopped.reject(new Error("stopped")), { once: true });
  let token: unknown;
  try {
    token = await Promise.race([new CIContextProvider(audience).getToken(), stopped.promise]);
  } catch {
    // The cause is dropped: it may quote the request, which has a secret of the job.
    const reason = signal.aborted ? "the CI service did not answer in time" : "no CI service gave one";
    throw AibomError.of("IDENTITY_TOKEN_MISSING", { reason });
  }
  if (typeof token !== "string" || token === "") {
    throw AibomError.of("IDENTITY_TOKEN_MISSING", { reason: "the CI service answered without one" });
  }
  return token;
}
