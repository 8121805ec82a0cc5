import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canary, openStage, readJson } from "./command.js";
import type { Stage } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";

interface Entry {
  readonly key: string;
  readonly state: string;
  readonly job?: { readonly id: string };
  readonly files?: readonly unknown[];
}

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const recordFile = () => join(stage.folder, ".local/state/runcomfy-models/jobs.jsonl");
const readJobs = async (...flags: string[]) =>
  (readJson(await stage.run(["jobs", "--json", ...flags])) as { jobs: Entry[] }).jobs;
const newestJob = () => stage.emulator.jobs.at(-1)!;
const submit = (...words: string[]) => stage.run(["submit", kling, "--prompt", "x", ...words]);

describe("the record", () => {
  test("has every run and submit with its outcome, in a file of the user's own without the token", async () => {
    await submit();
    await stage.run(["run", kling, "--prompt", "y", "--save", "videos"]);
    const [first, second] = stage.emulator.jobs;
    expect(await readJobs()).toMatchObject([
      {
        state: "done",
        job: { id: second!.id },
        files: [{ bytes: expect.any(Number) }],
        costUsd: expect.any(Number),
      },
      { state: "accepted", job: { id: first!.id }, model: kling, input: { prompt: "x" } },
    ]);
    expect(statSync(recordFile()).mode & 0o777).toBe(0o600);
    expect(readFileSync(recordFile(), "utf8")).not.toContain(canary);
  });

  test("lies in XDG_STATE_HOME where that is an absolute path", async () => {
    const env = { XDG_STATE_HOME: join(stage.folder, "state") };
    await stage.run(["submit", kling, "--prompt", "x"], { env });
    expect(readFileSync(join(stage.folder, "state/runcomfy-models/jobs.jsonl"), "utf8")).toContain(
      newestJob().id,
    );
  });

  test("that cannot be written sends nothing, and says where it should lie", async () => {
    writeFileSync(join(stage.folder, "taken"), "a file");
    const env = { XDG_STATE_HOME: join(stage.folder, "taken") };
    const { code, stderr } = await stage.run(["submit", kling, "--prompt", "x"], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/record of your jobs.*jobs\.jsonl.*Nothing was sent\. Set XDG_STATE_HOME/s);
    expect(stage.emulator.jobs).toHaveLength(0);
  });

  test("keeps every job of many commands at once", async () => {
    const endings = await Promise.all(Array.from({ length: 6 }, () => submit()));
    expect(endings.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    const ids = (await readJobs()).map(({ job }) => job?.id);
    expect(new Set(ids)).toEqual(new Set(stage.emulator.jobs.map(({ id }) => id)));
    expect(ids).toHaveLength(stage.emulator.jobs.length);
  });

  test("has no entry for an input or a price that is refused before anything is sent", async () => {
    await stage.run(["submit", kling, "--duration", "5"]);
    await submit("--max-usd", "1", "--assume-usd", "2");
    expect(await readJobs()).toEqual([]);
  });
});

describe("a key", () => {
  test("is one job, however often it is given, at the same moment too", async () => {
    const endings = await Promise.all([submit("--key", "one"), submit("--key", "one")]);
    const again = await submit("--key", "one", "--max-usd", "0");
    expect(stage.emulator.jobs).toHaveLength(1);
    for (const { code, stdout } of [...endings, again])
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${newestJob().id}\n` });
    expect((await stage.run(["run", kling, "--prompt", "x", "--key", "one"])).code).toBe(0);
    expect((await stage.run(["wait", "one"])).code).toBe(0);
    expect(stage.emulator.jobs).toHaveLength(1);
  });

  test("that belongs to another input is refused with 65, and nothing is sent", async () => {
    await submit("--key", "one");
    const { code, stderr } = await stage.run(["submit", kling, "--prompt", "other", "--key", "one"]);
    expect(code).toBe(65);
    expect(stderr).toContain("another input");
    expect(stage.emulator.jobs).toHaveLength(1);
  });
});

describe("a job that was perhaps paid", () => {
  const loseAnswer = async () => {
    stage.emulator.faults.add({ route: "submit", reset: "after" });
    return submit("--key", "lost");
  };

  test("ends with 3, is never sent again by itself, and is listed with the commands that resolve it", async () => {
    const { code, stdout, stderr } = await loseAnswer();
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/jobs accept lost REQUEST[^]*jobs refuse lost/);
    expect(stderr).not.toContain("client.job");
    expect(stderr.match(/Generations/g)).toHaveLength(1);
    expect((await submit("--key", "lost")).code).toBe(3);
    expect((await stage.run(["wait", "lost"])).code).toBe(3);
    expect(stage.emulator.jobs).toHaveLength(1);
    expect(await readJobs("--unknown")).toMatchObject([{ key: "lost", state: "unknown" }]);
    expect((await stage.run(["jobs", "--unknown"])).stdout).toMatch(/^lost\tunknown\t/);
  });

  test("is waited for once a person has accepted it", async () => {
    await loseAnswer();
    const accepted = await stage.run(["jobs", "accept", "lost", newestJob().id]);
    expect(accepted).toMatchObject({ code: 0, stdout: "accepted\n" });
    expect(accepted.stderr).toMatch(/Balance before the job was sent: \$\d[^]*Balance now: \$\d/);
    expect((await stage.run(["run", kling, "--prompt", "x", "--key", "lost"])).code).toBe(0);
    expect(stage.emulator.jobs).toHaveLength(1);
  });

  test("is not accepted under an id that the service does not know", async () => {
    await loseAnswer();
    expect((await stage.run(["jobs", "accept", "lost", "no-such-job"])).code).toBe(65);
    expect(await readJobs("--unknown")).toHaveLength(1);
  });

  test("is sent again once a person has refused it", async () => {
    await loseAnswer();
    expect(await stage.run(["jobs", "refuse", "lost", "--json"])).toMatchObject({ code: 0 });
    expect((await submit("--key", "lost")).code).toBe(0);
    expect(stage.emulator.jobs).toHaveLength(2);
    expect((await stage.run(["jobs", "refuse", "lost"])).code).toBe(1);
  });
});

describe("the last job", () => {
  test("is waited for, saved and shown with --last", async () => {
    await submit();
    const { stderr, code } = await stage.run(["wait", "--last"]);
    expect(code).toBe(0);
    expect(stderr).toContain(`Job ${newestJob().id} of ${kling}`);
    const { stdout } = await stage.run(["save", "--last", "--save", "last"]);
    expect(stdout).toContain(`kling-kling-3.0-standard-text-to-video-${newestJob().id}-1.mp4`);
    expect(await stage.run(["status", "--last"])).toMatchObject({ code: 0, stdout: "completed\n" });
  });

  test("is asked for instead of an id, not beside one; without any job that is said", async () => {
    expect((await stage.run(["wait", "some-id", "--last"])).code).toBe(64);
    expect((await stage.run(["wait"])).code).toBe(64);
    const { code, stderr } = await stage.run(["wait", "--last"]);
    expect({ code, stderr }).toEqual({
      code: 65,
      stderr: expect.stringContaining("No job is on record yet"),
    });
  });
});

describe("jobs forget", () => {
  test("takes jobs that have ended off the record, and none of which only the record knows", async () => {
    await stage.run(["run", kling, "--prompt", "x"]);
    await submit("--key", "goes on");
    stage.emulator.faults.add({ route: "submit", reset: "after" });
    await submit("--key", "lost");
    expect(await stage.run(["jobs", "forget"])).toMatchObject({ code: 0, stdout: "1\n" });
    expect((await readJobs()).map(({ key }) => key)).toEqual(["lost", "goes on"]);
    const refused = await stage.run(["jobs", "forget", "lost"]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("perhaps paid") });
    expect((await stage.run(["jobs", "forget", "lost", "--force", "--json"])).stdout).toContain(
      '"forgotten": 1',
    );
    expect((await readJobs()).map(({ key }) => key)).toEqual(["goes on"]);
    expect(await stage.run(["jobs", "forget", "no-such-job"])).toMatchObject({ code: 65 });
  });
});

describe("again", () => {
  test("runs the input of a job once more as a new job, changed where flags say so", async () => {
    const id = (await submit("--duration", "5", "--key", "mine")).stdout.trim();
    for (const name of [id, "mine"])
      expect((await stage.run(["again", name, "--duration", "10", "--no-wait"])).code).toBe(0);
    expect(stage.emulator.jobs.map(({ input }) => input)).toEqual([
      { prompt: "x", duration: 5 },
      { prompt: "x", duration: 10 },
      { prompt: "x", duration: 10 },
    ]);
  });

  test("takes the manifest of saved files, and keeps to the price cap", async () => {
    await stage.run(["run", kling, "--prompt", "x", "--save", "videos"]);
    const manifest = join("videos", `${newestJob().id}.json`);
    expect((await stage.run(["again", manifest, "--save", "more"])).code).toBe(0);
    expect(newestJob().input).toEqual({ prompt: "x" });
    expect((await stage.run(["again", manifest, "--max-usd", "0.01"])).code).toBe(4);
    expect(stage.emulator.jobs).toHaveLength(2);
  });

  test("takes the whole input while it is kept, and refuses one of which the record has only a hash", async () => {
    const seedance = "bytedance/seedance-v1.5-pro/image-to-video";
    const picture = `data:image/png;base64,${"A".repeat(400)}`;
    const fields = ["--prompt", "x", "--first_frame_image_url", picture];
    await stage.run(["submit", seedance, ...fields, "--no-check", "--key", "kept"]);
    expect((await stage.run(["again", "kept", "--no-check", "--no-wait"])).code).toBe(0);
    expect(newestJob().input).toEqual({ prompt: "x", first_frame_image_url: picture });
    await stage.run(["wait", "kept"]);
    const refused = await stage.run(["again", "kept", "--no-check"]);
    expect(refused.code).toBe(65);
    expect(refused.stderr).toContain("only the hash of the file in first_frame_image_url");
    expect(stage.emulator.jobs).toHaveLength(2);
  });

  test("refuses a job that it does not know, and a manifest that is missing", async () => {
    expect(await stage.run(["again", "no-such-job"])).toMatchObject({ code: 65 });
    expect(await stage.run(["again", "missing.json"])).toMatchObject({ code: 66 });
  });
});

test("the usual time and the highest cost of earlier jobs of a model are shown", async () => {
  const slow = await openStage({ runMs: 1100 });
  try {
    await slow.run(["run", kling, "--prompt", "x"]);
    const { stderr } = await slow.run(["run", kling, "--prompt", "y"]);
    expect(stderr).toMatch(/^completed, \d+ s \(usually \d+ s\)$/m);
    const { stdout } = await slow.run(["model", kling]);
    expect(stdout).toMatch(/Your own 2 jobs cost at most \$\d\.\d+ and usually took \d s\./);
  } finally {
    await slow.close();
  }
});
