import { afterEach, describe, expect, test } from "vitest";
import type { NewRecord, RecordId, Store } from "../../src/once/index.js";

/** A place for records, empty at first. Each store that it gives is another client of the same place. */
export interface Place {
  connect(): Promise<Store>;
  /** Ends the place; stores are closed before. */
  remove?(): Promise<void>;
}

const origin = "https://service.example";
const id = (key: string, space = ""): RecordId => ({ origin, space, key });
const given = (key: string, extra: Partial<NewRecord> = {}): NewRecord => ({
  ...id(key),
  model: "a/b",
  inputHash: "1".repeat(64),
  input: { prompt: 'A bell — \u{1F514} — and "quotes"\n' },
  ...extra,
});
const claim = (extra = {}) => ({ owner: "worker-1", leaseMs: 60_000, ...extra });
const job = { id: "job-1", model: "a/b" };
const error = { code: "http", message: "no" };

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

/** The promises that every store keeps. `make` gives an empty place. */
export const describeStore = (name: string, make: () => Promise<Place>): void => {
  describe(name, () => {
    const ends: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const end of ends.splice(0).reverse()) await end();
    });

    const open = async () => {
      const place = await make();
      if (place.remove) ends.push(() => place.remove!());
      const connect = async () => {
        const store = await place.connect();
        ends.push(() => store.close());
        await store.open();
        return store;
      };
      return { store: await connect(), connect };
    };

    describe("put", () => {
      test("inserts a record that is new, and gives it back the second time", async () => {
        const { store } = await open();
        const first = await store.put(given("k"));
        expect(first).toEqual({
          ...given("k"),
          state: "new",
          attempt: 0,
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          updatedAt: first.createdAt,
        });
        expect(await store.put(given("k"))).toEqual(first);
        expect(await store.get(id("k"))).toEqual(first);
      });

      test("at the same moment by two clients makes one record", async () => {
        const { store, connect } = await open();
        const other = await connect();
        const records = await Promise.all([store, other, store, other].map((one) => one.put(given("k"))));
        expect(new Set(records.map(({ createdAt }) => createdAt)).size).toBe(1);
        expect(await collect(store.list())).toHaveLength(1);
      });

      test("gives a record that was never accepted its changed input and model", async () => {
        const { store } = await open();
        await store.put(given("k"));
        const changed = given("k", { model: "a/c", inputHash: "2".repeat(64), input: { n: 2 } });
        expect(await store.put(changed)).toMatchObject({ model: "a/c", input: { n: 2 }, state: "new" });
        const { record } = await store.claim(id("k"), claim());
        await store.move(id("k"), { to: "rejected", attempt: record.attempt, error });
        expect(await store.put(given("k"))).toMatchObject({ model: "a/b", state: "new", attempt: 1 });
      });

      test("changes nothing once the record is being sent", async () => {
        const { store } = await open();
        await store.put(given("k"));
        const { record } = await store.claim(id("k"), claim());
        expect(await store.put(given("k", { inputHash: "2".repeat(64) }))).toEqual(record);
      });

      test("keeps apart the same key of two spaces and of two services", async () => {
        const { store } = await open();
        await store.put(given("k"));
        await store.put(given("k", { space: "b" }));
        await store.put(given("k", { origin: "http://127.0.0.1:1" }));
        await store.claim(id("k"), claim());
        const states = (await collect(store.list())).map(({ origin: at, space, state }) => [
          at,
          space,
          state,
        ]);
        expect(states).toEqual([
          ["http://127.0.0.1:1", "", "new"],
          [origin, "", "sending"],
          [origin, "b", "new"],
        ]);
      });

      test("takes any text as a key", async () => {
        const { store } = await open();
        const keys = ["__proto__", "a:b", "a/b\\c", "ключ", "\u{1F514}", "a'b\"c;--", "x".repeat(500), "1"];
        for (const key of keys) await store.put(given(key));
        for (const key of keys) expect((await store.get(id(key)))?.key).toBe(key);
        expect(await collect(store.list())).toHaveLength(keys.length);
      });
    });

    describe("claim", () => {
      test("is won by one of many clients at the same moment", async () => {
        const { store, connect } = await open();
        const others = [store, await connect(), await connect()];
        await store.put(given("k"));
        const tries = others.flatMap((one) => [one, one, one]);
        const claims = await Promise.all(
          tries.map((one, at) => one.claim(id("k"), claim({ owner: `worker-${at}` }))),
        );
        const winners = claims.filter(({ won }) => won);
        expect(winners).toHaveLength(1);
        expect(winners[0]!.record).toMatchObject({ state: "sending", attempt: 1 });
        const there = await store.get(id("k"));
        for (const { record } of claims) expect(record.owner).toBe(there!.owner);
      });

      test("of a record that is not there is an error that names the key", async () => {
        const { store } = await open();
        await expect(store.claim(id("nobody"), claim())).rejects.toMatchObject({ code: "record" });
        await expect(store.claim(id("nobody"), claim())).rejects.toThrow("nobody");
        expect(await store.get(id("nobody"))).toBeUndefined();
      });

      test("without a renewal within its lease has an unknown outcome, and is never sent again", async () => {
        const { store } = await open();
        await store.put(given("k"));
        await store.claim(id("k"), claim({ leaseMs: 0 }));
        expect(await store.get(id("k"))).toMatchObject({ state: "unknown", attempt: 1 });
        expect(await store.claim(id("k"), claim())).toMatchObject({
          won: false,
          record: { state: "unknown" },
        });
        expect(await collect(store.list({ state: "unknown" }))).toHaveLength(1);
        expect(await collect(store.list({ state: "sending" }))).toHaveLength(0);
      });

      test("can be renewed while it is being sent, by its own number only", async () => {
        const { store } = await open();
        await store.put(given("k"));
        await store.claim(id("k"), claim({ leaseMs: 0 }));
        expect(await store.renew(id("k"), 2, 60_000)).toBe(false);
        expect(await store.renew(id("k"), 1, 60_000)).toBe(true);
        expect(await store.get(id("k"))).toMatchObject({ state: "sending" });
        await store.move(id("k"), { to: "new", attempt: 1, because: "not started" });
        expect(await store.renew(id("k"), 1, 60_000)).toBe(false);
      });

      test("after a refusal has the next number", async () => {
        const { store } = await open();
        await store.put(given("k"));
        await store.claim(id("k"), claim());
        const free = await store.move(id("k"), { to: "new", attempt: 1, because: "not started", error });
        expect(free).toMatchObject({ state: "new", error });
        expect(free.owner).toBeUndefined();
        expect(await store.claim(id("k"), claim())).toMatchObject({ won: true, record: { attempt: 2 } });
      });
    });

    describe("move", () => {
      const sending = async () => {
        const { store, connect } = await open();
        await store.put(given("k"));
        await store.claim(id("k"), claim({ usd: 0.05 }));
        return { store, connect };
      };

      test("of a late refusal changes nothing", async () => {
        const { store } = await sending();
        await store.move(id("k"), { to: "new", attempt: 1, because: "not started" });
        await store.claim(id("k"), claim());
        for (const to of ["unknown", "rejected", "failed"] as const)
          await store.move(id("k"), { to, attempt: 1, error });
        await store.move(id("k"), { to: "new", attempt: 1, because: "not started" });
        expect(await store.get(id("k"))).toMatchObject({ state: "sending", attempt: 2 });
      });

      test("of an acceptance always counts, however late", async () => {
        const { store, connect } = await sending();
        await store.move(id("k"), { to: "unknown", attempt: 1, error });
        const other = await connect();
        expect(await other.move(id("k"), { to: "accepted", attempt: 1, job })).toMatchObject({
          state: "accepted",
          job,
        });
        const there = await store.get(id("k"));
        expect(there).toMatchObject({ state: "accepted", job });
        expect(there!.error).toBeUndefined();
        expect(await store.move(id("k"), { to: "accepted", attempt: 1, job })).toEqual(there);
      });

      test("of an acceptance after a person has refused, and another attempt was accepted, keeps both jobs", async () => {
        const { store } = await sending();
        await store.move(id("k"), { to: "unknown", attempt: 1, error });
        await store.move(id("k"), { to: "new", attempt: 1, because: "refused" });
        await store.claim(id("k"), claim({ usd: 0.05 }));
        await store.move(id("k"), { to: "accepted", attempt: 2, job: { id: "job-2", model: "a/b" } });
        expect(await store.move(id("k"), { to: "accepted", attempt: 1, job })).toMatchObject({
          state: "accepted",
          job: { id: "job-2" },
          otherJobs: [{ id: "job-1", usd: 0.05 }],
        });
      });

      test("of an acceptance after a person has refused keeps it from being paid again", async () => {
        const { store } = await sending();
        await store.move(id("k"), { to: "unknown", attempt: 1, error });
        await store.move(id("k"), { to: "new", attempt: 1, because: "refused" });
        await store.move(id("k"), { to: "accepted", attempt: 1, job });
        expect(await store.claim(id("k"), claim())).toMatchObject({
          won: false,
          record: { state: "accepted" },
        });
      });

      test("by a person frees only what is unknown", async () => {
        const { store } = await sending();
        const refuse = () => store.move(id("k"), { to: "new", attempt: 1, because: "refused" });
        expect(await refuse()).toMatchObject({ state: "sending" });
        await store.move(id("k"), { to: "unknown", attempt: 1, error });
        expect(await refuse()).toMatchObject({ state: "new" });
      });

      test("by a person takes back what a person accepted, and nothing else", async () => {
        const { store } = await sending();
        const withdraw = (jobId: string) => store.move(id("k"), { to: "without job", attempt: 1, jobId });
        await store.move(id("k"), { to: "unknown", attempt: 1, error });
        await store.move(id("k"), { to: "accepted", attempt: 1, job, by: "person" });
        const second = { ...job, id: "job-2" };
        await store.move(id("k"), { to: "accepted", attempt: 1, job: second });
        expect(await withdraw("job-2")).toMatchObject({ state: "accepted", otherJobs: [{ id: "job-2" }] });
        await store.move(id("k"), { to: "done", attempt: 1, costUsd: 0.04, files: [] });
        const free = await withdraw(job.id);
        expect(free).toMatchObject({ state: "unknown", otherJobs: [{ id: "job-2" }] });
        for (const gone of ["job", "acceptedBy", "costUsd", "files"]) expect(free).not.toHaveProperty(gone);
        expect(await store.get(id("k"))).toEqual(free);
      });

      test("by a person no longer takes back what the service has confirmed since", async () => {
        const { store } = await sending();
        await store.move(id("k"), { to: "unknown", attempt: 1, error });
        await store.move(id("k"), { to: "accepted", attempt: 1, job, by: "person" });
        await store.move(id("k"), { to: "accepted", attempt: 1, job });
        const after = await store.move(id("k"), { to: "without job", attempt: 1, jobId: job.id });
        expect(after).toMatchObject({ state: "accepted", job });
      });

      test("frees a claim that was not heard of, when a person refuses it", async () => {
        const { store } = await open();
        await store.put(given("k"));
        await store.claim(id("k"), claim({ leaseMs: 0 }));
        const free = await store.move(id("k"), { to: "new", attempt: 1, because: "refused" });
        expect(free).toMatchObject({ state: "new", attempt: 1 });
      });

      test("to the end notes cost and files, and files can be added later", async () => {
        const { store } = await sending();
        await store.move(id("k"), { to: "accepted", attempt: 1, job });
        expect(await store.move(id("k"), { to: "done", attempt: 1, costUsd: 0.04 })).toMatchObject({
          state: "done",
          costUsd: 0.04,
        });
        const files = [{ path: "/tmp/a.mp4", bytes: 10, sha256: "ab" }];
        const last = await store.move(id("k"), { to: "done", attempt: 1, files, filesMissing: 1 });
        expect(last).toMatchObject({ state: "done", costUsd: 0.04, files, filesMissing: 1 });
        expect(await store.get(id("k"))).toEqual(last);
      });

      test("by a person makes another attempt of a failed job, and keeps the first job", async () => {
        const { store } = await sending();
        await store.move(id("k"), { to: "accepted", attempt: 1, job });
        const retry = () => store.move(id("k"), { to: "new", attempt: 1, because: "retry" });
        expect(await retry()).toMatchObject({ state: "accepted" });
        await store.move(id("k"), { to: "failed", attempt: 1, error, costUsd: 0.02 });
        const again = await retry();
        expect(again).toMatchObject({ state: "new", otherJobs: [{ id: "job-1", costUsd: 0.02 }] });
        expect(again.job).toBeUndefined();
        expect(await store.claim(id("k"), claim())).toMatchObject({ won: true, record: { attempt: 2 } });
      });
    });

    describe("a budget", () => {
      const budget = { id: "film", maxUsd: 0.1 };
      const filled = async () => {
        const { store, connect } = await open();
        for (const key of ["a", "b", "c"]) await store.put(given(key));
        const claimOf = (key: string, extra = {}) =>
          store.claim(id(key), claim({ usd: 0.05, budget, ...extra }));
        return { store, connect, claimOf };
      };

      test("is reserved with each claim, and holds what it does not reach", async () => {
        const { store, claimOf } = await filled();
        expect(await claimOf("a")).toMatchObject({ won: true });
        expect(await claimOf("b")).toMatchObject({ won: true });
        expect(await claimOf("c")).toMatchObject({ won: false, record: { state: "held", attempt: 0 } });
        expect(await store.committed("film")).toBeCloseTo(0.1, 9);
        expect(await store.committed("another")).toBe(0);
      });

      test("is never overrun by claims at the same moment", async () => {
        const { store, connect } = await open();
        const clients = [store, await connect(), await connect()];
        const keys = Array.from({ length: 12 }, (_, at) => `k${at}`);
        for (const key of keys) await store.put(given(key));
        const claims = await Promise.all(
          keys.map((key, at) => clients[at % 3]!.claim(id(key), claim({ usd: 0.03, budget }))),
        );
        expect(claims.filter(({ won }) => won)).toHaveLength(3);
        expect(claims.filter(({ record }) => record.state === "held")).toHaveLength(9);
        expect(await store.committed("film")).toBeCloseTo(0.09, 9);
      });

      test("goes on when the cap is raised", async () => {
        const { claimOf } = await filled();
        for (const key of ["a", "b", "c"]) await claimOf(key);
        const raised = { budget: { id: "film", maxUsd: 0.15 } };
        expect(await claimOf("c", raised)).toMatchObject({
          won: true,
          record: { state: "sending", attempt: 1 },
        });
      });

      test("gets back what was refused for certain, and keeps what is unknown", async () => {
        const { store, claimOf } = await filled();
        await claimOf("a");
        await claimOf("b");
        await store.move(id("a"), { to: "unknown", attempt: 1, error });
        expect(await store.committed("film")).toBeCloseTo(0.1, 9);
        await store.move(id("b"), { to: "new", attempt: 1, because: "not started" });
        expect(await store.committed("film")).toBeCloseTo(0.05, 9);
        expect(await claimOf("c")).toMatchObject({ won: true });
        await store.move(id("a"), { to: "new", attempt: 1, because: "refused" });
        expect(await store.committed("film")).toBeCloseTo(0.05, 9);
      });

      test("counts the cost once it is known, and the jobs before a retry", async () => {
        const { store, claimOf } = await filled();
        await claimOf("a");
        await store.move(id("a"), { to: "accepted", attempt: 1, job });
        await store.move(id("a"), { to: "failed", attempt: 1, error, costUsd: 0.02 });
        expect(await store.committed("film")).toBeCloseTo(0.02, 9);
        await store.move(id("a"), { to: "new", attempt: 1, because: "retry" });
        await claimOf("a");
        expect(await store.committed("film")).toBeCloseTo(0.07, 9);
        await store.move(id("a"), { to: "accepted", attempt: 2, job: { id: "job-2", model: "a/b" } });
        await store.move(id("a"), { to: "cancelled", attempt: 2, error });
        expect(await store.committed("film")).toBeCloseTo(0.02, 9);
      });

      test("is shared by clients that come later", async () => {
        const { connect, claimOf } = await filled();
        await claimOf("a");
        await claimOf("b");
        const later = await connect();
        expect(await later.committed("film")).toBeCloseTo(0.1, 9);
        const { won } = await later.claim(id("c"), claim({ usd: 0.05, budget }));
        expect(won).toBe(false);
      });
    });

    describe("places", () => {
      const places = { id: "ann", most: 2 };
      const budget = { id: "film", maxUsd: 0.1 };

      test("are taken by claims at the same moment, never more than there are", async () => {
        const { store, connect } = await open();
        const clients = [store, await connect(), await connect()];
        const keys = Array.from({ length: 9 }, (_, at) => `k${at}`);
        for (const key of keys) await store.put(given(key));
        const claims = await Promise.all(
          keys.map((key, at) => clients[at % 3]!.claim(id(key), claim({ places, budget, usd: 0.01 }))),
        );
        expect(claims.filter(({ won }) => won)).toHaveLength(2);
        expect(claims.filter(({ record }) => record.state === "held")).toHaveLength(7);
        expect(await store.committed("ann")).toBe(2);
        expect(await (await connect()).committed("film")).toBeCloseTo(0.02, 9);
      });

      test("and dollars are taken together: where one does not reach, the other is left", async () => {
        const { store } = await open();
        for (const key of ["a", "b", "c", "d"]) await store.put(given(key));
        const claimOf = (key: string, usd: number) => store.claim(id(key), claim({ places, budget, usd }));
        expect(await claimOf("a", 0.06)).toMatchObject({ won: true, record: { place: "ann" } });
        expect(await claimOf("b", 0.06)).toMatchObject({ won: false, record: { state: "held" } });
        expect(await store.committed("ann")).toBe(1);
        expect(await claimOf("c", 0.01)).toMatchObject({ won: true });
        expect(await claimOf("d", 0.01)).toMatchObject({ won: false });
        expect(await store.committed("film")).toBeCloseTo(0.07, 9);
      });

      test("are kept while a job runs or is unknown, and given back at its end or by name", async () => {
        const { store } = await open();
        for (const key of ["a", "b", "c"]) {
          await store.put(given(key));
          await store.claim(id(key), claim({ places: { id: "ann", most: 3 } }));
        }
        await store.move(id("a"), { to: "accepted", attempt: 1, job });
        await store.move(id("b"), { to: "unknown", attempt: 1, error });
        expect(await store.committed("ann")).toBe(3);
        const ended = await store.move(id("a"), { to: "failed", attempt: 1, error });
        expect(ended).not.toHaveProperty("place");
        await store.move(id("c"), { to: "new", attempt: 1, because: "not started" });
        expect(await store.committed("ann")).toBe(1);
        const placeless = await store.move(id("b"), { to: "placeless", attempt: 1 });
        expect(placeless).toMatchObject({ state: "unknown" });
        expect(placeless).not.toHaveProperty("place");
        expect(await store.committed("ann")).toBe(0);
        expect(await store.move(id("b"), { to: "placeless", attempt: 1 })).toEqual(placeless);
      });
    });

    describe("the end of a job", () => {
      const accepted = async () => {
        const { store, connect } = await open();
        await store.put(given("k"));
        const budget = { id: "film", maxUsd: 1 };
        await store.claim(id("k"), claim({ usd: 0.5, budget, places: { id: "ann", most: 1 } }));
        await store.move(id("k"), { to: "accepted", attempt: 1, job });
        const deliver = (owner: string, leaseMs = 60_000, by = store) =>
          by.move(id("k"), { to: "delivering", attempt: 1, owner, leaseMs, costUsd: 0.2 });
        return { store, connect, deliver };
      };

      test("is delivered by one of many clients, and settles place and cost before", async () => {
        const { store, connect, deliver } = await accepted();
        const clients = [store, await connect(), await connect()];
        const records = await Promise.all(clients.map((one, at) => deliver(`worker-${at}`, 60_000, one)));
        expect(new Set(records.map(({ delivery }) => delivery?.owner)).size).toBe(1);
        expect(records[0]).toMatchObject({ state: "accepted", costUsd: 0.2 });
        expect(await store.committed("ann")).toBe(0);
        expect(await store.committed("film")).toBeCloseTo(0.2, 9);
        const done = await store.move(id("k"), { to: "done", attempt: 1, costUsd: 0.2 });
        expect(done).not.toHaveProperty("delivery");
        expect(await deliver("worker-9")).toEqual(done);
        expect(await store.committed("film")).toBeCloseTo(0.2, 9);
      });

      test("may be delivered by another client once the first was not heard of", async () => {
        const { deliver } = await accepted();
        await deliver("worker-1", 0);
        expect(await deliver("worker-2")).toMatchObject({ delivery: { owner: "worker-2" } });
        expect(await deliver("worker-1")).toMatchObject({ delivery: { owner: "worker-2" } });
      });
    });

    describe("list", () => {
      test("is in the order of the keys by code point, and goes on behind a key", async () => {
        const { store } = await open();
        const keys = ["b", "a", "\u{1F514}", "\uFF5E", "A", "b1"];
        for (const key of keys) await store.put(given(key));
        await store.put(given("a", { space: "other" }));
        const listed = async (query = {}) =>
          (await collect(store.list({ origin, space: "", ...query }))).map(({ key }) => key);
        expect(await listed()).toEqual(["A", "a", "b", "b1", "\uFF5E", "\u{1F514}"]);
        expect(await listed({ after: "a", limit: 2 })).toEqual(["b", "b1"]);
        expect(await listed({ limit: 0 })).toEqual([]);
      });

      test("can be left early and may be asked for a state", async () => {
        const { store } = await open();
        for (const key of ["a", "b", "c"]) await store.put(given(key));
        await store.claim(id("b"), claim());
        expect((await collect(store.list({ state: "new" }))).map(({ key }) => key)).toEqual(["a", "c"]);
        for await (const { key } of store.list()) {
          expect(key).toBe("a");
          break;
        }
        expect((await collect(store.list({ state: "sending", limit: 1 }))).map(({ key }) => key)).toEqual([
          "b",
        ]);
      });
    });

    test("what one client writes, another reads at once", async () => {
      const { store, connect } = await open();
      const other = await connect();
      await store.put(given("k"));
      expect(await other.get(id("k"))).toMatchObject({ state: "new" });
      await other.claim(id("k"), claim());
      expect(await store.get(id("k"))).toMatchObject({ state: "sending" });
    });

    test("inputs are kept beside the records until they are removed", async () => {
      const { store, connect } = await open();
      const other = await connect();
      await store.put(given("k"));
      const input = { image: "https://a.example/x.png?signature=1", texts: ["\u{1F514}", ""] };
      expect(await store.payload.get(id("k"))).toBeUndefined();
      await store.payload.put(id("k"), input);
      await store.payload.put(id("k", "other"), { n: 1 });
      expect(await other.payload.get(id("k"))).toEqual(input);
      await store.payload.remove(id("k"));
      await store.payload.remove(id("k"));
      expect(await other.payload.get(id("k"))).toBeUndefined();
      expect(await other.payload.get(id("k", "other"))).toEqual({ n: 1 });
    });

    test("a transaction of the caller's that fails changes nothing", async () => {
      const { store } = await open();
      await store.put(given("k"));
      await store.claim(id("k"), claim());
      const inTransaction = () => Promise.reject(new Error("queue is down"));
      const work = store.move(id("k"), { to: "accepted", attempt: 1, job }, { inTransaction });
      await expect(work).rejects.toThrow("queue is down");
      expect(await store.get(id("k"))).toMatchObject({ state: "sending" });
      let calls = 0;
      await store.move(
        id("k"),
        { to: "accepted", attempt: 1, job },
        { inTransaction: async () => void calls++ },
      );
      expect(calls).toBe(1);
      expect(await store.get(id("k"))).toMatchObject({ state: "accepted" });
    });

    test("says how durable it is, also when it is opened again", async () => {
      const { store } = await open();
      const { durability } = await store.open();
      expect(["none", "best-effort", "fsync", "server"]).toContain(durability);
    });
  });
};
