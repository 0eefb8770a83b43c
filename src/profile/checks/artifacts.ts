// SPDX-License-Identifier: Apache-2.0
// Runtime, models, data: what reading, recomputing and verifying the targets showed.

import type { LicenseClause } from "../../model/license-clause.ts";
import { atLeast } from "../../model/severity.ts";
import { clausesOf, isKnownLicense } from "../../policy/known-license-clauses.ts";
import { isSigned, type NamedSubject, subjectsNamed } from "../../policy/named-subjects.ts";
import { type Answer, allOf, type Check, listed, unknown } from "../check.ts";
import { allWithin, countriesOf, friendly, supplierOf } from "../parties.ts";
import {
  configured,
  everyOf,
  factValues,
  isOwnHost,
  statedEvidence,
  subjectsOf,
  textsOf,
  weakest,
} from "../subjects.ts";

const names = (all: readonly NamedSubject[]): readonly string[] => all.map(({ name }) => name);

const runtimeChecks: readonly Check[] = [
  {
    id: "RT1",
    layer: "RT",
    gate: "partial",
    minEvidence: 3,
    question: "every file is signed by somebody in the local trust root",
    answer: ({ artifacts }) => {
      const open = artifacts.filter((gated) => !isSigned({ ...gated.artifact, gated }, {}));
      return allOf(
        open.map(({ artifact }) => artifact.name),
        3,
        "not signed by anybody in the trust root",
      );
    },
  },
  {
    id: "RT2",
    layer: "RT",
    gate: "partial",
    minEvidence: 2,
    question: "images come from registries of one's own",
    answer: (input) =>
      configured(input, () => {
        const foreign = factValues(input, "image")
          .filter(({ value }) => !isOwnHost(registryOf(String(value["reference"])), input))
          .map(({ value, path }) => `${String(value["reference"])} (${path}:${String(value["line"])})`);
        return allOf(foreign, 2, "from registries outside the perimeter");
      }),
  },
  {
    id: "RT3",
    layer: "RT",
    gate: "full",
    minEvidence: 2,
    question: "sources of what runs are mirrored",
    answer: ({ perimeter, perimeterEvidence }) =>
      perimeter?.sources === undefined
        ? unknown("the perimeter names no document about mirrored sources")
        : { holds: true, evidence: perimeterEvidence, reason: "" },
  },
  {
    id: "RT4",
    layer: "RT",
    gate: "partial",
    minEvidence: 3,
    question: "no supplier is in the reach of an adverse country",
    answer: (input) => {
      const { perimeter, artifacts, suppliers, suppliersEvidence } = input;
      if (perimeter?.adverse === undefined) {
        return unknown("the perimeter names no adverse countries");
      }
      const found = artifacts.map((gated) => ({ gated, supplier: supplierOf(gated, suppliers) }));
      const strangers = found.filter(({ supplier }) => supplier === undefined);
      if (strangers.length > 0) {
        return unknown(
          "no supplier in the register signed it",
          strangers.map(({ gated }) => gated.artifact.name),
        );
      }
      const parties = found.map(({ supplier }) => supplier?.id ?? "");
      const caught = parties.filter((party) =>
        countriesOf(party, input)?.some((each) => perimeter.adverse?.includes(each)),
      );
      return allOf(caught, suppliersEvidence, "in the reach of an adverse country");
    },
  },
];

/** Docker Hub where none is named. */
function registryOf(reference: string): string {
  const first = reference.split("/", 1)[0] ?? "";
  return reference.includes("/") && /[.:]/.test(first) ? first.replace(/:\d+$/, "") : "docker.io";
}

const switchClauses: readonly LicenseClause[] = [
  "remote-restriction",
  "must-update",
  "revocable",
  "geo-exclusion",
];

/** Clauses by the names and by the words of its licences; a licence that nobody knows is unknown. */
function judgeLicenses(models: readonly NamedSubject[]): Answer {
  const open: string[] = [];
  const strange: string[] = [];
  for (const model of models) {
    const licenses = textsOf(model, "license");
    const clauses = model.facts
      .filter(({ name }) => name === "license.clause")
      .map(({ value }) => String((value as { readonly clause?: unknown }).clause));
    const all = [...clauses, ...licenses.flatMap(clausesOf)];
    const bad = switchClauses.filter((clause) => all.includes(clause));
    if (bad.length > 0) {
      open.push(`${model.name} (${bad.join(", ")})`);
    } else if (licenses.length === 0 || !licenses.every(isKnownLicense)) {
      strange.push(`${model.name} (${licenses.join(", ") || "none stated"})`);
    }
  }
  if (open.length > 0) {
    return allOf(open, 2, "the licence has a switch");
  }
  // Names are claims; who signed the card stands for them.
  return strange.length > 0
    ? unknown("licences that aibom does not know", strange)
    : allOf([], weakest(models.map(statedEvidence)), "");
}

const modelChecks: readonly Check[] = [
  {
    id: "MD1",
    layer: "MD",
    gate: "partial",
    minEvidence: 2,
    question: "the weights lie here, and their digests were recomputed",
    answer: (input) =>
      everyOf(input, "model", (all) => {
        const away = all.filter(
          ({ gated }) => gated.artifact.isGivenByDigest === true || !gated.artifact.complete,
        );
        const other = input.hasBom ? all.filter(({ gated }) => gated.digests.length === 0) : [];
        return allOf(names([...away, ...other]), 4, "not here as a whole, or not what the BOM lists");
      }),
  },
  {
    id: "MD2",
    layer: "MD",
    gate: "partial",
    minEvidence: 2,
    question: "no licence lets its licensor restrict, replace, revoke or exclude",
    answer: (input) => everyOf(input, "model", judgeLicenses),
  },
  {
    id: "MD3",
    layer: "MD",
    gate: "partial",
    minEvidence: 2,
    question: "reading the weights showed nothing dangerous",
    answer: (input) =>
      everyOf(input, "model", (all) => {
        const bad = all.filter(({ gated }) =>
          gated.artifact.findings.some(({ severity }) => atLeast(severity, "high")),
        );
        return allOf(names(bad), 4, "dangerous content");
      }),
  },
  {
    id: "MD4",
    layer: "MD",
    gate: "full",
    minEvidence: 3,
    question: "makers of the models are in the reach of friendly countries only",
    answer: (input) =>
      everyOf(input, "model", (all) => {
        const makers = all.map(
          ({ gated, name }) => supplierOf(gated, input.suppliers)?.id ?? `maker of ${name}`,
        );
        return allWithin(makers, friendly(input), input, input.suppliersEvidence);
      }),
  },
  {
    id: "MD5",
    layer: "MD",
    gate: "full",
    minEvidence: 3,
    question: "models that they are derived from are here and signed",
    answer: (input) =>
      everyOf(input, "model", (all) => {
        const missing = all.flatMap((model) =>
          textsOf(model, "base_model").filter(
            (base) => !subjectsNamed(input.gate, "model", base).some((each) => isSigned(each, {})),
          ),
        );
        return allOf(missing, weakest(all.map(statedEvidence)), "base models that are not here and signed");
      }),
  },
  {
    id: "MD6",
    layer: "MD",
    gate: "full",
    minEvidence: 3,
    question: "models were evaluated in one's own languages",
    answer: ({ perimeter, perimeterEvidence }) =>
      listed(perimeter?.languages, "languages", (all) => {
        const own = (perimeter?.evaluations ?? []).filter(({ by }) => by === "self");
        const done = new Set(own.flatMap(({ languages = [] }) => languages));
        return allOf(
          all.filter((language) => !done.has(language)),
          perimeterEvidence,
          "languages without an evaluation of one's own",
        );
      }),
  },
  {
    id: "MD7",
    layer: "MD",
    gate: "partial",
    minEvidence: 2,
    question: "prompts and templates are among the files, with their digests",
    answer: (input) =>
      everyOf(input, "model", (all) => {
        const open = all.filter(({ gated }) => !gated.artifact.complete);
        return allOf(names(open), 4, "not everything could be read");
      }),
  },
];

const dataChecks: readonly Check[] = [
  {
    id: "DT1",
    layer: "DT",
    gate: "partial",
    minEvidence: 2,
    question: "data lie inside the perimeter",
    answer: (input) => {
      const here = subjectsOf(input, "dataset");
      const named = subjectsOf(input, "model").flatMap((model) => textsOf(model, "dataset"));
      const away = named.filter((name) => subjectsNamed(input.gate, "dataset", name).length === 0);
      if (away.length > 0) {
        return unknown("datasets that models name and that are not among the targets", away);
      }
      return here.length === 0
        ? unknown("no dataset is among the targets")
        : allOf(
            names(here.filter(({ gated }) => !gated.artifact.complete)),
            4,
            "not everything could be read",
          );
    },
  },
  {
    id: "DT2",
    layer: "DT",
    gate: "partial",
    minEvidence: 1,
    question: "owner and licence of every dataset are stated",
    answer: (input) =>
      everyOf(input, "dataset", (all) => {
        const silent = all.filter(
          (each) =>
            textsOf(each, "license").length === 0 ||
            textsOf(each, "governance", "organization", "author").length === 0,
        );
        return allOf(names(silent), weakest(all.map(statedEvidence)), "owner or licence not stated");
      }),
  },
  {
    id: "DT3",
    layer: "DT",
    gate: "full",
    minEvidence: 3,
    question: "datasets are signed by whoever they come from",
    answer: (input) =>
      everyOf(input, "dataset", (all) =>
        allOf(names(all.filter((each) => !isSigned(each, {}))), 3, "not signed"),
      ),
  },
  {
    id: "DT4",
    layer: "DT",
    gate: "full",
    minEvidence: 3,
    question: "keys are in one's own custody",
    answer: ({ perimeter, perimeterEvidence }) =>
      listed(perimeter?.keys, "keys", (all) => {
        const away = all.filter(({ custody }) => custody !== "self").map(({ id }) => id);
        return allOf(away, perimeterEvidence, "in others' custody");
      }),
  },
  {
    id: "DT5",
    layer: "DT",
    gate: "full",
    minEvidence: 2,
    question: "which data exactly it is was written down",
    answer: (input) =>
      everyOf(input, "dataset", (all) =>
        input.hasBom
          ? allOf(names(all.filter(({ gated }) => gated.digests.length === 0)), 4, "not what the BOM lists")
          : unknown("no BOM was given"),
      ),
  },
];

export const artifactChecks: readonly Check[] = [...runtimeChecks, ...modelChecks, ...dataChecks];
