import { afterEach, beforeEach, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import type { ClientOptions } from "../../src/index.js";
import { createClock } from "../support/clock.js";
import { accepted, createService, stateAt, succeeded } from "../support/service.js";

const setup = (options: ClientOptions = {}) => {
  const clock = createClock();
  const service = createService(clock, {
    submit: () => ({ body: accepted() }),
    status: stateAt(clock, 2000),
    result: () => ({ body: succeeded() }),
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock, ...options });
  return { clock, service, client };
};

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  // Node reports what nobody handled after the microtasks of the turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

test.each([
  [null, "null"],
  ["enough", "enough"],
  [new Error("enough"), "enough"],
])("cancelOnAbort survives a client that is aborted with %j", async (reason, said) => {
  const lines: string[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  const { client, clock } = setup({ signal, logger: { error: (line) => lines.push(line) } });
  const run = client.run("a/b", {}, { signal, cancelOnAbort: true }).catch((error: unknown) => error);
  await clock.advance(300);
  controller.abort(reason);
  expect(await run).toBe(reason);
  await clock.advance(0);
  expect(lines).toEqual([`Job job-1 may run on: ${said}`]);
});
