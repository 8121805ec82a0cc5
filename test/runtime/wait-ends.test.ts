import { describe, expect, test } from "vitest";
import {
  ConfigError,
  HttpError,
  JobCancelledError,
  JobFailedError,
  JobTimeoutError,
  NotFoundError,
  ResponseError,
} from "../../src/index.js";
import type { JobUpdate } from "../../src/index.js";
import { accepted, succeeded } from "../support/service.js";
import type { Answer } from "../support/service.js";
import { startWait, stateOf } from "../support/waiting.js";

describe("an answer about the end", () => {
  test("is a success where the result says completed", async () => {
    const { clock, job } = startWait({ result: () => ({ body: { ...succeeded(), status: "completed" } }) });
    expect(await clock.run(job.result())).toMatchObject({ requestId: "job-1", output: succeeded().output });
  });

  test.each<[string, object, new (...given: never[]) => Error, string]>([
    ["a failure", { status: "failed" }, JobFailedError, "a/b failed: the service gives no reason"],
    ["a cancel", { status: "cancelled" }, JobCancelledError, "was cancelled"],
    ["an empty output", { status: "succeeded" }, ResponseError, "output is empty"],
  ])("carries the job and the answer where it is %s", async (_name, body, Kind, message) => {
    const { job, failure } = startWait({ result: () => ({ body }) });
    const error = await failure(job.result());
    expect(error).toBeInstanceOf(Kind);
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ job: { id: "job-1", model: "a/b" }, raw: body });
  });

  test("row 60: a result that the service cannot give for three minutes is waited for", async () => {
    const { clock, job, service } = startWait({
      result: () => (clock.now() < 180_000 ? { status: 503 } : { body: succeeded() }),
    });
    expect((await clock.run(job.result())).requestId).toBe("job-1");
    expect(service.count("result")).toBeLessThan(40);
  });

  test.each(["status", "result"])(
    "row 67: is believed where the %s says succeeded beside a code",
    async (name) => {
      const body = { ...succeeded(), error_code: 500001 };
      const { clock, job } = startWait({ [name]: () => ({ body }) });
      expect((await clock.run(job.result({ timeoutMs: 10_000 }))).requestId).toBe("job-1");
    },
  );

  test.each([
    [0, 0],
    [0.05, 0.05],
    [-1, undefined],
    ["0.05", undefined],
  ])("row 142: with %j as its cost costs %j", async (cost, wanted) => {
    const { clock, job } = startWait({ result: () => ({ body: { ...succeeded(), cost } }) });
    expect((await clock.run(job.result())).cost).toBe(wanted);
  });

  test.each([409, 404])(
    "row 78: %i is tolerated for two minutes, however long the client has run",
    async (code) => {
      const { clock, job } = startWait({
        result: () =>
          clock.now() < 1_100_000
            ? { status: code, body: { error_code: code * 1000 + 1 } }
            : { body: succeeded() },
      });
      clock.jump(1e6);
      expect((await clock.run(job.result())).requestId).toBe("job-1");
    },
  );

  test.each<[string, unknown]>([
    ["a list in an object", { images: ["https://cdn.runcomfy.net/a.png"] }],
    ["a list", ["https://cdn.runcomfy.net/a.png"]],
    ["a list that begins with nothing", { images: [null, "https://cdn.runcomfy.net/a.png"] }],
    ["a number", 0],
    ["false beside nothing", { safe: false, image: null }],
  ])("row 81: is no empty one where its output is %s", async (_name, output) => {
    const { clock, job } = startWait({ result: () => ({ body: { ...succeeded(), output } }) });
    expect((await clock.run(job.result())).output).toEqual(output);
  });

  test("reaches who begins to watch while the result is fetched", async () => {
    const { clock, job } = startWait({ result: () => ({ body: succeeded(), delayMs: 5000 }) });
    const result = job.result();
    await clock.advance(1000);
    const updates: JobUpdate[] = [];
    for await (const update of job.watch()) updates.push(update);
    expect(updates.map(({ status }) => status)).toEqual(["completed"]);
    expect(clock.now()).toBe(2000);
    await clock.run(result);
  });
});

describe("a job of which the service says that it does not exist", () => {
  const absent = (message: string): Answer => ({ status: 404, body: { error_code: 404001, message } });

  test.each(["no such job: <job-1>", "in <eu>"])("row 62: is gone although it says %j", async (message) => {
    const { job, failure } = startWait({
      status: (_request, nth) => (nth === 1 ? stateOf("in_queue") : absent(message)),
    });
    expect(await failure(job.result({ timeoutMs: 600_000 }))).toBeInstanceOf(NotFoundError);
  });

  test("row 61: may appear within a minute, for a handle from elsewhere too", async () => {
    const { clock, client } = startWait({
      status: () => (clock.now() < 1_050_000 ? absent("") : stateOf("completed")),
    });
    clock.jump(1e6);
    expect((await clock.run(client.job("a/b", "job-1").result())).requestId).toBe("job-1");
  });
});

describe("a refusal that no other attempt mends", () => {
  const refused: Answer = { status: 400, body: { error_code: 400001, message: "bad" } };

  test("ends a poll at once", async () => {
    const { job, service, failure } = startWait({ status: () => refused });
    const error = await failure(job.status());
    expect(error).toBeInstanceOf(HttpError);
    expect(error.message).toContain("answered 400 (400001): bad.");
    expect(error).toMatchObject({ errorCode: 400001, job: { id: "job-1", model: "a/b" } });
    expect(service.seen.length).toBe(1);
  });

  test("ends the wait for a job that nobody has seen, and no line says that it goes on", async () => {
    const { job, service, failure, lines } = startWait({ status: () => refused });
    expect(await failure(job.result())).toBeInstanceOf(HttpError);
    expect([service.seen.length, lines]).toEqual([1, []]);
  });

  test("row 63: of a token that its function cannot give names the job", async () => {
    const token = () => Promise.reject(new Error("no"));
    const { job, failure } = startWait({}, { token });
    const error = await failure(job.status());
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ job: { id: "job-1", model: "a/b" } });
  });
});

test("row 69: an answer about another job is an error with the job that was asked for", async () => {
  const { job, failure } = startWait({
    status: () => ({ body: { request_id: "job-2", status: "completed" } }),
  });
  expect(await failure(job.status())).toMatchObject({
    code: "response",
    job: { id: "job-1", model: "a/b" },
  });
});

test("row 66: an answer without a status is an error with the job and what was said", async () => {
  const { job, failure } = startWait({ status: () => ({ body: { request_id: "job-1", note: "x" } }) });
  const error = await failure(job.status());
  expect(error).toBeInstanceOf(ResponseError);
  expect(error).toMatchObject({
    job: { id: "job-1", model: "a/b" },
    body: '{"request_id":"job-1","note":"x"}',
  });
});

describe("row 73: a wait that is over", () => {
  test("tells the last status, and each fault by its name", async () => {
    const { job, failure } = startWait({
      status: (_request, nth) => (nth === 1 ? stateOf("in_queue") : new TypeError("fetch failed")),
    });
    const error = await failure(job.result({ timeoutMs: 20_000 }));
    expect(error).toBeInstanceOf(JobTimeoutError);
    expect(error.message).toContain('(last status "in_queue")');
    expect(Object.keys(error["seen"] as object)).toEqual(["in_queue", "connection"]);
  });

  test("does not blame the service for polls that the client itself holds back", async () => {
    const { clock, client } = startWait({ status: () => stateOf("in_progress") }, { requestsPerSecond: 0.1 });
    const jobs = Array.from({ length: 5 }, (_, at) => client.job("a/b", `job-${at}`));
    const waits = jobs.map((each) => each.result({ timeoutMs: 5000 }).catch((error: unknown) => error));
    for (const error of (await clock.run(Promise.all(waits))).slice(1)) {
      expect(error).toBeInstanceOf(JobTimeoutError);
      expect((error as Error).cause).toBeUndefined();
    }
  });

  test("of a run counts the submit's time as well", async () => {
    const { clock, client, failure } = startWait({
      submit: () => ({ body: accepted(), delayMs: 20_000 }),
      status: () => stateOf("in_queue"),
    });
    const error = await failure(client.run("a/b", {}, { timeoutMs: 30_000 }));
    expect(error).toBeInstanceOf(JobTimeoutError);
    expect(clock.now()).toBe(31_000);
  });

  test("because the submit took all its time is a timeout like any other", async () => {
    const { client, failure } = startWait({
      submit: () => ({ body: accepted(), delayMs: 5000 }),
      status: () => stateOf("in_queue"),
    });
    const error = await failure(client.run("a/b", {}, { timeoutMs: 4000 }));
    expect(error).toBeInstanceOf(JobTimeoutError);
    expect(error).toMatchObject({ job: { id: "job-1", model: "a/b" } });
  });
});

test("a cancel after an abort is logged with what became of it", async () => {
  const { clock, client, lines } = startWait({
    status: () => stateOf("in_progress"),
    cancel: () => ({ body: { request_id: "job-1", outcome: "cancelled" } }),
  });
  const controller = new AbortController();
  const work = client.run("a/b", {}, { signal: controller.signal, cancelOnAbort: true });
  await clock.advance(1000);
  controller.abort("enough");
  await expect(work).rejects.toMatchObject({ code: "job_aborted", cause: "enough" });
  await clock.advance(1000);
  expect(lines).toContain("Job job-1: cancelled after the abort.");
});

test("a watch that is left is done", async () => {
  const { clock, job } = startWait({ status: () => stateOf("in_progress") });
  const updates = job.watch();
  expect(await clock.run(updates.next())).toMatchObject({ done: false, value: { status: "in_progress" } });
  expect(await updates.return!()).toEqual({ done: true, value: undefined });
  expect(await updates.next()).toEqual({ done: true, value: undefined });
});

test("a watch that is left is no abort: nothing is logged", async () => {
  const { clock, job, lines } = startWait({ status: () => stateOf("in_progress") });
  for await (const update of { [Symbol.asyncIterator]: () => job.watch() }) {
    expect(update.status).toBe("in_progress");
    break;
  }
  await clock.advance(10_000);
  expect(lines).toEqual([]);
});

test("a cancel after an abort that fails is logged, with the job", async () => {
  const { clock, client, lines } = startWait({
    status: () => stateOf("in_progress"),
    cancel: () => ({ status: 403 }),
  });
  const controller = new AbortController();
  const work = client.run("a/b", {}, { signal: controller.signal, cancelOnAbort: true });
  const outcome = work.catch((error: unknown) => error as Error);
  await clock.advance(1000);
  controller.abort(new Error("enough"));
  expect(await outcome).toMatchObject({ code: "job_aborted", cause: { message: "enough" } });
  await clock.advance(1000);
  expect(lines.at(-1)).toMatch(/^Job job-1 may run on: .*403/);
});
