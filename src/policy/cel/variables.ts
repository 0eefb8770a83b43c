// SPDX-License-Identifier: Apache-2.0
// The variables of expressions, and what comes of one. Apart from the language, which loads its packages only for policies that need it.

export const variables = ["artifact", "files", "facts", "claims", "findings"] as const;
export type CelVariable = (typeof variables)[number];

/** Values of the variables that an expression uses. */
export type CelContext = Readonly<Partial<Record<CelVariable, unknown>>>;

/** Outcomes by code: a byte for each subject is handed over between threads, not copied. */
export const outcomeCodes = ["true", "false", "skipped", "error"] as const;
