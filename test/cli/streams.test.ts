import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bin, canary, openStage } from "./command.js";
import type { Stage } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const inShell = (line: string) =>
  stage.run(["-c", line, process.execPath, bin, kling], { program: ["bash"] });

test("a listener of standard error that goes away ends no job", async () => {
  const { code, stdout } = await inShell(
    `"$0" "$1" run "$2" --prompt x --save left 2> >(head -c 1 > /dev/null); exit $?`,
  );
  const name = `kling-kling-3.0-standard-text-to-video-${stage.emulator.jobs.at(-1)!.id}-1.mp4`;
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(stage.folder, "left", name)}\n` });
});

test.each([
  ["balance", 0],
  [`run "$2" --json`, 65],
])("a reader that is gone hides no failure: %s", async (words, code) => {
  const { code: ended } = await inShell(`exec 3> >(:); wait $!; "$0" "$1" ${words} >&3; exit $?`);
  expect(ended).toBe(code);
});

test.skipIf(process.platform !== "linux")(
  "data that cannot be written end with 73 and one line",
  async () => {
    const { code, stderr } = await inShell(`"$0" "$1" balance > /dev/full`);
    expect(code).toBe(73);
    expect(stderr).toMatch(/^Error: Cannot write to standard output: ENOSPC.*\n$/);
  },
);

test("what Node prints for NODE_DEBUG has no token, as nothing else has", async () => {
  const env = { NODE_DEBUG: "http,https,net,tls,fetch,undici" };
  const { code, stdout, stderr } = await stage.run(["run", kling, "--prompt", "x"], { env });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^HTTP \d+:/m);
  expect(stdout + stderr).not.toContain(canary);
});
