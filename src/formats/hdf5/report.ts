// SPDX-License-Identifier: Apache-2.0
// What the walk over an HDF5 file amounts to: facts, findings, and whether it is a Keras file, which decides how grave
// a link to another file is: scientific data are spread over files all the time, models never.

import { leadsOut } from "../../bytes/member-name.ts";
import { finding, type Location } from "../../model/finding.ts";
import type { Severity } from "../../model/severity.ts";
import { ClaimList } from "../claim-list.ts";
import { FindingList } from "../finding-list.ts";
import type { Description } from "../format.ts";
import { KerasReport } from "../keras/keras-report.ts";
import { type Attribute, readAttributeText } from "./attribute.ts";
import type { Dataset } from "./dataset.ts";
import { elementsOf } from "./datatype.ts";
import type { Link } from "./group.ts";
import type { Hdf5Bytes } from "./hdf5-bytes.ts";
import type { Visit } from "./walk.ts";

/** One dataset, for layouts and comparisons. */
export interface Hdf5Dataset {
  readonly path: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** `detail` of a description. */
export interface Hdf5Detail {
  readonly kind: "hdf5";
  readonly isKeras: boolean;
  /** In the order of the file, up to a limit. */
  readonly datasets: readonly Hdf5Dataset[];
}

/** Names that HDF5 files with weights have; others (`.nc`, `.mat`, `.h5ad`) are data unless Keras wrote them. */
const weightsName = /\.(?:h5|hdf5|keras|ckpt|weights|bin)$/iu;

/** Attributes of the root group whose text is JSON with a model in it. */
const configNames = new Set(["model_config", "training_config"]);
const kerasMarks = new Set(["keras_version", "layer_names", "model_config"]);
/** State of training: not part of the model's parameters. */
const optimizerPath = /^\/(?:optimizer_weights|optimizer)\//u;
const seedPath = /\/seed_generator(?:_\d+)?\//u;

const maxListedDatasets = 100_000;
/** A dataset may claim so much without storing it: a filled constant, a compressed empty mask. */
const harmlessClaimBytes = 256n * 1024n * 1024n;
/** Values for each byte of the file beyond which no compression explains a shape: deflate reaches 1,032. */
const maxUnpackRatio = 1100n;

/** Collects what a walk hands out. */
export class Hdf5Report {
  readonly findings: FindingList;
  isIncomplete = false;
  readonly #bytes: Hdf5Bytes;
  readonly #claims: ClaimList;
  readonly #keras: KerasReport;
  readonly #version: number;
  readonly #datasets: Hdf5Dataset[] = [];
  readonly #parametersByType = new Map<string, bigint>();
  /** Findings that wait for the answer to whether this is a Keras file. */
  readonly #pending: ((severity: Severity | undefined) => void)[] = [];
  #isKeras = false;
  #datasetCount = 0;

  constructor(bytes: Hdf5Bytes, version: number) {
    this.#bytes = bytes;
    this.#version = version;
    this.findings = new FindingList(bytes.path);
    this.#claims = new ClaimList(this.findings);
    this.#keras = new KerasReport(bytes.path, this.#claims, this.findings);
  }

  add(visit: Visit): void {
    switch (visit.kind) {
      case "attribute":
        this.#addAttribute(visit.path, visit.attribute);
        return;
      case "dataset":
        this.#addDataset(visit.path, visit.dataset, visit.address);
        return;
      case "group":
        // `layers/<name>/vars` is how Keras 3 stores weights, `model_weights` how Keras 2 did.
        this.#isKeras ||= visit.path === "/model_weights" || visit.path.endsWith("/vars");
        return;
      case "link":
        this.#addLink(visit.path, visit.link);
        return;
      case "fault":
        this.findings.add(visit.error.toFinding({ path: this.#bytes.path, member: visit.path }));
        this.isIncomplete = true;
    }
  }

  #at(address: number, member: string): Location {
    return { path: this.#bytes.path, offset: this.#bytes.offset(address), member };
  }

  #addAttribute(path: string, attribute: Attribute): void {
    const { name } = attribute;
    const isRoot = path === "";
    this.#isKeras ||= kerasMarks.has(name) && (isRoot || path === "/model_weights");
    if (!isRoot) {
      return;
    }
    const text = readAttributeText(this.#bytes, attribute);
    if (text === undefined) {
      if (configNames.has(name)) {
        const reason = "the attribute is not one text";
        const at = this.#at(attribute.start, name);
        this.findings.add(finding("KERAS_CONFIG_INVALID", at, { member: name, reason }));
        this.isIncomplete = true;
      }
      return;
    }
    if (configNames.has(name)) {
      const source = { member: name, offset: this.#bytes.offset(text.address) };
      this.isIncomplete = !this.#keras.read(text.bytes, source) || this.isIncomplete;
      return;
    }
    const value = new TextDecoder().decode(text.bytes);
    const pointer = { path: this.#bytes.path, pointer: name };
    if (name === "keras_version") {
      this.#claims.claim("producer", { name: "keras", version: value }, pointer);
    } else {
      this.#claims.claim("metadata", { key: name, value }, pointer);
    }
  }

  #addDataset(path: string, dataset: Dataset, address: number): void {
    const { type, shape, storage, externalFiles } = dataset;
    this.#datasetCount += 1;
    const elements = elementsOf(shape) * BigInt(type.count);
    if (this.#datasets.length < maxListedDatasets) {
      this.#datasets.push({ path, dtype: type.name, shape: shape ?? [] });
    }
    if (type.kind === "number" && !optimizerPath.test(path) && !seedPath.test(path)) {
      this.#parametersByType.set(type.name, (this.#parametersByType.get(type.name) ?? 0n) + elements);
    }
    const virtualFiles = storage.kind === "virtual" ? storage.files : [];
    for (const file of [...externalFiles, ...virtualFiles.filter((each) => each !== ".")]) {
      this.#addOutside(file, (severity) =>
        finding("HDF5_EXTERNAL_STORAGE", this.#at(address, path), { dataset: path, file }, severity),
      );
    }
    const claimed = elements * BigInt(Math.max(1, Math.floor(type.size / type.count)));
    this.#checkClaim(path, dataset, address, claimed);
  }

  #checkClaim(path: string, { storage, externalFiles }: Dataset, address: number, claimed: bigint): void {
    const size = this.#bytes.size;
    const stored = storage.kind === "contiguous" ? BigInt(storage.bytes) : BigInt(size) * maxUnpackRatio;
    const isElsewhere = externalFiles.length > 0 || storage.kind === "virtual";
    if (isElsewhere || claimed <= harmlessClaimBytes || (storage.kind !== "none" && claimed <= stored)) {
      return;
    }
    this.#pending.push((severity) =>
      this.findings.add(
        finding(
          "HDF5_UNBACKED_SHAPE",
          this.#at(address, path),
          { dataset: path, claimed, size },
          severity === undefined ? {} : { severity },
        ),
      ),
    );
  }

  #addLink(path: string, { at, target }: Link): void {
    if (target.kind === "external") {
      const args = { link: path, target: target.path, file: target.file };
      this.#addOutside(target.file, (severity) =>
        finding("HDF5_EXTERNAL_LINK", this.#at(at, path), args, severity),
      );
    } else if (target.kind === "user-defined") {
      this.findings.add(
        finding("HDF5_USER_DEFINED_LINK", this.#at(at, path), { link: path, type: target.type }),
      );
    }
  }

  /** A way out of the directory is grave in every file, a way out of the file only in a model. */
  #addOutside(
    file: string,
    make: (options: { severity?: Severity }) => Parameters<FindingList["add"]>[0],
  ): void {
    const leaves = leadsOut("model", file);
    this.#pending.push((severity) => {
      const raised = leaves ? "high" : severity;
      this.findings.add(make(raised === undefined ? {} : { severity: raised }));
    });
  }

  description(): Description {
    for (const add of this.#pending) {
      add(this.#isKeras ? "high" : undefined);
    }
    this.#keras.state();
    const source = { path: this.#bytes.path };
    const total = [...this.#parametersByType.values()].reduce((sum, count) => sum + count, 0n);
    const byType = [...this.#parametersByType].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    this.#claims.computed("format.version", String(this.#version), { ...source, pointer: "superblock" });
    if (this.#isKeras) {
      // Datasets of other programs are data as often as weights.
      this.#claims.computed("parameters.count", String(total), source);
      this.#claims.computed(
        "dtypes",
        Object.fromEntries(byType.map(([type, count]) => [type, String(count)])),
        source,
      );
    }
    this.#claims.computed("tensors.count", this.#datasetCount, source);
    const detail: Hdf5Detail = { kind: "hdf5", isKeras: this.#isKeras, datasets: this.#datasets };
    return {
      facts: this.#claims.facts,
      findings: this.findings.all(),
      references: [],
      detail,
      ...(this.#isKeras || weightsName.test(this.#bytes.path) ? {} : { format: "hdf5-data" }),
      ...(this.isIncomplete ? { incomplete: true } : {}),
    };
  }
}
