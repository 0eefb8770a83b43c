// SPDX-License-Identifier: Apache-2.0
// `aibom fetch`: copies an image with its signatures out of a registry. Running it is asking for the network; what it
// writes is read offline by every other command.

import { type Command, Option } from "commander";
import { escapeText } from "../../codes/escape.ts";
import type { FetchedImage } from "../../fetch-image.ts";
import { helpText } from "../help-text.ts";
import { collect } from "../option-values.ts";
import {
  type CommandExit,
  note,
  onlineOptions,
  type Register,
  refuseIfStopped,
  type Session,
  withProgress,
} from "../session.ts";

interface FetchFlags {
  readonly output: string;
  readonly platform: readonly string[];
  readonly anonymous?: boolean;
  readonly authfile?: string;
  readonly mirror: readonly string[];
  readonly tokenHost: readonly string[];
  readonly ca?: string;
}

const examples = [
  "aibom fetch ghcr.io/acme/llm-server:1.4 -o layout",
  "aibom fetch registry.example.com/acme/llm@sha256:HEX -o layout --ca site-ca.pem",
  "aibom fetch docker.io/library/python:3.13 -o layout --platform linux/amd64 --mirror docker.io=mirror.example.com/hub",
];

/** Defines `aibom fetch REFERENCE`. */
export function defineFetch(command: Command, register: Register): void {
  command
    .description(
      "Copies an image, its signatures and its attestations out of a registry into an OCI image layout. The name is " +
        "resolved once; everything else is fetched by digest and hashed. This command goes online; inventory and verify " +
        "then read the layout offline. A copy that was interrupted goes on where it stopped.",
    )
    .argument("<reference>", "HOST/REPOSITORY:TAG or HOST/REPOSITORY@sha256:HEX")
    .requiredOption("-o, --output <dir>", "the layout; new, empty, or one of an earlier fetch")
    .addOption(
      new Option("--platform <os/arch>", "copy this platform only; may be repeated")
        .argParser(collect)
        .default([], "all"),
    )
    .addOption(
      new Option(
        "--authfile <file>",
        "credentials; default: the files of podman login and docker login",
      ).conflicts("anonymous"),
    )
    .option("--anonymous", "use no credentials")
    .addOption(
      new Option("--mirror <registry=host/prefix>", "ask this mirror of a registry first; may be repeated")
        .argParser(collect)
        .default([], "none"),
    )
    .addOption(
      new Option(
        "--token-host <host>",
        "a token service in another domain that may get credentials; may be repeated",
      )
        .argParser(collect)
        .default([], "none"),
    )
    .option("--ca <file>", "PEM certificates of a private authority, accepted besides those of the system")
    .addHelpText(
      "after",
      helpText(examples, [
        [0, "everything was copied, and every digest is right"],
        [1, "the registry sent bytes that are not what was asked for"],
        [2, "usage: bad name, credentials that cannot be read, an output that is no layout"],
        [3, "the registry cannot be reached, refuses, or has no such image"],
      ]),
    )
    .action((reference: string, flags: FetchFlags) =>
      register((session) => fetchInto(session, reference, flags)),
    );
}

async function fetchInto(session: Session, reference: string, flags: FetchFlags): Promise<CommandExit> {
  const { fetchImage } = await import("../../fetch-image.ts");
  const { credentialFiles } = await import("../../registry/credential-files.ts");
  const { parseMirror } = await import("../../registry/mirrors.ts");
  const { variables } = session.environment;
  const authorities = flags.ca === undefined ? undefined : await readAuthorities(flags.ca);
  const ownFile = flags.authfile === undefined ? undefined : [flags.authfile];
  const copied = await withProgress(session, (progress) =>
    fetchImage(reference, {
      network: onlineOptions(session),
      output: flags.output,
      platforms: flags.platform,
      credentialFiles: flags.anonymous === true ? [] : (ownFile ?? credentialFiles(variables)),
      helperEnvironment: variables,
      mirrors: flags.mirror.map(parseMirror),
      tokenHosts: flags.tokenHost,
      ...(authorities === undefined ? {} : { authorities }),
      onProgress: (done) => progress.update(done),
    }),
  );
  refuseIfStopped(session);
  const lines = await describe(copied, flags);
  await session.stdout.write(lines.map((line) => `${line}\n`).join(""));
  await note(session, `next: aibom verify ${escapeText(flags.output)} --policy policy.yaml`);
  return 0;
}

async function readAuthorities(path: string): Promise<string> {
  const { limits } = await import("../../limits.ts");
  const { readBounded } = await import("../../sources/read-bounded.ts");
  return Buffer.from(readBounded(path, limits.maxTrustFileBytes)).toString("latin1");
}

async function describe(copied: FetchedImage, flags: FetchFlags): Promise<string[]> {
  const { referenceText } = await import("../../registry/reference.ts");
  const { formatBytes } = await import("../progress.ts");
  const { reference, digest, kind, platforms, referrers, blobs, blobsPresent, bytes, host } = copied;
  const { digest: _, ...named } = reference;
  const from = host === reference.host ? "" : `, from ${escapeText(host)}`;
  const present = blobsPresent === 0 ? "" : `, ${blobsPresent} were there already`;
  return [
    `${escapeText(referenceText(named))} is ${digest}${from}`,
    ...(kind === "index" ? [`  platforms  ${platforms.map(escapeText).join(", ")}`] : []),
    `  copied     ${counted(blobs, "blob")}, ${formatBytes(bytes)}${present}`,
    `  about it   ${counted(referrers, "signature or attestation", "signatures or attestations")}`,
    `wrote ${escapeText(flags.output)}`,
  ];
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count === 0 ? "no" : count} ${count === 1 ? one : many}`;
}
