// SPDX-License-Identifier: Apache-2.0
// Signing configs (sigstore_trustroot.proto, SigningConfig v0.2): which servers make a keyless signature. Chosen are
// services that are valid at the time of signing and speak our version, one of each operator, as many as the selector
// says. Also read from a ClientTrustConfig. Left out on purpose: OpenID Connect providers (no browser is opened).

import { parseJson } from "../bytes/json.ts";
import { type ProtoJsonErrors, ProtoMessage } from "../bytes/proto-json.ts";
import { AibomError } from "../errors.ts";
import { limits } from "../limits.ts";

/** The servers that one signature is made with. */
export interface SigningServices {
  /** Base address of the certificate authority (Fulcio, API v1 of the config: HTTP API v2). */
  readonly certificateAuthority: string;
  /** Base addresses of logs (Rekor v2). May be none. */
  readonly logs: readonly string[];
  /** Full addresses of time-stamp authorities (RFC 3161); at least one. */
  readonly timestampAuthorities: readonly string[];
}

const configMediaType = "application/vnd.dev.sigstore.signingconfig.v0.2+json";
const trustConfigMediaType = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json";

interface Service {
  readonly url: string;
  readonly version: bigint;
  readonly start: Date;
  readonly end?: Date;
  readonly operator: string;
}

/**
 * Parses a signing config and chooses the services for a signature at the time `at`.
 * @throws {AibomError} SIGNING_CONFIG_*, JSON_*, TEXT_NOT_UTF8
 */
export function parseSigningConfig(bytes: Uint8Array, path: string, at: Date): SigningServices {
  const json = parseJson(bytes, { path, maxBytes: limits.maxSigningConfigBytes, maxDepth: 24 });
  const document = new ProtoMessage(json, "", errorsOf(path));
  const config =
    document.value("mediaType") === trustConfigMediaType
      ? document.only("mediaType", "trustedRoot", "signingConfig").message("signingConfig")
      : document;
  config.only(
    ...["mediaType", "caUrls", "oidcUrls", "rekorTlogUrls", "rekorTlogConfig", "tsaUrls", "tsaConfig"],
  );
  if (config.text("mediaType") !== configMediaType) {
    throw config.malformed("mediaType", `is not ${configMediaType}`);
  }
  const [certificateAuthority] = usable(servicesIn(config, "caUrls"), 1n, at);
  if (certificateAuthority === undefined) {
    throw tooFew("caUrls", 0, 1);
  }
  const timestampAuthorities = chosen(config, "tsaUrls", "tsaConfig", 1n, at);
  if (timestampAuthorities.length === 0) {
    throw tooFew("tsaUrls", 0, 1);
  }
  return {
    certificateAuthority: certificateAuthority.url,
    logs: chosen(config, "rekorTlogUrls", "rekorTlogConfig", 2n, at),
    timestampAuthorities,
  };
}

/** Hosts that a signature with these services asks. */
export function hostsOf(services: SigningServices): readonly string[] {
  const urls = [services.certificateAuthority, ...services.logs, ...services.timestampAuthorities];
  return [...new Set(urls.map((url) => new URL(url).host))];
}

function servicesIn(config: ProtoMessage, field: string): readonly Service[] {
  return config.messages(field, limits.maxSigningServices).map((message) => {
    message.only("url", "majorApiVersion", "validFor", "operator");
    const url = message.text("url");
    if (!URL.canParse(url)) {
      throw message.malformed("url", "is not an address");
    }
    const window = message.optionalMessage("validFor")?.only("start", "end");
    const end = window?.optionalDate("end");
    return {
      url,
      version: message.unsigned("majorApiVersion"),
      start: window?.optionalDate("start") ?? new Date(0),
      ...(end === undefined ? {} : { end }),
      operator: message.optionalText("operator") ?? "",
    };
  });
}

/** The newest usable service of each operator, newest first. Services without an operator count each for itself. */
function usable(services: readonly Service[], version: bigint, at: Date): readonly Service[] {
  const operators = new Set<string>();
  return services
    .filter((each) => each.version === version && each.start <= at && (each.end ?? at) >= at)
    .toSorted((one, other) => other.start.getTime() - one.start.getTime())
    .filter(({ operator, url }) => {
      const name = operator === "" ? `\0${url}` : operator;
      return !operators.has(name) && operators.add(name);
    });
}

function chosen(
  config: ProtoMessage,
  field: string,
  selection: string,
  version: bigint,
  at: Date,
): readonly string[] {
  const all = servicesIn(config, field);
  if (all.length === 0) {
    return [];
  }
  const message = config.message(selection).only("selector", "count");
  const found = usable(all, version, at);
  const needed = neededOf(message, found.length);
  if (found.length < needed || needed < 1) {
    throw tooFew(field, found.length, Math.max(needed, 1));
  }
  return found.slice(0, needed).map(({ url }) => url);
}

function neededOf(message: ProtoMessage, found: number): number {
  switch (message.text("selector")) {
    case "ANY":
      return 1;
    case "ALL":
      return found;
    case "EXACT":
      return Number(message.unsigned("count"));
    default:
      throw message.malformed("selector", "is none of ANY, ALL, EXACT");
  }
}

function tooFew(kind: string, found: number, needed: number): AibomError {
  return AibomError.of("SIGNING_CONFIG_NO_SERVICE", { kind, found, needed });
}

function errorsOf(path: string): ProtoJsonErrors {
  const malformed = (reason: string): AibomError =>
    AibomError.of("SIGNING_CONFIG_MALFORMED", { reason }, { where: { path } });
  return {
    malformed,
    unknownField: (field, object) => malformed(`${object} has an unknown field ${field}`),
    base64: (field) => malformed(`${field} is not base64`),
    tooMany: (field, count, limit) => malformed(`${field} has ${count} entries, limit is ${limit}`),
  };
}
