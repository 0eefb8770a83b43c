// SPDX-License-Identifier: Apache-2.0
// The name of an image, as Docker's reference grammar has it (distribution/reference): [HOST/]REPOSITORY[:TAG][@DIGEST].

import { AibomError } from "../errors.ts";
import { type BlobDigest, isBlobDigest } from "../images/descriptor.ts";

/** An image by its name. */
export interface ImageReference {
  /** Host, with a port if it is not the usual one. */
  readonly host: string;
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…` or `sha512:…`; what counts if there is a tag as well. */
  readonly digest?: BlobDigest;
}

const dockerHub = "docker.io";

/** Characters of a repository with its host; the specification's limit. */
const maxNameLength = 255;

const hostPattern =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9-]{1,63})*|\[[0-9A-Fa-f:]{2,39}\])(?::[0-9]{1,5})?$/;
const componentPattern = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/**
 * Reads the name of an image. Without a host it is one of Docker Hub, without tag and digest it has the tag `latest`.
 * @throws {AibomError} REGISTRY_REFERENCE
 */
export function parseReference(text: string): ImageReference {
  const invalid = (reason: string): AibomError =>
    AibomError.of("REGISTRY_REFERENCE", { reference: text.slice(0, 300), reason });
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isBlobDigest(digest)) {
    throw invalid("what follows @ is not a SHA-256 or SHA-512 digest");
  }
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !tagPattern.test(tag)) {
    throw invalid("its tag has characters that tags do not have");
  }
  const [host, repository] = splitHost(hasTag ? named.slice(0, colon) : named);
  if (!hostPattern.test(host)) {
    throw invalid("its host is not one");
  }
  if (host.length + repository.length > maxNameLength) {
    throw invalid(`it is longer than ${maxNameLength} characters`);
  }
  if (!repository.split("/").every((component) => componentPattern.test(component))) {
    throw invalid("its repository is not lower-case letters and digits, joined by . _ - and /");
  }
  if (digest === undefined) {
    return { host, repository, tag: tag ?? "latest" };
  }
  return { host, repository, digest, ...(tag === undefined ? {} : { tag }) };
}

/** The name as people write it. */
export function referenceText({ host, repository, tag, digest }: ImageReference): string {
  const name = `${host}/${repository}`;
  return `${name}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

function splitHost(name: string): readonly [host: string, repository: string] {
  const slash = name.indexOf("/");
  const first = slash < 0 ? "" : name.slice(0, slash);
  // The first component is a host only if no repository could be called so.
  if (first.includes(".") || first.includes(":") || first === "localhost") {
    const rest = name.slice(slash + 1);
    const isHub = first === dockerHub || first === "index.docker.io";
    return isHub ? [dockerHub, hubRepository(rest)] : [first, rest];
  }
  return [dockerHub, hubRepository(name)];
}

/** Images of Docker Hub without an owner belong to `library`. */
function hubRepository(name: string): string {
  return name.includes("/") ? name : `library/${name}`;
}

/** Where the registry of a host answers: Docker Hub's is called otherwise. */
export function registryAddress(host: string): string {
  const name = host === dockerHub ? "registry-1.docker.io" : host;
  return `${isLoopbackHost(name) ? "http" : "https"}://${name}`;
}

/** Registries on this machine speak http, as for every other tool. */
function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127\.[0-9.]{5,11}|\[::1\])(?::[0-9]+)?$/.test(host);
}
