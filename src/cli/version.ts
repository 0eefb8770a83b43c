// SPDX-License-Identifier: Apache-2.0
// aibom's own version, from the package's manifest; the bundler puts it into dist/.

import packageJson from "../../package.json" with { type: "json" };

/** Version of this package. */
export const version: string = packageJson.version;
