// SPDX-License-Identifier: Apache-2.0
// A component by the names that vulnerability data knows it by. The names are claims of whoever wrote the BOM, or were
// read from the package's own records.

export interface ListedComponent {
  readonly name: string;
  readonly version?: string;
  /** As written. */
  readonly purl?: string;
  /** How other documents refer to it: a BOM-Link to the BOM that lists it. */
  readonly link?: string;
  /** JSON pointer of it in the BOM. */
  readonly pointer?: string;
  /** True for software, of which vulnerability data is kept: without a package URL it cannot be looked up. */
  readonly isSoftware: boolean;
}
