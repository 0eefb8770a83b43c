// SPDX-License-Identifier: Apache-2.0
// The declare use-case: targets, their BOM and a policy in; CycloneDX declarations out. Everything that is declared is verified here,
// from the bytes: no report of an earlier run is read, since whoever could write one could declare anything.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { type DeclaredBom, declarationsDocument, declareInBom } from "./assessment/declared-bom.ts";
import type { SpecVersion } from "./bom/extend.ts";
import { requireValidBom } from "./bom/require-valid.ts";
import { AibomError } from "./errors.ts";
import { limits } from "./limits.ts";
import type { Verdict } from "./model/verdict.ts";
import { profile } from "./profile.ts";
import type { ScoreProfileId } from "./score/element.ts";
import { scoreBom } from "./score/score-bom.ts";
import { readBounded } from "./sources/read-bounded.ts";
import { verify } from "./verify.ts";
import type { VerifyOptions } from "./verify-options.ts";

export interface DeclareOptions extends VerifyOptions {
  /** The BOM that the targets are verified against, and that the declarations are about. */
  readonly bom: string;
  /** Perimeter, with its signature beside it. With it the sovereignty profile is declared as well. */
  readonly perimeter?: string;
  readonly scoreProfiles: readonly ScoreProfileId[];
  /** The organisation that runs this, by its own word. */
  readonly assessor?: string;
  readonly toolVersion: string;
  /** A document of its own of this version; left out, the BOM with the declarations inside. */
  readonly alone?: SpecVersion;
}

export interface Declared extends DeclaredBom {
  readonly verdict: Verdict;
}

/**
 * Verifies the targets and declares what came out.
 * @throws {AibomError} as `verify` and `profile`, BOM_INVALID, SOURCE_CHANGED, BOM_DECLARE_OLD, BOM_SELF_INVALID
 */
export async function declare(targets: readonly string[], options: DeclareOptions): Promise<Declared> {
  const { perimeter, scoreProfiles, assessor, toolVersion, alone, ...verifyOptions } = options;
  const name = basename(options.bom);
  const bytes = readBounded(options.bom, limits.maxBomBytes);
  const { document, specVersion } = await requireValidBom(bytes, name);
  if (alone === undefined && specVersion !== "1.6" && specVersion !== "1.7") {
    throw AibomError.of("BOM_DECLARE_OLD", { given: specVersion }, { where: { path: name } });
  }
  const verdict = await verify(targets, verifyOptions);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (verdict.inputs.bom?.hex !== sha256) {
    throw AibomError.of("SOURCE_CHANGED", {}, { where: { path: name } });
  }
  const input = {
    verdict,
    ...(perimeter === undefined ? {} : { profile: await profile(targets, { ...verifyOptions, perimeter }) }),
    scores: scoreProfiles.map((each) => scoreBom(document, each)),
  };
  const context = {
    at: options.at,
    toolVersion,
    subject: { name: subjectName(document) ?? name, sha256 },
    ...(assessor === undefined ? {} : { assessor }),
  };
  const bom = { bytes, document };
  const made =
    alone === undefined
      ? await declareInBom(bom, input, context)
      : await declarationsDocument(input, context, { specVersion: alone, bom });
  return { ...made, verdict };
}

function subjectName({ metadata }: { readonly [key: string]: unknown }): string | undefined {
  const component = (metadata as { component?: { name?: unknown } } | undefined)?.component;
  return typeof component?.name === "string" ? component.name : undefined;
}
