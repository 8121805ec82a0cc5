/**
 * A paid request against a service that misbehaves byte by byte. More of the same: `JUDGE_RUNS=5000 npx vitest run test/judge/submit.test.ts`.
 */
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { dose } from "../support/dose.js";
import { createClient, isRunComfyError } from "../../src/index.js";
import { createFastClock, leaks, quotes, show, token } from "./support/outputs.js";
import { playStories } from "./support/stories.js";
import { answer, json, startWire } from "./support/wire.js";
import type { Script, Step } from "./support/wire.js";

const runs = Number(process.env["JUDGE_RUNS"] ?? dose(500, 5000));
const factor = 20;
const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);
process.on("unhandledRejection", note);
afterAll(() => {
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

/** What one connection meets: its script, and whether a whole request there is a job on the bill. */
interface Fate {
  readonly name: string;
  readonly script: Script;
  readonly charges: boolean;
  readonly atGreeting?: boolean;
  /** Whether the job's whole id is in what reaches the client. */
  readonly names?: boolean;
}

const id = "job_Judge-1";
const good = JSON.stringify({ request_id: id, status_url: "https://elsewhere.example/x", result_url: null });
const read: Step = { do: "read", body: Infinity };
const write = (bytes: Buffer): Step => ({ do: "write", bytes });
const last = fc.constantFrom<Step>({ do: "reset" }, { do: "end" }, { do: "stall" });
const gzipBomb = gzipSync(Buffer.alloc(30 * 2 ** 20, "a"));
const quoted = fc.constantFrom(...quotes);

/** Whole answers, and whether they say that a job was made. */
const words: readonly (readonly [status: string, headers: readonly string[], charges: boolean])[] = [
  ...["200 OK", "202 Accepted", "201 Created"].map((status) => [status, [json], true] as const),
  ...["400 Bad", "401 No", "402 Pay", "403 No", "404 None", "405 No", "413 Big", "415 Kind", "422 Odd"].map(
    (status) => [status, [json], false] as const,
  ),
  ...[
    "",
    "retry-after: 1",
    "retry-after: -5",
    "retry-after: 0",
    "retry-after: 1e9",
    "retry-after: soon",
    "retry-after: 1\r\nretry-after: 2",
  ].map((header) => ["429 Slow", header === "" ? [json] : [json, header], false] as const),
  [
    "429 Slow",
    [json, "date: Mon, 01 Jan 1990 00:00:00 GMT", "retry-after: Mon, 01 Jan 1990 00:00:01 GMT"],
    false,
  ],
  ["503 Busy", [json, "retry-after: 1"], false],
  ["503 Busy", [json], true],
  ...[
    "500 Oops",
    "502 Gate",
    "504 Late",
    "520 Odd",
    "599 End",
    "408 Slow",
    "425 Early",
    "409 Conflict",
    "418 Pot",
    "301 Go",
    "302 Go",
    "307 Go",
    "308 Go",
    "304 Same",
    "204 Nothing",
    "205 Reset",
    "206 Part",
    "999 What",
  ].map((status) => [status, [json, "location: /v1/models/judge/other"], true] as const),
];

const bodies = quoted.chain((quote) =>
  fc.constantFrom(
    `{"error_code":400001,"error_message":"bad token ${quote}"}`,
    `{"detail":[{"loc":["body","${quote}"],"msg":"no ${quote}"}]}`,
    `<html><title>${quote}</title>`,
    `{"message":"${"x".repeat(190)}${quote}"}`,
    "",
    "[]",
    "null",
    `"${id}"`,
  ),
);

const whole: fc.Arbitrary<Fate> = fc
  .tuple(fc.constantFrom(...words), bodies, quoted)
  .map(([[status, headers, charges], body, quote]) => {
    const accepted = status.startsWith("20");
    const bytes = answer(`${status} ${quote}`, accepted ? good : body, [...headers, `x-echo: ${quote}`]);
    // A 503 with nothing but a page says nothing about whether it was handled.
    const refused = !charges && !(status.startsWith("503") && !body.startsWith("{"));
    return {
      name: `${status} ${body.slice(0, 9)}`,
      script: [read, write(bytes), { do: "end" }],
      charges: !refused,
    };
  });

/** A good answer, cut anywhere, in any framing, with any end. */
const cut: fc.Arbitrary<Fate> = fc
  .tuple(
    fc.constantFrom(
      "length",
      "chunked",
      "close",
      "long",
      "short",
      "gzip",
      "br",
      "deflate",
      "zstd",
      "two lengths",
    ),
    // Whole numbers are spread evenly, fractions are not.
    fc.integer({ min: 0, max: 1000 }),
    last,
    fc.integer({ min: 1, max: 9 }),
  )
  .map(([frame, share, end, pieces]) => {
    const packed = {
      gzip: gzipSync(good),
      br: brotliCompressSync(good),
      deflate: deflateSync(good),
      zstd: Buffer.from("28b52ffd", "hex"),
    };
    const bytes =
      frame in packed
        ? answer("200 OK", packed[frame as keyof typeof packed], [json, `content-encoding: ${frame}`])
        : frame === "chunked"
          ? answer(
              "200 OK",
              `${good.length.toString(16)}\r\n${good}\r\n0\r\n\r\n`,
              [json, "transfer-encoding: chunked"],
              "none",
            )
          : answer(
              "200 OK",
              good,
              frame === "two lengths" ? [json, "content-length: 3"] : [json],
              frame === "close"
                ? "none"
                : frame === "long"
                  ? good.length + 400
                  : frame === "short"
                    ? 12
                    : good.length,
            );
    const part = bytes.subarray(0, Math.round((bytes.length * share) / 1000));
    return {
      name: `${frame} cut at ${part.length} of ${bytes.length}, ${end.do}`,
      script: [read, { do: "drip", bytes: part, pieces }, end],
      charges: true,
      // A reset may throw away what was on its way; a short length lies about what belongs to the answer.
      names: part.includes(`"${id}"`) && end.do !== "reset" && !frame.startsWith("two") && frame !== "short",
    };
  });

const odd: fc.Arbitrary<Fate> = fc.oneof(
  fc.constantFrom<Fate>(
    {
      name: "1xx flood",
      charges: true,
      script: [
        read,
        write(Buffer.from("HTTP/1.1 103 Early\r\nlink: <x>\r\n\r\n".repeat(3000))),
        write(answer("200 OK", good, [json])),
        { do: "end" },
      ],
    },
    {
      name: "endless 1xx",
      charges: true,
      script: [
        read,
        { do: "drip", bytes: Buffer.from("HTTP/1.1 100 Continue\r\n\r\n".repeat(100)), pieces: 50 },
        { do: "stall" },
      ],
    },
    {
      name: "101",
      charges: true,
      script: [
        read,
        write(Buffer.from("HTTP/1.1 101 Switch\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n")),
        { do: "stall" },
      ],
    },
    {
      name: "header bomb",
      charges: true,
      script: [
        read,
        write(Buffer.from(`HTTP/1.1 200 OK\r\n${"x-a: b\r\n".repeat(20_000)}`)),
        { do: "stall" },
      ],
    },
    {
      name: "2000 codings",
      charges: true,
      script: [
        read,
        write(answer("200 OK", good, [json, `content-encoding: ${"gzip, ".repeat(2000)}gzip`])),
        { do: "end" },
      ],
    },
    {
      name: "gzip bomb",
      charges: true,
      script: [read, write(answer("200 OK", gzipBomb, [json, "content-encoding: gzip"])), { do: "end" }],
    },
    {
      name: "eleven MiB",
      charges: true,
      script: [read, write(answer("200 OK", Buffer.alloc(11 * 2 ** 20, " "), [json])), { do: "end" }],
    },
    {
      name: "not HTTP",
      charges: true,
      script: [read, write(Buffer.from("SSH-2.0-OpenSSH_9\r\n")), { do: "stall" }],
    },
    {
      name: "bad chunk",
      charges: true,
      script: [
        read,
        write(answer("200 OK", `zz\r\n${good}\r\n0\r\n\r\n`, ["transfer-encoding: chunked"], "none")),
        { do: "end" },
      ],
    },
    {
      name: "both framings",
      charges: true,
      script: [
        read,
        write(
          answer(
            "200 OK",
            `${good.length.toString(16)}\r\n${good}\r\n0\r\n\r\n`,
            ["transfer-encoding: chunked", "content-length: 5"],
            "none",
          ),
        ),
        { do: "end" },
      ],
    },
    {
      name: "pipelined second answer",
      charges: true,
      script: [
        read,
        write(Buffer.concat([answer("200 OK", good, [json]), answer("500 Oops", "{}", [json])])),
        { do: "stall" },
      ],
    },
    {
      name: "unasked answer",
      charges: true,
      script: [{ do: "read", body: 0 }, write(answer("200 OK", good, [json])), { do: "end" }],
    },
    {
      name: "early refusal",
      charges: false,
      script: [{ do: "read", body: 0 }, write(answer("413 Big", "{}", [json])), { do: "end" }],
    },
    {
      name: "half-closed, then answered",
      charges: true,
      script: [read, write(answer("200 OK", good, [json], "none")), { do: "end" }],
    },
    {
      name: "a null id",
      charges: true,
      script: [read, write(answer("200 OK", '{"request_id":null}', [json])), { do: "end" }],
    },
    {
      name: "ids of other jobs inside",
      charges: true,
      script: [
        read,
        write(answer("200 OK", `{"x":{"request_id":"b"},"request_id":"${id}","y":{"request_id":"c"`, [json])),
        { do: "end" },
      ],
    },
    {
      name: "a code of the 5xx kind",
      charges: true,
      script: [
        read,
        write(answer("200 OK", `{"error_code":500001,"request_id":"${id}"}`, [json])),
        { do: "end" },
      ],
    },
    { name: "reset at once", charges: false, atGreeting: true, script: [{ do: "reset" }] },
    { name: "end at once", charges: false, atGreeting: true, script: [{ do: "end" }] },
    {
      name: "answer at once",
      charges: false,
      atGreeting: true,
      script: [write(answer("408 Slow", "", [])), { do: "end" }],
    },
    { name: "stall at once", charges: false, atGreeting: true, script: [{ do: "stall" }] },
  ),
  fc.tuple(fc.integer({ min: 0, max: 40 }), last).map(([body, end]) => ({
    name: `${body} bytes read, ${end.do}`,
    charges: true,
    script: [{ do: "read" as const, body }, end],
  })),
);

const scenario = fc.record({
  fates: fc.array(
    fc.oneof({ weight: 3, arbitrary: cut }, { weight: 3, arbitrary: whole }, { weight: 2, arbitrary: odd }),
    { minLength: 1, maxLength: 4 },
  ),
  abortAfter: fc.option(fc.integer({ min: 0, max: 60 }), { freq: 4, nil: undefined }),
  known: fc.boolean(),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const play = async ({ fates, abortAfter, known }: Scenario): Promise<void> => {
  let nth = -1;
  const served: Fate[] = [];
  const wire = await startWire({
    greet: () => {
      const fate = fates[nth + 1];
      if (!fate?.atGreeting) return undefined;
      nth++;
      return fate.script;
    },
    answer: ({ method, path }) => {
      if (method === "GET")
        return [
          read,
          write(
            answer(
              known ? "200 OK" : "404 None",
              known ? JSON.stringify({ request_id: path.split("/").at(-2), status: "in_queue" }) : "{}",
              [json],
            ),
          ),
          { do: "end" },
        ];
      const fate = fates[++nth] ?? {
        name: "good",
        charges: true,
        script: [read, write(answer("200 OK", good, [json])), { do: "end" }],
      };
      served.push(fate);
      return fate.script;
    },
  });
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const controller = new AbortController();
  const reason = new Error("the judge has seen enough");
  const fast = createFastClock(factor);
  let slept = 0;
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    await fast.sleep(ms, signal);
    slept += ms;
  };
  const client = createClient({
    token,
    baseUrl: wire.url,
    clock: { ...fast, sleep },
    submitTimeoutMs: 3000,
    requestTimeoutMs: 3000,
    connectTimeoutMs: 3000,
    logger: { info: log, warn: log, error: log },
  });
  let settled = false;
  let settledInTurn: boolean | undefined;
  const abort = (): void => {
    if (settled) return;
    controller.abort(reason);
    setImmediate(() => (settledInTurn = settled));
  };
  const timer = abortAfter === undefined ? undefined : setTimeout(abort, abortAfter);
  const outcome = await client
    .submit("judge/model", { prompt: "x".repeat(30) }, { signal: controller.signal, timeoutMs: 30_000 })
    .finally(() => (settled = true))
    .then(
      (job) => ({ job, error: undefined }),
      (error: unknown) => ({ job: undefined, error }),
    );
  clearTimeout(timer);
  await new Promise((resolve) => setImmediate(resolve));
  await wire.close();
  const posts = wire.arrivals.filter(({ method }) => method === "POST");
  const charged = served.filter((fate, at) => fate.charges && at < posts.length).length;
  const code = isRunComfyError(outcome.error) ? outcome.error.code : undefined;
  const story = `${served.map(({ name }) => name).join(" → ")} ⇒ ${outcome.job?.id ?? code ?? String(outcome.error)} (charged ${charged})`;
  expect(charged, story).toBeLessThanOrEqual(1);
  if (charged > 0) expect(outcome.job !== undefined || code === "submit_unknown", story).toBe(true);
  if (outcome.job) expect([charged, outcome.job.id], story).toEqual([1, id]);
  // Under a deadline nobody can say how much of it had arrived.
  const late = settledInTurn !== undefined || String(outcome.error).includes("time is up");
  if (served.some(({ names }) => names) && !late)
    expect(outcome.job ?? (outcome.error as { job?: unknown }).job, story).toMatchObject({ id });
  if (!outcome.job && code === undefined) expect(outcome.error, story).toBe(reason);
  if (settledInTurn !== undefined) expect(settledInTurn, `settled at once: ${story}`).toBe(true);
  // The time to submit, and requests that verify. Sleeps are added up: how long they took is the machine's affair.
  expect(slept, story).toBeLessThanOrEqual(30_000 + 4 * 3000 + 12_000);
  expect(
    leaks(show(outcome.error) + lines.join("\n")),
    `${story}: ${show(outcome.error)}\n${lines.join("\n")}`,
  ).toBe(false);
};

test(`in ${runs} stories of a bad line, nothing is charged twice and no charge goes unsaid`, async () => {
  await playStories(scenario, runs, play);
});
