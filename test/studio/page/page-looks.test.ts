import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { drawChart } from "../../../bench/chart.mjs";
import {
  audioModel,
  browserPath,
  hasBrowser,
  launchBrowser,
  openStage,
  patient,
  pictures,
  prepare,
  runToEnd,
  videoModel,
  visit,
} from "./studio-stage.js";
import type { Stage } from "./studio-stage.js";

const root = join(import.meta.dirname, "../../..");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const views = ["#/", `#/model/${videoModel}`, "#/gallery"];

/** The rules that axe-core finds broken, with the elements that break them. */
const findViolations = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
};

test("the page is smaller than 30 kB, gzipped", () => {
  const sizes = ["index.html", "studio.css", "studio.js"].map(
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

describe.skipIf(!hasBrowser)(`the page's looks in ${browserPath} (skipped where it is not installed)`, () => {
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

  test.for(["light", "dark"] as const)("axe-core finds nothing, in %s", async (colorScheme) => {
    // The tests put axe-core into the page, which the page's own policy would refuse.
    const page = await stage.open("#/", { colorScheme, bypassCSP: true });
    await visit(page, `#/model/${audioModel}`);
    await prepare(page);
    await runToEnd(page, stage);
    await visit(page, `#/model/${videoModel}`);
    await page.locator(".run").click();
    await page.locator(".issues li").first().waitFor();
    await page.locator("summary").click();
    const found: string[] = await findViolations(page);
    for (const view of views) {
      await visit(page, view);
      found.push(...(await findViolations(page)));
      const name = view.replace(/\W+/g, "-");
      await page.screenshot({ path: join(pictures, `view${name}-${colorScheme}.png`) });
    }
    await page.locator(".tile-link").click();
    await page.locator(".detail dd").first().waitFor();
    await page.getByRole("button", { name: "Delete…" }).click();
    found.push(...(await findViolations(page)));
    expect(found).toEqual([]);
  });

  test("follows the system's colours, and keeps those that a person chose", async () => {
    const page = await stage.open("#/", { colorScheme: "dark" });
    const paper = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await paper();
    await page.getByRole("button", { name: "Colours: system" }).click();
    expect(await paper()).not.toBe(dark);
    await page.reload();
    await page.getByRole("button", { name: "Colours: light" }).waitFor();
    expect(await paper()).not.toBe(dark);
  });

  test.for([360, 2560])("needs no scrolling to the side at %i pixels", async (width) => {
    const page = await stage.open("#/", { viewport: { width, height: 800 } });
    await visit(page, `#/model/${audioModel}`);
    await prepare(page);
    await runToEnd(page, stage);
    for (const view of views) {
      await visit(page, view);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over, view).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(pictures, `view${view.replace(/\W+/g, "-")}-${width}.png`) });
    }
  });

  test("nothing jumps while a view is loaded and a job runs", async () => {
    const page = await stage.open();
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
    const page = await stage.open();
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
});
