import { inspect } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { getLive, listLive } from "../../src/catalogue/live.js";
import { ConfigError, createClient, InputError } from "../../src/index.js";
import type { ClientOptions, Precheck, RunComfyError, SubmitOptions } from "../../src/index.js";
import { defineModel } from "../../src/input/standard.js";
import { mediaCheck } from "../../src/node/media/media-check.js";
// Loaded before time is driven by hand.
import "../../src/input/price.js";
import { createClock, settle } from "../support/clock.js";
import { accepted, createService, succeeded } from "../support/service.js";

const setup = (options: ClientOptions = {}) => {
  const clock = createClock();
  const service = createService(clock, {
    submit: () => ({ body: accepted() }),
    status: () => ({ body: { status: "completed" } }),
    result: () => ({ body: succeeded() }),
    balance: () => ({ body: { balance_usd: 12.5, balance_microdollars: 12_500_001, currency: "USD" } }),
    models: () => ({
      body: { models: [{ model_id: "a/b" }, null, { other: 1 }], total: 384, limit: 100, offset: 0 },
    }),
    b: () => ({ body: { model_id: "a/b", input_schema: {} } }),
  });
  return {
    clock,
    service,
    client: createClient({ token: "test-token", fetch: service.fetch, clock, ...options }),
  };
};

const thrownBy = (act: () => unknown): RunComfyError & Record<string, unknown> => {
  try {
    act();
  } catch (error) {
    return error as never;
  }
  throw new Error("it did not throw");
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe("the token", () => {
  test.each(["", "   ", undefined])("row 1: %j is none, and the error names the variable", (token) => {
    for (const name of ["RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY"]) vi.stubEnv(name, "");
    const error = thrownBy(() => createClient({ token }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("RUNCOMFY_TOKEN");
  });

  test.each(["RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY"])("is read from %s", async (name) => {
    for (const other of ["RUNCOMFY_TOKEN", "RUNCOMFY_API_TOKEN", "RUNCOMFY_API_KEY"]) vi.stubEnv(other, "");
    vi.stubEnv(name, "token-of-environment");
    const { clock, client, service } = setup({ token: undefined });
    await clock.run(client.submit("a/b", {}));
    expect(service.seen[0]!.headers["authorization"]).toBe("Bearer token-of-environment");
  });

  test.each([
    ["row 2: a line break", "secret-canary\n"],
    ["row 2: a carriage return", "secret\r\ncanary-x"],
    ["row 2: NUL", "secret\0canary-x"],
    ["row 2: a space before", " secret-canary"],
    ["row 2: the word Bearer", "Bearer secret-canary"],
    ["row 2: quotes", '"secret-canary"'],
    ["row 3: signs outside Latin-1", "秘密-secret-canary"],
    ["row 3: a tick", "secret-canary✓"],
  ])("%s is refused before the platform can print it", (_name, token) => {
    const error = thrownBy(() => createClient({ token }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain(`${token.length} characters`);
    expect(JSON.stringify(error) + error.stack).not.toContain("secret");
  });

  test("that is refused is told by its length, and by nothing else of it", () => {
    const { message } = thrownBy(() => createClient({ token: "Bearer canary-1234" }));
    expect(message).toContain("(18 characters)");
    expect(message).not.toContain("1234");
  });

  test("is in no print of the client, of its jobs and of what they give", () => {
    const token = "canary-token-0123456789";
    const client = createClient({ token });
    const job = client.job("a/b", "job-1");
    const all = [client, job, job.watch()];
    const printed = inspect(all, { depth: Infinity, showHidden: true }) + JSON.stringify(all);
    expect(printed).toContain("job-1");
    expect(printed).not.toContain(token);
  });

  test("in a browser needs an option of its own", () => {
    vi.stubGlobal("document", {});
    vi.stubGlobal("process", undefined);
    expect(thrownBy(() => createClient({ token: "test-token" })).message).toContain("allowTokenInBrowser");
    createClient({ token: "test-token", allowTokenInBrowser: true });
    vi.stubGlobal("document", undefined);
    // A server without Node, such as a worker at the edge.
    createClient({ token: "test-token" });
    vi.stubGlobal("importScripts", () => {});
    vi.stubGlobal("location", {});
    expect(() => createClient({ token: "test-token" })).toThrow("This is a browser");
  });

  test("is all that a page asks the service's leave for, beside the type of the body", async () => {
    vi.stubGlobal("document", {});
    vi.stubGlobal("process", undefined);
    const { client, clock, service } = setup({ allowTokenInBrowser: true });
    vi.unstubAllGlobals();
    await clock.run(client.run("a/b", {}));
    const names = service.seen.flatMap(({ headers }) => Object.keys(headers));
    expect([...new Set(names)].toSorted()).toEqual(["accept", "authorization", "content-type"]);
    expect(service.seen.map(({ init }) => init.cache)).toEqual(["no-store", "no-store", "no-store"]);
  });

  test.each<[string, { readonly [name: string]: unknown }]>([
    ["Node with a page of jsdom's", { document: {} }],
    ["a platform with an address but no page", { process: undefined, location: {} }],
    ["one at the edge, whose process has no more than an environment", { process: { env: {} } }],
  ])("needs none on %s", (_name, globals) => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    createClient({ token: "test-token" });
  });

  test("in a browser's worker does too; in one of Cloudflare's, which long had importScripts, it does not", () => {
    vi.stubGlobal("importScripts", () => {});
    vi.stubGlobal("process", undefined);
    createClient({ token: "test-token" });
    vi.stubGlobal("location", { href: "https://page.example/worker.js" });
    expect(thrownBy(() => createClient({ token: "test-token" })).message).toContain("allowTokenInBrowser");
  });
});

describe("row 5: the base URL", () => {
  test.each([
    "http://model-api.runcomfy.net",
    "https://user:pass@model-api.runcomfy.net",
    "https://user@model-api.runcomfy.net",
    "https://:pass@model-api.runcomfy.net",
    "https://model-api.runcomfy.net.",
    "https://model-api。runcomfy.net",
    "https://ⓜodel-api.runcomfy.net",
    "https://x.example/?a=1",
    "https://x.example/#a",
    "ftp://x.example",
    "model-api.runcomfy.net",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "",
  ])("%j is refused", (baseUrl) => {
    expect(thrownBy(() => createClient({ token: "test-token", baseUrl }))).toBeInstanceOf(ConfigError);
  });

  test.each([
    "http://localhost:3000",
    "http://my.app.localhost:3000",
    "http://127.0.0.1:1",
    "http://[::1]:80/",
    "https://proxy.example:8443/api/",
  ])("%j is fine", async (baseUrl) => {
    const seen: string[] = [];
    const fetch = async (url: string) => {
      seen.push(url);
      return new Response(JSON.stringify(accepted()));
    };
    await createClient({ token: "test-token", baseUrl, fetch }).submit("a/b", {});
    expect(seen).toEqual([`${new URL(baseUrl).href.replace(/\/$/, "")}/v1/models/a/b`]);
  });
});

test.each(["timeoutMs", "maxPollIntervalMs", "requestsPerSecond"])("%s must be a number above 0", (name) => {
  for (const value of [0, -1, NaN]) {
    expect(thrownBy(() => createClient({ token: "test-token", [name]: value }))).toBeInstanceOf(ConfigError);
  }
});

describe("row 6: model ids", () => {
  test.each([
    "../requests/x/cancel",
    "a/../../b",
    "%2e%2e/x",
    "a\\..\\b",
    "a/b?x",
    "a/b#x",
    "a/b/c/d/e/f/g/h/i",
    `a/${"x".repeat(201)}`,
    "a/\tb",
    "a//b",
    "/a/b",
    "a/b/",
    "a",
    "",
    "a/./b",
    "a/ b",
    "a/b ",
    "a/b%2fc",
    "ä/b",
    "a/\ud800",
  ])("%j is refused before any request", async (id) => {
    const { client, service } = setup();
    await expect(client.submit(id, {})).rejects.toBeInstanceOf(InputError);
    await expect(getLive(client, id)).rejects.toBeInstanceOf(InputError);
    expect(service.seen).toEqual([]);
  });

  test("upper case, dots and inner spaces are legal and encoded by segment", async () => {
    const { client, clock, service } = setup();
    await clock.run(client.submit("minimax/Hailuo Video 01.5 Live/4K", {}));
    expect(service.seen[0]!.path).toBe("/v1/models/minimax/Hailuo%20Video%2001.5%20Live/4K");
  });
});

test.each(["a/b", "..", "", "x".repeat(10_240), "ü", "a b", "a?b", 5 as never])(
  "row 7: %j is no request id",
  (id) => {
    const error = thrownBy(() => setup().client.job("a/b", id));
    expect(error).toBeInstanceOf(ConfigError);
    const shown = typeof id === "string" ? id.slice(0, 40) : typeof id;
    expect(error.message).toBe(`${JSON.stringify(shown)} is not a request id.`);
  },
);

describe("row 8: what JSON cannot carry is refused with its place", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;
  test.each<[string, unknown]>([
    ["NaN", { a: NaN }],
    ["Infinity", { a: [Infinity] }],
    ["a bigint", { a: 1n }],
    ["undefined in a list", { a: [undefined] }],
    ["a cycle", { a: cycle }],
    ["a date", { a: new Date(0) }],
    ["half a surrogate pair", { a: "\ud800" }],
    ["row 9: a __proto__ key", { a: JSON.parse('{"__proto__":1}') }],
    ["row 10: a whole number beyond 2^53", { a: 2 ** 53 + 2 }],
  ])("%s", async (_name, input) => {
    const { client, service } = setup();
    const error: InputError = await client.submit("a/b", input as never).then(
      () => Promise.reject(new Error("accepted")),
      (reason: unknown) => reason as InputError,
    );
    expect(error).toBeInstanceOf(InputError);
    expect(error.issues[0]!.path).toMatch(/^\/a/);
    expect(service.seen).toEqual([]);
  });

  test.each([null, [], "x", 5])("%j is no input", async (input) => {
    await expect(setup().client.submit("a/b", input as never)).rejects.toBeInstanceOf(InputError);
  });
});

describe("a model's own check", () => {
  const model = {
    id: "a/b",
    input: {
      type: "object",
      properties: {
        prompt: { type: "string" },
        image: { type: "string", format: "uri", "x-media": { samples: ["Sample_1.png"] } },
      },
      required: ["prompt"],
      additionalProperties: false,
    },
    price: { usd: 0.5, unit: "output", bound: "exact" },
  } as const;
  interface Input {
    prompt: string;
    image?: string;
  }
  const typed = defineModel<Input, { video?: string }>(model);

  test("rows 11 and 14: lists every fault, with the nearest name, before any request", async () => {
    const { client, service } = setup();
    const input = { promt: "x", image: "file:///etc/passwd" };
    const error = await client.submit(typed, input as never).catch((reason: unknown) => reason as InputError);
    expect(error).toBeInstanceOf(InputError);
    const { issues, modelId } = error as InputError;
    expect(modelId).toBe("a/b");
    expect(issues.length).toBeGreaterThanOrEqual(3);
    expect(issues.map(({ nearest }) => nearest)).toContain("prompt");
    expect(service.seen).toEqual([]);
  });

  test("row 11: a documented sample name passes", async () => {
    const { client, clock } = setup();
    await clock.run(client.submit(typed, { prompt: "x", image: "Sample_1.png" }));
  });

  test("row 14: is left out with check: false", async () => {
    const { client, clock, service } = setup();
    await clock.run(client.submit(typed, { promt: "x" } as never, { check: false }));
    expect(service.seen[0]!.body).toBe('{"promt":"x"}');
  });

  test("a check of the caller's runs after ours and before anything is paid", async () => {
    const lines: string[] = [];
    const { client, service, clock } = setup({ logger: { warn: (line) => lines.push(line) } });
    const asked: unknown[] = [];
    const precheck: Precheck = async (model, input, { signal }) => {
      asked.push([model.id, input, signal.aborted, service.seen.length]);
      return [{ path: "/prompt", message: "is dull", severity: "warning" }];
    };
    await clock.run(client.submit(typed, { prompt: "x" }, { precheck, check: false }));
    expect(asked).toEqual([[typed.id, { prompt: "x" }, false, 0]]);
    expect(lines).toEqual([`${typed.id}: \`prompt\`: is dull`]);
    await expect(client.submit(typed, {} as never, { precheck })).rejects.toBeInstanceOf(InputError);
    expect(asked).toHaveLength(1);
  });

  test("what a check of the caller's finds is refused, and what it throws is passed on", async () => {
    const { client, service, clock } = setup();
    const found = async () => [{ path: "/prompt", message: "is dull" }];
    const refused = client.run(typed, { prompt: "x" }, { precheck: found });
    await expect(refused).rejects.toThrow("`prompt`: is dull");
    await expect(refused).rejects.toBeInstanceOf(InputError);
    const broken = client.submit(
      typed,
      { prompt: "x" },
      { precheck: () => Promise.reject(new Error("mine")) },
    );
    await expect(broken).rejects.toThrow("mine");
    const controller = new AbortController();
    let inner: AbortSignal | undefined;
    const hanging: Precheck = (_model, _input, { signal }) => {
      inner = signal;
      return new Promise(() => {});
    };
    const given = { precheck: hanging, signal: controller.signal };
    const aborted = client.submit(typed, { prompt: "x" }, given);
    await settle();
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    expect(inner?.aborted).toBe(true);
    const late = client.submit(typed, { prompt: "x" }, { precheck: hanging, timeoutMs: 1000 });
    await expect(clock.run(late)).rejects.toThrow("more than 1000 ms");
    expect(service.seen).toEqual([]);
  });

  test("the check of media fits", () => {
    const options: SubmitOptions = { precheck: mediaCheck() };
    expect(options.precheck).toBeTypeOf("function");
  });

  test("what the caller changes after the call is not sent", async () => {
    const { client, clock, service } = setup();
    const input = { prompt: "x" };
    const work = client.submit(typed, input);
    input.prompt = "y";
    await clock.run(work);
    expect(service.seen[0]!.body).toBe('{"prompt":"x"}');
  });

  test("a job above maxUsd, or without a price, is refused", async () => {
    const { client, clock, service } = setup();
    await expect(client.submit(typed, { prompt: "x" }, { maxUsd: 0.4 })).rejects.toThrow(
      "more than maxUsd 0.4",
    );
    await expect(client.submit("a/b", {}, { maxUsd: 5 })).rejects.toThrow(
      "maxUsd is 5, but the price is not known: an id without its module has no price",
    );
    expect(service.seen).toEqual([]);
    await clock.run(client.submit(typed, { prompt: "x" }, { maxUsd: 0.5 }));
  });
});

test("row 15: an abort before the call sends nothing", async () => {
  const { client, service } = setup();
  const signal = AbortSignal.abort("enough");
  await expect(client.submit("a/b", {}, { signal })).rejects.toBe("enough");
  await expect(client.run("a/b", {}, { signal })).rejects.toBe("enough");
  await expect(client.job("a/b", "x").result({ signal })).rejects.toMatchObject({
    code: "job_aborted",
    cause: "enough",
  });
  await expect(client.job("a/b", "x").status({ signal })).rejects.toMatchObject({
    code: "job_aborted",
    cause: "enough",
  });
  await expect(client.job("a/b", "x").cancel({ signal })).rejects.toMatchObject({
    code: "job_aborted",
    cause: "enough",
  });
  await expect(client.balance({ signal })).rejects.toBe("enough");
  expect(service.seen).toEqual([]);
});

test("the client's own signal ends everything", async () => {
  const controller = new AbortController();
  const { client, clock } = setup({ signal: controller.signal });
  const job = await clock.run(client.submit("a/b", {}));
  const wait = job.result();
  controller.abort("closing");
  await expect(wait).rejects.toMatchObject({ code: "job_aborted", cause: "closing" });
  await expect(client.balance()).rejects.toBe("closing");
});

test("row 16: a wall clock that jumps changes no wait", async () => {
  const clock = createClock();
  let today = 0;
  const service = createService(clock, {
    status: () => ({ body: { status: clock.now() > 30_000 ? "completed" : "in_queue" } }),
    result: () => ({ body: succeeded() }),
  });
  const jumping = {
    ...clock,
    now: clock.now,
    date: () => (today += 3_600_000 * (Math.random() > 0.5 ? 1 : -1)),
    sleep: clock.sleep,
  };
  const client = createClient({ token: "test-token", fetch: service.fetch, clock: jumping });
  await clock.run(client.job("a/b", "job-1").result({ timeoutMs: 60_000 }));
  expect(clock.now()).toBeLessThan(40_000);
});

test("row 17: two clients share nothing", async () => {
  const first = setup({ token: "token-one-1" });
  const second = setup({ token: "token-two-2" });
  await first.clock.run(first.client.job("a/b", "job-1").result());
  await second.clock.run(second.client.job("a/b", "job-1").result());
  expect(second.service.seen.length).toBe(first.service.seen.length);
  expect(second.service.seen[0]!.headers["authorization"]).toBe("Bearer token-two-2");
});

test("row 59: a machine that knows it is offline has sent nothing", async () => {
  vi.stubGlobal("navigator", { onLine: false });
  const { client, clock, service } = setup();
  const work = clock.run(client.submit("a/b", {}));
  await expect(work).rejects.toThrow("Nothing was paid");
  expect(service.seen).toEqual([]);
});

describe("the free calls", () => {
  test("the balance is asked on its own host, or on a base URL of one's own", async () => {
    const urls: string[] = [];
    const fetch = async (url: string) => {
      urls.push(url);
      return new Response('{"balance_usd":12.5,"balance_microdollars":12500001,"currency":"USD"}');
    };
    expect(await createClient({ token: "test-token", fetch }).balance()).toEqual({
      usd: 12.5,
      microdollars: 12_500_001,
      currency: "USD",
    });
    await createClient({ token: "test-token", fetch, baseUrl: "http://localhost:1" }).balance();
    expect(urls).toEqual(["https://api.runcomfy.net/prod/v2/balance", "http://localhost:1/prod/v2/balance"]);
  });

  test("the catalogue is a page of entries, the unreadable left out", async () => {
    const { client, clock, service } = setup();
    const page = await clock.run(
      listLive(client, { search: "a b", kind: "model", includeSchema: true, limit: 5, offset: 0 }),
    );
    expect(page).toEqual({ models: [{ model_id: "a/b" }], total: 384, limit: 100, offset: 0 });
    expect(service.seen[0]!.path).toBe(
      "/v1/models?search=a%20b&kind=model&limit=5&offset=0&include_schema=true",
    );
    expect((await clock.run(getLive(client, "a/b"))).model_id).toBe("a/b");
  });

  test("the old name of the catalogue's calls is an error that names the new place", () => {
    const { client } = setup();
    expect(() => client.models).toThrow('import { listLive, getLive } from "runcomfy-models/catalogue"');
    expect(Object.keys(client)).not.toContain("models");
  });

  test("passing faults are repeated three times at most", async () => {
    const clock = createClock();
    const service = createService(clock, {
      "*": (_request, nth) => (nth < 4 ? { status: 503 } : { body: { models: [] } }),
    });
    const client = createClient({ token: "test-token", fetch: service.fetch, clock, random: () => 0.5 });
    expect((await clock.run(listLive(client))).models).toEqual([]);
    expect(service.seen.map(({ at }) => at)).toEqual([1000, 1500, 2500, 4500]);
  });

  test("row 40: a free call comes back when it was told to, and not where that is too late", async () => {
    const clock = createClock();
    const busy = (seconds: number) => ({ status: 503, headers: { "retry-after": `${seconds}` } });
    const service = createService(clock, {
      "*": (_request, nth) => busy(nth === 1 ? 20 : 31),
    });
    const client = createClient({ token: "test-token", fetch: service.fetch, clock });
    const error: unknown = await clock.run(listLive(client)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "http", status: 503, retryAfterMs: 31_000 });
    expect((error as Error).message).toContain("It asks to wait 31 s. Try again later.");
    expect(service.seen.map(({ at }) => at)).toEqual([1000, 21_000]);
  });

  test("row 115: repetitions run out in an outage, whoever asks", async () => {
    const clock = createClock();
    const service = createService(clock, { "*": () => ({ status: 503 }) });
    const client = createClient({ token: "test-token", fetch: service.fetch, clock });
    const all = Array.from({ length: 30 }, () => listLive(client));
    await clock.run(Promise.allSettled(all));
    expect(service.seen.length).toBe(40);
  });

  test("an abort is told by its reason, also where no repetition is left", async () => {
    const clock = createClock();
    const service = createService(clock, {
      "*": () => ({ status: 503 }),
      balance: () => ({ delayMs: 20_000 }),
    });
    const client = createClient({ token: "test-token", fetch: service.fetch, clock });
    await clock.run(Promise.allSettled(Array.from({ length: 30 }, () => listLive(client))));
    const controller = new AbortController();
    const balance = client.balance({ signal: controller.signal }).catch((error: unknown) => error);
    await clock.advance(1000);
    controller.abort("enough");
    expect(await balance).toBe("enough");
  });

  test("a lost answer about a job is an error with the job", async () => {
    const fetch = async () => Promise.reject(new TypeError("fetch failed"));
    const { client, clock } = setup({ fetch });
    const error: unknown = await clock.run(
      client
        .job("a/b", "job-1")
        .status()
        .catch((reason: unknown) => reason),
    );
    expect(error).toMatchObject({ code: "connection", job: { id: "job-1", model: "a/b" } });
  });

  test("a balance told in dollars alone is one in whole millionths, too", async () => {
    const fetch = async () => new Response('{"balance_usd":1.005,"currency":"EUR"}');
    expect(await createClient({ token: "test-token", fetch }).balance()).toEqual({
      usd: 1.005,
      microdollars: 1_005_000,
      currency: "EUR",
    });
  });

  test("a balance told in millionths alone is one in dollars, too", async () => {
    const fetch = async () => new Response('{"balance_microdollars":12500001}');
    expect(await createClient({ token: "test-token", fetch }).balance()).toEqual({
      usd: 12.500001,
      microdollars: 12_500_001,
      currency: "USD",
    });
  });

  test("row 83: an answer of more than 10 MiB is not read", async () => {
    let sent = 0;
    const fetch = async () =>
      new Response(
        new ReadableStream({
          pull: (controller) => {
            sent += 1_000_000;
            controller.enqueue(new Uint8Array(1_000_000));
          },
        }),
      );
    const clock = createClock();
    const client = createClient({ token: "test-token", fetch, clock });
    const error: unknown = await clock.run(listLive(client)).catch((reason: unknown) => reason);
    expect(String(error)).toContain("10 MiB");
    expect(sent).toBeLessThan(60_000_000);
  });
});

test("the address is read from RUNCOMFY_BASE_URL where none is given, under the same rules", async () => {
  vi.stubEnv("RUNCOMFY_BASE_URL", "http://localhost:1234/");
  const { clock, service } = setup();
  const urls: string[] = [];
  const fetch = (url: string, init: RequestInit) => (urls.push(url), service.fetch(url, init));
  await clock.run(createClient({ token: "test-token", fetch, clock }).submit("a/b", {}));
  await clock.run(
    createClient({ token: "test-token", fetch, clock, baseUrl: "https://example.com" }).submit("a/b", {}),
  );
  expect(urls).toEqual(["http://localhost:1234/v1/models/a/b", "https://example.com/v1/models/a/b"]);
  vi.stubEnv("RUNCOMFY_BASE_URL", "http://example.com");
  expect(() => setup()).toThrow("RUNCOMFY_BASE_URL is not https");
});

test("a job is found again from its JSON, from an error, or by its id", async () => {
  const { client } = setup();
  const saved = JSON.parse(JSON.stringify(client.job("a/b", "job-1"))) as { id: string; model: string };
  expect(saved).toEqual({ id: "job-1", model: "a/b" });
  expect(client.job(saved).id).toBe("job-1");
});

test("a job is found by its model's literal as by its id", () => {
  const { client } = setup();
  const model = { id: "a/b", input: { type: "object" } } as const;
  expect(client.job(model, "job-1").toJSON()).toEqual({ id: "job-1", model: "a/b" });
});

test("a module given instead of its model is told apart, in plain JavaScript too", async () => {
  const { client } = setup();
  await expect(client.run<string>({ model: {} } as never, {})).rejects.toThrow('the "model" of a module');
  await expect(client.run<string>(undefined as never, {})).rejects.toBeInstanceOf(InputError);
});

test("onJob gives what it takes to find the job again, before the wait", async () => {
  const { client, clock } = setup();
  const jobs: unknown[] = [];
  await clock.run(client.run("a/b", {}, { onJob: (job) => jobs.push(job) }));
  expect(jobs).toEqual([{ id: "job-1", model: "a/b" }]);
});
