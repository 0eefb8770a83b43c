// SPDX-License-Identifier: Apache-2.0
// Codes of the custody log: why nothing was appended, and what shows that a log is not what it was.

import type { CodeTable } from "./code.ts";

export const custodyCodes = {
  CUSTODY_LOG_MISSING: {
    severity: "medium",
    exit: 2,
    message: "there is no custody log here",
    hint: "make one with `aibom log init`, or name it with --log",
    explain:
      "The folder that was named as a custody log has no checkpoint. Whoever names a log wants it to be used, so this is " +
      "never the same as working without one.",
  },
  CUSTODY_LOG_EXISTS: {
    severity: "medium",
    exit: 2,
    message: "there is something already where the log should be made",
    hint: "name another folder; a log is never overwritten",
    explain: "A log that could be made again could be emptied. Archive the old one and begin beside it.",
  },
  CUSTODY_SETTINGS: {
    severity: "medium",
    exit: 2,
    message: "the settings of the custody log are not usable: {reason}",
    hint: "mend the file, or make the log again in another place",
    explain:
      "Beside the log lies a folder with what does not belong into copies of it: its key, where an actor's key lies, and " +
      "who is behind the pseudonyms.",
  },
  CUSTODY_KEY: {
    severity: "medium",
    exit: 2,
    message: "the key cannot be used for a log: {reason}",
    hint: "logs and witnesses sign with Ed25519: `aibom keygen --type ed25519`, or let `aibom log init` make one",
    explain:
      "Checkpoints are signed notes (C2SP signed-note) with Ed25519, which every reader of such logs can verify. A log keeps " +
      "its key for life: another key would be another log.",
  },
  CUSTODY_NAME: {
    severity: "medium",
    exit: 2,
    message: "{name} cannot be the name of a log or a witness",
    hint: "use a name like log.example.org/custody: no spaces, no plus sign",
    explain:
      "Names of logs and witnesses stand in signature lines and keys, where spaces and plus signs divide.",
  },
  CUSTODY_LOG_BUSY: {
    severity: "medium",
    exit: 3,
    message: "another process holds the custody log: {holder}",
    hint: "wait and try again; if that process is gone for certain, remove the folder `lock` that is named above",
    explain:
      "Entries are appended one process at a time. A lock of a process that ended is taken over by itself; one of another " +
      "machine, or of a process that is still there, is not.",
  },
  CUSTODY_LOG_NOT_WRITABLE: {
    severity: "high",
    exit: 3,
    message: "nothing could be appended to the custody log: {reason}",
    hint: "mend what is said above and run the command again; --no-log works without a log, and the log will not show it",
    explain:
      "What must be logged and cannot be is not done: a signature is not written, and a verdict is not an allow. The log " +
      "itself is as it was.",
  },
  CUSTODY_LOG_DAMAGED: {
    severity: "critical",
    exit: 1,
    message: "the custody log is not what its checkpoint says: {reason}",
    hint: "keep the files as they are, compare with a copy, and find out who could write them",
    explain:
      "A file of the log was changed, cut or removed after its checkpoint was signed, or the checkpoint is not signed by the " +
      "log's key. Nothing is appended to such a log.",
  },
  CUSTODY_LOG_ROLLED_BACK: {
    severity: "critical",
    exit: 1,
    message: "the log has {size} entries, and had {seen} before",
    hint: "find the longer log: entries were removed, or an old copy was put back",
    explain:
      "A log only grows. Somebody who remembers a longer one has seen entries that are not there any more.",
  },
  CUSTODY_LOG_FORKED: {
    severity: "critical",
    exit: 1,
    message: "the log of {size} entries does not continue the one of {seen} entries that was seen before",
    hint: "keep both checkpoints: together they prove that the log was rewritten",
    explain:
      "Two checkpoints of one log must be of one history. These two are both signed by the log's key and cannot be: entries " +
      "were changed, or two logs were written with one key.",
  },
  CUSTODY_CHECKPOINT_INVALID: {
    severity: "high",
    exit: 1,
    message: "the checkpoint is not valid: {reason}",
    hint: "take the checkpoint from where it was made again; check the key in the policy file",
    explain:
      "A checkpoint is a signed note with the log's name, its size and its root hash. It counts only with the signature of a " +
      "log key that the policy names.",
  },
  CUSTODY_PROOF_INVALID: {
    severity: "high",
    exit: 1,
    message: "the proof does not hold: {reason}",
    hint: "check that the proof belongs to this entry, and that the policy names the log's key",
    explain:
      "A tlog-proof leads by hashes from an entry to a signed checkpoint. This one does not, for the entry and the keys that " +
      "were given.",
  },
  CUSTODY_QUORUM: {
    severity: "high",
    exit: 1,
    message: "the witnesses that cosigned are not enough: {cosigners}",
    hint: "have the log witnessed: `aibom log witness request`, carry the file to a witness, `aibom log witness add`",
    explain:
      "The policy names witnesses and how many of them must have cosigned a checkpoint. Without them only the log itself " +
      "says that it was not rewritten.",
  },
  CUSTODY_POLICY_INVALID: {
    severity: "medium",
    exit: 2,
    message: "the log's policy file is not valid: {reason}",
    hint: "docs/custody.md shows one; the format is C2SP tlog-policy",
    explain:
      "A line that is not understood could be the one that asks for more witnesses, so nothing is guessed.",
  },
  CUSTODY_REQUEST_INVALID: {
    severity: "medium",
    exit: 2,
    message: "the witness request is not valid: {reason}",
    hint: "make it again with `aibom log witness request`",
    explain:
      "A request is the size that the witness signed last, a consistency proof and a checkpoint (C2SP tlog-witness).",
  },
  CUSTODY_REQUEST_STALE: {
    severity: "medium",
    exit: 1,
    message: "the request starts at {old} entries, and this witness signed {signed} last",
    hint: "make the request again with --old and the number of entries that this witness signed last",
    explain:
      "A witness signs only what continues the last checkpoint that it signed. The proof must start there, so that nothing " +
      "in between is taken on trust.",
  },
  CUSTODY_COSIGNATURE_INVALID: {
    severity: "high",
    exit: 1,
    message: "the cosignature is not valid: {reason}",
    hint: "check that the file is the answer to the last request, and that .aibom/log/policy has the `witness` line that `witness cosign` printed",
    explain: "A cosignature counts only for the checkpoint that it was made for, by a witness of the policy.",
  },
  CUSTODY_WITNESS_STATE: {
    severity: "high",
    exit: 3,
    message: "what this witness signed last cannot be read: {reason}",
    hint: "restore the witness's folder; without it the witness cannot know what it signed",
    explain:
      "A witness is worth what it remembers. One that forgot would sign a second history, so it signs nothing until its " +
      "memory is back.",
  },
  CUSTODY_ENTRY_INVALID: {
    severity: "high",
    exit: 1,
    message: "the entry is not valid: {reason}",
    hint: "see schemas/custody-entry.schema.json; entries of other programs are not custody entries",
    explain:
      "An entry is one event in canonical JSON in a signed envelope. What deviates from that could be read in two ways.",
  },
  CUSTODY_ENTRY_SIGNATURE: {
    severity: "critical",
    exit: 1,
    message: "the signature of the entry does not hold: {reason}",
    hint: "find out who wrote this entry: it says that somebody did something, and that key did not sign it",
    explain:
      "An entry is signed by the key of whoever acted, or, where there is none, by the log's. This one names a key that did " +
      "not sign it, or stands in another place than the one it was signed for.",
  },
  CUSTODY_ENTRY_TOO_LARGE: {
    severity: "medium",
    exit: 2,
    message: "the entry would have {size} bytes, at most {limit} fit",
    hint: "shorten the reason, or name fewer inputs",
    explain:
      "An entry's length is written in two bytes. Events with many subjects become several entries; one subject cannot.",
  },
  CUSTODY_ENTRY_MISSING: {
    severity: "medium",
    exit: 2,
    message: "there is no entry {index}: the log has {size}",
    hint: "`aibom log show` lists the entries",
    explain: "Entries are counted from 0. One that does not exist yet can be neither shown nor proved.",
  },
} as const satisfies CodeTable;
