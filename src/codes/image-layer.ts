// SPDX-License-Identifier: Apache-2.0
// Codes of the area "image layer": what is in the layers and the configuration of a container image.

import type { CodeTable } from "./code.ts";

export const imageLayerCodes = {
  IMAGE_LAYER_BROKEN: {
    severity: "high",
    exit: 3,
    message: "the layer cannot be read to its end: {reason}",
    hint: "fetch the image again; if it stays, ask who built it",
    explain:
      "The compressed stream or the tar in it breaks off or breaks the rules of its format. What came before counts; what would " +
      "have come after was not looked at.",
  },
  IMAGE_LAYER_UNREAD: {
    severity: "medium",
    exit: 3,
    message: "{reason}, so what is in the layer was not looked at",
    hint: "its bytes were hashed and compared all the same; look into it with the tool that made it",
    explain:
      "Encrypted layers, layers that lie elsewhere and compressions that aibom has no reader for are listed and not read.",
  },
  IMAGE_LAYER_TRAILING: {
    severity: "medium",
    exit: 3,
    message: "{length} bytes follow behind the end of the {what}",
    hint: "look at what they are; builders write nothing there",
    explain:
      "Tools stop at the end mark and never see them, so they are a place to hide something in. The digest covers them, no " +
      "container shows them.",
  },
  IMAGE_LAYER_UNPACKS_TOO_MUCH: {
    severity: "high",
    exit: 3,
    message: "the layer unpacks to more than {limit} bytes",
    hint: "inventory the image in a place that can take it, or ask why it is so large",
    explain:
      "A few kilobytes can unpack to terabytes. aibom stops at a limit for each layer, which grows with its size; what would have " +
      "come after was not looked at.",
  },
  IMAGE_LAYER_TIMEOUT: {
    severity: "high",
    exit: 3,
    message: "reading one file of the layer took more than {seconds} s",
    hint: "take the file out of the image and scan it by itself",
    explain:
      "A file can be made to keep a reader busy. The layer is given up, and what is in it counts as not looked at.",
  },
  IMAGE_DIFF_ID_MISMATCH: {
    severity: "critical",
    exit: 1,
    message: "unpacks to {actual}, the configuration says {expected}",
    hint: "do not use it; fetch the image again and compare",
    explain:
      "The configuration lists the hash of each layer's uncompressed bytes. Container engines refuse an image where they differ, " +
      "and tools that compare images by them would be led astray.",
  },
  IMAGE_LAYER_COUNT: {
    severity: "high",
    exit: 3,
    message: "the manifest has {layers} layers, the configuration lists {diffIds}",
    hint: "do not use it; container engines refuse it",
    explain: "Manifest and configuration have to describe the same layers, one by one.",
  },
  IMAGE_LAYER_NAME_UNSAFE: {
    severity: "high",
    exit: 3,
    message: "the name holds {reason}",
    hint: "do not unpack the image with a tool that takes names as they come",
    explain:
      "Names in a layer are paths below its root. Those that lead out of it are written to the host by careless tools. The entry " +
      "is not taken into the file system that is looked at.",
  },
  IMAGE_FILE_SPECIAL: {
    severity: "low",
    exit: 3,
    message: "a {kind} lies in the layer",
    hint: "look at why it is there; containers get their devices when they start",
    explain:
      "Device nodes in an image give access to what the host has under these numbers, if the container may make use of them.",
  },
  IMAGE_FILE_UNREAD: {
    severity: "medium",
    exit: 3,
    message:
      "{size} bytes in a compressed layer: its reader needs more of them than can be kept (start, end, or {limit} bytes in all)",
    hint: "take the file out of the image and scan it by itself, or put weights in a layer of their own that is not compressed",
    explain:
      "Nothing is unpacked to disk. Of a large file in a compressed layer the start and the end are kept while it passes, which " +
      "is enough for the headers of most formats; where it is not, the file counts as not looked at.",
  },
  IMAGE_ROOT_USER: {
    severity: "info",
    exit: 3,
    message: "runs as root",
    hint: "add a USER line to the build, or let the platform set another user",
    explain:
      "The configuration names no user, or names root. A process that breaks out of the container is then root there.",
  },
  IMAGE_CONFIG_SECRET: {
    severity: "medium",
    exit: 3,
    message: "{place} `{name}` looks like a secret",
    hint: "take it out, build again, and replace the secret: everybody who has the image has it",
    explain:
      "The configuration of an image and the commands that built it can be read by everybody who can pull it. The value itself is " +
      "written nowhere by aibom.",
  },
} as const satisfies CodeTable;
