import { expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { accepted, createService } from "../support/service.js";
import type { Answer } from "../support/service.js";

const setup = (submit: (nth: number) => Answer) => {
  const clock = createClock(0);
  const service = createService(clock, { submit: (_request, nth) => submit(nth) });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock });
  const count = Array.from({ length: 150 }, (_, i) => i);
  const timeTo = async (work: Promise<unknown>) => {
    const start = clock.now();
    await clock.run(work);
    return clock.now() - start;
  };
  return { clock, service, client, count, timeTo };
};
const busy = { status: 429, delayMs: 20, body: { error_code: 429001, message: "slow down" } };

test.each([{}, { "retry-after": "1" }])(
  "row 41: of 150 submits that are refused at once by 429 and %j, each is accepted a little later",
  async (headers) => {
    const { client, count, service, timeTo } = setup((nth) =>
      nth <= 150 ? { ...busy, headers } : { body: accepted(`job-${nth}`) },
    );
    expect(await timeTo(Promise.all(count.map(() => client.submit("a/b", {}))))).toBeLessThan(20_000);
    expect(service.seen.length).toBe(300);
    expect(await timeTo(client.submit("a/b", {}))).toBeLessThan(1000);
  },
);

test("row 40: after an outage whose callers gave up, the next submit waits for none of them", async () => {
  let away = true;
  const { client, count, clock, timeTo } = setup(() => (away ? busy : { body: accepted() }));
  for (let round = 0; round < 20; round++) {
    const tries = count.slice(0, 10).map(() => client.submit("a/b", {}, { timeoutMs: 5000 }));
    const outcomes = await clock.run(Promise.allSettled(tries));
    for (const outcome of outcomes) {
      expect(outcome.status).toBe("rejected");
      const { message } = (outcome as PromiseRejectedResult).reason as Error;
      for (const [, seconds] of message.matchAll(/(\d+) s\b/g))
        expect(Number(seconds)).toBeLessThanOrEqual(13);
    }
    expect(clock.sleeping).toBe(0);
  }
  away = false;
  expect(await timeTo(client.submit("a/b", {}))).toBeLessThan(20_000);
  expect(await timeTo(Promise.all(count.map(() => client.submit("a/b", {}))))).toBeLessThan(30_000);
});

test("row 41: what the service asked of one submit is told to another that may not wait so long", async () => {
  const { client, clock, service } = setup((nth) =>
    nth === 1 ? { ...busy, headers: { "retry-after": "600" } } : { body: accepted() },
  );
  const first = client.submit("a/b", {});
  await clock.advance(100_000);
  const second = client.submit("a/b", {}, { timeoutMs: 5000 });
  expect(await clock.run(second.catch(String))).toMatch(/^ConnectionError: .*"too many requests".* 501 s/);
  expect([clock.now(), service.seen.length]).toEqual([100_000, 1]);
  expect((await clock.run(first)).id).toBe("job-1");
  expect(clock.now()).toBeGreaterThanOrEqual(600_000);
});
