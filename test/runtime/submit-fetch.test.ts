import { Readable } from "node:stream";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createClient, SubmitUnknownError } from "../../src/index.js";

const good = '{"request_id":"job-1"}';

/** Submits through a fetch that answers the paid request so, and knows the job. */
const submitThrough = async (answer: () => unknown) => {
  const calls: string[] = [];
  const fetch = async (_url: unknown, init?: RequestInit) => {
    calls.push(init!.method!);
    if (init!.method === "POST") return answer() as Response;
    return new Response('{"request_id":"job-1","status":"in_queue"}');
  };
  const outcome = await createClient({ token: "canary-token-0123456789", fetch })
    .submit("a/b", {})
    .then(
      ({ id }) => ({ id, error: undefined }),
      (error: unknown) => ({ id: undefined, error }),
    );
  expect(calls.filter((method) => method === "POST")).toHaveLength(1);
  return { ...outcome, calls };
};

const streamOf = (text: string, end: (controller: ReadableStreamDefaultController) => void) =>
  new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    pull: end,
  });

describe("an answer of a stand-in for fetch", () => {
  const text = async () => good;
  test.each([
    ["has no headers", { status: 200, text }],
    ["has headers that are a plain object", { status: 200, headers: {}, text }],
    ["has headers that are not strings", { status: 200, headers: { get: () => 5 }, text }],
    ["has a stream of Node's", { status: 200, body: Readable.from([good]), text }],
  ])("is read when it %s", async (_name, answer) => {
    expect(await submitThrough(() => answer)).toEqual({ id: "job-1", error: undefined, calls: ["POST"] });
  });

  test.each([
    ["is nothing", undefined],
    ["has no headers and says nothing", { status: 500, text: async () => "" }],
    ["has a text that is none", { status: 200, text: async () => ({ request_id: "job-1" }) }],
    ["has no text at all", { status: 200, json: async () => ({}) }],
    ["has no status and names no job", { text: async (): Promise<string> => "{}" }],
  ])("is unclear when it %s", async (_name, answer) => {
    const { error } = await submitThrough(() => answer);
    expect(error).toBeInstanceOf(SubmitUnknownError);
  });

  test("that has no status and names a job is no acceptance: that job is asked for", async () => {
    expect(await submitThrough(() => ({ text }))).toEqual({
      id: "job-1",
      error: undefined,
      calls: ["POST", "GET"],
    });
  });
});

test.each([
  ["bytes", Buffer.alloc(2 ** 16, " ")],
  ["text", " ".repeat(2 ** 16)],
])(
  "row 49: a stream of Node's that gives %s without end is read up to 256 KiB, and closed",
  async (_name, piece) => {
    let given = 0;
    const endless = Readable.from(
      (function* () {
        for (; given < 2000; given++) yield piece;
      })(),
    );
    const text = async () => Promise.reject(new Error("read without a limit"));
    const { error } = await submitThrough(() => ({ status: 200, body: endless, text }));
    expect(error).toMatchObject({ code: "submit_unknown", phase: "reading" });
    expect((error as Error).message).toContain("longer than 256 KiB");
    expect(endless.destroyed).toBe(true);
    expect(given).toBeLessThan(30);
  },
);

describe("row 26: a stream that fails after the id", () => {
  test.each([
    ["the whole answer", good],
    ["half of it", '{"request_id":"job-1","sta'],
    ["half a character of it", '{"request_id":"job-1","note":"\ud83d'],
  ])("has given the job with %s", async (_name, came) => {
    const stream = streamOf(came, (controller) => controller.error(new Error("cut")));
    const { id, calls } = await submitThrough(() => new Response(stream));
    expect([id, ...calls]).toEqual(["job-1", "POST", "GET"]);
  });

  test("and has given nothing with less", async () => {
    const stream = streamOf('{"request_id":"job-', (controller) => controller.error(new Error("cut")));
    const { error, calls } = await submitThrough(() => new Response(stream));
    expect(error).toMatchObject({ phase: "reading", status: 200, body: '{"request_id":"job-' });
    expect(calls).toEqual(["POST"]);
  });
});

test.each([
  [500, "{}"],
  [502, "<html></html>"],
  [302, ""],
  [200, '{"error_code":500001}'],
])("the cause of an unknown submit (%i %s) does not advise to try again", async (status, body) => {
  const { error } = await submitThrough(() => new Response(body, { status }));
  expect(error).toBeInstanceOf(SubmitUnknownError);
  const { cause } = error as { readonly cause: Error };
  expect(cause.message).toContain(`answered ${status}`);
  expect(cause.message).not.toMatch(/try again|correct/i);
});

test("row 49: a stream of nothing but empty pieces is not read for ever", async () => {
  let pieces = 0;
  const stream = new ReadableStream({
    pull: (controller) => {
      controller.enqueue(new Uint8Array());
      // Without an end of its own it would hang the test too.
      if (++pieces === 50_000) controller.close();
    },
  });
  const { error } = await submitThrough(() => new Response(stream));
  expect(error).toMatchObject({ code: "submit_unknown", phase: "reading" });
  expect(pieces).toBeLessThan(20_000);
});

describe("row 24: a platform whose fetch sends a request again by itself", () => {
  afterEach(() => void vi.unstubAllGlobals());

  const paidRequest = async (platform: string): Promise<RequestInit> => {
    vi.stubGlobal(platform, {});
    let paid: RequestInit = {};
    const fetch = async (_url: unknown, init: RequestInit = {}) => {
      paid = init;
      return new Response(good);
    };
    await createClient({ token: "canary-token-0123456789", fetch }).submit("a/b", { prompt: "x" });
    return paid;
  };

  test("Deno gets a body that it cannot copy: it repeats what it can copy when a connection breaks", async () => {
    const { body } = await paidRequest("Deno");
    expect(body).toBeInstanceOf(Blob);
    expect(await (body as Blob).text()).toBe('{"prompt":"x"}');
  });

  test("Bun gets a connection of its own: older ones repeat what broke on a reused one", async () => {
    expect(await paidRequest("Bun")).toMatchObject({ keepalive: false, body: '{"prompt":"x"}' });
  });
});

test("row 45: a redirect of which a browser tells no more than that is called one", async () => {
  // What a page gets to see under `redirect: "manual"`.
  const opaque = { status: 0, headers: new Headers(), body: null, text: async () => "" };
  const fetch = async () => opaque as unknown as Response;
  const client = createClient({ token: "canary-token-0123456789", fetch });
  await expect(client.submit("a/b", {})).rejects.toThrow("answered with a redirect: a job may have been");
});
