import { describe, expect, test } from "vitest";
import { getLive, listLive } from "../../src/catalogue/live.js";
import { ConfigError, createClient, InputError } from "../../src/index.js";
import type { Price, SubmitOptions } from "../../src/index.js";
import { defineModel } from "../../src/input/standard.js";
import { startCaller } from "../support/caller.js";

const makeModel = (price?: Price) =>
  defineModel<{ prompt: string; resolution?: "720p" | "1080p" }, unknown>({
    id: "a/b",
    input: {
      type: "object",
      properties: {
        prompt: { type: "string" },
        resolution: { type: "string", enum: ["720p", "1080p"] },
      },
      required: ["prompt"],
      additionalProperties: false,
    },
    ...(price && { price }),
  });
const exact = defineModel<{ prompt: string }, unknown>({
  id: "a/c",
  input: {
    type: "object",
    properties: { prompt: { type: "string" } },
    required: ["prompt"],
    additionalProperties: false,
  },
  price: { usd: 0.5, unit: "output", bound: "exact" },
});
const starting = makeModel({ usd: 0.5, unit: "output" });
const input = { prompt: "x" };

describe("row 148: maxUsd is a cap", () => {
  const submit = async (model: typeof starting | typeof exact | string, options: SubmitOptions) => {
    const { clock, client, service } = startCaller();
    const outcome = await clock.run(
      client.submit(model, input, options).then(
        () => "sent",
        (error: unknown) => error,
      ),
    );
    expect(service.count("submit")).toBe(outcome === "sent" ? 1 : 0);
    return outcome;
  };

  test.each<[string, typeof starting | string, SubmitOptions]>([
    ["an exact price within it", exact, { maxUsd: 0.5 }],
    ["an exact price, whatever is assumed", exact, { maxUsd: 0.5, assumeUsd: 3 }],
    ["a starting price with an assumption within it", starting, { maxUsd: 1.5, assumeUsd: 1.5 }],
    ["no price with an assumption within it", makeModel(), { maxUsd: 1, assumeUsd: 1 }],
    ["a bare id with an assumption within it", "a/b", { maxUsd: 1, assumeUsd: 0.9 }],
    ["no price with nothing assumed", makeModel(), { maxUsd: 0, assumeUsd: 0 }],
    ["no cap at all", makeModel(), { assumeUsd: 9 }],
  ])("lets %s pass", async (_name, model, options) => {
    expect(await submit(model, options)).toBe("sent");
  });

  test.each<[string, typeof starting | string, SubmitOptions, RegExp]>([
    ["an exact price above it", exact, { maxUsd: 0.49 }, /costs about \$0\.5 .*more than maxUsd 0\.49/],
    ["a starting price", starting, { maxUsd: 100 }, /only a starting price.*assumeUsd/],
    ["a model without a price", makeModel(), { maxUsd: 100 }, /price is not known.*assumeUsd/],
    ["a bare id", "a/b", { maxUsd: 100 }, /price is not known.*assumeUsd/],
    ["an assumption above it", makeModel(), { maxUsd: 1, assumeUsd: 1.01 }, /more than maxUsd 1/],
    [
      "a starting price above the assumption",
      starting,
      { maxUsd: 0.4, assumeUsd: 0.1 },
      /\$0\.5 .*more than maxUsd 0\.4/,
    ],
    [
      "a starting price above it, with nothing assumed beyond that price",
      starting,
      { maxUsd: 0.4, assumeUsd: 0 },
      /\$0\.5 .*more than maxUsd 0\.4/,
    ],
  ])("refuses %s", async (_name, model, options, message) => {
    const error = await submit(model, options);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(message);
    expect((error as InputError).issues).toMatchObject([{ code: "price" }]);
  });
});

describe("row 147: an option's name that is not one is refused, with the name that was meant", () => {
  const never = (async () => Promise.reject(new Error("sent"))) as never;
  test.each<[object, RegExp]>([
    [{ apiKey: "x" }, /createClient has no option "apiKey"\. Did you mean "token"\?/],
    [{ timeout: 5 }, /Did you mean "timeoutMs"/],
    [{ baseURL: "https://x.example" }, /Did you mean "baseUrl"/],
    [{ minGapMs: 5 }, /Did you mean "minPollIntervalMs"/],
    [{ maxGapMs: 5 }, /Did you mean "maxPollIntervalMs"/],
    [{ looksPerSecond: 5 }, /Did you mean "requestsPerSecond"/],
    [{ zzz: 1 }, /no option "zzz"/],
    [{ onStatus: 5 }, /onStatus is 5\. Give a function/],
    [{ baseUrl: 5 }, /baseUrl is 5/],
    [{ logger: () => {} }, /logger is of type function\. Give an object with info, warn and error/],
    [{ clock: "system" }, /clock is of type string\. Give an object with now, date and sleep/],
  ])("createClient(%j)", (options, message) => {
    expect(() => createClient({ token: "test-token", fetch: never, ...options })).toThrow(ConfigError);
    expect(() => createClient({ token: "test-token", fetch: never, ...options })).toThrow(message);
  });

  test.each(["x", 5, null, []])("createClient(%j)", (options) => {
    expect(() => createClient(options as never)).toThrow(ConfigError);
  });

  test("an option that is undefined counts as left out", () => {
    expect(() => createClient({ token: "test-token", baseUrl: undefined, signal: undefined })).not.toThrow();
  });

  test.each([
    ["submit", { maxUSD: 1 }, /submit has no option "maxUSD"\. Did you mean "maxUsd"\?/],
    ["submit", { onUpdate: () => {} }, /submit has no option "onUpdate"/],
    ["run", { timeout: 5 }, /run has no option "timeout"\. Did you mean "timeoutMs"\?/],
  ] as const)("%s with %o sends nothing", async (call, options, message) => {
    const { clock, client, service } = startCaller();
    await expect(clock.run<unknown>(client[call]("a/b", {}, options as never))).rejects.toThrow(message);
    expect(service.seen).toEqual([]);
  });

  test.each(["result", "status", "cancel", "watch"] as const)("job.%s", async (call) => {
    const { clock, client, service } = startCaller();
    const job = client.job("a/b", "job-1");
    const ask = async () => job[call]({ timeout: 5 } as never);
    await expect(clock.run<unknown>(ask())).rejects.toThrow(/has no option "timeout"/);
    expect(service.seen).toEqual([]);
  });

  test("balance and the catalogue", async () => {
    const { clock, client, service } = startCaller();
    const calls = [
      () => client.balance({ timeoutMs: 5 } as never),
      () => listLive(client, { includeSchemas: true } as never),
      () => getLive(client, "a/b", { signl: 1 } as never),
    ];
    for (const call of calls) await expect(clock.run<unknown>(call())).rejects.toThrow(ConfigError);
    expect(service.seen).toEqual([]);
  });
});
