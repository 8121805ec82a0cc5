import type { Settings } from "./client-options.js";

/** Calls a function of the caller's; what it throws or rejects with is logged and goes no further. */
export function callHook(log: Settings["log"], hook: () => unknown): void {
  new Promise((resolve) => resolve(hook())).catch((error: unknown) =>
    log("error", `A hook threw: ${textOf(error)}`),
  );
}

/** Some objects throw when they are asked for their text. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
