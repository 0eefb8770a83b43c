// SPDX-License-Identifier: Apache-2.0
// Pickles inside a Feast registry. On-demand and stream views carry their function as a dill pickle that feast
// unpickles when it loads the registry; validation profilers and custom infrastructure do the same. The known
// places count whatever is in them; everywhere else bytes that look like a pickle are read as one.

import type { MessageRange, ProtobufReader, WireField } from "../../bytes/protobuf.ts";
import { AibomError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** Bytes that feast unpickles. */
export interface FeastPickle {
  /** Field numbers from the registry down, the first with its index: `8[0].1.5.2`. */
  readonly place: string;
  readonly field: WireField;
}

/** Fields of a FeatureTransformationV2 that are pickles: a function's body, and an ibis function. */
const transformation = ["1.2", "2.2"];

/** Fields, by their numbers from the registry down, that are a pickle. */
const pickleFields: ReadonlySet<string> = new Set([
  // user_defined_function.body of on-demand and stream feature views.
  "8.1.5.2",
  "14.1.13.2",
  // feature_transformation of feature views, alone, as a source, and of the other kinds of views.
  ...transformation.flatMap((field) => [
    `6.1.15.${field}`,
    `8.1.4.2.1.1.15.${field}`,
    `8.1.10.${field}`,
    `14.1.17.${field}`,
  ]),
  // The same in the history of versions, where each kind of view stands in one field.
  ...transformation.flatMap((field) => [
    `18.1.5.1.15.${field}`,
    `18.1.5.1.10.${field}`,
    `18.1.5.1.17.${field}`,
  ]),
  "18.1.5.1.13.2",
  // GEValidationProfiler.UserDefinedProfiler.body and CustomInfra.field.
  "13.6.1.1",
  "10.1.100.1",
]);

/** Levels of messages that are searched; feast's nest below 10. */
const maxLevels = 16;

/** All pickles of a registry, in file order. @throws {AibomError} PROTOBUF_INVALID, PROTOBUF_TOO_MANY_FIELDS */
export function findPickles(reader: ProtobufReader): readonly FeastPickle[] {
  const found: FeastPickle[] = [];
  const counts = new Map<number, number>();
  const root = reader.root();
  for (const field of reader.fields(root)) {
    const index = counts.get(field.number) ?? 0;
    counts.set(field.number, index + 1);
    if (field.wireType === 2) {
      const place = { numbers: String(field.number), text: `${field.number}[${index}]` };
      search(reader, field, reader.message(field, root), place, found);
    }
  }
  return found;
}

interface Place {
  readonly numbers: string;
  readonly text: string;
}

function search(
  reader: ProtobufReader,
  field: WireField,
  range: MessageRange,
  place: Place,
  found: FeastPickle[],
): void {
  if (field.value > 0n && (pickleFields.has(place.numbers) || looksLikePickle(reader, field))) {
    if (found.length < limits.maxClaimsPerName) {
      found.push({ place: place.text, field });
    }
    return;
  }
  if (range.depth > maxLevels) {
    return;
  }
  try {
    for (const inner of reader.fields(range)) {
      if (inner.wireType === 2) {
        const next = { numbers: `${place.numbers}.${inner.number}`, text: `${place.text}.${inner.number}` };
        search(reader, inner, reader.message(inner, range), next, found);
      }
    }
  } catch (cause) {
    // Texts are no messages. Only the limit on fields must end the search.
    if (!(cause instanceof AibomError) || cause.code === "PROTOBUF_TOO_MANY_FIELDS") {
      throw cause;
    }
  }
}

/** The head of protocol 2 to 5, and STOP at the end. */
function looksLikePickle(reader: ProtobufReader, field: WireField): boolean {
  if (field.value < 4n) {
    return false;
  }
  const [first = 0, protocol = 0] = reader.bytes(field, 2);
  return first === 0x80 && protocol >= 2 && protocol <= 5;
}
