import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openStage } from "../cli/command.js";
import type { Running, Stage } from "../cli/command.js";
import { audioModel, openPage, order } from "./support.js";
import type { Reply, StudioPage } from "./support.js";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ queueMs: Infinity });
});
afterAll(() => stage.close());

interface StartedStudio {
  readonly command: Running;
  readonly page: StudioPage;
}

/** A studio in a process of its own, and its page. */
const startStudio = async (
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<StartedStudio> => {
  const command = stage.start(["studio", "--port", "0", "--no-open", "--save", "saved", ...words], { env });
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

const jobsOf = (key: string) => stage.emulator.jobs.filter(({ input }) => input["lyrics"] === key);

/** Sends a job of $0.0003 a second. */
const send = (page: StudioPage, key: string, duration = 10): Promise<Reply> =>
  page.call("POST", "/api/jobs", order(key, { lyrics: key, duration }));

// Each test goes on where the one before has ended its studio: starting a program takes longest.
describe.sequential("after a studio that was killed while one job ran and another was on the wire", () => {
  const budget = ["--max-usd", "0.02"];
  let studio: StartedStudio;
  beforeAll(async () => {
    studio = await startStudio(budget);
    await send(studio.page, "killed-waiting");
    const { job } = await studio.page.until("killed-waiting", ({ status }) => status === "in_queue");
    stage.emulator.faults.add({ route: "submit", never: true });
    const arrived = stage.emulator.nextRequest(({ route }) => route === "submit");
    await send(studio.page, "killed-sending");
    await arrived;
    await kill(studio.command, "SIGKILL");
    stage.emulator.finish(job!);
    studio = await startStudio(budget);
  });
  afterAll(() => kill(studio.command, "SIGTERM"));

  test("the next one waits for the job that ran and saves its file: it is paid once", async () => {
    const done = await studio.page.until("killed-waiting", ({ files }) => files[0]?.url !== undefined);
    expect(readdirSync(join(stage.folder, "saved"))).toContain(done.files[0]!.name);
    expect(jobsOf("killed-waiting")).toHaveLength(1);
  });

  test("the outcome of the other is unknown, and nothing is sent again", async () => {
    await studio.page.until("killed-sending", ({ state }) => state === "unknown");
    await send(studio.page, "killed-sending");
    const [found, ...more] = jobsOf("killed-sending");
    expect(more).toEqual([]);
    await studio.page.call("POST", "/api/jobs/killed-sending/accept", { id: found!.id });
    await studio.page.until("killed-sending", ({ state }) => state === "accepted");
  });

  test("the budget of the day still counts both, and holds what would fit without them", async () => {
    await send(studio.page, "over-budget", 50);
    await studio.page.until("over-budget", ({ state }) => state === "held");
    expect(jobsOf("over-budget")).toEqual([]);
  });

  test("Ctrl-C lets a paid request come to its end, and says how to go on", async () => {
    stage.emulator.faults.add({ route: "submit", delayMs: 500 });
    const arrived = stage.emulator.nextRequest(({ route }) => route === "submit");
    await send(studio.page, "interrupted-job");
    await arrived;
    const said = await kill(studio.command, "SIGINT");
    expect(said).toMatch(/runcomfy-models studio --port \d+ --save saved --max-usd 0.02/);
    studio = await startStudio(budget);
    await studio.page.until("interrupted-job", ({ state }) => state === "accepted");
    expect(jobsOf("interrupted-job")).toHaveLength(1);
  });

  test("the next one shows the jobs of submit", async () => {
    const words = ["submit", audioModel, "tags=folk", "--key", "made-by-submit"];
    const { code } = await stage.run(words);
    expect(code).toBe(0);
    await studio.page.until("made-by-submit", ({ state }) => state === "accepted");
  });

  test("it shows the rows of batches", async () => {
    stage.write("songs.csv", "key,tags\nfirst-song,folk\n");
    const batch = stage.start(["batch", audioModel, "songs.csv", "--yes"]);
    for (;;) {
      const { json } = await studio.page.call("GET", "/api/jobs?text=songs&state=accepted");
      if (json.total === 1) {
        expect(json.records[0]).toMatchObject({ batch: "songs", input: { tags: "folk" } });
        break;
      }
    }
    await kill(batch, "SIGKILL");
  });

  test("its port is taken for another one that asks for it by name", async () => {
    const { code, stderr } = await stage.run(["studio", "--port", String(studio.page.port), "--no-open"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("--port");
  });
});

describe("a studio", () => {
  const bare = { RUNCOMFY_TOKEN: "", RUNCOMFY_BASE_URL: "" };

  test("without a token shows what there is, and runs nothing", async () => {
    const { command, page } = await startStudio([], { RUNCOMFY_TOKEN: "" });
    expect((await page.call("GET", "/api/setup")).json).toMatchObject({ hasToken: false });
    expect((await page.call("GET", "/api/models")).json.models.length).toBeGreaterThan(20);
    const { status, json } = await page.call("POST", "/api/jobs", order("without-token"));
    expect({ status, code: json.error.code }).toEqual({ status: 409, code: "auth" });
    await kill(command, "SIGTERM");
  });

  test("on the built-in emulator needs no token, and makes pictures that differ", async () => {
    const { command, page } = await startStudio(["--emulate"], bare);
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
    const next = await startStudio(["--emulate"], bare);
    const { json: list } = await next.page.call("GET", "/api/jobs?state=failed");
    expect(list.records).toMatchObject([{ error: { code: "emulator_ended" } }]);
    await kill(next.command, "SIGTERM");
  });
});
