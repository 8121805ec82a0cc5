import { expect, test, vi } from "vitest";
import { getLive, listLive, nearestLive } from "../../src/catalogue/live.js";
import { createClient } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { accepted, succeeded } from "../support/service.js";
import type { RunOptions } from "../../src/index.js";
import type { Answer } from "../support/service.js";
import { startWait } from "../support/waiting.js";

const setup = (routes: Parameters<typeof startWait>[0]) => {
  const { clock, service, client, job } = startWait(routes);
  /** Which calls were made, and how long after the first. */
  const calls = () =>
    service.seen.map(({ method, path, at }) => {
      const name = path.split("/").at(-1)!.replace(/\?.*/, "");
      return `${method === "GET" ? name : `${method} ${name}`} ${at - service.seen[0]!.at}`;
    });
  return { clock, client, job, calls };
};

const stateOf = (status: string, more: Omit<Answer, "body"> = {}): Answer => ({
  body: { request_id: "job-1", status },
  ...more,
});
const wait = { headers: { "retry-after": "10" } };

test.each<[string, Answer]>([
  ["200 and a running state", stateOf("in_progress", wait)],
  ["400 and 400005", { status: 400, body: { error_code: 400005 }, ...wait }],
])("rows 71 and 133: of a result asked too early (%s) is the next gap", async (_name, early) => {
  const { clock, job, calls } = setup({
    result: (_request, nth) => (nth === 1 ? early : { body: succeeded() }),
  });
  await clock.run(job.result());
  expect(calls()).toEqual(["status 0", "result 0", "status 10000", "result 10000"]);
});

test("row 71: of the answer that ended a watch holds for the result, too", async () => {
  const { clock, job, calls } = setup({ status: () => stateOf("completed", wait) });
  const watch = async () => {
    for await (const update of job.watch()) expect(update.status).toBe("completed");
  };
  await clock.run(watch().then(() => job.result()));
  expect(calls()).toEqual(["status 0", "status 10000", "result 20000"]);
});

test("row 60: of a failed poll holds for who gives up and waits again, with any handle", async () => {
  const { clock, client, job, calls } = setup({
    status: (_request, nth) => (nth === 1 ? { status: 503, ...wait } : stateOf("completed")),
  });
  const hasty = clock.run(job.result({ timeoutMs: 2000 }));
  await expect(hasty).rejects.toMatchObject({ code: "job_timeout" });
  const again = clock.run(client.job("c/d", job.id).result({ timeoutMs: 2000 }));
  await expect(again).rejects.toMatchObject({ code: "job_timeout", cause: { status: 503 } });
  expect(calls()).toEqual(["status 0"]);
  await clock.run(job.result());
  expect(calls()).toEqual(["status 0", "status 10000", "result 10000"]);
});

test("row 60: of one poll is kept when a wait by another name of the job ends without any", async () => {
  const { clock, client, job, calls } = setup({
    status: (_request, nth) => stateOf(nth === 1 ? "in_queue" : "completed", nth === 1 ? wait : {}),
    result: () => ({ status: 500 }),
  });
  const other = client.job("c/d", job.id);
  const both = [job.result({ timeoutMs: 1000 }), other.result({ timeoutMs: 2000 })];
  await clock.run(Promise.allSettled(both));
  const before = calls().length;
  await clock.run(job.watch().next());
  expect(calls().slice(before)).toEqual(["status 10000"]);
});

test("of the answer that accepted a job comes before the first poll", async () => {
  const { clock, client, calls } = setup({ submit: () => ({ status: 202, body: accepted(), ...wait }) });
  await clock.run(client.run("a/b", {}));
  expect(calls()).toEqual(["POST b 0", "status 10000", "result 10000"]);
});

test("of that answer holds for whoever follows the job by its id, too", async () => {
  const { clock, client, calls } = setup({ submit: () => ({ status: 202, body: accepted(), ...wait }) });
  const onJob: RunOptions["onJob"] = (saved) => client.job(saved).watch().next();
  await clock.run(client.run("a/b", {}, { onJob }));
  expect(calls()).toEqual(["POST b 0", "status 10000", "result 10000"]);
});

test("that is over is not why a later wait found nothing", async () => {
  const { clock, job } = setup({
    status: (_request, nth) => (nth === 1 ? { status: 503, ...wait } : { delayMs: 1e9 }),
  });
  await expect(clock.run(job.result({ timeoutMs: 2000 }))).rejects.toMatchObject({ cause: { status: 503 } });
  await clock.advance(60_000);
  const later = clock.run(job.result({ timeoutMs: 2000 }));
  await expect(later).rejects.toMatchObject({ code: "job_timeout" });
  await expect(later).rejects.not.toHaveProperty("cause");
});

test("row 76: of a thousand jobs costs an abort no walk over all of them for each", async () => {
  const { clock, client } = setup({
    status: ({ path }) => ({ body: { request_id: path.split("/")[3], status: "in_queue" }, ...wait }),
  });
  const abort = new AbortController();
  const { signal } = abort;
  const jobs = Array.from({ length: 1000 }, (_, i) => client.job("a/b", `job-${i}`));
  const waits = Promise.allSettled(jobs.map((job) => job.result({ signal })));
  await clock.advance(5000);
  const walks = vi.spyOn(Map.prototype, Symbol.iterator);
  abort.abort();
  expect(walks.mock.calls.length).toBeLessThan(30);
  walks.mockRestore();
  await waits;
});

test("of a hundred jobs is forgotten when it is over", async () => {
  const sets = vi.spyOn(Map.prototype, "set");
  const { clock, client } = setup({
    submit: (_request, nth) => ({ status: 202, body: accepted(`job-${nth}`), ...wait }),
  });
  for (let i = 0; i < 100; i++) {
    await clock.run(client.submit("a/b", {}));
    await clock.advance(20_000);
  }
  const held = sets.mock.contexts[sets.mock.calls.findIndex(([key]) => key === "job-100")];
  sets.mockRestore();
  expect((held as Map<string, unknown>).size).toBeLessThan(4);
});

test.each([200, 429, 503])(
  "row 88: of a cancel that got %i comes before anything else is asked",
  async (status) => {
    const { clock, job, calls } = setup({
      cancel: (_request, nth) => (nth === 1 ? { status, ...wait } : { body: { outcome: "cancelled" } }),
      status: (_request, nth) => stateOf("in_queue", nth === 1 ? { status, ...wait } : {}),
    });
    expect((await clock.run(job.cancel())).outcome).toBe("cancelled");
    expect(calls()).toEqual(["POST cancel 0", "status 10000", "POST cancel 20000"]);
  },
);

test("row 88: of a cancel that is longer than a request may take ends it, and does not say what nobody knows", async () => {
  const { clock, job, calls } = setup({
    cancel: () => ({ status: 503, headers: { "retry-after": "3600" } }),
  });
  const error = clock.run(job.cancel());
  await expect(error).rejects.toMatchObject({
    code: "connection",
    job: { id: "job-1" },
    cause: { status: 503 },
  });
  await expect(error).rejects.toThrow("It is not known whether job job-1 was cancelled");
  expect(calls()).toEqual(["POST cancel 0"]);
});

test("row 41: of one poll holds for all calls of the client, which then leave one after another", async () => {
  const { clock, client, job, calls } = setup({
    status: (_request, nth) => (nth === 1 ? { status: 429, ...wait } : stateOf("completed")),
    balance: () => ({ body: { balance_usd: 1 } }),
    models: () => ({ body: { models: [] } }),
    "*": () => ({ body: { model_id: "a/b", outcome: "cancelled" } }),
  });
  const result = job.result();
  await clock.advance(1);
  const others = [client.balance(), listLive(client), getLive(client, "a/b"), job.cancel()];
  await clock.run(Promise.all([result, ...others]));
  const times = calls().map((call) => Number(call.split(" ").at(-1)));
  expect(times[1]).toBe(10_000);
  for (let i = 2; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(100);
});

test("row 41: of one call keeps ids like an unknown one from being looked up", async () => {
  const { clock, client, calls } = setup({
    submit: () => ({ status: 404, delayMs: 10 }),
    balance: () => ({ status: 429, headers: { "retry-after": "60" } }),
  });
  const submitted = client.submit("a/b", {});
  void client.balance().catch(() => {});
  await expect(clock.run(submitted)).rejects.toMatchObject({ code: "not_found" });
  expect(await nearestLive(client, "a/b")).toEqual([]);
  expect(calls().sort()).toEqual(["POST b 0", "balance 0"]);
});

test.each(["balance", "status"])(
  "row 41: ten calls (%s) that were told to wait do not come back all at once",
  async (call) => {
    const reply = (good: Answer) => (_request: unknown, nth: number) =>
      nth <= 10 ? { status: 429, ...wait } : good;
    const { clock, client, job, calls } = setup({
      balance: reply({ body: { balance_usd: 1 } }),
      status: reply(stateOf("in_queue")),
    });
    const ask = () => (call === "balance" ? client.balance() : job.status());
    await clock.run(Promise.all(Array.from({ length: 10 }, ask)));
    const times = calls().map((call) => Number(call.split(" ").at(-1)));
    expect(times.filter((time) => time >= 10_000)).toHaveLength(10);
    for (let i = 11; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(100);
  },
);

test.each<[string, Answer]>([
  ["a page", { body: "<html>", ...wait }],
  ["half an answer", { body: '{"req', ...wait }],
  ["no status", { body: { request_id: "job-1" }, ...wait }],
  ["another job", { body: { request_id: "job-2", status: "completed" }, ...wait }],
])("row 60: of an answer without sense (%s) is the next gap", async (_name, fault) => {
  const { clock, job, calls } = setup({
    status: (_request, nth) => (nth === 1 ? fault : stateOf("completed")),
  });
  await clock.run(job.result());
  expect(calls()).toEqual(["status 0", "status 10000", "result 10000"]);
});

test.each([429, 503])("of an answer with %i that was cut is the next interval", async (status) => {
  const clock = createClock();
  const times: number[] = [];
  const cut = new ReadableStream({ start: (controller) => controller.error(new Error("cut")) });
  const fetch = async (url: string) => {
    times.push(clock.now() - 1000);
    if (times.length === 1) return new Response(cut, { status, ...wait });
    const body = url.includes("/result") ? succeeded() : { request_id: "job-1", status: "completed" };
    return new Response(JSON.stringify(body));
  };
  const client = createClient({ token: "test-token", fetch, clock, random: () => 0.5 });
  await clock.run(client.job("a/b", "job-1").result());
  expect(times[1]).toBe(10_000);
});
