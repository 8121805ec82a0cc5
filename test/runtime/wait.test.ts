import { describe, expect, test } from "vitest";
import {
  AuthError,
  ConfigError,
  ConnectionError,
  createClient,
  HttpError,
  isRunComfyError,
  JobCancelledError,
  JobFailedError,
  JobTimeoutError,
  NotFoundError,
  ResponseError,
} from "../../src/index.js";
import type { ClientOptions, JobRef, JobUpdate } from "../../src/index.js";
import { createClock, settle } from "../support/clock.js";
import type { VirtualClock } from "../support/clock.js";
import { accepted, createService, stateAt, succeeded } from "../support/service.js";
import type { Answer } from "../support/service.js";

const setup = (routes: Parameters<typeof createService>[1], options: ClientOptions = {}) => {
  const clock = createClock();
  const service = createService(clock, {
    submit: () => ({ body: accepted() }),
    result: () => ({ body: succeeded() }),
    ...routes,
  });
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const client = createClient({
    token: "test-token",
    fetch: service.fetch,
    clock,
    random: () => 0.5,
    logger: { info: log, warn: log, error: log },
    ...options,
  });
  return { clock, service, client, lines };
};

const failureOf = async (work: Promise<unknown>): Promise<Error & Record<string, unknown>> =>
  work.then(
    () => Promise.reject(new Error("it did not fail")),
    (reason: unknown) => reason as never,
  );

const stateOf = (word: unknown, more: object = {}): Answer => ({
  body: { request_id: "job-1", status: word, ...more },
});
const createAbort = () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  return { signal: controller.signal, reason, abort: () => controller.abort(reason) };
};
const script =
  (...answers: (Answer | Error)[]) =>
  (_request: unknown, nth: number): Answer | Error =>
    answers[Math.min(nth, answers.length) - 1]!;

describe("the rate", () => {
  test.each([
    [60_000, 30, 45],
    [600_000, 130, 165],
  ])("a job of %i ms takes between %i and %i looks", async (length, least, most) => {
    const clock = createClock();
    const { client, service } = setup(
      { status: stateAt(clock, 1000 + length) },
      { clock, random: Math.random },
    );
    await clock.run(client.run("a/b", {}));
    expect(service.count("status")).toBeGreaterThanOrEqual(least);
    expect(service.count("status")).toBeLessThanOrEqual(most);
    expect(clock.sleeping).toBe(0);
  });

  test("jobs under ten seconds are found within 0.35 s on average", async () => {
    let total = 0;
    let chance = 0;
    // Even, and the same in each run: real chance is above the limit once in three hundred runs.
    const random = () => (chance = (chance + 0.618034) % 1);
    for (let length = 500; length < 10_000; length += 100) {
      const clock = createClock(0);
      const { client } = setup({ status: stateAt(clock, length) }, { clock, random });
      await clock.run(client.run("a/b", {}));
      total += clock.now() - length;
    }
    expect(total / 95).toBeLessThan(350);
  });

  test("all jobs of a client are polled no more often than it allows", async () => {
    const clock = createClock();
    const times: number[] = [];
    const looks = (request: { path: string }) => {
      times.push(clock.now());
      return {
        body: {
          request_id: request.path.split("/")[3],
          status: clock.now() > 60_000 ? "completed" : "in_queue",
        },
      };
    };
    const { client } = setup(
      { status: looks, result: ({ path }) => ({ body: succeeded(path.split("/")[3]) }) },
      { clock, requestsPerSecond: 5 },
    );
    await clock.run(
      Promise.all(Array.from({ length: 40 }, (_, i) => client.job("a/b", `job-${i}`).result())),
    );
    for (const time of times)
      expect(times.filter((other) => other >= time && other < time + 10_000).length).toBeLessThan(60);
  });

  test("row 75: a thousand who wait for one job share one loop", async () => {
    const clock = createClock();
    const { client, service } = setup({ status: stateAt(clock, 6000) }, { clock });
    const waits = Array.from({ length: 1000 }, () => client.job("a/b", "job-1").result());
    const results = await clock.run(Promise.all(waits));
    expect(new Set(results.map(({ requestId }) => requestId))).toEqual(new Set(["job-1"]));
    expect(service.count("status")).toBeLessThan(14);
    expect(service.count("result")).toBe(1);
  });

  const lookUp = (clock: VirtualClock, options: ClientOptions = {}, word = "completed") => {
    const idOf = ({ path }: { readonly path: string }) => path.split("/")[3]!;
    const status = (request: { readonly path: string }) => ({
      body: { request_id: idOf(request), status: word },
    });
    const result = (request: { readonly path: string }) => ({ body: succeeded(idOf(request)) });
    return setup({ status, result }, { clock, ...options });
  };

  test("who gives up gives the place back: two hundred results come round by round", async () => {
    const clock = createClock();
    const { client, service } = lookUp(clock);
    const open = new Set(Array.from({ length: 200 }, (_, i) => `job-${i}`));
    const rounds: number[][] = [];
    for (let round = 0; round < 6; round++) {
      const before = service.seen.length;
      const wait = async (id: string) => {
        await client.job("a/b", id).result({ timeoutMs: 3000 });
        open.delete(id);
      };
      const started = clock.now();
      await clock.run(Promise.allSettled([...open].map(wait)));
      expect(clock.now() - started).toBe(3000);
      rounds.push([200 - open.size, service.seen.length - before]);
      expect(clock.sleeping).toBe(0);
    }
    // Thirty looks in three seconds, two for each job, and a burst at the very first.
    expect(rounds[0]).toEqual([20, 40]);
    expect(rounds.at(-1)![0]).toBeGreaterThanOrEqual(95);
    for (const [, looks] of rounds.slice(1)) expect(looks).toBeGreaterThanOrEqual(30);
  });

  test("three hundred aborted waits leave nothing that a later poll waits for", async () => {
    const clock = createClock();
    const { client, service } = lookUp(clock, {}, "in_queue");
    const { signal, abort } = createAbort();
    const waits = Array.from({ length: 300 }, (_, i) =>
      failureOf(client.job("a/b", `job-${i}`).result({ signal })),
    );
    await clock.advance(1000);
    abort();
    await Promise.all(waits);
    const [start, asked] = [clock.now(), service.seen.length];
    await clock.run(client.job("a/b", "late").status());
    expect(clock.now() - start).toBeLessThanOrEqual(100);
    expect(service.seen.length - asked).toBe(1);
  });

  test("a result that is ready is fetched before jobs that nobody has polled", async () => {
    const clock = createClock();
    const { client, service } = lookUp(clock, { requestsPerSecond: 1 });
    await clock.run(Promise.all(Array.from({ length: 9 }, (_, i) => client.job("a/b", `job-${i}`).result())));
    const calls = service.seen.map(({ path }) => path.split("/").slice(3).join(" ").replace(/\?.*/, ""));
    expect(calls.slice(0, 6).sort()).toEqual(
      ["job-0 result", "job-0 status", "job-1 result", "job-1 status", "job-2 result", "job-2 status"].sort(),
    );
  });

  test("row 40: a rest of a day that one job was told names itself to who asks for another", async () => {
    const clock = createClock();
    const { client, service } = setup(
      { status: () => ({ status: 429, headers: { "retry-after": "86400" } }) },
      { clock },
    );
    expect(await failureOf(clock.run(client.job("a/b", "job-1").status()))).toBeInstanceOf(HttpError);
    const error = await failureOf(clock.run(client.job("a/b", "job-2").status()));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error["job"]).toEqual({ id: "job-2", model: "a/b" });
    expect(error.message).toContain("86400 s");
    expect([clock.now(), service.seen.length]).toEqual([1000, 1]);
    const late = await failureOf(clock.run(client.job("a/b", "job-3").result({ timeoutMs: 9000 })));
    expect(late).toBeInstanceOf(JobTimeoutError);
    expect((late.cause as Error).message).toContain(" 86391 s");
  });

  test("a hundred times four polls at once are all answered, however long that takes", async () => {
    const clock = createClock();
    const { client } = lookUp(clock);
    const looks = Array.from({ length: 400 }, (_, i) => client.job("a/b", `job-${i}`).status());
    expect((await clock.run(Promise.all(looks))).length).toBe(400);
    expect(clock.now()).toBeGreaterThan(31_000);
  });

  test("row 74: a machine that slept eight hours wakes to one poll", async () => {
    const clock = createClock();
    const { client, service } = setup(
      { status: () => stateOf(service.count("status") > 6 ? "completed" : "in_progress") },
      { clock },
    );
    const wait = client.job("a/b", "job-1").result();
    await clock.advance(2600);
    const before = service.count("status");
    clock.jump(8 * 3_600_000);
    await clock.run(wait.catch(() => undefined));
    expect(service.count("status")).toBe(before + 1);
  });

  test("a machine that slept past the deadline finds the finished job", async () => {
    const { client, clock } = setup({ status: () => stateOf(clock.now() > 1e6 ? "completed" : "in_queue") });
    const wait = client.job("a/b", "job-1").result({ timeoutMs: 60_000 });
    await clock.advance(2600);
    clock.jump(2e6);
    expect((await clock.run(wait)).requestId).toBe("job-1");
  });

  test("the last poll falls just before the deadline", async () => {
    const clock = createClock();
    const { client, service } = setup({ status: stateAt(clock, 1000 + 58_800) }, { clock });
    await clock.run(client.job("a/b", "job-1").result({ timeoutMs: 60_000 }));
    expect(service.seen.at(-2)!.at).toBeLessThanOrEqual(61_000);
  });

  test("nothing is asked after the end", async () => {
    const { client, service, clock } = setup({ status: () => stateOf("completed") });
    await clock.run(client.run("a/b", {}));
    const count = service.seen.length;
    await clock.advance(600_000);
    expect(service.seen.length).toBe(count);
    expect(clock.sleeping).toBe(0);
  });
});

describe("row 73: the deadline", () => {
  test("names the job, what was seen, and that it goes on", async () => {
    const { client, clock, service } = setup({ status: () => stateOf("in_progress") });
    const error = await failureOf(clock.run(client.run("a/b", {}, { timeoutMs: 10_000 })));
    expect(error).toBeInstanceOf(JobTimeoutError);
    expect(error["job"]).toEqual({ id: "job-1", model: "a/b" });
    expect(error["lastStatus"]).toBe("in_progress");
    expect(error["seen"]).toEqual({ in_progress: service.count("status") });
    expect(error.message).toMatch(/goes on and may be billed/);
    expect(clock.now()).toBe(11_000);
    expect(service.count("cancel")).toBe(0);
  });

  test("is told in whole milliseconds, whatever fraction the submit took", async () => {
    const { client, clock } = setup({ status: () => stateOf("in_progress") });
    const wait = client.job("a/b", "job-1").result({ timeoutMs: 653.972929 });
    expect((await failureOf(clock.run(wait))).message).toContain("not finished after 0.654 s");
  });

  test("is thirty minutes unless told", async () => {
    const { client, clock } = setup({ status: () => stateOf("in_progress") });
    expect(await failureOf(clock.run(client.job("a/b", "job-1").result()))).toBeInstanceOf(JobTimeoutError);
    expect(clock.now()).toBe(1000 + 1_800_000);
  });

  test("ends a poll that hangs", async () => {
    const { client, clock } = setup({ status: () => ({ delayMs: 1e9 }) });
    expect(await failureOf(clock.run(client.job("a/b", "job-1").result({ timeoutMs: 5000 })))).toBeInstanceOf(
      JobTimeoutError,
    );
    expect(clock.now()).toBe(6000);
  });
});

describe("row 73: a deadline of one's own", () => {
  test.each([1000, 0.5])("of %d ms holds for who joins a poll that hangs", async (timeoutMs) => {
    const { client, clock } = setup({ status: () => ({ delayMs: 1e9 }) });
    const first = failureOf(client.job("a/b", "job-1").result());
    await clock.advance(300);
    const job = client.job("a/b", "job-1");
    const watch = async () => {
      for await (const update of job.watch({ timeoutMs })) expect(update).toBeUndefined();
    };
    const joined = Promise.all([failureOf(job.result({ timeoutMs })), failureOf(watch())]);
    for (const error of await clock.run(joined)) expect(error).toBeInstanceOf(JobTimeoutError);
    expect(clock.now()).toBe(1300 + timeoutMs);
    expect(await clock.run(first)).toBeInstanceOf(JobTimeoutError);
    expect(clock.now()).toBe(1000 + 1_800_000);
    await settle();
    expect(clock.sleeping).toBe(0);
  });

  test("holds while a poll asks a second time, with a new token", async () => {
    const tokens = ["first", "second"];
    const { client, clock } = setup(
      {
        status: ({ headers }) => ({
          delayMs: headers["authorization"] === "Bearer first" ? 29_000 : 1e9,
          status: 401,
        }),
      },
      { token: () => tokens.shift() ?? "second" },
    );
    const wait = client.job("a/b", "job-1").result({ timeoutMs: 40_000 });
    expect(await failureOf(clock.run(wait))).toBeInstanceOf(JobTimeoutError);
    expect(clock.now()).toBe(41_000);
  });

  test("holds while a poll waits for its permit", async () => {
    const { client, clock, service } = setup(
      { status: () => stateOf("in_queue") },
      { requestsPerSecond: 0.01 },
    );
    const jobs = Array.from({ length: 5 }, (_, i) => client.job("a/b", `job-${i}`));
    const errors = Promise.all(jobs.map((job, i) => failureOf(job.result({ timeoutMs: 1000 * (i + 1) }))));
    for (const error of await clock.run(errors)) expect(error).toBeInstanceOf(JobTimeoutError);
    expect([clock.now(), service.seen.length]).toEqual([6000, 1]);
  });

  test("a machine that slept past it waits no longer than one request for the poll after", async () => {
    const { client, clock, service } = setup({
      status: (_request, nth) => (nth < 4 ? stateOf("in_queue") : { delayMs: 1e9 }),
    });
    const wait = failureOf(client.job("a/b", "job-1").result({ timeoutMs: 60_000 }));
    await clock.advance(1200);
    const before = service.count("status");
    clock.jump(2e6);
    const woken = clock.now();
    expect(await clock.run(wait)).toBeInstanceOf(JobTimeoutError);
    expect(service.count("status") - before).toBeLessThanOrEqual(2);
    expect(clock.now() - woken).toBeLessThanOrEqual(31_000);
  });

  test.each([NaN, "60000", 0, -1, null])(
    "a timeoutMs of %j is refused before anything is asked",
    async (value) => {
      const { client, clock, service } = setup({ status: () => stateOf("in_queue") });
      const job = client.job("a/b", "job-1");
      const timeoutMs = value as number;
      const error = await failureOf(clock.run(job.result({ timeoutMs })));
      expect(error).toBeInstanceOf(ConfigError);
      expect(error.message).toMatch(/^timeoutMs is .*\. Give a number above 0\.$/);
      expect(() => job.watch({ timeoutMs })).toThrow(ConfigError);
      expect(service.seen).toEqual([]);
    },
  );

  test("an endless one waits as long as it takes", async () => {
    const { client, clock } = setup({ status: () => stateOf(clock.now() > 4e6 ? "completed" : "in_queue") });
    const result = await clock.run(client.job("a/b", "job-1").result({ timeoutMs: Infinity }));
    expect(result.requestId).toBe("job-1");
  });
});

describe("row 60: a poll that fails never ends the wait", () => {
  const page: Answer = { body: "<html>502</html>", status: 502 };
  test.each<[string, Answer | Error]>([
    ["a network error", new TypeError("fetch failed")],
    ["500", { status: 500 }],
    ["408", { status: 408 }],
    ["425", { status: 425 }],
    ["429", { status: 429 }],
    ["a page", page],
    ["a page with 200", { body: "<html></html>" }],
    ["bad JSON", { body: "{" }],
    ["row 66: no status", { body: { request_id: "job-1" } }],
    ["row 66: null as the status", stateOf(null)],
    ["row 66: an array as the status", stateOf(["completed"])],
    ["row 69: another job", { body: { request_id: "job-2", status: "completed" } }],
    ["row 72: a redirect to another host", { status: 302, headers: { location: "https://evil.example/" } }],
    ["an error code of the server in a 200", { body: { error_code: 500001 } }],
  ])("%s", async (_name, fault) => {
    const { client, clock, service } = setup({ status: script(fault, fault, fault, stateOf("completed")) });
    expect((await clock.run(client.job("a/b", "job-1").result())).requestId).toBe("job-1");
    expect(service.count("status")).toBe(4);
    expect(service.seen.every(({ init }) => init.redirect === "manual")).toBe(true);
  });

  test("an outage of twenty minutes takes few polls and ends well", async () => {
    const { client, clock, service } = setup({
      status: () => (clock.now() < 1.2e6 ? { status: 503 } : stateOf("completed")),
    });
    await clock.run(client.job("a/b", "job-1").result());
    expect(service.count("status")).toBeLessThan(160);
  });

  test("the timeout tells the last fault", async () => {
    const { client, clock } = setup({ status: () => ({ status: 503 }) });
    const error = await failureOf(clock.run(client.job("a/b", "job-1").result({ timeoutMs: 20_000 })));
    expect(error.cause).toBeInstanceOf(HttpError);
    expect(Object.keys(error["seen"] as object)).toEqual(["HTTP 503"]);
  });
});

describe("Retry-After", () => {
  test("row 71: of a good answer is the next interval", async () => {
    const { client, clock, service } = setup({
      status: script({ ...stateOf("in_queue"), headers: { "retry-after": "40" } }, stateOf("completed")),
    });
    await clock.run(client.job("a/b", "job-1").result());
    expect(service.seen[1]!.at - service.seen[0]!.at).toBe(40_000);
  });

  test("is not undercut by the last poll before the deadline", async () => {
    const { client, clock, service } = setup({
      status: () => ({ status: 429, headers: { "retry-after": "600" } }),
    });
    await failureOf(clock.run(client.job("a/b", "job-1").result({ timeoutMs: 60_000 })));
    expect(service.count("status")).toBe(1);
    expect(clock.now()).toBe(61_000);
  });
});

describe("jobs that are not there", () => {
  const absent: Answer = { status: 404, body: { error_code: 404001, error_message: "absent" } };

  test("row 61: a new job may be missing for a minute", async () => {
    const { client, clock } = setup({ status: () => (clock.now() < 50_000 ? absent : stateOf("completed")) });
    expect((await clock.run(client.run("a/b", {}))).requestId).toBe("job-1");
  });

  test("row 61: a job missing for longer is an error with the job", async () => {
    const { client, clock } = setup({ status: () => absent });
    const error = await failureOf(clock.run(client.run("a/b", {})));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error["job"]).toEqual({ id: "job-1", model: "a/b" });
    expect(clock.now()).toBeLessThan(75_000);
  });

  test("row 62: a job that was seen and is gone is an error that says it may have expired (rows 85 and 136)", async () => {
    const { client, clock, service } = setup({ status: script(stateOf("in_queue"), absent) });
    const error = await failureOf(clock.run(client.job("a/b", "job-1").result()));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toContain("expired");
    expect(service.count("status")).toBe(3);
    expect(service.count("submit")).toBe(0);
  });

  test("a page with 404 is a fault on the way, not an answer", async () => {
    const page: Answer = { status: 404, body: "<html>no backend</html>" };
    const { client, clock } = setup({
      status: script(stateOf("in_queue"), page, page, page, stateOf("completed")),
    });
    expect((await clock.run(client.job("a/b", "job-1").result())).requestId).toBe("job-1");
  });
});

describe("row 63: a token refused in the middle", () => {
  const refused: Answer = { status: 400, body: { error_code: 400004 } };

  test("is asked for again, once", async () => {
    let asked = 0;
    const { client, clock } = setup(
      {
        status: ({ headers }) =>
          headers["authorization"] === "Bearer token-2" ? stateOf("completed") : refused,
        submit: () => ({ body: accepted() }),
      },
      { token: () => `token-${++asked}` },
    );
    await clock.run(client.run("a/b", {}));
    expect(asked).toBe(2);
  });

  test("pauses the job and does not fail it", async () => {
    const { client, clock } = setup({ status: script(refused, refused, refused, stateOf("completed")) });
    expect((await clock.run(client.run("a/b", {}))).requestId).toBe("job-1");
  });

  test("pauses the submitter's wait also where a handle from elsewhere waits for the same job", async () => {
    const { client, clock } = setup({ status: script(refused, stateOf("completed")) });
    const job = await clock.run(client.submit("a/b", {}));
    const other = failureOf(client.job("a/b", job.id).result());
    const own = job.result();
    expect(await clock.run(other)).toBeInstanceOf(AuthError);
    expect((await clock.run(own)).requestId).toBe("job-1");
  });

  test("is an error at once for a job that nobody has seen", async () => {
    const { client, clock } = setup({ status: () => refused });
    expect(await failureOf(clock.run(client.job("a/b", "job-1").result()))).toBeInstanceOf(AuthError);
    expect(clock.now()).toBe(1000);
  });
});

describe("states", () => {
  test("row 64: unknown words keep the wait going and are visible", async () => {
    const updates: JobUpdate[] = [];
    const { client, clock, lines } = setup({ status: script(stateOf("moderating"), stateOf(" Completed ")) });
    await clock.run(client.run("a/b", {}, { onUpdate: (update) => updates.push(update) }));
    expect(updates.map(({ status, word }) => [status, word])).toEqual([
      ["unknown", "moderating"],
      ["completed", "Completed"],
    ]);
    expect(lines.join()).toContain("moderating");
  });

  test("row 65: a job may go back before its end", async () => {
    const updates: string[] = [];
    const { client, clock } = setup({
      status: script(
        stateOf("in_progress"),
        stateOf("in_queue", { queue_position: 2 }),
        stateOf("in_progress"),
        stateOf("completed"),
      ),
    });
    await clock.run(client.run("a/b", {}, { onUpdate: ({ status }) => updates.push(status) }));
    expect(updates).toEqual(["in_progress", "in_queue", "in_progress", "completed"]);
  });

  test("row 68: wild queue positions are dropped", async () => {
    const updates: JobUpdate[] = [];
    const positions = [-1, 1e9, "NaN", 1.5, 3];
    const answers = positions.map((position) => stateOf("in_queue", { queue_position: position }));
    const { client, clock } = setup({ status: script(...answers, stateOf("completed")) });
    await clock.run(client.run("a/b", {}, { onUpdate: (update) => updates.push(update) }));
    expect(updates.map(({ queuePosition }) => queuePosition)).toEqual([undefined, 3, undefined]);
  });

  test("row 70: answers whose date stands still are reported, and every read asks for a fresh one", async () => {
    const frozen = { date: "Wed, 21 Oct 2015 07:28:00 GMT" };
    const { client, clock, lines, service } = setup({
      status: () => ({ ...stateOf("in_progress"), headers: frozen }),
    });
    await failureOf(clock.run(client.job("a/b", "job-1").result({ timeoutMs: 60_000 })));
    expect(lines.filter((line) => line.includes("stands still"))).toHaveLength(1);
    expect(
      service.seen.every(
        ({ headers, init }) => headers["cache-control"] === "no-cache" && init.cache === "no-store",
      ),
    ).toBe(true);
  });

  test("a hook that throws or rejects is logged and harms nobody (row 118)", async () => {
    const { client, clock, lines } = setup(
      { status: script(stateOf("in_queue"), stateOf("completed")) },
      {
        onStatus: () => Promise.reject(new Error("late")),
      },
    );
    await clock.run(
      client.run(
        "a/b",
        {},
        {
          onUpdate: () => {
            throw new Error("soon");
          },
        },
      ),
    );
    expect(lines.join()).toContain("soon");
    expect(lines.join()).toContain("late");
  });
});

const done = () => stateOf("completed");

describe("the result decides", () => {
  test("rows 80 and 132: completed and failed is a failed job with its raw result", async () => {
    const raw = {
      request_id: "job-1",
      status: "failed",
      error: [{ errorCode: 7, error: "no face", debugInfo: "x" }],
    };
    const { client, clock } = setup({ status: done, result: () => ({ body: raw }) });
    const error = await failureOf(clock.run(client.run("a/b", {})));
    expect(error).toBeInstanceOf(JobFailedError);
    expect(error.message).toContain("no face");
    expect(error["raw"]).toEqual(raw);
  });

  test.each([
    ["a string", "too dark"],
    ["an object", { message: "too dark" }],
    ["an array", [{ errorCode: 1, error: "too dark" }]],
  ])("row 140: error text is found in %s", async (_name, error) => {
    const raw = { request_id: "job-1", status: "FAILED", error, created_at: "2026-01-01T00:00:00.123456" };
    const { client, clock } = setup({ status: done, result: () => ({ body: raw }) });
    expect((await failureOf(clock.run(client.run("a/b", {})))).message).toContain("too dark");
  });

  test("row 67: an error beside completed changes nothing", async () => {
    const { client, clock } = setup({ status: () => stateOf("completed", { error: "x" }) });
    expect((await clock.run(client.run("a/b", {}))).output).toBeDefined();
  });

  const coded = (status: string, more: object = {}): Answer =>
    stateOf(status, { error_code: 500123, ...more });

  test("row 67: a status that is final with an error code is believed, and the result decides", async () => {
    const good = setup({ status: () => coded("completed") });
    expect((await good.clock.run(good.client.run("a/b", {}))).requestId).toBe("job-1");
    const bad = setup({ status: () => coded("Failed"), result: () => stateOf("failed", { error: "nsfw" }) });
    const error = await failureOf(bad.clock.run(bad.client.run("a/b", {})));
    expect(error).toBeInstanceOf(JobFailedError);
  });

  test("row 80: a failed result with an error code is a failed job", async () => {
    const raw = coded("failed", { error: "nsfw" });
    const { client, clock, service } = setup({ status: done, result: () => raw });
    const error = await failureOf(clock.run(client.run("a/b", {})));
    expect(error).toBeInstanceOf(JobFailedError);
    expect(error.message).toContain("nsfw");
    expect(error["raw"]).toEqual(raw.body);
    expect(service.count("result")).toBe(1);
  });

  test.each([
    ["says no final state", coded("in_progress")],
    ["names no job", { body: { status: "error", error_code: 400004 } }],
    ["says that it is too early", coded("completed", { error_code: 400005 })],
  ])("row 67: an answer with an error code that %s ends nothing", async (_name, fault) => {
    const { client, clock, service } = setup({
      status: script(fault, done()),
      result: script(fault, { body: succeeded() }),
    });
    expect((await clock.run(client.run("a/b", {}))).requestId).toBe("job-1");
    expect(service.count("result")).toBe(2);
  });

  test.each([
    ["200 and the state", { body: { request_id: "job-1", status: "in_progress" } }],
    ["400 and 400005", { status: 400, body: { error_code: 400005 } }],
  ])("rows 79 and 133: asked too early (%s) is not yet", async (_name, early) => {
    const { client, clock, service } = setup({
      status: done,
      result: script(early, early, { body: succeeded() }),
    });
    await clock.run(client.run("a/b", {}));
    expect(service.count("result")).toBe(3);
    expect(service.count("status")).toBe(3);
  });

  test.each([404, 409, 425])("row 78: %i after the end is tolerated for two minutes", async (code) => {
    const missing: Answer = { status: code, body: { error: "not there" } };
    const late = setup({
      status: done,
      result: () => (late.clock.now() < 100_000 ? missing : { body: succeeded() }),
    });
    expect((await late.clock.run(late.client.run("a/b", {}))).requestId).toBe("job-1");
    const never = setup({ status: done, result: () => missing });
    const error = await failureOf(never.clock.run(never.client.run("a/b", {})));
    expect(error).toBeInstanceOf(HttpError);
    expect(error["job"]).toEqual({ id: "job-1", model: "a/b" });
    expect(never.clock.now()).toBeLessThan(140_000);
  });

  test("row 82: a result that is cut, late or refused is asked for again", async () => {
    const { client, clock } = setup({
      status: done,
      result: script(new TypeError("terminated"), { body: '{"out' }, { status: 502 }, { body: succeeded() }),
    });
    expect((await clock.run(client.run("a/b", {}))).requestId).toBe("job-1");
  });

  test.each([null, {}, undefined, "", [], { image: null, images: [] }])(
    "row 81: %j as the output is an error that keeps the answer",
    async (output) => {
      const raw = { ...succeeded(), output };
      const { client, clock } = setup({ status: done, result: () => ({ body: raw }) });
      const error = await failureOf(clock.run(client.run("a/b", {})));
      expect(error).toBeInstanceOf(ResponseError);
      expect(error["raw"]).toMatchObject({ status: "succeeded" });
    },
  );

  test("rows 81, 139 and 141: an output passes through untouched, beside anything new", async () => {
    const output = {
      image: "https://x/a.png",
      images: ["https://x/b.png"],
      holograms: [{ url: "https://x/c" }],
    };
    const raw = {
      ...succeeded(),
      output,
      input: { image: "https://mine/x.png" },
      brand_new: { deep: [1] },
      __proto__x: 1,
    };
    const { client, clock } = setup({ status: done, result: () => ({ body: raw }) });
    const result = await clock.run(client.run("a/b", {}));
    expect(result.output).toEqual(output);
    expect(result.raw).toEqual(raw);
    expect(result.model).toBe("a/b");
    expect(result.createdAt).toBe("2026-01-01T00:00:00.123456");
  });

  test("row 10: whole numbers beyond 2^53 come out as strings, exactly", async () => {
    const body =
      '{"request_id":"job-1","status":"succeeded","output":{"seed":96860978123456789,"text":"a \\" 96860978123456789"}}';
    const { client, clock } = setup({ status: done, result: () => ({ body }) });
    expect((await clock.run(client.run("a/b", {}))).output).toEqual({
      seed: "96860978123456789",
      text: 'a " 96860978123456789',
    });
  });

  test("row 9: a __proto__ in an answer changes no prototype", async () => {
    const body = '{"request_id":"job-1","status":"succeeded","output":{"a":1},"__proto__":{"polluted":1}}';
    const { client, clock } = setup({ status: done, result: () => ({ body }) });
    await clock.run(client.run("a/b", {}));
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("row 142: a cost that cannot be read never fails the job", async () => {
    const { client, clock } = setup({
      status: done,
      result: ({ path }) =>
        path.includes("include_cost") ? { status: 400, body: { error: "no cost" } } : { body: succeeded() },
    });
    expect(await clock.run(client.run("a/b", {}))).not.toHaveProperty("cost");
    const paid = setup({ status: done, result: () => ({ body: { ...succeeded(), cost: 0.25 } }) });
    expect((await paid.clock.run(paid.client.run("a/b", {}))).cost).toBe(0.25);
  });

  test.each<[string, Answer]>([
    ["400005", { status: 400, body: { error_code: 400005 } }],
    ["a running state", stateOf("in_progress")],
  ])("row 142: a read of the cost that always answers %s does not hide the result", async (_name, answer) => {
    const { client, clock } = setup({
      status: done,
      result: ({ path }) => (path.includes("include_cost") ? answer : { body: succeeded() }),
    });
    const result = await clock.run(client.run("a/b", {}, { timeoutMs: 6000 }));
    expect(result).not.toHaveProperty("cost");
    expect(clock.now()).toBeLessThan(3000);
  });

  test("row 142: a read of the cost that hangs holds up the result for ten seconds at most", async () => {
    const { client, clock } = setup({
      status: done,
      result: ({ path }) => (path.includes("include_cost") ? { delayMs: 1e9 } : { body: succeeded() }),
    });
    expect((await clock.run(client.run("a/b", {}, { timeoutMs: 20_000 }))).requestId).toBe("job-1");
    expect(clock.now()).toBeLessThan(13_000);
  });

  test("each handle of one job names its own model, and each result is its own", async () => {
    const { client, clock } = setup({ status: script(stateOf("in_queue"), done()) });
    const handles = [
      client.job("x/first", "job-1"),
      client.job("y/second", "job-1"),
      client.job("x/first", "job-1"),
    ];
    const [first, second, third] = await clock.run(Promise.all(handles.map((handle) => handle.result())));
    expect([first!.model, second!.model, third!.model]).toEqual(["x/first", "y/second", "x/first"]);
    (first!.output as { video: string }).video = "changed";
    for (const { output, raw } of [second!, third!]) {
      expect(output).toEqual(succeeded().output);
      expect(raw["output"]).toBe(output);
    }
  });

  test("what is written into an update is seen by nobody else", async () => {
    const spoil = (update: JobUpdate) => void Object.assign(update, { status: "completed", word: "spoilt" });
    const { client, clock } = setup(
      { status: script(stateOf("in_queue"), stateOf("in_queue"), stateOf("in_progress"), done()) },
      { onStatus: spoil },
    );
    const job = client.job("a/b", "job-1");
    const words: string[] = [];
    const first = job.result({ onUpdate: spoil });
    await clock.advance(10);
    await clock.run(Promise.all([first, job.result({ onUpdate: ({ word }) => words.push(word) })]));
    expect(words).toEqual(["in_queue", "in_progress", "completed"]);
  });

  test("what is written into a job's reference does not become the job's", async () => {
    const onStatus = (_update: JobUpdate, job: JobRef) => void Object.assign(job, { id: "row-8" });
    const { client, clock, service } = setup({ status: script(stateOf("in_queue"), done()) }, { onStatus });
    const onJob = (job: JobRef) => void Object.assign(job, { id: "row-7", row: 7 });
    expect((await clock.run(client.run("a/b", {}, { onJob }))).requestId).toBe("job-1");
    expect(service.seen.filter(({ path }) => path.includes("row"))).toEqual([]);
    const job = client.job("a/b", "job-1");
    Object.assign(job.toJSON(), { id: 42 });
    expect(JSON.stringify(job)).toBe('{"id":"job-1","model":"a/b"}');
    const missing = setup({ status: () => ({ status: 404, body: { error_code: 404001 } }) });
    const lost = missing.client.job("a/b", "job-1");
    const error = await failureOf(missing.clock.run(lost.status()));
    expect(() => Object.assign(error["job"] as JobRef, { id: 42 })).toThrow(TypeError);
    expect(lost.toJSON()).toEqual({ id: "job-1", model: "a/b" });
  });

  test("a cancelled job rejects with JobCancelledError, from the status as from the result (row 137)", async () => {
    const first = setup({ status: () => stateOf("Canceled") });
    expect(await failureOf(first.clock.run(first.client.run("a/b", {})))).toBeInstanceOf(JobCancelledError);
    const second = setup({ status: done, result: () => stateOf("cancelled") });
    expect(await failureOf(second.clock.run(second.client.run("a/b", {})))).toBeInstanceOf(JobCancelledError);
  });
});

describe("row 76: an abort", () => {
  test.each(["in the interval", "in a poll"])(
    "%s settles with the signal's own reason and leaves nothing behind",
    async (where) => {
      const { client, clock, service, lines } = setup({
        status: () => ({ ...stateOf("in_queue"), delayMs: where === "in a poll" ? 5000 : 0 }),
      });
      const controller = new AbortController();
      const reason = { why: "enough" };
      const wait = failureOf(client.job("a/b", "job-1").result({ signal: controller.signal }));
      await clock.advance(200);
      controller.abort(reason);
      expect(await wait).toMatchObject({ code: "job_aborted", cause: reason, job: { id: "job-1" } });
      await settle();
      expect(clock.sleeping).toBe(0);
      expect(service.count("cancel")).toBe(0);
      expect(lines.join()).toContain("goes on and may be billed");
    },
  );

  test("in the first update of who joins a known job is that signal's own reason", async () => {
    const { client, clock } = setup({ status: () => stateOf("in_queue") });
    const job = client.job("a/b", "job-1");
    const first = failureOf(job.result({ timeoutMs: 5000 }));
    await clock.advance(1200);
    const { signal, reason, abort } = createAbort();
    expect((await failureOf(job.result({ signal, onUpdate: abort }))).cause).toBe(reason);
    expect(await clock.run(first)).toBeInstanceOf(JobTimeoutError);
    expect(clock.sleeping).toBe(0);
  });

  test("of one who waits leaves the others waiting", async () => {
    const clock = createClock();
    const { client } = setup({ status: stateAt(clock, 9000) }, { clock });
    const { signal, abort } = createAbort();
    const left = failureOf(client.job("a/b", "job-1").result({ signal }));
    const stayed = client.job("a/b", "job-1").result();
    await clock.advance(1300);
    abort();
    expect((await left).cause).toMatchObject({ message: "enough" });
    expect((await clock.run(stayed)).requestId).toBe("job-1");
  });

  test("with cancelOnAbort asks for the cancel", async () => {
    const { client, clock, service } = setup({
      status: () => stateOf("in_queue"),
      cancel: () => ({ status: 202, body: { outcome: "cancelled" } }),
    });
    const controller = new AbortController();
    const run = failureOf(client.run("a/b", {}, { signal: controller.signal, cancelOnAbort: true }));
    await clock.advance(3000);
    controller.abort(new Error("enough"));
    expect((await run).cause).toMatchObject({ message: "enough" });
    await settle();
    expect(service.count("cancel")).toBe(1);
  });
});

describe("watch", () => {
  test("gives each change and ends with the job", async () => {
    const { client, clock, service } = setup({
      status: script(
        stateOf("in_queue", { queue_position: 2 }),
        stateOf("in_queue", { queue_position: 1 }),
        stateOf("in_progress"),
        stateOf("in_progress"),
        stateOf("completed"),
      ),
    });
    const seen: unknown[] = [];
    const watch = async () => {
      for await (const update of client.job("a/b", "job-1").watch())
        seen.push([update.status, update.queuePosition]);
    };
    await clock.run(watch());
    expect(seen).toEqual([
      ["in_queue", 2],
      ["in_queue", 1],
      ["in_progress", undefined],
      ["completed", undefined],
    ]);
    expect(service.count("result")).toBe(0);
  });

  test("that is left stops looking", async () => {
    const { client, clock, service } = setup({ status: () => stateOf("in_queue") });
    const watch = async () => {
      for await (const update of client.job("a/b", "job-1").watch()) if (update) break;
    };
    await clock.run(watch());
    await clock.advance(60_000);
    expect(service.count("status")).toBe(1);
    expect(clock.sleeping).toBe(0);
  });

  test("can be left while the next change is awaited", async () => {
    const { client, clock } = setup({ status: () => stateOf("in_queue") });
    const iterator = client.job("a/b", "job-1").watch();
    await clock.run(iterator.next());
    const pending = iterator.next();
    await clock.advance(100);
    await iterator.return?.();
    expect(await pending).toEqual({ value: undefined, done: true });
    expect(clock.sleeping).toBe(0);
  });

  test("ends with the deadline, or the signal's reason", async () => {
    const { client, clock } = setup({ status: () => stateOf("in_queue") });
    const job = client.job("a/b", "job-1");
    const watch = async (options: object) => {
      for await (const update of job.watch(options)) expect(update.status).toBe("in_queue");
    };
    expect(await failureOf(clock.run(watch({ timeoutMs: 9000 })))).toBeInstanceOf(JobTimeoutError);
    expect((await failureOf(clock.run(watch({ signal: AbortSignal.abort("enough") })))).cause).toBe("enough");
  });
});

test("row 115: an outage makes few requests, however many jobs are waited for", async () => {
  const { client, clock, service } = setup({ status: () => ({ status: 503 }) });
  const jobs = Array.from({ length: 50 }, (_, i) => client.job("a/b", `job-${i}`));
  const waits = jobs.map((job) => failureOf(job.result({ timeoutMs: 600_000 })));
  const errors = await clock.run(Promise.all(waits));
  expect(errors.every((error) => isRunComfyError(error) && error.code === "job_timeout")).toBe(true);
  expect(service.count("status")).toBeLessThan(6100);
});
