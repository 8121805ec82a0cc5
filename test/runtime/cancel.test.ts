import { expect, test } from "vitest";
import { ConfigError, ConnectionError, createClient, NotFoundError } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { accepted, createService, stateAt, succeeded } from "../support/service.js";
import type { Answer } from "../support/service.js";

const setup = (routes: Parameters<typeof createService>[1]) => {
  const clock = createClock();
  const service = createService(clock, {
    submit: () => ({ body: accepted() }),
    result: () => ({ body: succeeded() }),
    ...routes,
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock, random: () => 0.5 });
  return { clock, service, job: client.job("a/b", "job-1"), client };
};
const status = (word: string) => (): Answer => ({ body: { request_id: "job-1", status: word } });
const outcome = (word: unknown) => (): Answer => ({
  status: 202,
  body: { request_id: "job-1", outcome: word },
});

test("a queued job is cancelled", async () => {
  const { clock, job, service } = setup({ cancel: outcome("cancelled") });
  expect(await clock.run(job.cancel())).toEqual({ outcome: "cancelled", status: "cancelled" });
  expect(service.seen.map(({ method, path, body }) => [method, path, body])).toEqual([
    ["POST", "/v1/requests/job-1/cancel", ""],
  ]);
});

test("a cancel and a balance do not line up behind the polls of other jobs", async () => {
  const balance = (): Answer => ({ body: { balance_usd: 1 } });
  const { clock, client, job, service } = setup({
    balance,
    cancel: outcome("cancelled"),
    status: status("in_queue"),
  });
  const looks = Array.from({ length: 50 }, () => job.status());
  await clock.run(Promise.all([job.cancel(), client.balance(), ...looks]));
  const others = service.seen.filter(({ path }) => !path.endsWith("/status"));
  expect(others.map(({ at }) => at)).toEqual([1000, 1000]);
});

test("row 86: a running job is not cancellable, which is no error", async () => {
  const { clock, job } = setup({ cancel: outcome("not_cancellable"), status: status("in_progress") });
  expect(await clock.run(job.cancel())).toEqual({ outcome: "not_cancellable", status: "in_progress" });
});

test("an outcome is read whatever its case and stray spaces", async () => {
  const { clock, job, service } = setup({ cancel: outcome(" Not_Cancellable "), status: status("in_queue") });
  expect(await clock.run(job.cancel())).toEqual({ outcome: "not_cancellable", status: "in_queue" });
  expect(service.count("cancel")).toBe(1);
});

test("row 87: a job that ended meanwhile is told as it is", async () => {
  const { clock, job } = setup({ cancel: outcome("not_cancellable"), status: status("completed") });
  expect(await clock.run(job.cancel())).toEqual({ outcome: "not_cancellable", status: "completed" });
});

test.each<[string, Answer | Error]>([
  ["a lost connection", new TypeError("terminated")],
  ["a page", { status: 502, body: "<html></html>" }],
  ["an empty answer", { status: 202, body: "" }],
  ["another word", { status: 202, body: { outcome: "perhaps" } }],
])("rows 88 and 138: after %s the status decides", async (_name, fault) => {
  const cancelled = setup({ cancel: () => fault, status: status("canceled") });
  expect(await cancelled.clock.run(cancelled.job.cancel())).toEqual({
    outcome: "cancelled",
    status: "cancelled",
  });
  const ended = setup({ cancel: () => fault, status: status("completed") });
  expect(await ended.clock.run(ended.job.cancel())).toEqual({
    outcome: "not_cancellable",
    status: "completed",
  });
});

test("row 88: a lost cancel of a queued job is asked again", async () => {
  const { clock, job, service } = setup({
    cancel: (_request, nth) => (nth < 3 ? new TypeError("terminated") : outcome("cancelled")()),
    status: status("in_queue"),
  });
  expect((await clock.run(job.cancel())).outcome).toBe("cancelled");
  const cancels = service.seen.filter(({ path }) => path.endsWith("/cancel"));
  expect(cancels.map(({ at }) => at)).toEqual([1000, 1500, 2500]);
});

test("row 88: a lost cancel of a running job is asked once more before it counts as refused", async () => {
  const { clock, job, service } = setup({
    cancel: (_request, nth) => (nth === 1 ? new TypeError("terminated") : outcome("cancelled")()),
    status: status("in_progress"),
  });
  expect((await clock.run(job.cancel())).outcome).toBe("cancelled");
  expect(service.count("cancel")).toBe(2);
});

test("row 88: a refused cancel whose status cannot be read leaves it unknown", async () => {
  const { clock, job } = setup({ cancel: outcome("not_cancellable"), status: () => ({ status: 500 }) });
  expect(await clock.run(job.cancel())).toEqual({ outcome: "not_cancellable", status: "unknown" });
});

test("row 88: a lost cancel of a job that does not exist says so at once", async () => {
  const { clock, job, service } = setup({
    cancel: () => new TypeError("terminated"),
    status: () => ({ status: 404, body: { error_code: 404001 } }),
  });
  await expect(clock.run(job.cancel())).rejects.toBeInstanceOf(NotFoundError);
  expect(service.count("cancel")).toBe(1);
});

test("a cancel that meets a bad certificate is not asked again", async () => {
  const refused = new TypeError("fetch failed", {
    cause: Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
  });
  const { clock, job, service } = setup({ cancel: () => refused });
  const error: unknown = await clock.run(job.cancel()).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConnectionError);
  expect((error as ConnectionError).message).toContain("self-signed certificate");
  expect(service.seen.length).toBe(1);
});

test("row 138: cancelled is never claimed without proof", async () => {
  const { clock, job, service } = setup({ cancel: () => ({ status: 500 }), status: status("in_queue") });
  const error: unknown = await clock.run(job.cancel()).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConnectionError);
  expect((error as ConnectionError).cause).toMatchObject({ code: "http", status: 500 });
  expect((error as ConnectionError).job).toEqual({ id: "job-1", model: "a/b" });
  expect(service.count("cancel")).toBe(5);
});

test.each([
  ["row 69: another job's outcome", { request_id: "job-2", outcome: "cancelled" }],
  ["row 138: a list as the outcome", { request_id: "job-1", outcome: ["cancelled"] }],
  ["row 138: an object as the outcome", { request_id: "job-1", outcome: { toString: 1 } }],
])("%s is no proof of a cancel", async (_name, body) => {
  const { clock, job, service } = setup({
    cancel: () => ({ status: 202, body }),
    status: status("in_progress"),
  });
  expect(await clock.run(job.cancel())).toEqual({ outcome: "not_cancellable", status: "in_progress" });
  expect(service.count("cancel")).toBe(2);
});

test("row 89: a job that completes in spite of a cancel delivers its result", async () => {
  const clock = createClock();
  const service = createService(clock, {
    cancel: outcome("cancelled"),
    status: stateAt(clock, 5000),
    result: () => ({ body: succeeded() }),
  });
  const job = createClient({ token: "test-token", fetch: service.fetch, clock }).job("a/b", "job-1");
  const result = job.result();
  await job.cancel();
  expect((await clock.run(result)).requestId).toBe("job-1");
});

test("row 90: a submit of unknown fate gives no job to cancel, and no id is invented", () => {
  const { client } = setup({});
  expect(() => client.job("a/b", "")).toThrow(ConfigError);
});

test("row 91: two cancels at once are one request, and an abort of one leaves the other", async () => {
  const { clock, job, service } = setup({ cancel: () => ({ ...outcome("cancelled")(), delayMs: 1000 }) });
  const controller = new AbortController();
  const first = job.cancel({ signal: controller.signal });
  const second = job.cancel();
  await clock.advance(100);
  controller.abort(new Error("enough"));
  await expect(first).rejects.toMatchObject({ code: "job_aborted", cause: { message: "enough" } });
  expect((await clock.run(second)).outcome).toBe("cancelled");
  expect(service.count("cancel")).toBe(1);
});

test("a job that does not exist is an error with its id", async () => {
  const { clock, job } = setup({ cancel: () => ({ status: 404, body: { error_code: 404001 } }) });
  const error: unknown = await clock.run(job.cancel()).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NotFoundError);
  expect((error as NotFoundError).job?.id).toBe("job-1");
});

test.each([404, 401, 403])("row 86: not cancellable is told, though the status answers %i", async (code) => {
  const { clock, job } = setup({ cancel: outcome("not_cancellable"), status: () => ({ status: code }) });
  expect(await clock.run(job.cancel())).toEqual({ outcome: "not_cancellable", status: "unknown" });
});

test("row 138: a job whose cancellation is requested is not called one that goes on", async () => {
  const clock = createClock();
  const service = createService(clock, {
    cancel: () => ({ status: 202, body: { status: "cancellation_requested" } }),
    status: () => status(clock.now() < 4000 ? "cancellation_requested" : "cancelled")(),
  });
  const job = createClient({ token: "test-token", fetch: service.fetch, clock }).job("a/b", "job-1");
  expect(await clock.run(job.cancel())).toEqual({ outcome: "cancelled", status: "cancelled" });
});

test("row 87: a cancel that meets a conflict tells how the job stands", async () => {
  const conflict = { cancel: (): Answer => ({ status: 409, body: { message: "it runs" } }) };
  for (const word of ["in_progress", "completed"]) {
    const { clock, job } = setup({ ...conflict, status: status(word) });
    expect(await clock.run(job.cancel())).toEqual({ outcome: "not_cancellable", status: word });
  }
});

test("the polls of three hundred cancels keep to the client's rate", async () => {
  const { clock, client, service } = setup({
    cancel: () => ({ status: 202, body: { outcome: "not_cancellable" } }),
    status: ({ path }) => ({ body: { request_id: path.split("/")[3], status: "in_progress" } }),
  });
  const jobs = Array.from({ length: 300 }, (_, i) => client.job("a/b", `job-${i}`));
  await clock.run(Promise.all(jobs.map((job) => job.cancel())));
  expect(service.count("status")).toBe(300);
  expect(clock.now()).toBeGreaterThan(28_000);
});

test("row 115: a hundred cancels in an outage share the client's few repetitions", async () => {
  const { clock, client, service } = setup({ "*": () => ({ status: 503 }), status: () => ({ status: 503 }) });
  const jobs = Array.from({ length: 100 }, (_, i) => client.job("a/b", `job-${i}`));
  const outcomes = await clock.run(Promise.allSettled(jobs.map((job) => job.cancel())));
  expect(outcomes.every(({ status: how }) => how === "rejected")).toBe(true);
  expect(service.count("cancel")).toBe(110);
});
