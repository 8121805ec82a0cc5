import { describe, expect, test } from "vitest";
import { startEmulator } from "../../../src/emulator/index.js";
import type { EmulatorModel, EmulatorOptions, Outcome } from "../../../src/emulator/index.js";
import { start, submit, video } from "./scene.js";

describe("an option that cannot be meant is refused at the start", () => {
  test.each<[object, RegExp]>([
    [{ queueMs: NaN }, /queueMs is NaN\. Give a number from 0, or Infinity, or a function\./],
    [{ queueMs: -1 }, /queueMs is -1/],
    [{ queueMs: "50" }, /queueMs is of type string\. Give a number from 0/],
    [{ runMs: NaN }, /runMs is NaN/],
    [{ concurrency: 0 }, /concurrency is 0\. Give a whole number from 1, or Infinity/],
    [{ concurrency: 1.5 }, /concurrency is 1\.5/],
    [{ balanceUsd: NaN }, /balanceUsd is NaN\. Give a number from 0/],
    [{ balanceUsd: Infinity }, /balanceUsd is Infinity/],
    [{ balanceUsd: 1e308 }, /balanceUsd is 1e\+308\. Give a number from 0 to 9,000,000,000\./],
    [{ priceUsd: -0.1 }, /priceUsd is -0\.1/],
    [{ port: 99_999 }, /port is 99999\. Give a whole number from 0 to 65535/],
    [{ host: 5 }, /host is 5\. Give a text/],
    [{ allowRemote: "no" }, /allowRemote is of type string\. Give true or false/],
    [{ models: 5 }, /models is 5\. Give a list of models, each an object with `id`/],
    [{ models: [video, { id: "a/b" }] }, /models is of type array.*; models\[1\] is something else/],
    [{ wireFormat: "nope" }, /`wireFormat`: "nope" is not one of "documented", "observed"/],
    [{ wireFormat: 5 }, /`wireFormat`: 5 given; expected string or object/],
    [{ wireFormat: { tooEarly: 404 } }, /`wireFormat\.tooEarly`: 404 is not one of 200, 400/],
    [{ wireFormat: { tooearly: 400 } }, /`wireFormat\.tooearly`: .*Did you mean "tooEarly"\?/],
    [{ quirks: ["nope"] }, /`quirks\[0\]`: "nope" is not one of "duplicates"/],
    [{ quirks: ["null"] }, /Did you mean "nulls"\?/],
    [{ quirks: Array(9).fill("x") }, /`quirks\[4\]`: "x" is not one of [^`]*; and 4 more\.$/],
    [{ badInputs: "x" }, /`badInputs`: "x" is not one of "refuse", "accept"/],
    [{ media: { video: 5 } }, /startEmulator's media\.video takes an object of options, not number/],
    [{ media: { vido: {} } }, /media has no option "vido"\. Did you mean "video"\?/],
    [{ media: { video: { type: "video/mp4" } } }, /media\.video needs bytes, type and extension; bytes is/],
    [{ media: { video: { bytes: "x" } } }, /bytes is of type string\. Give a Uint8Array/],
    [{ outcome: "failed" }, /outcome is of type string\. Give a function/],
    [{ onRequest: [] }, /onRequest is of type array\. Give a function/],
    [{ clock: Date }, /clock is of type function\. Give a clock/],
    [{ faults: { route: "submit" } }, /faults is of type object\. Give a list of faults/],
    [{ queueMS: 5 }, /startEmulator has no option "queueMS"\. Did you mean "queueMs"\?/],
    [{ spelling: "observed" }, /no option "spelling"\. Did you mean "wireFormat"\?/],
    [{ oddities: "all" }, /no option "oddities"\. Did you mean "quirks"\?/],
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
    await expect(startEmulator(null as never)).rejects.toThrow("takes an object of options, not null");
  });
});

test("an option that is undefined is one that was left out", async () => {
  const options = { queueMs: undefined, wireFormat: { accepted: undefined }, media: { video: undefined } };
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
  expect(() => emulator.publish([{ id: "a/b" } as EmulatorModel])).toThrow(
    /publish takes a list of models.*models\[0\] is something else/,
  );
  expect(emulator.jobs.map(({ state }) => state)).toEqual(["in_queue"]);
});
