import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { audioModel, describePage, pictures, patient, prepare, visit } from "./studio-stage.js";

const where = `#/model/${audioModel}`;

const stateOf = (page: Page, state: string): ReturnType<Page["locator"]> =>
  page.locator(`.runs .progress[data-state="${state}"]`);

describePage("the studio's page", (openStage) => {
  test("leads from the search to the gallery, and asks before it pays", async () => {
    const stage = await openStage();
    const { page } = stage;
    const problems: string[] = [];
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    const count = (): Promise<number> => page.locator(".card-link").count();
    const all = await count();
    await page.locator(".search input").pressSequentially("ace-st");
    await expect.poll(count, patient).toBeLessThan(all);
    await page.locator(".search input").fill("");
    await page.getByRole("button", { name: "audio" }).last().click();
    await expect.poll(count, patient).toBeLessThan(all);
    await page.locator(".card-link", { hasText: "ACE-Step 1.5" }).click();

    await page.getByRole("button", { name: "Load the example" }).click();
    await page.locator(".run").click();
    await page.locator('.run[data-step="run"]').waitFor();
    expect(await page.locator(".run").textContent()).toMatch(/^Run for \$0\.018$/);
    expect(stage.emulator.charged).toBe(0);
    await page.locator(".run").click();
    await page.getByText("In the queue").waitFor();
    stage.clock.advance(1000);
    await page.getByText("Running").waitFor();
    stage.clock.advance(1000);
    await stateOf(page, "done").waitFor();
    expect(stage.emulator.charged).toBe(1);

    await page.locator(".nav a", { hasText: "Gallery" }).click();
    await page.locator(".tile .play").click();
    await page.locator(".tile audio").waitFor();
    await page.locator(".tile .caption").click({ trial: true });
    await page.reload();
    await page.locator(".tile-link").click();
    await page.locator(".detail dd", { hasText: audioModel }).waitFor();
    await page.screenshot({ path: join(pictures, "detail.png") });
    expect(problems).toEqual([]);
  });

  test("shows each problem at its field, and goes to the first", async () => {
    const stage = await openStage(where);
    const { page } = stage;
    await page.locator(".run").click();
    await page.locator("#field-tags-issues li", { hasText: "Is required" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.id === "field-tags");
    await page.locator("#field-tags").fill("folk");
    await page.locator("#field-duration").fill("fast");
    await page.locator("#field-duration-issues li").waitFor();
    expect(await page.locator("#field-duration").getAttribute("aria-invalid")).toBe("true");
    await page.locator("#field-duration").fill("1000");
    await page.locator("#field-duration-issues li", { hasText: "240" }).waitFor();
    expect(stage.emulator.charged).toBe(0);
  });

  test("keeps form, JSON, TypeScript and command in step", async () => {
    const { page } = await openStage(where);
    await page.locator("#field-tags").fill("slow waltz");
    const json = page.getByLabel("The input as JSON");
    await expect.poll(() => json.inputValue(), patient).toContain('"tags": "slow waltz"');
    await json.fill('{ "tags": "quick waltz", "duration": 12 }');
    expect(await page.locator("#field-tags").inputValue()).toBe("quick waltz");
    expect(await page.locator("#field-duration").inputValue()).toBe("12");
    await json.fill('{ "tags": ');
    await page.locator("#json-problem", { hasText: "keeps the last input" }).waitFor();
    expect(await page.locator("#field-tags").inputValue()).toBe("quick waltz");
    for (const form of ["TypeScript", "Command"]) {
      await page.getByRole("button", { name: form, exact: true }).click();
      await page.locator(".code-panel pre", { hasText: "quick waltz" }).waitFor();
    }
  });

  test("a reload while a job runs loses nothing, and pays nothing", async () => {
    const stage = await openStage(where);
    const { page } = stage;
    await prepare(page);
    await page.locator(".run").click();
    await stateOf(page, "accepted").waitFor();
    await page.reload();
    await stateOf(page, "accepted").waitFor();
    expect(await page.locator("#field-tags").inputValue()).toBe("acoustic folk, warm voice");
    stage.clock.advance(2000);
    await stateOf(page, "done").waitFor();
    expect(stage.emulator.charged).toBe(1);
  });

  test("a server that ends while a job runs loses nothing; the page says how to start it again", async () => {
    const stage = await openStage(where);
    const { page } = stage;
    await prepare(page);
    await page.locator(".run").click();
    await stateOf(page, "accepted").waitFor();
    await stage.stop();
    await page.locator(".outage", { hasText: "npx runcomfy-models studio --emulate --port" }).waitFor();
    await page.locator("#field-tags").fill("written while nobody listens");
    stage.clock.advance(2000);
    await stage.start();
    const again = await stage.open(where);
    expect(await again.locator("#field-tags").inputValue()).toBe("written while nobody listens");
    await stateOf(again, "done").waitFor();
    // The old tab takes the key that the new one was given.
    await stateOf(page, "done").waitFor();
    await page.locator(".outage").waitFor({ state: "hidden" });
    expect(stage.emulator.charged).toBe(1);
  });

  test("a job that waits in the queue can be cancelled, and is not paid", async () => {
    const { page } = await openStage(where);
    await prepare(page);
    await page.locator(".run").click();
    await page.locator(".runs").getByRole("button", { name: "Cancel" }).click();
    await stateOf(page, "cancelled").waitFor();
  });

  test("several jobs run at once, and eight tabs show all of them", async () => {
    const stage = await openStage(where);
    const { page } = stage;
    const others: Page[] = [];
    for (let count = 1; count < 8; count++) others.push(await stage.open(where));
    await page.bringToFront();
    await prepare(page);
    for (const jobs of [1, 2, 3]) {
      await page.locator(".run").click();
      await expect.poll(() => page.locator(".run-item").count(), patient).toBe(jobs);
    }
    stage.clock.advance(2000);
    for (const tab of [page, ...others]) {
      await tab.bringToFront();
      await expect.poll(() => stateOf(tab, "done").count(), patient).toBe(3);
    }
    expect(stage.emulator.charged).toBe(3);
  });

  test("an answer that was lost is shown as perhaps paid, with what to do", async () => {
    const stage = await openStage(where);
    const { page } = stage;
    stage.emulator.faults.add({ route: "submit", reset: "after" });
    await prepare(page);
    await page.locator(".run").click();
    await page.locator(".run-item .unknown", { hasText: "Perhaps paid" }).waitFor();
    const refuse = page.getByRole("button", { name: "Count it as not sent" });
    expect(await refuse.isDisabled()).toBe(true);
    await page.getByLabel("I have looked, and it is not there").check();
    await refuse.click();
    await stateOf(page, "new").waitFor();
    await visit(page, "#/gallery");
    await expect.poll(() => page.locator(".tile-link").count(), patient).toBe(1);
  });
});
