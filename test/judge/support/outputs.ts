import { inspect } from "node:util";
import type { Clock } from "../../../src/index.js";

/** Signs that JSON encoders, URLs and regular expressions treat in ways of their own. */
export const token = "CANARY+7/f3e2.d1c0==&b9";

/** Ways in which a service may quote a token back. */
export const quotes: readonly string[] = [
  token,
  token.replaceAll("/", "\\/"),
  token.replace(/[+&/=]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16).toUpperCase()}`),
  token.replace(/./g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
  encodeURIComponent(token),
];

/** Everything that a value can show of itself: prints, JSON, stack, the chain of causes, properties that are not listed. */
export const show = (value: unknown, depth = 0): string => {
  const parts = [
    inspect(value, { depth: 10, showHidden: true, maxStringLength: null, maxArrayLength: null }),
    String(value),
  ];
  try {
    parts.push(JSON.stringify(value) ?? "");
  } catch {
    // A circle; inspect has shown it.
  }
  if (value instanceof Error && depth < 8)
    parts.push(value.stack ?? "", value.message, show(value.cause, depth + 1));
  return parts.join("\n");
};

/** Whether a text has the token in it, in any spelling that turns back into it. */
export const leaks = (text: string): boolean =>
  [...quotes, "CANARY"].some((quote) => text.toLowerCase().includes(quote.toLowerCase()));

const tickMs = 2;

/**
 * Time that runs so many times faster while somebody sleeps. It goes on by one step in each turn of the event loop at most: on a
 * busy machine, where answers take longer, it runs slower.
 */
export const createFastClock = (factor: number): Clock => {
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  let ticking: NodeJS.Timeout | undefined;
  let now = 0;
  const tick = (): void => {
    now += tickMs * factor;
    const due = [...sleepers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    for (const { wake } of due) wake();
    if (sleepers.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
  return {
    now: () => now,
    date: () => Date.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const end = (act: () => void): void => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", stop);
          act();
        };
        const stop = (): void => end(() => reject(signal?.reason));
        const sleeper = { at: now + ms, wake: () => end(resolve) };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", stop);
        ticking ??= setInterval(tick, tickMs);
      }),
  };
};
