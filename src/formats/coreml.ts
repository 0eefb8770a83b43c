// SPDX-License-Identifier: Apache-2.0
// Core ML models, `.mlmodel` (coremltools, Model.proto): version, description, metadata, and the kinds of model
// inside pipelines. A custom model or layer is code of the app that loads it; a linked model is another file.
// Leaves out the weights and, of neural networks, everything but custom layers.

import type { ByteSource } from "../bytes/byte-source.ts";
import { type MessageRange, ProtobufReader, type WireField } from "../bytes/protobuf.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FactName } from "../model/fact.ts";
import { finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { isCoremlKind, modelKinds, neuralNetworkKinds, pipelineKinds } from "./coreml/model-kinds.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, Format, Head, Match } from "./format.ts";
import { addMetadata } from "./metadata-claims.ts";
import { histogram } from "./safetensors-facts.ts";

/** The Core ML reader. */
export const coreml: Format = {
  id: "coreml",
  holdsWeights: true,
  extensions: [".mlmodel"],
  match: ({ bytes, path }: Head): Match =>
    // The specification version comes first, and there is nothing else to go by but the name.
    bytes[0] === 0x08 && path.toLowerCase().endsWith(".mlmodel") ? "possible" : "no",
  describe: (file: ByteSource): Description => new CoremlFile(file).describe(),
};

const maxTextBytes = 3 * (limits.maxMetadataCharacters + 1);
/** Pipelines inside pipelines. */
const maxPipelineDepth = 8;

/** Fields of Metadata that have a name of their own in the inventory. */
const metadataNames: ReadonlyMap<number, FactName> = new Map<number, FactName>([
  [1, "description"],
  [2, "version"],
  [3, "author"],
  [4, "license"],
]);

/** One read. */
class CoremlFile {
  readonly #path: string;
  readonly #reader: ProtobufReader;
  readonly #findings: FindingList;
  readonly #claims: ClaimList;
  readonly #kinds = new Map<string, bigint>();

  constructor(file: ByteSource) {
    this.#path = file.path;
    this.#reader = new ProtobufReader(file);
    this.#findings = new FindingList(file.path);
    this.#claims = new ClaimList(this.#findings);
  }

  describe(): Description {
    this.#model(this.#reader.root(), 0);
    this.#claims.computed("layer_types", histogram(this.#kinds), { path: this.#path });
    return { facts: this.#claims.facts, findings: this.#findings.all(), references: [] };
  }

  /** `depth` 0 is the model itself; the parts of a pipeline do not speak for the whole. */
  #model(model: MessageRange, depth: number): void {
    let version: bigint | undefined;
    let kind: string | undefined;
    for (const field of this.#reader.fields(model)) {
      if (field.number === 1 && field.wireType === 0) {
        version = field.value;
      } else if (field.number === 2 && field.wireType === 2 && depth === 0) {
        this.#description(this.#reader.message(field, model));
      } else if (isCoremlKind(field.number) && field.wireType === 2) {
        if (kind !== undefined) {
          throw this.#invalid("it is of two kinds at once", field.tagStart);
        }
        kind = modelKinds.get(field.number) ?? "";
        this.#kind(field, model, depth);
      }
    }
    if (version === undefined || kind === undefined) {
      throw this.#invalid(
        version === undefined ? "it has no version" : "it is of no known kind",
        model.start,
      );
    }
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0n) + 1n);
    if (depth === 0) {
      this.#claims.claim("format.version", version.toString(), { path: this.#path });
      this.#claims.claim("architecture.family", kind, { path: this.#path });
    }
  }

  #kind(field: WireField, parent: MessageRange, depth: number): void {
    const body = this.#reader.message(field, parent);
    const name = modelKinds.get(field.number) ?? "";
    if (name === "customModel") {
      this.#custom(body, name);
    } else if (name === "linkedModel") {
      this.#linked(body);
    } else if (pipelineKinds.has(field.number)) {
      this.#pipeline(body, depth, name !== "pipeline");
    } else if (neuralNetworkKinds.has(field.number)) {
      this.#layers(body);
    }
  }

  /** Pipeline: field 1 are its models; of the classifier and the regressor, field 1 is the pipeline. */
  #pipeline(body: MessageRange, depth: number, isWrapped: boolean): void {
    if (depth >= maxPipelineDepth) {
      throw this.#invalid("pipelines are nested too deep", body.start);
    }
    for (const field of this.#messages(body, 1)) {
      const inner = this.#reader.message(field, body);
      if (isWrapped) {
        this.#pipeline(inner, depth, false);
      } else {
        this.#model(inner, depth + 1);
      }
    }
  }

  /** NeuralNetworkLayer: field 1 is its name, field 500 says that it is custom. */
  #layers(network: MessageRange): void {
    for (const field of this.#messages(network, 1)) {
      const layer = this.#reader.message(field, network);
      for (const custom of this.#messages(layer, 500)) {
        this.#custom(this.#reader.message(custom, layer), "custom layer");
      }
    }
  }

  /** CustomModel and CustomLayerParams: field 10 is the class that the app must have. */
  #custom(body: MessageRange, what: string): void {
    const [name] = [...this.#messages(body, 10)].slice(0, 1).map((field) => this.#text(field));
    const className = name ?? "";
    const source = { path: this.#path, pointer: what };
    this.#claims.claim("custom_code", { class: className, module: "" }, source);
    const where = { path: this.#path, offset: body.start, member: what };
    this.#findings.add(finding("COREML_CUSTOM_CODE", where, { class: className.slice(0, 300), what }));
  }

  /** LinkedModel.linkedModelFile: name and search path, each with a default value. */
  #linked(body: MessageRange): void {
    for (const link of this.#messages(body, 1)) {
      const file = this.#reader.message(link, body);
      const texts = [...this.#reader.fields(file)]
        .filter((field) => field.wireType === 2)
        .slice(0, 2)
        .flatMap((field) => [...this.#messages(this.#reader.message(field, file), 1)].slice(0, 1))
        .map((field) => this.#text(field));
      const where = { path: this.#path, offset: file.start };
      const target = texts.join(" in ").slice(0, 300);
      this.#findings.add(finding("COREML_LINKED_MODEL", where, { target }));
    }
  }

  #description(body: MessageRange): void {
    for (const field of this.#reader.fields(body)) {
      if (field.wireType !== 2) {
        continue;
      }
      const inner = this.#reader.message(field, body);
      if (field.number === 1 || field.number === 10) {
        this.#feature(inner, field.number === 1 ? "input" : "output");
      } else if (field.number === 100) {
        this.#metadata(inner);
      }
    }
  }

  #feature(body: MessageRange, what: "input" | "output"): void {
    for (const field of this.#messages(body, 1)) {
      this.#claims.claim(what, { name: this.#text(field), format: "feature" }, { path: this.#path });
    }
  }

  #metadata(body: MessageRange): void {
    for (const field of this.#reader.fields(body)) {
      const name = metadataNames.get(field.number);
      if (field.wireType === 2 && name !== undefined && field.value > 0n) {
        this.#claims.claim(name, this.#text(field), { path: this.#path, pointer: "metadata" });
      } else if (field.wireType === 2 && field.number === 100) {
        this.#userDefined(this.#reader.message(field, body));
      }
    }
  }

  #userDefined(entry: MessageRange): void {
    const texts = new Map<number, string>();
    for (const field of this.#reader.fields(entry)) {
      if (field.wireType === 2) {
        texts.set(field.number, this.#text(field));
      }
    }
    const key = texts.get(1) ?? "";
    const value = texts.get(2) ?? "";
    const source = { path: this.#path, pointer: `metadata/${key}` };
    if (key === "com.github.apple.coremltools.version") {
      this.#claims.claim("producer", { name: "coremltools", version: value }, source);
    } else if (value !== "") {
      addMetadata(this.#claims, key, value, source);
    }
  }

  /** The length-delimited fields of one number. */
  *#messages(body: MessageRange, number: number): Generator<WireField> {
    for (const field of this.#reader.fields(body)) {
      if (field.number === number && field.wireType === 2) {
        yield field;
      }
    }
  }

  #text(field: WireField): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.#reader.bytes(field, maxTextBytes));
  }

  #invalid(reason: string, offset: number): AibomError {
    return AibomError.of("COREML_INVALID", { reason }, { where: { path: this.#path, offset } });
  }
}
