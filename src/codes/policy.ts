// SPDX-License-Identifier: Apache-2.0
// Codes of the policy gate: policies that cannot be used (POLICY_*), and what rules find.

import type { CodeTable } from "./code.ts";

const unusable = {
  POLICY_NOT_YAML: {
    severity: "high",
    exit: 2,
    message: "line {line}, column {column}: {reason}",
    hint: "a policy is one YAML 1.2 or JSON document in UTF-8",
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

const ruleFindings = {
  POLICY_NO_MATCH: {
    severity: "high",
    exit: 1,
    message: "rule {rule} matched {matched}, at least {wanted} must be in its scope",
    hint: "check the rule's scope; `minMatches: 0` says that matching nothing is fine",
    explain:
      "A rule that looks at nothing would pass on a mistyped scope. Matching fewer than `minMatches` artifacts or files " +
      "fails the rule.",
  },
  POLICY_NOTHING_GIVEN: {
    severity: "critical",
    exit: 1,
    message: "there is no artifact, or an artifact without a file",
    hint: "give the gate the artifacts that are to be let through",
    explain: "A gate that passes on nothing passes on a mistyped path. An empty target is never allowed.",
  },
  POLICY_ARTIFACT_UNCHECKED: {
    severity: "high",
    exit: 1,
    message: "no rule of the policy looked at {artifact}",
    hint: "add a rule whose scope holds it, or do not give it to the gate",
    explain:
      "Every rule's scope leaves this artifact out, so the policy says nothing about it. What no rule looked at is not allowed.",
  },
  POLICY_FILES_UNCHECKED: {
    severity: "high",
    exit: 1,
    message: "no rule of the policy looked at this file (files left out: {count})",
    hint: "add a rule without `scope.path`, for example `kind: signature` or `kind: format`, or remove the file",
    explain:
      "Every rule that looks at the artifact selects files by path, and none selects this one. Whoever adds a file with " +
      "another name would pass unseen, so what no rule looked at is not allowed.",
  },
  POLICY_SIGNER_UNKNOWN: {
    severity: "medium",
    exit: 1,
    message: "rule {rule} names {name}, who is not in the trust root; {suggestion}",
    hint: "spell it as `aibom trust list` does, or add the identity with `aibom trust add`",
    explain:
      "A rule names a signer whom the trust root does not know. Nobody can sign under that name, so the name can only " +
      "deny. It decides nothing by itself: an identity that was removed on purpose must not stop the gate.",
  },
  POLICY_LINT: {
    severity: "low",
    exit: 1,
    message: "{what}: {reason}",
    hint: "change the policy, or leave it if it is meant",
    explain:
      "`aibom policy lint` says what a policy is allowed to hold and what is probably a mistake. It changes no verdict.",
  },
  POLICY_WARN_ONLY: {
    severity: "medium",
    exit: 1,
    message: "every rule of {policy} is in warn mode: nothing was enforced",
    hint: "set `mode: enforce` when the warnings are dealt with",
    explain:
      "In warn mode a rule is reported and does not decide. A policy that is wholly in warn mode lets everything " +
      "through that could be checked.",
  },
  ARTIFACT_INCOMPLETE: {
    severity: "high",
    exit: 3,
    message: "{artifact} was not read completely (unverified files: {count})",
    hint: "see the findings about these files; replace damaged files, remove links that leave the target",
    explain:
      "At least one file could not be parsed, or could not be reached. What is inside is not known, so a rule that would " +
      "otherwise pass is undecided. Unknown is never fine.",
  },
  FILE_OPAQUE: {
    severity: "medium",
    exit: 1,
    message: "no reader understands {path} (opaque files: {count})",
    hint: "remove them from the model, or leave `opaque` at `allow`",
    explain:
      "The rule `complete` with `opaque: fail` asks that every file is of a format whose content was read.",
  },
  SIGNATURE_MISSING: {
    severity: "high",
    exit: 1,
    message: "{artifact} has no accepted signature (rejected: {rejected})",
    hint: "sign it with a key of the trust root, or add the signer's key to the trust root",
    explain:
      "The policy asks for a signature by an identity of the trust root, and no signature verified. A signature by a " +
      "key outside the trust root, of the wrong usage, or out of its validity window is rejected, not accepted.",
  },
  SIGNER_NOT_ALLOWED: {
    severity: "high",
    exit: 1,
    message: "{artifact} is signed by {signers}; the rule asks for {allowed}",
    hint: "have one of the named identities sign it, or name the signer in the policy",
    explain:
      "The signature is good and its identity is in the trust root, but the rule does not name it. The trust root says " +
      "who somebody is, the policy says who may release what.",
  },
  SIGNERS_TOO_FEW: {
    severity: "high",
    exit: 1,
    message: "{artifact} needs {wanted} signers of {allowed}, accepted: {count}",
    hint: "have another of the named identities sign it with a key of its own",
    explain:
      "Signers count once each: two signatures by one identity, or two identities with one key, are one signer.",
  },
  SIGNATURE_NOT_COVERING: {
    severity: "high",
    exit: 1,
    message: "the signature by {signers} does not cover {path} (files left out: {count})",
    hint: "remove files that do not belong to the release, or sign again",
    explain: "A signature vouches for the files that it names. A file beside them was not signed by anybody.",
  },
  ATTESTATION_MISSING: {
    severity: "high",
    exit: 1,
    message: "{artifact} has no accepted attestation of type {type}",
    hint: "put the attestation beside the artifact or name it with --attestation; rejected ones say why",
    explain:
      "The policy asks for a signed statement of this type about the artifact, for example how it was built. A file " +
      "that merely looks like one, or one about other bytes, is not counted.",
  },
  ATTESTATION_SIGNER_NOT_ALLOWED: {
    severity: "high",
    exit: 1,
    message: "{artifact} is attested ({type}) by {signers}, allowed is {allowed}",
    hint: "get the attestation from one of the allowed signers",
    explain: "Anybody can attest anything. What counts is what the identities say whom the policy names.",
  },
  ATTESTATION_NOT_COVERING: {
    severity: "high",
    exit: 1,
    message: "the attestation by {signers} does not cover {path} (files left out: {count})",
    hint: "get an attestation about every file in the rule's scope, or narrow the scope with scope.path",
    explain: "An attestation is about the files whose digests it names, and about no other.",
  },
  ATTESTATION_CLAIM_DIFFERS: {
    severity: "high",
    exit: 1,
    message: "{signer} attests ({type}) of {artifact}: {name} is {got}, the policy demands {expected}",
    hint: "get an artifact that was made as the policy demands; docs/attestations.md lists the names",
    explain:
      "The signed statement is good, and says something else than the policy demands: another builder, another source, " +
      "another result.",
  },
  BOM_MISSING: {
    severity: "high",
    exit: 1,
    message: "the rule {rule} asks for a BOM and none was given",
    hint: "give it with --bom FILE",
    explain: "The policy compares files with a bill of materials. Without one it cannot pass.",
  },
  BOM_NOT_MATCHED: {
    severity: "high",
    exit: 1,
    message: "{artifact} does not match the BOM (differences reported: {count})",
    hint: "restore the files, or write a new BOM with `aibom inventory` if the change was meant",
    explain:
      "Every file in scope must be in the BOM with the digest that its bytes have, and the BOM must name no file that " +
      "is missing. The findings beside this one name the files.",
  },
  BOM_SIGNER_MISSING: {
    severity: "high",
    exit: 1,
    message: "the BOM is signed by {signers}; the rule asks for {allowed}",
    hint: "sign it with `aibom sign BOM --key KEY`, or give the signature with --bom-signature",
    explain:
      "An unsigned BOM is a claim: whoever changed the files may have changed it as well. The rule asks for a signature " +
      "by an identity whose usage includes `bom`.",
  },
  LICENSE_DENIED: {
    severity: "high",
    exit: 1,
    message: "claims the licence {license}, which the rule does not allow",
    hint: "ask legal counsel, or use a model under a licence that the policy allows",
    explain:
      "The licence is what the artifact says about itself (a model card, a header). It is a claim, even in a signed BOM; " +
      "a signature shows who repeats the claim, not that it is true.",
  },
  LICENSE_UNKNOWN: {
    severity: "medium",
    exit: 1,
    message: "claims the licence {license}, which the rule neither allows nor denies",
    hint: "add it to `allow` or `deny` after reading its text",
    explain:
      "The text is not an SPDX expression that the rule's lists decide. With `onUnknown: fail` that fails the rule, with " +
      "`onUnknown: warn` it is reported.",
  },
  LICENSE_MISSING: {
    severity: "medium",
    exit: 1,
    message: "{artifact} does not say under which licence it is",
    hint: "ask its author; a licence is usually stated in the README front matter or in a file header",
    explain:
      "No file of the artifact states a licence. Without one there is usually no right to use it. Treated as an " +
      "unknown licence.",
  },
  FORMAT_DENIED: {
    severity: "high",
    exit: 1,
    message: "is of the format {format}, which the rule denies",
    hint: "convert it to a format that holds data only, such as safetensors",
    explain: "Formats are told from the bytes, not from the name. The policy does not let this one through.",
  },
  FORMAT_NOT_ALLOWED: {
    severity: "high",
    exit: 1,
    message: "is of the format {format}, which is not among those that the rule allows",
    hint: "remove the file, convert it, or add the format to `allow`; unrecognised files have the format `file`",
    explain: "Formats are told from the bytes, not from the name. Only formats that the rule lists pass.",
  },
  DIGEST_NOT_ALLOWED: {
    severity: "high",
    exit: 1,
    message:
      "{artifact} is not covered by evidence on {allowed} alone (files left out: {count}, found: {found})",
    hint: "sign again or write a new BOM with an allowed hash function",
    explain:
      "A signature or BOM entry is as strong as the hash function it uses. Evidence that rests on another function than " +
      "those that the rule allows does not count.",
  },
} as const satisfies CodeTable;

export const policyCodes = { ...unusable, ...ruleFindings } as const;
