// SPDX-License-Identifier: Apache-2.0
// A key that cannot leave its token: SoftHSM2 behind PKCS #11, used through the programs that people use.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { missingPrograms } from "./tools.ts";

const modules = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib64/pkcs11/libsofthsm2.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
] as const;

const module = modules.find((path) => existsSync(path));

function engineIsMissing(): string | false {
  const { stdout } = spawnSync("openssl", ["engine", "-t", "pkcs11"], { encoding: "utf8" });
  return stdout?.includes("[ available ]")
    ? false
    : "openssl has no pkcs11 engine (libengine-pkcs11-openssl)";
}

/** Why there is no token here, in one line; false if there can be. */
export const softHsmIsMissing =
  missingPrograms("softhsm2-util", "pkcs11-tool", "openssl") ||
  (module === undefined && "libsofthsm2.so is not where it usually is") ||
  engineIsMissing();

const pin = "1234";
const label = "release";

/** A key on a token. */
export interface TokenKey {
  /** Path of the public key in PEM. */
  readonly publicKey: string;
  /** What the programs below need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Signs the message on standard input: openssl through its PKCS #11 engine; answers DER. */
  readonly messageCommand: string;
  /** Signs the digest on standard input: pkcs11-tool; answers r || s. */
  readonly digestCommand: string;
  /** How model_signing names the key. */
  readonly uri: string;
}

const hashes = { prime256v1: "sha256", secp384r1: "sha384", secp521r1: "sha512" } as const;

/** Makes a token in the directory, with a key of this curve. */
export function makeTokenKey(directory: string, curve: keyof typeof hashes = "prime256v1"): TokenKey {
  const config = join(directory, "softhsm2.conf");
  const tokens = join(directory, "tokens");
  mkdirSync(tokens);
  writeFileSync(config, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const env = { SOFTHSM2_CONF: config };
  const run = (program: string, ...args: readonly string[]) =>
    execFileSync(program, [...args], { env: { ...process.env, ...env }, stdio: "pipe", timeout: 30_000 });
  run("softhsm2-util", "--init-token", "--free", "--label", "aibom", "--pin", pin, "--so-pin", pin);
  const tool = ["--module", module ?? "", "--token-label", "aibom", "--login", "--pin", pin];
  run("pkcs11-tool", ...tool, "--keypairgen", "--key-type", `EC:${curve}`, "--label", label, "--id", "01");
  const publicKey = join(directory, "token.pub");
  const object = `pkcs11:token=aibom;object=${label};type=private;pin-value=${pin}`;
  run(
    "openssl",
    "pkey",
    "-engine",
    "pkcs11",
    "-inform",
    "engine",
    "-in",
    object,
    "-pubout",
    "-out",
    publicKey,
  );
  return {
    publicKey,
    env,
    messageCommand: `openssl dgst -engine pkcs11 -keyform engine -${hashes[curve]} -sign '${object}'`,
    digestCommand: ["pkcs11-tool", ...tool, "--sign", "--mechanism", "ECDSA", "--label", label].join(" "),
    uri: `pkcs11:token=aibom;object=${label};id=%01?module-path=${module}&pin-value=${pin}`,
  };
}
