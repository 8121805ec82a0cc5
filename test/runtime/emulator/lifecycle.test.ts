import { describe, expect, test } from "vitest";
import { createManualClock, startEmulator } from "../../../src/emulator/index.js";
import { ask, audio, image, start, submit, video } from "./scene.js";

describe("a job", () => {
  test("goes through queue and run to its result as time passes, and not before", async () => {
    const clock = createManualClock();
    const emulator = await start({ clock, queueMs: 100, runMs: 1_000 });
    const id = await submit(emulator);
    const look = async () => (await ask(emulator, `/v1/requests/${id}/status`)).body;
    expect(await look()).toEqual({
      request_id: id,
      status: "in_queue",
      queue_position: 0,
      status_url: `${emulator.url}/v1/requests/${id}/status`,
      result_url: `${emulator.url}/v1/requests/${id}/result`,
    });
    clock.advance(99);
    expect((await look())["status"]).toBe("in_queue");
    clock.advance(1);
    expect(await look()).not.toHaveProperty("queue_position");
    expect((await look())["status"]).toBe("in_progress");
    clock.advance(999);
    expect((await ask(emulator, `/v1/requests/${id}/result`)).body).toMatchObject({ status: "in_progress" });
    clock.advance(1);
    expect((await look())["status"]).toBe("completed");
    const { body } = await ask(emulator, `/v1/requests/${id}/result`);
    expect(body).toEqual({
      request_id: id,
      status: "succeeded",
      output: { video: `${emulator.url}/media/${id}/0.mp4` },
      created_at: "2026-01-01T00:00:00.000Z",
      finished_at: "2026-01-01T00:00:01.100Z",
    });
  });

  test("waits in line while others run, and moves up", async () => {
    const clock = createManualClock();
    const emulator = await start({ clock, concurrency: 1, queueMs: 0, runMs: 10 });
    const ids = [await submit(emulator), await submit(emulator), await submit(emulator)];
    const positions = async () =>
      Promise.all(
        ids.map(async (id) => (await ask(emulator, `/v1/requests/${id}/status`)).body["queue_position"]),
      );
    expect(await positions()).toEqual([undefined, 0, 1]);
    clock.advance(10);
    expect(await positions()).toEqual([undefined, undefined, 0]);
    clock.advance(25);
    expect(emulator.jobs.map((job) => job.state)).toEqual(["succeeded", "succeeded", "succeeded"]);
    const finished = await Promise.all(
      ids.map(async (id) => (await ask(emulator, `/v1/requests/${id}/result`)).body["finished_at"]),
    );
    expect(finished.map((text) => Date.parse(String(text)) - Date.UTC(2026, 0, 1))).toEqual([10, 20, 30]);
  });

  test("can be cancelled only in the queue, and is then off the bill", async () => {
    const clock = createManualClock();
    const emulator = await start({ clock, queueMs: 10, runMs: 10, balanceUsd: 1 });
    const queued = await submit(emulator);
    expect(emulator.balanceUsd).toBe(0.5);
    const cancelled = await ask(emulator, `/v1/requests/${queued}/cancel`, { method: "POST" });
    expect(cancelled).toMatchObject({ status: 202, body: { status: "cancelled", outcome: "cancelled" } });
    expect([emulator.charged, emulator.balanceUsd]).toEqual([0, 1]);
    const running = await submit(emulator);
    clock.advance(10);
    const refused = await ask(emulator, `/v1/requests/${running}/cancel`, { method: "POST" });
    expect(refused).toMatchObject({
      status: 202,
      body: { status: "in_progress", outcome: "not_cancellable" },
    });
    expect(emulator.charged).toBe(1);
    expect((await ask(emulator, `/v1/requests/${queued}/result`)).body["status"]).toBe("cancelled");
  });

  test("that was cancelled twice is given back once", async () => {
    const emulator = await start({ queueMs: 60_000, balanceUsd: 1 });
    const id = await submit(emulator);
    for (let count = 0; count < 2; count++) {
      const { body } = await ask(emulator, `/v1/requests/${id}/cancel`, { method: "POST" });
      expect(body["outcome"]).toBe("cancelled");
    }
    expect(emulator.balanceUsd).toBe(1);
  });

  test("fails where the options say so, with the error as it was given", async () => {
    const error = [{ errorCode: 7, error: "moderation", debugInfo: null }];
    const emulator = await start({
      outcome: (job) => (job.input["prompt"] === "bad" ? { error } : "succeeded"),
    });
    const id = await submit(emulator, video, { prompt: "bad" });
    expect((await ask(emulator, `/v1/requests/${id}/status`)).body["status"]).toBe("completed");
    expect((await ask(emulator, `/v1/requests/${id}/result`)).body).toMatchObject({
      status: "failed",
      error,
    });
  });

  test("ends when the test says so, with the output that the test gives", async () => {
    const emulator = await start({ queueMs: 60_000 });
    const id = await submit(emulator);
    emulator.finish(id, { output: { seed: 7 } });
    expect((await ask(emulator, `/v1/requests/${id}/result`)).body).toMatchObject({
      status: "succeeded",
      output: { seed: 7 },
    });
    expect(() => emulator.finish("no-such-job")).toThrow(RangeError);
  });

  test("tells its cost when asked for", async () => {
    const emulator = await start();
    const id = await submit(emulator, video, { prompt: "x", duration: 10 });
    expect((await ask(emulator, `/v1/requests/${id}/result`)).body).not.toHaveProperty("cost");
    expect((await ask(emulator, `/v1/requests/${id}/result?include_cost=true`)).body["cost"]).toBe(1);
  });

  test("gives as many images as were asked for, and sound where the model makes sound", async () => {
    const emulator = await start();
    const outputOf = async (id: string) => (await ask(emulator, `/v1/requests/${id}/result`)).body["output"];
    const three = await submit(emulator, image, { prompt: "x", num_images: 3 });
    expect(await outputOf(three)).toEqual({
      images: [0, 1, 2].map((n) => `${emulator.url}/media/${three}/${n}.png`),
    });
    const one = await submit(emulator, image);
    expect(await outputOf(one)).toEqual({ image: `${emulator.url}/media/${one}/0.png` });
    const tune = await submit(emulator, audio, { tags: "x" });
    expect(await outputOf(tune)).toEqual({ audio: `${emulator.url}/media/${tune}/0.mp3` });
  });

  test("fills everything that its output schema documents", async () => {
    const output = {
      type: "object",
      properties: {
        video: { type: "string", format: "uri" },
        seed: { type: "integer", minimum: 3 },
        frames: {
          type: "array",
          items: { type: "object", properties: { url: { type: "string", format: "uri" } } },
        },
      },
    } as const;
    const emulator = await start({ models: [{ ...video, output }] });
    const id = await submit(emulator);
    const url = `${emulator.url}/media/${id}/0.mp4`;
    const { body } = await ask(emulator, `/v1/requests/${id}/result`);
    expect(body["output"]).toEqual({ video: url, seed: 3, frames: [{ url }] });
  });
});

describe("the log", () => {
  test("knows every job that was accepted and none that was refused", async () => {
    const emulator = await start();
    const id = await submit(emulator);
    await submit(emulator, video, { prompt: 7 });
    expect(emulator.jobs).toMatchObject([
      { id, model: video.id, input: { prompt: "x" }, charged: true, costUsd: 0.5 },
    ]);
    expect(emulator.charged).toBe(1);
  });

  test("never holds the token, not even one that came in an address", async () => {
    const emulator = await start({ tokens: "planted-canary" });
    await ask(emulator, `/v1/models?search=planted-canary`);
    await submit(emulator);
    expect(JSON.stringify([emulator.requests, emulator.jobs])).not.toContain("canary");
    expect(
      emulator.requests.map(({ method, route, status, authorized }) => [method, route, status, authorized]),
    ).toEqual([
      ["GET", "catalogue", 200, true],
      ["POST", "submit", 200, true],
    ]);
    await ask(emulator, "/v1/models/acme/planted-canary");
    await ask(emulator, "/v1/requests/planted-canary/status");
    expect(JSON.stringify(emulator.requests)).not.toContain("canary");
  });

  test("lets a test wait for a request", async () => {
    const emulator = await start();
    const seen = emulator.nextRequest((request) => request.route === "submit");
    const id = await submit(emulator);
    expect(await seen).toMatchObject({ route: "submit", model: video.id, requestId: id });
  });
});

test("without options it offers the models of this package, to the documented token", async () => {
  const emulator = await startEmulator();
  try {
    const { body } = await ask(emulator, "/v1/models?limit=500", { token: "emulator-token" });
    const ids = (body["models"] as { model_id: string }[]).map((entry) => entry.model_id);
    expect(ids).toContain("bytedance/seedance-v1.5-pro/image-to-video");
  } finally {
    await emulator.close();
  }
});

test("many emulators live side by side", async () => {
  const several = await Promise.all(Array.from({ length: 20 }, () => start()));
  await Promise.all(several.map((emulator) => submit(emulator)));
  expect(several.map((emulator) => emulator.charged)).toEqual(several.map(() => 1));
  expect(new Set(several.map((emulator) => emulator.url)).size).toBe(20);
});

test("an address that others can reach is refused unless allowed", async () => {
  await expect(startEmulator({ models: [], host: "0.0.0.0" })).rejects.toThrow(/allowRemote/);
  const emulator = await start({ host: "0.0.0.0", allowRemote: true });
  expect((await ask(emulator, "/v1/models")).status).toBe(200);
});

test("a port that is taken is said to be", async () => {
  const { url } = await start();
  await expect(startEmulator({ models: [], port: Number(new URL(url).port) })).rejects.toMatchObject({
    code: "config",
    message: expect.stringMatching(/choose another port/),
  });
});

test("an empty token is refused, for nobody could send it", async () => {
  await expect(startEmulator({ models: [], tokens: ["good", " "] })).rejects.toMatchObject({
    code: "config",
  });
});

test("jobs are named as the options say", async () => {
  const emulator = await start({ requestId: (count) => `job-${count}` });
  expect([await submit(emulator), await submit(emulator)]).toEqual(["job-1", "job-2"]);
});

test("closing ends a connection that waits for its answer", async () => {
  const emulator = await start({ faults: [{ route: "balance", never: true }] });
  const seen = emulator.nextRequest();
  const answer = ask(emulator, "/prod/v2/balance").catch((error: unknown) => error);
  await seen;
  await emulator.close();
  expect(await answer).toBeInstanceOf(TypeError);
});
