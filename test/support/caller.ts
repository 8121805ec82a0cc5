import { afterEach, beforeEach, expect } from "vitest";
import { createClient } from "../../src/index.js";
import type { ClientOptions } from "../../src/index.js";
import { createClock } from "./clock.js";
import { accepted, createService, stateAt, succeeded } from "./service.js";

/** A client whose service takes every job and has it done two seconds after the clock's start. */
export const startCaller = (options: ClientOptions = {}) => {
  const clock = createClock();
  const service = createService(clock, {
    submit: () => ({ body: accepted() }),
    status: stateAt(clock, 2000),
    result: () => ({ body: succeeded() }),
  });
  const client = createClient({ token: "test-token", fetch: service.fetch, clock, ...options });
  return { clock, service, client };
};

/** Lets a test of this file fail where a promise is rejected that nobody handles. */
export const refuseUnhandledRejections = (): void => {
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
};
