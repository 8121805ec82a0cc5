import { describe, expect, test } from "vitest";
import type { ProxyResult } from "../../src/adapters/proxy/index.js";
import { memoryStore } from "../../src/once/index.js";
import type { JobRecord } from "../../src/once/index.js";
import { finishAll, openSite, submit } from "./support.js";

const collect = () => {
  const results: ProxyResult[] = [];
  return { results, onResult: (result: ProxyResult) => void results.push(result) };
};

describe("onResult", () => {
  test("is called once by sweeps at the same moment in two processes, for a page that never comes back", async () => {
    const { emulator, start, call, run, store } = await openSite();
    const { results, onResult } = collect();
    const slow = async (result: ProxyResult) => {
      await Promise.resolve();
      onResult(result);
    };
    const proxies = [start({ onResult: slow }), start({ onResult: slow })];
    await call(proxies[0]!, submit("key-00001"));
    await call(proxies[1]!, submit("key-00001"), "bob");
    expect(await run(proxies[0]!.sweep())).toEqual({ open: 2, ended: 0, failed: 0 });
    finishAll(emulator);
    const sweeps = [...proxies, ...proxies].map((proxy) => proxy.sweep());
    const reports = await run(Promise.all(sweeps));
    expect(results.map(({ user }) => user).toSorted()).toEqual(["ann", "bob"]);
    expect(reports.reduce((sum, { ended }) => sum + ended, 0)).toBeGreaterThanOrEqual(2);
    expect(await run(proxies[0]!.sweep())).toEqual({ open: 0, ended: 0, failed: 0 });
    expect(await store.committed(`${emulator.url} proxy/ann places`)).toBe(0);
  });

  test("is called at the user's next request, whatever that is about", async () => {
    const { emulator, start, call } = await openSite();
    const { results, onResult } = collect();
    await call(start({ onResult }), submit("key-00001"));
    finishAll(emulator);
    await call(start({ onResult }), { call: "user" }, "bob");
    expect(results).toEqual([]);
    await call(start({ onResult }), { call: "user" });
    expect(results).toMatchObject([{ key: "key-00001", state: "succeeded" }]);
  });

  test("that throws is called again later, and meanwhile the page has its result, its place and its dollars", async () => {
    const { emulator, start, call, run, clock, store, lines } = await openSite();
    const { results, onResult } = collect();
    let isBroken = true;
    const proxy = start({
      onResult: (result) => {
        if (isBroken) throw new Error("the gallery is down");
        onResult(result);
      },
    });
    const { handle } = await call(proxy, submit("key-00001"));
    finishAll(emulator);
    expect(await call(proxy, { call: "result", handle })).toMatchObject({ state: "succeeded" });
    expect(lines.join("\n")).toContain("the gallery is down");
    expect(await store.committed(`${emulator.url} proxy/ann places`)).toBe(0);
    isBroken = false;
    expect(await run(proxy.sweep())).toMatchObject({ open: 1, ended: 0 });
    expect(results).toEqual([]);
    clock.advance(31_000);
    expect(await run(proxy.sweep())).toMatchObject({ open: 1, ended: 1 });
    expect(results).toHaveLength(1);
    expect(await call(start(), { call: "result", handle })).toMatchObject({ state: "succeeded" });
  });

  test("that takes longer than a claim of it is not called a second time meanwhile", async () => {
    const { emulator, start, call, run, clock } = await openSite();
    const { results, onResult } = collect();
    const slow = async (result: ProxyResult) => {
      await clock.sleep(100_000);
      onResult(result);
    };
    await call(start({ onResult: slow }), submit("key-00001"));
    finishAll(emulator);
    const first = start({ onResult: slow }).sweep({ timeoutMs: 200_000 });
    await run(clock.sleep(60_000));
    expect(await run(start({ onResult: slow }).sweep())).toMatchObject({ open: 1, ended: 0 });
    expect(await run(first)).toMatchObject({ ended: 1 });
    expect(results).toHaveLength(1);
  });

  test("is told of a job that the service has forgotten for a day, and not before", async () => {
    const { emulator, start, call, run, clock } = await openSite();
    const { results, onResult } = collect();
    const proxy = start({ onResult });
    const { handle } = await call(proxy, submit("key-00001"));
    emulator.forget(emulator.jobs[0]!.id);
    clock.advance(23 * 60 * 60_000);
    await run(proxy.sweep());
    expect(results).toEqual([]);
    clock.advance(2 * 60 * 60_000);
    await run(proxy.sweep());
    expect(results).toMatchObject([{ state: "failed", error: { code: "not_found" } }]);
    expect(await call(proxy, { call: "status", handle })).toMatchObject({ state: "failed" });
  });
});

describe("a sweep", () => {
  test("leaves the jobs of other spaces of the store alone", async () => {
    const { emulator, start, call, run } = await openSite();
    const { results, onResult } = collect();
    await call(start({ space: "other", onResult }), submit("key-00001"));
    finishAll(emulator);
    expect(await run(start({ onResult }).sweep())).toEqual({ open: 0, ended: 0, failed: 0 });
    expect(results).toEqual([]);
  });

  test("of 100,000 open jobs keeps and asks for a thousand, others each time", async () => {
    const inner = memoryStore();
    const asked = new Set<string>();
    const site = await openSite();
    const record: JobRecord = {
      ...{ origin: site.emulator.url, space: "proxy/ann", key: "", model: "a/b", inputHash: "" },
      ...{ state: "accepted", attempt: 1, createdAt: "", updatedAt: "" },
    };
    const store: typeof inner = {
      ...inner,
      async *list() {
        for (let at = 0; at < 100_000; at++) yield { ...record, key: `key-${at}` };
      },
      get: async ({ key }) => {
        asked.add(key);
        return undefined;
      },
    };
    const sweep = () => site.run(site.start({ store }).sweep());
    expect(await sweep()).toEqual({ open: 100_000, ended: 0, failed: 1000 });
    expect(asked.size).toBe(1000);
    await sweep();
    expect(asked.size).toBeGreaterThan(1500);
  });

  test("ends in time while the service does not answer", async () => {
    const { emulator, start, call, run, clock } = await openSite();
    const proxy = start();
    await call(proxy, submit("key-00001"));
    emulator.faults.add({ route: "status", never: true, times: "always" });
    const startedAt = clock.now();
    await run(proxy.sweep({ timeoutMs: 5000 }));
    expect(clock.now() - startedAt).toBeLessThan(6000);
  });

  test("knows any name of a user again", async () => {
    const { emulator, start, call, run } = await openSite();
    const { results, onResult } = collect();
    const user = "auth0|ann/../%2e 文字 \u{1F514}\n";
    await call(start({ onResult, authorize: () => user }), submit("key-00001"));
    finishAll(emulator);
    await run(start({ onResult }).sweep());
    expect(results).toMatchObject([{ user }]);
  });
});
