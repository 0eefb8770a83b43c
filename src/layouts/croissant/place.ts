// SPDX-License-Identifier: Apache-2.0
// A place in a Croissant document, where something may be wrong.

import { finding } from "../../model/finding.ts";
import type { Severity } from "../../model/severity.ts";
import type { Reading } from "../reading.ts";

const maxReasonCharacters = 300;

/** Where in which document a value stands. */
export class DocumentPlace {
  readonly path: string;
  readonly pointer: string;
  readonly #reading: Reading;

  constructor(reading: Reading, path: string, pointer = "") {
    this.#reading = reading;
    this.path = path;
    this.pointer = pointer;
  }

  /** A place below this one. */
  at(pointer: string): DocumentPlace {
    return new DocumentPlace(this.#reading, this.path, this.pointer + pointer);
  }

  /** Reports that the document breaks a rule here. */
  invalid(reason: string, severity?: Severity): void {
    const place = { path: this.path, member: this.pointer };
    this.#reading.findings.add(
      finding(
        "CROISSANT_INVALID",
        place,
        { reason: reason.slice(0, maxReasonCharacters).toWellFormed() },
        severity === undefined ? {} : { severity },
      ),
    );
  }
}
