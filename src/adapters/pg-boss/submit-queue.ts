import type { PostgresExecutor } from "../../once/stores/postgres-connection.js";
import { createTogether } from "../../once/stores/postgres-creation.js";
import type { StartedBoss } from "./boss.js";

/** The record that a queued job leads to; its origin is that of the queue. */
export interface QueuedKey {
  readonly space: string;
  readonly key: string;
}

/** One job that this worker has taken out of the queue. */
export interface TakenKey extends QueuedKey {
  /** The id of the queue's job. */
  readonly queueId: string;
}

/** The keys that wait to be submitted, in pg-boss. */
export interface SubmitQueue {
  /** Adds keys that are not queued already, after a pause of some seconds; in the caller's transaction where one is given. */
  add(
    keys: readonly QueuedKey[],
    options?: { executor?: PostgresExecutor; afterSeconds?: number },
  ): Promise<void>;
  /** Takes at most so many keys. A key whose worker is killed is given out again once its time has run out. */
  take(count: number): Promise<readonly TakenKey[]>;
  /** Removes a key from the queue. */
  finish(taken: TakenKey): Promise<void>;
  /** Gives a key back, to be taken after a pause. */
  putBack(taken: TakenKey, afterSeconds: number): Promise<void>;
}

/** The queue's name for a service: jobs of an emulator and of the live service never meet. */
export function nameQueue(origin: string): string {
  return `submit-${origin.replace(/[^A-Za-z0-9]+/g, "-")}`;
}

/** Opens the queue of a service, and creates it where it is missing. */
export async function openSubmitQueue(
  { boss, insert }: StartedBoss,
  origin: string,
  expireInSeconds: number,
): Promise<SubmitQueue> {
  const name = nameQueue(origin);
  // The policy "short" keeps one queued job for a key. A second delivery is harmless, since the record holds the outcome of the
  // first.
  const options = { policy: "short", expireInSeconds, retryLimit: 1000, retryDelay: 0 };
  await createTogether(async () => {
    if (!(await boss.getQueue(name))) await boss.createQueue(name, options);
  });
  const add: SubmitQueue["add"] = async (keys, { executor, afterSeconds = 0 } = {}) => {
    if (keys.length === 0) return;
    const jobs = keys.map(({ space, key }) => ({
      data: { space, key },
      singletonKey: JSON.stringify([space, key]),
      expireInSeconds,
      ...(afterSeconds > 0 && { startAfter: `${afterSeconds} seconds` }),
    }));
    await insert(name, jobs, executor);
  };
  const finish = async ({ queueId }: TakenKey) => void (await boss.complete(name, [queueId], null, {}));
  return {
    add,
    take: async (count) =>
      (await boss.fetch(name, { batchSize: count })).map(({ id, data }) => ({
        ...readKey(data),
        queueId: id,
      })),
    finish,
    putBack: async (taken, afterSeconds) => {
      // The new entry is added before the old one is finished: a key that is queued twice for a moment is harmless, one that is
      // lost is not.
      await add([taken], { afterSeconds });
      await finish(taken);
    },
  };
}

function readKey(data: unknown): QueuedKey {
  const { space, key } = Object(data) as Partial<QueuedKey>;
  return { space: String(space), key: String(key) };
}
