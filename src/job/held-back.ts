/** The moments before which the service wants no request about a job, for jobs that nobody waits for at present. */
export interface HeldBack {
  get(id: string): { readonly notBefore: number; readonly lastError: unknown } | undefined;
  set(id: string, notBefore: number, lastError?: unknown): void;
}

/** Makes an empty list; moments that have passed leave it by themselves. */
export function createHeldBack(now: () => number): HeldBack {
  const held = new Map<string, { readonly notBefore: number; readonly lastError: unknown }>();
  let room = 0;
  return {
    get: (id) => {
      const found = held.get(id);
      return found && found.notBefore > now() ? found : undefined;
    },
    set: (id, notBefore, lastError) => {
      if (notBefore <= now()) return;
      held.set(id, { notBefore, lastError });
      if (held.size <= room) return;
      for (const [key, one] of held) if (one.notBefore <= now()) held.delete(key);
      // Cleaned only when it has doubled: thousands of jobs may be left at once.
      room = held.size * 2;
    },
  };
}
