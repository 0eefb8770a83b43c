// SPDX-License-Identifier: Apache-2.0
// What the rule kinds find that look at how signatures were made, at digests, origin, lineage, data and the like.

import type { CodeTable } from "./code.ts";

export const policyRuleCodes = {
  SIGNATURE_NOT_AS_DEMANDED: {
    severity: "high",
    exit: 1,
    message: "{artifact}: the signature by {signers} does not count: {reason}",
    hint: "sign again as the rule demands: with a time stamp, through a transparency log, or more recently",
    explain:
      "The signature is good and its signer is named, but the rule asks for more: a proven time, an entry in a " +
      "transparency log, an age, or a scheme. A signature that lacks it is not counted.",
  },
  SUMMARY_ACCEPTED: {
    severity: "low",
    exit: 1,
    message:
      "{artifact}: the verification summary by {signers} was accepted in place of the evidence (verifier {verifiers})",
    hint: "nothing to do, if that verifier is to be trusted for this",
    explain:
      "The rule takes a SLSA verification summary of a named signer and verifier, about a named resource, with named levels " +
      "and an age, instead of looking at the evidence itself. What the verifier looked at was not looked at again.",
  },
  SUMMARY_NOT_ACCEPTED: {
    severity: "high",
    exit: 1,
    message: "{artifact}: no verification summary by {signers} takes the place of the evidence: {reason}",
    hint: "have the verifier that the rule names verify these bytes again",
    explain:
      "Signer, verifier, resource, levels and age must all be as the rule pins them, in one summary about exactly these bytes.",
  },
  PACKAGE_NOT_AS_DEMANDED: {
    severity: "high",
    exit: 1,
    message: "{package}: {reason}",
    hint: "install a version that the rule lets through, from its own source",
    explain:
      "The rule says which packages may be inside, in which versions, and that their files are those that the package's own " +
      "record states. A version that cannot be ordered keeps to no bound.",
  },
  PACKAGE_MISSING: {
    severity: "high",
    exit: 1,
    message: "{artifact} records no package that the rule is about",
    hint: "check the patterns of the rule, or say `onNone: pass`",
    explain: "A rule that has nothing to look at has not checked anything.",
  },
  LICENSE_CLAUSE_DENIED: {
    severity: "high",
    exit: 1,
    message: "this licence text has the clause {clause}, which the rule denies: it says “{phrase}”",
    hint: "ask legal counsel, or use a model under another licence",
    explain:
      "Some licences let their licensor restrict use from afar, exclude places, forbid uses, or ask for updates. The words " +
      "of the text show such a clause. That no words are found shows nothing.",
  },
  DIGEST_NOT_PINNED: {
    severity: "high",
    exit: 1,
    message: "its digest is {digest}, which is not among those that the rule names",
    hint: "get the file that was reviewed, or add its digest to `pinned` after a review",
    explain:
      "The rule lists the exact bytes that may be used. A file with other bytes fails, whoever signed it.",
  },
  DIGEST_DENIED: {
    severity: "critical",
    exit: 1,
    message: "its digest {digest} is on the rule's list of denied digests",
    hint: "do not load it; get another version",
    explain:
      "Somebody put exactly these bytes on a deny-list: a withdrawn or known bad artifact. No signature helps.",
  },
  DIGEST_NOT_COMPUTED: {
    severity: "high",
    exit: 3,
    message: "{artifact}: a denied digest is of {algorithm}, which was not computed for every file",
    hint: "deny SHA-256 digests: they are always computed",
    explain:
      "Whether a file has a denied digest can only be said if the same hash function was computed. It was not, so the " +
      "rule is undecided.",
  },
  PERIMETER_INVALID: {
    severity: "high",
    exit: 2,
    message: "not a valid perimeter: {pointer} {reason}",
    hint: "schemas/perimeter.schema.json describes it",
    explain:
      "A perimeter says what is one's own. One that is not understood in every part is not used in any.",
  },
  PERIMETER_EXPIRED: {
    severity: "high",
    exit: 2,
    message: "the perimeter expired at {expires}",
    hint: "have it reviewed, dated and signed again",
    explain:
      "Sites, machines and people change. What a perimeter says counts until the day that its authors set.",
  },
  KILL_SWITCH_DENIED: {
    severity: "high",
    exit: 1,
    message: "{class} {name}, which the rule denies: {why}",
    hint: "change the configuration, or let exactly this one through with `allow` after a review",
    explain:
      "A configuration among the files shows by whom or what the deployment could be stopped or changed from outside, and the rule " +
      "does not let that through. docs/kill-switches.md says how each class is recognised.",
  },
  KILL_SWITCHES_NOT_LISTED: {
    severity: "high",
    exit: 3,
    message: "{artifact}: the list of kill switches was cut, so it is not known whether all were let through",
    hint: "verify a smaller directory",
    explain:
      "Readers list facts up to a limit. What was left out may be what the rule denies, so it is undecided.",
  },
  KILL_SWITCH_NO_CONFIGURATION: {
    severity: "high",
    exit: 1,
    message: "{artifact}: nothing that is verified shows how it is deployed",
    hint: "give the directory with compose files, manifests or charts as a target as well; `onNone: pass` does without",
    explain:
      "The rule is about configurations, and there is none among the targets. That nothing was found where nothing was looked at " +
      "shows nothing.",
  },
  IMAGE_NOT_AS_DEMANDED: {
    severity: "high",
    exit: 1,
    message: "{image}: {reason}",
    hint: "name the image by its digest, or build it on what the rule lets through, for a platform and a user that it allows",
    explain:
      "The rule says how configurations name images, what images are built on, for which platforms, and who they run as. " +
      "A tag can be moved to other bytes after everything was verified; a digest cannot.",
  },
  IMAGE_REFERENCES_NOT_LISTED: {
    severity: "medium",
    exit: 3,
    message: "{artifact} names more images than are listed: those that are left out may be without a digest",
    hint: "split the configurations over several targets",
    explain:
      "Readers list what they find up to a limit. A rule that must see every image cannot pass on a list that was cut.",
  },
  IMAGE_NONE: {
    severity: "high",
    exit: 1,
    message: "{artifact}: nothing that is verified is an image, or names one",
    hint: "give the image or the directory with its configuration as a target as well; `onNone: pass` does without",
    explain: "A rule that has nothing to look at has not checked anything.",
  },
  FACT_MISSING: {
    severity: "high",
    exit: 1,
    message: "{artifact} does not state its {what}",
    hint: "ask its publisher to state it in a file that is signed",
    explain:
      "The rule is about something that no file of the artifact states. What is not known does not pass.",
  },
  EVIDENCE_TOO_WEAK: {
    severity: "high",
    exit: 1,
    message: "{artifact}: its {what} is supported by {grade} only, the rule asks for {wanted}",
    hint: "have the file that states it signed by an identity that the rule accepts",
    explain:
      "Anybody who can write a file can write a claim into it. A rule takes a claim only where it says `evidence: claim`; " +
      "otherwise the file that states it must be signed, or aibom must have read it from the bytes.",
  },
  LINEAGE_DENIED: {
    severity: "high",
    exit: 1,
    message: "is derived from {base}, which the rule does not let through",
    hint: "use a model with another base, or change the rule after a review",
    explain:
      "The rule lists base models that are allowed or denied. What a base model brought along, its derivatives have, too. " +
      "Base models of base models count where these are among what is verified.",
  },
  LINEAGE_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "is derived from {base}: {reason}",
    hint: "give the base model to the same verification, with its signature",
    explain:
      "The rule asks that base models are among what is verified, or signed, or that the chain has an end. They are found " +
      "by the name that the model states.",
  },
  DATASET_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "states the dataset {dataset}, which is not among what is verified",
    hint: "give the dataset to the same verification",
    explain:
      "The rule asks something about datasets. It can only be answered for datasets that were read; they are found by the " +
      "name that the model states.",
  },
  DATASET_DENIED: {
    severity: "high",
    exit: 1,
    message: "the dataset {dataset} {reason}",
    hint: "use a model that was trained on other data, or change the rule after a review",
    explain:
      "A dataset by this name, of this classification or with this kind of sensitive data is not let through by the rule.",
  },
  SUPPLIERS_INVALID: {
    severity: "high",
    exit: 2,
    message: "the supplier register is not valid at {pointer}: {reason}",
    hint: "schemas/suppliers.schema.json describes it",
    explain:
      "The register decides who is behind an artifact. One that is read in part would let somebody pass unseen.",
  },
  SUPPLIERS_EXPIRED: {
    severity: "high",
    exit: 2,
    message: "the supplier register expired at {expires}",
    hint: "have it reviewed and signed again",
    explain: "Who owns whom changes. The register says until when it may be believed.",
  },
  SUPPLIERS_MISSING: {
    severity: "high",
    exit: 1,
    message: "the rule {rule} asks for the origin of artifacts, and no supplier register was given",
    hint: "give it with --suppliers FILE",
    explain:
      "Where an artifact comes from is decided by a register that people reviewed. Without one it is unknown.",
  },
  SUPPLIERS_UNSIGNED: {
    severity: "high",
    exit: 1,
    message: "the supplier register is not signed by {allowed}",
    hint: "sign it with `aibom sign FILE --key KEY`",
    explain:
      "Whoever could write the register could make any origin pass. The rule asks for a signature of it.",
  },
  ORIGIN_UNKNOWN: {
    severity: "high",
    exit: 1,
    message: "no supplier of the register has signed {artifact}; its names claim {claims}",
    hint: "add the signer to the register's entry after a review, or get the artifact from a known supplier",
    explain:
      "Who signed every file is evidence of origin. A package's name or an address in a file is a claim, which the rule " +
      "takes only with `evidence: claim`.",
  },
  ORIGIN_DENIED: {
    severity: "high",
    exit: 1,
    message: "{artifact} comes from {supplier} ({countries}), which the rule does not let through",
    hint: "use an artifact of another supplier",
    explain:
      "Every country where the supplier or whoever controls it has its seat must be let through: the weakest link counts. " +
      "This says nothing about laws; it compares the register with the rule.",
  },
  IMPORT_DENIED: {
    severity: "high",
    exit: 1,
    message: "names {import} for loading, which the rule does not let through",
    hint: "convert the file to a format without code, or add the import to `allow` after reading its code",
    explain:
      "Some formats name functions and classes that loading looks up and may call. The rule lists those that are let through, " +
      "beside the harmless ones that aibom knows.",
  },
  IMPORTS_NOT_LISTED: {
    severity: "high",
    exit: 3,
    message: "{artifact} names more than could be listed, so imports may be missing from the list",
    hint: "convert the file to a format without code",
    explain:
      "Readers list facts up to a limit. What is beyond it is not known to be harmless, so the rule is undecided.",
  },
  VERIFICATION_NOT_FRESH: {
    severity: "high",
    exit: 1,
    message:
      "no signed summary by {allowed}, at most {maxAge} old, says that {artifact} passed (files left out: {count})",
    hint: "verify it again and have the summary signed",
    explain:
      "The rule asks that somebody it names has verified exactly these bytes not long ago: a SLSA verification summary that " +
      "passed, or an in-toto verification result.",
  },
  ASSERT_FAILED: {
    severity: "high",
    exit: 1,
    message: "{artifact}: what rule {rule} asserts is not true",
    hint: "see the rule's `assert` and `message` in the policy",
    explain:
      "The rule holds an expression (CEL), written by the policy's author. It is false for this artifact.",
  },
  ASSERT_ERROR: {
    severity: "high",
    exit: 3,
    message: "{artifact}: the expression of rule {rule} has no answer: {reason}",
    hint: "ask with `has()` or `exists` whether something is there before using it; keep loops over long lists simple",
    explain:
      "The expression failed, or took longer than all expressions of a policy together may (0.6 seconds, and 20 microseconds for " +
      "each artifact that one of them is about). That is neither true nor false, so the rule is undecided.",
  },
  COMPONENT_NOT_AS_DEMANDED: {
    severity: "high",
    exit: 1,
    message: "{artifact}: its {what} is {got}, the rule demands {expected}",
    hint: "use a version that the rule lets through",
    explain:
      "The rule sets bounds for version or age, so that an old version, signed when it was new, does not come back. " +
      "A version that cannot be ordered and a date in the future do not keep to any bound.",
  },
} as const satisfies CodeTable;
