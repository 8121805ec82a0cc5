import type { State } from "../../once/record/record.js";
import type { StateCounts } from "./batch-types.js";

/** Counters of rows by state, all 0. */
export function countStates(): { -readonly [state in keyof StateCounts]: StateCounts[state] } {
  return {
    new: 0,
    held: 0,
    sending: 0,
    accepted: 0,
    unknown: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    rejected: 0,
  };
}

const names = Object.keys(countStates()) as readonly State[];

/** The state under which a plan has counted each row, by the row's place. A byte for each, since there may be millions. */
export class CountedStates {
  #bytes = new Uint8Array(1024);
  #count = 0;

  add(state: State): void {
    if (this.#count === this.#bytes.length) {
      const longer = new Uint8Array(this.#bytes.length * 2);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes[this.#count++] = names.indexOf(state);
  }

  /** The state of a row by its place, counted from 0; `"new"` for one that has been added since. */
  at(place: number): State {
    return names[place < this.#count ? this.#bytes[place]! : 0]!;
  }
}

/** Tells whether a run may send a row with this state. */
export function maySend(state: State, retry: "failed" | undefined): boolean {
  if (state === "new" || state === "held") return true;
  return retry === "failed" && (state === "failed" || state === "cancelled" || state === "rejected");
}
