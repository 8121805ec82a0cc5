import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { browserPath, hasBrowser, launchBrowser, openStage, patient, pictures } from "./studio-stage.js";
import type { Stage } from "./studio-stage.js";

const images = join(import.meta.dirname, "../../../docs/images");
const model = "bytedance/seedream-5.0-pro/text-to-image";
const prompts = [
  "A lighthouse at dusk, long exposure, calm sea",
  "Paper boats under a stone bridge, morning fog",
  "A greenhouse of ferns after rain, soft light",
  "A lighthouse at dusk, with a small boat",
];

/** Draws a landscape of a few shapes for each prompt, in place of the emulator's one small picture. */
const drawScene = (page: Page, seed: number): Promise<string> =>
  page.evaluate((at) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [320, 240];
    const context = canvas.getContext("2d")!;
    const hue = [18, 200, 130][at % 3]!;
    const sky = context.createLinearGradient(0, 0, 0, 240);
    sky.addColorStop(0, `hsl(${hue + 210} 42% 24%)`);
    sky.addColorStop(1, `hsl(${hue} 78% 70%)`);
    context.fillStyle = sky;
    context.fillRect(0, 0, 320, 240);
    context.fillStyle = `hsl(${hue + 20} 95% 84%)`;
    context.beginPath();
    context.arc(90 + at * 70, 120, 34, 0, 7);
    context.fill();
    for (let hill = 0; hill < 3; hill++) {
      context.fillStyle = `hsl(${hue + 190} 38% ${34 - hill * 11}%)`;
      context.beginPath();
      context.moveTo(0, 240);
      for (let x = 0; x <= 320; x += 8)
        context.lineTo(x, 150 + hill * 28 + Math.sin(x / (46 + at * 9) + hill * 2 + at) * 16);
      context.lineTo(320, 240);
      context.fill();
    }
    return canvas.toDataURL("image/png").split(",")[1]!;
  }, seed);

const prepareRun = async (page: Page): Promise<void> => {
  await page.locator(".run").click();
  await page.locator('.run[data-step="run"]').click();
};

/** The picture of a page as WebP: a third of the bytes of a PNG. */
const toWebp = (page: Page, png: Buffer): Promise<string> =>
  page.evaluate(async (content) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${content}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext("2d")!.drawImage(bitmap, 0, 0);
    const bytes = new Uint8Array(
      await (await canvas.convertToBlob({ type: "image/webp", quality: 0.86 })).arrayBuffer(),
    );
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, png.toString("base64"));

describe.skipIf(!hasBrowser)(
  `the README's picture in ${browserPath} (skipped where it is not installed)`,
  () => {
    let browser: Browser;
    let stage: Stage;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    beforeEach(async () => {
      stage = await openStage(browser);
    });
    afterEach(() => stage.close());
    afterAll(() => browser?.close());

    test.for(["light", "dark"] as const)(
      "is at most 60 kB, in %s; UPDATE_IMAGES=1 writes it",
      async (colorScheme) => {
        const page = await stage.open(`#/model/${model}`, {
          ...{ colorScheme, bypassCSP: true, viewport: { width: 1240, height: 900 } },
        });
        const scenes = [await drawScene(page, 0), await drawScene(page, 1), await drawScene(page, 2)];
        let shown = 0;
        await page.route("**/thumbs/**", (route) => {
          if (route.request().method() !== "GET") return route.fulfill({ json: {} });
          shown += 1;
          return route.fulfill({ contentType: "image/png", body: Buffer.from(scenes[shown % 3]!, "base64") });
        });
        for (const [at, prompt] of prompts.entries()) {
          await page.locator("#field-prompt").fill(prompt);
          await prepareRun(page);
          await page.locator('.runs .progress[data-state="accepted"]').waitFor();
          // The last job is still running in the picture.
          stage.clock.advance(at === prompts.length - 1 ? 1000 : 2000);
          if (at < prompts.length - 1) {
            const done = page.locator('.runs .progress[data-state="done"]');
            await expect.poll(() => done.count(), patient).toBe(at + 1);
          }
        }
        await page.getByText("Running").waitFor();
        await expect.poll(() => page.locator(".runs img").count(), patient).toBe(3);
        await page.getByRole("button", { name: "Close this message" }).first().click();
        await page.locator("h1").click();
        const png = await page.screenshot({ path: join(pictures, `picture-${colorScheme}.png`) });
        const webp = Buffer.from(await toWebp(page, png), "base64");
        expect(webp.length).toBeLessThanOrEqual(60_000);
        if (process.env["UPDATE_IMAGES"] !== "1") return;
        mkdirSync(images, { recursive: true });
        writeFileSync(join(images, `studio-${colorScheme}.webp`), webp);
      },
    );
  },
);
