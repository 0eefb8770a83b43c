// SPDX-License-Identifier: Apache-2.0
// The text that `aibom init` writes as policy.yaml: the baseline, explained, with examples to uncomment.

import { baselineRules } from "./baseline.ts";
import type { ShippedPackEntry } from "./shipped-packs.ts";

/** What `aibom policy init --pack` writes: the packs, pinned, and room for rules of one's own. */
export function packPolicy(packs: readonly ShippedPackEntry[]): string {
  const entries = packs.map(
    ({ name, version, digest }) => `  - name: ${name}\n    version: ${version}\n    digest: ${digest}\n`,
  );
  return `# What must be true before a deployment is let through. \`aibom policy explain\` says it in words.
# docs/packs.md says what each pack demands, and what it does not show.
apiVersion: aibom/policy/v1
name: starter
version: 1
# expires: 2027-12-31        # the policy is refused after this day (UTC)

# enforce: a rule that fails denies. warn: it is reported only.
mode: enforce

packs:
${entries.join("")}
# Your own rules come after those of the packs. Guide: docs/policy.md
# rules:
#   - id: weights-released
#     kind: signature
#     scope: { kind: model }
#     signers: [release]
`;
}

/** What `aibom init` writes as policy.yaml: the baseline, explained, with examples to uncomment. */
export const starterPolicy = `# What must be true before a deployment is let through.
# \`aibom verify TARGET --policy policy.yaml\` ends with 0 (allow), 1 (deny) or 3 (undecided).
# Every key is checked: a misspelt one is an error, never ignored. Guide: docs/policy.md
apiVersion: aibom/policy/v1
name: starter
version: 1
# expires: 2027-12-31        # the policy is refused after this day (UTC)
# environments: { production: enforce, laboratory: audit }   # then: verify --env NAME

# enforce: a rule that fails denies. warn: it is reported only. A rule may state its own mode.
mode: enforce

${baselineRules}
# Examples. Remove the leading "# " and adapt.
#
#  # Two people, each with a key of their own, from those named here (names of \`aibom trust list\`).
#  - id: weights-released
#    kind: signature
#    scope: { kind: model, path: "**/*.safetensors" }
#    signers: [release, security]
#    minSigners: 2
#
#  # A BOM must be given, and the release key must have signed it.
#  - id: released-bom
#    kind: bom-match
#    signedBy: [release]
#
#  # Who built it, from which source: a signed statement (SLSA provenance) about the weights.
#  - id: built-by-us
#    kind: attestation
#    scope: { kind: model, path: "**/*.safetensors" }
#    predicateType: https://slsa.dev/provenance/v1
#    signers: [build]
#    claims: { slsa.source.uri: "https://github.com/org/repo" }
#
#  # Licences are what the model says about itself: a claim, not a proof.
#  - id: licences
#    kind: license
#    scope: { kind: model }
#    allow: [Apache-2.0, MIT, BSD-3-Clause]
#    onUnknown: fail
#
#  # Formats are told from the bytes. \`file\` is a file that no reader knows (text, images …).
#  - id: weights-formats
#    kind: format
#    scope: { kind: model }
#    allow: [safetensors, gguf, onnx, file]
#
#  # Formats whose loading can run code, wherever they stand.
#  - id: no-pickle
#    kind: format
#    deny: [pickle, pytorch, pytorch-legacy]
#
#  # Signatures and BOMs must rest on these hash functions.
#  - id: hashes
#    kind: digest
#    allow: [sha256, sha384, sha512]
#    mode: warn
#
#  # Age and version, as stated in files that are signed: an old release does not come back.
#  - id: current
#    kind: component
#    scope: { kind: model }
#    minVersion: "1.2"
#    maxAge: 365d
#
#  # Base models by the names that model cards state; \`bases: signed\` asks for them in the same verification.
#  - id: bases
#    kind: lineage
#    scope: { kind: model }
#    allow: ["org/*"]
#
#  # Datasets: those that models name, and those that are verified.
#  - id: data
#    kind: dataset
#    require: [present, classified, licensed]
#    sensitiveData: deny
#
#  # Who supplied it, by a signed register: aibom verify … --suppliers suppliers.yaml
#  - id: origin
#    kind: origin
#    allow: [DE, FR, NL]
#
#  # Code that pickles and the like name for loading, beside what aibom knows as harmless.
#  - id: imports
#    kind: imports
#    deny: ["torch.hub.*"]
#
#  # What an artifact has to state about itself.
#  - id: stated
#    kind: completeness
#    profile: minimum
#
#  # How much of what a list asks for the BOM holds: aibom score BOM --profile g7-ai
#  - id: ready
#    kind: readiness
#    profile: g7-ai
#    minimum: 50
#    require: [model-name, model-hash-value, model-license]
#    evidence: claim
#    mode: warn
#
#  # Somebody has verified these bytes not long ago.
#  - id: verified
#    kind: freshness
#    signers: [release]
#    maxAge: 30d
#
#  # No listed component has a known vulnerability: verify --osv EXPORT --vex FILE, both signed.
#  - id: patched
#    kind: vulnerability
#    maxAge: 7d
#    failAt: high
#    vex: { signedBy: [vendor] }
#
#  # What serves the model is new enough, and its files are what its package says.
#  - id: serving-runtime
#    kind: package
#    scope: { kind: environment }
#    packages: ["pkg:pypi/vllm"]
#    versions: { min: 0.9.0 }
#    ownsFiles: true
#
#  # Configurations of the deployment: nobody else can stop or change what runs.
#  - id: switches
#    kind: kill-switch
#    allow: ["registry.example.org/**"]
#
#  # Images are named by digest, built on what the house knows, and do not run as root.
#  - id: images
#    kind: image
#    references: pinned
#    bases: { allow: ["registry.example.org/base/**"] }
#    platforms: [linux/amd64, linux/arm64]
#    user: non-root
#
#  # An expression (CEL) for what no other kind can say.
#  - id: no-giants
#    kind: assert
#    when: artifact.kind == "model"
#    assert: files.all(f, f.size < 50000000000)
`;
