import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { drawChart } from "../../../bench/chart.mjs";
import { drawScene, toWebp } from "./drawn-scenes.js";
import {
  audioModel,
  describePage,
  patient,
  pictures,
  prepare,
  runToEnd,
  videoModel,
  visit,
} from "./studio-stage.js";

const root = join(import.meta.dirname, "../../..");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const views = ["#/", `#/model/${videoModel}`, "#/gallery"];

const images = join(root, "docs/images");
const pictureModel = "bytedance/seedream-5.0-pro/text-to-image";
const prompts = [
  "A lighthouse at dusk, long exposure, calm sea",
  "Paper boats under a stone bridge, morning fog",
  "A greenhouse of ferns after rain, soft light",
  "A lighthouse at dusk, with a small boat",
];

interface Axe {
  readonly run: (options: object) => Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  }>;
}

/** The rules that axe-core finds broken, with the elements that break them: all rules, or those of colours alone. */
const findViolations = (page: Page, runOnly?: readonly string[]): Promise<string[]> =>
  page.evaluate(
    async (options) => {
      const { violations } = await (globalThis as unknown as { readonly axe: Axe }).axe.run(options);
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    },
    { ...(runOnly && { runOnly }), resultTypes: ["violations"] },
  );

test("the page is smaller than 30 kB in all, gzipped", () => {
  const sizes = ["index.html", "icon.svg", "studio.css", "studio.js"].map(
    (name) => gzipSync(readFileSync(join(root, "dist/studio", name)), { level: 9 }).length,
  );
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(30_000);
});

test("the chart of the comparison shows the figures of bench/, which the README has, too", () => {
  const figures = JSON.parse(readFileSync(join(root, "bench/figures.json"), "utf8")) as Parameters<
    typeof drawChart
  >[0];
  expect(readFileSync(join(root, "docs/images/comparison.svg"), "utf8")).toBe(drawChart(figures));
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const rows = readme.split("\n").filter((line) => line.startsWith("|"));
  const missing = figures.panels.flatMap(({ bars }) =>
    bars
      .map(({ value }) => value.toLocaleString("en"))
      .filter((value) => !rows.some((row) => row.includes(value))),
  );
  expect(missing).toEqual([]);
});

/** Buttons and links that reach beyond the panel, card or form in which they stand. */
const listCutButtons = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll("main :is(button, a)")].flatMap((element) => {
      const panel = element.closest(".panel, .card, .form, .gallery-head, .find");
      const { right, width } = element.getBoundingClientRect();
      const isCut = panel !== null && width > 0 && right > panel.getBoundingClientRect().right;
      return isCut ? [element.getAttribute("aria-label") ?? element.textContent] : [];
    }),
  );

describePage(
  "the page's looks",
  (openStage) => {
    const colours = ["light", "dark"] as const;

    test("axe-core finds nothing, in light and in dark", async () => {
      const stage = await openStage(`#/model/${audioModel}`);
      const { page } = stage;
      const found: string[] = [];
      const look = async (name?: string): Promise<void> => {
        for (const colorScheme of colours) {
          await page.emulateMedia({ colorScheme });
          // The elements are the same in both.
          const rules = colorScheme === "dark" ? ["color-contrast"] : undefined;
          found.push(...(await findViolations(page, rules)).map((one) => `${colorScheme}: ${one}`));
          if (name) await page.screenshot({ path: join(pictures, `view${name}-${colorScheme}.png`) });
        }
      };
      await page.evaluate(axe);
      await prepare(page);
      await runToEnd(page, stage);
      await visit(page, `#/model/${videoModel}`);
      await page.locator(".run").click();
      await page.locator(".issues li").first().waitFor();
      await page.locator("summary").click();
      await look();
      for (const view of views) {
        await visit(page, view);
        await look(view.replace(/\W+/g, "-"));
      }
      await page.locator(".tile-link").click();
      await page.locator(".detail dd").first().waitFor();
      await page.getByRole("button", { name: "Delete…" }).click();
      await look();
      expect(found).toEqual([]);
    });

    test("follows the system's colours, and keeps those that a person chose", async () => {
      const { page } = await openStage("#/", { colorScheme: "dark" });
      const paper = (): Promise<string> =>
        page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const dark = await paper();
      await page.getByRole("button", { name: "Colours: system" }).click();
      expect(await paper()).not.toBe(dark);
      await page.reload();
      await page.getByRole("button", { name: "Colours: light" }).waitFor();
      expect(await paper()).not.toBe(dark);
    });

    test("needs no scrolling to the side at 360 and at 2,560 pixels", async () => {
      const stage = await openStage(`#/model/${audioModel}`);
      const { page } = stage;
      await prepare(page);
      await runToEnd(page, stage);
      for (const width of [360, 2560]) {
        await page.setViewportSize({ width, height: 800 });
        for (const view of views) {
          await visit(page, view);
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(over, `${view} at ${width}`).toBeLessThanOrEqual(0);
          expect(await listCutButtons(page), `${view} at ${width}`).toEqual([]);
          await page.screenshot({ path: join(pictures, `view${view.replace(/\W+/g, "-")}-${width}.png`) });
        }
      }
    });

    test("nothing jumps while a view is loaded and a job runs", async () => {
      const stage = await openStage();
      const { page } = stage;
      await page.addInitScript(() => {
        const shifts: string[] = [];
        Object.assign(globalThis, { shifts });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { hadRecentInput: boolean })[])
            if (!entry.hadRecentInput) shifts.push(JSON.stringify(entry));
        }).observe({ type: "layout-shift", buffered: true });
      });
      const found: string[] = [];
      const collect = async (): Promise<void> => {
        const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts);
        found.push(...shifts.map((shift) => `${page.url()} ${shift}`));
      };
      for (const view of [...views, `#/model/${audioModel}`]) {
        await visit(page, view);
        await page.reload();
        await page.locator(".model-head, .card-link, .gallery h1").first().waitFor();
        await collect();
      }
      await prepare(page);
      await runToEnd(page, stage);
      await visit(page, "#/gallery");
      await page.locator(".tile-link").waitFor();
      await collect();
      await page.reload();
      await page.locator(".tile-link").waitFor();
      await collect();
      expect(found).toEqual([]);
    });

    test("needs no mouse", async () => {
      const stage = await openStage();
      const { page } = stage;
      const press = (...keys: readonly string[]): Promise<void> =>
        keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
      const focused = (): Promise<string> =>
        page.evaluate(() => document.activeElement?.id || (document.activeElement?.className ?? ""));
      await page.locator(".search input").focus();
      await page.keyboard.type("ace-step");
      await press("ArrowDown");
      expect(await focused()).toBe("card-link");
      await press("Enter");
      await page.locator(".run-bar .price").waitFor();
      await page.waitForFunction(() => document.activeElement?.id === "main");
      for (let steps = 0; (await focused()) !== "field-tags"; steps++) {
        expect(steps).toBeLessThan(20);
        await press("Tab");
      }
      await page.keyboard.type("folk");
      await press("Control+Enter");
      await page.locator('.run[data-step="run"]').waitFor();
      await press("Control+Enter");
      await page.locator('.runs .progress[data-state="accepted"]').waitFor();
      stage.clock.advance(2000);
      await page.locator('.runs .progress[data-state="done"]').waitFor();
      await page.locator(".runs h2 + a").focus();
      await press("Enter");
      await page.locator(".tile-link").waitFor();
      for (let steps = 0; (await focused()) !== "tile-link"; steps++) {
        expect(steps).toBeLessThan(30);
        await press("Tab");
      }
      await press("Enter");
      await page.locator(".detail").waitFor();
      await press("Escape");
      await page.locator(".detail").waitFor({ state: "detached" });
      await expect.poll(focused, patient).toBe("tile-link");
    });

    test("the README's picture is at most 60 kB, in light and in dark; UPDATE_IMAGES=1 writes it", async () => {
      const { page, clock } = await openStage(`#/model/${pictureModel}`, {
        viewport: { width: 1240, height: 900 },
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
        await page.locator(".run").click();
        await page.locator('.run[data-step="run"]').click();
        await page.locator('.runs .progress[data-state="accepted"]').waitFor();
        // The last job is still running in the picture.
        clock.advance(at === prompts.length - 1 ? 1000 : 2000);
        if (at < prompts.length - 1) {
          const done = page.locator('.runs .progress[data-state="done"]');
          await expect.poll(() => done.count(), patient).toBe(at + 1);
        }
      }
      await page.getByText("Running").waitFor();
      await expect.poll(() => page.locator(".runs img").count(), patient).toBe(3);
      const messages = page.getByRole("button", { name: "Close this message" });
      while ((await messages.count()) > 0) await messages.first().click();
      await page.locator("h1").click();
      for (const colorScheme of colours) {
        await page.emulateMedia({ colorScheme });
        const png = await page.screenshot({ path: join(pictures, `picture-${colorScheme}.png`) });
        const webp = Buffer.from(await toWebp(page, png), "base64");
        expect(webp.length).toBeLessThanOrEqual(60_000);
        if (process.env["UPDATE_IMAGES"] !== "1") continue;
        mkdirSync(images, { recursive: true });
        writeFileSync(join(images, `studio-${colorScheme}.webp`), webp);
      }
    });
  },
  // The tests put axe-core into the page, which the page's own policy would refuse.
  { bypassCSP: true },
);
