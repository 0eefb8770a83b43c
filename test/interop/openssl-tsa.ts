// SPDX-License-Identifier: Apache-2.0
// `openssl ts` as a time-stamping authority, on loopback and by hand: tokens that another implementation made.

import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { authorityExtensions, makeCertificate, signerExtensions } from "./openssl-ca.ts";

const run = promisify(execFile);

/** No request is longer. */
const maxQueryBytes = 64 * 1024;

export interface OpensslTsa {
  readonly url: string;
  /** The authority's certificate first, its root last. */
  readonly chain: string;
  /** Answers a time-stamp request. */
  reply(query: Uint8Array): Promise<Uint8Array>;
  stop(): Promise<void>;
}

export interface OpensslTsaOptions {
  /** Arguments of `openssl genpkey` for the signer's key; P-256 if absent. */
  readonly keyType?: readonly string[];
  /** Lines of the authority's section of openssl's configuration, which win over the ones here. */
  readonly settings?: readonly string[];
}

/** Starts an authority that keeps its files in the directory. */
export async function startOpensslTsa(
  directory: string,
  { keyType, settings = [] }: OpensslTsaOptions = {},
): Promise<OpensslTsa> {
  const root = makeCertificate({
    directory,
    name: "tsa-root",
    subject: "/O=aibom interop/CN=openssl time stamps root",
    extensions: authorityExtensions(0),
  });
  const signer = makeCertificate({
    directory,
    name: "tsa",
    subject: "/O=aibom interop/CN=openssl time stamps",
    extensions: signerExtensions("critical,timeStamping"),
    issuer: root,
    ...(keyType === undefined ? {} : { keyType }),
  });
  const config = join(directory, "tsa.cnf");
  writeFileSync(
    config,
    [
      ...["[tsa]", "default_tsa=interop", "[interop]", `serial=${join(directory, "tsa.serial")}`],
      ...[`signer_cert=${signer.certificate}`, `certs=${root.certificate}`, `signer_key=${signer.key}`],
      ...["signer_digest=sha256", "default_policy=1.2.3.4.1", "digests=sha256,sha384,sha512"],
      ...[
        "accuracy=secs:1",
        "ordering=yes",
        "tsa_name=yes",
        "ess_cert_id_chain=yes",
        "ess_cert_id_alg=sha256",
        ...settings,
      ],
    ].join("\n"),
  );
  let count = 0;
  const reply = async (query: Uint8Array): Promise<Uint8Array> => {
    count += 1;
    const [queryFile, replyFile] = [join(directory, `${count}.tsq`), join(directory, `${count}.tsr`)];
    writeFileSync(queryFile, query);
    const args = ["ts", "-reply", "-config", config, "-queryfile", queryFile, "-out", replyFile];
    await run("openssl", args, { timeout: 30_000 });
    return readFileSync(replyFile);
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > maxQueryBytes) {
        request.destroy();
      }
    });
    request.on("end", () => {
      reply(Buffer.concat(chunks)).then(
        (bytes) => response.writeHead(200, { "content-type": "application/timestamp-reply" }).end(bytes),
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  server.unref();
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    chain: signer.chain,
    reply,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
