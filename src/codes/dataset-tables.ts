// SPDX-License-Identifier: Apache-2.0
// Codes of the area "dataset tables": Delta and Iceberg tables, DVC repositories, Feast feature stores.

import type { CodeTable } from "./code.ts";

export const datasetTableCodes = {
  DELTA_LOG_INVALID: {
    severity: "high",
    exit: 3,
    message: "the Delta log cannot be read: {reason}",
    hint: "fetch the table again from its source, with its whole _delta_log",
    explain:
      "Without its log it is not known which files of a Delta table are live, so the table is unverified.",
  },
  DELTA_LOG_INCOMPLETE: {
    severity: "medium",
    exit: 3,
    message: "the Delta log is not complete: {missing} is missing or unreadable",
    hint: "fetch the whole _delta_log, with a checkpoint that aibom can read or every commit from the first",
    explain:
      "The live files are those that a checkpoint lists, changed by every commit after it. With a gap the list is a guess, so " +
      "rows are not counted and the log is unverified.",
  },
  DELTA_FILES_ELSEWHERE: {
    severity: "low",
    exit: 3,
    message: "{count} of {total} live files lie outside of the table's directory",
    hint: "inventory the place where they lie, or copy the table with its data",
    explain:
      "A shallow clone refers to the files of another table by their addresses. Their bytes were not seen.",
  },
  DELTA_FILES_NOT_LIVE: {
    severity: "info",
    exit: 3,
    message: "{count} data files are not part of the newest version, first {first}",
    hint: "vacuum the table if they are not needed; readers of single files would read them as data",
    explain:
      "Delta keeps files of older versions. They are in the directory and in its digest, and no reader of the newest version " +
      "uses them.",
  },
  ICEBERG_INVALID: {
    severity: "high",
    exit: 3,
    message: "the Iceberg metadata cannot be used: {reason}",
    hint: "fetch the table again from its source, with its whole metadata directory",
    explain:
      "Without its metadata it is not known which files of an Iceberg table are live, so it is unverified.",
  },
  ICEBERG_INCOMPLETE: {
    severity: "medium",
    exit: 3,
    message: "the live files of the snapshot are not all known: {reason}",
    hint: "fetch the manifests as well; encrypted manifests cannot be read",
    explain:
      "The metadata of an Iceberg table names manifests, and these name the data files. One of them is missing or cannot be " +
      "read, so rows are not counted and the metadata file is unverified.",
  },
  ICEBERG_FILES_ELSEWHERE: {
    severity: "low",
    exit: 3,
    message: "{count} live files lie outside of the table's location",
    hint: "inventory the place where they lie",
    explain: "A table may name files anywhere. The bytes of these were not seen.",
  },
  ICEBERG_ROWS_DISAGREE: {
    severity: "medium",
    exit: 3,
    message: "the manifest says {claimed} rows of {file}, the file has {actual}",
    hint: "the file was replaced after it was committed; fetch the table again from its source",
    explain: "The manifest and the data file state different numbers of rows, so one of them was changed.",
  },
  DVC_FILE_INVALID: {
    severity: "medium",
    exit: 3,
    message: "the DVC file cannot be read: {reason}",
    hint: "compare it with what `dvc add` or `dvc repro` writes",
    explain: "The file should say which data belongs to the repository. What it names was not compared.",
  },
  FEATURE_STORE_INVALID: {
    severity: "low",
    exit: 3,
    message: "the feature store's configuration cannot be read: {reason}",
    hint: "compare it with what `feast init` writes",
    explain: "The file should say where features are kept. It was listed and not interpreted.",
  },
} as const satisfies CodeTable;
