import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import * as errors from "../../src/errors/errors.js";
import { isRunComfyError } from "../../src/index.js";
import type { AnyRunComfyError } from "../../src/index.js";
import { createClient } from "../../src/index.js";

const job = { id: "job-1", model: "a/b" };
const examples: readonly AnyRunComfyError[] = [
  new errors.ConfigError("m"),
  new errors.InputError("m", {
    modelId: "a/b",
    issues: [{ code: "custom", path: "/x", message: "is wrong" }],
  }),
  new errors.HttpError("m", { status: 500, body: "x", retryAfterMs: 5 }),
  new errors.AuthError("m", { status: 401 }),
  new errors.InsufficientBalanceError("m", { status: 402 }),
  new errors.NotFoundError("m", { status: 404, nearest: ["a/c"], job }),
  new errors.ConnectionError("m", { cause: new Error("why") }),
  new errors.ResponseError("m", { raw: { big: 1 } }),
  new errors.SubmitUnknownError("m", { phase: "waiting", modelId: "a/b" }),
  new errors.JobFailedError("m", { job, raw: {} }),
  new errors.JobCancelledError("m", { job }),
  new errors.JobTimeoutError("m", { job, seen: { in_queue: 3 }, lastStatus: "in_queue" }),
];

describe.each(examples.map((error) => [error.name, error] as const))("%s", (name, error) => {
  test("prints its name, message and facts, and nothing that is not there", () => {
    const text = inspect(error);
    expect(text.startsWith(`${name}: m`)).toBe(true);
    expect(text).toContain(`code: '${error.code}'`);
    expect(text).not.toContain("undefined");
  });

  test("is JSON with name, code and message", () => {
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ name, code: error.code, message: "m" });
  });

  test("is known as an error of this package, also from another copy", () => {
    expect(isRunComfyError(error)).toBe(true);
    expect(error).toBeInstanceOf(errors.RunComfyError);
    const copy = Object.assign(new Error("m"), { [Symbol.for("runcomfy-models.error")]: true });
    expect(isRunComfyError(copy)).toBe(true);
  });
});

test("nothing else is an error of this package", () => {
  for (const value of [null, undefined, 1, "x", {}, new Error("m")])
    expect(isRunComfyError(value)).toBe(false);
});

test("what nobody may look into is no error of this package, and asking does not throw", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const has = () => {
    throw new Error("no");
  };
  for (const value of [proxy, new Proxy({}, { has })]) expect(isRunComfyError(value)).toBe(false);
});

/** The cases compile because the code narrows the type. */
const tell = (error: AnyRunComfyError): string => {
  switch (error.code) {
    case "input":
      return `${error.issues.length} issues`;
    case "submit_unknown":
      return error.phase;
    case "job_timeout":
      return error.job.id;
    case "not_found":
      return String(error.status);
    default:
      return error.code;
  }
};

test("a switch over the code narrows the type", () => {
  expect(examples.map(tell)).toContain("waiting");
  expect(examples.map(tell)).toContain("job-1");
});

test("no error carries the token, wherever the service or the platform repeats it", async () => {
  const token = "canary-token-0123456789";
  const echo = JSON.stringify({ error_code: 400001, message: `bad ${token}`, detail: [token] });
  const replies: readonly (() => Promise<Response>)[] = [
    async () => new Response(echo, { status: 400 }),
    async () => new Response(echo, { status: 500 }),
    async () => new Response(echo.replaceAll('"', ""), { status: 200 }),
    () => Promise.reject(new TypeError(`Bearer ${token}`, { cause: { headers: { authorization: token } } })),
    () => Promise.reject(Object.assign(new Error(`${"x".repeat(190)}${token}`), { request: { token } })),
  ];
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  for (const fetch of replies) {
    const client = createClient({
      token,
      fetch,
      logger: { info: log, warn: log, error: log },
      suggest: () => [],
    });
    for (const work of [client.submit("a/b", {}), client.job("a/b", "job-1").result({ timeoutMs: 50 })]) {
      const error: unknown = await work.catch((reason: unknown) => reason);
      expect(isRunComfyError(error)).toBe(true);
      const text = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + lines.join();
      expect(text).not.toContain("canary");
    }
  }
});

test("a token too short to be a secret tears no word of an answer apart", async () => {
  const fetch = async () => Response.json({ request_id: "r", status: "in_queue", queue_position: 1 });
  const job = createClient({ token: "queue", fetch }).job("a/b", "r");
  expect((await job.status()).status).toBe("in_queue");
});

test("a platform that lacks what a request needs fails the submit at once, not after many attempts", async () => {
  vi.stubGlobal("FormData", undefined);
  try {
    const clock = { now: () => 0, date: () => 0, sleep: () => new Promise<void>(() => {}) };
    const submitted = createClient({ token: "canary-token", clock }).submit("a/b", {});
    await expect(submitted).rejects.toMatchObject({ code: "connection" });
  } finally {
    vi.unstubAllGlobals();
  }
});

test("a platform error that is its own cause is told all the same", async () => {
  const endless = new TypeError("fetch failed");
  endless.cause = endless;
  const client = createClient({ token: "test-token", fetch: () => Promise.reject(endless) });
  const error: unknown = await client.submit("a/b", {}).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "submit_unknown", phase: "sending" });
});

test.each<[string, unknown]>([
  ["no prototype", Object.create(null)],
  ["a code that is no text", Object.assign(new Error("x"), { code: Object.create(null) as string })],
  [
    "a code that throws",
    Object.defineProperty({}, "code", {
      get: () => {
        throw new Error("boom");
      },
    }),
  ],
  [
    "a message that is no text",
    Object.assign(new TypeError("x"), { message: Object.create(null) as string }),
  ],
])("a platform error with %s is told all the same", async (_name, odd) => {
  const fetch = async () => Promise.reject(odd as Error);
  const error: unknown = await createClient({ token: "test-token", fetch })
    .submit("a/b", {})
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "submit_unknown", phase: "sending" });
  expect((error as Error).message).toMatch(/\(sending: (an error without a message|x|\[object Object\])\)/);
});

test("a token that cannot be renewed is an error of the job that needed it", async () => {
  let asked = 0;
  const token = () => {
    if (asked++ > 0) throw new Error("boom");
    return "test-token";
  };
  const fetch = async () => new Response("{}", { status: 401 });
  const job = createClient({ token, fetch }).job("a/b", "job-1");
  for (const call of [job.status, job.result, job.cancel])
    await expect(call()).rejects.toMatchObject({ code: "config", job: { id: "job-1", model: "a/b" } });
});

test.each([
  [401, 2],
  [403, 1],
  [404, 1],
])("a look refused with %i asks for a token %i times", async (status, times) => {
  const token = vi.fn<() => string>(() => "test-token");
  const job = createClient({ token, fetch: async () => new Response("{}", { status }) }).job("a/b", "job-1");
  await expect(job.status()).rejects.toMatchObject({ status });
  expect(token).toHaveBeenCalledTimes(times);
});
