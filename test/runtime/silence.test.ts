import { describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { startFaultServer } from "../support/fault-server.js";
import { createService } from "../support/service.js";
import { startWait, stateOf } from "../support/waiting.js";

describe("nobody is left without a word", () => {
  test("the logger hears of each attempt that never left, and when the next one follows", async () => {
    const lines: string[] = [];
    const clock = createClock(0, [10_000, 60_000]);
    const logger = { warn: (line: string) => void lines.push(line) };
    const client = createClient({ token: "test-token", baseUrl: "http://127.0.0.1:1", clock, logger });
    const error: unknown = await clock.run(client.submit("a/b", {}).catch((reason: unknown) => reason));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/was not sent: .*ECONNREFUSED.* in \d+\.\d s\.$/);
    expect(error).toMatchObject({ code: "connection" });
  });

  test("a refused address on this machine names the emulator", async () => {
    const clock = createClock(0, [10_000, 30_000, 60_000]);
    // A port that was free a moment ago.
    const server = await startFaultServer(() => {});
    await server.close();
    const client = createClient({ token: "test-token", baseUrl: `http://localhost:${server.port}`, clock });
    const hint = expect.stringContaining("npx runcomfy-models emulate");
    await expect(clock.run(client.submit("a/b", {}, { timeoutMs: 1 }))).rejects.toMatchObject({
      message: hint,
    });
    await expect(clock.run(client.balance())).rejects.toMatchObject({ message: hint });
  });

  test("a timeout after nothing but refused tokens names the token", async () => {
    const { client, clock } = startWait({
      status: (_request, nth) => (nth === 1 ? stateOf("in_queue") : { status: 401 }),
    });
    const wait = client.job("a/b", "job-1").result({ timeoutMs: 1_800_000 });
    await expect(clock.run(wait)).rejects.toMatchObject({
      code: "job_timeout",
      message: expect.stringMatching(/last request failed: .*401.*Check the token/),
    });
  });
});

describe("job.status({ tolerant: true })", () => {
  test.each([
    [
      "a fault of the service",
      { status: 503, headers: { "retry-after": "7" } },
      { code: "http", retryAfterMs: 7000 },
    ],
    ["too many requests", { status: 429 }, { code: "http" }],
    ["a lost connection", new Error("lost"), { code: "connection" }],
    ["a page", { body: "<html>" }, { code: "response" }],
  ])("gives %s as data, after one request", async (_name, answer, trouble) => {
    const { clock, job, service } = startWait({ status: () => answer });
    const update = await clock.run(job.status({ tolerant: true }));
    expect(update).toMatchObject({ requestId: "job-1", status: "unknown", word: "", trouble });
    expect(update.trouble!.message).toMatch(/./);
    expect(service.count("status")).toBe(1);
  });

  test("gives a good answer without trouble", async () => {
    const { clock, job } = startWait({ status: () => stateOf("in_queue", { queue_position: 2 }) });
    const update = await clock.run(job.status({ tolerant: true }));
    expect(update).toEqual({ requestId: "job-1", status: "in_queue", word: "in_queue", queuePosition: 2 });
  });

  test.each([401, 403, 404, 422])("throws for %i, which does not pass", async (status) => {
    const { job, failure } = startWait({ status: () => ({ status }) });
    expect(await failure(job.status({ tolerant: true }))).toMatchObject({ status, job: { id: "job-1" } });
  });

  test("gives a job that was submitted a moment ago, and is not known everywhere yet, as trouble", async () => {
    const clock = createClock();
    const service = createService(clock, {
      submit: () => ({ body: { request_id: "job-1" } }),
      status: () => ({ status: 404, body: { error_code: 404001 } }),
    });
    const client = createClient({ token: "test-token", fetch: service.fetch, clock });
    const job = await clock.run(client.submit("a/b", {}));
    expect(await clock.run(job.status({ tolerant: true }))).toMatchObject({ trouble: { code: "not_found" } });
  });
});

test("an abort of a run after the job was accepted has the job and the reason's own name", async () => {
  const { client, clock } = startWait({ status: () => stateOf("in_queue") });
  for (const reason of [new DOMException("late", "TimeoutError"), new Error("mine"), "text", undefined]) {
    const controller = new AbortController();
    const run = client.run("a/b", {}, { signal: controller.signal }).catch((error: unknown) => error);
    await clock.advance(1000);
    controller.abort(reason);
    const error = (await clock.run(run)) as Error;
    const { name } = Object(controller.signal.reason) as { name?: string };
    expect(error).toMatchObject({
      code: "job_aborted",
      name: name ?? "AbortError",
      job: { id: "job-1", model: "a/b" },
      cause: controller.signal.reason as unknown,
    });
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      name: name ?? "AbortError",
      code: "job_aborted",
    });
  }
});
