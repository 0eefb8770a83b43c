// SPDX-License-Identifier: Apache-2.0
// The ceilings of tables, row files and feature stores. They are part of `limits`, which all code uses.

const MiB = 1024 * 1024;

export const dataLimits = {
  /** Levels of Thrift structures. A Parquet footer nests below 8. */
  maxThriftDepth: 32,
  /** Bytes of a Parquet footer. Tables of 10,000 columns in hundreds of row groups stay below. */
  maxParquetFooterBytes: 64 * MiB,
  /** Elements of a Parquet schema, groups and leaves. */
  maxParquetSchemaElements: 1_000_000,
  /** Column chunks whose places are kept: those of a checkpoint, which has some 50 columns. */
  maxParquetKeptChunks: 10_000,
  /** Bytes that one column of a Delta checkpoint may unpack to: a million paths of 200 bytes. */
  maxCheckpointColumnBytes: 256 * MiB,
  /** Files of one table, live and removed, in one snapshot. */
  maxTableFiles: 1_000_000,
  /** Bytes of the header of one Arrow message, or of a footer. A schema of 10,000 columns is 2 MB. */
  maxArrowMessageBytes: 64 * MiB,
  /** Messages of one Arrow file. `datasets` writes 1,000 rows each: a billion rows. */
  maxArrowMessages: 1_000_000,
  /** Levels of nested Arrow types. */
  maxArrowDepth: 64,
  /** Bytes of an Avro header: Iceberg puts the table's schema and its specs there. */
  maxAvroHeaderBytes: 16 * MiB,
  /** Levels of an Avro schema, and of the values that it describes. */
  maxAvroDepth: 64,
  /** Types in one Avro schema. */
  maxAvroTypes: 100_000,
  /** Values decoded from one Iceberg manifest: 10,000 files with statistics of 100 columns each; a second. */
  maxAvroValues: 10_000_000,
  /** Bytes that one Avro block may unpack to; writers aim at 64 kB to 16 MB. */
  maxAvroBlockBytes: 256 * MiB,
  /** Bytes of a data file that are read to count its rows. What is beyond costs more time than the count is worth. */
  maxCountedBytes: 1024 * MiB,
  /** Rows of a text data set that are parsed for the names of their keys. */
  maxSampledRows: 1000,
  /** Bytes of one such row; longer ones are counted and not parsed. */
  maxSampledRowBytes: MiB,
  /** Bytes of a Feast registry. One of 10,000 feature views has some 20 MB. */
  maxFeastRegistryBytes: 256 * MiB,
  /** Bytes of an Iceberg metadata file, packed and unpacked. One with 10,000 snapshots has some 10 MB. */
  maxIcebergMetadataBytes: 64 * MiB,
  /** Bytes of a `.dvc` file or of `dvc.lock`; a pipeline of 1,000 stages has 300 kB. More takes the YAML parser seconds. */
  maxDvcFileBytes: MiB,
  /** Characters of patterns times characters of paths compared for one Croissant document: a second of work. */
  maxPatternSteps: 100_000_000,
  /** Bytes of a feature_store.yaml; people write it. */
  maxFeatureStoreBytes: 256 * 1024,
} as const;
