import { describe, expect, test } from "vitest";
import { ConfigError, createClient, InputError } from "../../src/index.js";
import type { ClientOptions } from "../../src/index.js";
import { defineModel } from "../../src/input/standard.js";
import { refuseUnhandledRejections, startCaller } from "../support/caller.js";
import { createClock } from "../support/clock.js";
import { createService } from "../support/service.js";

const model = defineModel<{ prompt: string; duration?: number }, unknown>({
  id: "a/b",
  input: {
    type: "object",
    properties: { prompt: { type: "string" }, duration: { type: "integer" } },
    required: ["prompt"],
    additionalProperties: false,
  },
  price: { usd: 0.1, unit: "second", bound: "exact" },
});

/** Text cannot be made of it. */
const wordless: unknown = Object.create(null);

refuseUnhandledRejections();

describe("an input that its caller changes during the call", () => {
  test("is priced as it was given", async () => {
    const { service, client } = startCaller();
    const input = { prompt: "x", duration: 15 };
    const calls = [15, 10, 5].map((duration) =>
      client
        .submit(model, Object.assign(input, { duration }), { maxUsd: 0.6 })
        .catch((error: unknown) => error),
    );
    const [dear, high, cheap] = await Promise.all(calls);
    expect(dear).toBeInstanceOf(InputError);
    expect(high).toBeInstanceOf(InputError);
    expect(cheap).toMatchObject({ id: "job-1" });
    expect(service.seen.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { prompt: "x", duration: 5 },
    ]);
  });

  test("is shown to the precheck as it is sent", async () => {
    const { clock, service, client } = startCaller();
    const input = { prompt: "bad" };
    const call = client.submit(model, input, {
      precheck: async (_model, given) =>
        (given as typeof input).prompt === "bad" ? [{ path: "/prompt", message: "is bad" }] : [],
    });
    input.prompt = "good";
    await expect(clock.run(call)).rejects.toThrow("is bad");
    expect(service.seen).toEqual([]);
  });
});

describe("a function of the caller's that misbehaves", () => {
  test("a precheck that throws at once ends the call with what it threw", async () => {
    const { clock, service, client } = startCaller();
    const boom = new Error("boom");
    const precheck = () => {
      throw boom;
    };
    await expect(clock.run(client.submit(model, { prompt: "x" }, { precheck }))).rejects.toBe(boom);
    expect(service.seen).toEqual([]);
  });

  test("a precheck that gives nothing has found nothing", async () => {
    const { clock, client } = startCaller();
    const precheck = (async () => undefined) as never;
    expect((await clock.run(client.submit(model, { prompt: "x" }, { precheck }))).id).toBe("job-1");
  });

  test.each<[string, ClientOptions]>([
    ["a logger that rejects", { logger: { info: async () => Promise.reject(new Error("full")) } as never }],
    ["an onStatus that rejects with what has no text", { onStatus: async () => Promise.reject(wordless) }],
    [
      "an onStatus that throws what has no text",
      {
        onStatus: () => {
          throw wordless;
        },
      },
    ],
  ])("%s changes nothing", async (_name, options) => {
    const { clock, client } = startCaller(options);
    expect((await clock.run(client.run(model, { prompt: "x" }))).requestId).toBe("job-1");
  });

  test("an onJob that throws what has no text does not lose the job", async () => {
    const { clock, client } = startCaller();
    const onJob = () => {
      throw wordless;
    };
    expect((await clock.run(client.run(model, { prompt: "x" }, { onJob }))).requestId).toBe("job-1");
  });
});

describe("a time that is none", () => {
  const times: unknown[] = [Number.NaN, 0, -1, "60000", null, {}];

  test.each(times)("%j is refused as an option of the client", (value) => {
    for (const name of [
      "timeoutMs",
      "requestTimeoutMs",
      "submitTimeoutMs",
      "connectTimeoutMs",
      "maxPollIntervalMs",
    ])
      expect(() => createClient({ token: "test-token", [name]: value })).toThrow(ConfigError);
  });

  test.each(times)("%j is refused as timeoutMs of submit and run, and nothing is sent", async (timeoutMs) => {
    const { clock, service, client } = startCaller();
    const options = { timeoutMs: timeoutMs as number };
    for (const call of [client.submit, client.run] as const)
      await expect(clock.run<unknown>(call(model, { prompt: "x" }, options))).rejects.toThrow(
        /^timeoutMs is .+Give a number above 0/,
      );
    expect(service.seen).toEqual([]);
  });
});

test.each([{}, "stop", 5, { aborted: true }])(
  "a signal of %j is refused, and leaves no wait behind where another waits for the same job",
  async (value) => {
    const { clock, service, client } = startCaller();
    const job = client.job("a/b", "job-1");
    const result = job.result();
    await clock.advance(100);
    const signal = value as AbortSignal;
    for (const call of [job.result, job.status, job.cancel] as const)
      await expect(call({ signal })).rejects.toThrow(ConfigError);
    expect(() => job.watch({ signal })).toThrow(ConfigError);
    await clock.run(result);
    const asked = service.seen.length;
    await clock.advance(60_000);
    expect([service.seen.length, clock.sleeping]).toEqual([asked, 0]);
  },
);

test("a token function that uses its own client is asked once and given up", async () => {
  let calls = 0;
  const { client, clock, service } = startCaller({
    token: async () => {
      calls++;
      return (await client.balance()).currency;
    },
  });
  await expect(clock.run(client.submit("a/b", {}))).rejects.toThrow("gave none within 30000 ms");
  expect([calls, service.seen.length]).toEqual([1, 0]);
});

test("a hundred waits on one signal are no leak in Node's eyes", async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error) => warnings.push(warning);
  process.on("warning", hear);
  const { clock, client } = startCaller();
  const { signal } = new AbortController();
  const waits = Array.from({ length: 100 }, (_, index) => client.job("a/b", `job-${index}`));
  await clock.run(Promise.allSettled(waits.map((job) => job.result({ signal, timeoutMs: 5000 }))));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", hear);
  expect(warnings).toEqual([]);
});

test.each([null, undefined, 5, {}, { id: "x", model: { toString: 1, valueOf: 1 } }])(
  "client.job(%j) says what it takes instead",
  (saved) => {
    const { client } = startCaller();
    expect(() => client.job(saved as never)).toThrow("is not a model id");
  },
);

test("a result that is nested too deep to be copied is given all the same", async () => {
  const depth = 200_000;
  const deep = `${"[".repeat(depth)}1${"]".repeat(depth)}`;
  const clock = createClock();
  const service = createService(clock, {
    status: () => ({ body: { request_id: "job-1", status: "completed" } }),
    result: () => ({
      body: `{"request_id":"job-1","status":"succeeded","output":{"video":"x"},"more":${deep}}`,
    }),
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock });
  const { output } = await clock.run(client.job("a/b", "job-1").result());
  expect(output).toEqual({ video: "x" });
});

test("a status that is nested deep and says nothing is an error of this package", async () => {
  const depth = 200_000;
  const clock = createClock();
  const service = createService(clock, {
    status: () => ({ body: `{"status":${"[".repeat(depth)}1${"]".repeat(depth)}}` }),
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock });
  const status = client.job("a/b", "job-1").status();
  const error: unknown = await clock.run(status).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "response", body: expect.stringMatching(/^\{"status":\[\[/) });
});
