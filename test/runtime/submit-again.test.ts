import { describe, expect, test } from "vitest";
import { AuthError, createClient, NotFoundError, SubmitUnknownError } from "../../src/index.js";
import type { ClientOptions, RunComfyError } from "../../src/index.js";
// Loaded before time is driven by hand.
import "../../src/catalogue/live.js";
import { createClock } from "../support/clock.js";
import { accepted, createService } from "../support/service.js";
import type { Answer } from "../support/service.js";

const setup = (submit: (nth: number) => Answer, options: ClientOptions = {}) => {
  const clock = createClock();
  const service = createService(clock, { submit: (_request, nth) => submit(nth) });
  const lines: string[] = [];
  const client = createClient({
    token: "test-token",
    fetch: service.fetch,
    clock,
    random: () => 0.5,
    suggest: () => [],
    logger: { info: (line) => lines.push(line) },
    ...options,
  });
  const failure = async (work: Promise<unknown>) =>
    clock.run(
      work.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ) as Promise<RunComfyError>;
  return { clock, service, client, lines, failure };
};

describe("row 4: a token that is refused", () => {
  test("is replaced once, however many the function has", async () => {
    let asked = 0;
    const { client, service, failure } = setup(() => ({ status: 401 }), { token: () => `token-${++asked}` });
    expect(await failure(client.submit("a/b", {}))).toBeInstanceOf(AuthError);
    expect(service.seen.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
  });

  test.each(["submit", "balance"] as const)("with 403 is replaced by no other (%s)", async (name) => {
    let asked = 0;
    const clock = createClock();
    const service = createService(clock, { "*": () => ({ status: 403 }), submit: () => ({ status: 403 }) });
    const client = createClient({ token: () => `token-${++asked}`, fetch: service.fetch, clock });
    const work = name === "submit" ? client.submit("a/b", {}) : client.balance();
    expect(await clock.run(work.catch((error: unknown) => error))).toBeInstanceOf(AuthError);
    expect([asked, service.seen.length]).toEqual([1, 1]);
  });
});

test("row 41: a submit waits for its turn no longer than it may take, however long the client has run", async () => {
  const { client, clock, service, failure } = setup(() => ({
    status: 429,
    headers: { "retry-after": "60" },
  }));
  clock.jump(1e6);
  void client.submit("a/b", {}, { timeoutMs: 1 }).catch(() => {});
  void client.submit("a/b", {}, { timeoutMs: 100_000 }).catch(() => {});
  await clock.advance(10);
  const start = clock.now();
  const late = failure(client.submit("a/b", {}, { timeoutMs: 50_000 }));
  expect((await late).message).toContain("too many requests");
  expect([clock.now() - start, service.seen.length]).toEqual([0, 2]);
});

describe("a submit that may be sent again", () => {
  test.each([408, 409, 425, 500, 502, 504, 520])(
    "is not for %i, although it has a Retry-After and JSON",
    async (status) => {
      const { client, service, failure } = setup(() => ({
        status,
        body: { error: "away" },
        headers: { "retry-after": "2" },
      }));
      expect(await failure(client.submit("a/b", {}))).toBeInstanceOf(SubmitUnknownError);
      expect(service.seen.length).toBe(1);
    },
  );

  test("row 44: is not for a 503 whose text is no JSON", async () => {
    const { client, service, failure } = setup(() => ({
      status: 503,
      body: "busy",
      headers: { "retry-after": "2" },
    }));
    expect(await failure(client.submit("a/b", {}))).toBeInstanceOf(SubmitUnknownError);
    expect(service.seen.length).toBe(1);
  });

  test("row 44: is after 503, once the service's wait is over", async () => {
    const { client, clock, service } = setup((nth) =>
      nth === 1
        ? { status: 503, body: { error: "away" }, headers: { "retry-after": "2" } }
        : { body: accepted() },
    );
    await clock.run(client.submit("a/b", {}));
    expect(service.seen.map(({ at }) => at)).toEqual([1000, 3000]);
  });
});

describe("row 34: of the addresses in a good answer", () => {
  const own = accepted();

  test("those that are as expected are not spoken of", async () => {
    const { client, clock, lines } = setup(() => ({ body: own }));
    await clock.run(client.submit("a/b", {}));
    expect(lines).toEqual([]);
  });

  test.each(["status_url", "result_url", "cancel_url"] as const)("another %s is noted", async (name) => {
    const { client, clock, lines } = setup(() => ({ body: { ...own, [name]: "https://evil.example/" } }));
    await clock.run(client.submit("a/b", {}));
    expect(lines).toEqual([`${name} is https://evil.example/; ${own[name]} is used instead.`]);
  });
});

test("row 51: an abort of a submit that has left says that it was one", async () => {
  const { client, clock } = setup(() => ({ body: accepted(), delayMs: 5000 }));
  const controller = new AbortController();
  const { signal } = controller;
  const outcome = client.submit("a/b", {}, { signal }).catch((error: unknown) => error as Error);
  await clock.advance(1000);
  controller.abort(new Error("enough"));
  const error = await outcome;
  expect(error).toBeInstanceOf(SubmitUnknownError);
  expect((error as Error).message).toContain("(sending: aborted)");
  expect((error as Error).cause).toMatchObject({ message: "enough" });
});

test("row 51: an abort once the whole answer has come does not take the job back", async () => {
  const controller = new AbortController();
  const headers = {
    get: () => {
      controller.abort(new Error("enough"));
      return null;
    },
  };
  const fetch = async () =>
    ({ status: 200, headers, text: async () => JSON.stringify(accepted()) }) as unknown as Response;
  const client = createClient({ token: "test-token", fetch });
  expect((await client.submit("a/b", {}, { signal: controller.signal })).id).toBe("job-1");
});

test("row 51: an abort while a damaged answer's id is asked for gives its reason, and the id", async () => {
  const clock = createClock();
  const service = createService(clock, {
    submit: () => ({ body: '{"request_id":"job-1","sta' }),
    status: () => ({ body: {}, delayMs: 5000 }),
  });
  const controller = new AbortController();
  const outcome = createClient({ token: "test-token", fetch: service.fetch, clock })
    .submit("a/b", {}, { signal: controller.signal })
    .catch((error: unknown) => error);
  await clock.advance(1000);
  controller.abort(new Error("enough"));
  const error = await outcome;
  expect(error).toBeInstanceOf(SubmitUnknownError);
  expect(error).toMatchObject({ cause: { message: "enough" }, job: { id: "job-1", model: "a/b" } });
  expect((error as Error).message).toContain("The answer named job job-1: try client.job(error.job).");
});

test.each([400001, 404001, 422001, "429001"])(
  "row 32: a refusal inside a 200 is one by its code %j",
  async (code) => {
    const { client, failure } = setup(() => ({ body: { error_code: code, message: "no" } }));
    const error = await failure(client.submit("a/b", {}));
    expect(error).toMatchObject({ status: 200, errorCode: code });
    expect(error).not.toBeInstanceOf(SubmitUnknownError);
  },
);

test("row 38: names that cannot be suggested leave the error as it is", async () => {
  const suggest = () => Promise.reject(new Error("no list"));
  const { client, failure } = setup(() => ({ status: 404, body: { error_code: 404001 } }), { suggest });
  const error = await failure(client.submit("a/b", {}));
  expect(error).toBeInstanceOf(NotFoundError);
  expect(error).toMatchObject({ status: 404, errorCode: 404001 });
});

test("row 35: a list of faults that says nothing is told as nothing", async () => {
  const detail = [{}, null, { msg: "too long" }, 5];
  const { client, failure } = setup(() => ({ status: 422, body: { detail } }));
  expect((await failure(client.submit("a/b", {}))).message).toContain("answered 422: too long. Correct");
});

test("a refusal that is never repeated ends a submit that has no limit of time", async () => {
  const { client, service, failure } = setup(() => ({ status: 400 }));
  expect(await failure(client.submit("a/b", {}, { timeoutMs: Infinity }))).toMatchObject({ code: "http" });
  expect(service.seen.length).toBe(1);
});
