// SPDX-License-Identifier: Apache-2.0
// BSI TR-03183-2 "Cyber Resilience Requirements for Manufacturers and Products, Part 2: SBOM", version 2.1.0. What it requires, what
// it requires if it exists, and what it leaves open, as groups of their own. It asks for CycloneDX 1.6 or later.

import type { ElementList } from "../element.ts";
import * as component from "../probes/component.ts";
import * as document from "../probes/document.ts";

const required = "Required";
const additional = "Required if it exists";
const optional = "Optional";

export const bsiTr03183: ElementList = {
  id: "bsi-tr-03183",
  title: "BSI TR-03183-2 version 2.1.0",
  standing: "technical guideline; voluntary before harmonised standards for the Cyber Resilience Act",
  sources: [
    {
      title: "BSI TR-03183-2, Software Bill of Materials, version 2.1.0",
      date: "2025-08-20",
      kind: "secondary",
      note: "fields as the registered property taxonomy and other checkers list them",
    },
  ],
  expects: ["component"],
  elements: [
    { id: "format", title: "CycloneDX 1.6 or later", group: required, probe: document.recentFormat },
    {
      id: "sbom-creator",
      title: "Creator of the SBOM (e-mail or URL)",
      group: required,
      probe: document.authorContact,
    },
    { id: "timestamp", title: "Timestamp", group: required, probe: document.timestamp },
    {
      id: "component-creator",
      title: "Component creator (e-mail or URL)",
      group: required,
      probe: component.componentProducerContact,
    },
    { id: "component-name", title: "Component name", group: required, probe: component.componentName },
    {
      id: "component-version",
      title: "Component version",
      group: required,
      probe: component.componentVersion,
    },
    { id: "filename", title: "Filename of the component", group: required, probe: component.filename },
    {
      id: "dependencies",
      title: "Dependencies on other components",
      group: required,
      probe: component.componentDependencies,
    },
    {
      id: "completeness",
      title: "Completeness of the dependencies",
      group: required,
      probe: document.dependencyCompleteness,
    },
    {
      id: "distribution-licences",
      title: "Distribution licences",
      group: required,
      probe: component.componentLicense,
    },
    {
      id: "deployable-hash",
      title: "Hash value of the deployable component (SHA-512)",
      group: required,
      probe: component.deployableHash,
    },
    { id: "executable", title: "Executable property", group: required, probe: component.executableProperty },
    { id: "archive", title: "Archive property", group: required, probe: component.archiveProperty },
    { id: "structured", title: "Structured property", group: required, probe: component.structuredProperty },
    {
      id: "no-vulnerabilities",
      title: "No vulnerability information in the SBOM",
      group: required,
      probe: document.withoutVulnerabilities,
    },
    { id: "sbom-uri", title: "SBOM-URI", group: additional, probe: document.serialNumber },
    { id: "source-uri", title: "Source code URI", group: additional, probe: component.sourceAddress },
    {
      id: "deployable-uri",
      title: "URI of the deployable form",
      group: additional,
      probe: component.deployableAddress,
    },
    {
      id: "other-identifiers",
      title: "Other unique identifiers",
      group: additional,
      probe: component.componentIdentifier,
    },
    {
      id: "original-licences",
      title: "Original licences",
      group: additional,
      probe: component.declaredLicense,
    },
    {
      id: "effective-licence",
      title: "Effective licence",
      group: optional,
      probe: component.effectiveLicense,
    },
    { id: "security-txt", title: "URL of the security.txt", group: optional, probe: document.securityPolicy },
    {
      id: "sbom-signature",
      title: "Digital signature of the SBOM",
      group: optional,
      probe: document.signature,
    },
  ],
};
