// SPDX-License-Identifier: Apache-2.0
// The perimeter: what is one's own, by the word of those who answer for it (schemas/perimeter.schema.json). Signed, it is evidence
// of their word; unsigned it is an assertion.

import { createHash } from "node:crypto";
import { AibomError } from "../errors.ts";
import type { Digest } from "../model/digest.ts";
import { lastInstant } from "../policy/expiry.ts";
import { parseYaml } from "../policy/yaml.ts";
import { loadValidator } from "../schemas/validators.ts";
import type { Layer } from "./layer.ts";

/** `self`, or the id of a supplier. */
type Party = string;

export interface DatedDocument {
  readonly date: string;
  readonly document: string;
}

export interface Perimeter {
  readonly name: string;
  readonly expires: string;
  readonly home: readonly string[];
  readonly trusted?: readonly string[];
  readonly adverse?: readonly string[];
  readonly requiredLayers?: readonly Layer[];
  readonly languages?: readonly string[];
  readonly hosts?: readonly string[];
  readonly registries?: readonly string[];
  readonly sites?: readonly {
    readonly id: string;
    readonly country: string;
    readonly operator: Party;
    readonly attestation?: string;
  }[];
  readonly hardware?: readonly {
    readonly id: string;
    readonly vendor: Party;
    readonly owner: Party;
    readonly firmware?: string;
  }[];
  readonly energy?: readonly { readonly id: string; readonly country: string; readonly document?: string }[];
  readonly keys?: readonly { readonly id: string; readonly custody: Party }[];
  readonly responsible?: readonly {
    readonly role: string;
    readonly name: string;
    readonly employer: Party;
  }[];
  readonly sources?: DatedDocument;
  readonly drill?: DatedDocument;
  readonly evaluations?: readonly (DatedDocument & {
    readonly by: Party;
    readonly languages?: readonly string[];
  })[];
  readonly waivers?: readonly ProfileWaiver[];
}

/** A check that somebody accepts as it is, for a time. It never counts as passed. */
export interface ProfileWaiver {
  readonly check: string;
  readonly reason: string;
  readonly approver: string;
  readonly expires: string;
}

/**
 * Reads a perimeter, JSON or YAML.
 * @throws {AibomError} POLICY_* where it is no such document, PERIMETER_INVALID, PERIMETER_EXPIRED
 */
export async function loadPerimeter(
  bytes: Uint8Array,
  path: string,
  at: Date,
): Promise<Perimeter & { readonly digest: Digest }> {
  const document = parseYaml(bytes, path);
  const validate = await loadValidator("perimeter");
  if (!validate(document.value)) {
    const { instancePath = "", message = "is not valid" } = validate.errors?.[0] ?? {};
    const args = { pointer: instancePath || "/", reason: message };
    throw AibomError.of("PERIMETER_INVALID", args, { where: { path } });
  }
  // The validator has just shown that the value has this shape.
  const perimeter = document.value as unknown as Perimeter;
  if (!(at.getTime() <= lastInstant(perimeter.expires).getTime())) {
    throw AibomError.of("PERIMETER_EXPIRED", { expires: perimeter.expires }, { where: { path } });
  }
  const hex = createHash("sha256").update(bytes).digest("hex");
  return { ...perimeter, digest: { algorithm: "sha256", hex } };
}
