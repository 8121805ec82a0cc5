import { createServer } from "node:http";
import { expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import type { Clock } from "../../src/index.js";
import { dose } from "../support/dose.js";

/** A signal that counts who listens. */
const createCountedSignal = () => {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners++;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners--;
    removeEventListener.apply(signal, args);
  };
  return { controller, signal, listeners: () => listeners };
};

/** Sleeps take no time, so that polls follow each other as fast as they can be answered. */
const createRush = (): Clock & { pending: number } => {
  let now = 0;
  const rush = {
    pending: 0,
    now: () => now,
    date: () => now,
    sleep: async (ms: number, signal?: AbortSignal): Promise<void> => {
      if (ms < 10_000) {
        now += ms;
        return signal?.throwIfAborted();
      }
      rush.pending++;
      await new Promise<void>((_resolve, reject) =>
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
      ).finally(() => rush.pending--);
    },
  };
  return rush;
};

const pollCount = dose(10_000, 100_000);
const fetchCount = dose(1000, 3000);

test(`row 77: ${pollCount} polls on one signal leave no listener and no timer`, async () => {
  const { signal, controller, listeners } = createCountedSignal();
  let polls = 0;
  const clock = createRush();
  const fetch = async () => {
    polls++;
    const body = JSON.stringify({
      request_id: "job-1",
      status: polls < pollCount ? "in_queue" : "completed",
      output: { a: 1 },
    });
    return {
      status: 200,
      headers: new Headers(),
      body: null,
      text: async () => body,
    } as unknown as Response;
  };
  const client = createClient({
    token: "test-token",
    fetch,
    clock,
    requestsPerSecond: 1e6,
    timeoutMs: 1e15,
    signal,
  });
  await client.job("a/b", "job-1").result({ signal });
  expect(polls).toBeGreaterThan(pollCount);
  expect(listeners()).toBe(0);
  expect(clock.pending).toBe(0);
  expect(controller.signal.aborted).toBe(false);
});

test("row 77: polls over the platform's own fetch leave no listener and no socket", async () => {
  const { signal, listeners } = createCountedSignal();
  let polls = 0;
  const server = createServer((_request, response) => {
    polls++;
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({
        request_id: "job-1",
        status: polls < fetchCount ? "in_queue" : "completed",
        output: { a: 1 },
      }),
    );
  });
  let sockets = 0;
  server.on("connection", () => sockets++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const baseUrl = `http://127.0.0.1:${port}`;
  const client = createClient({
    token: "test-token",
    baseUrl,
    clock: createRush(),
    requestsPerSecond: 1e6,
    timeoutMs: 1e15,
  });
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on("warning", note);
  await client.job("a/b", "job-1").result({ signal });
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", note);
  expect(polls).toBeGreaterThanOrEqual(fetchCount);
  expect(listeners()).toBe(0);
  expect(sockets).toBeLessThan(20);
  expect(warnings.filter(({ name }) => name === "MaxListenersExceededWarning")).toEqual([]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
