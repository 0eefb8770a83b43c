// SPDX-License-Identifier: Apache-2.0
// The names of the reports, apart from the reporters: help and completion name them without loading them.

export const reportFormats = [
  "text",
  "json",
  "sarif",
  "junit",
  "github",
  "gitlab",
  "markdown",
  "html",
] as const;

/** The verdict as statements for other gates, which may be signed. */
export const statementFormats = ["vsa", "svr"] as const;

/** All that `verify --format` takes. */
export const verdictFormats = [...reportFormats, ...statementFormats] as const;

export type VerdictFormat = (typeof verdictFormats)[number];

export type ReportFormat = (typeof reportFormats)[number];
