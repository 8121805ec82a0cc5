/** Stands for a promise that took too long. */
export const tooLate: unique symbol = Symbol("too late");

/** A promise's value, or `tooLate` after `ms` milliseconds; the promise goes on then. */
export async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | typeof tooLate> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof tooLate>((resolve) => {
    timer = setTimeout(resolve, ms, tooLate);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Calls a function every `ms` milliseconds while a promise is open. */
export async function during<Value>(promise: Promise<Value>, ms: number, beat: () => void): Promise<Value> {
  const timer = setInterval(beat, ms);
  try {
    return await promise;
  } finally {
    clearInterval(timer);
  }
}
