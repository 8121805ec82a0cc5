import type { Settings } from "./options.js";

/** Calls a function of the caller's; what it throws or rejects with is logged and goes no further. */
export const callHook = (log: Settings["log"], hook: () => unknown): void => {
  const complain = (error: unknown): void => log("error", `A hook threw: ${String(error)}`);
  try {
    Promise.resolve(hook()).catch(complain);
  } catch (error) {
    complain(error);
  }
};
