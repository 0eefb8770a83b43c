// SPDX-License-Identifier: Apache-2.0
// Codes of the area "dataset files": Parquet, Arrow, Avro, TFRecord, CSV, JSON Lines, Feast registries.

import type { CodeTable } from "./code.ts";

export const datasetFileCodes = {
  PARQUET_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a valid Parquet file: {reason}",
    hint: "the file is truncated or damaged; fetch it again from its source",
    explain:
      "A Parquet file starts and ends with the same four letters, and its footer says what lies between. Without a sound footer " +
      "its rows are unknown, so the file is unverified.",
  },
  PARQUET_FOOTER_OUT_OF_FILE: {
    severity: "high",
    exit: 3,
    message: "the footer is {length} bytes, the file has room for {available}",
    hint: "the file is truncated or its length field lies; fetch it again from its source",
    explain:
      "The footer of a Parquet file would start before the file does, so its schema and rows are unknown.",
  },
  PARQUET_FOOTER_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "the footer is {length} bytes, limit is {limit}",
    hint: "no real table needs such a footer; treat the file as damaged or hostile",
    explain:
      "Parsing a huge footer takes many times its size in memory. It was not read, and the file is unverified.",
  },
  PARQUET_FOOTER_ENCRYPTED: {
    severity: "medium",
    exit: 3,
    message: "the footer is encrypted ({scheme})",
    hint: "decrypt the file before the inventory, or accept it unverified",
    explain:
      "With an encrypted footer nobody without the key can see which columns and rows the file holds. It is listed with its " +
      "digest, as unverified.",
  },
  PARQUET_COLUMNS_ENCRYPTED: {
    severity: "info",
    exit: 3,
    message: "the file is encrypted, {count} columns with keys of their own",
    hint: "nothing to do; the schema and the number of rows are readable",
    explain:
      "The footer is plain and the columns are encrypted, which is how Parquet protects personal data.",
  },
  PARQUET_ROWS_DISAGREE: {
    severity: "medium",
    exit: 3,
    message: "the footer says {total} rows, its row groups have {sum}",
    hint: "the file was put together by a faulty tool or changed; fetch it again from its source",
    explain:
      "Some readers believe the total, others read the row groups. A file whose numbers differ is two tables to two readers.",
  },
  PARQUET_CHUNK_OUT_OF_FILE: {
    severity: "medium",
    exit: 3,
    message: "the column {column} ends at {end}, the data ends at {size}",
    hint: "the file is truncated or damaged; fetch it again from its source",
    explain:
      "A column does not lie between the start of the file and its footer. Careless readers read foreign bytes.",
  },
  PARQUET_EXTERNAL_DATA: {
    severity: "medium",
    exit: 3,
    message: "{count} column chunks lie in other files, first {file}",
    hint: "inventory these files together with this one, or rewrite the table into one file",
    explain:
      "The format allows a footer to point at columns in other files. Such a summary file says nothing about its own bytes.",
  },
  PARQUET_ARROW_SCHEMA_INVALID: {
    severity: "medium",
    exit: 3,
    message: "the Arrow schema in the footer cannot be read: {reason}",
    hint: "rewrite the file with a current library",
    explain:
      "Arrow libraries put their own schema into the footer and build types from it. This one is damaged, so it is not known " +
      "which types a reader would build.",
  },
  ARROW_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a valid Arrow file: {reason}",
    hint: "the file is truncated or damaged; fetch it again from its source",
    explain:
      "The messages of an Arrow file or stream must follow each other to the end, and its footer must agree with them. Reading " +
      "stopped, so the file is unverified.",
  },
  ARROW_PICKLED_TYPE: {
    severity: "medium",
    exit: 3,
    message: "the type of column {field} is a pickle",
    hint: "read the file with pyarrow 14.0.1 or newer, and ask its author for a type without a pickle",
    explain:
      "pyarrow before 14.0.1 unpickles this type when it opens the file, which runs whatever the pickle says (CVE-2023-47248). " +
      "What the pickle would run is reported beside this.",
  },
  AVRO_INVALID: {
    severity: "high",
    exit: 3,
    message: "not a valid Avro file: {reason}",
    hint: "the file is truncated or damaged; fetch it again from its source",
    explain:
      "An Avro file is a schema and blocks of records between markers. One of them is not sound, so the file is unverified.",
  },
  TFRECORD_BAD_CHECKSUM: {
    severity: "high",
    exit: 3,
    message: "the length of record {record} ({length}) does not match its checksum",
    hint: "the file is damaged or no TFRecord file; fetch it again from its source",
    explain:
      "Every record starts with its length and a checksum of it. A length with a wrong checksum is not trusted, and what follows " +
      "it cannot be found.",
  },
  TFRECORD_CUT: {
    severity: "high",
    exit: 3,
    message: "record {record} has {length} bytes, the file has {available} left",
    hint: "the file is truncated; fetch it again from its source",
    explain: "The last record is not complete, so the file is unverified.",
  },
  TEXT_DATA_NOT_UTF8: {
    severity: "low",
    exit: 3,
    message: "the text is not UTF-8",
    hint: "convert it to UTF-8; readers guess the encoding and get different texts",
    explain:
      "Tables of text without a known encoding are read differently by different tools. Rows were counted by their line ends " +
      "all the same.",
  },
  CSV_QUOTE_UNCLOSED: {
    severity: "low",
    exit: 3,
    message: "a quoted field has no end",
    hint: "check the file with the tool that wrote it; rows behind the open quote are counted as one",
    explain:
      "The file ends inside quotes, so everything behind the last opening quote is one field. It may be cut, or use quotes in " +
      "another way than RFC 4180.",
  },
  JSONL_ROW_INVALID: {
    severity: "low",
    exit: 3,
    message: "row {row} is not strict JSON: {reason}",
    hint: "write each row as one JSON value, without NaN and without repeated keys",
    explain:
      "Readers of JSON Lines and of arrays of rows stop at such a row, skip it or read it in their own way. If it is the first row the file is taken " +
      "for another format and is unverified.",
  },
  JSON_ROWS_INVALID: {
    severity: "medium",
    exit: 3,
    message: "not a whole array of rows: {reason}",
    hint: "the file is truncated or was put together by hand; write it again from its source",
    explain:
      "A JSON file whose outermost value is an array of objects is a table of rows. Where its brackets or commas do not fit, one " +
      "reader refuses it and another reads the rows up to there, so the file is unverified.",
  },
  FEAST_REGISTRY_TOO_LARGE: {
    severity: "high",
    exit: 3,
    message: "the registry is {size} bytes, limit is {limit}",
    hint: "no real feature store has such a registry; treat the file as damaged or hostile",
    explain: "The file was not read, so which data and which code it names is unknown.",
  },
  FEAST_PICKLED_FUNCTION: {
    severity: "medium",
    exit: 3,
    message: "the registry holds a pickled function at {place}",
    hint: "review the function's source, and let nobody write the registry who may not run code in production",
    explain:
      "On-demand and stream feature views carry their function as a pickle. Feast unpickles it when it loads the registry, so " +
      "whoever can write the registry can run code in every process that reads features. What the pickle names is reported beside this.",
  },
} as const satisfies CodeTable;
