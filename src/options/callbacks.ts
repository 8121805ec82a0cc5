import type { Clock } from "../time/clock.js";
import { scope } from "../time/scope.js";
import type { Log } from "./settings.js";

/** Calls a function of the caller's; what it throws or rejects with is logged and goes no further. Never rejects. */
export function callBack(log: Log, callback: () => unknown): Promise<void> {
  return new Promise((resolve) => resolve(callback())).then(
    () => {},
    (error: unknown) => log("error", `A callback threw: ${textOf(error)}`),
  );
}

/** As {@link callBack}, and waits for its end, but no longer than `ms`. */
export async function awaitCallBack(
  log: Log,
  clock: Clock,
  ms: number,
  callback: () => unknown,
): Promise<void> {
  await scope({ clock, ms }, () => callBack(log, callback)).catch(() =>
    log("warn", `A callback took longer than ${ms} ms; it is not waited for.`),
  );
}

/** Some objects throw when they are converted to text. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
