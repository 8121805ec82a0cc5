import type { Fault } from "./fault.js";
import { checkFault } from "./fault-rules.js";
import type { Target } from "./routes.js";

/** The faults that are to happen. */
export interface Faults {
  /** Adds one; the first that fits a call wins. Gives the means to take it back. Throws a ConfigError that says what is wrong with it. */
  add(...faults: readonly Fault[]): { remove(): void };
  /** Takes all of them back. */
  clear(): void;
  /** How many calls they have spoilt so far. */
  readonly fired: number;
}

/** {@link Faults} with the side that the server uses. */
export interface FaultBox extends Faults {
  /** Counts a call and gives the fault that is to spoil it. */
  take(call: Target | { readonly route: "connection" }): Fault | undefined;
}

interface Armed {
  readonly fault: Fault;
  seen: number;
  left: number;
}

/** Makes an empty box. */
export function createFaults(): FaultBox {
  let armed: Armed[] = [];
  let fired = 0;
  return {
    add: (...faults) => {
      const added = faults.map((fault) => ({ fault: checkFault(fault), seen: 0, left: timesOf(fault) }));
      armed.push(...added);
      return {
        remove: () => {
          armed = armed.filter((one) => !added.includes(one));
        },
      };
    },
    clear: () => {
      armed = [];
    },
    get fired() {
      return fired;
    },
    take: (call) => {
      const due = armed.filter((one) => concerns(one.fault, call)).filter((one) => isDue(one));
      const first = due[0];
      if (!first) return undefined;
      first.left--;
      fired++;
      return first.fault;
    },
  };
}

function timesOf({ times, nth }: Fault): number {
  if (times === "always") return Infinity;
  return times ?? (Array.isArray(nth) ? nth.length : 1);
}

function concerns(fault: Fault, call: Target | { readonly route: "connection" }): boolean {
  if (fault.route !== call.route && (fault.route !== "any" || call.route === "connection")) return false;
  if (fault.model !== undefined && (!("model" in call) || call.model !== fault.model)) return false;
  return fault.requestId === undefined || ("requestId" in call && call.requestId === fault.requestId);
}

function isDue(one: Armed): boolean {
  const call = ++one.seen;
  const { nth, after = 0 } = one.fault;
  if (one.left <= 0 || call <= after) return false;
  return nth === undefined || (typeof nth === "number" ? nth === call - after : nth.includes(call - after));
}
