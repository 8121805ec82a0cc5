import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import { defineModel } from "../../src/input/standard.js";
import { systemClock } from "../../src/time/clock.js";
import { createOnce, memoryStore } from "../../src/once/index.js";
import type { Store } from "../../src/once/index.js";
import { fileStore, readRows, runBatch } from "../../src/node/index.js";
import type { BatchEvent, BatchOptions, BatchPlan } from "../../src/node/index.js";

const model = defineModel<{ prompt: string; seed?: number }, unknown>({
  id: "acme/film/text-to-video",
  price: { usd: 0.05, unit: "output", bound: "exact" },
  input: {
    type: "object",
    properties: { prompt: { type: "string", maxLength: 40 }, seed: { type: "integer", maximum: 10 } },
    required: ["prompt"],
    additionalProperties: false,
  },
});

let emulator: Emulator;
let folder: string;
const start = async (options: EmulatorOptions = {}) => {
  await emulator?.close();
  const offer = { ...model, output: { type: "object" } } as never;
  emulator = await startEmulator({ models: [offer], queueMs: 1, runMs: 5, concurrency: 100, ...options });
};
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "batch-"));
  await start();
});
afterEach(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

const makeClient = (token = emulator.token) =>
  createClient({
    baseUrl: emulator.url,
    token,
    minPollIntervalMs: 5,
    maxPollIntervalMs: 50,
    requestsPerSecond: 2000,
  });
const prompts = (count: number, first = 1) =>
  Array.from({ length: count }, (_, at) => ({
    key: `row-${at + first}`,
    input: { prompt: `Rain ${at + first}.` },
  }));
const inFolder = (name: string) => join(folder, name);
const run = (options: Partial<BatchOptions> = {}) =>
  runBatch({
    client: makeClient(),
    model,
    rows: prompts(8),
    record: inFolder("prompts.jobs.jsonl"),
    ...options,
  } as BatchOptions);

describe("a batch", () => {
  test("pays each row once, saves its files under its key, and pays nothing when it is run again", async () => {
    const directory = inFolder("videos");
    const results = inFolder("prompts.results.csv");
    const report = await run({ directory, results });
    expect(report.states).toMatchObject({ done: 8, new: 0, accepted: 0 });
    expect(report.committedUsd).toBeCloseTo(0.4, 6);
    expect(emulator.charged).toBe(8);
    const [head, ...lines] = readFileSync(results, "utf8").trim().split("\n");
    expect(head).toBe("key,job,state,cost,files,error");
    expect(lines).toHaveLength(8);
    for (const line of lines) {
      const [key, job, state, cost, files] = line.split(",");
      expect([state, cost]).toEqual(["done", "0.05"]);
      expect(files).toContain(`videos/${key}-${job}`);
      expect(existsSync(files!)).toBe(true);
    }
    const again = await run({ directory });
    expect(again.plan).toMatchObject({ newRows: 0, knownRows: 8 });
    expect(emulator.charged).toBe(8);
  });

  test("without keys pays equal rows as often as they stand there, also after a restart", async () => {
    const rows = ["a", "b", "a", "a"].map((prompt) => ({ input: { prompt } }));
    await run({ rows: rows.slice(0, 3) });
    expect(emulator.charged).toBe(3);
    await run({ rows });
    expect(emulator.charged).toBe(4);
    expect(emulator.jobs.map(({ input }) => String(input["prompt"])).toSorted()).toEqual([
      "a",
      "a",
      "a",
      "b",
    ]);
  });

  test("takes rows that can be read only once", async () => {
    async function* generate() {
      yield* prompts(3);
    }
    expect((await run({ rows: generate() })).states.done).toBe(3);
  });

  test("shows its plan before anything is sent, and sends nothing without consent", async () => {
    await run({ rows: prompts(2) });
    const plans: BatchPlan[] = [];
    const report = await run({
      rows: prompts(5),
      onPlan: (plan) => {
        plans.push(plan);
        return false;
      },
    });
    expect(plans).toMatchObject([
      { rows: 5, newRows: 3, knownRows: 2, usdAtLeast: 0.15, isExact: true, states: { done: 2 } },
    ]);
    expect(report.stopped).toMatchObject({ code: "declined" });
    expect(emulator.charged).toBe(2);
  });

  test("that nobody agrees to, that cannot be read, or that has no rows leaves no file behind", async () => {
    const results = inFolder("prompts.results.csv");
    await run({ results, onPlan: () => false });
    await expect(run({ results, rows: [...prompts(1), { key: "row-1", input: {} }] })).rejects.toThrow(
      "Line 2",
    );
    expect((await run({ results, rows: [] })).states).toMatchObject({ new: 0, done: 0 });
    expect(readdirSync(folder)).toEqual([]);
    expect(emulator.charged).toBe(0);
  });

  test("checks all rows and sends nothing", async () => {
    const rows = [...prompts(2), { key: "long", input: { prompt: "x".repeat(41) } }, { input: { seed: 1 } }];
    const { plan, stopped } = await run({ rows, checkOnly: true });
    expect(stopped).toMatchObject({ code: "checked" });
    expect(plan.problems).toMatchObject([
      { line: 3, key: "long", field: "prompt" },
      { line: 4, field: "prompt", message: expect.stringContaining("required") },
    ]);
    expect(emulator.requests).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("row 116: sends the rows that fit, and never one that does not", async () => {
    const rows = [...prompts(2), { key: "long", input: { prompt: "x".repeat(41) } }];
    expect((await run({ rows })).states).toMatchObject({ done: 2, rejected: 1 });
    expect(emulator.charged).toBe(2);
  });

  test("refuses one key with two inputs before anything is paid", async () => {
    const rows = [...prompts(2), { key: "row-1", input: { prompt: "Snow." } }];
    await expect(run({ rows })).rejects.toThrow(/Line 3.*"row-1".*line 1/);
    expect(emulator.charged).toBe(0);
    expect((await run({ rows: [...prompts(2), ...prompts(1)] })).states.done).toBe(2);
    await expect(run({ rows: [{ key: "row-2", input: { prompt: "Snow." } }] })).rejects.toMatchObject({
      code: "key_conflict",
      message: expect.stringContaining("another input"),
    });
    expect(emulator.charged).toBe(2);
  });

  test("row 119: takes rows only as fast as they can run", async () => {
    let read = 0;
    let most = 0;
    // The plan has read all rows once.
    const forget = () => {
      most = 0;
      return true;
    };
    const rows = {
      async *[Symbol.asyncIterator]() {
        for (const row of prompts(30)) {
          read++;
          most = Math.max(most, read - emulator.jobs.filter(({ state }) => state === "succeeded").length);
          yield row;
        }
        read = 0;
      },
    };
    await run({ rows, running: 4, onPlan: forget });
    expect(most).toBeLessThanOrEqual(6);
    expect(emulator.charged).toBe(30);
  });
});

describe("row 117: a budget", () => {
  test("is never overrun, holds the other rows, and lets them go on when it is raised", async () => {
    const rows = prompts(10);
    const report = await run({ rows, maxUsd: 0.26 });
    expect(report.states).toMatchObject({ done: 5, held: 5 });
    expect(emulator.charged).toBe(5);
    expect((await run({ rows, maxUsd: 0.26 })).states).toMatchObject({ done: 5, held: 5 });
    expect(emulator.charged).toBe(5);
    const raised = await run({ rows, maxUsd: 0.4 });
    expect(raised.plan).toMatchObject({ newRows: 5, committedUsd: 0.25 });
    expect(raised.states).toMatchObject({ done: 8, held: 2 });
    expect(emulator.charged).toBe(8);
  });

  test("needs an assumption where no price is known", async () => {
    const { price: _price, ...rest } = model;
    const unpriced = defineModel(rest as typeof model);
    await expect(run({ model: unpriced, maxUsd: 1 })).rejects.toThrow("assumeUsd");
    expect(emulator.charged).toBe(0);
    const report = await run({ model: unpriced, maxUsd: 0.2, assumeUsd: 0.1, submits: 1, running: 1 });
    expect(report.states.held).toBeGreaterThan(0);
    expect(report.committedUsd).toBeLessThanOrEqual(0.2);
  });

  test("pays for further rows with what jobs cost less than was counted, in the same run", async () => {
    const { price: _price, ...rest } = model;
    const unpriced = defineModel(rest as typeof model);
    const rows = prompts(8);
    const report = await run({ model: unpriced, rows, maxUsd: 0.2, assumeUsd: 0.1, running: 4 });
    // Two jobs are counted with $0.10 each and cost $0.05, which leaves $0.10 for a third, and $0.05 for none.
    expect(report.states).toMatchObject({ done: 3, held: 5 });
    expect(emulator.charged).toBe(3);
  });
});

describe("trouble", () => {
  const notices = () => {
    const codes: string[] = [];
    const onEvent = (event: BatchEvent) => {
      if (event.type === "notice") codes.push(event.code);
    };
    return { codes, onEvent };
  };

  test("with the token stops the sending", async () => {
    const { codes, onEvent } = notices();
    const report = await run({ client: makeClient("wrong"), onEvent });
    expect(report.stopped).toMatchObject({ code: "auth" });
    expect(report.states).toMatchObject({ new: 8 });
    expect(codes).toEqual(["auth"]);
  });

  test("with the balance stops the sending, and what is running is waited for", async () => {
    await start({ balanceUsd: 0.15, runMs: 200 });
    const report = await run({ submits: 1, running: 2, rows: prompts(4) });
    expect(report.stopped).toMatchObject({ code: "insufficient_balance" });
    expect(report.states).toMatchObject({ done: 3, new: 1 });
  });

  test("with one row after another stops the sending after twenty", async () => {
    await start({ outcome: () => ({ error: "no" }) });
    const report = await run({ rows: prompts(60), running: 1 });
    expect(report.stopped).toMatchObject({ code: "failures" });
    expect(report.states).toMatchObject({ failed: 20, new: 40 });
    const retried = await run({ rows: prompts(2), retry: "failed" });
    expect(retried.states).toMatchObject({ failed: 2 });
    expect(emulator.charged).toBe(22);
    await run({ rows: prompts(2) });
    expect(emulator.charged).toBe(22);
  });

  test("row 115: of the service with every row stops the sending after twenty", async () => {
    emulator.faults.add({ route: "submit", status: 503, times: "always" });
    const report = await run({ rows: prompts(30), submits: 1 });
    expect(report.stopped).toMatchObject({ code: "failures" });
    expect(report.states).toMatchObject({ unknown: 20, new: 10 });
    expect(emulator.charged).toBe(0);
  });

  test("of another account's token is found before anything is sent", async () => {
    await start({ tokens: ["one", "two"], runMs: 5 });
    await run({ client: makeClient("one"), rows: prompts(2) });
    const record = readFileSync(inFolder("prompts.jobs.jsonl"), "utf8");
    await expect(run({ client: makeClient("two"), rows: prompts(4) })).rejects.toMatchObject({
      code: "auth",
    });
    expect(emulator.charged).toBe(2);
    expect(readFileSync(inFolder("prompts.jobs.jsonl"), "utf8")).toBe(record);
  });

  test("with a lost answer leaves that row unknown, and a person settles it", async () => {
    emulator.faults.add({ route: "submit", nth: 3, reset: "after" });
    const report = await run({ submits: 1 });
    expect(report.states).toMatchObject({ done: 7, unknown: 1 });
    expect(report.unknown).toEqual(["row-3"]);
    expect((await run()).unknown).toEqual(["row-3"]);
    expect(emulator.charged).toBe(8);
    const store = fileStore(inFolder("prompts.jobs.jsonl"));
    const once = createOnce({ client: makeClient(), store });
    await once.accept("row-3", emulator.jobs.find(({ input }) => input["prompt"] === "Rain 3.")!.id);
    await store.close();
    expect((await run()).states).toMatchObject({ done: 8 });
    expect(emulator.charged).toBe(8);
  });

  test("row 118: of callbacks does not become the batch's", async () => {
    const report = await run({
      onEvent: () => {
        throw new Error("mine");
      },
    });
    expect(report.states.done).toBe(8);
  });
});

describe("files", () => {
  test("that were not saved are fetched by the next run, and paid for once", async () => {
    const directory = inFolder("videos");
    emulator.faults.add({ route: "media", status: 404, times: "always" });
    const report = await run({ directory, rows: prompts(3), running: 1 });
    expect(report.filesMissing.length).toBeGreaterThan(0);
    emulator.faults.clear();
    const again = await run({ directory, rows: prompts(3) });
    expect(again).toMatchObject({ filesMissing: [], states: { done: 3 } });
    expect(emulator.charged).toBe(3);
  });

  test("that a person deleted are named, and neither fetched nor bought", async () => {
    const directory = inFolder("videos");
    const files: string[] = [];
    const onEvent = (event: BatchEvent) => void (event.type === "row" && files.push(...(event.files ?? [])));
    await run({ directory, rows: prompts(2), onEvent });
    rmSync(files[0]!);
    const before = emulator.requests.length;
    const report = await run({ directory, rows: prompts(2) });
    expect(report.filesDeleted).toEqual([{ key: expect.stringMatching(/row-/), path: files[0] }]);
    expect(existsSync(files[0]!)).toBe(false);
    expect(emulator.requests.slice(before).filter(({ route }) => route === "media")).toEqual([]);
    await run({ directory, rows: prompts(2), fetch: "missing" });
    expect(existsSync(files[0]!)).toBe(true);
    expect(emulator.charged).toBe(2);
  });
});

test("row 92: an abort sends nothing new, leaves what runs, and the next run goes on", async () => {
  await start({ runMs: 60_000 });
  const control = new AbortController();
  const onEvent = (event: BatchEvent) => {
    if (event.type === "row" && event.state === "accepted" && emulator.charged >= 3) control.abort();
  };
  const report = await run({ signal: control.signal, onEvent, submits: 1 });
  expect(report.stopped).toMatchObject({ code: "aborted" });
  const paid = emulator.charged;
  expect(report.states).toMatchObject({ accepted: paid, unknown: 0, new: 8 - paid });
  for (const { id } of emulator.jobs) emulator.finish(id);
  const finish = (event: BatchEvent) => {
    if (event.type === "row" && event.state === "accepted") emulator.finish(event.job!);
  };
  const next = await run({ onEvent: finish });
  expect(next.states).toMatchObject({ done: 8 });
  expect(emulator.charged).toBe(8);
});

test("an abort waits a little for answers that are on the wire; a row without one is unknown", async () => {
  // Longer than any test may take.
  emulator.faults.add({ route: "submit", processed: true, delayMs: 600_000 });
  const controller = new AbortController();
  const quick = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 100, signal),
  };
  const ended = run({ rows: prompts(3), submits: 1, signal: controller.signal, clock: quick });
  await expect.poll(() => emulator.charged).toBe(1);
  controller.abort(new Error("SIGTERM"));
  const report = await ended;
  expect(report).toMatchObject({ states: { unknown: 1, new: 2 }, stopped: { code: "aborted" } });
  const again = await run({ rows: prompts(3) });
  expect(again).toMatchObject({ states: { unknown: 1, done: 2 }, unknown: ["row-1"] });
  expect(emulator.charged).toBe(3);
});

test("two batches over one record at the same moment pay each row once", async () => {
  const reports = await Promise.all([run({ rows: prompts(20) }), run({ rows: prompts(20) })]);
  expect(reports.map(({ states }) => states.done)).toEqual([20, 20]);
  expect(emulator.charged).toBe(20);
});

describe("a full device", () => {
  const failing = (failsOn: (step: string) => boolean): Store => {
    const inner = memoryStore();
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    return {
      ...inner,
      claim: async (id, claim) => (failsOn("claim") ? Promise.reject(full) : inner.claim(id, claim)),
      move: async (id, to, options) => (failsOn(to.to) ? Promise.reject(full) : inner.move(id, to, options)),
    };
  };

  test("before the first byte stops the sending, and nothing is paid", async () => {
    const report = await run({ record: failing((step) => step === "claim") });
    expect(report.stopped).toMatchObject({ code: "disk_full" });
    expect(report.states).toMatchObject({ new: 8 });
    expect(emulator.charged).toBe(0);
  });

  test("after the acceptance stops the sending, and the paid jobs are named", async () => {
    const report = await run({ record: failing((step) => step === "accepted"), submits: 1, running: 1 });
    expect(report.stopped).toMatchObject({ code: "disk_full" });
    expect(report.unnoted).toEqual([{ key: "row-1", job: emulator.jobs[0]!.id }]);
    expect(emulator.charged).toBe(1);
  });
});

test("rows of a table are run as they stand there", async () => {
  const path = inFolder("prompts.csv");
  writeFileSync(path, '\uFEFFkey;prompt;seed\r\na;"Rain; and ""snow""";5\r\nb;=1+1;\r\n');
  const results = inFolder("prompts.results.csv");
  expect((await run({ rows: readRows(path, { model }), results })).states.done).toBe(2);
  expect(emulator.jobs.map(({ input }) => input)).toEqual([
    { prompt: 'Rain; and "snow"', seed: 5 },
    { prompt: "=1+1" },
  ]);
});
