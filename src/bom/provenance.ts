// SPDX-License-Identifier: Apache-2.0
// Field provenance: which values of the BOM are claims, which were computed, and from which file. In 1.7
// they are `citations`, in 1.6 `annotations`. Both need a time, so a BOM without time stamps carries them
// as properties. Pointers are positional: they are made when a list is in its final order.

import type { Fact } from "../model/fact.ts";
import type { Document } from "./document.ts";
import { compareText } from "./order.ts";

/** Where a value comes from. Without a path: from the bytes of every file of the artifact. */
export interface Origin {
  readonly grade: Fact["grade"];
  /** Name of the artifact. */
  readonly artifact: string;
  readonly path?: string;
  readonly pointer?: string;
}

/** A JSON pointer inside one component, and where the value there comes from. */
export interface Trace {
  readonly pointer: string;
  readonly origins: readonly Origin[];
}

/** Traces of one component, whose own place in the document is known last. */
export interface ComponentTraces {
  readonly ref: string;
  readonly traces: readonly Trace[];
}

/** One value of a list before it has its place. */
export interface Item<T> {
  /** Items are sorted by this key; items with equal keys are one. */
  readonly key: string;
  readonly json: T;
  readonly origins: readonly Origin[];
}

/** Collects the traces of one component while its lists are put in order. */
export class TraceLog {
  readonly traces: Trace[] = [];

  /** The values of `items`, sorted and without duplicates; undefined if there are none. */
  list<T>(pointer: string, items: readonly Item<T>[]): T[] | undefined {
    if (items.length === 0) {
      return undefined;
    }
    const byKey = new Map<string, Item<T>>();
    for (const item of items) {
      const known = byKey.get(item.key);
      byKey.set(
        item.key,
        known === undefined ? item : { ...known, origins: [...known.origins, ...item.origins] },
      );
    }
    const sorted = [...byKey.values()].sort((a, b) => compareText(a.key, b.key));
    sorted.forEach((item, index) => {
      this.note(`${pointer}/${index}`, item.origins);
    });
    return sorted.map((item) => item.json);
  }

  note(pointer: string, origins: readonly Origin[]): void {
    if (origins.length > 0) {
      this.traces.push({ pointer, origins });
    }
  }
}

/** Everything one origin accounts for. */
interface Account {
  readonly note: string;
  readonly pointers: string[];
}

/** What an auditor reads about an origin. */
function describeOrigin(origin: Origin): string {
  if (origin.path === undefined) {
    return `computed: from the bytes of every file of ${origin.artifact}`;
  }
  const place = origin.pointer === undefined ? origin.path : `${origin.path} at ${origin.pointer}`;
  return origin.grade === "claim"
    ? `claim: stated by ${place} of ${origin.artifact}; self-declared, not verified`
    : `computed: from the bytes of ${place} of ${origin.artifact}`;
}

/** Collects which pointers each origin accounts for. */
class Accounts {
  readonly #byNote = new Map<string, Account>();
  /** Most values of a component come from one origin: its account is found without composing the note again. */
  #lastOrigin: Origin | undefined;
  #lastAccount: Account | undefined;

  /** Adds the traces of one component; `place` stands before their pointers. */
  add(traces: readonly Trace[], place: string): void {
    for (const { pointer, origins } of traces) {
      const absolute = place + pointer;
      const [origin] = origins;
      if (origins.length === 1 && origin !== undefined) {
        this.#accountOf(origin).pointers.push(absolute);
        continue;
      }
      for (const account of new Set(origins.map((each) => this.#accountOf(each)))) {
        account.pointers.push(absolute);
      }
    }
  }

  /** Sorted by note. */
  all(): readonly Account[] {
    return [...this.#byNote.values()].sort((a, b) => compareText(a.note, b.note));
  }

  #accountOf(origin: Origin): Account {
    if (origin === this.#lastOrigin && this.#lastAccount !== undefined) {
      return this.#lastAccount;
    }
    const note = describeOrigin(origin);
    let account = this.#byNote.get(note);
    if (account === undefined) {
      account = { note, pointers: [] };
      this.#byNote.set(note, account);
    }
    this.#lastOrigin = origin;
    this.#lastAccount = account;
    return account;
  }
}

function accounts(traces: readonly Trace[]): readonly Account[] {
  const collected = new Accounts();
  collected.add(traces, "");
  return collected.all();
}

/** CycloneDX 1.7 `citations`; `places` gives the pointer of each component by its ref. */
export function citations(
  components: readonly ComponentTraces[],
  places: ReadonlyMap<string, string>,
  timestamp: string,
  toolRef: string,
): Document[] {
  const collected = new Accounts();
  for (const { ref, traces } of components) {
    collected.add(traces, places.get(ref) ?? "");
  }
  return collected.all().map(({ note, pointers }) => ({
    timestamp,
    pointers,
    attributedTo: toolRef,
    note,
  }));
}

/** CycloneDX 1.6 `annotations`: one per component and origin, the pointers relative to the component. */
export function annotations(
  components: readonly ComponentTraces[],
  timestamp: string,
  annotator: Document,
): Document[] {
  return components.flatMap(({ ref, traces }) =>
    accounts(traces).map((account) => ({
      timestamp,
      subjects: [ref],
      annotator: { component: annotator },
      text: accountText(account),
    })),
  );
}

/** The same as properties of the component, for a BOM without time stamps. */
export function provenanceProperties(traces: readonly Trace[]): { name: string; value: string }[] {
  return accounts(traces).map((account) => ({ name: "aibom:provenance", value: accountText(account) }));
}

function accountText({ note, pointers }: Account): string {
  return `${note}: ${pointers.join(", ")}`;
}
