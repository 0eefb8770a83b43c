// SPDX-License-Identifier: Apache-2.0
// Codes of the area "container": archives and compressed files, and what lies inside them.

import type { CodeTable } from "./code.ts";

export const containerCodes = {
  BASE64_MODULE: {
    severity: "info",
    exit: 3,
    message: "JavaScript that is little more than {bytes} bytes in base64: {format}",
    hint: "get the same weights in a file of their own if you can: those can be checked",
    explain:
      "Models for browsers are shipped as scripts that hold their bytes as one string. What is in the string was read like any file; " +
      "numbers without a form of their own, as the shards of TensorFlow.js are, say nothing more. The script around the string runs " +
      "like any other, and was not looked at.",
  },
  CONTAINER_TOO_DEEP: {
    severity: "high",
    exit: 3,
    message: "containers are nested deeper than {limit} levels",
    hint: "unpack it and inventory what is inside, or ask why it is packed that often",
    explain:
      "Archives inside archives cost a scanner more at every level and hide what they hold. aibom looks into a few levels; " +
      "what lies deeper was not read, and is listed as unverified.",
  },
  CONTAINER_UNPACKS_TOO_MUCH: {
    severity: "high",
    exit: 3,
    message: "the file unpacks to more than {limit} bytes",
    hint: "unpack it in a place with room and inventory what is inside",
    explain:
      "A few kilobytes can unpack to terabytes. aibom stops at its limit for one file; the rest was not read, and the file " +
      "is listed as unverified.",
  },
  CONTAINER_MEMBER_TOO_LARGE: {
    severity: "medium",
    exit: 3,
    message: "only the start was unpacked, its {size} bytes are over the limit of {limit}",
    hint: "unpack it and inventory what is inside",
    explain:
      "Compressed members are unpacked to memory, up to a limit. Of a larger one the start is looked at, to see what it is; " +
      "the rest was not read, so it is listed as unverified.",
  },
  CONTAINER_RATIO: {
    severity: "medium",
    exit: 3,
    message: "unpacks to {ratio} times its size, usual is below {limit}",
    hint: "look at what is inside; compressed zeros are harmless, a bomb is made to exhaust whoever unpacks it",
    explain:
      "Text and weights compress by a factor of 2 to 20. A much higher ratio is that of a decompression bomb, or of data that " +
      "are mostly zeros.",
  },
  COMPRESSED_DATA_INVALID: {
    severity: "high",
    exit: 3,
    message: "not valid {format} data: {reason}",
    hint: "the file is damaged, or made to stop a scanner; fetch it again from its source",
    explain:
      "The compressed stream breaks off or breaks the rules of its format. What was unpacked before was read all the same; " +
      "the file is listed as unverified.",
  },
  COMPRESSED_CHECKSUM_MISMATCH: {
    severity: "medium",
    exit: 3,
    message: "the checksum in the {format} data is not that of what it unpacks to",
    hint: "the file is damaged or was changed by hand; fetch it again from its source",
    explain:
      "Compressed formats carry a checksum of their content. Some loaders do not look at it, and some scanners give up where " +
      "it is wrong, so a wrong one is reported and does not end the reading.",
  },
  COMPRESSED_METHOD_UNKNOWN: {
    severity: "medium",
    exit: 3,
    message: "is packed with the method {method}, which aibom does not unpack",
    hint: "unpack it and inventory what is inside",
    explain: "What the member holds was not looked into, so the file is listed as unverified.",
  },
  ARCHIVE_ENCRYPTED: {
    severity: "medium",
    exit: 3,
    message: "is encrypted, so what it holds was not looked into",
    hint: "decrypt it and inventory what is inside",
    explain:
      "Nobody without the password can say what an encrypted member holds, a scanner least of all. The file is listed as unverified.",
  },
  ARCHIVE_NAME_UNSAFE: {
    severity: "high",
    exit: 1,
    message: "the member's name holds {reason}",
    hint: "do not unpack it with a tool that trusts names; ask its author for a clean archive",
    explain:
      "A name like `../../.bashrc` or `/etc/passwd` makes a careless unpacker write outside its directory, and thereby lets an " +
      "archive plant code (CWE-22, zip slip). Names with `..` or a zero byte have no honest use.",
  },
  ARCHIVE_DUPLICATE_NAME: {
    severity: "medium",
    exit: 3,
    message: "occurs twice in the archive, the second time with {content} content",
    hint: "readers disagree on which one counts; ask for an archive with unique names",
    explain:
      "Some readers take the first member of a name, others the last: a scanner can see one content and a loader the other. " +
      "All of them were read here.",
  },
  ARCHIVE_OVERLAP: {
    severity: "high",
    exit: 3,
    message: "shares bytes with the member {other}",
    hint: "no archiver writes such files; treat it as hostile",
    explain:
      "Members that overlap are how a small archive unpacks to petabytes, and how one range of bytes is made to mean two things.",
  },
  ARCHIVE_LINK_ESCAPES: {
    severity: "medium",
    exit: 3,
    message: "is a link to {target}, outside of the archive",
    hint: "do not unpack it where the link could be followed",
    explain:
      "A link to a place outside of the archive reads, or lets later members write, files of the machine that it is unpacked on.",
  },
  ARCHIVE_LINK_TRAVERSED: {
    severity: "high",
    exit: 1,
    message: "lies behind the link {link}, which leads out of the archive to {target}",
    hint: "do not unpack it; it writes outside of its directory",
    explain:
      "The archive first makes a link to a place outside and then writes a file through it: an unpacker that follows links " +
      "writes wherever the archive's author wants.",
  },
  ARCHIVE_SPECIAL_FILE: {
    severity: "medium",
    exit: 3,
    message: "is a {kind}, not a file",
    hint: "models need no such members; do not unpack it as root",
    explain: "Device nodes and pipes give access to the machine, or block whoever reads them.",
  },
  SEVEN_ZIP_BROKEN: {
    severity: "high",
    exit: 3,
    message: "not a valid 7z archive: {reason}",
    hint: "the file is cut off or damaged; fetch it again from its source",
    explain:
      "The list of files could not be read, so nobody looked at what it holds; the file is listed as unverified.",
  },
  TAR_BROKEN: {
    severity: "high",
    exit: 3,
    message: "the next header of the tar archive is none",
    hint: "the file is cut off or damaged; fetch it again from its source",
    explain:
      "Each member of a tar archive starts with a header that has a checksum. Here there is something else, so what follows could " +
      "not be read; the file is listed as unverified.",
  },
  TAR_END_MISSING: {
    severity: "low",
    exit: 3,
    message: "ends without the zeros that mark the end of a tar archive",
    hint: "the file may be cut off; compare its size with that at its source",
    explain:
      "A tar archive that was cut off between two members looks like a whole one, except that the end mark is missing. Most " +
      "unpackers do not complain.",
  },
  TAR_KIND_UNREAD: {
    severity: "medium",
    exit: 3,
    message: "is a {kind}, which aibom does not read",
    hint: "unpack it and inventory what is inside",
    explain:
      "Sparse files and rare kinds of members keep their content in pieces. It was not looked into, so the file is listed as " +
      "unverified.",
  },
  ARCHIVE_TOO_MANY_MEMBERS: {
    severity: "high",
    exit: 3,
    message: "holds more than {limit} members",
    hint: "unpack it and inventory what is inside",
    explain: "Each member costs memory and time. The rest was not read, so the file is listed as unverified.",
  },
  ARCHIVE_LEADING_BYTES: {
    severity: "medium",
    exit: 3,
    message: "{length} bytes in front of the archive belong to nothing",
    hint: "remove them, or ask where they come from",
    explain:
      "Readers of ZIP start at the end of a file and do not see what lies in front of the archive, readers of other formats see " +
      "nothing else. Programs that unpack themselves are made that way; weights are not.",
  },
  ARCHIVE_TRAILING_BYTES: {
    severity: "medium",
    exit: 3,
    message: "{length} bytes behind the end belong to nothing",
    hint: "remove them, or ask where they come from",
    explain:
      "Readers that start at the front do not see what lies behind the end. Such bytes carry data that nobody looks at.",
  },
} as const satisfies CodeTable;
