import { expect, test } from "vitest";
import { getLive, listLive } from "../../src/catalogue/live.js";
import { createClient, JobAbortedError, SubmitUnknownError } from "../../src/index.js";
// The client loads it when it is first needed, which is not what is interrupted here.
import type { Client } from "../../src/index.js";
import { createClock, settle } from "../support/clock.js";
import { accepted, createService, stateAt, succeeded } from "../support/service.js";

/** A client on a service where everything takes its time, so that there are many places to be interrupted at. */
const setup = () => {
  const clock = createClock();
  const slow = { delayMs: 40 };
  const done = stateAt(clock, 6000);
  const service = createService(clock, {
    submit: (_request, nth) =>
      nth === 1 ? { status: 429, ...slow, headers: { "retry-after": "1" } } : { body: accepted(), ...slow },
    status: (request, nth) =>
      nth === 2 ? { status: 503, ...slow } : { ...(done(request, nth) as object), ...slow },
    result: (_request, nth) =>
      nth === 1 ? { status: 400, body: { error_code: 400005 }, ...slow } : { body: succeeded(), ...slow },
    cancel: () => ({ status: 202, body: { outcome: "not_cancellable" }, ...slow }),
    balance: (_request, nth) =>
      nth === 1 ? { status: 500, ...slow } : { body: { balance_usd: 1 }, ...slow },
    models: () => ({ body: { models: [] }, ...slow }),
    c: () => ({ body: { model_id: "a/c" }, ...slow }),
  });
  const client = createClient({
    token: async () => (await clock.sleep(30), "test-token"),
    fetch: service.fetch,
    clock,
    random: () => 0.5,
  });
  return { clock, service, client };
};

const calls: readonly [string, (client: Client, signal: AbortSignal) => Promise<unknown>][] = [
  ["submit", (client, signal) => client.submit("a/b", {}, { signal })],
  ["run", (client, signal) => client.run("a/b", {}, { signal })],
  ["result", (client, signal) => client.job("a/b", "job-1").result({ signal })],
  ["status", (client, signal) => client.job("a/b", "job-1").status({ signal })],
  ["cancel", (client, signal) => client.job("a/b", "job-1").cancel({ signal })],
  ["balance", (client, signal) => client.balance({ signal })],
  ["a page of the catalogue", (client, signal) => listLive(client, { signal })],
  ["an entry of the catalogue", (client, signal) => getLive(client, "a/c", { signal })],
  [
    "watch",
    async (client, signal) => {
      for await (const update of client.job("a/b", "job-1").watch({ signal })) expect(update).toBeDefined();
    },
  ],
];

test.each(calls)(
  "an abort of %s settles at once and leads to its job, wherever it falls",
  async (name, call) => {
    // Every moment at which something happens is a place where the call awaits.
    const dry = setup();
    const moments = new Set<number>();
    const { sleep } = dry.clock;
    dry.clock.sleep = (ms, signal) => {
      moments.add(dry.clock.now());
      return sleep(ms, signal);
    };
    await dry.clock.run(call(dry.client, new AbortController().signal));
    moments.add(dry.clock.now());
    expect(moments.size).toBeGreaterThanOrEqual(name === "status" ? 2 : 3);

    for (const moment of [...moments].flatMap((at) => [at, at + 1])) {
      const { clock, client, service } = setup();
      const controller = new AbortController();
      const reason = new Error("enough");
      let settled: { readonly error?: unknown; readonly value?: unknown } | undefined;
      const watched = call(client, controller.signal).then(
        (value) => (settled = { value }),
        (error: unknown) => (settled = { error }),
      );
      await clock.advance(moment - clock.now());
      const before = settled;
      const asked = service.seen.length;
      controller.abort(reason);
      await settle();
      expect(settled, `aborted at ${moment}`).toBeDefined();
      await watched;
      if (!before) {
        const { error } = settled!;
        if (error instanceof SubmitUnknownError || error instanceof JobAbortedError)
          expect(error.cause).toBe(reason);
        else expect(error).toBe(reason);
        const posted = service.seen.some(
          ({ path, at }) => path === "/v1/models/a/b" && at + 40 > clock.now(),
        );
        expect(error instanceof SubmitUnknownError).toBe(posted);
      }
      await settle();
      expect(service.seen.length).toBe(asked);
      // What is left is the token function's own sleep.
      expect(clock.sleeping).toBeLessThanOrEqual(1);
    }
  },
);

test.each(calls)("an abort of %s for no reason at all rejects with just that", async (_name, call) => {
  const { clock, client } = setup();
  const controller = new AbortController();
  const settled = call(client, controller.signal).catch((error: unknown) => [error]);
  await clock.advance(50);
  controller.abort(null);
  const posted = expect.objectContaining({ code: "submit_unknown", cause: null });
  const aborted = expect.objectContaining({ code: "job_aborted", cause: null, name: "AbortError" });
  expect([[null], [posted], [aborted]]).toContainEqual(await settled);
});
