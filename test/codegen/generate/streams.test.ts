import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const words = [
  join(root, "codegen/bin/runcomfy-codegen.js"),
  "generate",
  "--specs",
  join(root, "examples/own-specs/specs"),
  "--out",
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "codegen-streams-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Generates with this standard output; "closed" is a pipe that nobody reads any more. */
const generate = async (out: string, stdout: number | "closed") => {
  const child = spawn(process.execPath, [...words, join(folder, out)], {
    stdio: ["ignore", stdout === "closed" ? "pipe" : stdout, "pipe"],
  });
  child.stdout?.destroy();
  let stderr = "";
  child.stderr!.on("data", (piece: Buffer) => (stderr += piece.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stderr, files: readdirSync(join(folder, out)).toSorted() };
};

const files = [
  "catalogue.json",
  "catalogue.ts",
  "manifest.json",
  "models",
  "openapi.json",
  "shared.ts",
  "texts.ts",
];

test("a reader that has seen enough is no failure, and everything is written", async () => {
  const ending = await generate("closed", "closed");
  expect(ending).toMatchObject({ code: 0, files });
  expect(ending.stderr).not.toMatch(/EPIPE|Error/);
});

test.skipIf(process.platform !== "linux")("a report that cannot be written is one line and 1", async () => {
  const full = openSync("/dev/full", "w");
  const ending = await generate("full", full);
  closeSync(full);
  expect(ending).toMatchObject({ code: 1, files });
  expect(ending.stderr.match(/^error: Cannot write to standard output: ENOSPC.*$/gm)).toHaveLength(1);
  expect(ending.stderr).not.toContain("    at ");
});
