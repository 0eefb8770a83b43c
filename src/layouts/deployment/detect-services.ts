// SPDX-License-Identifier: Apache-2.0
// Services of others that configurations name: model services, and services that prove or deliver what runs. A client of a model
// service without an address of its own goes to its maker's: the absence is what is found.

import { type Environments, isSet } from "./environment.ts";
import { hostsIn, isLocalHost } from "./hosts.ts";
import { type ImageReference, parseImage } from "./image-reference.ts";
import { type KillSwitch, operatorText, seatOf } from "./kill-switch.ts";
import { assuranceServiceOf, type ModelService, modelServiceOf, modelServices } from "./known.ts";
import type { Configuration, Place, Setting, Variable } from "./settings.ts";

/** A host that a configuration names and that is not local. */
export interface Endpoint extends Place {
  readonly host: string;
}

export interface Services {
  readonly switches: readonly KillSwitch[];
  readonly endpoints: readonly Endpoint[];
}

export function detectServices(configuration: Configuration, environments: Environments): Services {
  const switches: KillSwitch[] = [];
  const endpoints: Endpoint[] = [];
  for (const { text, path, line } of textsOf(configuration)) {
    for (const host of hostsIn(text)) {
      const service = modelServiceOf(host);
      const found =
        service === undefined
          ? assuranceSwitch(host, { path, line })
          : maasSwitch(service, host, { path, line });
      switches.push(...(found === undefined ? [] : [found]));
      if (text.includes("://") && !isLocalHost(host)) {
        endpoints.push({ path, line, host });
      }
    }
  }
  return {
    switches: [
      ...switches,
      ...imageRegistries(configuration),
      ...keysWithoutAddress(configuration, environments),
      ...clientsWithoutAddress(configuration, environments),
      ...routesToServices(configuration),
    ],
    endpoints,
  };
}

/** Every text that may name a host. */
function textsOf({ texts, variables, workloads, configMaps }: Configuration): readonly Setting[] {
  const all = [
    ...variables,
    ...workloads.flatMap((each) => each.variables),
    ...[...configMaps.values()].flat(),
  ];
  return [
    ...texts,
    ...all.flatMap(({ name, value, path, line }) =>
      value === undefined ? [] : [{ path, line, key: name, text: value }],
    ),
    ...workloads.flatMap(({ words }) => words.map((word) => ({ ...word, text: afterEquals(word.text) }))),
  ];
}

/** `--base-url=https://…` names what stands behind the sign. */
function afterEquals(word: string): string {
  return /^--?[\w-]{1,64}=/.test(word) ? word.slice(word.indexOf("=") + 1) : word;
}

/** Of `place` nothing but the place is taken: a variable is one, too, and has a value. */
function maasSwitch(service: ModelService, name: string, { path, line }: Place): KillSwitch {
  const why = `${operatorText(service)} answers, and can refuse, change or watch it`;
  return { path, line, class: "maas-endpoint", name, why, ...seatOf(service.seat) };
}

/** Its address; its id where that depends on the customer. */
function nameOf({ hosts, id }: ModelService): string {
  return hosts.find((host) => !host.includes("*")) ?? id;
}

function assuranceSwitch(host: string, { path, line }: Place): KillSwitch | undefined {
  const service = assuranceServiceOf(host);
  return service === undefined
    ? undefined
    : {
        path,
        line,
        class: "assurance-service",
        name: host,
        why: `without ${operatorText(service)}: no ${service.stops}`,
        ...seatOf(service.seat),
      };
}

/** Each registry once for a file. */
function imageRegistries({ workloads }: Configuration): readonly KillSwitch[] {
  const seen = new Map<string, KillSwitch>();
  for (const { reference, path, line } of workloads.flatMap(({ images }) => images)) {
    const image: ImageReference | undefined = parseImage(reference);
    const found = image === undefined ? undefined : assuranceSwitch(image.registry, { path, line });
    if (found !== undefined && !seen.has(found.name)) {
      seen.set(found.name, found);
    }
  }
  return [...seen.values()];
}

/** A service's key is given and no address: the client's default is the service itself. */
function keysWithoutAddress(configuration: Configuration, environments: Environments): readonly KillSwitch[] {
  const groups: readonly (readonly Variable[])[] = [
    ...configuration.workloads.map((each) => environments.ofWorkload(each)),
    ...(configuration.kind === "env-file" ? [configuration.variables] : []),
  ];
  return groups.flatMap((variables) =>
    modelServices.flatMap((service) => {
      const key = variables.find(({ name }) => service.key.includes(name));
      const hasAddress = service.base.some((name) => isSet(variables, name, ["*"]));
      return key === undefined || hasAddress || service.base.length === 0
        ? []
        : [maasSwitch(service, nameOf(service), key)];
    }),
  );
}

function clientsWithoutAddress(
  configuration: Configuration,
  environments: Environments,
): readonly KillSwitch[] {
  const imported = new Set(configuration.packages.map(({ name }) => name));
  return configuration.clients.flatMap((call) => {
    for (const service of modelServices) {
      const client = service.clients.find(
        ({ module, names }) => names.includes(call.name) && imported.has(module.replaceAll("_", "-")),
      );
      if (client !== undefined) {
        const isGiven =
          client.argument.some((name) => call.argumentNames.includes(name)) ||
          service.base.some((name) => isSet(environments.ofFile(configuration), name, ["*"]));
        return isGiven ? [] : [maasSwitch(service, nameOf(service), call)];
      }
    }
    return [];
  });
}

/** `model: openai/gpt-…` in a gateway's list, without an address of one's own. */
function routesToServices({ routes }: Configuration): readonly KillSwitch[] {
  return routes.flatMap(({ text, hasAddress, path, line }) => {
    const service = hasAddress
      ? undefined
      : modelServices.find(({ prefixes }) => prefixes.some((prefix) => text.startsWith(prefix)));
    return service === undefined ? [] : [maasSwitch(service, nameOf(service), { path, line })];
  });
}
