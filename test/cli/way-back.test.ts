import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStage } from "./command.js";
import type { Stage } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test("a job picked up by its id alone keeps the names and the model that an earlier save gave it", async () => {
  await stage.run(["run", kling, "--prompt", "x", "--save", "twice"]);
  const { id } = stage.emulator.jobs.at(-1)!;
  const { code, stdout } = await stage.run(["save", id, "--save", "twice"]);
  const name = `kling-kling-3.0-standard-text-to-video-${id}-1.mp4`;
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(stage.folder, "twice", name)}\n` });
  expect(readdirSync(join(stage.folder, "twice")).toSorted()).toEqual([`${id}.json`, name].toSorted());
  const manifest = readFileSync(join(stage.folder, "twice", `${id}.json`), "utf8");
  expect(JSON.parse(manifest)).toMatchObject({ model: kling, input: { prompt: "x" } });
});

test("a model that nobody named is in no file name and in no manifest", async () => {
  await stage.run(["run", kling, "--prompt", "x"]);
  const { id } = stage.emulator.jobs.at(-1)!;
  // On another machine, whose record does not know the job.
  const env = { XDG_STATE_HOME: join(stage.folder, "other machine") };
  await stage.run(["wait", id, "--save", "unnamed"], { env });
  expect(readdirSync(join(stage.folder, "unnamed"))).toContain(`output-${id}-1.mp4`);
  const manifest = readFileSync(join(stage.folder, "unnamed", `${id}.json`), "utf8");
  expect(JSON.parse(manifest)).not.toHaveProperty("model");
});

test("when the time is over, the command that goes on is printed", async () => {
  const slow = await openStage({ queueMs: 3_600_000 });
  try {
    const words = ["run", kling, "--prompt", "x", "--timeout", "0.2", "--save", "my films"];
    const { code, stderr } = await slow.run(words);
    const way = `runcomfy-models wait ${slow.emulator.jobs[0]!.id} --model ${kling} --save 'my films'`;
    expect(code).toBe(75);
    expect(stderr).toContain(`may be billed. Pick it up again:\n  ${way}\n`);
    expect(stderr).not.toContain("client.job");
  } finally {
    await slow.close();
  }
});

test.for([["run", kling, "--prompt", "x"], ["save"]])(
  "Ctrl-C while files come says that the job has ended, and how to fetch the rest (%s)",
  async (words) => {
    if (words[0] === "save") {
      await stage.run(["run", kling, "--prompt", "x"]);
      words = ["save", stage.emulator.jobs.at(-1)!.id];
    }
    stage.emulator.faults.add({ route: "media", never: true, times: "always" });
    const asked = stage.emulator.nextRequest(({ route }) => route === "media");
    const command = stage.start([...words, "--cancel-on-interrupt", "--save", "cut"].filter(isFor(words)));
    await asked;
    command.child.kill("SIGINT");
    const { signal, stderr } = await command.ended;
    stage.emulator.faults.clear();
    const { id } = stage.emulator.jobs.at(-1)!;
    expect(signal).toBe("SIGINT");
    expect(stderr).toContain(`Stopped saving. Job ${id} has ended; the rest can still be fetched:`);
    expect(stderr).toMatch(new RegExp(`\n {2}runcomfy-models save ${id}( --model ${kling})? --save cut\n`));
    expect(stderr).not.toContain("billed");
  },
);

test("Ctrl-C ends the saving, too, while the new address of an expired file is asked for", async () => {
  await stage.run(["run", kling, "--prompt", "x"]);
  const { id } = stage.emulator.jobs.at(-1)!;
  stage.emulator.faults.add({ route: "media", status: 403, times: "always" });
  stage.emulator.faults.add({ route: "result", requestId: id, after: 1, never: true, times: "always" });
  const expired = stage.emulator.nextRequest(({ route }) => route === "media");
  const command = stage.start(["save", id, "--save", "expired"]);
  await expired;
  await stage.emulator.nextRequest(({ route }) => route === "result");
  command.child.kill("SIGINT");
  const { signal, stderr } = await command.ended;
  stage.emulator.faults.clear();
  expect({ signal, stderr }).toEqual({
    signal: "SIGINT",
    stderr: expect.stringContaining("Stopped saving."),
  });
});

/** `save` has nothing to cancel. */
const isFor =
  ([command]: readonly string[]) =>
  (word: string): boolean =>
    command === "run" || word !== "--cancel-on-interrupt";
