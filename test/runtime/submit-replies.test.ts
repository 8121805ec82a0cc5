import nock from "nock";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  AuthError,
  createClient,
  HttpError,
  InsufficientBalanceError,
  isRunComfyError,
  NotFoundError,
  RunComfyError,
  SubmitUnknownError,
} from "../../src/index.js";
import type { ClientOptions, SubmitOptions } from "../../src/index.js";
// Loaded before time is driven by hand.
import { nearestLive } from "../../src/catalogue/live.js";
import "../../src/input/price.js";
import { createClock, settle } from "../support/clock.js";
import { accepted } from "../support/service.js";

const origin = "https://model-api.runcomfy.net";
const token = "canary-token-0123456789";
/** The deadlines of requests: nock's answers take real turns of the event loop. */
const guards = [10_000, 30_000, 60_000];
const strays: string[] = [];
const noteStray = (...[, options]: { method?: string; path?: string }[]) =>
  strays.push(`${options?.method} ${options?.path}`);

beforeAll(() => {
  nock.disableNetConnect();
  nock.emitter.on("no match", noteStray);
});
afterEach(() => {
  const left = nock.pendingMocks();
  nock.cleanAll();
  expect([left, strays.splice(0)]).toEqual([[], []]);
});
afterAll(() => {
  nock.emitter.off("no match", noteStray);
  nock.restore();
  nock.enableNetConnect();
});

const post = (status: number, body: nock.Body, headers: Record<string, string> = {}) =>
  nock(origin)
    .post("/v1/models/a/b")
    .reply(status, body, { "content-type": "application/json", ...headers });

const submitOnce = (options: ClientOptions = {}, given: SubmitOptions = {}) => {
  const clock = createClock(1000, guards);
  const client = createClient({ token, clock, suggest: () => [], random: () => 0.5, ...options });
  return { clock, work: clock.run(client.submit("a/b", { prompt: "x" }, given)) };
};

const failureOf = async (work: Promise<unknown>): Promise<RunComfyError & Record<string, unknown>> => {
  const error = await work.then(
    () => Promise.reject(new Error("it did not fail")),
    (reason: unknown) => reason,
  );
  expect(isRunComfyError(error)).toBe(true);
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(token);
  return error as never;
};

test.each([200, 202])("row 30: %i with an id is an accepted job", async (status) => {
  post(status, accepted("job-9"));
  expect((await submitOnce().work).toJSON()).toEqual({ id: "job-9", model: "a/b" });
});

test("the request holds the input, the token, and asks for uncached JSON", async () => {
  nock(origin, {
    reqheaders: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "cache-control": "no-cache",
      accept: "application/json",
    },
  })
    .post("/v1/models/a/b", { prompt: "x" })
    .reply(200, accepted());
  await submitOnce().work;
});

describe("definite refusals fail at once", () => {
  test.each([
    ["row 36: 401", 401, {}, AuthError],
    ["row 36: 403", 403, { error_code: 403001 }, AuthError],
    ["row 37: 402", 402, {}, InsufficientBalanceError],
    ["row 135: 400 with 400002", 400, { error_code: 400002 }, InsufficientBalanceError],
    ["row 134: 400 with 400004", 400, { code: "400004", message: "bad token" }, AuthError],
    ["row 38: 404", 404, { error_code: 404001 }, NotFoundError],
    ["row 39: 413", 413, {}, HttpError],
    ["row 35: 422", 422, { detail: [{ loc: ["body", "duration"], msg: "too long" }] }, HttpError],
    ["405", 405, {}, HttpError],
    ["415", 415, {}, HttpError],
    ["row 32: 200 with a refusal inside", 200, { error_code: 400001, error: "bad" }, HttpError],
  ])("%s", async (_name, status, body, Kind) => {
    post(status, body);
    const error = await failureOf(submitOnce().work);
    expect(error).toBeInstanceOf(Kind);
    expect(error).not.toBeInstanceOf(SubmitUnknownError);
    expect(error["status"]).toBe(status);
    expect(error.message).toContain(`POST ${origin}/v1/models/a/b answered ${status}`);
  });

  test("row 35: the field errors of a 422 are named by their place", async () => {
    post(422, {
      detail: [
        { loc: ["body", "duration"], msg: "too long" },
        { loc: ["body", "seed"], msg: "not whole" },
      ],
    });
    expect((await failureOf(submitOnce().work)).message).toContain(
      "body.duration: too long; body.seed: not whole",
    );
  });

  test("row 38: an unknown model is answered with the nearest ids of the catalogue", async () => {
    post(404, { error_code: 404001 });
    nock(origin)
      .get("/v1/models?limit=500")
      .reply(200, { models: [{ model_id: "a/c" }, { model_id: "far/away/from/it" }] });
    const clock = createClock(1000, guards);
    const client = createClient({ token, clock, suggest: (id) => nearestLive(client, id) });
    const error = await failureOf(clock.run(client.submit("a/b", {})));
    expect(error["nearest"]).toEqual(["a/c"]);
    expect(error.message).toContain('Did you mean "a/c"?');
  });

  test("row 38: a catalogue that fails too leaves the error as it is", async () => {
    post(404, { error_code: 404001 });
    nock(origin).get("/v1/models?limit=500").reply(500, "oops");
    const clock = createClock(1000, guards);
    const client = createClient({ token, clock, suggest: (id) => nearestLive(client, id) });
    const error = await failureOf(clock.run(client.submit("a/b", {})));
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error["nearest"]).toEqual([]);
  });
});

describe("what is unclear is announced", () => {
  test.each([
    ["row 31: a page with 200", 200, "<html>hi</html>", {}],
    ["row 43: 502 with a page", 502, "<html>bad gateway</html>", {}],
    ["row 43: 504", 504, "{}", {}],
    ["row 42: 500", 500, { error_code: 500001 }, {}],
    ["408", 408, "{}", {}],
    ["520", 520, "{}", {}],
    ["row 44: a bare 503", 503, "{}", {}],
    [
      "row 44: 503 with Retry-After and a page",
      503,
      "<p>busy</p>",
      { "retry-after": "1", "content-type": "text/html" },
    ],
    ["a page with 403", 403, "<html>blocked</html>", { "content-type": "text/html" }],
    ["row 32: 200 with a fault of the server inside", 200, { error_code: 500001 }, {}],
    ["row 33: a number as the id", 200, { request_id: 5 }, {}],
    ["row 33: null as the id", 200, { request_id: null }, {}],
    ["row 33: an empty id", 200, { request_id: "" }, {}],
    ["row 33: a hostile id", 200, { request_id: "../../x" }, {}],
    ["row 33: an id of 10 kB", 200, { request_id: "x".repeat(10_240) }, {}],
    ["an array", 200, "[]", {}],
    ["row 45: 301", 301, "", { location: "https://example.com" }],
    ["row 46: 308 elsewhere", 308, "", { location: "https://example.com" }],
  ])("%s", async (_name, status, body, headers) => {
    post(status, body as nock.Body, headers as Record<string, string>);
    const error = await failureOf(submitOnce().work);
    expect(error).toBeInstanceOf(SubmitUnknownError);
    expect(error["phase"]).toBe("answered");
    expect(error["status"]).toBe(status);
    expect(String(error["body"] ?? "").length).toBeLessThanOrEqual(200);
    expect(String(error.cause)).not.toContain("Try again");
  });

  test("row 31: a body that repeats the token is kept without it", async () => {
    post(200, `<html>${token}</html>`);
    expect((await failureOf(submitOnce().work))["body"]).toBe("<html>[token]</html>");
  });
});

test("row 31: a token that reads like an escaped text is hidden, too", async () => {
  const odd = "ab%41cd%2Fefgh";
  for (const shown of [odd, encodeURIComponent(odd)]) {
    post(200, `<html>${shown}</html>`);
    expect((await failureOf(submitOnce({ token: odd }).work))["body"]).toBe("<html>[token]</html>");
  }
});

describe("too many requests", () => {
  test.each([
    ["seconds", { "retry-after": "120" }, 120_000],
    ["two values", { "retry-after": "120, 60" }, 120_000],
    [
      "a date, by the server's own clock",
      { "retry-after": "Wed, 21 Oct 2015 07:30:00 GMT", date: "Wed, 21 Oct 2015 07:28:30 GMT" },
      90_000,
    ],
    [
      "a date, by the client's clock where the server tells no time",
      { "retry-after": "Thu, 01 Jan 2026 00:01:31 GMT" },
      90_000,
    ],
    ["nothing", {}, 500],
    ["zero", { "retry-after": "0" }, 500],
    ["a date that has passed", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, 500],
    ["a negative number", { "retry-after": "-5" }, 500],
    ["rubbish", { "retry-after": "soon" }, 500],
  ])("row 40: 429 with %s is waited out exactly", async (_name, headers, wait) => {
    post(429, {}, headers as Record<string, string>);
    post(200, accepted());
    const { clock, work } = submitOnce();
    await work;
    expect(clock.now() - 1000).toBe(wait);
  });

  test("row 40: a wait beyond the time allowed is an error that names it", async () => {
    post(429, {}, { "retry-after": "1000000000" });
    const error = await failureOf(submitOnce().work);
    expect(error).toBeInstanceOf(HttpError);
    expect(error["retryAfterMs"]).toBe(1e12);
    expect(error.message).toContain("1000000000 s");
  });

  test("row 41: all calls of the client wait when one is told to, then leave one after another", async () => {
    const clock = createClock(1000, guards);
    const client = createClient({ token, clock, random: () => 0.5 });
    const times: number[] = [];
    nock(origin).post("/v1/models/a/b").reply(429, {}, { "retry-after": "45" });
    nock(origin)
      .post("/v1/models/a/b")
      .times(5)
      .reply(200, () => {
        times.push(clock.now());
        return accepted();
      });
    const first = client.submit("a/b", {});
    for (let turn = 0; turn < 10_000 && !clock.sleeps.includes(45_000); turn++) await settle();
    expect(clock.sleeps).toContain(45_000);
    await clock.advance(10_000);
    const more = Promise.all([first, ...Array.from({ length: 4 }, () => client.submit("a/b", {}))]);
    await clock.run(more);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(46_000);
    expect(new Set(times).size).toBeGreaterThan(1);
  });
});

describe("a service that says it is away", () => {
  test("row 44: 503 with Retry-After and JSON is tried once more", async () => {
    post(503, { error: "away" }, { "retry-after": "2" });
    post(200, accepted());
    const { clock, work } = submitOnce();
    await work;
    expect(clock.now()).toBe(3000);
  });

  test("row 44: the second one is unclear", async () => {
    post(503, { error: "away" }, { "retry-after": "2" });
    post(503, { error: "away" }, { "retry-after": "2" });
    expect(await failureOf(submitOnce().work)).toBeInstanceOf(SubmitUnknownError);
  });
});

test("row 34: addresses in the answer are never used, and noted", async () => {
  const lines: string[] = [];
  post(200, {
    request_id: "job-1",
    status_url: "https://evil.example/steal",
    result_url: "//x",
    cancel_url: "http:a@b",
  });
  nock(origin)
    .get("/v1/requests/job-1/status")
    .reply(200, { request_id: "job-1", status: "in_queue", queue_position: 3 });
  const clock = createClock(1000, guards);
  const client = createClient({ token, clock, logger: { info: (line) => lines.push(line) } });
  const job = await clock.run(client.submit("a/b", {}));
  expect(await clock.run(job.status())).toEqual({
    requestId: "job-1",
    status: "in_queue",
    word: "in_queue",
    queuePosition: 3,
  });
  expect(lines.join()).toContain("evil.example");
});

describe("row 4: a token function", () => {
  test("is asked once for calls at the same time, and once more when its token is refused", async () => {
    let asked = 0;
    nock(origin, { reqheaders: { authorization: "Bearer old-token-1" } })
      .post("/v1/models/a/b")
      .times(2)
      .reply(401, {});
    nock(origin, { reqheaders: { authorization: "Bearer new-token-2" } })
      .post("/v1/models/a/b")
      .times(2)
      .reply(200, accepted());
    const clock = createClock(1000, guards);
    const client = createClient({
      clock,
      token: async () => (++asked === 1 ? "old-token-1" : "new-token-2"),
    });
    await clock.run(Promise.all([client.submit("a/b", {}), client.submit("a/b", {})]));
    expect(asked).toBe(2);
  });

  test("that gives the same token again ends with the refusal", async () => {
    post(401, {});
    const { work } = submitOnce({ token: () => "same-token-1" });
    expect(await failureOf(work)).toBeInstanceOf(AuthError);
  });

  test("that throws is an error without its message", async () => {
    const { work } = submitOnce({ token: () => Promise.reject(new TypeError(`no ${token}`)) });
    const error = await failureOf(work);
    expect(error.code).toBe("config");
    expect(error.message).toContain("threw TypeError");
  });

  test("that never answers is given up", async () => {
    const { work } = submitOnce({ token: () => new Promise(() => {}), requestTimeoutMs: 700 });
    expect((await failureOf(work)).message).toContain("gave none within 700 ms");
  });
});
