import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin, openStage, readJson } from "./command.js";
import type { Stage } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const inShell = (line: string) =>
  stage.run(["-c", line, process.execPath, bin, kling], { program: ["bash"] });
const newestId = () => stage.emulator.jobs.at(-1)!.id;

describe("the id of a paid job is on standard error", () => {
  test.each(["--json", ""])("where a program takes the output and fails (%s)", async (flag) => {
    const { stderr } = await inShell(`"$0" "$1" submit "$2" --prompt x ${flag} | false`);
    expect(stderr).toContain(newestId());
  });

  test("where the reader is gone before, and the exit code says so", async () => {
    const { code, stderr } = await inShell(
      `exec 3> >(:); wait $!; "$0" "$1" submit "$2" --prompt x --json >&3; exit $?`,
    );
    expect(code).toBe(73);
    expect(stderr).toMatch(new RegExp(`Cannot write to standard output: .*Job ${newestId()} of ${kling}`));
  });

  test.skipIf(process.platform !== "linux").each(["submit", "run"])(
    "where the disk is full (%s)",
    async (command) => {
      const { code, stderr } = await inShell(`"$0" "$1" ${command} "$2" --prompt x --json > /dev/full`);
      expect(code).toBe(73);
      expect(stderr).toMatch(new RegExp(`Cannot write to standard output: ENOSPC.*Job ${newestId()}`));
    },
  );

  test("where standard output is closed", async () => {
    const { stderr } = await inShell(`"$0" "$1" submit "$2" --prompt x --json >&-`);
    expect(stderr).toContain(newestId());
  });
});

describe("a run of which one of two files cannot be saved", () => {
  const edit = "wan-ai/wan-2.7/edit";
  const fields = ["--prompt", "x", "--num_images", "2", `image_urls=["https://example.com/a.png"]`];
  const refuseOneFile = () => stage.emulator.faults.add({ route: "media", nth: 2, status: 400 });

  test("names the job and the file that is saved, in one document", async () => {
    refuseOneFile();
    const ending = await stage.run(["run", edit, ...fields, "--save", "json", "--json"]);
    expect(ending.code).toBe(73);
    const document = readJson(ending) as { files: { path: string }[]; requestId: string };
    expect(document).toMatchObject({
      requestId: newestId(),
      model: edit,
      files: [{ path: expect.stringMatching(/\.png$/) }],
      failed: [{ message: expect.stringContaining("400") }],
      error: { exitCode: 73, requestId: newestId(), meaning: expect.stringContaining("paid and named") },
    });
    expect(document.files).toHaveLength(1);
    expect(readFileSync(document.files[0]!.path).length).toBeGreaterThan(10);
  });

  test("prints the path that is saved, and the command that fetches the rest", async () => {
    refuseOneFile();
    const { code, stdout, stderr } = await stage.run(["run", edit, ...fields, "--save", "plain"]);
    expect(code).toBe(73);
    expect(stdout).toMatch(/^.*\/plain\/wan-ai-wan-2\.7-edit-\S+\.png\n$/);
    const way = `runcomfy-models save ${newestId()} --model ${edit} --save plain`;
    expect(stderr).toContain(`is paid; the rest can still be fetched:\n  ${way}\n`);
    const again = await stage.run([...way.split(" ").slice(1)]);
    expect(again.stdout.trim().split("\n")).toHaveLength(2);
  });
});

test("no exit code of a run whose job was accepted says that nothing was paid", async () => {
  for (const [at, fault] of (
    [
      { route: "status", status: 404, times: "always" },
      { route: "status", status: 400, times: "always" },
      { route: "result", status: 400, times: "always" },
    ] as const
  ).entries()) {
    // A record of its own: where the service does not know the jobs on record, nothing is sent.
    const env = { XDG_STATE_HOME: `${stage.folder}/state-${at}` };
    stage.emulator.faults.add(fault);
    const ending = await stage.run(["run", kling, "--prompt", "x", "--timeout", "2", "--json"], { env });
    stage.emulator.faults.clear();
    expect([1, 75]).toContain(ending.code);
    expect(readJson(ending)).toMatchObject({ error: { requestId: newestId() } });
    expect(ending.stderr).toContain(`runcomfy-models wait ${newestId()}`);
  }
});
