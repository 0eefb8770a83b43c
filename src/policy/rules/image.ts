// SPDX-License-Identifier: Apache-2.0
// Rule kind `image`: how configurations name images, what images are built on, for which platforms, and who they run as. An
// artifact that neither is an image nor names one is no matter of this rule; that nothing at all is one, shows nothing.

import type { Fact, JsonValue } from "../../model/fact.ts";
import { type Finding, finding, type Location } from "../../model/finding.ts";
import { baseImages, type ImageContent, isRootUser } from "../../model/image.ts";
import { isListCut } from "../cut-lists.ts";
import { ruleFindingOptions } from "../finding-options.ts";
import { matcherOf } from "../patterns.ts";
import type { ImageRule } from "../policy.ts";
import { type ArtifactSubject, type GateInput, passed, type RuleKind } from "../rule.ts";
import { factsOf, unsupported } from "../subject-facts.ts";

export const imageRule: RuleKind<ImageRule> = {
  kind: "image",

  judgeArtifact(rule, subject, input) {
    const { artifact } = subject.gated;
    const { name } = artifact;
    const options = ruleFindingOptions(rule, name);
    if (rule.onNone !== "pass" && !hasImages(input)) {
      const findings = [finding("IMAGE_NONE", { path: "." }, { artifact: name }, options)];
      return { status: "fail", findings, remedy: [{ action: "fix-policy", args: { rule: rule.id } }] };
    }
    const references = rule.references === undefined ? [] : referencesOf(subject);
    const images = imagesOf(subject);
    const findings = [
      ...references.flatMap((each) => judgeReference(rule, each, subject, input)),
      ...images.flatMap((each) => judgeImage(rule, each, subject)),
    ];
    if (findings.length > 0) {
      return { status: "fail", findings, remedy: [{ action: "replace-artifact", args: { artifact: name } }] };
    }
    if (rule.references !== undefined && isListCut(artifact, "image")) {
      const own = finding("IMAGE_REFERENCES_NOT_LISTED", { path: "." }, { artifact: name }, options);
      return {
        status: "undecided",
        findings: [own],
        remedy: [{ action: "inspect", args: { artifact: name } }],
      };
    }
    return references.length + images.length > 0
      ? passed
      : { status: "not-applicable", findings: [], remedy: [] };
  },
};

/** Indexes only lead to images; signatures and models in OCI form have no base, platform or user. */
function imagesOf({ gated }: ArtifactSubject): readonly ImageContent[] {
  return (gated.artifact.images ?? []).filter(({ role }) => role === "image");
}

/** What reading a configuration showed; what one merely says of itself is no reference. */
function referencesOf(subject: ArtifactSubject): readonly Fact[] {
  return factsOf(subject, "image").filter(({ grade }) => grade === "computed");
}

const known = new WeakMap<GateInput, boolean>();

function hasImages(input: GateInput): boolean {
  const answer =
    known.get(input) ??
    input.artifacts.some((gated) => {
      const whole = { gated, files: gated.artifact.files, isPartial: false };
      return imagesOf(whole).length > 0 || referencesOf(whole).length > 0;
    });
  known.set(input, answer);
  return answer;
}

function judgeReference(
  rule: ImageRule,
  { value, source }: Fact,
  { gated }: ArtifactSubject,
  input: GateInput,
): readonly Finding[] {
  const { reference, line } = fieldsOf(value);
  const digest = /@([a-z0-9]+:[0-9a-f]+)$/.exec(String(reference))?.[1];
  const isFound =
    digest !== undefined && (rule.references === "pinned" || verifiedDigests(input).has(digest));
  if (isFound) {
    return [];
  }
  const reason =
    digest === undefined
      ? "it is named without a digest"
      : "no image of this digest is among what is verified";
  const location: Location = { path: source.path, ...(typeof line === "number" ? { line } : {}) };
  const options = ruleFindingOptions(rule, gated.artifact.name);
  return [finding("IMAGE_NOT_AS_DEMANDED", location, { image: String(reference), reason }, options)];
}

const digests = new WeakMap<GateInput, ReadonlySet<string>>();

/** Of the images that were verified, and of the indexes that lead to them: either may be pulled. */
function verifiedDigests(input: GateInput): ReadonlySet<string> {
  const all =
    digests.get(input) ?? new Set(input.artifacts.flatMap(({ artifact }) => listed(artifact.images)));
  digests.set(input, all);
  return all;
}

function listed(images: readonly ImageContent[] = []): readonly string[] {
  return images.filter(({ complete }) => complete).flatMap(({ digest, parents }) => [digest, ...parents]);
}

function judgeImage(rule: ImageRule, image: ImageContent, subject: ArtifactSubject): readonly Finding[] {
  const { platforms, user } = rule;
  const { platform } = image;
  const isFitting = platforms === undefined || (platform !== undefined && matcherOf(platforms)(platform));
  const told = image.user === undefined || image.user === "" ? "root, since it names no user" : image.user;
  const reasons = [
    ...(isFitting ? [] : [`its platform is ${platform ?? "not stated"}, which is not among those allowed`]),
    ...(user !== undefined && isRootUser(image.user) ? [`it runs as ${told}`] : []),
    ...(user === "numeric" && !isRootUser(image.user) && !/^\d+(?::|$)/.test(image.user ?? "")
      ? [`it runs as ${told}, and a name may stand for root`]
      : []),
  ];
  return [
    ...reasons.map((reason) => fault(rule, image, reason, subject)),
    ...judgeBases(rule, image, subject),
  ];
}

function judgeBases(rule: ImageRule, image: ImageContent, subject: ArtifactSubject): readonly Finding[] {
  const { allow, deny = [] } = rule.bases ?? {};
  const stated = baseImages(image);
  const [isAllowed, isDenied] = [matcherOf(allow ?? ["**"]), matcherOf(deny)];
  const faults = stated.flatMap((fact) => {
    const { name, digest } = fieldsOf(fact.value);
    const names = [name, digest].filter((each) => typeof each === "string");
    const reasons = [
      ...(names.some(isAllowed) ? [] : [`it is built on ${names[0]}, which is not among those allowed`]),
      ...(names.some(isDenied) ? [`it is built on ${names[0]}, which is denied`] : []),
    ];
    return reasons.map((reason) => fault(rule, image, reason, subject, fact.source.path));
  });
  return allow === undefined
    ? faults
    : [...unsupported(rule, subject.gated, "base image", stated), ...faults];
}

function fault(
  rule: ImageRule,
  { name }: ImageContent,
  reason: string,
  { gated }: ArtifactSubject,
  path = ".",
): Finding {
  const options = ruleFindingOptions(rule, gated.artifact.name);
  return finding("IMAGE_NOT_AS_DEMANDED", { path }, { image: name, reason }, options);
}

function fieldsOf(value: JsonValue): Readonly<Record<string, JsonValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, JsonValue>>)
    : {};
}
