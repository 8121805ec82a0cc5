import { readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EmulatorOptions } from "../../src/emulator/index.js";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { audioModel, liveModels, openPlace, order } from "./support.js";
import type { OpenStudio, Place } from "./support.js";

let place: Place;
let open: OpenStudio;
const start = async (options: EmulatorOptions = {}): Promise<void> => {
  place = await openPlace(options);
  open = await place.open();
};
const restart = async (options: Parameters<Place["open"]>[0] = {}): Promise<void> => {
  await open.close();
  open = await place.open(options);
};
afterEach(async () => {
  await open.close();
  await place.close();
});

describe("a job", () => {
  beforeEach(() => start());

  test("is sent, waited for and saved, with its manifest", async () => {
    const { status, json } = await open.call("POST", "/api/jobs", order("first-job-1"));
    expect(status).toBe(202);
    expect(json.record).toMatchObject({ key: "first-job-1", model: audioModel });
    const isOver = ({ state, status }: StudioJob) => state === "done" && status === undefined;
    const job = await open.until("first-job-1", isOver);
    expect(job).toMatchObject({ costUsd: 0.003, usd: 0.003, files: [{ type: "audio/mpeg", bytes: 596 }] });

    expect(readdirSync(place.saveFolder).sort()).toEqual([`${job.job}.json`, job.files[0]!.name].sort());
    const manifest = await open.send({ path: job.manifest!, headers: { cookie: open.cookie } });
    expect(JSON.parse(manifest.text)).toMatchObject({ requestId: job.job, input: job.input });
    const { json: setup } = await open.call("GET", "/api/setup");
    expect(setup.budget).toEqual({ committedUsd: 0.003 });
  });

  test("that is asked for twice at the same moment is paid once", async () => {
    const both = await Promise.all([1, 2].map(() => open.call("POST", "/api/jobs", order("double-click"))));
    expect(both.map(({ json }) => json.record.key)).toEqual(["double-click", "double-click"]);
    await open.until("double-click", ({ state }) => state === "done");
    expect((await open.call("POST", "/api/jobs", order("double-click"))).json.record.state).toBe("done");
    expect(place.emulator.charged).toBe(1);
  });

  test("under the key of another one is a conflict", async () => {
    await open.call("POST", "/api/jobs", order("one-key-two-jobs"));
    await open.until("one-key-two-jobs", ({ state }) => state === "done");
    const { status, json } = await open.call(
      "POST",
      "/api/jobs",
      order("one-key-two-jobs", { tags: "jazz" }),
    );
    expect({ status, code: json.error.code }).toEqual({ status: 409, code: "key_conflict" });
    expect(place.emulator.charged).toBe(1);
  });

  test("that does not fit is refused with each problem at its field", async () => {
    const { status, json } = await open.call(
      "POST",
      "/api/jobs",
      order("unfit-job", { duration: "long", mood: 1 }),
    );
    expect(status).toBe(422);
    const paths = json.error.issues.map(({ path }: { readonly path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(["/duration", "/mood"]));
    expect(place.emulator.requests.filter(({ route }) => route === "submit")).toEqual([]);
  });

  test("that costs more than the page showed is not sent", async () => {
    const { status, json } = await open.call("POST", "/api/jobs", {
      ...order("dearer-job"),
      agreedUsd: 0.001,
    });
    expect({ status, code: json.error.code }).toEqual({ status: 409, code: "price" });
    expect(place.emulator.charged).toBe(0);
  });

  test("that the service refuses is free, says why, and can be sent again", async () => {
    place.emulator.faults.add({ route: "submit", status: 402 });
    await open.call("POST", "/api/jobs", order("no-balance"));
    const refused = await open.until("no-balance", ({ error }) => error !== undefined);
    expect(refused).toMatchObject({ state: "new", error: { code: "insufficient_balance" } });
    await open.call("POST", "/api/jobs/no-balance/retry", {});
    expect(await open.until("no-balance", ({ state }) => state === "done")).not.toHaveProperty("error");
    expect(place.emulator.charged).toBe(1);
  });

  test("that failed says why, and a retry is another job", async () => {
    await open.close();
    await place.close();
    let count = 0;
    await start({ outcome: () => (++count === 1 ? { error: "the model is out of paint" } : "succeeded") });
    await open.call("POST", "/api/jobs", order("failing-job"));
    const failed = await open.until("failing-job", ({ state }) => state === "failed");
    expect(failed.error?.message).toContain("out of paint");
    await open.call("POST", "/api/jobs/failing-job/retry", {});
    const done = await open.until("failing-job", ({ state }) => state === "done");
    expect(done.otherJobs).toEqual([failed.job]);
  });

  test("can be a favourite, over restarts", async () => {
    await open.call("POST", "/api/jobs", order("best-of-all"));
    await open.call("POST", "/api/jobs/best-of-all/favourite", { on: true });
    await open.until("best-of-all", ({ state }) => state === "done");
    await restart();
    const { json } = await open.call("GET", "/api/jobs?favourite=yes");
    expect(json.records).toMatchObject([{ key: "best-of-all", favourite: true }]);
  });
});

describe("a queued job", () => {
  beforeEach(() => start({ queueMs: Infinity }));

  test("shows its place, and can be cancelled", async () => {
    await open.call("POST", "/api/jobs", order("queued-job"));
    const queued = await open.until("queued-job", ({ status }) => status === "in_queue");
    expect(queued).toMatchObject({ state: "accepted", queuePosition: 0 });
    await open.call("POST", "/api/jobs/queued-job/cancel", {});
    await open.until("queued-job", ({ state }) => state === "cancelled");
    expect(place.emulator.charged).toBe(0);
  });

  test("is waited for and saved by the next studio", async () => {
    await open.call("POST", "/api/jobs", order("left-alone"));
    const { job } = await open.until("left-alone", ({ state }) => state === "accepted");
    await restart();
    place.emulator.finish(job!);
    await open.until("left-alone", ({ state, files }) => state === "done" && files.length === 1);
    expect(place.emulator.charged).toBe(1);
  });

  test("that another program has sent is waited for where a person asks for it", async () => {
    const other = await place.open();
    await other.call("POST", "/api/jobs", order("sent-elsewhere"));
    const { job } = await open.until("sent-elsewhere", ({ fetchable }) => fetchable === true);
    await other.close();
    await open.call("POST", "/api/jobs/sent-elsewhere/fetch", {});
    expect(await open.until("sent-elsewhere", ({ status }) => status === "in_queue")).not.toHaveProperty(
      "fetchable",
    );
    place.emulator.finish(job!);
    await open.until("sent-elsewhere", ({ state, files }) => state === "done" && files.length === 1);
    expect(place.emulator.charged).toBe(1);
  });

  test("is removed from the record only on a person's own word", async () => {
    await open.call("POST", "/api/jobs", order("to-be-removed"));
    await open.until("to-be-removed", ({ state }) => state === "accepted");
    expect((await open.call("DELETE", "/api/jobs/to-be-removed")).json.error.code).toBe("open");
    expect((await open.call("DELETE", "/api/jobs/to-be-removed?force=yes")).status).toBe(200);
    expect((await open.call("GET", "/api/jobs")).json.total).toBe(0);
  });
});

describe("a job whose outcome is unknown", () => {
  beforeEach(async () => {
    await start({ queueMs: Infinity });
    place.emulator.faults.add({ route: "submit", reset: "after" });
    await open.call("POST", "/api/jobs", order("lost-answer"));
    await open.until("lost-answer", ({ state }) => state === "unknown");
  });

  test("is never sent again by itself, neither by the same click nor by a restart", async () => {
    const { json } = await open.call("POST", "/api/jobs", order("lost-answer"));
    expect(json.record).toMatchObject({ state: "unknown", error: { code: "submit_unknown" } });
    await restart();
    const { json: list } = await open.call("GET", "/api/jobs?state=unknown");
    expect(list.records).toMatchObject([{ key: "lost-answer" }]);
    expect((await open.call("POST", "/api/jobs/lost-answer/retry", {})).status).toBe(409);
    expect(place.emulator.charged).toBe(1);
  });

  test("becomes the job that a person found", async () => {
    const [found] = place.emulator.jobs;
    await open.call("POST", "/api/jobs/lost-answer/accept", { id: found!.id });
    place.emulator.finish(found!.id);
    await open.until("lost-answer", ({ state, files }) => state === "done" && files.length === 1);
    expect(place.emulator.charged).toBe(1);
  });

  test("comes with the balance before it and the one of now", async () => {
    const { json } = await open.call("GET", "/api/jobs/lost-answer/balance");
    const { balanceUsd } = place.emulator;
    expect(json).toEqual({ beforeUsd: Math.round((balanceUsd + 0.003) * 1e6) / 1e6, nowUsd: balanceUsd });
  });

  test("is not taken for a job that the service does not know", async () => {
    const { status } = await open.call("POST", "/api/jobs/lost-answer/accept", { id: "another-job" });
    expect(status).toBe(404);
    expect((await open.call("GET", "/api/jobs/lost-answer")).json.record.state).toBe("unknown");
  });

  test("is sent again once a person has said that it was not paid", async () => {
    await open.call("POST", "/api/jobs/lost-answer/refuse", {});
    await open.call("POST", "/api/jobs/lost-answer/retry", {});
    await open.until("lost-answer", ({ state }) => state === "accepted");
    expect(place.emulator.jobs).toHaveLength(2);
  });
});

describe("a budget", () => {
  const budget = { id: "studio test", maxUsd: 0.007 };

  test("holds the jobs beyond it, over restarts", async () => {
    await start();
    await restart({ budget });
    for (const key of ["budget-1", "budget-2"]) {
      await open.call("POST", "/api/jobs", order(key));
      await open.until(key, ({ state }) => state === "done");
    }
    await open.call("POST", "/api/jobs", order("budget-3"));
    const { sendable } = await open.until("budget-3", ({ state }) => state === "held");
    expect(sendable).toBe(true);
    const cheaper = await open.call("POST", "/api/jobs/budget-3/retry", { agreedUsd: 0.002 });
    expect(cheaper).toMatchObject({ status: 409, json: { error: { code: "price" } } });
    await restart({ budget });
    await open.call("POST", "/api/jobs", order("budget-4"));
    await open.until("budget-4", ({ state }) => state === "held");
    const { json } = await open.call("GET", "/api/setup");
    expect(json.budget).toEqual({ maxUsd: 0.007, committedUsd: 0.006 });
    expect(place.emulator.charged).toBe(2);
    await restart({ budget: { ...budget, maxUsd: 1 } });
    await open.call("POST", "/api/jobs/budget-3/retry", {});
    await open.until("budget-3", ({ state }) => state === "done");
  });

  test("asks for a number where the price of a job is not certain", async () => {
    await start();
    await restart({ budget });
    const model = "kling/kling-3.0/standard/text-to-video";
    const job = { key: "unpriced-job", model, input: { prompt: "Rain on a tin roof." } };
    const { json } = await open.call("POST", "/api/check", job);
    expect(json.estimate).toMatchObject({ bound: "atLeast", needsAssumption: true });
    const refused = await open.call("POST", "/api/jobs", job);
    expect(refused).toMatchObject({ status: 409, json: { error: { code: "price" } } });
    await open.call("POST", "/api/jobs", { ...job, assumeUsd: 0.02 });
    await open.until("unpriced-job", ({ state }) => state === "held");
    expect(place.emulator.charged).toBe(0);
  });
});

test("a studio that ends lets a paid request come to its end, and sends no other", async () => {
  await start({ queueMs: Infinity });
  place.emulator.faults.add({ route: "submit", delayMs: 300 });
  const arrived = place.emulator.nextRequest(({ route }) => route === "submit");
  await open.call("POST", "/api/jobs", order("on-the-wire"));
  place.emulator.faults.add({ route: "submit", status: 429, retryAfter: 600 });
  await open.call("POST", "/api/jobs", order("waiting-job"));
  await restart();
  await arrived;
  const { json } = await open.call("GET", "/api/jobs");
  const states = json.records.map(({ key, state }: { key: string; state: string }) => [key, state]);
  expect(Object.fromEntries(states)).toEqual({ "on-the-wire": "accepted", "waiting-job": "new" });
  expect(place.emulator.jobs).toHaveLength(1);
});

test("a model that only the service's own list has is shown with its price, and run", async () => {
  await start();
  const [model] = liveModels;
  place.emulator.publish(liveModels);
  await restart();
  const list = async () => (await open.call("GET", "/api/models")).json;
  await vi.waitUntil(async () => (await list()).live === "ready", { interval: 20, timeout: 60_000 });
  const listed = (await list()).models.find(({ id }: { readonly id: string }) => id === model.id);
  expect(listed).toMatchObject({ live: true, takes: ["text"], price: { usd: 0.25 } });
  const { json } = await open.call("GET", `/api/models/${model.id}`);
  expect(json.description.fields).toMatchObject([{ name: "prompt", required: true }]);
  await open.call("POST", "/api/jobs", { key: "live-only", model: model.id, input: { prompt: "Rain." } });
  await open.until("live-only", ({ state }) => state === "done");
  expect(place.emulator.charged).toBe(1);
});
