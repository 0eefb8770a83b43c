// SPDX-License-Identifier: Apache-2.0
// Loads the precompiled schema validators, each only when it is needed. scripts/validators.ts generates them:
// beside dist/ in the published package, in build/ for the sources. Nothing is compiled at run time.

import { AibomError } from "../errors.ts";

/** A validator by its schema: CycloneDX by version, or one of our own formats. */
export type ValidatorName =
  | "cyclonedx-1.2"
  | "cyclonedx-1.3"
  | "cyclonedx-1.4"
  | "cyclonedx-1.5"
  | "cyclonedx-1.6"
  | "cyclonedx-1.7"
  | "custody-entry"
  | "perimeter"
  | "policy"
  | "suppliers"
  | "system"
  | "trust-root"
  | "scan-report"
  | "score"
  | "verdict"
  | "waiver";

/** One violation of a schema. `params` and `message` may hold text of the document. */
export interface SchemaError {
  /** JSON pointer (RFC 6901) into the document. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** Violations that a validator lists: enough to work with, few enough that a hostile document costs no memory. */
export const maxSchemaErrors = 200;

/**
 * True if the value fits the schema. Otherwise `errors` lists the first violations of this last call.
 * The value's depth must have been bounded: validators recurse.
 */
export interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

/**
 * Loads a validator. The module is cached by the engine.
 * @throws {AibomError} VALIDATORS_NOT_BUILT
 */
export async function loadValidator(name: ValidatorName): Promise<Validator> {
  // Sources run unbuilt; in dist/ every file is flat.
  const folder = import.meta.url.endsWith(".ts") ? "../../build/validators" : "./validators";
  const url = new URL(`${folder}/${name}.mjs`, import.meta.url);
  try {
    const module = (await import(url.href)) as { readonly validate: Validator };
    return module.validate;
  } catch (cause) {
    throw AibomError.of("VALIDATORS_NOT_BUILT", { name }, { cause });
  }
}
