import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { chmodSync, existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { layOutTable } from "../../src/cli/terminal/text-table.js";
import { printJson } from "../../src/cli/terminal/screen.js";
import { type Stage, bin, openStage, readJson } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";
const seedance = "bytedance/seedance-v1.5-pro/image-to-video";
const escape = "\u001b";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));
/** The part of a help or a table that is laid out; examples and addresses are to be copied and stay whole. */
const withoutExample = (text: string): string =>
  text
    .slice(text.startsWith(seedance) ? seedance.length : 0, text.indexOf("Example"))
    .replace(/^https:\/\/\S+\n/gm, "");

describe("in a pipe", () => {
  test("nothing is coloured, with and without NO_COLOR", async () => {
    for (const env of [{}, { NO_COLOR: "1" }, { FORCE_COLOR: "1" }]) {
      const { stdout, stderr } = await stage.run(["model", kling], { env });
      expect(stdout + stderr).not.toContain(escape);
    }
  });

  test("a reader that has seen enough is no failure", async () => {
    const { code, stderr, stdout } = await stage.run(
      ["-c", `"$0" "$1" models --json | head -c 20; exit $PIPESTATUS`, process.execPath, bin],
      {
        program: ["bash"],
      },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toHaveLength(20);
  });

  test.for([30, 40, 80, 120, 200])("a table keeps to %i columns", async (columns) => {
    const { stdout } = await stage.run(["model", seedance], { env: { COLUMNS: String(columns) } });
    const { input } = readJson(await stage.run(["model", seedance, "--json"])) as {
      input: { properties: object };
    };
    expect(widest(withoutExample(stdout))).toBeLessThanOrEqual(columns);
    const words = [...withoutExample(stdout).matchAll(/^(\w+)(?: \*)?(?: |$)/gm)].map((match) => match[1]);
    expect(words).toEqual(expect.arrayContaining(Object.keys(input.properties)));
  });
});

test.for([30, 40, 41, 60, 80])("a table of ids keeps to %i columns and breaks no id that fits", (columns) => {
  const ids = ["wan-ai/wan-2.7/text-to-video", "a/b", "kling/kling-3.0/text"];
  const rows = ids.map((id) => [id, "A title that is longer than a narrow screen has columns"]);
  const lines = layOutTable(["ID", "MODEL"], rows, columns).split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  for (const id of ids) expect(lines.filter((line) => `${line} `.startsWith(`${id} `))).toHaveLength(1);
});

test("a table breaks what is too long, aligns the rest and shows no control characters", () => {
  const text = layOutTable(
    ["A", "B"],
    [
      ["one", "a text that is longer than its column"],
      ["\u001b[31mred", "x"],
    ],
    32,
    ["below"],
  );
  expect(text.split("\n")).toEqual([
    "A         B",
    "one       a text that is longer",
    "          than its column",
    "    below",
    "�[31mred  x",
  ]);
});

/** util-linux's `script` runs a command on a terminal of its own. */
const hasTerminal = existsSync("/usr/bin/script");

describe.runIf(hasTerminal)("on a terminal", () => {
  const onTerminal = async (
    words: string,
    env: { [name: string]: string } = {},
    columns = 80,
  ): Promise<string> => {
    const command = `stty cols ${columns} rows 24; exec "${process.execPath}" "${bin}" ${words}`;
    const { stdout } = await stage.run(["-qec", command, "/dev/null"], {
      program: ["/usr/bin/script"],
      env: { TERM: "xterm", SHELL: "/bin/sh", COLUMNS: String(columns), ...env },
    });
    return stdout.replaceAll("\r\n", "\n");
  };

  test("models are a table of 80 columns", async () => {
    const text = await onTerminal("models");
    expect(text).toMatch(/^ID +MODEL$/m);
    // oxlint-disable-next-line no-control-regex
    expect(widest((await onTerminal("models", {}, 40)).replace(/\u001b\[\d*m/g, ""))).toBeLessThanOrEqual(40);
    // oxlint-disable-next-line no-control-regex
    expect(widest(text.replace(/\u001b\[\d*m/g, ""))).toBeLessThanOrEqual(80);
  });

  test("there are colours, none with NO_COLOR", async () => {
    expect(await onTerminal("doctor")).toContain(`${escape}[32mok`);
    expect(await onTerminal("doctor", { NO_COLOR: "1" })).not.toContain(`${escape}[`);
  });

  test("the progress is one line that is redrawn and then cleared", async () => {
    const text = await onTerminal(`run ${kling} --prompt x --save screen`);
    expect(text).toMatch(/accepted, 0 s/);
    expect(text).toMatch(/saving \[#+\.*\] [^\n]*1\/1 file/);
    expect(text).toContain(`\r${escape}[2K`);
    expect(text.split("\n").filter((line) => line.startsWith("completed, "))).toEqual([]);
    expect(text.trim().split("\n").at(-1)).toMatch(/screen\/.*\.mp4$/);
  });
});

describe("completion", () => {
  test.for([
    ["bash", ["-n"]],
    ["zsh", ["-n"]],
    ["fish", ["--no-execute"]],
  ] as const)(
    "for %s is a script that the shell takes, where the shell is installed",
    async ([shell, words]) => {
      const { stdout, code } = await stage.run(["completion", shell]);
      expect(code).toBe(0);
      expect(stdout).toContain("runcomfy-models complete -- ");
      if (spawnSync(shell, ["-c", "true"]).error) return;
      const script = join(stage.folder, stage.write(`completion.${shell}`, stdout));
      expect(execFileSync(shell, [...words, script], { encoding: "utf8" })).toBe("");
    },
  );

  const complete = async (...words: string[]): Promise<string[]> =>
    (await stage.run(["complete", "--", ...words])).stdout.split("\n").filter(Boolean);

  test("knows commands, ids, fields, their values and options", async () => {
    expect(await complete("mod")).toEqual(["models", "model"]);
    expect(await complete("run", "kling/kling-3.0/standard/t")).toEqual([kling]);
    expect(await complete("run", kling, "--pro")).toEqual(["--prompt"]);
    expect(await complete("run", kling, "--aspect_ratio", "1")).toEqual(expect.arrayContaining(["16:9"]));
    expect(await complete("run", kling, "--prompt", "x", "--max")).toEqual(["--max-usd"]);
    expect(await complete("wait", "some-request", "--model", "kling/kling-3.0/standard/t")).toEqual([kling]);
    expect(await complete("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await complete("nonsense", "")).toEqual([]);
    expect(await complete("models", "--from", "")).toEqual(["text", "image", "video", "audio"]);
    expect(await complete("jobs", "")).toEqual(["accept", "refuse", "forget", "--unknown", "--json"]);
    expect(await complete("jobs", "forget", "--f")).toEqual(["--force"]);
    expect(await complete("batch", "st")).toEqual(["status"]);
    expect(await complete("batch", "retry", "rows.csv", "--fa")).toEqual(["--failed"]);
  });

  test("leaves files and folders, and values that nobody knows, to the shell", async () => {
    for (const words of [
      ["wait", "some-request", "--save"],
      ["run", kling, "--input"],
      ["batch", kling],
      ["batch", "status"],
    ])
      expect(await complete(...words, "")).toEqual([]);
  });

  const shells = {
    zsh: `compadd() { shift 2; print -l -- $found; }
words=(runcomfy-models batch st); CURRENT=3; source <(runcomfy-models completion zsh); _runcomfy_models`,
    fish: `source (runcomfy-models completion fish | psub); complete -C "runcomfy-models batch st"`,
  };
  test.for(["zsh", "fish"] as const)(
    "in %s completes what stands at the cursor, where it is installed",
    async (shell) => {
      if (spawnSync(shell, ["-c", "true"]).error) return;
      stage.write("runcomfy-models", `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
      chmodSync(join(stage.folder, "runcomfy-models"), 0o755);
      const { stdout, stderr } = await stage.run(["-c", shells[shell]], {
        program: [shell],
        env: { PATH: `${stage.folder}:${process.env["PATH"]}` },
      });
      expect({ stdout, stderr }).toEqual({ stdout: "status\n", stderr: "" });
    },
  );

  test("in bash completes what stands at the cursor", async () => {
    const script = `
node=$0; bin=$1
runcomfy-models() { "$node" "$bin" "$@"; }
source <(runcomfy-models completion bash)
COMP_WORDS=(runcomfy-models run kling/kling-3.0/standard/t); COMP_CWORD=2
_runcomfy_models; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await stage.run(["-c", script, process.execPath, bin], { program: ["bash"] });
    expect(stdout.trim()).toBe(kling);
  });
});

test("JSON on a screen holds no sign that moves a cursor or turns text around, and reads back the same", () => {
  const value = { [`a${escape}`]: `${escape}[2J\u009b31m\u202e\u2066x\u0007` };
  const text = printJson(value);
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2066]/);
  expect(JSON.parse(text)).toEqual(value);
});
