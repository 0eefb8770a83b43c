// SPDX-License-Identifier: Apache-2.0
// Entry of the thread on which expressions run: whoever wrote them, they can hold up this thread only.

import { workerData } from "node:worker_threads";
import { answer } from "./answer.ts";
import type { CelRequest, CelThreadData } from "./evaluator.ts";

const { port, signal } = workerData as CelThreadData;
const flag = new Int32Array(signal);

function say(message: unknown, handedOver: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, handedOver);
  Atomics.add(flag, 0, 1);
  Atomics.notify(flag, 0);
}

port.on("message", (request: CelRequest) => {
  const said = answer(request);
  say(said, [said.codes.buffer]);
});
say("ready");
