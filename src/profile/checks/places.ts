// SPDX-License-Identifier: Apache-2.0
// Hardware, energy, infrastructure: nothing of it is in files, so all rests on the perimeter and the supplier register.

import { allOf, type Check, listed, unknown } from "../check.ts";
import { allWithin, friendly } from "../parties.ts";

export const placeChecks: readonly Check[] = [
  {
    id: "HW1",
    layer: "HW",
    gate: "partial",
    minEvidence: 2,
    question: "the firmware of every machine is recorded",
    answer: ({ perimeter, perimeterEvidence }) =>
      listed(perimeter?.hardware, "hardware", (all) => {
        const open = all.filter(({ firmware }) => firmware === undefined).map(({ id }) => id);
        return allOf(open, perimeterEvidence, "no firmware recorded");
      }),
  },
  {
    id: "HW2",
    layer: "HW",
    gate: "full",
    minEvidence: 3,
    question: "the machines are one's own",
    answer: ({ perimeter, perimeterEvidence }) =>
      listed(perimeter?.hardware, "hardware", (all) => {
        const rented = all.filter(({ owner }) => owner !== "self").map(({ id, owner }) => `${id} (${owner})`);
        return allOf(rented, perimeterEvidence, "owned by others");
      }),
  },
  {
    id: "HW3",
    layer: "HW",
    gate: "full",
    minEvidence: 4,
    question: "firmware is what its maker and you measured it to be",
    answer: () => unknown("needs evidence of the hardware, which aibom does not read yet"),
  },
  {
    id: "HW4",
    layer: "HW",
    gate: "full",
    minEvidence: 3,
    question: "makers of the machines are in the reach of home only",
    answer: (input) =>
      listed(input.perimeter?.hardware, "hardware", (all) =>
        allWithin(
          all.map(({ vendor }) => vendor),
          input.perimeter?.home ?? [],
          input,
        ),
      ),
  },
  {
    id: "EN0",
    layer: "EN",
    gate: "partial",
    minEvidence: 1,
    question: "where energy comes from is stated",
    answer: ({ perimeter, perimeterEvidence }) =>
      listed(perimeter?.energy, "energy", () => allOf([], perimeterEvidence, "")),
  },
  {
    id: "EN1",
    layer: "EN",
    gate: "full",
    minEvidence: 3,
    question: "energy comes from home, by a document",
    answer: ({ perimeter, perimeterEvidence }) =>
      listed(perimeter?.energy, "energy", (all) => {
        const foreign = all.filter(
          ({ country, document }) => document === undefined || perimeter?.home.includes(country) !== true,
        );
        return allOf(
          foreign.map(({ id }) => id),
          perimeterEvidence,
          "from elsewhere, or without a document",
        );
      }),
  },
  {
    id: "IN1",
    layer: "IN",
    gate: "partial",
    minEvidence: 2,
    question: "sites are at home or in trusted countries",
    answer: (input) =>
      listed(input.perimeter?.sites, "sites", (all) => {
        const outside = all.filter(({ country }) => !friendly(input).includes(country));
        return allOf(
          outside.map(({ id, country }) => `${id} (${country})`),
          input.perimeterEvidence,
          "in other countries",
        );
      }),
  },
  {
    id: "IN2",
    layer: "IN",
    gate: "full",
    minEvidence: 3,
    question: "operators of the sites are in the reach of home only",
    answer: (input) =>
      listed(input.perimeter?.sites, "sites", (all) =>
        allWithin(
          all.map(({ operator }) => operator),
          input.perimeter?.home ?? [],
          input,
        ),
      ),
  },
  {
    id: "IN3",
    layer: "IN",
    gate: "partial",
    minEvidence: 4,
    question: "where others operate, hardware keeps them out",
    answer: ({ perimeter, perimeterEvidence }) =>
      listed(perimeter?.sites, "sites", (all) => {
        const hosted = all.filter(({ operator }) => operator !== "self");
        if (hosted.length === 0) {
          // Nobody else is there to be kept out: nothing has to be proved by hardware.
          return { holds: true, evidence: perimeterEvidence, needs: 3, reason: "" };
        }
        const bare = hosted.filter(({ attestation }) => attestation === undefined).map(({ id }) => id);
        return allOf(bare, perimeterEvidence, "operated by others without confidential computing");
      }),
  },
];
