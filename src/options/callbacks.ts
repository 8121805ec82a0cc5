import { explain } from "../protocol/platform-error.js";
import type { Logger } from "./client-options.js";

/** Writes one line to the caller's logger. */
export type Log = (level: keyof Logger, message: string) => void;

/** Calls a function of the caller's; what it throws or rejects with is logged and goes no further. Never rejects. */
export async function callBack(log: Log, callback: () => unknown): Promise<void> {
  try {
    await callback();
  } catch (error) {
    log("error", `A callback threw: ${explain(error, String)}`);
  }
}
