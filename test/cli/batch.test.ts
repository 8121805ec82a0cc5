import { existsSync, readFileSync, readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bin, openStage, readJson } from "./command.js";
import type { Ending, Stage } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";
const paid = ["--max-usd", "10", "--assume-usd", "0.5"];

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const writeRows = (...rows: readonly string[]) =>
  stage.write("prompts.csv", ["key,prompt,duration", ...rows, ""].join("\n"));
const batch = (...words: string[]) => stage.run(["batch", kling, "prompts.csv", ...words]);
const jobs = () => stage.emulator.jobs;
const readLines = ({ stdout }: Ending) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });

test("each row is one job and its files, however often the same command is run", async () => {
  writeRows('a,"Rain, soft",5', "b,Wind,", "c,Snow,5");
  const first = await batch("--save", "videos", ...paid);
  expect(first).toMatchObject({ code: 0 });
  expect(first.stderr).toMatch(/3 new rows, at least \$1\.50/);
  expect(first.stderr).toMatch(/^a \(line 2\): done, \S+, \$\d\.\d+, .*\/videos\/a-\S+-1\.mp4$/m);
  const second = await batch("--save", "videos", ...paid);
  expect(second).toMatchObject({ code: 0 });
  expect(second.stderr).toContain("3 known rows: 3 done; never paid again");
  expect(jobs().map(({ input }) => input)).toEqual(
    expect.arrayContaining([
      { prompt: "Rain, soft", duration: 5 },
      { prompt: "Wind" },
      { prompt: "Snow", duration: 5 },
    ]),
  );
  expect(jobs()).toHaveLength(3);
  expect(readdirSync(join(stage.folder, "videos")).filter((name) => name.endsWith(".mp4"))).toHaveLength(3);
  expect(readFileSync(join(stage.folder, "prompts.results.csv"), "utf8")).toMatch(
    /^a,\S+,done,\d\.\d+,\S+a-\S+\.mp4,$/m,
  );
});

test("the batch is listed in the user's record, with the place of its own", async () => {
  writeRows("a,Rain,5");
  await batch(...paid);
  expect((await stage.run(["jobs"])).stderr).toContain(`batch status ${join(stage.folder, "prompts.csv")}`);
  const { batches, jobs: listed } = readJson(await stage.run(["jobs", "--json"])) as {
    batches: { record: string; rows: string }[];
    jobs: unknown[];
  };
  expect(batches).toMatchObject([{ record: join(stage.folder, "prompts.jobs.jsonl") }]);
  expect(listed).toEqual([]);
});

test("--check lists every bad row with line, field and cause, and sends nothing", async () => {
  writeRows("a,Rain,5", "b,Wind,99", "c,,5");
  const { code, stdout } = await batch("--check");
  expect(code).toBe(65);
  expect(stdout).toMatch(/^line 3, key b, duration: 99 given.*\nline 4, key c, prompt: .*required\n$/);
  expect(jobs()).toHaveLength(0);
  expect(existsSync(join(stage.folder, "prompts.results.csv"))).toBe(false);
  writeRows(...Array.from({ length: 1001 }, (_, at) => `row-${at},Wind,99`));
  const many = await batch("--check");
  expect(many.stdout.trim().split("\n")).toHaveLength(1001);
  expect(many.stderr).toMatch(/^1001 of 1001 rows do not fit/);
  writeRows("a,Rain,5");
  expect(await batch("--check")).toMatchObject({ code: 0, stdout: "" });
  // Not even an empty record: it would look like a batch that has run.
  expect(readdirSync(stage.folder).filter((name) => name.startsWith("prompts."))).toEqual(["prompts.csv"]);
});

test.for([
  ["an empty file", "", "--check"],
  ["a first line alone", "key,prompt,duration\r\n", "--yes"],
])("%s has no rows: that is told, is no failure, and leaves nothing behind", async ([, content, flag]) => {
  stage.write("prompts.csv", content!);
  const { code, stderr } = await batch(flag!);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^prompts\.csv has no rows[^\n]*\n$/),
  });
  expect(readdirSync(stage.folder).filter((name) => name.startsWith("prompts."))).toEqual(["prompts.csv"]);
});

test("a bad row stops no other, and the exit code tells", async () => {
  writeRows("a,Rain,5", "b,Wind,99");
  expect(await batch(...paid)).toMatchObject({ code: 65 });
  expect(jobs()).toHaveLength(1);
});

describe("without --max-usd", () => {
  test("a pipe is refused with the flag to give; --yes is an answer", async () => {
    writeRows("a,Rain,5");
    const refused = await batch();
    expect(refused.code).toBe(64);
    expect(refused.stderr).toMatch(/Nothing was sent.*Give --max-usd/);
    expect(jobs()).toHaveLength(0);
    expect(await batch("--yes")).toMatchObject({ code: 0 });
    expect(jobs()).toHaveLength(1);
    // Nothing new: there is nothing to ask.
    expect(await batch()).toMatchObject({ code: 0 });
  });

  test.runIf(existsSync("/usr/bin/script"))("a terminal is asked, and an empty answer is a no", async () => {
    writeRows("a,Rain,5");
    const ask = (answer: string) =>
      stage.run(["-qec", `"${process.execPath}" "${bin}" batch ${kling} prompts.csv`, "/dev/null"], {
        program: ["/usr/bin/script"],
        env: { TERM: "xterm", SHELL: "/bin/sh" },
        stdin: answer,
      });
    const declined = await ask("\n");
    expect(declined.stdout).toMatch(/Send 1 row, .*\? \[y\/N\]/);
    expect(jobs()).toHaveLength(0);
    const agreed = await ask("y\n");
    expect(jobs()).toHaveLength(1);
    expect(agreed.stdout).toMatch(/\[#{20}\] 1 of 1 done/);
  });
});

test("rows beyond the cap are held with 4, and go on once it is raised", async () => {
  writeRows("a,Rain,5", "b,Wind,5", "c,Snow,5");
  // Each is counted with $0.50 and costs $0.42: what the first one leaves is enough for the second.
  const low = await batch("--max-usd", "0.95", "--assume-usd", "0.5");
  expect(low).toMatchObject({ code: 4 });
  expect(jobs()).toHaveLength(2);
  // The same command would hold them again.
  expect(low.stderr).toMatch(/go on once --max-usd is raised\.\n$/);
  expect(await batch("--max-usd", "10", "--assume-usd", "0.5")).toMatchObject({ code: 0 });
  expect(jobs()).toHaveLength(3);
});

describe("a row that was perhaps paid", () => {
  beforeEach(async () => {
    writeRows("a,Rain,5");
    stage.emulator.faults.add({ route: "submit", reset: "after" });
    const { code, stderr } = await batch(...paid);
    expect(code).toBe(3);
    expect(stderr).toMatch(/batch accept prompts\.csv a REQUEST\n.*batch refuse prompts\.csv a\n/);
    expect(stderr.split("ECONNRESET")).toHaveLength(2);
  });

  test("is never sent again by itself; status names it", async () => {
    expect(await batch(...paid)).toMatchObject({ code: 3 });
    expect(jobs()).toHaveLength(1);
    const status = await stage.run(["batch", "status", "prompts.csv"]);
    expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 perhaps paid; \$0\.50/) });
    expect(status.stderr).toContain("batch refuse prompts.csv a");
    expect(readJson(await stage.run(["batch", "status", "prompts.csv", "--json"]))).toMatchObject({
      states: { unknown: 1 },
    });
  });

  test("goes on once a person has accepted it; the balance before and now is a hint", async () => {
    const accepted = await stage.run(["batch", "accept", "prompts.csv", "a", jobs()[0]!.id]);
    expect(accepted).toMatchObject({ code: 0, stdout: "accepted\n" });
    expect(accepted.stderr).toMatch(/Balance when the batch was last started: \$\d[^]*Balance now: \$\d/);
    expect(await batch("--save", "videos", ...paid)).toMatchObject({ code: 0 });
    expect(jobs()).toHaveLength(1);
  });

  test("is not accepted with the job of another row, and a second job of a row is told", async () => {
    writeRows("b,Wind,", "a,Rain,5");
    await batch(...paid);
    const [lost, other] = jobs();
    const taken = await stage.run(["batch", "accept", "prompts.csv", "a", other!.id]);
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('under the key "b" already') });
    const beside = await stage.run(["batch", "accept", "prompts.csv", "b", lost!.id]);
    expect(beside).toMatchObject({ code: 0, stdout: "done\n" });
    expect(beside.stderr).toContain(`The row has another job, ${other!.id}`);
    expect(beside.stderr).not.toContain("The next run");
    // Row b was sent once, so one of its two jobs is a slip: the job is still free for the row to which it belongs.
    expect(beside.stderr).toContain("accept it for that row, too");
    const own = await stage.run(["batch", "accept", "prompts.csv", "a", lost!.id]);
    expect(own).toMatchObject({ code: 0, stdout: "accepted\n" });
    // A slip is taken back; the word of the service is not.
    const refuse = (id: string) => stage.run(["batch", "refuse", "prompts.csv", "b", id, "--json"]);
    expect(await refuse(other!.id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("No person has"),
    });
    const withdrawn = await refuse(lost!.id);
    expect(JSON.parse(withdrawn.stdout)).not.toHaveProperty("otherJobs");
    expect(JSON.parse(withdrawn.stdout)).toMatchObject({ state: "done", job: { id: other!.id } });
  });

  test("is sent again once a person has refused it", async () => {
    const mistyped = await stage.run(["batch", "refuse", "prompts.csv", "A"]);
    expect(mistyped).toMatchObject({ code: 65, stderr: expect.stringContaining('no row "A"') });
    expect(mistyped.stderr).toContain("batch status prompts.csv --json");
    expect(await stage.run(["batch", "refuse", "prompts.csv", "a"])).toMatchObject({
      code: 0,
      stdout: "new\n",
    });
    expect(await batch(...paid)).toMatchObject({ code: 0 });
    expect(jobs()).toHaveLength(2);
  });
});

test("rows that failed end with 5, and are tried again by batch retry --failed alone", async () => {
  const failing = await openStage({
    outcome: (job) => (job.input["prompt"] === "Wind" ? { error: "no" } : "succeeded"),
  });
  try {
    failing.write("prompts.csv", "key,prompt\na,Rain\nb,Wind\n");
    const run = (...words: string[]) => failing.run(["batch", ...words, ...paid]);
    const first = await run("--save", "videos", kling, "prompts.csv");
    expect(first).toMatchObject({ code: 5 });
    // With the options of the run: without --save, the files of the retried rows would not be saved.
    const retry = `batch --save videos retry prompts.csv ${paid.join(" ")} --failed\n`;
    expect(first.stderr).toContain(retry);
    expect(await run(kling, "prompts.csv")).toMatchObject({ code: 5 });
    expect(failing.emulator.jobs).toHaveLength(2);
    expect(await run("retry", "prompts.csv")).toMatchObject({ code: 64 });
    const second = await run("retry", "prompts.csv", "--failed");
    expect(second).toMatchObject({ code: 5 });
    expect(second.stderr).toContain(`batch retry prompts.csv --failed ${paid.join(" ")}\n`);
    expect(failing.emulator.jobs).toHaveLength(3);
    expect(await failing.run(retry.trim().split(" "))).toMatchObject({ code: 5 });
    expect(failing.emulator.jobs).toHaveLength(4);
  } finally {
    await failing.close();
  }
});

test("a file that was deleted is named, and fetched again only when that is asked for", async () => {
  writeRows("a,Rain,5");
  await batch("--save", "videos", ...paid);
  const [video] = readdirSync(join(stage.folder, "videos")).filter((name) => name.endsWith(".mp4"));
  const path = join(stage.folder, "videos", video!);
  unlinkSync(path);
  const named = await batch("--save", "videos", ...paid);
  expect(named.stderr).toContain(`${path} was saved before and is gone`);
  expect(existsSync(path)).toBe(false);
  await batch("--save", "videos", "--fetch-missing", ...paid);
  expect(existsSync(path)).toBe(true);
  expect(jobs()).toHaveLength(1);
});

test("--json prints a line for each event, and the report at the end; errors too are one line", async () => {
  writeRows("a,Rain,5");
  const lines = readLines(await batch("--json", ...paid));
  expect(lines[0]).toMatchObject({ type: "plan", newRows: 1 });
  expect(lines).toContainEqual(expect.objectContaining({ type: "row", key: "a", state: "done" }));
  expect(lines.at(-1)).toMatchObject({ type: "report", states: { done: 1 } });
  const missing = await stage.run(["batch", kling, "missing.csv", "--json", ...paid]);
  expect(missing.code).toBe(66);
  expect(readLines(missing)).toMatchObject([{ error: { exitCode: 66 } }]);
});

test.for([
  { words: ["missing.csv", ...paid], code: 66 },
  { words: ["prompts.csv", "--submits", "0", ...paid], code: 64 },
  { words: ["prompts.csv", "--format", "xlsx", ...paid], code: 64 },
  { words: ["prompts.csv", "--max-usd", "lots"], code: 64 },
  { words: ["prompts.csv", "--hosts", "https://example.com/", ...paid], code: 64 },
])("what cannot be run ends with $code before anything is sent: $words", async ({ words, code }) => {
  writeRows("a,Rain,5");
  expect(await stage.run(["batch", kling, ...words])).toMatchObject({ code });
  expect(jobs()).toHaveLength(0);
});

test("Ctrl-C is answered at once: a second one ends the process before its last words", async () => {
  writeRows("a,Rain,5");
  stage.emulator.faults.add({ route: "submit", never: true });
  const command = stage.start(["batch", kling, "prompts.csv", ...paid]);
  await stage.emulator.nextRequest(({ method }) => method === "POST");
  command.child.kill("SIGINT");
  await command.saw(/Stopping: nothing more is sent.*Ctrl-C again ends at once/);
  command.child.kill("SIGINT");
  expect(await command.ended).toMatchObject({ signal: "SIGINT" });
  stage.emulator.faults.clear();
});

test("Ctrl-C leaves running jobs, prints the command that goes on, and ends by the signal", async () => {
  const slow = await openStage({ queueMs: 3_600_000 });
  try {
    slow.write("prompts.csv", "key,prompt\na,Rain\nb,Wind\n");
    const words = ["batch", kling, "prompts.csv", ...paid];
    const command = slow.start(words);
    await command.saw(/b \(line 3\): accepted/);
    command.child.kill("SIGINT");
    const { signal, stderr } = await command.ended;
    expect(signal).toBe("SIGINT");
    expect(stderr).toContain(`Go on with:\n  runcomfy-models ${words.join(" ")}\n`);
    for (const { id } of slow.emulator.jobs) slow.emulator.finish(id);
    expect(await slow.run(words)).toMatchObject({ code: 0 });
    expect(slow.emulator.jobs).toHaveLength(2);
  } finally {
    await slow.close();
  }
});
