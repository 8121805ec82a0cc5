import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { audioModel, describePage, patient, prepare, runToEnd, videoModel, visit } from "./studio-stage.js";

const media = join(import.meta.dirname, "../../fixtures/media");

/** Writes what `save` leaves in a folder: a manifest for each job, and files beside it. */
const fillFolder = (folder: string, count: number): void => {
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < count; at++) {
    const [source, contentType] = at % 2 === 0 ? ["photo.png", "image/png"] : ["clip.mp4", "video/mp4"];
    const name = `made-${at}${source!.slice(-4)}`;
    if (at < 40) copyFileSync(join(media, source!), join(folder, name));
    const requestId = `job-${String(at).padStart(5, "0")}`;
    const from = {
      url: "https://example.com/a",
      from: [],
      warnings: [],
      sha256: "0".repeat(64),
      bytes: 3000,
    };
    writeFileSync(
      join(folder, `${requestId}.json`),
      JSON.stringify({
        ...{ version: 1, requestId, model: videoModel, cost: 0.25, failed: [] },
        createdAt: new Date(Date.UTC(2026, 5, 1) - at * 60_000).toISOString(),
        finishedAt: new Date(Date.UTC(2026, 5, 1) - at * 60_000 + 8000).toISOString(),
        input: { prompt: `scene number ${at}` },
        files: [{ name, contentType, ...from }],
      }),
    );
  }
};

describePage("the page's gallery", (openStage) => {
  const tiles = (page: Page): Promise<number> => page.locator(".grid > li").count();

  test("shows 2,000 records by a few dozen elements, small pictures, and no video out of sight", async () => {
    const stage = await openStage("#/gallery", { fill: (folder) => fillFolder(folder, 2000) });
    const { page } = stage;
    await page.getByText("2,000 jobs").waitFor();
    expect(await tiles(page)).toBeLessThan(60);
    await page.locator(".tile img").nth(3).waitFor();
    const widest = await page
      .locator(".tile img")
      .evaluateAll((all) => Math.max(...all.map((image) => (image as HTMLImageElement).naturalWidth)));
    expect(widest).toBeLessThanOrEqual(320);
    await page.locator(".tile .play").first().click();
    await page.locator(".tile video").waitFor();
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.getByText("scene number 1999", { exact: true }).waitFor();
    expect(await page.locator("video").count()).toBe(0);
    expect(await tiles(page)).toBeLessThan(60);
    await page.getByPlaceholder("Search inputs").fill("number 1234");
    await expect.poll(() => tiles(page), patient).toBe(1);
  });

  test("small pictures are made once, and kept by the server", async () => {
    const stage = await openStage("#/gallery", { fill: (folder) => fillFolder(folder, 4) });
    const { page } = stage;
    await expect.poll(() => page.locator(".tile img").count(), patient).toBe(4);
    const made: string[] = [];
    page.on("request", (request) => request.method() === "PUT" && made.push(request.url()));
    await page.reload();
    await expect.poll(() => page.locator(".tile img").count(), patient).toBe(4);
    expect(made).toEqual([]);
  });

  test("deletes a record only after a question, and a file only where the question says so", async () => {
    const stage = await openStage("#/gallery", { fill: (folder) => fillFolder(folder, 2) });
    const { page } = stage;
    const saved = (): string[] =>
      readdirSync(join(stage.folder, "saved")).filter((name) => name.startsWith("made-"));
    for (const withFile of [false, true]) {
      const before = withFile ? 1 : 2;
      await expect.poll(() => tiles(page), patient).toBe(before);
      await page.locator(".tile-link").first().click();
      await page.getByRole("button", { name: "Delete…" }).click();
      if (withFile) await page.getByLabel("Delete 1 file from the folder, too").check();
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      await page.locator(".detail").waitFor({ state: "detached" });
      await expect.poll(() => tiles(page), patient).toBe(before - 1);
      expect(saved()).toHaveLength(withFile ? 1 : 2);
    }
    await page.getByText("Nothing here yet").waitFor();
  });

  test("a favourite of one tab is one in the other", async () => {
    const stage = await openStage("#/gallery", { fill: (folder) => fillFolder(folder, 3) });
    const { page } = stage;
    const other = await stage.open("#/gallery");
    await page.bringToFront();
    await page.locator(".tile").nth(1).hover();
    await page.locator(".tile .favourite").nth(1).click();
    await other.bringToFront();
    await other.locator('.tile .favourite[aria-pressed="true"]').waitFor();
    await other.getByRole("button", { name: "Favourites" }).click();
    await expect.poll(() => tiles(other), patient).toBe(1);
  });

  test("runs a job again after a check, for the price that it shows", async () => {
    const stage = await openStage(`#/model/${audioModel}`);
    const { page } = stage;
    await prepare(page);
    await runToEnd(page, stage);
    await visit(page, "#/gallery");
    await page.locator(".tile-link").click();
    await page.getByRole("button", { name: "Again" }).click();
    await page.locator(".again .run").click();
    await page.locator('.again .run[data-step="run"]', { hasText: "$0.018" }).waitFor();
    expect(stage.emulator.charged).toBe(1);
    await page.locator(".again .run").click();
    await expect.poll(() => page.locator(".grid > li").count(), patient).toBe(2);
  });
});
