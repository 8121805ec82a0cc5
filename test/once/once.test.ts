import { describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import type { SubmitOptions } from "../../src/index.js";
import { createOnce, memoryStore } from "../../src/once/index.js";
import type { OnceOptions, Store } from "../../src/once/index.js";
import { model } from "../../generated/models/wan-ai/wan-2.7/text-to-video.js";
import { createManualClock } from "../../src/emulator/index.js";
import { accepted, createService, stateAt, succeeded } from "../support/service.js";
import type { Answer } from "../support/service.js";

/** A clock for work that also awaits what needs no time, such as the platform's hashes. */
const createClock = () => {
  const { drive, ...manual } = createManualClock();
  const run = <T>(work: Promise<T>): Promise<T> => drive(work);
  return { ...manual, run, advance: (ms: number) => drive(manual.sleep(ms)) };
};

/** Two clients of one store, and a service that answers each submit by the script, then accepts. */
const setup = (submits: readonly (Answer | Error)[] = [], options: Partial<OnceOptions> = {}) => {
  const clock = createClock();
  const errors: string[] = [];
  const service = createService(clock, {
    submit: (_, nth) => submits[nth - 1] ?? { body: accepted() },
    status: stateAt(clock, 2000),
    result: () => ({ body: { ...succeeded(), cost: 0.04 } }),
  });
  const store = memoryStore({ date: () => clock.date() });
  const logger = { error: (line: string) => errors.push(line) };
  const connect = (own: Partial<OnceOptions> = {}) => {
    const client = createClient({ token: "test-token", fetch: service.fetch, clock });
    return createOnce({ client, store, clock, logger, ...options, ...own });
  };
  return { clock, service, store, connect, once: connect(), errors };
};

const input = { prompt: "Rain." };
const busy: Answer = { status: 429, headers: { "retry-after": "5" }, body: { message: "slow down" } };
const lost: Answer = { status: 500, body: { message: "oops" } };

describe("row 55: one key is one job", () => {
  test("for two calls at the same moment in one process", async () => {
    const { clock, service, once } = setup([{ body: accepted(), delayMs: 300 }]);
    const both = Promise.all([once.run("k", "a/b", input), once.run("k", "a/b", input)]);
    const [first, second] = await clock.run(both);
    expect(first.requestId).toBe("job-1");
    expect(second.requestId).toBe("job-1");
    expect(service.count("submit")).toBe(1);
  });

  test("for two clients of one store, and after a restart", async () => {
    const { clock, service, connect } = setup([{ body: accepted(), delayMs: 300 }]);
    const both = [connect(), connect()].map((once) => once.run("k", "a/b", input));
    await clock.run(Promise.all(both));
    expect((await clock.run(connect().run("k", "a/b", input))).requestId).toBe("job-1");
    expect(service.count("submit")).toBe(1);
  });

  test("for an address that was signed anew", async () => {
    const { clock, service, once } = setup();
    await clock.run(once.run("k", "a/b", { image: "https://a.example/x.png?signature=1#a" }));
    await clock.run(once.run("k", "a/b", { image: "https://a.example/x.png?signature=2" }));
    expect(service.count("submit")).toBe(1);
  });

  test("and of two services or spaces, two jobs", async () => {
    const { clock, service, connect } = setup();
    await clock.run(connect({ space: "a" }).run("k", "a/b", input));
    await clock.run(connect({ space: "b" }).run("k", "a/b", input));
    expect(service.count("submit")).toBe(2);
  });
});

describe("row 56: the same key with another input", () => {
  test("or another model is a conflict that sends nothing", async () => {
    const { clock, service, once } = setup();
    await clock.run(once.submit("k", "a/b", input));
    await expect(once.run("k", "a/b", { prompt: "Snow." })).rejects.toMatchObject({
      code: "key_conflict",
      name: "KeyConflictError",
      key: "k",
      job: { id: "job-1" },
    });
    await expect(once.run("k", "a/c", input)).rejects.toMatchObject({ code: "key_conflict" });
    expect(service.count("submit")).toBe(1);
  });

  test("takes the place of one that was rejected", async () => {
    const { clock, once, service } = setup([{ status: 422, body: { message: "prompt is too long" } }]);
    await expect(clock.run(once.submit("k", "a/b", input))).rejects.toMatchObject({
      code: "http",
      status: 422,
    });
    expect(await once.status("k")).toMatchObject({ state: "rejected", error: { code: "http" } });
    await expect(once.submit("k", "a/b", input)).rejects.toThrow("too long");
    expect(service.count("submit")).toBe(1);
    expect(await clock.run(once.submit("k", "a/b", { prompt: "Sun." }))).toMatchObject({ state: "accepted" });
  });
});

describe("an attempt that started nothing", () => {
  test("leaves the record new while it waits, and another number claims it then", async () => {
    const { clock, store, once } = setup([busy, busy]);
    const work = once.submit("k", "a/b", input);
    await clock.advance(4000);
    for await (const record of store.list()) expect(record).toMatchObject({ state: "new", attempt: 1 });
    expect(await clock.run(work)).toMatchObject({ state: "accepted", attempt: 3, job: { id: "job-1" } });
  });

  test.each([
    [401, "auth"],
    [402, "insufficient_balance"],
  ])("with %i leaves the record new, and may be submitted again", async (status, code) => {
    const { clock, once } = setup([{ status, body: { message: "no" } }]);
    await expect(clock.run(once.submit("k", "a/b", input))).rejects.toMatchObject({ code });
    expect(await once.status("k")).toMatchObject({ state: "new", error: { code } });
    expect(await clock.run(once.submit("k", "a/b", input))).toMatchObject({ state: "accepted" });
  });

  test("because the input does not fit is rejected without a claim", async () => {
    const { clock, service, once } = setup();
    const bad = { prompt: 7 } as never;
    await expect(clock.run(once.run("k", model, bad))).rejects.toMatchObject({ code: "input" });
    expect(await once.status("k")).toMatchObject({ state: "rejected", attempt: 0 });
    expect(service.count("submit")).toBe(0);
  });

  test("because it was aborted while its claim was on its way to the store leaves the record new", async () => {
    const { clock, service, store, connect } = setup();
    const control = new AbortController();
    const slow: Store = {
      ...store,
      claim: async (...given) => {
        control.abort(new Error("changed my mind"));
        await clock.sleep(50);
        return store.claim(...given);
      },
    };
    const submitted = connect({ store: slow }).submit("k", "a/b", input, { signal: control.signal });
    await expect(clock.run(submitted)).rejects.toThrow("changed my mind");
    expect(await connect().status("k")).toMatchObject({ state: "new", attempt: 1 });
    expect(service.count("submit")).toBe(0);
  });

  test("because it was refused, and aborted while that was on its way to the store, leaves the record new", async () => {
    const { clock, service, store, connect } = setup([busy]);
    const control = new AbortController();
    const slow: Store = {
      ...store,
      move: async (...given) => {
        control.abort(new Error("changed my mind"));
        await clock.sleep(50);
        return store.move(...given);
      },
    };
    const submitted = connect({ store: slow }).submit("k", "a/b", input, { signal: control.signal });
    await expect(clock.run(submitted)).rejects.toThrow("changed my mind");
    expect(await connect().status("k")).toMatchObject({ state: "new", attempt: 1 });
    expect(service.count("submit")).toBe(1);
  });

  test("because it was aborted before its first byte leaves the record new", async () => {
    const { clock, service, once } = setup();
    const control = new AbortController();
    const onSend: SubmitOptions["onSend"] = () => control.abort(new Error("changed my mind"));
    const work = once.submit("k", "a/b", input, { signal: control.signal, onSend });
    await expect(clock.run(work)).rejects.toThrow("changed my mind");
    expect(await once.status("k")).toMatchObject({ state: "new" });
    expect(service.count("submit")).toBe(0);
  });
});

describe("row 57: an outcome that nobody knows", () => {
  test("is a state for submit, an error with its age for run, and is never sent again by itself", async () => {
    const { clock, service, once } = setup([lost]);
    const record = await clock.run(once.submit("k", "a/b", input));
    expect(record).toMatchObject({ state: "unknown", error: { code: "submit_unknown" } });
    expect(record.error!.message).toMatch(/ again\. Its cause: POST \S+ answered 500: oops\.$/);
    await clock.advance(180_000);
    const again = once.run("k", "a/b", input);
    await expect(again).rejects.toMatchObject({ code: "submit_unknown" });
    await expect(again).rejects.toThrow(/3 minutes ago.*Generations/);
    expect(await once.submit("k", "a/b", input)).toMatchObject({ state: "unknown" });
    expect(service.count("submit")).toBe(1);
  });

  test("follows from a program that ended in the middle, when its lease is over", async () => {
    const { clock, service, store, once } = setup();
    const first = await clock.run(once.submit("other", "a/b", input));
    await store.put({ ...first, key: "k" });
    await store.claim({ ...first, key: "k" }, { owner: "killed", leaseMs: 30_000 });
    expect(await once.status("k")).toMatchObject({ state: "sending", owner: "killed" });
    expect(await clock.run(once.submit("k", "a/b", input))).toMatchObject({ state: "unknown" });
    expect(clock.now()).toBeGreaterThan(29_000);
    expect(service.count("submit")).toBe(1);
  });

  test("is not waited for longer than a lease where a clock was set back", async () => {
    const { clock, service, store, once } = setup();
    const first = await clock.run(once.submit("other", "a/b", input));
    await store.put({ ...first, key: "k" });
    await store.claim({ ...first, key: "k" }, { owner: "killed", leaseMs: 86_400_000 });
    expect(await clock.run(once.submit("k", "a/b", input))).toMatchObject({ state: "unknown" });
    expect(clock.now()).toBeLessThan(70_000);
    expect(service.count("submit")).toBe(1);
  });

  test("row 58: is accepted with the id of a job that the service knows, and then has its result", async () => {
    const { clock, service, once } = setup([lost]);
    await clock.run(once.submit("k", "a/b", input));
    expect(await clock.run(once.accept("k", "job-1"))).toMatchObject({ state: "accepted" });
    expect((await clock.run(once.run("k", "a/b", input))).requestId).toBe("job-1");
    expect(service.count("submit")).toBe(1);
  });

  test("row 58: is not accepted with a job of another input", async () => {
    const { clock, once, store } = setup([lost]);
    await clock.run(once.submit("k", "a/b", { prompt: "Rain." }));
    await clock.advance(3000);
    const foreign = { ...succeeded(), input: { prompt: "Snow." } };
    const client = createClient({
      token: "test-token",
      clock,
      fetch: createService(clock, { status: stateAt(clock, 0), result: () => ({ body: foreign }) }).fetch,
    });
    const other = createOnce({ client, store, clock });
    await expect(clock.run(other.accept("k", "job-1"))).rejects.toThrow("another input");
    expect(await once.status("k")).toMatchObject({ state: "unknown" });
  });

  test("row 58: is not accepted with the job of another record", async () => {
    const { clock, once } = setup([{ body: accepted() }, lost]);
    await clock.run(once.run("k", "a/b", input));
    await clock.run(once.submit("l", "a/b", { prompt: "Snow." }));
    await expect(clock.run(once.accept("l", "job-1"))).rejects.toThrow('under the key "k" already');
    expect(await once.status("l")).toMatchObject({ state: "unknown" });
  });

  test("is sent again once a person has refused it", async () => {
    const { clock, service, once } = setup([lost]);
    await clock.run(once.submit("k", "a/b", input));
    expect(await once.refuse("k")).toMatchObject({ state: "new" });
    expect(await clock.run(once.submit("k", "a/b", input))).toMatchObject({ state: "accepted", attempt: 2 });
    await expect(once.refuse("k")).rejects.toThrow("only a record whose outcome is unknown");
    expect(service.count("submit")).toBe(2);
  });
});

describe("a store that fails", () => {
  const failing = (failsOn: (move: string) => boolean) => {
    const inner = memoryStore();
    const full = new Error("ENOSPC: no space left on device");
    const store: Store = {
      ...inner,
      claim: async (id, claim) => {
        if (failsOn("claim")) throw full;
        return inner.claim(id, claim);
      },
      move: async (id, to, options) => {
        if (failsOn(to.to)) throw full;
        return inner.move(id, to, options);
      },
    };
    return store;
  };

  test("row 53: before the first byte sends nothing", async () => {
    const { clock, service, connect } = setup();
    const once = connect({ store: failing((move) => move === "claim") });
    await expect(clock.run(once.submit("k", "a/b", input))).rejects.toThrow("ENOSPC");
    expect(service.count("submit")).toBe(0);
  });

  test("row 54: after the acceptance gives the id in the error, tells it, and notes it with the next call", async () => {
    const { clock, service, connect, errors } = setup();
    let isFull = true;
    const once = connect({ store: failing((move) => isFull && move === "accepted") });
    await expect(clock.run(once.submit("k", "a/b", input))).rejects.toMatchObject({
      code: "record",
      job: { id: "job-1", model: "a/b" },
    });
    expect(errors.join()).toContain("job-1");
    await expect(once.status("k")).rejects.toMatchObject({ job: { id: "job-1" } });
    isFull = false;
    expect(await clock.run(once.submit("k", "a/b", input))).toMatchObject({ state: "accepted" });
    expect(service.count("submit")).toBe(1);
  });
});

describe("a budget", () => {
  const budget = { id: "b", maxUsd: 0.1 };

  test("holds what it does not reach, and sends it when the cap is raised", async () => {
    const { clock, service, connect } = setup([], { budget, assumeUsd: 0.05 });
    const once = connect();
    for (const key of ["1", "2"]) await clock.run(once.submit(key, "a/b", { key }));
    expect(await clock.run(once.submit("3", "a/b", { key: "3" }))).toMatchObject({ state: "held" });
    await expect(clock.run(once.run("3", "a/b", { key: "3" }))).rejects.toMatchObject({
      code: "budget",
      message:
        'The job under the key "3" is held, nothing was sent: the budget "b" of 0.1 US dollars does not cover it. Raise its maxUsd.',
    });
    expect(service.count("submit")).toBe(2);
    const raised = connect({ budget: { id: "b", maxUsd: 1 } });
    expect(await clock.run(raised.submit("3", "a/b", { key: "3" }))).toMatchObject({ state: "accepted" });
  });

  test("is not blamed where all places are taken", async () => {
    const { clock, connect } = setup();
    const once = connect({ places: { id: "ann", most: 1 } });
    await clock.run(once.submit("1", "a/b", { key: "1" }));
    await expect(clock.run(once.run("2", "a/b", { key: "2" }))).rejects.toMatchObject({
      code: "budget",
      message:
        'The job under the key "2" is held, nothing was sent: 1 of 1 places of "ann" are taken. Call again when a job has ended.',
    });
  });

  test("needs an assumption where no price is known", async () => {
    const { clock, service, connect } = setup();
    const once = connect({ budget });
    await expect(clock.run(once.submit("k", "a/b", input))).rejects.toThrow("assumeUsd");
    expect(service.count("submit")).toBe(0);
    expect(await once.status("k")).toMatchObject({ state: "new" });
  });

  test("counts a model's highest cost seen where that is more than assumed", async () => {
    const { clock, store, connect } = setup();
    const once = connect({ budget, assumeUsd: 0.01 });
    await clock.run(once.run("1", "a/b", { n: 1 }));
    expect(await store.committed("b")).toBeCloseTo(0.04, 9);
    await clock.run(once.submit("2", "a/b", { n: 2 }));
    expect(await store.committed("b")).toBeCloseTo(0.08, 9);
  });
});

test("the end, the cost and the files of a job are noted", async () => {
  const { clock, once } = setup();
  expect(await clock.run(once.submit("k", "a/b", input))).toMatchObject({ state: "accepted", input });
  expect(await clock.run(once.wait("k"))).toMatchObject({ state: "done", costUsd: 0.04 });
  const files = [{ path: "/videos/k.mp4" }];
  expect(await once.noteFiles("k", { files })).toMatchObject({ state: "done", files, filesMissing: 0 });
});

test("an input with addresses and files is kept without what opens them, and whole until the job has ended", async () => {
  const { clock, once, store } = setup();
  const given = { image: "https://a.example/x.png?signature=1", data: "data:image/png;base64,AAAA" };
  await clock.run(once.submit("k", "a/b", given));
  const record = await once.status("k");
  expect(record?.input).toMatchObject({ image: "https://a.example/x.png" });
  expect(JSON.stringify(record)).not.toContain("AAAA");
  expect(await once.input("k")).toEqual(given);
  await clock.run(once.wait("k"));
  expect(await store.payload.get(record!)).toBeUndefined();
});

test("with keepInput: false only the hash is kept", async () => {
  const { clock, connect } = setup();
  const once = connect({ keepInput: false });
  const record = await clock.run(once.submit("k", "a/b", { image: "https://a.example/x.png?signature=1" }));
  expect(record.input).toBeUndefined();
  expect(record.inputHash).toMatch(/^[0-9a-f]{64}$/);
  expect(await once.input("k")).toBeUndefined();
});

test("a key must be a text", async () => {
  const { once } = setup();
  await expect(once.run("", "a/b", input)).rejects.toMatchObject({ code: "config" });
  await expect(once.run("x".repeat(501), "a/b", input)).rejects.toMatchObject({ code: "config" });
  await expect(once.result("nobody")).rejects.toMatchObject({ code: "record" });
});
