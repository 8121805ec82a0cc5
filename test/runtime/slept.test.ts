import { expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { createService, succeeded } from "../support/service.js";
import type { Answer } from "../support/service.js";

/** A service whose nth look at the status, or at the result, gets no answer, and whose jobs are done in the end. */
const setup = (hanging: { readonly status?: number; readonly result?: number }, doneAt = 0) => {
  const clock = createClock();
  const silence: Answer = { delayMs: 1e9 };
  const idOf = ({ path }: { readonly path: string }) => path.split("/")[3]!;
  const service = createService(clock, {
    status: (request, nth) => {
      const status = clock.now() >= doneAt ? "completed" : "in_queue";
      return nth === hanging.status ? silence : { body: { request_id: idOf(request), status } };
    },
    result: (request, nth) => (nth === hanging.result ? silence : { body: succeeded(idOf(request)) }),
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock, random: () => 0.5 });
  return { clock, service, client };
};

test.each([
  ["at the status", { status: 3 }, 60_000],
  ["at the status, shortly before the deadline", { status: 3 }, 2000],
  ["at the status, as the last look", { status: 3 }, 1100],
  ["at the result", { result: 1 }, 60_000],
])(
  "row 74: a machine that fell asleep in a look (%s) and slept past the deadline finds the finished job",
  async (_name, hanging, timeoutMs) => {
    const { clock, service, client } = setup(hanging, "result" in hanging ? 0 : 1e6);
    const wait = client.job("a/b", "job-1").result({ timeoutMs });
    await clock.advance(1050);
    const before = service.seen.length;
    clock.jump(2e6);
    expect((await clock.run(wait)).requestId).toBe("job-1");
    expect(service.seen.length - before).toBeLessThanOrEqual(2);
    expect(clock.sleeping).toBe(0);
  },
);

test("row 74: a hundred polls that waited for their permit when the machine slept are sent when it wakes", async () => {
  const { clock, client } = setup({}, 1e6);
  const jobs = Array.from({ length: 100 }, (_, i) => client.job("a/b", `job-${i}`));
  const waits = Promise.allSettled(jobs.map((job) => job.result({ timeoutMs: 60_000 })));
  await clock.advance(5000);
  clock.jump(2e6);
  const outcomes = await clock.run(waits);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(100);
});

test("row 74: a machine that oversleeps again and again waits for one silent poll after the deadline, not for many", async () => {
  const clock = createClock();
  const service = createService(clock, { status: () => ({ delayMs: 1e9 }) });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock });
  const wait = client.job("a/b", "job-1").result({ timeoutMs: 60_000 });
  const outcome = wait.catch((error: unknown) => error);
  for (let i = 0; i < 60; i++) {
    await clock.advance(1);
    clock.jump(5000);
  }
  expect(await outcome).toMatchObject({ code: "job_timeout" });
  expect(service.count("status")).toBeLessThanOrEqual(5);
});

test.each([
  ["half a second", 500, 0],
  ["one and a half", 1500, 1],
])(
  "row 74: of a timer that is late by %s past the deadline, only a sleep's is worth a look more",
  async (_name, late, looks) => {
    const { clock, service, client } = setup({}, 2000);
    const outcome = Promise.allSettled([client.job("a/b", "job-1").result({ timeoutMs: 1000 })]);
    await clock.advance(940);
    const before = service.count("status");
    clock.jump(10 + late);
    const [{ status }] = await clock.run(outcome);
    expect(status).toBe(looks > 0 ? "fulfilled" : "rejected");
    expect(service.count("status") - before).toBe(looks);
  },
);
