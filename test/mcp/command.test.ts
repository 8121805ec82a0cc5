import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bin, openStage } from "./agent.js";
import type { Stage } from "./agent.js";

let stage: Stage;
beforeEach(async () => (stage = await openStage()));
afterEach(() => stage.close());

test.for([
  { words: ["--max-usdd", "5"], code: 64, told: "Did you mean --max-usd?" },
  { words: ["--max-usd", "-5"], code: 64, told: "--max-usd" },
  { words: ["--max-usd", "much"], code: 64, told: "expected number" },
  { words: ["--max-usd"], code: 64, told: "--max-usd USD" },
  { words: ["--budget", "x"], code: 64, told: "--max-usd, which is missing" },
  { words: ["--yes"], code: 64, told: "no option --yes" },
  { words: ["allow", "--max-usd", "5"], code: 64, told: "not --max-usd" },
  { words: ["serve"], code: 64, told: 'no command "serve"' },
  { words: ["--models", "wan-ai/wan-2.7/text-to-vide"], code: 65, told: "wan-ai/wan-2.7/text-to-video" },
  { words: ["--allow-dir", "missing"], code: 66, told: "--allow-dir" },
  { words: ["--save", "/dev/null/x"], code: 73, told: "--save" },
  { words: ["--save", "/proc/none/below/x"], code: 73, told: "--save" },
  { words: ["--upload", "pictures"], code: 64, told: "s3://bucket" },
  { words: ["--upload", "s3://pictures"], code: 64, told: "AWS_ACCESS_KEY_ID" },
  { words: ["allow", "0123456789"], code: 65, told: "No job waits" },
  { words: ["--help"], code: 0, told: "Exit codes" },
  { words: ["--version"], code: 0, told: "0.1.0" },
])("$words ends with $code and says why", async ({ words, code, told }) => {
  const ending = await stage.run(...words);
  expect(ending.code, ending.out).toBe(code);
  expect(ending.out).toContain(told);
});

test("a refusal leaves no folder of --save behind", async () => {
  const save = join(stage.folder, "made");
  expect(await stage.run("--save", save, "--allow-dir", "missing")).toMatchObject({ code: 66 });
  expect(existsSync(save)).toBe(false);
});

test("without a token the server does not start, and names the variable", async () => {
  vi.stubEnv("RUNCOMFY_TOKEN", undefined);
  expect(await stage.run()).toMatchObject({ code: 77, out: expect.stringContaining("RUNCOMFY_TOKEN") });
});

test.for([
  { words: ["--budget", "x"], code: 64, told: "--max-usd, which is missing" },
  { words: ["--version"], code: 0, told: /^\d+\.\d+\.\d+\n$/ },
])("the program ends with $code for $words", async ({ words, code, told }) => {
  const child = spawn(process.execPath, [bin, ...words], { env: stage.env, cwd: stage.folder });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => (out += String(bytes)));
  child.stdin.end();
  expect(await once(child, "close"), out).toEqual([code, null]);
  expect(out).toMatch(told);
});
