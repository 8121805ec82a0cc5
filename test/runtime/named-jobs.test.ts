import { describe, expect, test } from "vitest";
import { createClient, SubmitUnknownError } from "../../src/index.js";
import type { RunComfyError } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { accepted, createService } from "../support/service.js";
import type { Answer } from "../support/service.js";

/** A submit whose first answer is given; the service knows the named job from `knownAt` on. */
const submitTo = async (answer: Answer, knownAt = 0, timeoutMs = 900_000) => {
  const clock = createClock(0);
  const service = createService(clock, {
    submit: (_request, nth) => (nth === 1 ? answer : { body: accepted("job-2") }),
    status: () =>
      clock.now() >= knownAt
        ? { body: { request_id: "job-1", status: "in_queue" } }
        : { status: 404, body: { error_code: 404001 } },
    models: () => ({ body: { models: [] } }),
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock, random: () => 0.5 });
  const outcome = await clock.run(
    client.submit("a/b", {}, { timeoutMs }).then(
      ({ id }) => ({ id, error: undefined }),
      (error: unknown) => ({ id: undefined, error: error as RunComfyError & Record<string, unknown> }),
    ),
  );
  return { ...outcome, clock, posts: service.count("submit"), polls: service.count("status") };
};

const named = { request_id: "job-1" };
const busy = { "retry-after": "1" };

describe("a job that an answer names without accepting it is asked for before anything else", () => {
  const answers: readonly (readonly [string, Answer])[] = [
    ["row 42: 500", { status: 500, body: named }],
    ["row 43: 502", { status: 502, body: named }],
    ["row 43: 504", { status: 504, body: named }],
    ["408", { status: 408, body: named }],
    ["409", { status: 409, body: named }],
    ["410", { status: 410, body: named }],
    ["row 45: 303", { status: 303, body: named }],
    ["row 32: 200 with the code of a server's error", { body: { ...named, error_code: 500001 } }],
    ["429", { status: 429, body: named }],
    ["429 with Retry-After", { status: 429, body: named, headers: busy }],
    ["503 with Retry-After", { status: 503, body: named, headers: busy }],
    ["503 without", { status: 503, body: named }],
    ["400", { status: 400, body: { ...named, error_code: 400001 } }],
    ["422", { status: 422, body: named }],
    ["200 with a refusal's code", { status: 200, body: { ...named, error_code: 400001 } }],
  ];
  test.each(answers)("%s: a job that exists is the job, and it is paid once", async (_name, answer) => {
    const { id, posts } = await submitTo(answer);
    expect([id, posts]).toEqual(["job-1", 1]);
  });

  test.each(answers)("%s: a job that appears within a minute is the job", async (_name, answer) => {
    const { id, posts } = await submitTo(answer, 40_000);
    expect([id, posts]).toEqual(["job-1", 1]);
  });

  test.each(answers.slice(0, -3))(
    "%s: a job that never appears is unknown, and not sent again",
    async (_n, answer) => {
      const { error, posts, clock } = await submitTo(answer, Infinity);
      expect(error).toBeInstanceOf(SubmitUnknownError);
      expect(error!.job).toEqual({ id: "job-1", model: "a/b" });
      expect(posts).toBe(1);
      expect(clock.now()).toBeGreaterThan(40_000);
    },
  );

  test.each(answers)("%s: it is asked for no longer than the submit may take", async (_name, answer) => {
    const { id, posts, clock } = await submitTo(answer, 40_000, 20_000);
    expect([id, posts]).toEqual([undefined, 1]);
    expect(clock.now()).toBeLessThanOrEqual(20_000);
  });

  test.each(answers.slice(-3))(
    "%s: a refusal whose job never appears stays a refusal, with the id",
    async (_n, answer) => {
      const { error, posts } = await submitTo(answer, Infinity);
      expect(error).toMatchObject({ code: "http", job: { id: "job-1", model: "a/b" } });
      expect(posts).toBe(1);
    },
  );
});

describe("error codes in a 200 mean what the same HTTP status would", () => {
  test.each([408001, 409001, 425001, 500001])(
    "%i leaves open whether a job was started",
    async (error_code) => {
      const { error, posts } = await submitTo({ body: { error_code } });
      expect(error).toBeInstanceOf(SubmitUnknownError);
      expect(posts).toBe(1);
    },
  );
});

test("a second id under an escaped name makes an answer unclear", async () => {
  const body = String.raw`{"request_id":"job-1","request\u005fid":"job-2"}`;
  const { error, posts, polls } = await submitTo({ body });
  expect(error).toBeInstanceOf(SubmitUnknownError);
  expect([posts, polls]).toEqual([1, 0]);
});
