// SPDX-License-Identifier: Apache-2.0
// Where any component holds what every list asks for: name, identity, hash, licence, producer.

import { member, objectsAt, text } from "../bom-view.ts";
import type { Finder } from "../element.ts";
import { anyOf, at } from "../look.ts";

export const identifierAt: Finder = at("/purl", "/cpe", "/swhid/*", "/omniborId/*", "/swid/tagId");

export const producerAt: Finder = at(
  "/manufacturer/name",
  "/supplier/name",
  "/authors/*/name",
  "/author",
  "/publisher",
);

export const descriptionAt: Finder = at("/description");

export const licenseAt: Finder = at(
  "/licenses/*/license/id",
  "/licenses/*/license/name",
  "/licenses/*/expression",
);

/** Of the component, or of the files that it consists of if every one has some. */
export const hashAt: Finder = anyOf(at("/hashes/*/content"), ofEveryFile("content"));
export const hashAlgorithmAt: Finder = anyOf(at("/hashes/*/alg"), ofEveryFile("alg"));

function ofEveryFile(key: "content" | "alg"): Finder {
  return (subject) => {
    const files = objectsAt(member(subject.value, "components"), `${subject.pointer}/components`).filter(
      ({ value }) => text(value, "type") === "file",
    );
    const first = files.map(({ value, pointer }) =>
      objectsAt(member(value, "hashes"), `${pointer}/hashes`)
        .map((hash) => ({ pointer: `${hash.pointer}/${key}`, value: text(hash.value, key) ?? "" }))
        .find((place) => place.value !== ""),
    );
    const found = first.filter((place) => place !== undefined);
    return found.length === files.length ? found.slice(0, 1) : [];
  };
}
