import { describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { refuseUnhandledRejections, startCaller } from "../support/caller.js";
import { createClock } from "../support/clock.js";
import { createService } from "../support/service.js";

refuseUnhandledRejections();

test.each([
  [null, "null"],
  ["enough", "enough"],
  [new Error("enough"), "enough"],
])("cancelOnAbort survives a client that is aborted with %j", async (reason, said) => {
  const lines: string[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  const { client, clock } = startCaller({ signal, logger: { error: (line) => lines.push(line) } });
  const run = client.run("a/b", {}, { signal, cancelOnAbort: true }).catch((error: unknown) => error);
  await clock.advance(300);
  controller.abort(reason);
  expect(await run).toMatchObject({ code: "job_aborted", cause: reason });
  await clock.advance(0);
  expect(lines).toEqual([`Job job-1 may run on: ${said}`]);
});

const boom = () => {
  throw new Error("boom");
};

describe("a clock or a die that fails", () => {
  test.each<[string, () => number]>([
    ["gives nothing", () => undefined as never],
    ["gives NaN", () => NaN],
    ["throws", boom],
  ])("keeps its pace when a die %s", async (_name, random) => {
    const clock = createClock();
    const submit = (_request: unknown, nth: number) => ({ status: nth < 30 ? 429 : 400 });
    const service = createService(clock, { submit });
    const client = createClient({ token: "test-token", fetch: service.fetch, clock, random });
    const outcome = client.submit("a/b", {}, { timeoutMs: 20_000 }).catch((error: unknown) => error);
    expect(await clock.run(outcome)).toMatchObject({ status: 429 });
    expect(service.count("submit")).toBeLessThan(10);
  });

  test.each(["now", "date"] as const)("loses no paid job when %s throws at any call", async (name) => {
    for (let calls = 0; calls < 12; calls++) {
      const clock = createClock();
      let left = calls;
      const failing = { ...clock, [name]: () => (left-- > 0 ? clock[name]() : boom()) };
      const { client } = startCaller({ clock: failing });
      expect(await clock.run(client.submit("a/b", {}))).toMatchObject({ id: "job-1" });
    }
  });

  test("leaves nothing unhandled when its sleep throws", async () => {
    const clock = createClock();
    const { client } = startCaller({ clock: { ...clock, sleep: boom }, fetch: async () => boom() });
    await expect(client.submit("a/b", {})).rejects.toMatchObject({ code: "submit_unknown" });
  });

  test("ends a wait with the clock's own error when its sleep throws", async () => {
    const clock = createClock();
    const { client } = startCaller({ clock: { ...clock, sleep: boom }, fetch: async () => boom() });
    await expect(client.job("a/b", "job-1").result()).rejects.toThrow("boom");
  });
});
