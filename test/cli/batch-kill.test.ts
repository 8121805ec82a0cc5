import { expect, test } from "vitest";
import { openStage, readJson } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";
const rowCount = 12;

test("a batch that is killed again and again pays no row twice, and names every job that may be paid", async () => {
  const stage = await openStage({ queueMs: 0, runMs: 0 });
  try {
    const rows = Array.from({ length: rowCount }, (_, at) => `row-${at},Prompt ${at}`);
    stage.write("prompts.csv", ["key,prompt", ...rows, ""].join("\n"));
    const words = ["batch", kling, "prompts.csv", "--max-usd", "100", "--assume-usd", "1", "--submits", "2"];
    for (let kill = 1; kill <= 4; kill++) {
      const command = stage.start(words);
      // Killed with a request on the wire: the first of this run, then the second, and so on.
      for (let seen = 0; seen < kill; seen++) {
        const asked = stage.emulator.nextRequest(({ route }) => route === "submit");
        await Promise.race([asked, command.ended]);
      }
      command.child.kill("SIGKILL");
      await command.ended;
    }
    const last = await stage.run(words);
    const { states, jobs } = readJson(await stage.run(["batch", "status", "prompts.csv", "--json"])) as {
      states: { unknown: number; done: number };
      jobs: { job?: { id: string } }[];
    };
    expect(states.unknown + states.done).toBe(rowCount);
    expect(last.code).toBe(states.unknown > 0 ? 3 : 0);
    const prompts = stage.emulator.jobs.map(({ input }) => input["prompt"]);
    expect(new Set(prompts).size).toBe(prompts.length);
    const noted = new Set(jobs.flatMap(({ job }) => job?.id ?? []));
    const unnoted = stage.emulator.jobs.filter(({ id }) => !noted.has(id));
    expect(unnoted.length).toBeLessThanOrEqual(states.unknown);
    expect(states.unknown).toBeLessThanOrEqual(4 * 2);
  } finally {
    await stage.close();
  }
});
