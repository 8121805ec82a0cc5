import { expect, test } from "vitest";
import { createManualClock } from "../../../src/emulator/index.js";
import { ask, start, submit } from "./scene.js";

test("a clock that is driven plays a whole job without waiting", async () => {
  const clock = createManualClock();
  const emulator = await start({ clock, queueMs: 60_000, runMs: 600_000 });
  const id = await submit(emulator);
  const poll = async () => {
    for (;;) {
      const { body } = await ask(emulator, `/v1/requests/${id}/status`);
      if (body["status"] === "completed") return clock.now();
      await clock.sleep(5_000);
    }
  };
  expect(await clock.drive(poll(), { stepMs: 5_000 })).toBeGreaterThanOrEqual(660_000);
});

test.each([0, -1, NaN, Infinity, "5"])(
  "a clock is not driven by steps of %j, which lead nowhere",
  async (step) => {
    const clock = createManualClock();
    const never = new Promise(() => {});
    const stepMs = step as number;
    await expect(clock.drive(never, { stepMs })).rejects.toMatchObject({ code: "config" });
    if (stepMs !== 0) expect(() => clock.advance(stepMs)).toThrow("Time cannot go on by");
    expect(clock.now()).toBe(0);
  },
);
