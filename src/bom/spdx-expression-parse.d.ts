// SPDX-License-Identifier: Apache-2.0
// The part of spdx-expression-parse 5 that is used; the package ships no types.

declare module "spdx-expression-parse" {
  export interface SpdxLicense {
    readonly license: string;
    readonly plus?: true;
    readonly exception?: string;
  }
  export interface SpdxConjunction {
    readonly conjunction: "and" | "or";
    readonly left: SpdxNode;
    readonly right: SpdxNode;
  }
  export type SpdxNode = SpdxLicense | SpdxConjunction;
  /** @throws {Error} if `source` is not a valid SPDX licence expression */
  const parse: (source: string) => SpdxNode;

  // biome-ignore lint/style/noDefaultExport: the package's only export
  export { parse as default };
}
