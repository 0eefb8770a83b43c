// SPDX-License-Identifier: Apache-2.0
// The aibom.yaml that `aibom init` writes: everything that can be said, as comments, and nothing that is not true yet.

/** Text of the starter file. */
export const starterSystem = `# What this system consists of. \`aibom inventory -o aibom.cdx.json\` without a target reads this file.
# Paths are relative to it. Schema: schemas/system.schema.json; guide: docs/systems.md.
apiVersion: aibom/system/v1
name: my-system
# version: "1.0"
# released: 2026-11-20                 # a day or an instant, UTC
# producer: { name: Example Ltd, url: "https://example.com", email: security@example.com }
# authors:                             # of the bill of materials
#   - { name: A. Example, email: sbom@example.com }

# models:
#   assistant:
#     path: ./models/assistant
#     # digest: sha256:…               # what the bytes must be, as the BOM gives it
#     # datasets: [reviews]            # what it was made from
# datasets:
#   reviews: { path: ./data/reviews }
# images:
#   server: { path: ./images/server }  # an OCI layout or an archive; \`aibom fetch\` writes one
# environments:
#   training: { path: ./.venv }
# deployments:
#   api:
#     image: server
#     models: [assistant]
#     endpoints: ["https://ai.example.com/v1"]
`;
