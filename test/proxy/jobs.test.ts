import { describe, expect, test } from "vitest";
import type { ProxyResult } from "../../src/adapters/proxy/index.js";
import { call, model, openSite, submit } from "./support.js";

describe("a page's job", () => {
  test("is sent once, told of as it goes, and ends with the model's output", async () => {
    const { emulator, start } = await openSite();
    const results: ProxyResult[] = [];
    const proxy = start({ onResult: (result) => results.push(result) });
    const sent = await call(proxy, submit("key-00001"));
    expect(sent).toMatchObject({ key: "key-00001", model: model.id, state: "in_queue", pollAfterMs: 1000 });
    const { handle, user } = sent;
    expect(await call(proxy, { call: "status", handle })).toMatchObject({
      handle,
      user,
      state: "in_progress",
    });
    emulator.finish(emulator.jobs[0]!.id);
    const done = await call(start({ onResult: (result) => results.push(result) }), {
      call: "result",
      handle,
    });
    expect(done).toMatchObject({ state: "succeeded", output: { video: expect.stringContaining("http") } });
    expect(done).not.toHaveProperty("pollAfterMs");
    expect(await call(proxy, { call: "result", handle })).toEqual({ ...done, elapsedMs: expect.any(Number) });
    expect(emulator.charged).toBe(1);
    expect(results).toEqual([
      {
        user: "ann",
        key: "key-00001",
        model: model.id,
        job: { id: emulator.jobs[0]!.id, model: model.id },
        state: "succeeded",
        output: done.output,
        costUsd: expect.any(Number),
      },
    ]);
  });
});
