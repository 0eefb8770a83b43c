// SPDX-License-Identifier: Apache-2.0
// Run by crash.test.ts: appends to a log and kills itself before one of the steps that change the disk.
// Arguments: the log's folder, the number of the step.

import { openWriter } from "../../src/custody-log.ts";
import { appendMany, claimed } from "./sample-log.ts";

const [, , directory = "", at = ""] = process.argv;
let step = 0;
const onStep = (name: string): void => {
  step += 1;
  if (step === Number(at)) {
    process.stdout.write(`${name}\n`);
    process.kill(process.pid, "SIGKILL");
  }
};
await appendMany(await openWriter(directory), 1, { claimed }, { onStep });
