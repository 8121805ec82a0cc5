import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once as nextEvent } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator } from "../../src/emulator/index.js";
import { fileStore } from "../../src/node/index.js";
import type { JobRecord } from "../../src/once/index.js";
import { dose, isFull } from "../support/dose.js";
import { checkHistory } from "../support/history.js";

const root = new URL("../..", import.meta.url).pathname;
const submits = 4;

const model = {
  id: "acme/film/text-to-video",
  input: {
    type: "object",
    properties: { prompt: { type: "string" } },
    required: ["prompt"],
    additionalProperties: false,
  },
  price: { usd: 0.05, unit: "output", bound: "exact" },
} as const;

/** A program that runs a batch of the built package, as a user's does. */
const program = `
  import { createClient } from "${root}dist/src/index.js";
  import { defineModel } from "${root}dist/src/input/standard.js";
  import { runBatch } from "${root}dist/src/node/index.js";
  const { url, token, record, rows, maxUsd } = JSON.parse(process.env.BATCH);
  const client = createClient({ baseUrl: url, token, minPollIntervalMs: 5, maxPollIntervalMs: 20, requestsPerSecond: 5000 });
  const list = Array.from({ length: rows }, (_, at) => ({ key: "row-" + at, input: { prompt: "row-" + at } }));
  const report = await runBatch({
    client, model: defineModel(${JSON.stringify(model)}), rows: list, record, submits: ${submits}, running: 16, maxUsd,
  });
  console.log(JSON.stringify(report.states));
`;

let emulator: Emulator;
let folder: string;
let record: string;
const children = new Set<ChildProcess>();
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "batch-kill-"));
  record = join(folder, "prompts.jobs.jsonl");
  emulator = await startEmulator({
    models: [{ ...model } as never],
    queueMs: 0,
    runMs: 1,
    concurrency: 1000,
    balanceUsd: 1e6,
  });
  // The job is accepted at once, and the answer comes later: most kills meet rows that are paid and not known to be.
  emulator.faults.add({ route: "submit", delayMs: 30, times: "always" });
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
  await emulator.close();
  rmSync(folder, { recursive: true });
});

const startBatch = (rows: number, maxUsd?: number): ChildProcess => {
  const { url, token } = emulator;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...process.env, BATCH: JSON.stringify({ url, token, record, rows, maxUsd }) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  return child;
};

const finish = async (child: ChildProcess): Promise<{ readonly [state: string]: number }> => {
  let [out, err] = ["", ""];
  child.stdout!.on("data", (data) => (out += data));
  child.stderr!.on("data", (data) => (err += data));
  await nextEvent(child, "close");
  children.delete(child);
  if (out === "") throw new Error(err);
  return JSON.parse(out);
};

const readRecords = async (): Promise<JobRecord[]> => {
  const store = fileStore(record);
  const records: JobRecord[] = [];
  for await (const one of store.list()) records.push(one);
  await store.close();
  return records;
};

const check = async () =>
  checkHistory(
    await readRecords(),
    emulator.jobs.map(({ id, input }) => ({ id, key: String(input["prompt"]) })),
  );

/** Kills a program when the service sees its nth paid request, and waits until it is gone. */
const killAt = async (child: ChildProcess, nth: number): Promise<void> => {
  let seen = 0;
  const end = nextEvent(child, "close");
  const asked = emulator.nextRequest(({ route }) => route === "submit" && ++seen === nth);
  await Promise.race([asked, end]);
  child.kill("SIGKILL");
  await end;
  children.delete(child);
};

describe("rows 52 and 107: a batch that is killed", () => {
  const kills = dose(6, 1000);
  const rows = dose(70, 12_000);

  test(`${kills} times pays nothing twice, and nothing without a record`, async () => {
    const random = seeded(7);
    for (let kill = 0; kill < kills; kill++) await killAt(startBatch(rows), 1 + Math.floor(random() * 20));
    const states = await finish(startBatch(rows));
    const history = await check();
    expect(history).toMatchObject({ paidTwice: [], unrecorded: [], invented: [] });
    expect(states["done"]! + states["unknown"]!).toBe(rows);
    expect(history.unknown.length).toBeLessThanOrEqual(kills * submits);
    if (isFull)
      console.log(
        `${kills} kills, ${rows} rows: ${history.unknown.length} unknown, ${history.neverSent.length} of them never sent`,
      );
  });
});

test("row 117: a budget holds over kills", async () => {
  for (let kill = 0; kill < 4; kill++) await killAt(startBatch(60, 1), 3);
  const states = await finish(startBatch(60, 1));
  expect(emulator.charged * 0.05).toBeLessThanOrEqual(1);
  expect(states["done"]! + states["unknown"]!).toBeLessThanOrEqual(20);
  expect(states["held"]).toBeGreaterThanOrEqual(40);
  expect(await check()).toMatchObject({ paidTwice: [], unrecorded: [] });
});

test("rows 110 and 151: two programs over one record pay each row once", async () => {
  const both = [startBatch(60), startBatch(60)].map(finish);
  for (const states of await Promise.all(both)) expect(states).toMatchObject({ done: 60 });
  expect(emulator.charged).toBe(60);
  expect(await check()).toMatchObject({ paidTwice: [], unrecorded: [], unknown: [] });
});

test("rows 111 and 121: a program that stands still stops nobody, and what it comes back with counts", async () => {
  const stopped = startBatch(100);
  let seen = 0;
  await emulator.nextRequest(({ route }) => route === "submit" && ++seen === 10);
  stopped.kill("SIGSTOP");
  const other = await finish(startBatch(100));
  // Rows that the first one was sending have no outcome for the second one.
  expect(other["done"]! + other["unknown"]! + (other["accepted"] ?? 0)).toBe(100);
  expect(other["unknown"]).toBeLessThanOrEqual(submits);
  stopped.kill("SIGCONT");
  await finish(stopped);
  const states = await finish(startBatch(100));
  expect(states["done"]! + states["unknown"]!).toBe(100);
  expect(await check()).toMatchObject({ paidTwice: [], unrecorded: [], invented: [] });
  expect(emulator.charged).toBeLessThanOrEqual(100);
});

/** Numbers from 0 up to 1, the same in each run. */
const seeded = (seed: number) => {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
};
