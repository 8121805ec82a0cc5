import { describe, expect, test } from "vitest";
import { createClient, JobTimeoutError } from "../../src/index.js";
import type { ClientOptions } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { createService, succeeded } from "../support/service.js";

/** Waits for so many jobs, all finished at 60 s, for 180 s each. */
const waitForAll = async (count: number, options: ClientOptions = {}) => {
  const clock = createClock(0);
  const idOf = ({ path }: { readonly path: string }) => path.split("/")[3]!;
  const service = createService(clock, {
    status: (request) => ({
      body: { request_id: idOf(request), status: clock.now() >= 60_000 ? "completed" : "in_progress" },
    }),
    result: (request) => ({ body: succeeded(idOf(request)) }),
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock, ...options });
  const waits = Array.from({ length: count }, (_, i) =>
    client.job("a/b", `job-${i}`).result({ timeoutMs: 180_000 }),
  );
  const outcomes = await clock.run(Promise.allSettled(waits));
  const errors = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  return { errors, service };
};

describe("row 155: the client's own rate limit", () => {
  test("times out none of a thousand jobs that have finished", async () => {
    const { errors, service } = await waitForAll(1000);
    expect(errors).toEqual([]);
    // A limit that grows with the jobs is still one: 40 requests a second.
    expect(service.seen.length).toBeLessThan(180 * 40);
  });

  test("that the caller has set is kept, and a timeout that it causes says so", async () => {
    const { errors, service } = await waitForAll(1000, { requestsPerSecond: 10 });
    expect(service.seen.length).toBeLessThanOrEqual(181 * 10);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(error).toBeInstanceOf(JobTimeoutError);
      expect((error as Error).message).toMatch(/jobs at 10 requests a second.*Raise requestsPerSecond/);
    }
  });

  test("is not blamed where a few jobs take longer than the wait", async () => {
    const clock = createClock(0);
    const service = createService(clock, { status: () => ({ body: { status: "in_progress" } }) });
    const client = createClient({ token: "test-token", fetch: service.fetch, clock });
    const waits = ["job-1", "job-2"].map((id) => client.job("a/b", id).result({ timeoutMs: 60_000 }));
    for (const outcome of await clock.run(Promise.allSettled(waits)))
      expect(String((outcome as PromiseRejectedResult).reason)).not.toContain("requestsPerSecond");
  });
});
