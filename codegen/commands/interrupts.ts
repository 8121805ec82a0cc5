/** Calls `stop` at Ctrl-C or SIGTERM while `run` is under way. */
export async function withInterrupt<T>(stop: () => void, run: () => Promise<T>): Promise<T> {
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    return await run();
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** The exit code of a command that Ctrl-C has stopped. */
export const interrupted = 130;
