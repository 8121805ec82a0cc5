import { describe, expect, test } from "vitest";
import { startEmulator } from "../../../src/emulator/index.js";
import type { EmulatorModel, EmulatorOptions, Outcome } from "../../../src/emulator/index.js";
import { start, submit, video } from "./scene.js";

describe("an option that cannot be meant is refused at the start", () => {
  test.each<[object, RegExp]>([
    [{ queueMs: NaN }, /queueMs is NaN; it must be a number from 0, or Infinity, or a function\./],
    [{ queueMs: -1 }, /queueMs is -1/],
    [{ queueMs: "50" }, /queueMs is "50"/],
    [{ runMs: NaN }, /runMs is NaN/],
    [{ concurrency: 0 }, /concurrency is 0; it must be a whole number from 1, or Infinity/],
    [{ concurrency: 1.5 }, /concurrency is 1\.5/],
    [{ balanceUsd: NaN }, /balanceUsd is NaN; it must be a number from 0/],
    [{ balanceUsd: Infinity }, /balanceUsd is Infinity/],
    [{ balanceUsd: 1e308 }, /balanceUsd is 1e\+308; it must be a number from 0 to 9,000,000,000\./],
    [{ priceUsd: -0.1 }, /priceUsd is -0\.1/],
    [{ port: 99_999 }, /port is 99999; it must be a whole number from 0 to 65535/],
    [{ host: 5 }, /host is 5; it must be a text/],
    [{ allowRemote: "no" }, /allowRemote is "no"; it must be true or false/],
    [{ models: 5 }, /models is 5; it must be a list, each item an object with `id`/],
    [{ models: [video, { id: "a/b" }] }, /models\[1\] is \{"id":"a\/b"\}/],
    [{ spelling: "nope" }, /spelling is "nope"; it must be "documented" or "observed", or an object/],
    [{ spelling: { tooEarly: 404 } }, /spelling\.tooEarly is 404; it must be 200 or 400/],
    [{ oddities: ["nope"] }, /oddities\[0\] is "nope"; it must be "duplicates" or/],
    [{ badInputs: "x" }, /badInputs is "x"; it must be "refuse" or "accept"/],
    [{ media: { video: 5 } }, /media\.video is 5; it must be an object of bytes \(a Uint8Array\)/],
    [{ outcome: "failed" }, /outcome is "failed"; it must be a function/],
    [{ onRequest: [] }, /onRequest is \[\]; it must be a function/],
    [{ clock: Date }, /clock is \[Function: Date\]; it must be a clock/],
    [{ faults: { route: "submit" } }, /faults is \{"route":"submit"\}; it must be a list of faults/],
    [{ queueMS: 5 }, /there is no key "queueMS"\. Is queueMs meant\?/],
  ])("%o", async (options, message) => {
    await expect(startEmulator(options)).rejects.toThrow(message);
    await expect(startEmulator(options)).rejects.toMatchObject({ code: "config" });
  });

  test("and a token never stands in the message", async () => {
    for (const tokens of ["", [], ["canary", 7], ["canary", " "], 7, "canary y", "canary\n", ["canary-é"]]) {
      const refused = startEmulator({ tokens } as EmulatorOptions);
      await expect(refused).rejects.toThrow(/^startEmulator: tokens must be a token, or a list[^7]*$/);
      await expect(refused).rejects.not.toThrow("canary");
    }
    await expect(startEmulator(null as never)).rejects.toThrow("takes an object of options. Given: null");
  });
});

test("an option that is undefined is one that was left out", async () => {
  const options = { queueMs: undefined, spelling: { accepted: undefined }, media: { video: undefined } };
  const emulator = await start(options as never);
  const id = await submit(emulator);
  emulator.finish(id);
  expect((await fetch(`${emulator.url}/media/${id}/0.mp4`)).status).toBe(200);
});

test("a job that is to stay in the queue for ever stays there", async () => {
  const emulator = await start({ queueMs: Infinity, concurrency: Infinity });
  await submit(emulator);
  expect(emulator.jobs.map(({ state }) => state)).toEqual(["in_queue"]);
});

test("what is set later is checked as well", async () => {
  const emulator = await start({ queueMs: 60_000 });
  const id = await submit(emulator);
  expect(() => emulator.finish(id, "failed" as Outcome)).toThrow(
    /finish: outcome is "failed"; it must be "succeeded"/,
  );
  expect(() => emulator.finish(id, { output: { seed: NaN } })).toThrow(/that JSON can carry/);
  expect(() => emulator.publish([{ id: "a/b" } as EmulatorModel])).toThrow(/publish: models\[0\] is/);
  expect(emulator.jobs.map(({ state }) => state)).toEqual(["in_queue"]);
});
