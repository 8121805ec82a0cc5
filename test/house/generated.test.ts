import { join } from "node:path";
import { expect, test } from "vitest";
import { generate } from "../../codegen/generate/generation.js";
import { isStale } from "../../codegen/generate/generate-report.js";

const root = join(import.meta.dirname, "../..");

test("what is committed under generated/ is what the specs say today", async () => {
  const report = await generate({
    specs: join(root, "specs"),
    out: join(root, "generated"),
    runtime: "../src/input/standard.js",
    check: true,
  });
  const { plan, diagnostics, isManifestStale } = report;
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect({ missing: plan?.create, stale: plan?.update, left: plan?.delete, foreign: plan?.foreign }).toEqual({
    missing: [],
    stale: [],
    left: [],
    foreign: [],
  });
  expect(isManifestStale || isStale(report)).toBe(false);
});
