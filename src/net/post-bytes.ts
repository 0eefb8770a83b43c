// SPDX-License-Identifier: Apache-2.0
// Sends one body over https and reads the answer, bounded in bytes and time. Redirects are not followed: what is
// sent was meant for one server.

import { request } from "undici";
import { AibomError } from "../errors.ts";
import {
  abandon,
  checkedAddress,
  type FetchOptions,
  readBody,
  requireOnline,
  withConnection,
} from "./fetch-bytes.ts";

export interface PostRequest {
  readonly url: string;
  readonly body: Uint8Array;
  /** Media type of the body. */
  readonly contentType: string;
  /** Media type of the answer; another one is refused. */
  readonly accept: string;
  /** Bytes of the answer at most. */
  readonly maxLength: number;
}

/**
 * Posts a body and answers the body of the response.
 * @throws {AibomError} FETCH_OFFLINE, FETCH_ADDRESS, FETCH_STATUS, FETCH_TOO_LONG, FETCH_TIMEOUT, FETCH_FAILED
 */
export function postBytes(options: FetchOptions, post: PostRequest): Promise<Uint8Array> {
  requireOnline(options);
  const address = checkedAddress(post.url);
  return withConnection(options, address.href, async (connection) => {
    const { statusCode, headers, body } = await request(address, {
      ...connection,
      method: "POST",
      headers: {
        "accept-encoding": "identity",
        "user-agent": "aibom",
        accept: post.accept,
        "content-type": post.contentType,
      },
      body: post.body,
    });
    const type = String(headers["content-type"] ?? "")
      .split(";", 1)[0]
      ?.trim();
    const isGood = (statusCode === 200 || statusCode === 201) && headers["content-encoding"] === undefined;
    if (!isGood || type !== post.accept) {
      abandon(body);
      const status = isGood ? `${statusCode} and content-type ${type}` : statusCode;
      throw AibomError.of("FETCH_STATUS", { url: address.href, status });
    }
    return readBody(body, address, post.maxLength, Number(headers["content-length"] ?? 0));
  });
}
