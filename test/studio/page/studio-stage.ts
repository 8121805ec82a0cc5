import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, BrowserContextOptions, JSHandle, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { createManualClock, startEmulator } from "../../../src/emulator/index.js";
import type { Emulator, EmulatorOptions, ManualClock } from "../../../src/emulator/index.js";
import { createClient } from "../../../src/index.js";
import { fileStore } from "../../../src/node/index.js";
import { startStudio } from "../../../src/studio/server/studio.js";
import type { Studio, StudioOptions } from "../../../src/studio/server/studio.js";

const root = join(import.meta.dirname, "../../..");

const browserPath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const hasBrowser = existsSync(browserPath);
/** Pictures of what the tests saw; not part of the project. */
export const pictures = join(root, ".cache/studio");

/** Takes a text and has an exact price: $0.0003 for a second. */
export const audioModel = "acestep-ai/ace-step-1.5/text-to-audio";
/** Takes a text and a picture, and has fields of every kind. */
export const videoModel = "bytedance/seedance-v1.5-pro/image-to-video";

const desktop = { width: 1280, height: 860 };

/** Of `expect.poll`: only what hangs may meet it, on a busy machine too. */
export const patient = { timeout: 60_000 };

/** A studio on an emulator, and the tabs that have opened it. */
export interface Stage {
  /** The first tab. */
  readonly page: Page;
  readonly emulator: Emulator;
  /** Moves the emulator's jobs on: 1,000 ms in the queue, 1,000 ms running. */
  readonly clock: ManualClock;
  readonly folder: string;
  readonly studio: () => Studio;
  /** Ends the server as Ctrl-C does. */
  readonly stop: () => Promise<void>;
  /** Starts a server in the same folder at the same port. */
  readonly start: () => Promise<void>;
  /** Opens the printed address in another tab. */
  readonly open: (hash?: string) => Promise<Page>;
}

export interface StageOptions {
  readonly emulator?: EmulatorOptions;
  readonly studio?: Partial<StudioOptions>;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
  /** Puts files into the folder for saved files before the studio starts. */
  readonly fill?: (folder: string) => void;
}

/** Starts a studio with a record of its own, and opens its page at an address. */
export type OpenStage = (hash?: string, options?: StageOptions) => Promise<Stage>;

/**
 * Tests of the page. All tests of a file share a browser and its process for pages, which take longest to start; each test's studio has a port of
 * its own, so that nothing that the browser keeps for one is seen by another.
 */
export const describePage = (
  title: string,
  define: (openStage: OpenStage) => void,
  contextOptions: BrowserContextOptions = {},
): void => {
  describe.skipIf(!hasBrowser)(`${title} in ${browserPath} (skipped where it is not installed)`, () => {
    let browser: Browser;
    let context: BrowserContext;
    const open: (() => Promise<void>)[] = [];
    beforeAll(async () => {
      const args = ["--no-sandbox", "--disable-gpu", "--renderer-process-limit=1"];
      browser = await chromium.launch({ executablePath: browserPath, args, timeout: 0 });
      context = await browser.newContext({ viewport: desktop, ...contextOptions });
      context.setDefaultTimeout(60_000);
    });
    afterEach(async () => {
      for (const page of context.pages()) await page.close();
      for (const close of open.splice(0)) await close();
    });
    afterAll(() => browser?.close());
    define(async (hash = "#/", options = {}) => {
      const { close, ...stage } = await startStage(context, options);
      open.push(close);
      return { ...stage, page: await stage.open(hash) };
    });
  });
};

const startStage = async (
  context: BrowserContext,
  { emulator: emulatorOptions, studio: options, viewport, colorScheme, fill }: StageOptions,
): Promise<Omit<Stage, "page"> & { readonly close: () => Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), "runcomfy-page-"));
  fill?.(join(folder, "saved"));
  const clock = createManualClock(Date.now());
  const emulator = await startEmulator({ queueMs: 1000, runMs: 1000, clock, ...emulatorOptions });
  let running = await startIn(folder, emulator, options);
  const { port } = running.studio;
  return {
    ...{ emulator, clock, folder },
    studio: () => running.studio,
    stop: () => running.stop(),
    start: async () => {
      running = await startIn(folder, emulator, { ...options, port });
    },
    open: async (hash = "#/") => {
      const page = await context.newPage();
      if (viewport) await page.setViewportSize(viewport);
      if (colorScheme) await page.emulateMedia({ colorScheme });
      await page.goto(running.studio.makeAddress() + hash.slice(1));
      await page.locator(markOf(hash)).first().waitFor();
      return page;
    },
    close: async () => {
      await running.stop();
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const catalogue = JSON.parse(readFileSync(join(root, "generated/catalogue.json"), "utf8")) as {
  readonly models: StudioOptions["listings"];
};

const startIn = async (
  folder: string,
  emulator: Emulator,
  options: Partial<StudioOptions> = {},
): Promise<{ readonly studio: Studio; readonly stop: () => Promise<void> }> => {
  const recordPath = join(folder, "state", "jobs.jsonl");
  const store = fileStore(recordPath);
  await store.open();
  const studio = await startStudio({
    client: createClient({
      baseUrl: emulator.url,
      token: emulator.token,
      minPollIntervalMs: 20,
      maxPollIntervalMs: 100,
      requestsPerSecond: 1000,
    }),
    ...{
      store,
      recordPath,
      mode: "emulator",
      version: "1",
      hasToken: true,
      listings: catalogue.models,
      port: 0,
    },
    ...{ batchSpace: "batches", allowDirectories: [], pageFolder: join(root, "dist/studio") },
    ...{ saveFolder: join(folder, "saved"), cacheFolder: join(folder, "cache") },
    save: { allowLocalhost: true },
    describeCommand: (port) => `npx runcomfy-models studio --emulate --port ${port}`,
    reveal: async () => {},
    log: () => {},
    ...options,
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= studio.stop().then(() => store.close()));
  return { studio, stop };
};

/** Goes to a view of the page by its address. */
export const visit = async (page: Page, hash: string): Promise<void> => {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.locator(markOf(hash)).first().waitFor();
};

/** The element that is there when a view is drawn. */
const markOf = (hash: string): string => {
  if (hash.startsWith("#/model")) return ".run-bar .price";
  return hash.startsWith("#/gallery") ? ".gallery h1" : ".cards a";
};

/** Fills in an audio model's form, and checks it. */
export const prepare = async (page: Page, tags = "acoustic folk, warm voice"): Promise<void> => {
  await page.locator("#field-tags").fill(tags);
  await page.locator(".run").click();
  await page.locator('.run[data-step="run"]').waitFor();
};

/** Runs what was checked, and ends its job. */
export const runToEnd = async (page: Page, stage: Stage): Promise<void> => {
  await page.locator(".run").click();
  await page.locator('.runs .progress[data-state="accepted"]').waitFor();
  stage.clock.advance(2000);
  await page.locator('.runs .progress[data-state="done"]').waitFor();
};

/** A file of the fixtures, as a drag or the clipboard holds it. */
export const holdFile = (page: Page, name: string, type: string): Promise<JSHandle<DataTransfer>> => {
  const content = readFileSync(join(root, "test/fixtures/media", name)).toString("base64");
  return page.evaluateHandle(
    (file) => {
      const bytes = Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], file.name, { type: file.type }));
      return transfer;
    },
    { content, name, type },
  );
};

/** Drops a file of the fixtures on an element. */
export const dropFile = async (page: Page, selector: string, name: string, type: string): Promise<void> => {
  const dataTransfer = await holdFile(page, name, type);
  for (const event of ["dragenter", "dragover", "drop"]) {
    await page.locator(selector).first().dispatchEvent(event, { dataTransfer });
  }
};
