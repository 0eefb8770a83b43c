// SPDX-License-Identifier: Apache-2.0
// What a manifest and a configuration say about an image, as properties of its component: which layers it has and what
// made them, for whom it is, and which index it lies in.

import type { ImageContent, ImageLayer } from "../model/image.ts";
import { cleanText } from "./clean-text.ts";
import type { Property } from "./file-components.ts";
import type { Item } from "./provenance.ts";
import { property } from "./value-properties.ts";

export function imageProperties(image: ImageContent): readonly Item<Property>[] {
  const { role, mediaType, configDigest, platform, names, parents, layers, content } = image;
  const optional = (name: string, value: string | undefined): Item<Property>[] =>
    value === undefined ? [] : [property(`aibom:image:${name}`, cleanText(value))];
  return [
    ...optional("role", role),
    ...optional("mediaType", mediaType),
    ...optional("config", configDigest),
    ...optional("platform", platform),
    ...names.flatMap((name) => optional("name", name)),
    ...parents.flatMap((parent) => optional("index", parent)),
    ...layers.flatMap((layer, index) =>
      optional(`layer:${String(index).padStart(3, "0")}`, layerText(layer)),
    ),
    ...optional("files", content === undefined ? undefined : String(content.files)),
    ...optional("bytes", content === undefined ? undefined : String(content.bytes)),
  ];
}

/** One line for each layer: what it is by its bytes first, what it says of itself last. */
function layerText({ digest, diffId, mediaType, size, createdBy }: ImageLayer): string {
  return [
    digest,
    ...(diffId === undefined ? [] : [`diff_id=${diffId}`]),
    `size=${size}`,
    `mediaType=${mediaType}`,
    ...(createdBy === undefined ? [] : [`createdBy=${createdBy}`]),
  ].join(" ");
}
