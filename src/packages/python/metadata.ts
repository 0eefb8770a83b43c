// SPDX-License-Identifier: Apache-2.0
// METADATA and PKG-INFO: the core metadata of a Python distribution (PyPA, "Core metadata", version 2.4).

import { type Fields, fieldOf, firstParagraph } from "../header-fields.ts";

export interface PythonMetadata {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly supplier?: string;
  readonly description?: string;
  readonly homepage?: string;
  /** Normalised names; those of extras only are left out. */
  readonly requires: readonly string[];
}

/** The metadata of a distribution; undefined without a name or version. */
export function readMetadata(text: string): PythonMetadata | undefined {
  const fields = firstParagraph(text);
  const name = fieldOf(fields, "name");
  const version = fieldOf(fields, "version");
  if (name === undefined || version === undefined) {
    return undefined;
  }
  const supplier = person(fields, "author") ?? person(fields, "maintainer");
  const description = known(fieldOf(fields, "summary"));
  const homepage = homepageOf(fields);
  return {
    name,
    version,
    licenses: licensesOf(fields),
    ...(supplier === undefined ? {} : { supplier }),
    ...(description === undefined ? {} : { description }),
    ...(homepage === undefined ? {} : { homepage }),
    requires: requirementNames(fields.get("requires-dist") ?? []),
  };
}

/** PEP 503: names that differ in case and in runs of `-_.` are one name. */
export function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** Names of the requirements that do not belong to an extra (PEP 508). */
export function requirementNames(requirements: readonly string[]): readonly string[] {
  return requirements.flatMap((requirement) => {
    const marker = requirement.indexOf(";");
    const isExtra = marker >= 0 && /\bextra\s*==/.test(requirement.slice(marker, marker + 500));
    const name = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(requirement.slice(0, 300))?.[1];
    return isExtra || name === undefined ? [] : [normalName(name)];
  });
}

/** setuptools writes UNKNOWN for what nobody filled in. */
function known(value: string | undefined): string | undefined {
  return value === "UNKNOWN" ? undefined : value;
}

function person(fields: Fields, role: string): string | undefined {
  return known(fieldOf(fields, role)) ?? known(fieldOf(fields, `${role}-email`));
}

const longestLicenseName = 200;

/** PEP 639's expression; else the old field if it is a name and no text; else the classifiers. */
function licensesOf(fields: Fields): readonly string[] {
  const expression = fieldOf(fields, "license-expression");
  if (expression !== undefined) {
    return [expression];
  }
  const old = known(fieldOf(fields, "license"));
  if (old !== undefined && old.length <= longestLicenseName && !old.includes("\n")) {
    return [old];
  }
  const classifiers = (fields.get("classifier") ?? []).filter((each) => each.startsWith("License :: "));
  return classifiers.map((each) => each.slice(each.lastIndexOf(" :: ") + 4));
}

function homepageOf(fields: Fields): string | undefined {
  const old = known(fieldOf(fields, "home-page"));
  if (old !== undefined) {
    return old;
  }
  const urls = (fields.get("project-url") ?? []).map((each) => each.split(","));
  const labelled = urls.find(([label = ""]) => /^(?:home-?page|source|repository|code)$/i.test(label.trim()));
  return (labelled ?? urls[0])?.[1]?.trim();
}
