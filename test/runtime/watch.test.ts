import { expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import type { JobUpdate } from "../../src/index.js";
import { createClock, settle } from "../support/clock.js";
import { createService, succeeded } from "../support/service.js";

/** A client whose job takes these states, a look to each, and then keeps the last. */
const setup = (...states: readonly string[]) => {
  const clock = createClock();
  const service = createService(clock, {
    status: (_request, nth) => ({
      body: { request_id: "job-1", status: states[Math.min(nth, states.length) - 1] },
    }),
    result: () => ({ body: succeeded() }),
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock });
  return { clock, client, service, job: client.job("a/b", "job-1") };
};

test("an error thrown into a watch that waits for news ends it at once", async () => {
  const { clock, job } = setup("in_queue");
  const iterator = job.watch();
  await clock.run(iterator.next());
  const pending = iterator.next();
  const outcome = iterator.throw!(new Error("enough")).catch((error: unknown) => error);
  await settle();
  expect(clock.sleeping).toBe(0);
  expect(await outcome).toEqual(new Error("enough"));
  const over = { value: undefined, done: true };
  expect([await pending, await iterator.next()]).toEqual([over, over]);
});

test("an error thrown into a watch that has not begun sends nothing", async () => {
  const { job, service } = setup("in_queue");
  const iterator = job.watch();
  await expect(iterator.throw!(new Error("enough"))).rejects.toThrow("enough");
  expect(await iterator.next()).toEqual({ value: undefined, done: true });
  expect(service.seen).toEqual([]);
});

test("who begins to wait in a hook is told of each change once", async () => {
  const { clock, job } = setup("in_queue", "in_progress", "completed");
  const words: string[] = [];
  let joined: Promise<unknown> | undefined;
  const onUpdate = (): void => {
    joined ??= job.result({ onUpdate: ({ word }) => words.push(word) });
  };
  await clock.run(job.result({ onUpdate }));
  await joined;
  expect(words).toEqual(["in_queue", "in_progress", "completed"]);
});

test("who leaves in the hook of another is told nothing more", async () => {
  const { clock, job } = setup("in_queue", "in_progress", "completed");
  const controller = new AbortController();
  const heard: JobUpdate[] = [];
  const first = job.result({ onUpdate: () => controller.abort("enough") });
  const second = job.result({ signal: controller.signal, onUpdate: (update) => heard.push(update) });
  await expect(clock.run(second)).rejects.toMatchObject({ code: "job_aborted", cause: "enough" });
  await clock.run(first);
  expect(heard).toEqual([]);
});

test("an abort while the loop is busy is the next thing that it hears, not old news", async () => {
  const { clock, job } = setup("in_queue", "in_progress", "completed");
  const controller = new AbortController();
  const iterator = job.watch({ signal: controller.signal });
  expect((await clock.run(iterator.next())).value).toMatchObject({ status: "in_queue" });
  await clock.advance(700);
  controller.abort("enough");
  await expect(iterator.next()).rejects.toMatchObject({ code: "job_aborted", cause: "enough" });
  expect(await iterator.next()).toEqual({ value: undefined, done: true });
});
