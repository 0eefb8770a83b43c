// SPDX-License-Identifier: Apache-2.0
// What was examined, with pseudonyms. Paths of files below an artifact stay as they are: they are content, and the digest
// of the file manifest is over them.

import type { Artifact } from "../model/artifact.ts";
import type { Evidence } from "../model/evidence.ts";
import type { Verdict } from "../model/verdict.ts";
import type { GatedArtifact } from "../policy/rule.ts";
import type { TrustRoot } from "../trust/trust-root.ts";
import type { Redactor } from "./redaction.ts";

export function redactVerdict(redactor: Redactor, verdict: Verdict): Verdict {
  const { artifacts, evidence, ...rest } = verdict;
  return {
    ...redactor.value(rest),
    artifacts: artifacts.map((each) => ({ ...each, name: redactor.text(each.name) })),
    evidence: evidence.map((each) => redactEvidence(redactor, each)),
  };
}

function redactEvidence(redactor: Redactor, evidence: Evidence): Evidence {
  if (evidence.kind === "package") {
    return redactor.value(evidence);
  }
  const { covers, ...rest } = evidence;
  return { ...redactor.value(rest), covers } as Evidence;
}

export function redactGated(redactor: Redactor, gated: GatedArtifact): GatedArtifact {
  const { artifact, signatures, digests } = gated;
  return {
    artifact: redactArtifact(redactor, artifact),
    manifest: gated.manifest,
    signatures: signatures.map((each) => redactEvidence(redactor, each) as typeof each),
    digests: digests.map((each) => redactEvidence(redactor, each) as typeof each),
    rejected: redactor.value(gated.rejected),
    findings: redactor.value(gated.findings),
  };
}

export function redactArtifact(redactor: Redactor, artifact: Artifact): Artifact {
  const { files, parts, images, ...rest } = artifact;
  return {
    ...redactor.value(rest),
    files,
    ...(parts === undefined
      ? {}
      : { parts: parts.map(({ files: own, ...part }) => ({ ...redactor.value(part), files: own })) }),
    ...(images === undefined
      ? {}
      : { images: images.map(({ files: own, ...image }) => ({ ...redactor.value(image), files: own })) }),
  };
}

/** What a trust root says stays: whom it names is whom the folder is about. */
export function trustedTexts({ document }: TrustRoot): ReadonlySet<string> {
  const texts = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === "string") {
      texts.add(value);
    } else if (typeof value === "object" && value !== null) {
      for (const each of Object.values(value)) {
        collect(each);
      }
    }
  };
  collect(document);
  return texts;
}
