// SPDX-License-Identifier: Apache-2.0
// Codes of copying an image out of a registry, which happens only by `aibom fetch`.

import type { CodeTable } from "./code.ts";

export const registryCodes = {
  REGISTRY_REFERENCE: {
    severity: "high",
    exit: 2,
    message: "{reference} is not the name of an image: {reason}",
    hint: "write HOST/REPOSITORY:TAG or HOST/REPOSITORY@sha256:HEX",
    explain:
      "A name without a host means Docker Hub, as everywhere else. A name with a tag and a digest is fetched by its digest.",
  },
  REGISTRY_NOT_FOUND: {
    severity: "high",
    exit: 3,
    message: "{host} has no {name}",
    hint: "check the name; a private repository may need credentials (docker login, podman login)",
    explain:
      "The registry answered that there is no such manifest or blob. Some say so, too, when you may not see it.",
  },
  REGISTRY_DENIED: {
    severity: "high",
    exit: 3,
    message: "{host} does not let {who} read {repository}",
    hint: "log in with docker login or podman login, or give --authfile",
    explain:
      "The registry refused the request, or gave no token for it. Credentials are taken from the files that Docker and Podman " +
      "write, and sent to the registry that they were written for and to its token service.",
  },
  REGISTRY_ANSWER: {
    severity: "high",
    exit: 3,
    message: "{url} answered with what cannot be used: {reason}",
    hint: "try again later; check that the address is that of a registry",
    explain:
      "An answer is used only if it is what the distribution specification says: right status, right type, right range, and " +
      "within the limits. Everything else ends the copy, and the layout stays as it was.",
  },
  REGISTRY_DIGEST_DIFFERS: {
    severity: "critical",
    exit: 1,
    message: "{host} sent {name} with {got}, asked for was {expected}",
    hint: "do not use it; compare with another source",
    explain:
      "A registry is not trusted: every manifest and blob is hashed while it comes in, and must be what its descriptor says, " +
      "in digest, size and type.",
  },
  REGISTRY_TOO_MANY: {
    severity: "high",
    exit: 3,
    message: "there are more than {limit} {what}",
    hint: "real images stay far below; look at who wrote to the repository",
    explain:
      "Numbers of manifests, layers and signatures are limited, so that a registry cannot keep a copy busy without end. " +
      "Nothing is left out silently: over a limit there is no copy.",
  },
  REGISTRY_TOKEN_HOST: {
    severity: "high",
    exit: 3,
    message: "{host} asks for its credentials to be sent to {realm}",
    hint: "if that is the registry's token service, say so with --token-host",
    explain:
      "Credentials go to the host that they were written for, and to a token service in the same domain. Any other host has to " +
      "be named by you: a registry must not choose who gets your password.",
  },
  REGISTRY_CREDENTIALS: {
    severity: "high",
    exit: 2,
    message: "credentials for {host} cannot be read: {reason}",
    hint: "log in again with docker login or podman login, or use --anonymous",
    explain:
      "A file of credentials or a credential helper is there and cannot be used. Going on without them would only fail later, " +
      "or fetch something else.",
  },
  REGISTRY_PLATFORM: {
    severity: "high",
    exit: 3,
    message: "there is no image for {wanted}, only for {available}",
    hint: "name one of these with --platform, or leave the option out to copy all",
    explain: "Platforms are written as in the index: os/architecture or os/architecture/variant.",
  },
  LAYOUT_NOT_EMPTY: {
    severity: "high",
    exit: 2,
    message: "there are files here, and they are no OCI image layout",
    hint: "name a new directory, or one that an earlier fetch wrote",
    explain: "Nothing is written between other files. A layout may take several images.",
  },
  LAYOUT_NOT_WRITABLE: {
    severity: "high",
    exit: 2,
    message: "cannot be written: {reason}",
    hint: "check the path, its permissions and the space on the disk",
    explain:
      "What was copied so far stays, and the next fetch goes on from there; index.json is written last.",
  },
} as const satisfies CodeTable;
