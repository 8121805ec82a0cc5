import { expect, test } from "vitest";
import { model } from "../../generated/models/bytedance/seedance-v1.5-pro/image-to-video.js";
import { openJobStorage } from "../../src/adapters/react/job-storage.js";
import { JobStore } from "../../src/adapters/react/job-store.js";
import { finishAll, makeRequest, openSite } from "../proxy/support.js";
import type { Site } from "../proxy/support.js";
import { createStorage } from "./fake-proxy.js";

const photo = new File(["\x89PNG"], "boat.png", { type: "image/png" });

/** A storage that keeps what is sent to the addresses that it has signed. */
const createFiles = () => {
  const files = new Map<string, number>();
  return {
    files,
    signUpload: ({ name }: { readonly name: string }) =>
      Promise.resolve({ url: `https://upload.example.com/${name}`, headers: { "x-signed": "1" } }),
    signDownload: (name: string) => Promise.resolve(`https://files.example.com/${name}`),
    sizeOf: (name: string) => Promise.resolve(files.get(`https://upload.example.com/${name}`)),
  };
};

const openPages = async (site: Site) => {
  const storage = createFiles();
  const proxy = site.start({ models: [model], uploads: { storage } });
  const send = (async (url: string, init: RequestInit) => {
    if (url === "/api") return proxy(makeRequest(init.body));
    expect(new Headers(init.headers).get("x-signed")).toBe("1");
    storage.files.set(url, (init.body as Blob).size);
    return new Response();
  }) as typeof fetch;
  const texts = createStorage();
  const open = () =>
    new JobStore({
      model,
      endpoint: "/api",
      fetch: send,
      clock: site.clock,
      storage: openJobStorage(() => texts, "jobs"),
    });
  /** Lets time pass until a page shows a status. */
  const see = (store: JobStore, status: string) =>
    site.run(
      new Promise<void>((resolve) => {
        const stop = store.subscribe(() => {
          if (store.read().status !== status) return;
          stop();
          resolve();
        });
      }),
    );
  return { open, see, storage };
};

test("a page sends a file to the storage, and the service gets its address", async () => {
  const site = await openSite();
  const { open, see, storage } = await openPages(site);
  const store = open();
  store.submit({ prompt: "A breeze.", first_frame_image_url: photo });
  await see(store, "in_progress");
  expect([...storage.files.values()]).toEqual([photo.size]);
  const [job] = site.emulator.jobs;
  expect(job!.input).toEqual({
    prompt: "A breeze.",
    first_frame_image_url: expect.stringMatching(/^https:\/\/files\.example\.com\/\S+\.png$/),
  });
  finishAll(site.emulator);
  await see(store, "succeeded");
  expect(store.read().output).toMatchObject({ video: expect.stringMatching(/^http/) });
  expect(site.emulator.charged).toBe(1);
});

test("a page is told by the proxy that the user's dollars are spent, and nothing is paid", async () => {
  const site = await openSite();
  const { open, see } = await openPages(site);
  const store = open();
  for (let times = 0; times < 5; times++) {
    store.submit({ prompt: "A breeze.", first_frame_image_url: "https://a.example.com/b.png" });
    await see(store, "in_progress");
    finishAll(site.emulator);
    await see(store, "succeeded");
  }
  store.submit({ prompt: "A breeze.", first_frame_image_url: "https://a.example.com/b.png" });
  await see(store, "refused");
  expect(store.read().error!.code).toBe("budget");
  expect(site.emulator.charged).toBe(5);
});

test("a page that is opened a day after the end shows the time that the job took", async () => {
  const site = await openSite();
  const { open, see } = await openPages(site);
  const store = open();
  store.submit({ prompt: "A breeze.", first_frame_image_url: "https://a.example.com/b.png" });
  await see(store, "in_progress");
  finishAll(site.emulator);
  await see(store, "succeeded");
  site.clock.advance(86_400_000);
  const later = open();
  await see(later, "succeeded");
  expect(later.read()).toEqual(store.read());
  expect(site.emulator.charged).toBe(1);
});
