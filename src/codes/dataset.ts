// SPDX-License-Identifier: Apache-2.0
// Codes of datasets: cards, Croissant and data provenance documents, loading scripts; and of manifests whose
// digests are compared with the bytes.

import type { CodeTable } from "./code.ts";

export const datasetCodes = {
  DATASET_INFO_INVALID: {
    severity: "low",
    exit: 3,
    message: "the field {field} is not usable: {reason}",
    hint: "write the file anew with the tool that made it (datasets-cli)",
    explain:
      "One field of a dataset's configuration (dataset_info of the card, dataset_infos.json) does not have the shape that " +
      "the datasets library writes. The others were read.",
  },
  DATASET_ROWS_DISAGREE: {
    severity: "medium",
    exit: 3,
    message: "says that the split {split} has {claimed} rows, its files have {counted}",
    hint: "find out which of the two is right: rows were added or taken away, or the description is of another version",
    explain:
      "The card or dataset_infos.json states the number of rows of a split, and the files named like its shards were counted. " +
      "Data that are not what their description says may have been changed since they were reviewed.",
  },
  DATASET_COLUMNS_DISAGREE: {
    severity: "medium",
    exit: 3,
    message:
      "describes other columns of the split {split} than its files have: missing {missing}; not described {unclaimed}",
    hint: "find out which of the two is right, and describe every column: one may hold personal data",
    explain:
      "The card or dataset_infos.json lists the features of the data, and the schema of the files was read. A column that is not " +
      "described was reviewed by nobody.",
  },
  DATASET_SCRIPT: {
    severity: "medium",
    exit: 3,
    message: "is a loading script: loading the dataset runs its class {class}",
    hint: "review it like any other code, or convert the dataset to Parquet, which needs none",
    explain:
      "Older datasets come with a Python script that the datasets library runs with the rights of whoever loads the data " +
      "(trust_remote_code). The data themselves need no code.",
  },
  CROISSANT_INVALID: {
    severity: "medium",
    exit: 3,
    message: "is no Croissant document that can be relied on: {reason}",
    hint: "validate it with mlcroissant and publish it again",
    explain:
      "The file says that it describes a dataset in the Croissant format of MLCommons, and breaks the format's rules. Loaders " +
      "refuse it or read something else than its author meant.",
  },
  CROISSANT_COLUMN_MISSING: {
    severity: "medium",
    exit: 3,
    message: "takes values from columns that the files of {source} do not have: {columns}",
    hint: "find out which of the two is right: the description, or the files",
    explain:
      "Fields of a Croissant record set name the column that their values come from. The schema of the files was read, and the column is " +
      "not there. Data that are not what their description says may have been changed since they were reviewed.",
  },
  CROISSANT_COLUMN_UNDESCRIBED: {
    severity: "info",
    exit: 3,
    message: "describes no field for columns that the files of {source} have: {columns}",
    hint: "describe every column: one may hold personal data",
    explain:
      "A Croissant document need not describe every column, and one that it leaves out was reviewed by nobody who read the description " +
      "only.",
  },
  CROISSANT_DIGEST_UNUSABLE: {
    severity: "info",
    exit: 3,
    message: "the {algorithm} of {file} is no digest",
    hint: "write the digest of the file, or leave the field out",
    explain:
      "Croissant asks for a digest of each file. Some writers put a web address there. It is not shown and nothing is compared.",
  },
  DATA_PROVENANCE_INVALID: {
    severity: "low",
    exit: 3,
    message: "the field {field} of the data provenance document is not usable: {reason}",
    hint: "compare it with the Data Provenance Standards 1.0.0 of the Data & Trust Alliance",
    explain: "One field does not have the shape that the standard gives it. The others were read.",
  },
  DATASET_DOCUMENTS_CUT: {
    severity: "medium",
    exit: 3,
    message: "{count} more documents about datasets are not read, limit is {limit}",
    hint: "inventory the datasets one by one",
    explain:
      "Each document that describes a dataset is read whole. A directory with very many of them is read up to a limit.",
  },
  MANIFEST_FILE_DIFFERS: {
    severity: "high",
    exit: 3,
    message: "is not the file that {manifest} names: {algorithm} is {actual}, expected {expected}",
    hint: "find out which is right: fetch the file and the manifest again from their source",
    explain:
      "A manifest that comes with the data (Croissant, Git LFS, DVC, a cache's own names, a table's log) states a digest or a " +
      "size of this file, and the bytes on disk have another. One of the two was changed or damaged.",
  },
  MANIFEST_FILE_MISSING: {
    severity: "medium",
    exit: 3,
    message: "{manifest} names this file, and it is not there",
    hint: "fetch the rest of the data, or correct the manifest",
    explain:
      "A manifest that comes with the data lists a file that the directory does not have. What was inventoried is not all that " +
      "the manifest describes.",
  },
  MANIFEST_NAMESAKE_DIFFERS: {
    severity: "low",
    exit: 3,
    message: "{manifest} describes a file of this name elsewhere with another {algorithm}",
    hint: "check whether it is meant to be that file; if it is, fetch it again",
    explain:
      "A manifest states the digest of a file by its web address, and a file of the same name lies here with other content. " +
      "It may be another file: names alone prove nothing.",
  },
  MANIFEST_ONLY_WEAK: {
    severity: "info",
    exit: 3,
    message: "{manifest} vouches for {count} files with {algorithm} only",
    hint: "have the data's owner publish SHA-256 digests, or sign the directory (aibom sign)",
    explain:
      "MD5 and SHA-1 find accidents, and tell versions apart. They do not stop an attacker, who can make two files with one " +
      "digest. A matching digest of this kind is identity, not integrity.",
  },
  MANIFEST_PATH_UNSAFE: {
    severity: "medium",
    exit: 3,
    message: "names a file outside the directory: {path}",
    hint: "do not let a tool follow the manifest; get the data from a source you trust",
    explain:
      "A manifest refers to a file by an absolute path or with `..`. A loader that follows it reads or writes outside the data. " +
      "aibom does not follow it.",
  },
} as const satisfies CodeTable;
