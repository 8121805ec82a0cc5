/**
 * The free requests of a job against a service that misbehaves byte by byte, over connections that are kept and reused. More of the
 * same: `JUDGE_RUNS=3000 npx vitest run test/judge/wait.test.ts`.
 */
import { brotliCompressSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { dose } from "../support/dose.js";
import { createClient, isRunComfyError } from "../../src/index.js";
import type { AnyRunComfyError } from "../../src/index.js";
import { createFastClock, leaks, quotes, show, token } from "./support/outputs.js";
import { playStories } from "./support/stories.js";
import { answer, json, startWire } from "./support/wire.js";
import type { Script, Step } from "./support/wire.js";

const runs = Number(process.env["JUDGE_RUNS"] ?? dose(250, 5000));
const factor = 50;
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);
process.on("unhandledRejection", note);
afterAll(() => {
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

const id = "job_Judge-1";
const read: Step = { do: "read", body: Infinity };
const write = (bytes: Buffer): Step => ({ do: "write", bytes });
const reply = (body: object, status = "200 OK", headers: readonly string[] = []): Script => [
  read,
  write(answer(status, JSON.stringify(body), [json, ...headers])),
];
const running = { request_id: id, status: "in_progress" };
const succeeded = {
  request_id: id,
  status: "succeeded",
  output: { image: "https://cdn.runcomfy.net/a.png" },
};

interface Fate {
  readonly name: string;
  readonly script: Script;
  /** A service that says so twice means it. */
  readonly missing?: boolean;
}

const bomb = gzipSync(Buffer.alloc(30 * 2 ** 20, " "));
const text = JSON.stringify(running);
const word = fc
  .constantFrom(
    "in_queue",
    "Queued",
    " pending ",
    "IN PROGRESS",
    "processing",
    "starting",
    "cancellation_requested",
    "moderating",
    "timed_out",
    "",
    "&lt;b&gt;",
    "\u202ecompleted",
  )
  .map((status): Fate => ({
    name: `"${status}"`,
    script: reply({ request_id: id, status, queue_position: -1 }),
  }));
const shapes = fc
  .constantFrom<object>(
    {},
    [],
    { status: null, request_id: id },
    { status: ["completed"], request_id: id },
    { request_id: "job_Judge-2", status: "completed" },
    { request_id: "job_Judge-2", status: "cancelled" },
    { request_id: id, status: { toString: 1 } },
    { error_code: 500001 },
    JSON.parse(`{"__proto__":{"status":"completed"}}`) as object,
  )
  .map((body): Fate => ({ name: JSON.stringify(body), script: reply(body) }));
const statuses = fc
  .tuple(
    fc.constantFrom(
      "400 Bad",
      "401 No",
      "403 No",
      "404 None",
      "405 No",
      "408 Slow",
      "409 Odd",
      "425 Early",
      "429 Slow",
      "500 Oops",
      "502 Gate",
      "503 Busy",
      "504 Late",
      "529 Full",
      "301 Go",
      "302 Go",
      "307 Go",
      "308 Go",
      "304 Same",
      "204 Nothing",
      "206 Part",
    ),
    fc.constantFrom(
      "",
      "retry-after: 1",
      "retry-after: -1",
      "retry-after: 1, 2",
      "retry-after: Tue, 01 Jan 1980 00:00:00 GMT",
      "location: http://127.0.0.1:1/steal",
      "location: /v1/elsewhere",
    ),
    fc.constantFrom(...quotes),
    fc.boolean(),
  )
  .map(([status, header, quote, html]): Fate => {
    const body = html
      ? `<html>${quote}</html>`
      : `{"error_code":${status.slice(0, 3)}001,"message":"no ${quote}","detail":["${quote}"]}`;
    const bytes = answer(status, body, [
      html ? "content-type: text/html" : json,
      ...(header === "" ? [] : [header]),
    ]);
    return {
      name: `${status} ${header}`,
      missing: status.startsWith("404") && !html,
      script: [read, write(bytes)],
    };
  });
const broken = fc
  .tuple(
    fc.constantFrom("length", "long", "chunked", "gzip", "br", "close"),
    fc.double({ min: 0, max: 0.99, noNaN: true }),
    fc.constantFrom<Step>({ do: "reset" }, { do: "end" }, { do: "stall" }),
    fc.integer({ min: 1, max: 6 }),
  )
  .map(([frame, share, end, pieces]): Fate => {
    const packed = { gzip: gzipSync(text), br: brotliCompressSync(text) };
    const bytes =
      frame in packed
        ? answer("200 OK", packed[frame as keyof typeof packed], [json, `content-encoding: ${frame}`])
        : frame === "chunked"
          ? answer(
              "200 OK",
              `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`,
              [json, "transfer-encoding: chunked"],
              "none",
            )
          : answer(
              "200 OK",
              text,
              [json],
              frame === "close" ? "none" : text.length + (frame === "long" ? 99 : 0),
            );
    const part = bytes.subarray(0, Math.floor(bytes.length * share));
    return {
      name: `${frame} cut at ${part.length}, ${end.do}`,
      script: [read, { do: "drip", bytes: part, pieces }, end],
    };
  });
const traps = fc.constantFrom<Fate>(
  { name: "answered, then closed", script: [...reply(running), { do: "end" }] },
  { name: "answered, then reset", script: [...reply(running), { do: "reset" }] },
  {
    name: "a second answer that nobody asked for",
    script: [
      ...reply(running),
      write(answer("200 OK", JSON.stringify({ request_id: id, status: "cancelled" }), [json])),
    ],
  },
  {
    name: "rubbish behind the answer",
    script: [...reply(running), write(Buffer.from("\0\0rubbish\r\n\r\n"))],
  },
  { name: "too short a length", script: [read, write(answer("200 OK", text, [json], 9))] },
  {
    name: "bomb",
    script: [read, write(answer("200 OK", bomb, [json, "content-encoding: gzip"])), { do: "end" }],
  },
  {
    name: "headers without end",
    script: [read, write(Buffer.from(`HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(9000)}`)), { do: "stall" }],
  },
  {
    name: "1xx without end",
    script: [
      read,
      { do: "drip", bytes: Buffer.from("HTTP/1.1 103 Early\r\n\r\n".repeat(40)), pieces: 20 },
      { do: "stall" },
    ],
  },
  { name: "stall", script: [{ do: "stall" }] },
  { name: "reset", script: [{ do: "read", body: 0 }, { do: "reset" }] },
  { name: "not HTTP", script: [read, write(Buffer.from("hello\r\n")), { do: "end" }] },
  { name: "asked too early", script: reply({ error_code: 400005 }, "400 Bad") },
);
const fate = fc.oneof(word, shapes, statuses, broken, traps);

const scenario = fc.record({
  onStatus: fc.array(fate, { maxLength: 5 }),
  onResult: fc.array(fate, { maxLength: 4 }),
  abortAfter: fc.option(fc.integer({ min: 0, max: 200 }), { freq: 4, nil: undefined }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const play = async ({ onStatus, onResult, abortAfter }: Scenario): Promise<void> => {
  const looks = { status: 0, result: 0 };
  const met: Fate[] = [];
  const good: Fate = { name: "good", script: [] };
  const wire = await startWire({
    answer: ({ method, path }) => {
      if (method === "POST") return reply({ request_id: id });
      const result = path.includes("/result");
      const now = result ? onResult[looks.result++] : onStatus[looks.status++];
      met.push(now ?? good);
      return now?.script ?? reply(result ? succeeded : { request_id: id, status: " Completed " });
    },
  });
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const controller = new AbortController();
  const reason = new Error("the judge has seen enough");
  const client = createClient({
    token,
    baseUrl: wire.url,
    clock: createFastClock(factor),
    // Far above what a busy machine adds to a good answer.
    requestTimeoutMs: 10_000,
    logger: { info: log, warn: log, error: log },
  });
  let settled = false;
  let settledInTurn: boolean | undefined;
  const abort = (): void => {
    if (settled) return;
    controller.abort(reason);
    setImmediate(() => (settledInTurn = settled));
  };
  const job = await client.submit("judge/model", {});
  const timer = abortAfter === undefined ? undefined : setTimeout(abort, abortAfter);
  const outcome = await job
    .result({ signal: controller.signal, timeoutMs: Infinity })
    .finally(() => (settled = true))
    .then(
      (result) => ({ result, error: undefined }),
      (error: unknown) => ({ result: undefined, error }),
    );
  clearTimeout(timer);
  await new Promise((resolve) => setImmediate(resolve));
  const all = `${lines.join("\n")}\n${show(outcome.error)}`;
  await wire.close();
  const story = `${met.map(({ name }) => name).join(" → ")} ⇒ ${outcome.result ? "result" : String(outcome.error)}`;
  if (outcome.result) expect(outcome.result.output, story).toEqual(succeeded.output);
  else {
    const error = outcome.error as AnyRunComfyError;
    expect(isRunComfyError(error), story).toBe(true);
    expect(error.job, story).toEqual({ id, model: "judge/model" });
    if (error.code === "job_aborted") expect(error.cause, story).toBe(reason);
    // Nothing but a repeated "no such job" may end the wait early.
    else {
      expect(error.code, story).toBe("not_found");
      expect(met.filter(({ missing }) => missing).length, story).toBeGreaterThan(1);
    }
  }
  if (settledInTurn !== undefined) expect(settledInTurn, `settled at once: ${story}`).toBe(true);
  expect(wire.arrivals.filter(({ method }) => method === "POST").length, story).toBe(1);
  expect(leaks(all), `${story}\n${all}`).toBe(false);
};

test(`in ${runs} stories of a bad line, the result is found or the wait ends with the job's name`, async () => {
  await playStories(scenario, runs, play);
});
