// SPDX-License-Identifier: Apache-2.0
// OpenVINO IR, versions 10 and 11 (OpenVINO documentation, "Intermediate Representation"): an XML file with the
// graph, and beside it a `.bin` with the weights, whose ranges the graph names. Layers of other operator sets than
// `opsetN` are executed by extension libraries. The weights are measured, never read.

import type { ByteSource } from "../bytes/byte-source.ts";
import { type XmlElement, xmlElements } from "../bytes/xml.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import { ClaimList } from "./claim-list.ts";
import { FindingList } from "./finding-list.ts";
import type { Description, FileReference, Format, Head, Match } from "./format.ts";
import { histogram } from "./safetensors-facts.ts";

const confirmBytes = 4096;
/** Versions whose layers name their operator set. */
const firstVersionWithOpsets = 10;

/** The OpenVINO reader. Its files share the extension `.xml` with everything else, so no name promises it. */
export const openvino: Format = {
  id: "openvino",
  holdsWeights: true,
  extensions: [],
  match({ bytes }: Head): Match {
    const at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    return startsWith(bytes, at, "<?xml") || startsWith(bytes, at, "<net") ? "possible" : "no";
  },
  confirm(file) {
    const start = Buffer.from(file.read(0, Math.min(confirmBytes, file.size))).toString("latin1");
    // The first element that is neither a declaration nor a comment is the root.
    const root = /<([A-Za-z_][^\s/>]{0,63})/.exec(start);
    return root?.[1] === "net" && /<net\s[^>]{0,1024}\bversion\s{0,8}=/.test(start.slice(root.index));
  },
  describe(file: ByteSource): Description {
    return new OpenvinoFile(file).describe();
  },
};

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  return [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));
}

interface Layer {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
}

/** Elements under `meta_data` or `rt_info` whose value is worth a line. */
const metadataNames = new Set(["Runtime_version", "framework", "model_name", "conversion_parameters"]);

/** One read. */
class OpenvinoFile {
  readonly #file: ByteSource;
  readonly #findings: FindingList;
  readonly #claims: ClaimList;
  readonly #operators = new Map<string, bigint>();
  readonly #parameters = new Map<string, bigint>();
  readonly #extensions = new Set<string>();
  readonly #references: FileReference[] = [];
  #version = 0;
  #layer: Layer | undefined;
  #constants = 0;

  constructor(file: ByteSource) {
    this.#file = file;
    this.#findings = new FindingList(file.path);
    this.#claims = new ClaimList(this.#findings);
  }

  describe(): Description {
    const { path, size } = this.#file;
    if (size > limits.maxOpenvinoXmlBytes) {
      const args = { size, limit: limits.maxOpenvinoXmlBytes };
      throw AibomError.of("SOURCE_TOO_LARGE", args, { where: { path } });
    }
    for (const part of xmlElements(this.#file.read(0, size), { path, maxDepth: limits.maxXmlDepth })) {
      if (part.kind === "element") {
        this.#element(part);
      } else if (part.name === "layer") {
        this.#layer = undefined;
      }
    }
    this.#totals();
    const { facts } = this.#claims;
    return { facts, findings: this.#findings.all(), references: this.#references };
  }

  #element(element: XmlElement): void {
    const { name, attributes, depth } = element;
    const value = attributes.get("value");
    if (depth === 1) {
      this.#root(element);
    } else if (name === "layer") {
      this.#startLayer(element);
    } else if (name === "data" && this.#layer !== undefined) {
      this.#data(this.#layer, element);
    } else if (name === "MO_version" && value !== undefined) {
      const source = { path: this.#file.path, pointer: name };
      this.#claims.claim("producer", { name: "OpenVINO Model Optimizer", version: value }, source);
    } else if (metadataNames.has(name) && value !== undefined && value !== "") {
      const source = { path: this.#file.path, pointer: name };
      this.#claims.claim("metadata", { key: name, value }, source);
    }
  }

  #root({ name, attributes, offset }: XmlElement): void {
    const version = attributes.get("version") ?? "";
    if (name !== "net" || !/^\d{1,3}$/.test(version)) {
      const where = { path: this.#file.path, offset };
      throw AibomError.of("OPENVINO_INVALID", { reason: "the root is no <net> with a version" }, { where });
    }
    this.#version = Number(version);
    const source = { path: this.#file.path, pointer: "net" };
    this.#claims.claim("name", attributes.get("name") ?? "", source);
    this.#claims.claim("format.version", version, source);
  }

  #startLayer({ attributes, offset }: XmlElement): void {
    const type = attributes.get("type");
    if (type === undefined) {
      const where = { path: this.#file.path, offset };
      throw AibomError.of("OPENVINO_INVALID", { reason: "a layer has no type" }, { where });
    }
    const name = attributes.get("name") ?? "";
    this.#layer = { name, type, offset };
    const opset = attributes.get("version") ?? "";
    const operator = opset === "" ? type : `${opset}::${type}`;
    if (!this.#operators.has(operator) && this.#operators.size >= limits.maxOnnxOperatorKinds) {
      const where = { path: this.#file.path, offset };
      throw AibomError.of("OPENVINO_INVALID", { reason: "there are too many kinds of layers" }, { where });
    }
    this.#operators.set(operator, (this.#operators.get(operator) ?? 0n) + 1n);
    const isExtension = this.#version >= firstVersionWithOpsets && !/^opset\d{1,3}$/.test(opset);
    if (isExtension && !this.#extensions.has(operator)) {
      this.#extensions.add(operator);
      const where = { path: this.#file.path, offset, member: name.slice(0, 300) };
      this.#findings.add(finding("OPENVINO_EXTENSION_LAYER", where, { operator }));
    }
  }

  #data(layer: Layer, { attributes, offset }: XmlElement): void {
    const source = { path: this.#file.path, pointer: layer.name };
    const type = attributes.get("element_type") ?? "undefined";
    if (layer.type === "Parameter") {
      this.#claims.claim("input", { name: layer.name, format: type }, source);
    }
    if (layer.type !== "Const") {
      return;
    }
    const from = count(attributes.get("offset"));
    const size = count(attributes.get("size"));
    const elements = product(attributes.get("shape") ?? "");
    if (from === undefined || size === undefined || elements === undefined) {
      const where = { path: this.#file.path, offset, member: layer.name.slice(0, 300) };
      const reason = "a constant has no offset, size or shape";
      throw AibomError.of("OPENVINO_INVALID", { reason }, { where });
    }
    this.#constants += 1;
    this.#parameters.set(type, (this.#parameters.get(type) ?? 0n) + elements);
    const path = weightsPath(this.#file.path);
    this.#references.push({ path, offset: from, length: size, member: layer.name.slice(0, 300) });
  }

  #totals(): void {
    const source = { path: this.#file.path };
    const total = [...this.#parameters.values()].reduce((sum, each) => sum + each, 0n);
    this.#claims.computed("tensors.count", this.#constants, source);
    this.#claims.computed("parameters.count", total.toString(), source);
    this.#claims.computed("dtypes", histogram(this.#parameters), source);
    this.#claims.computed("operators", histogram(this.#operators), source);
  }
}

/** The runtime looks for the weights beside the graph, under the same name. */
function weightsPath(path: string): string {
  return `${path.replace(/\.[^./]{0,16}$/, "")}.bin`;
}

function count(text: string | undefined): number | undefined {
  const value = text === undefined || !/^\d{1,16}$/.test(text) ? undefined : Number(text);
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

/** Elements of a shape: `1,3,224,224`; an empty one is a scalar. */
function product(shape: string): bigint | undefined {
  if (shape.trim() === "") {
    return 1n;
  }
  const dimensions = shape.split(",", limits.maxOnnxDimensions + 1).map((each) => count(each.trim()));
  return dimensions.length > limits.maxOnnxDimensions
    ? undefined
    : dimensions.reduce<bigint | undefined>(
        (sum, each) => (sum === undefined || each === undefined ? undefined : sum * BigInt(each)),
        1n,
      );
}
