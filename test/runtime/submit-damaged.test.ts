import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { createClient, SubmitUnknownError } from "../../src/index.js";
import { http, startFaultServer } from "../support/fault-server.js";
import type { FaultServer } from "../support/fault-server.js";

const token = "canary-token-0123456789";
const good = JSON.stringify({ request_id: "job-1", status_url: "https://elsewhere.example/s", note: null });
const running: FaultServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

interface Outcome {
  readonly id: string | undefined;
  readonly error: SubmitUnknownError;
  /** What was asked for, in order. */
  readonly calls: readonly string[];
}

/** Submits to a server that answers with these bytes, then closes; it knows `job-1`, or no job at all. */
const submitTo = async (bytes: Buffer | string, { known = true, reset = false } = {}): Promise<Outcome> => {
  const server = await startFaultServer((socket, { method, path }) => {
    const id = path.split("/").at(-2);
    if (method === "GET")
      socket.end(
        known && id === "job-1"
          ? http("200 OK", JSON.stringify({ request_id: id, status: "in_queue" }))
          : http("404 Not Found", '{"error_code":404001}'),
      );
    else if (reset) socket.write(bytes, () => setImmediate(() => socket.resetAndDestroy()));
    else socket.end(bytes);
  });
  running.push(server);
  const client = createClient({ token, baseUrl: server.url });
  const outcome = await client.submit("a/b", {}).then(
    ({ id }) => ({ id, error: undefined }),
    (error: unknown) => ({ id: undefined, error }),
  );
  const calls = server.requests.map(({ method, path }) => `${method} ${path}`);
  expect(calls.filter((call) => call.startsWith("POST"))).toHaveLength(1);
  return { ...outcome, calls } as Outcome;
};

const head = (...headers: string[]) =>
  ["HTTP/1.1 200 OK", "content-type: application/json", ...headers, "", ""].join("\r\n");
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const chunked = head("transfer-encoding: chunked", "connection: close");

describe("a whole id is found however the answer is framed and wherever it is cut", () => {
  test.each([
    ["a length", http("200 OK", good)],
    ["row 28: chunks", `${chunked}${chunk(good)}0\r\n\r\n`],
    ["row 28: two chunks", `${chunked}${chunk(good.slice(0, 40))}${chunk(good.slice(40))}0\r\n\r\n`],
    ["row 29: the end of the connection", `${head("connection: close")}${good}`],
    ["row 26: a length that is too long", `${head(`content-length: ${good.length + 7}`)}${good}`],
  ])("%s", async (_name, whole) => {
    const from = whole.indexOf('"job-1"') + '"job-1"'.length;
    const lost: number[] = [];
    for (let at = from - 2; at <= whole.length; at++) {
      const { id, calls } = await submitTo(whole.slice(0, at), { reset: at % 2 === 0 });
      if ((id === "job-1") !== at >= from) lost.push(at);
      // Only an answer that is whole needs no second word.
      if (id && at < whole.length - 5) expect(calls).toContain("GET /v1/requests/job-1/status");
    }
    expect(lost).toEqual([]);
  });

  test("row 28: an id that the service does not know is named, with the answer and the reason", async () => {
    const { error } = await submitTo(`${chunked}${chunk(good)}`, { known: false });
    expect(error).toBeInstanceOf(SubmitUnknownError);
    expect(error).toMatchObject({ status: 200, phase: "reading", body: good });
    expect(error.job).toEqual({ id: "job-1", model: "a/b" });
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("row 26: an id of another job inside the answer is not taken for its own", async () => {
    const { error, calls } = await submitTo(
      `${head("content-length: 500")}{"request_id_of_parent":1,"parent":{"request_id":"job-1"},"x":`,
    );
    expect(error).toBeInstanceOf(SubmitUnknownError);
    expect(error.job).toBeUndefined();
    expect(calls).toEqual(["POST /v1/models/a/b"]);
  });
});

describe("what follows a whole answer does not take it back", () => {
  test.each([
    ["a byte", `${http("200 OK", good)}X`],
    ["a line end", `${http("200 OK", good)}\r\n`],
    ["a second answer", http("200 OK", good) + http("500 Oops", "{}")],
    ["a byte, the connection kept open", `${head(`content-length: ${good.length}`)}${good}X`],
    ["a byte after chunks", `${chunked}${chunk(good)}0\r\n\r\nX`],
  ])("row 27: %s", async (_name, bytes) => {
    const { id, calls } = await submitTo(bytes);
    expect(id).toBe("job-1");
    expect(calls).toEqual(["POST /v1/models/a/b"]);
  });

  test("row 27: a length counted in characters cuts the answer, and the id in it is asked for", async () => {
    const text = JSON.stringify({ request_id: "job-1", note: "café ☕" });
    const bytes = `${head(`content-length: ${text.length}`, "connection: close")}${text}`;
    expect((await submitTo(bytes)).id).toBe("job-1");
    const { error } = await submitTo(bytes, { known: false });
    expect(error).toMatchObject({ phase: "answered", status: 200, job: { id: "job-1", model: "a/b" } });
    expect(error.body).toContain("caf");
    expect(error.cause).toBeInstanceOf(Error);
  });

  test("row 27: a refusal stays one", async () => {
    const { error } = await submitTo(`${http("422 Odd", '{"message":"too long"}')}X`);
    expect(error).toMatchObject({ code: "http", status: 422 });
  });
});

test("an answer that begins with a byte order mark is read", async () => {
  const { id, calls } = await submitTo(http("200 OK", `\ufeff${good}`));
  expect([id, ...calls]).toEqual(["job-1", "POST /v1/models/a/b"]);
});

test("an answer that names its own job twice, and others inside, is read", async () => {
  const twice = '{"request_id":"job-1","more":[{"request_id":"job-2"}],"request_id":"job-1"}';
  const { id, calls } = await submitTo(http("200 OK", twice));
  expect([id, ...calls]).toEqual(["job-1", "POST /v1/models/a/b"]);
});

describe("row 26: an id is found in bytes that are no HTTP answer", () => {
  test.each([
    ["two lengths", `${head("content-length: 5", `content-length: ${good.length}`)}${good}`],
    [
      "a length and chunks",
      `${head("content-length: 5", "transfer-encoding: chunked")}${chunk(good)}0\r\n\r\n`,
    ],
    ["a chunk without a size", `${chunked}zz\r\n${good}\r\n0\r\n\r\n`],
    ["a chunk that is longer than its size", `${chunked}40\r\n${good}\r\n0\r\n\r\n`],
  ])("%s", async (_name, bytes) => {
    const { id, calls } = await submitTo(bytes);
    expect([id, ...calls]).toEqual(["job-1", "POST /v1/models/a/b", "GET /v1/requests/job-1/status"]);
    const { error } = await submitTo(bytes, { known: false });
    expect(error.job?.id).toBe("job-1");
    expect(error.status).toBe(200);
  });
});

describe("row 31: an unclear error shows what came and why it is unclear", () => {
  test.each([
    ["an empty line, then a page", http("200 OK", `${"\n".repeat(500)}<html>Log in</html>`), "<html>Log in"],
    ["JSON that is none", http("200 OK", '{"a":'), '{"a":'],
    ["no id", http("200 OK", '{"a":1}'), '{"a":1}'],
    ["an odd id", http("200 OK", '{"request_id":5}'), '{"request_id":5}'],
    [
      "two ids",
      http("200 OK", '{"request_id":"job-1","request_id":"job-2"}'),
      '"job-1","request_id":"job-2"',
    ],
    ["a bad chunk", `${chunked}zz\r\n{"a":1}\r\n`, "zz {"],
    ["no HTTP", "SSH-2.0-OpenSSH_9\r\n", "SSH-2.0"],
    ["a cut", `${head("content-length: 99")}{"a":1`, '{"a":1'],
    ["another protocol", "HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nhello", "hello"],
    ["a redirect", http("302 Found", "Moved", "location: /x\r\n"), "Moved"],
    ["a fault", http("500 Oops", "oops"), "oops"],
    ["an unknown coding", http("200 OK", "\0", "content-encoding: zstd\r\n"), "1 bytes of zstd"],
    ["a wrong coding", http("200 OK", "hello", "content-encoding: gzip\r\n"), "hello"],
  ])("%s", async (_name, bytes, excerpt) => {
    const { error } = await submitTo(bytes);
    expect(error).toBeInstanceOf(SubmitUnknownError);
    expect(error.body).toContain(excerpt);
    expect(error.body!.length).toBeLessThanOrEqual(200);
    const [, status] = /^HTTP\/1\.1 (\d+)/.exec(bytes) ?? [];
    expect(error.status).toBe(status && Number(status));
    expect(error.cause).toBeInstanceOf(Error);
  });

  test.each([
    ["gzip", gzipSync(good)],
    ["br", brotliCompressSync(good)],
    ["deflate", deflateSync(good)],
    ["deflate", deflateRawSync(good)],
  ])("row 49: %s is read, whole or cut", async (coding, packed) => {
    const answer = (bytes: Buffer) =>
      Buffer.concat([
        Buffer.from(head(`content-encoding: ${coding}`, `content-length: ${packed.length}`)),
        bytes,
      ]);
    expect((await submitTo(answer(packed))).id).toBe("job-1");
    const { error, id } = await submitTo(answer(packed.subarray(0, packed.length - 9)), { known: false });
    expect(id).toBeUndefined();
    expect(error).toMatchObject({ phase: "reading", status: 200 });
    expect(error.body).toBeTruthy();
  });
});

test.each(["gzip", "deflate", "br", "utf-8", "aws-chunked"])(
  "an answer that is called %s and is plain is read",
  async (coding) => {
    const { id, calls } = await submitTo(http("200 OK", good, `content-encoding: ${coding}\r\n`));
    expect([id, ...calls]).toEqual(["job-1", "POST /v1/models/a/b"]);
  },
);

test.each([
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
] as const)("row 49: an id is found in %s that is cut behind it", async (coding, pack) => {
  const noise = Array.from({ length: 4000 }, (_, i) => ((i * i * 7919) % 1e9).toString(36)).join("");
  const packed = pack(JSON.stringify({ request_id: "job-1", noise }));
  const headers = head(`content-encoding: ${coding}`, `content-length: ${packed.length}`);
  const bytes = Buffer.concat([Buffer.from(headers), packed.subarray(0, packed.length - 9)]);
  const { id, calls } = await submitTo(bytes);
  expect([id, ...calls]).toEqual(["job-1", "POST /v1/models/a/b", "GET /v1/requests/job-1/status"]);
});

/** Each of these makes `String` throw. */
const odd = ['{"toString":1,"valueOf":1}', "[".repeat(9000) + "]".repeat(9000)];

test("row 34: addresses of any shape in a good answer never cost the job", async () => {
  for (const url of odd)
    expect((await submitTo(http("200 OK", `{"request_id":"job-1","result_url":${url}}`))).id).toBe("job-1");
});

test("row 35: a place of any shape in a refusal is left out", async () => {
  for (const place of odd) {
    const body = `{"detail":[{"loc":["body",${place},3],"msg":"too long"}]}`;
    const { error } = await submitTo(http("422 Odd", body));
    expect(error).toMatchObject({ code: "http", status: 422 });
    expect(error.message).toContain("body.3: too long");
  }
});
