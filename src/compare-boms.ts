// SPDX-License-Identifier: Apache-2.0
// The use-case of `aibom diff`: two documents of the same kind, what changed from the first to the second.

export { compareBoms } from "./compare/compare-boms.ts";
