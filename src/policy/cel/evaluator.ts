// SPDX-License-Identifier: Apache-2.0
// Runs expressions on a thread and waits for it, for as long as the budget lasts. All of an evaluation are asked at once, and run
// while the gate writes the next values or judges by other rules. The gate is a plain function: same inputs, same answer; so the
// wait blocks. A thread that does not answer in time, or dies, is given up; whatever it had to say is unknown, and unknown is
// undecided.

import type { MessagePort, Worker } from "node:worker_threads";
import { lazy } from "../../lazy.ts";
import { type CelVariable, outcomeCodes } from "./variables.ts";

export interface CelRequest {
  readonly id: number;
  readonly when?: string;
  readonly assert: string;
  readonly uses: readonly CelVariable[];
  readonly count: number;
  /** The subjects are others than those of the request before: what the thread knows is about those. */
  readonly areOthers: boolean;
  /**
   * For each variable that the thread does not know yet the values of all subjects, as JSON: it takes half the time of
   * copying them as objects.
   */
  readonly values: Readonly<Partial<Record<CelVariable, string>>>;
}

/** What a rule asks of its subjects. */
export interface CelQuestion<Subject> {
  readonly when?: string;
  readonly assert: string;
  readonly uses: readonly CelVariable[];
  readonly subjects: readonly Subject[];
  /** What the subject's variable is, as a JSON value. */
  readonly variableOf: (variable: CelVariable, subject: Subject) => unknown;
}

/** `skipped`: `when` is false. */
export type CelOutcome = "true" | "false" | "skipped" | { readonly error: string };

export interface CelAnswer {
  readonly id: number;
  /** For each subject a place in `outcomeCodes`. */
  readonly codes: Uint8Array<ArrayBuffer>;
  /** Why, for each subject whose code is that of an error. */
  readonly errors: ReadonlyMap<number, string>;
}

export interface CelThreadData {
  readonly port: MessagePort;
  /** One 32-bit number, raised with every message of the thread. */
  readonly signal: SharedArrayBuffer;
}

/**
 * Milliseconds that one evaluation waits for its expressions, and what each question adds: for each subject, and for each character
 * of its values. Five expressions over ten thousand artifacts take 3 µs each. One artifact and a bomb of an expression end within
 * a second.
 */
const budgetMilliseconds = 600;
const subjectMilliseconds = 0.02;
const characterMilliseconds = 0.000_05;

/** Milliseconds for the thread to start; no expression runs before. */
const startMilliseconds = 20_000;

const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };

/** The thread's program lies beside this file: as TypeScript in the source tree, bundled in `dist/`. */
const workerUrl = new URL(
  import.meta.url.endsWith(".ts") ? "./worker.ts" : "./cel-worker.js",
  import.meta.url,
);

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly flag: Int32Array;
  /** The subjects of the last request, which the next one often shares, and the variables of which it has the values. */
  subjects: WeakRef<readonly unknown[]> | undefined;
  readonly known: Set<CelVariable>;
  /** Questions that were asked and not answered yet. */
  pending: number;
}

/** Loaded when an expression is run: the module costs 2 ms, and few policies have expressions. */
const threads = lazy(() => process.getBuiltinModule("node:worker_threads"));

/** One thread for the process; it does not keep the process alive. */
let running: Thread | undefined;
let lastId = 0;

/** The expressions of one evaluation. */
export class CelRun {
  /** For which the caller may still wait. */
  #milliseconds = budgetMilliseconds;
  #thread: Thread | undefined;
  #isOver = false;
  readonly #answers = new Map<number, CelAnswer>();

  /** Asks; the answer comes while the caller does other things. Returns the number to fetch it by. */
  ask<Subject>(question: CelQuestion<Subject>): number {
    lastId += 1;
    const thread = this.#isOver ? undefined : this.#start();
    if (thread !== undefined) {
      const request = requestOf(question, lastId, thread);
      const characters = Object.values(request.values).reduce((sum, text) => sum + text.length, 0);
      this.#milliseconds += request.count * subjectMilliseconds + characters * characterMilliseconds;
      thread.pending += 1;
      thread.port.postMessage(request);
    }
    return lastId;
  }

  /** What the expressions say of each subject; undefined if there was no answer within the budget. */
  answer(id: number): CelAnswer | undefined {
    while (!this.#answers.has(id) && this.#thread !== undefined && this.#thread === running) {
      const before = performance.now();
      const answer = take(this.#thread, Math.max(this.#milliseconds, 0)) as CelAnswer | undefined;
      this.#milliseconds -= performance.now() - before;
      if (answer === undefined) {
        giveUp(this.#thread);
        break;
      }
      this.#thread.pending -= 1;
      this.#answers.set(answer.id, answer);
    }
    const answer = this.#answers.get(id);
    this.#isOver ||= answer === undefined;
    return answer;
  }

  #start(): Thread | undefined {
    if (this.#thread === undefined) {
      // Questions of an evaluation that broke off: their answers are nobody's, and one may never come.
      if (running !== undefined && running.pending > 0) {
        giveUp(running);
      }
      running ??= start();
      this.#thread = running;
      // A thread that does not start is not waited for again.
      this.#isOver = running === undefined;
    }
    return this.#thread === running ? this.#thread : undefined;
  }
}

/** What an answer says of the subject at a place. */
export function outcomeAt({ codes, errors }: CelAnswer, index: number): CelOutcome {
  const code = outcomeCodes[codes[index] ?? outcomeCodes.length];
  return code === undefined || code === "error" ? { error: errors.get(index) ?? "no answer" } : code;
}

/** The question without what the thread knows from the one before. */
function requestOf<Subject>(
  { subjects, variableOf, ...rest }: CelQuestion<Subject>,
  id: number,
  thread: Thread,
): CelRequest {
  const areOthers = thread.subjects?.deref() !== subjects;
  if (areOthers) {
    thread.subjects = new WeakRef(subjects);
    thread.known.clear();
  }
  const values: Partial<Record<CelVariable, string>> = {};
  for (const variable of rest.uses) {
    if (!thread.known.has(variable)) {
      values[variable] = JSON.stringify(subjects.map((subject) => variableOf(variable, subject)));
      thread.known.add(variable);
    }
  }
  return { ...rest, id, count: subjects.length, areOthers, values };
}

function start(): Thread | undefined {
  const { MessageChannel, Worker } = threads();
  const { port1: port, port2 } = new MessageChannel();
  const signal = new SharedArrayBuffer(4);
  const workerData: CelThreadData = { port: port2, signal };
  const worker = new Worker(workerUrl, { workerData, transferList: [port2], resourceLimits });
  // A thread that dies does not answer; the wait ends with the budget.
  worker.on("error", () => undefined);
  worker.on("exit", () => {
    running = running?.worker === worker ? undefined : running;
  });
  worker.unref();
  port.unref();
  const thread: Thread = {
    worker,
    port,
    flag: new Int32Array(signal),
    subjects: undefined,
    known: new Set(),
    pending: 0,
  };
  if (take(thread, startMilliseconds) === "ready") {
    return thread;
  }
  giveUp(thread);
  return undefined;
}

/** The thread's next message; undefined if there is none in time. */
function take({ port, flag }: Pick<Thread, "port" | "flag">, milliseconds: number): unknown {
  const end = performance.now() + milliseconds;
  for (;;) {
    const count = Atomics.load(flag, 0);
    const received = threads().receiveMessageOnPort(port);
    const left = end - performance.now();
    if (received !== undefined) {
      return received.message;
    }
    if (left <= 0) {
      return undefined;
    }
    Atomics.wait(flag, 0, count, left);
  }
}

function giveUp(thread: Thread): void {
  thread.port.close();
  void thread.worker.terminate();
  running = running === thread ? undefined : running;
}
