// SPDX-License-Identifier: Apache-2.0
// Codes of reading a trust repository (The Update Framework): each attack that its rules refuse has its name.

import type { CodeTable } from "./code.ts";

export const tufCodes = {
  TUF_ROOT_NEEDED: {
    severity: "high",
    exit: 2,
    message: "the first import needs the organisation's root metadata",
    hint: "give the root.json you got from a person you trust, with --root; compare its SHA-256 by another channel",
    explain:
      "Everything in a trust repository is checked against the keys in root.json. The first one cannot be checked " +
      "against anything, so it is never taken from the repository on its own: somebody must name it.",
  },
  TUF_ROOT_OTHER: {
    severity: "critical",
    exit: 2,
    message: "this trust root was imported with another root.json (SHA-256 {pinned}), not with {got}",
    hint: "leave out --root; to change the organisation, import into an empty directory",
    explain:
      "The first root.json is pinned. Later ones must be signed by the keys of the one before. A different file " +
      "given by hand would replace the organisation that is trusted, so it is refused.",
  },
  TUF_ROOT_INVALID: {
    severity: "critical",
    exit: 2,
    message: "is not usable root metadata: {reason}",
    hint: "ask for the file again; it is one JSON document whose own keys must have signed it",
    explain:
      "The root.json that was named, or the one that was kept, is damaged or is not signed by its own keys.",
  },
  TUF_STATE_DAMAGED: {
    severity: "high",
    exit: 2,
    message: "the record of earlier updates is damaged: {reason}",
    hint: "restore the directory tuf/ of the trust root from a backup, or import into an empty directory",
    explain:
      "The metadata seen last protects against old metadata. If it cannot be read that protection is gone, so the " +
      "update stops instead of starting over silently.",
  },
  TUF_TIME_INVALID: {
    severity: "high",
    exit: 2,
    message: "the reference time is not a date",
    hint: "give a time such as 2027-01-31T12:00:00Z",
    explain: "Expiry is compared with this time. No metadata would ever expire against a time that is none.",
  },
  TUF_METADATA_INVALID: {
    severity: "high",
    exit: 1,
    message: "is not valid metadata: {reason}",
    hint: "copy the repository again; if it stays, tell the organisation",
    explain:
      "The file does not follow the TUF specification. Beyond the library's own checks aibom refuses duplicate JSON " +
      "keys, versions below 1, dates that are not UTC and targets without SHA-256 or SHA-512.",
  },
  TUF_THRESHOLD: {
    severity: "critical",
    exit: 1,
    message: "{role} has {got} valid signatures, {threshold} are needed ({signedFor})",
    hint: "the metadata was not signed by enough key holders, or was changed afterwards",
    explain:
      "Each role has a threshold of keys. New root metadata needs the threshold of the root before it and its own. " +
      "Metadata with fewer valid signatures may be the work of one stolen key.",
  },
  TUF_WRONG_KEY: {
    severity: "critical",
    exit: 1,
    message: "{role} has no valid signature by a key that root.json names for it ({signedFor})",
    hint: "somebody else made or changed this file; do not use the repository",
    explain:
      "The file may well be signed, but by keys that have no say for this role, or it was changed after signing.",
  },
  TUF_KEY_COUNTED_TWICE: {
    severity: "critical",
    exit: 1,
    message:
      "{role} reaches its threshold of {threshold} only because one key is listed under several ids ({signedFor})",
    hint: "as many different key holders must sign; tell the organisation",
    explain:
      "Key ids are only names. Two ids for one key would let a single key holder reach a threshold of two. aibom " +
      "counts keys, not ids.",
  },
  TUF_ROLLBACK: {
    severity: "critical",
    exit: 1,
    message: "{role} version {got} is older than version {seen} that was accepted before",
    hint: "the copy is old, or somebody wants an old trust root back; get the current one",
    explain:
      "A correctly signed but older version would bring back identities that were removed since. The highest version " +
      "seen is kept, and nothing below it is accepted.",
  },
  TUF_FREEZE: {
    severity: "critical",
    exit: 1,
    message: "{role} expired at {expires}, before {at}",
    hint: "get a current copy; --as-of accepts metadata that was current at a time you name, and records it",
    explain:
      "Metadata has an end of life, so that nobody can show yesterday's state for ever and hide a revocation. Where " +
      "media travel slowly, --as-of names the time to compare with; it is recorded and shown.",
  },
  TUF_ROOT_EXPIRED: {
    severity: "critical",
    exit: 1,
    message: "root version {version} expired at {expires}, before {at}, and there is no newer one",
    hint: "ask the organisation for a new root; --as-of accepts an older time, and records it",
    explain:
      "The root keys vouch for everything only until root.json expires. Newer versions were looked for first.",
  },
  TUF_ROOT_GAP: {
    severity: "critical",
    exit: 1,
    message: "root version {missing} is missing, but version {found} is there",
    hint: "copy every N.root.json; each is checked with the keys of the one before",
    explain:
      "Root versions form a chain. A missing link hides a change of keys, so nothing after it can be checked, and " +
      "staying with the version before it would mean staying with keys that were replaced.",
  },
  TUF_MIX_AND_MATCH: {
    severity: "critical",
    exit: 1,
    message: "{file} is not the one that {listedIn} lists: {reason}",
    hint: "the files come from different publications; copy the whole repository again",
    explain:
      "The time stamp names the snapshot, the snapshot names the targets. Files of different publications, each " +
      "validly signed, make a state that the organisation never published.",
  },
  TUF_DATA_TOO_LONG: {
    severity: "high",
    exit: 1,
    message: "is longer than {limit} bytes",
    hint: "the source sends more than the metadata announces; do not use it",
    explain:
      "Every download has a ceiling from the metadata or from aibom. A source that sends without end would fill the " +
      "memory or hide that it has nothing new.",
  },
  TUF_FILE_MISSING: {
    severity: "high",
    exit: 1,
    message: "is not in the repository",
    hint: "copy the whole repository, metadata and targets",
    explain:
      "A file that the metadata names is not there. An incomplete repository is never imported in part.",
  },
  TUF_TARGET_MISMATCH: {
    severity: "critical",
    exit: 1,
    message: "is not the file that the metadata lists: {reason}",
    hint: "the file was damaged or changed after publication; copy it again",
    explain: "Length and digests of every file are signed. This one differs.",
  },
  TUF_TARGET_NAME: {
    severity: "critical",
    exit: 1,
    message: "the repository lists a file named {name}: {reason}",
    hint: "names may be like authorities/example.json: letters, digits and . _ @ + -, none starting with a dot",
    explain:
      "Names become paths inside the trust root. A name such as ../../x, an absolute one or two that are equal on " +
      "some file system could write somewhere else, even if the organisation signed it.",
  },
  TUF_TOO_MANY_FILES: {
    severity: "high",
    exit: 1,
    message: "the trust root has {count} files and {bytes} bytes, limits are {countLimit} and {byteLimit}",
    hint: "a trust root holds keys and certificates; publish other files elsewhere",
    explain: "A trust root is small. The ceilings keep a hostile repository from filling the disk.",
  },
  TUF_DELEGATIONS: {
    severity: "high",
    exit: 1,
    message: "the targets are delegated to further roles, which a trust root may not do",
    hint: "publish all files in the top-level targets role",
    explain:
      "Files in delegated roles cannot be listed, only asked for by name. Importing the rest would leave files out " +
      "silently, so a trust root with delegations is refused.",
  },
  TUF_NO_TRUST_DOCUMENT: {
    severity: "high",
    exit: 1,
    message: "the repository has no trust.json",
    hint: "check the address: this is a TUF repository, but of something else",
    explain: "A trust root is a directory with trust.json. Without it there is nothing to update.",
  },
  TUF_LOCAL_CHANGES: {
    severity: "high",
    exit: 2,
    message: "was made or changed here since the last update, and the update would replace or remove it",
    hint: "keep a copy and move it away, or give --discard-local-changes",
    explain:
      "A local edit, such as a revocation, would be lost silently. Files that came from an update are replaced only " +
      "if they are still what the update wrote.",
  },
  TUF_UPDATE_UNFINISHED: {
    severity: "high",
    exit: 3,
    message: "another update is being written, or one was interrupted",
    hint: "wait for it, or run `aibom trust update` again: it finishes what was interrupted",
    explain:
      "A complete, checked update lies ready inside the trust root and was not put in place yet. The next " +
      "`aibom trust update` does so before anything else.",
  },
  TUF_REFUSED: {
    severity: "high",
    exit: 1,
    message: "the update was refused: {reason}",
    hint: "copy the repository again; if it stays, tell the organisation",
    explain:
      "The TUF client refused the repository for a reason that has no code of its own. Nothing was changed.",
  },
} as const satisfies CodeTable;
