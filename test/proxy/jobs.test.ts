import { describe, expect, test } from "vitest";
import type { ProxyCall, ProxyResult } from "../../src/adapters/proxy/index.js";
import { finishAll, makeRequest, model, openSite, submit } from "./support.js";

const statusOf = (handle: string): ProxyCall => ({ call: "status", handle });

describe("a page's job", () => {
  test("is sent once, told of as it goes, and ends with the model's output", async () => {
    const { emulator, start, call } = await openSite();
    const results: ProxyResult[] = [];
    const onResult = (result: ProxyResult) => void results.push(result);
    const proxy = start({ onResult });
    const sent = await call(proxy, submit("key-00001"));
    expect(sent).toMatchObject({ key: "key-00001", model: model.id, state: "in_queue", pollAfterMs: 1000 });
    const { handle, user } = sent;
    expect(await call(proxy, statusOf(handle))).toMatchObject({ handle, user, state: "in_progress" });
    finishAll(emulator);
    const done = await call(start({ onResult }), { call: "result", handle });
    expect(done).toMatchObject({ state: "succeeded", output: { video: expect.stringContaining("http") } });
    expect(done).not.toHaveProperty("pollAfterMs");
    const again = await call(proxy, { call: "result", handle });
    expect(again).toEqual({ ...done, elapsedMs: again.elapsedMs });
    expect(emulator.charged).toBe(1);
    const { id } = emulator.jobs[0]!;
    expect(results).toEqual([
      {
        ...{ user: "ann", key: "key-00001", model: model.id, job: { id, model: model.id } },
        ...{ state: "succeeded", output: done.output, costUsd: emulator.jobs[0]!.costUsd },
      },
    ]);
  });

  test("that fails says why, to the page and to the server", async () => {
    const { emulator, start, call } = await openSite();
    const results: ProxyResult[] = [];
    const proxy = start({ onResult: (result) => results.push(result) });
    const { handle } = await call(proxy, submit("key-00001"));
    emulator.finish(emulator.jobs[0]!.id, { error: "the prompt was refused" });
    const failed = await call(proxy, statusOf(handle));
    expect(failed).toMatchObject({ state: "failed", error: { code: "job_failed" } });
    expect(failed.error!.message).toContain("the prompt was refused");
    expect(results).toMatchObject([{ state: "failed", error: { code: "job_failed" } }]);
    expect(results[0]).not.toHaveProperty("output");
  });

  test("is cancelled while it is queued, and costs nothing then", async () => {
    const { emulator, start, call, store } = await openSite({ queueMs: Infinity });
    const results: ProxyResult[] = [];
    const proxy = start({ onResult: (result) => results.push(result) });
    const { handle } = await call(proxy, submit("key-00001"));
    expect(await call(proxy, { call: "cancel", handle })).toMatchObject({ state: "cancelled" });
    expect(emulator.charged).toBe(0);
    expect(results).toMatchObject([{ state: "cancelled" }]);
    expect(await store.committed(`${emulator.url} proxy/ann dollars 2026-05-01`)).toBe(0);
  });

  test("that runs already goes on when it is cancelled", async () => {
    const { emulator, start, call } = await openSite();
    const proxy = start();
    const { handle } = await call(proxy, submit("key-00001"));
    expect(await call(proxy, { call: "cancel", handle })).toMatchObject({ state: "in_progress" });
    expect(emulator.charged).toBe(1);
  });
});

describe("one key is one job", () => {
  test("for a post that is repeated, for two at the same moment, and for two processes", async () => {
    const { emulator, start, call, run } = await openSite();
    const [first, second] = [start(), start()];
    const both = [first, second, first].map((proxy) => proxy(makeRequest(submit("key-00001"))));
    const answers = await Promise.all((await run(Promise.all(both))).map((response) => response.json()));
    const handles = answers.map((answer) => (answer as { handle: string }).handle);
    expect(new Set(handles)).toEqual(new Set([(await call(second, submit("key-00001"))).handle]));
    expect(emulator.charged).toBe(1);
  });

  test("and another input under it is a conflict", async () => {
    const { emulator, start, call, refusal } = await openSite();
    const proxy = start();
    await call(proxy, submit("key-00001"));
    expect(await refusal(proxy, submit("key-00001", { prompt: "Snow." }))).toMatchObject({
      ...{ status: 409, code: "key_conflict" },
    });
    expect(emulator.charged).toBe(1);
  });

  test("of one user: the same key of another is another job, and a handle is of use to its user only", async () => {
    const { emulator, start, call, refusal } = await openSite();
    const proxy = start();
    const ann = await call(proxy, submit("key-00001"), "ann");
    const bob = await call(proxy, submit("key-00001"), "bob");
    expect(bob.user).not.toBe(ann.user);
    expect(emulator.charged).toBe(2);
    for (const given of ["status", "result", "cancel"] as const)
      expect(await refusal(proxy, { call: given, handle: ann.handle }, "bob")).toMatchObject({ status: 404 });
    expect(await call(proxy, { call: "user" }, "ann")).toEqual({ user: ann.user });
    expect(await call(start(), { call: "user" }, "bob")).toEqual({ user: bob.user });
  });

  test("while an older secret is still listed, and no longer", async () => {
    const { start, call, refusal } = await openSite();
    const { handle } = await call(start({ secret: "a".repeat(32) }), submit("key-00001"));
    const both = start({ secret: ["b".repeat(32), "a".repeat(32)] });
    expect(await call(both, statusOf(handle))).toMatchObject({ state: "in_progress" });
    expect(await refusal(start({ secret: "b".repeat(32) }), statusOf(handle))).toMatchObject({ status: 404 });
  });
});

describe("a request", () => {
  test("is answered within 8 s while the service is slow, and the job is found then", async () => {
    const { emulator, start, call, run, clock } = await openSite();
    const work: Promise<unknown>[] = [];
    const proxy = start({ waitUntil: (one) => work.push(one) });
    emulator.faults.add({ route: "submit", delayMs: 20_000 });
    const startedAt = clock.now();
    const sent = await call(proxy, submit("key-00001"));
    expect(sent).toMatchObject({ state: "sending", pollAfterMs: 1000 });
    expect(clock.now() - startedAt).toBeLessThan(8000);
    await run(Promise.all(work));
    expect(await call(start(), statusOf(sent.handle))).toMatchObject({ state: "in_progress" });
    expect(emulator.charged).toBe(1);
  });

  test.for(["status", "result"] as const)(
    "is answered within 8 s while the service does not answer a %s request",
    async (route) => {
      const { emulator, start, call, refusal, clock } = await openSite();
      const proxy = start();
      const { handle } = await call(proxy, submit("key-00001"));
      finishAll(emulator);
      emulator.faults.add({ route, never: true, times: "always" });
      const startedAt = clock.now();
      const answer = await refusal(proxy, { call: "result", handle });
      expect([200, 503]).toContain(answer.status);
      expect(clock.now() - startedAt).toBeLessThan(8000);
    },
  );

  test("is answered within 8 s while authorize or the store does not answer", async () => {
    const { start, refusal, clock, store } = await openSite();
    const never = () => new Promise<never>(() => {});
    for (const own of [{ authorize: never }, { store: { ...store, open: never } }]) {
      const startedAt = clock.now();
      expect(await refusal(start(own), submit("key-00001"))).toMatchObject({ status: 503 });
      expect(clock.now() - startedAt).toBeLessThan(8000);
    }
  });

  test("of a hundred at the same moment costs the service one status request", async () => {
    const { emulator, start, call, run } = await openSite();
    const proxy = start();
    const { handle } = await call(proxy, submit("key-00001"));
    const before = emulator.requests.length;
    const polls = Array.from({ length: 100 }, () => proxy(makeRequest(statusOf(handle))));
    for (const response of await run(Promise.all(polls))) expect(response.status).toBe(200);
    expect(emulator.requests.length - before).toBe(1);
  });

  test("is never stored by a cache, whatever its answer", async () => {
    const { start, run } = await openSite();
    const proxy = start();
    for (const body of [submit("key-00001"), { call: "status", handle: "x" }, "{"]) {
      const { headers } = await run(proxy(makeRequest(body)));
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });
});

describe("an answer of the service that is lost", () => {
  test("leaves the job unknown: it is never sent again, and its dollars stay reserved", async () => {
    const { emulator, start, call, store } = await openSite();
    const proxy = start();
    emulator.faults.add({ route: "submit", reset: "after" });
    const sent = await call(proxy, submit("key-00001"));
    expect(sent).toMatchObject({ state: "unknown", error: { code: "submit_unknown" } });
    expect(await call(start(), submit("key-00001"))).toMatchObject({ state: "unknown" });
    expect(await call(proxy, statusOf(sent.handle))).toMatchObject({ state: "unknown" });
    expect(emulator.charged).toBe(1);
    expect(await store.committed(`${emulator.url} proxy/ann dollars 2026-05-01`)).toBe(0.2);
  });

  test("that asks to come later is waited for behind the page's answer, and costs one job", async () => {
    const { emulator, start, call, run } = await openSite();
    const work: Promise<unknown>[] = [];
    const proxy = start({ waitUntil: (one) => work.push(one) });
    emulator.faults.add({ route: "submit", status: 429, retryAfter: 12 });
    const sent = await call(proxy, submit("key-00001"));
    expect(sent).toMatchObject({ state: "sending" });
    await run(Promise.all(work));
    expect(await call(proxy, statusOf(sent.handle))).toMatchObject({ state: "in_progress" });
    expect(emulator.charged).toBe(1);
  });

  test("of balance or token is told to the log, and to the page only that it may try again", async () => {
    const { emulator, start, call, refusal, lines } = await openSite();
    const proxy = start();
    emulator.faults.add({
      route: "submit",
      status: 402,
      body: { error_code: 400002, message: "balance $0.03" },
    });
    const answer = await refusal(proxy, submit("key-00001"));
    expect(answer).toMatchObject({ status: 503, code: "unavailable" });
    expect(answer.message).not.toMatch(/balance|0\.03/);
    expect(lines.join("\n")).toContain("balance");
    expect(emulator.charged).toBe(0);
    expect(await call(proxy, submit("key-00001"))).toMatchObject({ state: "in_queue" });
    expect(emulator.charged).toBe(1);
  });
});
