import { connect } from "node:net";
import { createClient } from "runcomfy-models";
import { describe, expect, test } from "vitest";
import type { EmulatorOptions, SeenRequest } from "../../../src/emulator/index.js";
import { ask, start, submit, submitBytes, video } from "./scene.js";

const submitPath = `/v1/models/${video.id}`;
const body = { prompt: "x" };
const fail = (): never => {
  throw new Error("mine");
};

describe("a function of the options that fails", () => {
  test.each<[string, EmulatorOptions, RegExp]>([
    ["requestId that throws", { requestId: fail }, /`requestId` threw: Error: mine/],
    [
      "requestId that gives no id",
      { requestId: () => "a b" },
      /`requestId` gave "a b"; it must be a text of 1/,
    ],
    ["queueMs that throws", { queueMs: fail }, /`queueMs` threw: Error: mine/],
    ["queueMs that gives NaN", { queueMs: () => NaN }, /`queueMs` gave NaN; it must be a number from 0/],
  ])("%s: the submit is answered 500, costs nothing, and close rejects", async (_, options, message) => {
    const emulator = await start(options);
    const answer = await ask(emulator, submitPath, { body });
    expect(answer).toMatchObject({ status: 500, body: { error_message: expect.stringMatching(message) } });
    expect([emulator.charged, emulator.jobs.length, emulator.balanceUsd]).toEqual([0, 0, 100]);
    expect(emulator.requests).toMatchObject([{ route: "submit", status: 500 }]);
    await expect(emulator.close()).rejects.toMatchObject({ code: "config", message });
  });

  test.each<[string, EmulatorOptions, RegExp]>([
    ["runMs that throws", { runMs: fail }, /`runMs` threw: Error: mine/],
    ["outcome that throws", { outcome: fail }, /`outcome` threw: Error: mine/],
    ["outcome that gives nothing", { outcome: () => undefined as never }, /`outcome` gave undefined/],
    ["outcome that gives no JSON", { outcome: () => ({ output: { seed: NaN } }) }, /`outcome` gave/],
  ])(
    "%s: every status request says so, and so do close and what the test reads",
    async (_, options, message) => {
      const emulator = await start(options);
      const id = await submit(emulator);
      for (let count = 0; count < 2; count++)
        expect((await ask(emulator, `/v1/requests/${id}/status`)).body["error_message"]).toMatch(message);
      expect(() => emulator.charged).toThrow(message);
      await expect(emulator.close()).rejects.toThrow("(The first of 2 callback errors.)");
      await emulator.close();
    },
  );

  test("onRequest that throws or rejects: the answer leaves as it was, and close rejects with the cause", async () => {
    const hooks: (() => unknown)[] = [fail, () => Promise.reject(new Error("mine"))];
    for (const onRequest of hooks) {
      const emulator = await start({ onRequest });
      expect((await ask(emulator, submitPath, { body })).status).toBe(200);
      expect(emulator.charged).toBe(1);
      const closed = emulator.close();
      await expect(closed).rejects.toThrow("`onRequest` threw: Error: mine");
      await expect(closed).rejects.toMatchObject({ cause: new Error("mine") });
    }
  });

  test.each<[string, string, string | undefined]>([
    ["in the middle of its own body", '{"pro', undefined],
    ["while the answer is late", '{"prompt":"x"}', "job-1"],
  ])("onRequest is told of a request whose sender leaves %s, once", async (_when, sent, requestId) => {
    const seen: SeenRequest[] = [];
    const emulator = await start({
      requestId: (count) => `job-${count}`,
      onRequest: (request) => void seen.push(request),
    });
    const until = async (isSo: () => boolean) => {
      for (let turn = 0; turn < 200_000 && !isSo(); turn++)
        await new Promise((resolve) => setImmediate(resolve));
    };
    emulator.faults.add({ route: "submit", delayMs: 1e9 });
    const head = submitBytes(emulator).split("\r\n\r\n")[0]!;
    const socket = connect(Number(new URL(emulator.url).port), "127.0.0.1");
    socket.write(`${head}\r\n\r\n${sent}`);
    await until(() => emulator.requests.length === 1 && emulator.requests[0]!.requestId === requestId);
    socket.destroy();
    await until(() => seen.length > 0);
    expect(seen).toEqual(emulator.requests);
    expect(seen).toMatchObject([{ method: "POST", route: "submit" }]);
    expect([seen[0]!.requestId, seen[0]!.status]).toEqual([requestId, undefined]);
    await emulator.close();
  });

  test("whoever waits for the next request hears of it, before and after", async () => {
    const emulator = await start({ requestId: fail });
    const seen = emulator.nextRequest();
    await Promise.all([
      expect(seen).rejects.toThrow("`requestId` threw"),
      ask(emulator, submitPath, { body }),
    ]);
    await expect(emulator.nextRequest()).rejects.toThrow("`requestId` threw");
    await expect(emulator.close()).rejects.toThrow("`requestId` threw");
  });

  test("a test for the next request that throws rejects that wait alone", async () => {
    const emulator = await start();
    const [broken, sound] = [emulator.nextRequest(fail), emulator.nextRequest()];
    await Promise.all([expect(broken).rejects.toThrow("mine"), submit(emulator)]);
    expect(await sound).toMatchObject({ route: "submit" });
    await emulator.close();
  });
});

describe("a job id that another job has", () => {
  test("is refused loudly: no second job, no second charge, and an error for the author of the test", async () => {
    const emulator = await start({ requestId: () => "job-1", balanceUsd: 1 });
    const client = createClient({ baseUrl: emulator.url, token: emulator.token });
    await client.submit(video.id, body);
    await expect(client.submit(video.id, body)).rejects.toMatchObject({ code: "submit_unknown" });
    expect([emulator.jobs.length, emulator.charged, emulator.balanceUsd]).toEqual([1, 1, 0.5]);
    await expect(emulator.close()).rejects.toThrow(
      '`requestId` gave "job-1" for job 2, which another job has already. Give each its own',
    );
  });

  test("is refused also when that job is forgotten", async () => {
    const emulator = await start({ requestId: () => "job-1" });
    emulator.forget(await submit(emulator));
    expect((await ask(emulator, submitPath, { body })).status).toBe(500);
    await expect(emulator.close()).rejects.toThrow("which another job has already");
  });
});
