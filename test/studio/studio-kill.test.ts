import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStage } from "../cli/command.js";
import type { Running, Stage } from "../cli/command.js";
import { openPage, order } from "./support.js";
import type { StudioPage } from "./support.js";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ queueMs: Infinity });
});
afterAll(() => stage.close());

/** A studio in a process of its own, and its page. */
const startStudio = async (
  ...words: readonly string[]
): Promise<{ readonly command: Running; readonly page: StudioPage }> => {
  const command = stage.start(["studio", "--port", "0", "--no-open", "--save", "saved", ...words]);
  let printed = "";
  command.child.stdout!.on("data", (text: string) => (printed += text));
  await command.saw(/#key=[\w-]{43}\n/);
  return { command, page: await openPage(printed.trim()) };
};

const kill = async ({ child, ended }: Running, signal: NodeJS.Signals): Promise<string> => {
  child.kill(signal);
  const ending = await ended;
  expect(ending.signal).toBe(signal);
  return ending.stderr;
};

const jobOf = (key: string) => stage.emulator.jobs.filter(({ input }) => input["lyrics"] === key);

describe("a studio that is killed", () => {
  test("while a job runs: the next one waits for it and saves its file, and it is paid once", async () => {
    const first = await startStudio();
    await first.page.call("POST", "/api/jobs", order("killed-waiting", { lyrics: "killed-waiting" }));
    const { job } = await first.page.until("killed-waiting", ({ status }) => status === "in_queue");
    await kill(first.command, "SIGKILL");
    stage.emulator.finish(job!);
    const second = await startStudio();
    const done = await second.page.until("killed-waiting", ({ files }) => files[0]?.url !== undefined);
    expect(readdirSync(join(stage.folder, "saved"))).toContain(done.files[0]!.name);
    expect(jobOf("killed-waiting")).toHaveLength(1);
    await kill(second.command, "SIGKILL");
  });

  test("while its paid request is on the wire: the outcome is unknown, and nothing is sent again", async () => {
    stage.emulator.faults.add({ route: "submit", never: true });
    const first = await startStudio();
    const arrived = stage.emulator.nextRequest(({ route }) => route === "submit");
    await first.page.call("POST", "/api/jobs", order("killed-sending", { lyrics: "killed-sending" }));
    await arrived;
    await kill(first.command, "SIGKILL");
    const second = await startStudio();
    await second.page.until("killed-sending", ({ state }) => state === "unknown");
    await second.page.call("POST", "/api/jobs", order("killed-sending", { lyrics: "killed-sending" }));
    const [found] = jobOf("killed-sending");
    expect(jobOf("killed-sending")).toHaveLength(1);
    await second.page.call("POST", "/api/jobs/killed-sending/accept", { id: found!.id });
    await second.page.until("killed-sending", ({ state }) => state === "accepted");
    await kill(second.command, "SIGKILL");
  });

  test("keeps the budget of the day", async () => {
    const budget = ["--max-usd", "0.004"];
    const first = await startStudio(...budget);
    await first.page.call("POST", "/api/jobs", order("in-budget", { lyrics: "budget" }));
    await first.page.until("in-budget", ({ state }) => state === "accepted");
    await kill(first.command, "SIGKILL");
    const second = await startStudio(...budget);
    await second.page.call("POST", "/api/jobs", order("over-budget", { lyrics: "budget" }));
    await second.page.until("over-budget", ({ state }) => state === "held");
    expect(jobOf("budget")).toHaveLength(1);
    await kill(second.command, "SIGKILL");
  });
});

describe("Ctrl-C", () => {
  test("lets a paid request come to its end, and says how to go on", async () => {
    stage.emulator.faults.add({ route: "submit", delayMs: 500 });
    const { command, page } = await startStudio();
    const arrived = stage.emulator.nextRequest(({ route }) => route === "submit");
    await page.call("POST", "/api/jobs", order("interrupted-job", { lyrics: "interrupted" }));
    await arrived;
    const said = await kill(command, "SIGINT");
    expect(said).toMatch(/runcomfy-models studio --port \d+ --save saved/);
    const again = await startStudio();
    await again.page.until("interrupted-job", ({ state }) => state === "accepted");
    expect(jobOf("interrupted")).toHaveLength(1);
    await kill(again.command, "SIGTERM");
  });
});

describe("a studio", () => {
  test("shows the jobs of run, and waits for them", async () => {
    const { page, command } = await startStudio();
    const words = ["submit", "acestep-ai/ace-step-1.5/text-to-audio", "tags=folk", "--key", "made-by-submit"];
    const { code } = await stage.run(words);
    expect(code).toBe(0);
    await page.until("made-by-submit", ({ state }) => state === "accepted");
    await kill(command, "SIGTERM");
  });

  test("shows the rows of batches", async () => {
    const { page, command } = await startStudio();
    stage.write("songs.csv", "key,tags\nfirst-song,folk\n");
    const batch = stage.start(["batch", "acestep-ai/ace-step-1.5/text-to-audio", "songs.csv", "--yes"]);
    for (;;) {
      const { json } = await page.call("GET", "/api/jobs?text=songs&state=accepted");
      if (json.total === 1) {
        expect(json.records[0]).toMatchObject({ batch: "songs", input: { tags: "folk" } });
        break;
      }
    }
    await kill(batch, "SIGKILL");
    await kill(command, "SIGTERM");
  });

  test("without a token shows what there is, and runs nothing", async () => {
    const command = stage.start(["studio", "--port", "0", "--no-open"], { env: { RUNCOMFY_TOKEN: "" } });
    let printed = "";
    command.child.stdout!.on("data", (text: string) => (printed += text));
    await command.saw(/#key=[\w-]{43}\n/);
    const page = await openPage(printed.trim());
    expect((await page.call("GET", "/api/setup")).json).toMatchObject({ hasToken: false });
    expect((await page.call("GET", "/api/models")).json.models.length).toBeGreaterThan(20);
    const { status, json } = await page.call("POST", "/api/jobs", order("without-token"));
    expect({ status, code: json.error.code }).toEqual({ status: 409, code: "auth" });
    await kill(command, "SIGTERM");
  });

  test("on the built-in emulator needs no token, and makes pictures that differ", async () => {
    const command = stage.start(["studio", "--emulate", "--port", "0", "--no-open"], {
      env: { RUNCOMFY_TOKEN: "", RUNCOMFY_BASE_URL: "" },
    });
    let printed = "";
    command.child.stdout!.on("data", (text: string) => (printed += text));
    await command.saw(/#key=[\w-]{43}\n/);
    const page = await openPage(printed.trim());
    const { json } = await page.call("GET", "/api/models");
    const model = json.models.find(
      ({ makes, takes }: { makes: string; takes: string[] }) => makes === "image" && takes.join() === "text",
    ).id as string;
    for (const prompt of ["Rain on a tin roof.", "A gentle breeze."])
      await page.call("POST", "/api/jobs", { key: `emulated-${prompt.length}`, model, input: { prompt } });
    const sizes = await Promise.all(
      ["emulated-19", "emulated-16"].map(async (key) => {
        const { files } = await page.until(key, (job) => job.files[0]?.url !== undefined);
        return files[0]!.bytes;
      }),
    );
    expect(new Set(sizes).size).toBe(2);
    // The next emulator does not know the jobs of this one.
    await page.call("POST", "/api/jobs", { key: "emulated-lost", model, input: { prompt: "x" } });
    await page.until("emulated-lost", ({ state }) => state === "accepted");
    await kill(command, "SIGKILL");
    const next = stage.start(["studio", "--emulate", "--port", "0", "--no-open"], {
      env: { RUNCOMFY_TOKEN: "", RUNCOMFY_BASE_URL: "" },
    });
    let address = "";
    next.child.stdout!.on("data", (text: string) => (address += text));
    await next.saw(/#key=[\w-]{43}\n/);
    const { json: list } = await (await openPage(address.trim())).call("GET", "/api/jobs?state=failed");
    expect(list.records).toMatchObject([{ error: { code: "emulator_ended" } }]);
    await kill(next, "SIGTERM");
  });

  test("takes another port where its own is taken, unless it was asked for by name", async () => {
    const { page, command } = await startStudio();
    const { code, stderr } = await stage.run(["studio", "--port", String(page.port), "--no-open"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("--port");
    await kill(command, "SIGTERM");
  });
});
