// SPDX-License-Identifier: Apache-2.0
// Configurations of what serves a model, and the kill switches in them: by whom or what it could be stopped or changed from
// outside. Compose files, Kubernetes manifests, Helm charts, environment files, Dockerfiles, Python constants, requirements, MCP and
// gateway settings. No value of a variable leaves this folder.

import { redact } from "../bytes/redact.ts";
import { ClaimList } from "../formats/claim-list.ts";
import type { FindingList } from "../formats/finding-list.ts";
import { limits } from "../limits.ts";
import { finding } from "../model/finding.ts";
import type { KillSwitchClass } from "../model/kill-switch.ts";
import { detectCredentials } from "./deployment/detect-credentials.ts";
import { detectMutable } from "./deployment/detect-mutable.ts";
import { detectPhoneHome } from "./deployment/detect-phone-home.ts";
import { detectServices } from "./deployment/detect-services.ts";
import { Environments } from "./deployment/environment.ts";
import { parseImage } from "./deployment/image-reference.ts";
import type { KillSwitch } from "./deployment/kill-switch.ts";
import { kindByKeys, kindByName, readConfiguration } from "./deployment/read-configuration.ts";
import type { Configuration, ConfigurationKind } from "./deployment/settings.ts";
import type { DirectoryView, Layout, LayoutDescription } from "./layout.ts";
import { Reading } from "./reading.ts";

/** Configurations of deployments. */
export const deployment: Layout = {
  id: "deployment",
  describe(directory: DirectoryView): LayoutDescription {
    const reading = new Reading(directory);
    const configurations = [...directory.files.keys()].flatMap((path) => read(reading, path) ?? []);
    const facts = new ClaimList(reading.findings);
    const environments = new Environments(configurations);
    for (const configuration of configurations) {
      describe(configuration, environments, facts, reading.findings);
    }
    return { facts: facts.facts, findings: reading.findings.all(), unverified: [...reading.unverified] };
  },
};

function read(reading: Reading, path: string): Configuration | undefined {
  const named = kindByName(path, (other) => reading.directory.files.has(other));
  const file = reading.directory.files.get(path);
  // A file that has a reader of its own is what that reader says, whatever it is called.
  if (named === undefined || file === undefined || (file.format !== "file" && file.format !== "script")) {
    return undefined;
  }
  if (named === "yaml" && file.size > limits.maxConfigurationBytes) {
    return undefined;
  }
  const bytes = reading.bytes(path, limits.maxConfigurationBytes);
  const kind = bytes === undefined ? undefined : kindOf(named, bytes);
  return bytes === undefined || kind === undefined
    ? undefined
    : reading.attempt(path, () => readConfiguration(path, kind, bytes));
}

function kindOf(named: ConfigurationKind | "yaml", bytes: Uint8Array): ConfigurationKind | undefined {
  return named === "yaml" ? kindByKeys(new TextDecoder().decode(bytes)) : named;
}

function describe(
  configuration: Configuration,
  environments: Environments,
  facts: ClaimList,
  findings: FindingList,
): void {
  const { path, kind, workloads } = configuration;
  const services = detectServices(configuration, environments);
  const credentials = detectCredentials(configuration);
  const switches = distinct([
    ...services.switches,
    ...detectPhoneHome(configuration, environments),
    ...detectMutable(configuration, environments),
    ...credentials.switches,
  ]);
  // A program that configures nothing is not worth a word.
  if (kind !== "python" || switches.length > 0) {
    facts.computed("configuration", { kind, workloads: workloads.length }, { path });
  }
  for (const { reference, line } of workloads.flatMap(({ images }) => images)) {
    const isPinned = parseImage(reference)?.digest !== undefined;
    facts.computed("image", { reference, isPinned, line }, { path, pointer: `line ${line}` });
  }
  for (const { host, line } of distinctBy(services.endpoints, ({ host }) => host)) {
    facts.computed("endpoint", { host, line }, { path, pointer: `line ${line}` });
  }
  for (const each of switches) {
    report(each, facts, findings);
  }
  for (const { name, line } of distinctBy(credentials.inline, ({ name }) => name)) {
    findings.add(finding("DEPLOYMENT_SECRET_INLINE", { path, line }, { name }));
  }
}

const codeOf = {
  "maas-endpoint": "KILL_SWITCH_MAAS_ENDPOINT",
  "phone-home": "KILL_SWITCH_PHONE_HOME",
  "mutable-reference": "KILL_SWITCH_MUTABLE_REFERENCE",
  "start-credential": "KILL_SWITCH_START_CREDENTIAL",
  "assurance-service": "KILL_SWITCH_ASSURANCE_SERVICE",
} as const satisfies Record<KillSwitchClass, string>;

/** Member by member: what else an object may carry stays where it is. */
function report(found: KillSwitch, facts: ClaimList, findings: FindingList): void {
  const { class: kind, name, why, seat, path, line } = found;
  const value = { class: kind, name, why, ...(seat === undefined ? {} : { seat }), line };
  facts.computed("kill_switch", value, { path, pointer: `line ${line}` });
  findings.add(finding(codeOf[kind], { path, line }, { name: redact(name).text, why: redact(why).text }));
}

/** One kill switch of a file is told once, where it comes first. */
function distinct(switches: readonly KillSwitch[]): readonly KillSwitch[] {
  const sorted = switches.toSorted((a, b) => a.line - b.line);
  return distinctBy(sorted, (each) => `${each.class}\0${each.name}`);
}

function distinctBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const own = key(item);
    const isNew = !seen.has(own);
    seen.add(own);
    return isNew;
  });
}
