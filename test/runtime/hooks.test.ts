import { describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import type { RequestEvent, SubmitOptions } from "../../src/index.js";
import { createClock, settle } from "../support/clock.js";
import { http, startFaultServer } from "../support/fault-server.js";
import { accepted, createService, stateAt, succeeded } from "../support/service.js";
import type { Answer } from "../support/service.js";

const setup = (submits: readonly (Answer | Error)[], onRequest?: (event: RequestEvent) => void) => {
  const clock = createClock();
  const service = createService(clock, {
    submit: (_request, nth) => submits[Math.min(nth, submits.length) - 1]!,
    status: stateAt(clock, 3000),
    result: () => ({ body: succeeded() }),
  });
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const client = createClient({
    token: "test-token",
    fetch: service.fetch,
    clock,
    random: () => 0.5,
    logger: { info: log, warn: log, error: log },
    ...(onRequest && { onRequest }),
  });
  return { clock, service, client, lines };
};

const busy: Answer = { status: 429, headers: { "retry-after": "5" }, body: {} };

describe("onSend", () => {
  test("is awaited before each attempt, with its number", async () => {
    const { clock, client, service } = setup([busy, { body: accepted() }]);
    const seen: unknown[] = [];
    const onSend: SubmitOptions["onSend"] = async (event) => {
      await clock.sleep(1000);
      seen.push({ ...event, sent: service.count("submit") });
    };
    await clock.run(client.submit("a/b", {}, { onSend }));
    expect(seen).toEqual([
      { model: "a/b", attempt: 1, sent: 0 },
      { model: "a/b", attempt: 2, sent: 1 },
    ]);
  });

  test.each([new Error("full"), "no", null])(
    "that throws %s sends nothing and is passed on",
    async (reason) => {
      const { clock, client, service } = setup([{ body: accepted() }]);
      const onSend = async () => Promise.reject(reason);
      await expect(clock.run(client.submit("a/b", {}, { onSend }))).rejects.toBe(reason);
      expect(service.count("submit")).toBe(0);
    },
  );

  test("is called on Node when the connection is open, before a byte of the request", async () => {
    const server = await startFaultServer((socket) => socket.end(http("200 OK", '{"request_id":"job-1"}')));
    const client = createClient({ token: "test-token", baseUrl: server.url });
    let open: unknown;
    const onSend = async () => {
      // The server has seen the connection by then, and nothing on it.
      await settle();
      open = [server.connections, server.requests.length];
    };
    expect((await client.submit("a/b", {}, { onSend })).id).toBe("job-1");
    expect(open).toEqual([1, 0]);
    await expect(
      client.submit("a/b", {}, { onSend: () => Promise.reject(new Error("disk full")) }),
    ).rejects.toThrow("disk full");
    expect(server.requests.length).toBe(1);
    await server.close();
  });

  test("is not called where no connection opens", async () => {
    const clock = createClock(0, [10_000, 60_000]);
    const client = createClient({ token: "test-token", baseUrl: "http://127.0.0.1:1", clock });
    const calls: unknown[] = [];
    const refused: unknown[] = [];
    const work = client.submit(
      "a/b",
      {},
      {
        timeoutMs: 1,
        onSend: (event) => calls.push(event),
        onRefused: (event) => refused.push(event),
      },
    );
    await expect(clock.run(work)).rejects.toMatchObject({ code: "connection" });
    expect(calls).toEqual([]);
    expect(refused).toMatchObject([{ attempt: 1, error: { code: "connection" } }]);
  });
});

describe("onRefused", () => {
  test("is awaited for each attempt that certainly started nothing, and tells of the next", async () => {
    const { clock, client } = setup([busy, { status: 422, body: { message: "too long" } }]);
    const seen: unknown[] = [];
    const onRefused: SubmitOptions["onRefused"] = async ({ attempt, error, retryInMs }) => {
      await clock.sleep(10);
      seen.push([attempt, (error as { status?: number }).status, retryInMs]);
    };
    await expect(clock.run(client.submit("a/b", {}, { onRefused }))).rejects.toMatchObject({ status: 422 });
    expect(seen).toEqual([
      [1, 429, 5000],
      [2, 422, undefined],
    ]);
  });

  test("that throws ends the call with what it threw, and nothing more is sent", async () => {
    const { clock, client, service } = setup([busy, { body: accepted() }]);
    const onRefused = () => {
      throw new Error("journal");
    };
    await expect(clock.run(client.submit("a/b", {}, { onRefused }))).rejects.toThrow("journal");
    expect(service.count("submit")).toBe(1);
  });

  test("that never ends does not outlast an abort", async () => {
    const { clock, client, service } = setup([busy, { body: accepted() }]);
    const controller = new AbortController();
    const reason = new Error("enough");
    const onRefused = (): Promise<never> => {
      setImmediate(() => controller.abort(reason));
      return new Promise(() => {});
    };
    const work = client.submit("a/b", {}, { signal: controller.signal, onRefused });
    await expect(clock.run(work)).rejects.toBe(reason);
    expect(service.count("submit")).toBe(1);
  });

  test("is not called where a job may have been started", async () => {
    const { clock, client } = setup([{ status: 500 }]);
    let called = 0;
    const work = client.submit("a/b", {}, { onRefused: () => void called++ });
    await expect(clock.run(work)).rejects.toMatchObject({ code: "submit_unknown" });
    expect(called).toBe(0);
  });
});

describe("onJob", () => {
  test("of run is awaited before the first status request", async () => {
    const { clock, client, service } = setup([{ body: accepted() }]);
    const polls: number[] = [];
    const onJob = async () => {
      await clock.sleep(3000);
      polls.push(service.count("status"));
    };
    await clock.run(client.run("a/b", {}, { onJob }));
    expect(polls).toEqual([0]);
  });

  test("of submit has the job, too", async () => {
    const { clock, client } = setup([{ body: accepted() }]);
    const jobs: unknown[] = [];
    await clock.run(client.submit("a/b", {}, { onJob: (job) => jobs.push(job) }));
    expect(jobs).toEqual([{ id: "job-1", model: "a/b" }]);
  });

  test("that never ends is waited for five seconds, and said to the log", async () => {
    const { clock, client, lines } = setup([{ body: accepted() }]);
    const start = clock.now();
    const { id } = await clock.run(client.submit("a/b", {}, { onJob: () => new Promise(() => {}) }));
    expect([id, clock.now() - start]).toEqual(["job-1", 5000]);
    expect(lines.join("\n")).toContain("took longer than 5000 ms");
  });
});

test("onRequest tells of each request: its call, job, attempt, status, phase and time", async () => {
  const events: RequestEvent[] = [];
  const { clock, client } = setup([busy, { body: accepted(), delayMs: 40 }], (event) => events.push(event));
  await clock.run(client.run("a/b", {}));
  expect(events[0]).toEqual({
    call: "submit",
    model: "a/b",
    attempt: 1,
    status: 429,
    phase: "answered",
    ms: 0,
    retryAfterMs: 5000,
  });
  expect(events[1]).toMatchObject({ call: "submit", attempt: 2, status: 200, ms: 40 });
  expect(events[2]).toMatchObject({ call: "status", model: "a/b", job: "job-1", attempt: 1 });
  expect(events.at(-1)).toMatchObject({ call: "result", job: "job-1", status: 200 });
});

test("an onRequest that throws changes nothing", async () => {
  const { clock, client, lines } = setup([{ body: accepted() }], () => {
    throw new Error("metrics");
  });
  expect((await clock.run(client.run("a/b", {}))).requestId).toBe("job-1");
  expect(lines.join()).toContain("metrics");
});
