import { existsSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { applyPlan, readDisk } from "../../../codegen/output/disk.js";
import { emptyManifest, formatManifest, toHashes } from "../../../codegen/output/manifest.js";
import { plan } from "../../../codegen/output/plan.js";
import { makeFolder, readFiles } from "../generate/temporary.js";

const manifestOf = (...paths: string[]) => ({
  ...emptyManifest,
  files: new Map(paths.map((path) => [path, { sha256: "0", from: "0" }])),
});
const nothing = { manifest: emptyManifest, list: "" };
const planFor = (out: string, next: ReturnType<typeof manifestOf>) =>
  plan({ wanted: toHashes(next.files), disk: readDisk(out, () => false), manifest: new Map() });

test("a run that cannot write every file leaves the folder as it was", () => {
  const root = makeFolder({ "kept/other.txt": "x" });
  const next = manifestOf("models/a.ts", "models/b.ts");
  const textOf = (path: string): string => {
    if (path === "models/b.ts") throw new Error("the disk is full");
    return path;
  };
  for (const out of [join(root, "kept"), join(root, "new/folder")])
    expect(applyPlan(out, planFor(out, next), textOf, nothing, next)).toBe(
      "It cannot be written: the disk is full.",
    );
  expect(readFiles(root)).toEqual({ "kept/other.txt": "x" });
  expect(existsSync(join(root, "new"))).toBe(false);
});

test.skipIf(process.platform !== "linux")(
  "where no folder can be made, a run ends at once and says so",
  () => {
    const next = manifestOf("models/a.ts");
    expect(applyPlan("/proc/none/out", planFor("/proc/none/out", next), () => "a", nothing, next)).toMatch(
      /^It cannot be written: ENOENT: .*'\/proc\/none'/,
    );
  },
);

test("a run that can leaves its files, their list and nothing else", () => {
  const root = makeFolder({ "out/models/other.txt": "x" });
  const out = join(root, "out");
  const next = manifestOf("models/deep/a.ts");
  expect(applyPlan(out, planFor(out, next), (path) => `${path}!`, nothing, next)).toBeUndefined();
  expect(readFiles(out)).toEqual({
    "manifest.json": formatManifest(next),
    "models/deep/a.ts": "models/deep/a.ts!",
    "models/other.txt": "x",
  });
});

test("what a killed run left is gone an hour later; a younger one may still be at work", () => {
  const out = makeFolder({
    ".staging-0123abcd/0": "old",
    ".staging-4567cdef/0": "new",
    ".staging-notes": "x",
  });
  utimesSync(join(out, ".staging-0123abcd"), new Date(), new Date(Date.now() - 3_700_000));
  const next = manifestOf("a.ts");
  applyPlan(out, planFor(out, next), () => "a", nothing, next);
  expect(Object.keys(readFiles(out)).sort()).toEqual([
    ".staging-4567cdef/0",
    ".staging-notes",
    "a.ts",
    "manifest.json",
  ]);
});
