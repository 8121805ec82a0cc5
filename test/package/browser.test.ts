import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import { bundle } from "./bundles.js";
import { type Workshop, makeConsumer, openWorkshop } from "./packages.js";

const browser = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** A page that reaches its own server, which keeps the token and stands for the service, or the one that its address names. */
const page = `
import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
const show = (text) => { document.title = text; };
const run = async () => {
  const refused = (() => { try { createClient({ token: "abcdefgh" }); return ""; } catch (error) { return error.code; } })();
  const baseUrl = new URLSearchParams(location.search).get("service") ?? location.origin;
  const client = createClient({ token: "of-the-page", baseUrl, allowTokenInBrowser: true, minPollIntervalMs: 1 });
  const { output } = await client.run(model, { prompt: "Rain." });
  return JSON.stringify({ refused, output });
};
run().then(show, (error) => show("failed: " + error.message));
`;

const answers: { readonly [call: string]: object } = {
  "POST /v1/models/wan-ai/wan-2.7/text-to-video": { request_id: "r1" },
  "GET /v1/requests/r1/status": { request_id: "r1", status: "completed" },
  "GET /v1/requests/r1/result": {
    request_id: "r1",
    status: "succeeded",
    output: { video: "https://media.example/1.mp4" },
  },
};

describe.skipIf(!existsSync(browser))(
  `in ${browser} (skipped where it is not installed; CHROMIUM names another)`,
  () => {
    let workshop: Workshop;
    beforeAll(async () => {
      workshop = await openWorkshop();
    });
    afterAll(() => workshop?.remove());

    /** Serves the page with these answers beside it, opens it, and gives what it shows. */
    const visit = async (search: string): Promise<{ refused: string; output: { video: string } }> => {
      const { code } = await bundle(await makeConsumer(workshop, "browser", {}), page, {
        platform: "browser",
        conditions: [],
      });
      const server = createServer((request, response) => {
        const path = request.url!.split("?")[0]!;
        const answer = answers[`${request.method} ${path}`];
        const isScript = path === "/page.js";
        response.setHeader(
          "content-type",
          answer ? "application/json" : isScript ? "text/javascript" : "text/html",
        );
        const html = '<!doctype html><title></title><script type="module" src="/page.js"></script>';
        response.end(answer ? JSON.stringify(answer) : isScript ? code : html);
      });
      await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
      const opened = await chromium.launch({
        executablePath: browser,
        args: ["--no-sandbox", "--disable-gpu"],
        timeout: 0,
      });
      try {
        const tab = await opened.newPage();
        // The test's own limit is enough.
        tab.setDefaultTimeout(0);
        await tab.goto(`http://localhost:${(server.address() as AddressInfo).port}/${search}`);
        await tab.waitForFunction("document.title !== ''");
        return JSON.parse(await tab.title()) as Awaited<ReturnType<typeof visit>>;
      } finally {
        await opened.close();
        server.closeAllConnections();
        server.close();
      }
    };

    test("a bundled page runs a job through its own server, and no token by default", async () => {
      expect(await visit("")).toEqual({
        refused: "config",
        output: { video: "https://media.example/1.mp4" },
      });
    });

    test("a bundled page runs a job on the emulator, which has another origin", async () => {
      const emulator = await startEmulator({ tokens: "of-the-page", queueMs: 0, runMs: 100 });
      try {
        const { output } = await visit(`?service=${encodeURIComponent(emulator.url)}`);
        expect((await fetch(output.video)).headers.get("content-type")).toBe("video/mp4");
        expect(emulator.charged).toBe(1);
      } finally {
        await emulator.close();
      }
    });
  },
);
