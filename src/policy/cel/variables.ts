// SPDX-License-Identifier: Apache-2.0
// The variables of expressions. Apart from the language, which loads its packages only for policies that need it.

export const variables = ["artifact", "files", "facts", "claims", "findings"] as const;
export type CelVariable = (typeof variables)[number];

/** Values of the variables that an expression uses. */
export type CelContext = Readonly<Partial<Record<CelVariable, unknown>>>;
