// SPDX-License-Identifier: Apache-2.0
// "2025 Minimum Elements for a Software Bill of Materials" (CISA, draft for comment of 2025-08-22): the data fields. Its processes
// (frequency, access) are no matter of a document.

import type { ElementList } from "../element.ts";
import * as component from "../probes/component.ts";
import * as document from "../probes/document.ts";

export const cisa2025: ElementList = {
  id: "cisa-2025",
  title: "CISA minimum elements for an SBOM (draft of 2025-08-22)",
  standing: "draft; comments closed 2025-10-03, no final text was found",
  sources: [
    {
      title: "2025 Minimum Elements for a Software Bill of Materials (SBOM), CISA, public comment draft",
      date: "2025-08-22",
      kind: "secondary",
      note: "data fields as others list them",
    },
  ],
  expects: ["system", "component"],
  elements: [
    { id: "sbom-author", title: "SBOM author", group: "Document", probe: document.author },
    { id: "tool-name", title: "Tool name", group: "Document", probe: document.toolName },
    { id: "timestamp", title: "Timestamp", group: "Document", probe: document.timestamp },
    {
      id: "generation-context",
      title: "Generation context",
      group: "Document",
      probe: document.generationContext,
    },
    {
      id: "dependency-relationship",
      title: "Dependency relationship",
      group: "Document",
      probe: document.dependencies,
    },
    {
      id: "software-producer",
      title: "Software producer",
      group: "Components",
      probe: component.componentProducer,
    },
    { id: "component-name", title: "Component name", group: "Components", probe: component.componentName },
    {
      id: "component-version",
      title: "Component version",
      group: "Components",
      probe: component.componentVersion,
    },
    {
      id: "software-identifiers",
      title: "Software identifiers",
      group: "Components",
      probe: component.componentIdentifier,
    },
    { id: "component-hash", title: "Component hash", group: "Components", probe: component.componentHash },
    { id: "component-license", title: "License", group: "Components", probe: component.componentLicense },
  ],
};
