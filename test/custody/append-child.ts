// SPDX-License-Identifier: Apache-2.0
// Run by lock.test.ts: appends events one by one, each with a name of its own. Arguments: the log's folder, a name, a count.

import { appendEvent, openWriter } from "../../src/custody-log.ts";
import { claimed, sampleEvent } from "./sample-log.ts";

const [, , directory = "", name = "", count = ""] = process.argv;
const writer = await openWriter(directory);
for (let number = 0; number < Number(count); number += 1) {
  await appendEvent(writer, sampleEvent(number, { reason: `${name} ${number}` }), {
    claimed: { ...claimed, user: name },
  });
}
