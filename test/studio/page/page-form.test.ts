import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  audioModel,
  dropFile,
  holdFile,
  describePage,
  patient,
  prepare,
  runToEnd,
  videoModel,
  visit,
} from "./studio-stage.js";

const audio = `#/model/${audioModel}`;
const video = `#/model/${videoModel}`;

describePage("the page's form", (openStage) => {
  const picture = (page: Page): ReturnType<Page["locator"]> => page.locator("#field-first_frame_image_url");

  test("takes a dropped picture, shows it with its measures, and tells of a file of another kind", async () => {
    const { page } = await openStage(video);
    await dropFile(page, "#field-first_frame_image_url-frame .drop", "photo.jpg", "image/jpeg");
    await expect.poll(() => picture(page).inputValue(), patient).toBe("photo.jpg");
    await page.locator(".media-value .facts", { hasText: "320 × 240" }).first().waitFor();
    await page.reload();
    await page.locator(".media-value .facts", { hasText: "320 × 240" }).first().waitFor();
    expect(await picture(page).inputValue()).toBe("photo.jpg");
    await dropFile(page, "#field-first_frame_image_url-frame .drop", "tone.mp3", "audio/mpeg");
    await page.locator("#field-first_frame_image_url-issues li").waitFor();
  });

  test("stays when a file is dropped beside its field", async () => {
    const { page } = await openStage(audio);
    await page.locator("#field-tags").fill("kept");
    await dropFile(page, ".model-head", "photo.jpg", "image/jpeg");
    await page.locator(".notice", { hasText: "Drop the file on the field" }).waitFor();
    expect(await page.locator("#field-tags").inputValue()).toBe("kept");
  });

  test("takes a pasted picture from anywhere in the form", async () => {
    const { page } = await openStage(video);
    const transfer = await holdFile(page, "photo.png", "image/png");
    await page.evaluate((clipboardData) => {
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
    }, transfer);
    await expect.poll(() => picture(page).inputValue(), patient).toBe("photo.png");
  });

  test("outlives a reload, and a tab that is closed", async () => {
    const stage = await openStage(audio);
    const { page } = stage;
    await page.locator("#field-tags").fill("written once");
    await page.reload();
    await expect.poll(() => page.locator("#field-tags").inputValue(), patient).toBe("written once");
    const next = await stage.open(audio);
    await page.close();
    await expect.poll(() => next.locator("#field-tags").inputValue(), patient).toBe("written once");
  });

  test("sends nothing for Enter, composed or not, and never twice for a key that is held down", async () => {
    const stage = await openStage(audio);
    const { page } = stage;
    await prepare(page);
    const press = (quirk: "isComposing" | "repeat" | "bubbles"): Promise<void> =>
      page.locator("#field-tags").evaluate((field, name) => {
        const init = { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true, [name]: true };
        field.dispatchEvent(new KeyboardEvent("keydown", init));
      }, quirk);
    await press("isComposing");
    await press("repeat");
    await page.locator("#field-duration").press("Enter");
    expect(await page.locator(".run").getAttribute("data-step")).toBe("run");
    expect(await page.locator(".run-item").count()).toBe(0);
    await press("bubbles");
    await page.locator('.runs .progress[data-state="accepted"]').waitFor();
    stage.clock.advance(2000);
    await page.locator('.runs .progress[data-state="done"]').waitFor();
    expect(stage.emulator.charged).toBe(1);
  });

  test("opens no model for Enter that ends a composed word", async () => {
    const { page } = await openStage();
    await page.locator(".search input").fill("wan");
    await page.locator(".search input").evaluate((field) => {
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true }));
    });
    expect(new URL(page.url()).hash).toBe("#/");
    await page.locator(".search input").press("Enter");
    await page.waitForURL(/#\/model\//);
  });

  test("a double click on Run is one job", async () => {
    const stage = await openStage(audio);
    const { page } = stage;
    await prepare(page);
    await page.locator(".run").dblclick();
    await page.locator('.runs .progress[data-state="accepted"]').waitFor();
    stage.clock.advance(2000);
    await page.locator('.runs .progress[data-state="done"]').waitFor();
    expect(stage.emulator.charged).toBe(1);
  });

  test("the wheel changes no number, the arrow keys do", async () => {
    const { page } = await openStage(audio);
    await page.locator("#field-duration").fill("20");
    await page.locator("#field-duration").hover();
    await page.mouse.wheel(0, 240);
    await page.mouse.wheel(0, -240);
    expect(await page.locator("#field-duration").inputValue()).toBe("20");
    await page.locator("#field-duration").press("ArrowUp");
    expect(await page.locator("#field-duration").inputValue()).toBe("21");
    await page.locator("#field-duration").fill("240");
    await page.locator("#field-duration").press("ArrowUp");
    expect(await page.locator("#field-duration").inputValue()).toBe("240");
  });

  test("another input asks for another check before it is paid", async () => {
    const { page } = await openStage(audio);
    await prepare(page);
    await page.locator("#field-duration").fill("30");
    expect(await page.locator(".run").getAttribute("data-step")).toBe("check");
    await page.locator(".run").click();
    await expect.poll(() => page.locator(".run").textContent(), patient).toBe("Run for $0.009");
  });

  test("is filled in again from the gallery", async () => {
    const stage = await openStage(audio);
    const { page } = stage;
    await prepare(page, "a tune to change");
    await runToEnd(page, stage);
    await page.locator("#field-tags").fill("something else");
    await visit(page, "#/gallery");
    await page.locator(".tile-link").click();
    await page.getByRole("button", { name: "Change and run" }).click();
    await expect.poll(() => page.locator("#field-tags").inputValue(), patient).toBe("a tune to change");
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => page.locator("#field-tags").inputValue(), patient).toBe("something else");
  });
});
