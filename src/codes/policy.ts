// SPDX-License-Identifier: Apache-2.0
// Codes of policies that cannot be used.

import type { CodeTable } from "./code.ts";

export const policyCodes = {
  POLICY_NOT_YAML: {
    severity: "high",
    exit: 2,
    message: "line {line}, column {column}: {reason}",
    hint: "write one YAML 1.2 or JSON document in UTF-8",
    explain:
      "The policy file is not a document that aibom reads. Nothing was evaluated: a policy that is understood only in " +
      "part would allow what its author meant to deny.",
  },
  POLICY_TOO_LARGE: {
    severity: "high",
    exit: 2,
    message: "the policy has more than {limit} {unit}",
    hint: "policies are written by people; split this one or shorten its lists",
    explain:
      "The policy is larger than any that people write. The limit keeps a hostile file from holding up the gate.",
  },
  POLICY_TOO_DEEP: {
    severity: "high",
    exit: 2,
    message: "line {line}, column {column}: nested deeper than {limit} levels",
    hint: "no policy needs such nesting; check who wrote the file",
    explain: "Deep nesting exhausts the stack of readers. It is refused before the document is parsed.",
  },
  POLICY_YAML_REFUSED: {
    severity: "high",
    exit: 2,
    message: "line {line}, column {column}: {feature} are not accepted in a policy",
    hint: "write the value out",
    explain:
      "Aliases can blow a small file up to gigabytes, tags construct typed objects, and directives change what words " +
      "such as `no` mean. A policy must read the same for everybody, so none of them is accepted.",
  },
  POLICY_DUPLICATE_KEY: {
    severity: "high",
    exit: 2,
    message: "line {line}, column {column}: the key {key} occurs twice",
    hint: "remove one of the two",
    explain: "Readers disagree on which of two equal keys counts, so a policy with one is refused.",
  },
  POLICY_UNKNOWN_KEY: {
    severity: "high",
    exit: 2,
    message: "line {line}, column {column}: unknown key {key}; {suggestion}",
    hint: "docs/policy.md and schemas/policy.schema.json list the keys of each rule kind",
    explain:
      "A misspelt constraint that is ignored is a constraint that is not applied (CVE-2025-29778 was such a case), so " +
      "every key that aibom does not know is an error.",
  },
  POLICY_INVALID_VALUE: {
    severity: "high",
    exit: 2,
    message: "line {line}, column {column}: {key} {reason}",
    hint: "docs/policy.md and schemas/policy.schema.json list the values of each key",
    explain:
      "A key has a value that it cannot have, or a required key is missing. The policy was not evaluated.",
  },
  POLICY_UNKNOWN_NAME: {
    severity: "high",
    exit: 2,
    message: "rule {rule}: {kind} {name} is not known; {suggestion}",
    hint: "spell it as `aibom explain` and docs/formats.md do, or update aibom",
    explain:
      "A rule names a format or a code that this version of aibom does not know. A denied format with a spelling " +
      "mistake would deny nothing, so the policy is refused.",
  },
  POLICY_ENVIRONMENT_MISSING: {
    severity: "high",
    exit: 2,
    message: "the policy {policy} has environments ({known}) and none was named",
    hint: "say where the check is made: --env NAME",
    explain:
      "The policy says how strict each environment is. Guessing one could audit production, so it must be named.",
  },
  POLICY_ENVIRONMENT_UNKNOWN: {
    severity: "high",
    exit: 2,
    message: "the policy {policy} has no environment {name}; {suggestion}",
    hint: "name one of the policy's `environments`, exactly as written",
    explain: "The environment that was named with --env is not one of the policy's. Nothing was evaluated.",
  },
  POLICY_TRUST_ROOT_DIFFERS: {
    severity: "high",
    exit: 2,
    message: "the policy {policy} was written for the trust root {expected}, given is {got}",
    hint: "use that trust root, or have the policy's author look at the new one and change `trustRoot`",
    explain:
      "The policy names signers by the names of a trust root. In another trust root the same name may be somebody else, " +
      "so the policy's `trustRoot` binds it to one file by its SHA-256. Nothing was evaluated.",
  },
  POLICY_UNSIGNED: {
    severity: "high",
    exit: 2,
    message: "the trust root names who signs policies, and there is no signature beside this one",
    hint: "have it signed with `aibom policy sign`, or name its signature with --policy-signature",
    explain:
      "Identities of the trust root have the usage `policy`, so only policies that one of them signed are used. The " +
      "signature is verified before anything of the policy is read.",
  },
  POLICY_SIGNATURE_REFUSED: {
    severity: "high",
    exit: 2,
    message: "the signature of the policy is not accepted [{code}]: {reason}",
    hint: "get the policy and its signature from whoever maintains it; sign again with `aibom policy sign` if you do",
    explain:
      "The policy was changed after it was signed, or the signer may not sign policies, or the signature is damaged. " +
      "Nothing of the policy was read.",
  },
  POLICY_SIGNATURE_OTHER: {
    severity: "high",
    exit: 2,
    message: "the signature is of a file with the SHA-256 {expected}, this one has {got}",
    hint: "the policy was changed after it was signed: restore it, or have it looked at and signed again",
    explain: "A policy is signed byte for byte. The signature is good, and of another file.",
  },
  POLICY_ROLLED_BACK: {
    severity: "high",
    exit: 2,
    message: "the policy {policy} is {version}, the trust root wants version {minimum} or a later one",
    hint: "get the current policy; raise `version` with every change",
    explain:
      "A signature stays good for ever, so an old policy could be put in the place of a stricter one. The trust root " +
      "says from which version on a policy counts.",
  },
  POLICY_PACK_CHANGED: {
    severity: "high",
    exit: 2,
    message: "the pack {pack} is {got}, the policy names {expected}",
    hint: "restore the file; if the change was meant, read it and write its SHA-256 into the policy",
    explain:
      "A policy names each of its packs by the SHA-256 of its bytes, so that a pack cannot change behind the back of " +
      "whoever approved the policy.",
  },
  POLICY_PACK_COLLISION: {
    severity: "high",
    exit: 2,
    message: "the rule id {id} is taken by a rule of {other}",
    hint: "give the rule another id; a rule of a pack cannot be replaced",
    explain:
      "Verdicts and waivers name rules by id, and no rule of a pack may be replaced by another. Two rules of one id are " +
      "refused wherever they come from.",
  },
  POLICY_PACK_INVALID: {
    severity: "high",
    exit: 2,
    message: "the pack {pack} cannot be used: {reason}",
    hint: "docs/policy.md says what a pack may hold",
    explain: "A pack is a policy file that another policy includes. This one cannot be included.",
  },
  POLICY_PACK_UNKNOWN: {
    severity: "high",
    exit: 2,
    message: "aibom ships no pack {pack}; {suggestion}",
    hint: "`aibom policy packs` lists the packs of this version with their versions",
    explain:
      "A policy names a pack that comes with aibom by name and version. This aibom has no such pack, or not in that version. " +
      "Another version would demand something else, so none is taken in its place.",
  },
  POLICY_PACK_DAMAGED: {
    severity: "high",
    exit: 4,
    message: "the shipped pack {pack} is {got}, this aibom was built with {expected}",
    hint: "install aibom again; somebody or something changed its files",
    explain:
      "The program holds the SHA-256 of each pack that it ships. The file beside it is another one, so nothing of it was read.",
  },
  POLICY_RULE_UNKNOWN: {
    severity: "high",
    exit: 2,
    message: "the policy has no rule {rule}; {suggestion}",
    hint: "spell it as the policy does, exactly",
    explain: "A command names a rule by its id, and the policy has none of that id.",
  },
  POLICY_EXPIRED: {
    severity: "high",
    exit: 2,
    message: "the policy {name} expired at {expires}",
    hint: "get the current policy from whoever maintains it",
    explain:
      "The policy's own `expires` lies before the instant that the check is made for. Its author did not want it to be " +
      "used any longer, so nothing was evaluated.",
  },
  POLICY_EVIDENCE_FORGED: {
    severity: "critical",
    exit: 4,
    message: "an object offered as evidence for {subject} was not made by a verifier",
    hint: "library users: pass on what the verifiers return, unchanged",
    explain:
      "Only verifiers make evidence. An object that merely looks like it was given to the gate: a fault in the program " +
      "that called aibom. Nothing was decided.",
  },
} as const satisfies CodeTable;
