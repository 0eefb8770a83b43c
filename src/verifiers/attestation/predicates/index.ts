// SPDX-License-Identifier: Apache-2.0
// Every predicate type that aibom reads. The list is by hand: it is where an auditor sees what a signed claim can
// come from. A type that is not here has no claims, only its name.

import type { PredicateReader } from "../predicate.ts";
import { cyclonedx } from "./cyclonedx.ts";
import { modelSigning } from "./model-signing.ts";
import { npmPublish } from "./npm-publish.ts";
import { pypiPublish } from "./pypi-publish.ts";
import { release } from "./release.ts";
import { slsaProvenanceV1 } from "./slsa-provenance-v1.ts";
import { slsaProvenanceV02 } from "./slsa-provenance-v02.ts";
import { slsaVsa } from "./slsa-vsa.ts";
import { spdx } from "./spdx.ts";
import { svr } from "./svr.ts";
import { testResult } from "./test-result.ts";
import { vulnCosign } from "./vuln-cosign.ts";
import { vulns } from "./vulns.ts";

export const predicateReaders: readonly PredicateReader[] = [
  slsaProvenanceV1,
  slsaProvenanceV02,
  slsaVsa,
  svr,
  testResult,
  vulns,
  vulnCosign,
  cyclonedx,
  spdx,
  modelSigning,
  release,
  npmPublish,
  pypiPublish,
];
