// SPDX-License-Identifier: Apache-2.0
// Signs through a program of the user's: a smart card, an HSM, a key management service. The program gets what
// is to be signed on standard input and answers the signature on standard output (docs/signing.md). It is
// started without a shell, and what it answers is verified with the public key before anything is written.

import { createHash, verify } from "node:crypto";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { ProgramFailure, runProgram } from "../programs/run-program.ts";
import { keyAlgorithms, type SignatureKey } from "../trust/public-key.ts";
import { checkEcdsaDer, derFromP1363 } from "../verifiers/ecdsa-encoding.ts";
import { verifyEcdsaDigest } from "../verifiers/sigstore/ecdsa-prehash.ts";
import { splitWords } from "./command-words.ts";
import type { Signer, SignerInput } from "./signer.ts";

export interface ExternalSignerOptions {
  /** Program and arguments, as typed. */
  readonly command: string;
  /** The key that the program signs with. */
  readonly publicKey: SignatureKey;
  readonly input: SignerInput;
  /** Environment of the program. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/**
 * A signer that asks a program.
 * @throws {AibomError} SIGNER_COMMAND_INVALID; when signing SIGNER_COMMAND_FAILED, SIGNER_COMMAND_WRONG
 */
export function externalSigner(options: ExternalSignerOptions): Signer {
  const { publicKey, input } = options;
  const { hash } = keyAlgorithms[publicKey.algorithm];
  if (input === "digest" && hash === undefined) {
    const reason = `${publicKey.algorithm} signs messages, not digests`;
    throw AibomError.of("SIGNER_COMMAND_INVALID", { reason });
  }
  const words = splitWords(options.command);
  return {
    algorithm: publicKey.algorithm,
    keyId: publicKey.keyId,
    publicKeyPem: publicKey.pem,
    async sign(data) {
      const bytes = input === "digest" && hash !== undefined ? createHash(hash).update(data).digest() : data;
      const answer = await runSigner(words, [bytes], options);
      const signature = parseAnswer(answer, publicKey);
      if (!verify(hash ?? null, data, publicKey.key, signature)) {
        throw AibomError.of("SIGNER_COMMAND_WRONG", { program: words[0], keyId: publicKey.keyId });
      }
      return signature;
    },
    async signMessage(message) {
      const bytes = input === "digest" ? [message.digest] : message.chunks();
      const signature = parseAnswer(await runSigner(words, bytes, options), publicKey);
      if (!verifyEcdsaDigest(message.digest, publicKey.key, signature)) {
        throw AibomError.of("SIGNER_COMMAND_WRONG", { program: words[0], keyId: publicKey.keyId });
      }
      return signature;
    },
  };
}

async function runSigner(
  [program, ...args]: readonly [string, ...string[]],
  input: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: ExternalSignerOptions,
): Promise<Buffer> {
  const { publicKey, environment, signal } = options;
  const failed = (reason: string): AibomError => AibomError.of("SIGNER_COMMAND_FAILED", { program, reason });
  const run = runProgram({
    program,
    args,
    input,
    errors: "inherit",
    environment: {
      ...environment,
      AIBOM_SIGNER_PROTOCOL: "1",
      AIBOM_SIGNER_ALGORITHM: publicKey.algorithm,
      AIBOM_SIGNER_INPUT: options.input,
      AIBOM_SIGNER_KEY_ID: publicKey.keyId,
    },
    maxOutputBytes: limits.maxSignerAnswerBytes,
    maxMilliseconds: limits.maxSignerCommandMs,
    ...(signal === undefined ? {} : { signal }),
  });
  const { exitCode, killedBy, output } = await run.catch((cause: unknown) => {
    throw cause instanceof ProgramFailure ? failed(cause.message) : cause;
  });
  if (exitCode !== 0) {
    throw failed(killedBy === null ? `it ended with exit code ${exitCode}` : `it was ended by ${killedBy}`);
  }
  return output;
}

/** The signature itself, or its base64 text; ECDSA as DER or as r || s. */
function parseAnswer(answer: Buffer, publicKey: SignatureKey): Uint8Array {
  for (const bytes of [answer, decodeText(answer)]) {
    const signature = bytes === undefined ? undefined : asSignature(bytes, publicKey);
    if (signature !== undefined) {
      return signature;
    }
  }
  const reason = `${answer.length} bytes are no ${publicKey.algorithm} signature`;
  throw AibomError.of("SIGNER_COMMAND_FAILED", { program: "its answer", reason });
}

function decodeText(answer: Buffer): Uint8Array | undefined {
  const text = answer.toString("latin1").replace(/\s+/g, "");
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : undefined;
}

const plainLengths = { ed25519: 64, "ml-dsa-65": 3309 } as const;

function asSignature(bytes: Uint8Array, { algorithm }: SignatureKey): Uint8Array | undefined {
  if (algorithm === "ed25519" || algorithm === "ml-dsa-65") {
    return bytes.length === plainLengths[algorithm] ? bytes : undefined;
  }
  if (bytes.length === 2 * keyAlgorithms[algorithm].integerBytes) {
    return derFromP1363(bytes);
  }
  try {
    checkEcdsaDer(bytes);
    return bytes;
  } catch {
    return undefined;
  }
}
