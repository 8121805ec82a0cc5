import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { liveModels } from "../support.js";
import { audioModel, describePage, pictures, patient, prepare, visit, runToEnd } from "./studio-stage.js";

const where = `#/model/${audioModel}`;

const stateOf = (page: Page, state: string): ReturnType<Page["locator"]> =>
  page.locator(`.runs .progress[data-state="${state}"]`);

/** The ways of a hostile page, with the cookie that browsers send to all ports of a machine; gives those that succeeded. */
const attack = async (to: { readonly studio: string; readonly file: string }): Promise<string[]> => {
  const body = JSON.stringify({
    key: "hostile-request",
    model: "acestep-ai/ace-step-1.5/text-to-audio",
    input: { tags: "x" },
  });
  const send = (type: string, mode: RequestMode) => async (): Promise<boolean> => {
    const init = {
      method: "POST",
      mode,
      body,
      headers: { "content-type": type },
      credentials: "include",
    } as const;
    return (await fetch(`${to.studio}/api/jobs`, init)).ok;
  };
  const load = (tag: "img" | "script" | "audio", path: string) => (): Promise<boolean> =>
    new Promise((done) => {
      const element = document.createElement(tag);
      element.addEventListener("error", () => done(false));
      for (const event of ["load", "loadedmetadata"]) element.addEventListener(event, () => done(true));
      element.src = to.studio + path;
      document.body.append(element);
    });
  const ways: Record<string, () => Promise<boolean>> = {
    "a form's request": send("text/plain", "no-cors"),
    "a script's request": send("application/json", "cors"),
    "a picture": load("img", "/icon.svg"),
    "a script": load("script", "/studio.js"),
    "a file": load("audio", to.file),
  };
  const won = await Promise.all(
    Object.entries(ways).map(async ([way, act]) => ((await act().catch(() => false)) ? [way] : [])),
  );
  return won.flat();
};

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
    // Words of no documentation, among them those that the empty field suggests.
    for (const word of ["photo", "lip sync", "song", "t2v"]) {
      await page.locator(".search input").fill(word);
      await expect.poll(count, patient).toBeGreaterThan(0);
    }
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
    await expect.poll(() => page.title(), patient).toBe("(1) ACE-Step 1.5 Text to Audio · Studio");
    expect(await page.locator("#field-tags").inputValue()).toBe("acoustic folk, warm voice");
    stage.clock.advance(2000);
    await stateOf(page, "done").waitFor();
    await page.locator(".notice", { hasText: "Done: acoustic folk, warm voice" }).waitFor();
    expect(await page.title()).toBe("ACE-Step 1.5 Text to Audio · Studio");
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

  test("a model of the live list is found, run, and its file shown in the folder", async () => {
    const revealed: string[] = [];
    const stage = await openStage("#/", {
      emulator: { models: liveModels },
      studio: { reveal: async (path) => void revealed.push(path) },
    });
    const { page } = stage;
    await page.locator(".search input").fill("new model");
    await page.locator(".card", { hasText: "live" }).getByText("from $0.25 per output").waitFor();
    await page.locator(".search input").press("Enter");
    await page.locator("#field-prompt").fill("Rain on a tin roof.");
    await page.locator(".run").click();
    await page.locator('.run[data-step="run"]', { hasText: "Run for at least $0.25" }).waitFor();
    await runToEnd(page, stage);
    await page.locator(".run-link").click();
    await page.getByRole("button", { name: "Show in the folder" }).click();
    await expect
      .poll(() => revealed, patient)
      .toEqual([expect.stringContaining(join(stage.folder, "saved"))]);
  });

  test("a job beyond the budget is held, with the reason and the price for which it can be sent", async () => {
    const stage = await openStage(where, { studio: { budget: { id: "a day", maxUsd: 0.01 } } });
    const { page } = stage;
    await prepare(page);
    await page.getByText("The budget has $0.01 left: the job would be held.").waitFor();
    await page.locator(".run").click();
    await stateOf(page, "held").waitFor();
    await page.locator(".run-link").click();
    await page.getByRole("button", { name: "Send for $0.018" }).click();
    await page.locator(".detail .progress", { hasText: "Held by the budget" }).waitFor();
    expect(stage.emulator.charged).toBe(0);
  });

  test("without a token the page says so, and runs nothing", async () => {
    const { page, emulator } = await openStage(where, { studio: { hasToken: false } });
    await page.getByText("No token: nothing can be run").waitFor();
    await prepare(page);
    await page.locator(".run").click();
    await page.locator(".run-bar .problem", { hasText: "there is no token" }).waitFor();
    expect(emulator.charged).toBe(0);
  });

  test("another page of this machine can neither pay nor show what is here", async () => {
    const stage = await openStage(where);
    await prepare(stage.page);
    await runToEnd(stage.page, stage);
    const key = (await stage.page.locator(".run-link").getAttribute("href"))!.split("/").at(-1)!;
    const name = readdirSync(join(stage.folder, "saved")).find((one) => one.endsWith(".mp3"))!;
    const hostile = createServer((_, response) =>
      response.setHeader("content-type", "text/html").end("<p>Hi"),
    );
    await new Promise<void>((done) => hostile.listen(0, "127.0.0.1", done));
    const other = await stage.page.context().newPage();
    await other.goto(`http://127.0.0.1:${(hostile.address() as AddressInfo).port}`);
    const won = await other.evaluate(attack, {
      studio: new URL(stage.page.url()).origin,
      file: `/files/${key}/${name}`,
    });
    await new Promise((done) => hostile.close(done));
    expect(won).toEqual([]);
    expect(stage.emulator.charged).toBe(1);
    expect(await stage.page.locator(".run-item").count()).toBe(1);
  });
});
