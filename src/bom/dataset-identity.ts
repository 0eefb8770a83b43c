// SPDX-License-Identifier: Apache-2.0
// When two claims mean the same dataset: the same repository on Hugging Face, the same address, or the same name,
// letter by letter. `squad` is not `squad_v2`, and a folder's own name proves nothing.

import type { FactIndex, Value } from "./fact-index.ts";

/**
 * What a text names, in one spelling: `repository:org/name`, `address:…` or `name:…`. A text with one slash is a
 * repository, which is how cards name datasets.
 */
function datasetIdentity(text: string): string {
  const trimmed = text.trim().normalize("NFC");
  const [, repository] =
    /^(?:https?:\/\/(?:huggingface\.co|hf\.co)\/datasets\/|hf:\/\/datasets\/)([^/?#@]+(?:\/[^/?#@]+)?)\/?$/i.exec(
      trimmed,
    ) ?? [];
  if (repository !== undefined) {
    return repository.includes("/") ? `repository:${repository}` : `name:${repository}`;
  }
  if (/^https?:\/\//i.test(trimmed) && URL.canParse(trimmed)) {
    const url = new URL(trimmed);
    url.hash = "";
    return `address:${url.href.replace(/\/$/, "")}`;
  }
  return /^[\w.-]+\/[\w.-]+$/.test(trimmed) ? `repository:${trimmed}` : `name:${trimmed}`;
}

/** The identities that one claim states: of its name and of its address. */
export function identitiesOfValue(value: Value): readonly string[] {
  const texts = [value.member("name") ?? value.text, value.member("url")];
  return texts.filter((text) => text !== undefined).map(datasetIdentity);
}

/** The identities that a dataset claims for itself, and the repository that a store says it came from. */
export function identitiesOfDataset(index: FactIndex): ReadonlySet<string> {
  const other = index.all("metadata").filter((value) => value.member("key") === "alternateName");
  const stated = [...index.all("name"), ...index.all("url"), ...other];
  const texts = stated.map((value) => value.member("value") ?? value.text);
  const repositories = index
    .all("revision")
    .filter((value) => value.member("system") === "huggingface")
    .flatMap((value) => value.member("repository") ?? []);
  return new Set([...texts, ...repositories].map(datasetIdentity));
}
