import { serve } from "@hono/node-server";
import type { ServerType } from "@hono/node-server";
import { build } from "esbuild";
import { Hono } from "hono";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { model } from "../../generated/models/wan-ai/wan-2.7/text-to-video.js";
import { createProxy } from "../../src/adapters/proxy/index.js";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import { memoryStore } from "../../src/once/index.js";

const browser = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const root = join(import.meta.dirname, "../..");

/** A page with a button that sends a job, and all that is known of it. */
const page = `
import { createElement as h, StrictMode, version } from "react";
import { createRoot } from "react-dom/client";
import { useJob } from "./src/adapters/react/use-job.js";
import { model } from "./generated/models/wan-ai/wan-2.7/text-to-video.js";

function App() {
  const job = useJob(model, { endpoint: "/api/runcomfy" });
  const send = () => job.submit({ prompt: "Rain on a tin roof.", duration: 5 });
  return h("main", { "data-status": job.status, "data-version": version },
    h("button", { id: "send", disabled: job.isRunning, onClick: send }, "Send"),
    h("button", { id: "burst", onClick: () => { send(); send(); } }, "Send twice at once"),
    h("button", { id: "cancel", onClick: job.cancel }, "Cancel"),
    h("button", { id: "reset", onClick: job.reset }, "Reset"),
    h("p", { id: "text" }, job.statusText),
    h("p", { id: "error" }, job.error?.message),
    job.output && h("video", { src: job.output.video }));
}
createRoot(document.getElementById("root")).render(h(StrictMode, null, h(App)));
`;

const older = join(root, "test/react/react18/node_modules");

/** The libraries that the page is made with, and what stands for React 19 there. */
const libraries = [
  ["React 19", /^19\./, {}],
  ["React 18", /^18\./, { react: join(older, "react"), "react-dom": join(older, "react-dom") }],
  ["Preact's compat", /^18\.3\.1$/, { react: "preact/compat", "react-dom": "preact/compat" }],
] as const;

const bundlePage = async (alias: { readonly [name: string]: string }): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: page, resolveDir: root },
    alias,
    bundle: true,
    format: "esm",
    platform: "browser",
    // React's own checks of strict mode are those of its development build.
    define: { "process.env.NODE_ENV": '"development"' },
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
};

// One browser with one context and one process for its pages: a test's server has a port, and so a storage, of its own.
let opened: Browser | undefined;
let context: BrowserContext;

beforeAll(async () => {
  if (!existsSync(browser)) return;
  opened = await chromium.launch({
    executablePath: browser,
    args: ["--no-sandbox", "--disable-gpu", "--in-process-gpu", "--renderer-process-limit=1"],
    timeout: 0,
  });
  context = await opened.newContext();
  context.setDefaultTimeout(0);
});
afterAll(() => opened?.close());

describe.skipIf(!existsSync(browser)).each(libraries)(
  `with %s in ${browser} (skipped where it is not installed; CHROMIUM names another)`,
  (_, version, alias) => {
    let code: string;
    let emulator: Emulator;
    let server: ServerType;
    let origin: string;

    beforeAll(async () => {
      code = await bundlePage(alias);
    });

    beforeEach(async () => {
      emulator = await startEmulator({ queueMs: 3_600_000, runMs: 0 });
      const app = new Hono();
      const port = await new Promise<number>((resolve) => {
        server = serve({ fetch: app.fetch, port: 0, hostname: "localhost" }, (info) => resolve(info.port));
      });
      origin = `http://localhost:${port}`;
      const proxy = createProxy({
        client: createClient({ token: emulator.token, baseUrl: emulator.url, minPollIntervalMs: 1 }),
        models: [model],
        authorize: (request) => /user=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1],
        secret: "a secret of at least thirty-two characters",
        limits: { running: 5, usdPerDay: 100, assumeUsd: 1 },
        store: memoryStore(),
        acceptPerProcess: true,
        origin,
      });
      app.post("/api/runcomfy", (c) => proxy(c.req.raw));
      app.get("/page.js", (c) => c.body(code, 200, { "content-type": "text/javascript" }));
      app.get("/", (c) => c.html('<div id="root"></div><script type="module" src="/page.js"></script>'));
    });
    afterEach(async () => {
      for (const tab of context.pages()) await tab.close();
      await context.clearCookies();
      if ("closeAllConnections" in server) server.closeAllConnections();
      server.close();
      await emulator.close();
    });

    /** Somebody logs in, and nobody else is then. */
    const logIn = (user: string) => context.addCookies([{ name: "user", value: user, url: origin }]);
    const visit = async (): Promise<Page> => {
      const tab = await context.newPage();
      await tab.goto(origin);
      await tab.waitForSelector("main");
      return tab;
    };
    const see = (tab: Page, status: string) => tab.waitForSelector(`main[data-status=${status}]`);
    const finish = () => emulator.finish(emulator.jobs.at(-1)!.id);

    test("a job goes from the click to the video, once in strict mode and for a double click", async () => {
      await logIn("ann");
      const tab = await visit();
      expect(await tab.getAttribute("main", "data-version")).toMatch(version);
      await tab.dblclick("#send");
      await see(tab, "in_queue");
      expect(await tab.textContent("#text")).toMatch(/^In the queue/);
      expect(await tab.isDisabled("#send")).toBe(true);
      finish();
      await see(tab, "succeeded");
      expect(await tab.getAttribute("video", "src")).toMatch(/^http.*\.mp4/);
      expect(emulator.charged).toBe(1);
      await tab.click("#burst");
      await see(tab, "in_queue");
      expect(emulator.charged).toBe(2);
    });

    test("a job is picked up again where the page was closed while it ran, and where it was reloaded", async () => {
      await logIn("ann");
      const first = await visit();
      await first.click("#send");
      await see(first, "in_queue");
      await first.close();
      const second = await visit();
      await see(second, "in_queue");
      finish();
      await see(second, "succeeded");
      await second.reload();
      await see(second, "succeeded");
      await second.click("#reset");
      await second.reload();
      await see(second, "idle");
      expect(emulator.charged).toBe(1);
    });

    test("a page that is closed before the answer pays once", async () => {
      await logIn("ann");
      const first = await visit();
      await first.route("**/api/runcomfy", async (route) => {
        if (route.request().postDataJSON().call !== "submit") return route.continue();
        await route.fetch();
        await first.close();
      });
      const closed = first.waitForEvent("close");
      await first.click("#send");
      await closed;
      expect(emulator.charged).toBe(1);
      const second = await visit();
      await see(second, "in_queue");
      expect(emulator.charged).toBe(1);
    });

    test("the next user of the browser does not see the job, and cannot cancel it", async () => {
      await logIn("ann");
      const first = await visit();
      await first.click("#send");
      await see(first, "in_queue");
      await first.close();
      await logIn("ben");
      const second = await visit();
      await see(second, "idle");
      expect(await second.evaluate(() => localStorage.length)).toBe(0);
      await second.click("#cancel");
      await second.click("#send");
      await see(second, "in_queue");
      expect(emulator.charged).toBe(2);
      expect(emulator.jobs.map(({ charged }) => charged)).toEqual([true, true]);
    });

    test("a queued job is cancelled", async () => {
      await logIn("ann");
      const tab = await visit();
      await tab.click("#send");
      await see(tab, "in_queue");
      await tab.click("#cancel");
      await see(tab, "cancelled");
    });

    test("nobody is logged in: the page says so, and nothing is paid", async () => {
      const tab = await visit();
      await tab.click("#send");
      await see(tab, "refused");
      expect(await tab.textContent("#error")).toBe("Log in first.");
      expect(emulator.charged).toBe(0);
    });
  },
);
