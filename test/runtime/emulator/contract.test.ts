import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadCatalogue } from "../../../src/emulator/index.js";
import type { Emulator, EmulatorModel, EmulatorOptions } from "../../../src/emulator/index.js";
import { loadContract } from "../../support/openapi.js";
import { ask, audio, image, start, submit, video } from "./scene.js";
import type { Body } from "./scene.js";

const readDocument = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8"));

/** What all models share, and the whole with an operation for each model of the package. */
const [shared, whole] = [readDocument("specs/api.json"), readDocument("generated/openapi.json")];

type Options = NonNullable<Parameters<typeof ask>[2]>;
type Call = readonly [path: string, options?: Options];

/** Plays every call of the API in every state of a job, and gives all that came back. */
const playEverything = async (options: EmulatorOptions) => {
  const emulator = await start({
    tokens: ["mine", "theirs"],
    balanceUsd: 2,
    queueMs: 60_000,
    outcome: (job) => (job.input["prompt"] === "bad" ? { error: "moderated" } : "succeeded"),
    ...options,
  });
  const exchanges: { call: Call; status: number; body: Body }[] = [];
  const record = async (...call: Call) => {
    exchanges.push({ call, ...(await ask(emulator, ...call)) });
  };
  const jobs = await jobsInEveryState(emulator);
  for (const id of [...jobs, "no-such-job"]) {
    await record(`/v1/requests/${id}/status`);
    await record(`/v1/requests/${id}/result`);
    await record(`/v1/requests/${id}/result?include_cost=true`);
    await record(`/v1/requests/${id}/status`, { token: "theirs" });
  }
  for (const id of jobs) await record(`/v1/requests/${id}/cancel`, { method: "POST" });
  for (const model of [video, image, audio]) {
    await record(`/v1/models/${model.id}`);
    await record(`/v1/models/${model.id}`, { body: { prompt: "x" } });
  }
  await record(`/v1/models/${video.id}`, { body: { prompt: 7 } });
  await record(`/v1/models/${video.id}`, { body: { prompt: "too dear", duration: 10 } });
  await record("/v1/models/acme/none", { body: {} });
  await record("/v1/models/acme/none");
  await record("/v1/models?include_schema=true&limit=2&offset=1&search=a&category=text-to-image");
  await record("/v1/models?limit=500");
  await record("/v1/models/categories");
  await record("/prod/v2/balance");
  for (const path of ["/v1/models", "/prod/v2/balance", `/v1/requests/${jobs[0]!}/status`]) {
    await record(path, { token: "wrong" });
  }
  return { emulator, exchanges };
};

/** A job in the queue, one that was cancelled, one that failed and one that succeeded. */
const jobsInEveryState = async (emulator: Emulator): Promise<string[]> => {
  const ids = [];
  for (const prompt of ["queued", "cancelled", "bad", "good"])
    ids.push(await submit(emulator, image, { prompt }));
  await ask(emulator, `/v1/requests/${ids[1]!}/cancel`, { method: "POST" });
  emulator.finish(ids[2]!, { error: "moderated" });
  emulator.finish(ids[3]!);
  return ids;
};

test("every model of the package runs on the emulator as its OpenAPI operation says", async () => {
  const [contract, lifecycle] = [loadContract(whole), loadContract(shared)];
  const catalogue = loadCatalogue() as (EmulatorModel & { example: unknown })[];
  const emulator = await start({ models: catalogue, balanceUsd: 1_000 });
  const headers = { authorization: `Bearer ${emulator.token}`, "content-type": "application/json" };
  const problems: string[] = [];
  for (const { id, example } of catalogue) {
    const path = `/v1/models/${id}`;
    const entry = await ask(emulator, path);
    problems.push(...lifecycle.checkResponse("GET", path, entry.status, entry.body));
    if (example === null) continue;
    problems.push(...contract.checkRequest("POST", path, headers, example));
    const submitted = await ask(emulator, path, { body: example });
    problems.push(...contract.checkResponse("POST", path, submitted.status, submitted.body));
    const resultPath = `/v1/requests/${String(submitted.body["request_id"])}/result`;
    const result = await ask(emulator, resultPath);
    problems.push(...contract.checkResponse("GET", resultPath, result.status, result.body));
  }
  expect(problems).toEqual([]);
  expect(emulator.charged).toBe(catalogue.filter(({ example }) => example !== null).length);
});

describe("every answer agrees with the OpenAPI document", () => {
  test.each<[string, EmulatorOptions, boolean]>([
    ["in the documented wire format", {}, false],
    ["while jobs run", { queueMs: 0, runMs: 60_000 }, false],
    ["in the observed wire format", { wireFormat: "observed" }, true],
  ])("%s", async (_, options, observed) => {
    const contract = loadContract(shared, { observed });
    const { emulator, exchanges } = await playEverything(options);
    const problems = exchanges.flatMap(({ call: [path, asked], status, body }) => {
      const method = asked?.method ?? (asked?.body === undefined ? "GET" : "POST");
      const found = contract.checkResponse(method, emulator.url + path, status, body);
      return found.map((problem) => `${method} ${path} ${status}: ${problem}`);
    });
    expect(problems).toEqual([]);
    expect(new Set(exchanges.map(({ status }) => status)).size).toBeGreaterThan(3);
  });
});
