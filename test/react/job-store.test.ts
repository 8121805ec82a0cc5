import { beforeEach, describe, expect, test } from "vitest";
import { model } from "../../generated/models/bytedance/seedance-v1.5-pro/image-to-video.js";
import { openJobStorage } from "../../src/adapters/react/job-storage.js";
import { JobStore } from "../../src/adapters/react/job-store.js";
import { createClock, settle } from "../support/clock.js";
import type { VirtualClock } from "../support/clock.js";
import { createFakeProxy, createStorage } from "./fake-proxy.js";

/** The timeout of a call: only a test about it waits so long. */
const timeoutMs = 20_000;
const input = { prompt: "A breeze.", first_frame_image_url: "https://a.example.com/b.png" };
const output = { video: "https://cdn.example.com/v.mp4" };

let clock: VirtualClock;
let proxy: ReturnType<typeof createFakeProxy>;
let storage: ReturnType<typeof createStorage>;
const open = (texts = storage) => {
  const storage = openJobStorage(() => texts, "jobs");
  return new JobStore({ model, endpoint: "/api", fetch: proxy.fetch, clock, storage });
};
/** A page that shows the store, until it is closed. */
const show = (store = open()) => {
  const seen: string[] = [];
  const note = () => {
    const { statusText } = store.read();
    if (statusText !== seen.at(-1)) seen.push(statusText);
  };
  return { store, seen, close: store.subscribe(note) };
};
const pass = (ms: number) => clock.advance(ms);

beforeEach(() => {
  clock = createClock(1000, [timeoutMs]);
  proxy = createFakeProxy();
  storage = createStorage();
});

describe("a job of a page", () => {
  test("goes from its click to its output, told in words", async () => {
    const { store, seen } = show();
    store.submit(input);
    expect(store.read()).toMatchObject({ status: "sending", isRunning: true, elapsedMs: 0 });
    await pass(0);
    expect(store.read()).toMatchObject({ status: "in_queue", queuePosition: 2 });
    proxy.move({ queuePosition: 1, elapsedMs: 1000 });
    await pass(1000);
    proxy.move({ queuePosition: 0, elapsedMs: 2000 });
    await pass(1000);
    proxy.move({ state: "in_progress", elapsedMs: 3000 });
    await pass(1000);
    expect(store.read()).toMatchObject({ status: "in_progress", elapsedMs: 3000 });
    expect(store.read().queuePosition).toBeUndefined();
    proxy.move({ state: "succeeded", elapsedMs: 3500, output });
    await pass(1000);
    expect(store.read()).toEqual({
      status: "succeeded",
      statusText: "Done",
      isRunning: false,
      elapsedMs: 3500,
      output,
    });
    expect(seen).toEqual([
      "Sending",
      "In the queue: 2 jobs ahead",
      "In the queue: 1 job ahead",
      "In the queue: next",
      "Running",
      "Done: fetching the result",
      "Done",
    ]);
    expect(proxy.charged).toBe(1);
    await pass(60_000);
    expect(proxy.names().at(-1)).toBe("result");
  });

  test("tells the elapsed time each second between two answers", async () => {
    const { store } = show();
    store.submit(input);
    await pass(0);
    proxy.move({ pollAfterMs: 10_000, elapsedMs: 1000 });
    await pass(3999);
    expect(store.read().elapsedMs).toBe(3000);
    expect(proxy.names()).toEqual(["user", "submit", "status"]);
  });

  test("is one for two clicks", async () => {
    const { store } = show();
    store.submit(input);
    store.submit(input);
    await pass(0);
    store.submit({ ...input, prompt: "Another." });
    await pass(5000);
    expect(proxy.names().filter((name) => name === "submit")).toHaveLength(1);
    expect(proxy.charged).toBe(1);
  });

  test("is followed by another under a key of its own, once it has ended", async () => {
    const { store } = show();
    store.submit(input);
    await pass(0);
    proxy.move({ state: "failed", error: { code: "job_failed", message: "The prompt was refused." } });
    await pass(1000);
    expect(store.read()).toMatchObject({ status: "failed", error: { message: "The prompt was refused." } });
    store.submit(input);
    await pass(0);
    expect(store.read()).toMatchObject({ status: "in_queue" });
    expect(store.read().error).toBeUndefined();
    expect(proxy.charged).toBe(2);
  });

  test("asks nothing before a page shows it, and nothing after", async () => {
    const store = open();
    await pass(5000);
    expect(proxy.calls).toEqual([]);
    const { close } = show(store);
    store.submit(input);
    await pass(0);
    close();
    await pass(60_000);
    expect(proxy.names()).toEqual(["user", "submit"]);
    expect(clock.sleeping).toBe(0);
    show(store);
    await pass(1000);
    expect(proxy.names().at(-1)).toBe("status");
  });

  test("survives that its page is shown, hidden and shown at once, as React's strict mode does", async () => {
    const store = open();
    store.subscribe(() => {})();
    show(store);
    store.submit(input);
    store.subscribe(() => {})();
    await pass(1000);
    expect(proxy.names()).toEqual(["user", "submit", "status"]);
  });

  test("is sent even when its page is left right after the click", async () => {
    const { store, close } = show();
    store.submit(input);
    close();
    await pass(0);
    expect(proxy.charged).toBe(1);
    show();
    await pass(0);
    expect(proxy.charged).toBe(1);
    expect(proxy.names().at(-1)).toBe("status");
  });
});

describe("an input that does not fit", () => {
  test("is told by field before anything is sent", async () => {
    const { store } = show();
    store.submit({ ...input, duration: "long" });
    await pass(0);
    expect(store.read()).toMatchObject({
      status: "refused",
      statusText: "Not started: nothing was paid",
      isRunning: false,
      error: { code: "input", issues: [{ path: "/duration" }] },
    });
    expect(store.read().error!.message).toContain("`duration`: ");
    expect(proxy.calls).toEqual([]);
  });

  test.each(["input", "budget", "running", "refused", "not_found", "unauthorized"] as const)(
    "to the proxy (%s) is told, and not kept",
    async (code) => {
      proxy.fault = ({ call }) => (call === "submit" ? { code, message: "Do this." } : undefined);
      const { store } = show();
      store.submit(input);
      await pass(60_000);
      expect(store.read()).toMatchObject({ status: "refused", error: { code, message: "Do this." } });
      expect(storage.texts.size).toBe(0);
      expect(proxy.names()).toEqual(["user", "submit"]);
    },
  );

  test("nobody is logged in: told before anything is sent", async () => {
    proxy.user = undefined;
    const { store } = show();
    store.submit(input);
    await pass(0);
    expect(store.read()).toMatchObject({ status: "refused", error: { code: "unauthorized" } });
    expect(proxy.names()).toEqual(["user"]);
  });

  test.each([200, 404, 405])("an address without a proxy is told (%i)", async (status) => {
    proxy.fault = () => new Response("<html>", { status });
    const { store } = show();
    store.submit(input);
    await pass(0);
    expect(store.read().error).toEqual({
      code: "endpoint",
      message: `No proxy of runcomfy-models answers at /api (status ${status}). Check the option endpoint.`,
    });
  });
});

describe("without a connection", () => {
  test("a submit is repeated under its key, and is one job", async () => {
    let times = 0;
    proxy.fault = ({ call }) => (call === "submit" && times++ < 4 ? "lost after" : undefined);
    const { store } = show();
    store.submit(input);
    await pass(0);
    expect(store.read()).toMatchObject({
      status: "sending",
      notice: "There is no connection to the server. Trying again.",
    });
    await pass(30_000);
    expect(store.read()).toMatchObject({ status: "in_queue" });
    expect(store.read().notice).toBeUndefined();
    expect(proxy.names().filter((name) => name === "submit")).toHaveLength(5);
    expect(proxy.charged).toBe(1);
  });

  test.each<[string, () => Response]>([
    ["a server that restarts", () => new Response("Bad gateway", { status: 502 })],
    [
      "a server without time",
      () => Response.json({ error: { code: "unavailable", message: "Later." } }, { status: 503 }),
    ],
  ])("%s is asked again", async (_, answer) => {
    let times = 0;
    proxy.fault = () => (times++ % 2 === 0 ? answer() : undefined);
    const { store } = show();
    store.submit(input);
    await pass(30_000);
    proxy.move({ state: "succeeded", output });
    await pass(30_000);
    expect(store.read()).toMatchObject({ status: "succeeded", output });
    expect(proxy.charged).toBe(1);
  });

  test("an answer that never comes is given up after 20 seconds, and asked for again", async () => {
    clock = createClock();
    let times = 0;
    const { fetch } = proxy;
    proxy.fetch = (async (url: string, init: RequestInit) => {
      if (times++ > 0) return fetch(url, init);
      return new Promise((_, reject) => {
        init.signal!.addEventListener("abort", () => reject(new Error("aborted")));
      });
    }) as typeof fetch;
    const { store } = show();
    store.submit(input);
    await pass(19_999);
    expect(proxy.calls).toEqual([]);
    await pass(2000);
    expect(proxy.charged).toBe(1);
  });

  test("a session that ends while the job runs is waited for", async () => {
    const { store } = show();
    store.submit(input);
    await pass(0);
    proxy.user = undefined;
    await pass(5000);
    expect(store.read()).toMatchObject({ status: "in_queue", notice: "Sign in first. Trying again." });
    proxy.user = "ann";
    proxy.move({ state: "in_progress" });
    await pass(15_000);
    expect(store.read()).toMatchObject({ status: "in_progress" });
    expect(store.read().notice).toBeUndefined();
  });

  test("another user who logs in on the same page does not see the job", async () => {
    const { store } = show();
    store.submit(input);
    await pass(0);
    proxy.user = "ben";
    await pass(2000);
    expect(store.read()).toMatchObject({ status: "refused", error: { code: "not_found" } });
    expect(storage.texts.size).toBe(0);
  });
});

describe("a page that is opened again", () => {
  test("picks up the job that runs", async () => {
    const first = show();
    first.store.submit(input);
    await pass(0);
    first.close();
    proxy.move({ state: "in_progress", elapsedMs: 90_000 });
    const { store, seen } = show();
    expect(store.read()).toMatchObject({ status: "resuming", isRunning: true });
    await pass(0);
    expect(store.read()).toMatchObject({ status: "in_progress", elapsedMs: 90_000 });
    expect(seen).toEqual(["Looking for the previous job", "Running"]);
    expect(proxy.charged).toBe(1);
  });

  test("shows the output of a job that has ended since, each time until it is reset", async () => {
    const first = show();
    first.store.submit(input);
    await pass(0);
    first.close();
    proxy.move({ state: "succeeded", output, elapsedMs: 5000 });
    for (let times = 0; times < 2; times++) {
      const { store, close } = show();
      await pass(0);
      expect(store.read()).toMatchObject({ status: "succeeded", output, elapsedMs: 5000 });
      close();
    }
    const { store } = show();
    await pass(0);
    store.reset();
    expect(store.read()).toMatchObject({ status: "idle" });
    expect(storage.texts.size).toBe(0);
  });

  test("sends a job again under its key that was closed before the answer, and it is one job", async () => {
    proxy.fault = ({ call }) => (call === "submit" ? "lost after" : undefined);
    const first = show();
    first.store.submit(input);
    await settle();
    // The browser ends the page: its store never goes on.
    clock = createClock(1000, [timeoutMs]);
    proxy.fault = undefined;
    const { store } = show();
    await pass(0);
    expect(store.read()).toMatchObject({ status: "in_queue" });
    expect(proxy.charged).toBe(1);
    expect([...storage.texts.values()].join()).not.toContain("A breeze.");
  });

  test("by another user shows nothing, pays nothing, and forgets the job that was being sent", async () => {
    proxy.fault = ({ call }) => (call === "submit" ? "lost" : undefined);
    show().store.submit(input);
    await settle();
    clock = createClock(1000, [timeoutMs]);
    proxy.fault = undefined;
    proxy.user = "ben";
    const { store } = show();
    await pass(0);
    expect(store.read()).toMatchObject({ status: "idle" });
    expect(proxy.charged).toBe(0);
    expect(storage.texts.size).toBe(0);
  });

  test("by another user shows nothing of a job that runs", async () => {
    const first = show();
    first.store.submit(input);
    await pass(0);
    first.close();
    proxy.user = "ben";
    const { store, seen } = show();
    await pass(10_000);
    expect(store.read()).toMatchObject({ status: "idle" });
    expect(seen).toEqual(["Looking for the previous job", ""]);
    expect(storage.texts.size).toBe(0);
  });

  test("while nobody is logged in keeps the job for its user", async () => {
    const first = show();
    first.store.submit(input);
    await pass(0);
    first.close();
    proxy.user = undefined;
    const out = show();
    await pass(0);
    expect(out.store.read()).toMatchObject({ status: "idle" });
    out.close();
    proxy.user = "ann";
    const { store } = show();
    await pass(0);
    expect(store.read()).toMatchObject({ status: "in_queue" });
  });

  test("in a second tab does not lose the job of the first", async () => {
    show().store.submit(input);
    await pass(0);
    proxy.move({ state: "succeeded", output });
    const second = show();
    await pass(1000);
    second.store.submit({ ...input, prompt: "Another." });
    await pass(0);
    expect(proxy.charged).toBe(2);
    expect(second.store.read()).toMatchObject({ status: "in_queue" });
  });

  test.each(["{", "null", "[1]", '[{"key":5}]'])("with storage that holds %s begins anew", async (text) => {
    storage.texts.set("jobs", text);
    const { store } = show();
    await pass(0);
    expect(store.read()).toMatchObject({ status: "idle" });
    expect(proxy.calls).toEqual([]);
  });

  test("without room for the input tells that the job may run", async () => {
    const { setItem } = storage;
    storage.setItem = (key, text) => {
      if (text.includes("prompt")) throw new DOMException("full", "QuotaExceededError");
      setItem(key, text);
    };
    proxy.fault = ({ call }) => (call === "submit" ? "lost after" : undefined);
    show().store.submit(input);
    await settle();
    clock = createClock(1000, [timeoutMs]);
    proxy.fault = undefined;
    const { store } = show();
    await pass(0);
    expect(store.read()).toMatchObject({ status: "unknown", error: { code: "submit_unknown" } });
    expect(proxy.charged).toBe(1);
  });
});

describe("cancelling", () => {
  test("a queued job ends it", async () => {
    const { store } = show();
    store.submit(input);
    await pass(0);
    store.cancel();
    expect(store.read().statusText).toBe("Cancelling");
    await pass(0);
    expect(store.read()).toMatchObject({ status: "cancelled", isRunning: false });
  });

  test("a running job goes on, and says why", async () => {
    const { store } = show();
    store.submit(input);
    await pass(0);
    proxy.move({ state: "in_progress" });
    store.cancel();
    await pass(1500);
    expect(store.read()).toMatchObject({
      status: "in_progress",
      notice: "The job is running already and cannot be cancelled any more.",
    });
    expect(proxy.names().filter((name) => name === "cancel")).toHaveLength(1);
  });

  test("a job that the service does not have yet is asked for until it has it", async () => {
    const { store } = show();
    store.submit(input);
    await pass(0);
    proxy.move({ state: "sending" });
    await pass(1000);
    store.cancel();
    await pass(3000);
    expect(store.read()).toMatchObject({ status: "sending", statusText: "Cancelling" });
    proxy.move({ state: "in_queue" });
    await pass(1000);
    expect(store.read()).toMatchObject({ status: "cancelled" });
    expect(proxy.names().filter((name) => name === "cancel").length).toBeLessThan(6);
  });

  test("before anything is sent pays nothing", async () => {
    const { store } = show();
    store.submit(input);
    store.cancel();
    await pass(5000);
    expect(store.read()).toMatchObject({ status: "idle" });
    expect(proxy.charged).toBe(0);
  });

  test("while the answer is awaited cancels the job that the answer names", async () => {
    let times = 0;
    proxy.fault = ({ call }) => (call === "submit" && times++ === 0 ? "lost after" : undefined);
    const { store } = show();
    store.submit(input);
    await pass(0);
    store.cancel();
    await pass(5000);
    expect(store.read()).toMatchObject({ status: "cancelled" });
    expect(proxy.charged).toBe(1);
  });
});

describe("files", () => {
  const file = new File(["x"], "boat.png", { type: "image/png" });

  test("are uploaded to the proxy's address, and their texts are sent", async () => {
    const { store, seen } = show();
    store.submit({ ...input, first_frame_image_url: file });
    await pass(0);
    expect(seen[0]).toBe("Uploading");
    expect(proxy.calls[1]).toEqual({
      call: "upload",
      model: model.id,
      field: "/first_frame_image_url",
      contentType: "image/png",
      bytes: 1,
    });
    expect(proxy.uploads).toEqual([{ url: "https://storage.example.com/put", body: file }]);
    expect(JSON.parse(proxy.last().input)).toEqual({
      ...input,
      first_frame_image_url: "https://storage.example.com/first_frame_image_url",
    });
  });

  test("that cannot be uploaded are told, and nothing is paid", async () => {
    const { fetch } = proxy;
    proxy.fetch = (async (url: string, init: RequestInit) => {
      if (init.method === "PUT") throw new TypeError("Failed to fetch");
      return fetch(url, init);
    }) as typeof fetch;
    const { store } = show();
    store.submit({ ...input, first_frame_image_url: file });
    await pass(0);
    expect(store.read().error!.message).toBe(
      "boat.png could not be uploaded: the storage did not answer; perhaps it does not allow requests from this page (CORS). Nothing was paid. Try again.",
    );
    expect(proxy.charged).toBe(0);
  });
});
