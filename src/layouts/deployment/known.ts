// SPDX-License-Identifier: Apache-2.0
// The data of the detectors (packs/data/): which hosts, packages, images and variables mean what. Versioned with the package, each
// entry with its source; a change is a new `version` of the file.

import assurance from "../../../packs/data/assurance-services.json" with { type: "json" };
import models from "../../../packs/data/model-services.json" with { type: "json" };
import phoneHome from "../../../packs/data/phone-home.json" with { type: "json" };
import credentials from "../../../packs/data/start-credentials.json" with { type: "json" };
import { compileGlob } from "../../model/glob.ts";
import { matchesHost } from "./hosts.ts";

/** A model service of others. */
export interface ModelService {
  readonly id: string;
  readonly operator: string;
  readonly seat: string;
  readonly hosts: readonly string[];
  readonly key: readonly string[];
  readonly base: readonly string[];
  readonly prefixes: readonly string[];
  readonly clients: readonly {
    readonly module: string;
    readonly names: readonly string[];
    readonly argument: readonly string[];
  }[];
}

/** Software that reports to its makers unless told not to. */
export interface PhoneHomeProduct {
  readonly id: string;
  readonly packages: readonly string[];
  readonly images: readonly string[];
  readonly commands: readonly string[];
  readonly off: readonly { readonly variable: string; readonly values: readonly string[] }[];
  readonly does: string;
}

export interface AssuranceService {
  readonly hosts: readonly string[];
  readonly operator: string;
  readonly seat: string;
  readonly stops: string;
}

export interface Credential {
  readonly issuer: string;
  readonly seat: string;
}

export const modelServices: readonly ModelService[] = models.services;
export const phoneHomeProducts: readonly PhoneHomeProduct[] = phoneHome.products;
export const updaterImages: ReadonlySet<string> = new Set(assurance.updaters);
export const updaterKinds: ReadonlySet<string> = new Set(assurance.updaterKinds);

/** Names of clients of model services, for the reader of Python files. */
export const clientNames: ReadonlySet<string> = new Set(
  modelServices.flatMap(({ clients }) => clients.flatMap(({ names }) => names)),
);

export function modelServiceOf(host: string): ModelService | undefined {
  return modelServices.find(({ hosts }) => hosts.some((pattern) => matchesHost(pattern, host)));
}

export function assuranceServiceOf(host: string): AssuranceService | undefined {
  return assurance.services.find(({ hosts }) => hosts.some((pattern) => matchesHost(pattern, host)));
}

const credentialNames = credentials.credentials.map(({ variables, issuer, seat }) => ({
  matches: variables.map(compileGlob),
  issuer,
  seat,
}));

/** Who issues the credential that a variable of this name holds; a key of a model service counts as well. */
export function credentialOf(name: string): Credential | undefined {
  const service = modelServices.find(({ key }) => key.includes(name));
  return service === undefined
    ? credentialNames.find(({ matches }) => matches.some((match) => match(name)))
    : { issuer: service.operator, seat: service.seat };
}
