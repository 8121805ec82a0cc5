import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bin, openStage, readJson } from "./command.js";
import type { Stage } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";

let slow: Stage;
beforeAll(async () => {
  slow = await openStage({ queueMs: 3_600_000 });
});
afterAll(() => slow.close());

const newestJob = () => slow.emulator.jobs.at(-1)!;

describe("a wait", () => {
  test.for(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "prints the command that goes on, and ends by %s itself",
    async (name) => {
      const command = slow.start(["run", kling, "--prompt", "x", "--save", "my films"]);
      await command.saw(/queued/);
      command.child.kill(name);
      const { code, signal, stdout, stderr } = await command.ended;
      const { id, state } = newestJob();
      expect({ code, signal, stdout, state }).toEqual({
        code: null,
        signal: name,
        stdout: "",
        state: "in_queue",
      });
      expect(stderr).toContain(
        `goes on and may be billed. Pick it up again:\n  runcomfy-models wait ${id} --model ${kling} --save 'my films'\n`,
      );
      expect(stderr).toContain(`runcomfy-models cancel ${id}`);
    },
  );

  test("gives programs the request id, and the exit code that shells show", async () => {
    const command = slow.start(["run", kling, "--prompt", "x", "--json"]);
    await command.saw(/queued/);
    command.child.kill("SIGINT");
    expect(readJson(await command.ended)).toMatchObject({
      error: { requestId: newestJob().id, exitCode: 130 },
    });
  });

  test("in a loop of a shell stops the loop: nothing more is paid", async () => {
    const before = slow.emulator.jobs.length;
    const loop = `for one in 1 2 3; do "$0" "$1" run "${kling}" --prompt "$one"; done; echo went on`;
    // Another process group, as each command line of a terminal is: Ctrl-C reaches the shell and the command.
    const shell = slow.start(["-w", "bash", "-c", loop, process.execPath, bin], { program: ["setsid"] });
    await shell.saw(/queued/);
    const group = (await slow.run(["-o", "pgid=", "--ppid", String(shell.child.pid)], { program: ["ps"] }))
      .stdout;
    process.kill(-Number(group.trim().split("\n")[0] || shell.child.pid!), "SIGINT");
    const { stdout } = await shell.ended;
    expect(stdout).not.toContain("went on");
    expect(slow.emulator.jobs).toHaveLength(before + 1);
  });

  test("with --cancel-on-interrupt cancels a queued job", async () => {
    const command = slow.start(["run", kling, "--prompt", "x", "--cancel-on-interrupt"]);
    await command.saw(/queued/);
    command.child.kill("SIGINT");
    expect(await command.ended).toMatchObject({
      signal: "SIGINT",
      stderr: expect.stringMatching(/is cancelled\.\n$/),
    });
    expect(newestJob()).toMatchObject({ state: "cancelled", charged: false });
  });

  test("whose cancel is refused prints the way back all the same", async () => {
    slow.emulator.faults.add({ route: "cancel", status: 404, times: "always" });
    const command = slow.start(["run", kling, "--prompt", "x", "--cancel-on-interrupt"]);
    await command.saw(/queued/);
    command.child.kill("SIGINT");
    const { stderr } = await command.ended;
    slow.emulator.faults.clear();
    expect(stderr).toMatch(/could not be cancelled: [^]*Pick it up again:\n {2}runcomfy-models wait/);
  });

  test("that is interrupted twice ends at once, by the signal", async () => {
    slow.emulator.faults.add({ route: "cancel", never: true, times: "always" });
    const command = slow.start(["run", kling, "--prompt", "x", "--cancel-on-interrupt"]);
    await command.saw(/queued/);
    const asked = slow.emulator.nextRequest(({ path }) => path.endsWith("/cancel"));
    command.child.kill("SIGINT");
    await asked;
    command.child.kill("SIGINT");
    expect(await command.ended).toMatchObject({ signal: "SIGINT" });
    slow.emulator.faults.clear();
  });

  test("under npx takes the signal that npm passes on for the same Ctrl-C", async () => {
    const command = slow.start(["run", kling, "--prompt", "x"], { env: { npm_command: "exec" } });
    await command.saw(/queued/);
    command.child.kill("SIGINT");
    command.child.kill("SIGINT");
    const { signal, stderr } = await command.ended;
    expect(signal).toBe("SIGINT");
    expect(stderr).toContain(`npx runcomfy-models wait ${newestJob().id}`);
  });
});

test("a paid request whose answer is not there yet is named as perhaps paid, and the process ends by the signal", async () => {
  slow.emulator.faults.add({ route: "submit", never: true });
  const asked = slow.emulator.nextRequest(({ route }) => route === "submit");
  const command = slow.start(["submit", kling, "--prompt", "x"]);
  await asked;
  command.child.kill("SIGTERM");
  const { signal, stderr } = await command.ended;
  expect(signal).toBe("SIGTERM");
  expect(stderr).toContain("may have been started and billed");
});

test("the emulator says what was accepted, and ends by the signal", async () => {
  const command = slow.start(["emulate", "--port", "0", "--token", "of-the-emulator", "--quiet"]);
  await command.saw(/Ctrl-C ends it/);
  command.child.kill("SIGINT");
  const { signal, stdout, stderr } = await command.ended;
  expect({ signal, stdout }).toEqual({
    signal: "SIGINT",
    stdout: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\n$/),
  });
  expect(stderr).toContain("0 jobs were accepted");
});
