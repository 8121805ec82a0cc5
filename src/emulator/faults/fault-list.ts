import type { Target } from "../service/routes.js";
import { checkFault } from "./fault-check.js";
import type { Fault } from "./fault.js";

/** The faults that will happen. */
export interface Faults {
  /**
   * Adds faults; the first that fits a request wins. `remove` takes them back. Throws a ConfigError that says which key cannot be
   * used, and why.
   */
  add(...faults: readonly Fault[]): { remove(): void };
  /** Removes all of them. */
  clear(): void;
  /** The number of requests and connections that faults were applied to so far. */
  readonly fired: number;
}

/** A request or a new TCP connection. */
export type FaultTarget = Target | { readonly route: "connection" };

/** {@link Faults} with the method that the server uses. */
export interface FaultList extends Faults {
  /** Counts a request or a connection, and gives the fault to apply to it. */
  take(target: FaultTarget): Fault | undefined;
}

interface ArmedFault {
  readonly fault: Fault;
  seen: number;
  left: number;
}

/** Makes an empty list. */
export function createFaults(): FaultList {
  let armed: ArmedFault[] = [];
  let fired = 0;
  return {
    add: (...faults) => {
      const added = faults.map((fault) => ({ fault: checkFault(fault), seen: 0, left: countTimes(fault) }));
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
    take: (target) => {
      // Every fault counts the request, even where an earlier one in the list is applied.
      const [first] = armed.filter((one) => concerns(one.fault, target)).filter((one) => countAndTest(one));
      if (!first) return undefined;
      first.left--;
      fired++;
      return first.fault;
    },
  };
}

function countTimes({ times, nth }: Fault): number {
  if (times === "always") return Infinity;
  return times ?? (Array.isArray(nth) ? nth.length : 1);
}

function concerns(fault: Fault, target: FaultTarget): boolean {
  if (fault.route !== target.route && (fault.route !== "any" || target.route === "connection")) return false;
  if (fault.model !== undefined && (!("model" in target) || target.model !== fault.model)) return false;
  return fault.requestId === undefined || ("requestId" in target && target.requestId === fault.requestId);
}

function countAndTest(one: ArmedFault): boolean {
  const ordinal = ++one.seen;
  const { nth, after = 0 } = one.fault;
  if (one.left <= 0 || ordinal <= after) return false;
  return (
    nth === undefined || (typeof nth === "number" ? nth === ordinal - after : nth.includes(ordinal - after))
  );
}
