import type { Body } from "../protocol/exchange.js";
import { onAbort } from "../time/scope.js";
import type { Requests } from "../wire/requests.js";
import type { KnownJob } from "./job-requests.js";
import { createWait } from "./wait-loop.js";
import type { Subscribe, Subscription } from "./wait-loop.js";
import { createState } from "./wait-reducer.js";

/** The waits of one client: one for each job that is waited for, however many callers wait. */
export interface Poller {
  /**
   * Waits for a job. Resolves with the answer that tells its end, or with undefined where the final status is enough. When the
   * last caller has left, nothing is asked any more.
   */
  subscribe(job: KnownJob, subscription: Subscription): Promise<Body | undefined>;
  /** Notes that the service wants no request about a job before a moment. It holds for all handles of the job. */
  holdBack(id: string, notBefore: number, lastError?: unknown): void;
}

/** Makes the waits of one client. */
export function createPoller(requests: Requests): Poller {
  const { limiter, settings } = requests;
  const { now } = settings.clock;
  const waits = new Map<string, Subscribe>();
  /** The moments before which the service wants no request, by the jobs that nobody waits for at present. */
  const held = new Map<string, { readonly notBefore: number; readonly lastError: unknown }>();
  let sizeToClean = 0;

  function holdBack(id: string, notBefore: number, lastError?: unknown): void {
    if (notBefore <= now()) return;
    held.set(id, { notBefore, lastError });
    if (held.size <= sizeToClean) return;
    for (const [key, one] of held) if (one.notBefore <= now()) held.delete(key);
    // Cleaned only once it has doubled: to clean it at each job would be slow where thousands are left at once.
    sizeToClean = held.size * 2;
  }

  function startWait(key: string, job: KnownJob): Subscribe {
    const { ref, createdAt, isSubmitted } = job;
    const found = held.get(ref.id);
    const known = found && found.notBefore > now() ? found : undefined;
    const firstPollAt = isSubmitted ? createdAt + limiter.pollInterval(0, 0) : now();
    const state = createState(ref.id, now(), firstPollAt, known?.notBefore);
    const wait = createWait(requests, job, state, known?.lastError, (until, error) => {
      waits.delete(key);
      limiter.setJobs(waits.size);
      holdBack(ref.id, until, error);
    });
    waits.set(key, wait);
    limiter.setJobs(waits.size);
    return wait;
  }

  return {
    holdBack,
    subscribe: async (job, { signal, timeoutMs = settings.timeoutMs, ...subscription }) => {
      const { ref, ...facts } = job;
      // Handles that name different models for one id wait apart, so that each is answered under its own name.
      const key = `${ref.id} ${ref.model}`;
      const wait = waits.get(key) ?? startWait(key, job);
      let unsubscribe = () => {};
      const ending = new Promise<Body | undefined>((resolve, reject) => {
        const leave = wait({ ...subscription, ...facts, timeoutMs, resolve, reject });
        unsubscribe = onAbort(signal, leave);
      });
      return ending.finally(unsubscribe);
    },
  };
}
