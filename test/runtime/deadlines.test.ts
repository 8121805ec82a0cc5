import { expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { createService, succeeded } from "../support/service.js";
import type { Answer } from "../support/service.js";

/** A job that is done at a time, and when it was looked at. */
const setup = (doneAt = Infinity, result: Answer = { body: succeeded() }) => {
  const clock = createClock(0);
  const service = createService(clock, {
    status: () => ({
      body: { request_id: "job-1", status: clock.now() >= doneAt ? "completed" : "in_progress" },
    }),
    result: () => result,
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock, random: () => 0.5 });
  const looks = () => service.seen.filter(({ path }) => path.endsWith("/status")).map(({ at }) => at);
  return { clock, job: client.job("a/b", "job-1"), looks };
};

test("row 75: two hundred deadlines, one after another, do not make polls follow each other closer than the interval", async () => {
  const { clock, job, looks } = setup();
  const waits = Array.from({ length: 200 }, (_, i) => job.result({ timeoutMs: 30_000 + 50 * i }));
  await clock.run(Promise.allSettled(waits));
  const times = looks();
  for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(500);
});

test("row 75: each of them still gets a poll in its last second", async () => {
  const { clock, job, looks } = setup();
  const timeouts = Array.from({ length: 40 }, (_, i) => 30_000 + 130 * i);
  await clock.run(Promise.allSettled(timeouts.map((timeoutMs) => job.result({ timeoutMs }))));
  for (const timeoutMs of timeouts)
    expect(looks().some((at) => at >= timeoutMs - 1000 && at < timeoutMs)).toBe(true);
});

test.each([100, 600, 1000, 3000])(
  "a wait of %i ms takes its last look in the last tenth, however near the look before is",
  async (timeoutMs) => {
    const { clock, job, looks } = setup();
    await clock.run(Promise.allSettled([job.result({ timeoutMs })]));
    expect(looks().at(-1)).toBeGreaterThanOrEqual(timeoutMs * 0.9);
    expect(looks().at(-1)).toBeLessThanOrEqual(timeoutMs * 0.95);
  },
);

test("row 73: of a job that has ended, whose result cannot be read, nobody is told that it goes on", async () => {
  const { clock, job } = setup(2000, { status: 500 });
  const error: unknown = await clock.run(job.result({ timeoutMs: 9000 })).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "job_timeout", lastStatus: "completed", cause: { status: 500 } });
  const { message } = error as Error;
  expect(message).toContain('has ended (last status "completed"), but its result did not come within 9 s');
  expect(message).not.toMatch(/goes on|not finished/);
});

test.each([
  ["of 5 ms whose timer is late", 5, {}],
  ["whose Retry-After ends with it", 10_000, { "retry-after": "10" }],
])("a wait %s ends then, and not with one more look that hangs", async (_name, timeoutMs, headers) => {
  const clock = createClock(0);
  const service = createService(clock, {
    status: (_request, nth) =>
      nth === 1 ? { body: { request_id: "job-1", status: "in_queue" }, headers } : { delayMs: 1e9 },
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock });
  const outcome = client.job("a/b", "job-1").result({ timeoutMs });
  await clock.advance(timeoutMs - 1);
  clock.jump(2);
  await expect(clock.run(outcome)).rejects.toMatchObject({ code: "job_timeout" });
  expect(clock.now()).toBe(timeoutMs + 1);
  expect(service.count("status")).toBe(1);
});
