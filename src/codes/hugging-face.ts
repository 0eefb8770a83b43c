// SPDX-License-Identifier: Apache-2.0
// Codes of Hugging Face model directories: model cards, configuration, adapters, custom code, chat
// templates, Git LFS pointers; and of metadata that was cut or redacted.

import type { CodeTable } from "./code.ts";

export const huggingFaceCodes = {
  LFS_POINTER_NOT_WEIGHTS: {
    severity: "medium",
    exit: 3,
    message: "is a Git LFS pointer to {size} bytes, not the file itself",
    hint: "fetch the content (git lfs pull) and run again",
    explain:
      "Git LFS leaves a small text file in place of a large one until its content is fetched. The pointer names the " +
      "SHA-256 of the content; the content itself was not seen, so the file is unverified.",
  },
  LFS_POINTER_INVALID: {
    severity: "high",
    exit: 3,
    message: "is not a valid Git LFS pointer: {reason}",
    hint: "fetch the file again from its source",
    explain:
      "The file starts like a Git LFS pointer and breaks the pointer's rules (version, oid, size, one a line).",
  },
  MODEL_CARD_INVALID: {
    severity: "medium",
    exit: 3,
    message: "the card's front matter cannot be read: {reason}",
    hint: "correct the YAML between the first two --- lines",
    explain:
      "The front matter of README.md holds the licence, the base models and the datasets. It could not be read, so " +
      "none of its claims are in the inventory.",
  },
  MODEL_CARD_DUPLICATE_KEY: {
    severity: "medium",
    exit: 3,
    message: "the card has the key {key} twice",
    hint: "remove one of the two; readers disagree on which one counts",
    explain:
      "YAML keys must be unique. aibom reports none of the values, so that none can be shown in place of the other.",
  },
  MODEL_CARD_FIELD_INVALID: {
    severity: "low",
    exit: 3,
    message: "the card's field {field} is not usable: {reason}",
    hint: "correct the field as the card's specification describes it",
    explain:
      "One field of the model card does not have the shape that the specification gives it. The others were read.",
  },
  MODEL_CARD_LICENSE_INCOMPLETE: {
    severity: "low",
    exit: 3,
    message: "the card says license: other without {missing}",
    hint: "name the licence (license_name) and link its text (license_link)",
    explain: "A licence outside the known list must be named and linked, or nobody can tell what it allows.",
  },
  MODEL_CARD_TEMPLATE: {
    severity: "info",
    exit: 3,
    message: "the card still has the placeholder {placeholder}",
    hint: "fill in the card",
    explain: "The front matter is an unfilled template. Placeholders are not reported as claims.",
  },
  CONFIG_INVALID: {
    severity: "medium",
    exit: 3,
    message: "the field {field} is not usable: {reason}",
    hint: "find out which tool wrote the file",
    explain:
      "A field of a configuration file does not have the type that its loader expects. The others were read.",
  },
  CUSTOM_CODE_FILE: {
    severity: "medium",
    exit: 3,
    message: "is Python code that comes with the model or the data",
    hint: "review it like any other code, or use a model that needs none; never load with trust_remote_code unread",
    explain: "A model with custom code runs that code with the rights of whoever loads it.",
  },
  CUSTOM_CODE_REQUIRED: {
    severity: "medium",
    exit: 3,
    message: "loading needs custom code: {reference}",
    hint: "review the code; loaders run it only with trust_remote_code",
    explain: "The configuration maps classes to Python code of the model's own directory.",
  },
  CUSTOM_CODE_REMOTE: {
    severity: "high",
    exit: 1,
    message: "loading runs code of another repository: {reference}",
    hint: "copy the code into the model, review and sign it, and correct the reference",
    explain:
      "A reference such as `owner/name--module.Class` makes the loader download and run code that is not part of " +
      "this model: it is not hashed, not signed, and may change at any time.",
  },
  CUSTOM_CODE_TRUSTED: {
    severity: "high",
    exit: 1,
    message: "asks loaders to trust remote code ({field})",
    hint: "remove the field: whether to run code is the user's decision",
    explain:
      "The configuration tries to switch on the execution of code that comes with the model or from elsewhere.",
  },
  ADAPTER_BASE_UNKNOWN: {
    severity: "medium",
    exit: 3,
    message: "the adapter's base model is unknown: {reason}",
    hint: "state the base model in adapter_config.json",
    explain:
      "An adapter is only a difference to its base model. Without the base, neither lineage nor licence is known.",
  },
  ADAPTER_BASE_UNPINNED: {
    severity: "low",
    exit: 3,
    message: "the adapter's base model {base} has no revision",
    hint: "state the commit of the base model as revision",
    explain:
      "Without a revision the adapter is loaded onto whatever the base model's repository holds that day.",
  },
  CHAT_TEMPLATE_DANGEROUS: {
    severity: "high",
    exit: 1,
    message: "the chat template uses {constructs}",
    hint: "do not render it; chat templates need loops and conditions, never Python internals",
    explain:
      "Chat templates are Jinja programs that the loader runs. Access to Python internals is how a template escapes " +
      "from a weak sandbox and runs code on the host (CVE-2024-34359).",
  },
  CHAT_TEMPLATE_DIFFERS: {
    severity: "medium",
    exit: 3,
    message: "{first} and {second} hold different chat templates",
    hint: "find out which one is meant; loaders differ in which one they take",
    explain:
      "The prompt format of a model decides how it behaves. Two different templates mean two different models.",
  },
  METADATA_CUT: {
    severity: "info",
    exit: 3,
    message: "{field} is cut: {got}, limit is {limit}",
    hint: "the file itself is hashed whole; only the report of this field is shortened",
    explain:
      "Metadata of any length could fill a BOM. Long texts and lists are cut, and each cut is reported.",
  },
  METADATA_REDACTED: {
    severity: "low",
    exit: 3,
    message: "{field} holds {what}, which is left out of the report",
    hint: "remove it from the file before publishing the model",
    explain:
      "Local paths and user names tell about the machine a model was made on. They do not enter a BOM.",
  },
  METADATA_SECRET: {
    severity: "high",
    exit: 3,
    message: "{field} holds {what}, which is left out of the report",
    hint: "revoke the secret: everybody who has the file has it",
    explain: "An access token or a password is in the model's metadata. It does not enter a BOM or a report.",
  },
  FINDINGS_CUT: {
    severity: "high",
    exit: 3,
    message: "{count} more findings of {code} are not listed",
    hint: "the first ones show the pattern; the file is damaged or hostile",
    explain: "A hostile file can cause any number of findings. Each kind is listed up to a limit.",
  },
} as const satisfies CodeTable;
