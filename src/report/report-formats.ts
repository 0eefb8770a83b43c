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

export type ReportFormat = (typeof reportFormats)[number];
