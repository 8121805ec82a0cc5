import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { generate } from "../../codegen/generate/generation.js";
import { loadCatalogue, startEmulator } from "../../src/emulator/index.js";

const root = join(import.meta.dirname, "../..");

test("modules of one's own specs compile against the package, and run", async () => {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache/own-specs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, "examples/own-specs"), folder, { recursive: true });
  const report = await generate({ specs: join(folder, "specs"), out: join(folder, "runcomfy") });
  expect(report.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);

  const config = { extends: "../../tsconfig.base.json", compilerOptions: { noEmit: true, types: ["node"] } };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  execFileSync(process.execPath, [join(root, "node_modules/typescript7/bin/tsc"), "-p", folder], {
    stdio: "inherit",
  });

  const emulator = await startEmulator({
    models: loadCatalogue(join(folder, "runcomfy/catalogue.json")),
    queueMs: 1,
    runMs: 1,
  });
  onTestFinished(() => emulator.close());
  vi.stubEnv("RUNCOMFY_BASE_URL", emulator.url);
  vi.stubEnv("RUNCOMFY_TOKEN", emulator.token);
  onTestFinished(() => void vi.unstubAllEnvs());
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await import(join(folder, "use.mts"));
  expect(log.mock.calls).toEqual([[expect.stringMatching(/^http:\S+\.png$/)]]);
  expect(emulator.jobs[0]!.input).toEqual({ prompt: "A red bicycle.", size: "large" });
  log.mockRestore();
});
