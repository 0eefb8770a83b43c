// SPDX-License-Identifier: Apache-2.0
// What the gate and its rules find.

import type { CodeTable } from "./code.ts";

export const policyFindingCodes = {
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
