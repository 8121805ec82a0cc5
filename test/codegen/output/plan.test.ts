import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatManifest, parseManifest } from "../../../codegen/output/manifest.js";
import type { ManifestFile } from "../../../codegen/output/manifest.js";
import { isPathInside, plan } from "../../../codegen/output/plan.js";
import type { DiskEntry, PlanInput } from "../../../codegen/output/plan.js";

const path = fc.constantFrom("a.ts", "b.ts", "m/a.ts", "m/b.ts", "m/n/a.ts", "m", "m/n", "x/y/z.json");
const sha = fc.constantFrom("1", "2", "3");
const entry = fc.oneof(
  sha.map((sha256): DiskEntry => ({ kind: "file", sha256 })),
  fc.constantFrom<DiskEntry>({ kind: "folder" }, { kind: "link" }),
);
const mapOf = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(path, value), { maxLength: 6 }).map((list) => new Map(list));
// No target wants a file and a file inside it: `findCollisions` sees to that.
const isTree = (paths: readonly string[]) =>
  !paths.some((one) => paths.some((other) => other.startsWith(`${one}/`)));
const anything: fc.Arbitrary<PlanInput> = fc.record({
  wanted: mapOf(sha).filter((wanted) => isTree([...wanted.keys()])),
  disk: mapOf(entry),
  manifest: mapOf(sha),
});

/** The disk after a plan was carried out. */
const carryOut = ({ wanted, disk }: PlanInput, made: ReturnType<typeof plan>): Map<string, DiskEntry> => {
  const after = new Map(disk);
  for (const gone of made.delete) after.delete(gone);
  for (const one of [...made.create, ...made.update])
    after.set(one, { kind: "file", sha256: wanted.get(one)! });
  return after;
};

test("only files that the manifest names, and that are as it says, are ever deleted", () => {
  fc.assert(
    fc.property(anything, (input) => {
      for (const gone of plan(input).delete) {
        expect(input.manifest.get(gone)).toBe((input.disk.get(gone) as { sha256?: string }).sha256);
        expect(input.wanted.has(gone)).toBe(false);
      }
    }),
    { numRuns: 2000 },
  );
});

test("only files that the manifest names are ever overwritten", () => {
  fc.assert(
    fc.property(anything, (input) => {
      const made = plan(input);
      for (const changed of made.update) {
        expect(input.manifest.has(changed)).toBe(true);
        expect(input.disk.get(changed)?.kind).toBe("file");
      }
      for (const created of made.create) expect(input.disk.has(created)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});

test("every wanted path has exactly one fate", () => {
  fc.assert(
    fc.property(anything, (input) => {
      const { create, update, same, blocked } = plan(input);
      const fates = [...create, ...update, ...same, ...blocked.map((one) => one.path)];
      expect(fates.sort()).toEqual([...input.wanted.keys()].sort());
    }),
  );
});

test("after a plan was carried out there is nothing left to do", () => {
  fc.assert(
    fc.property(anything, (input) => {
      const made = plan(input);
      fc.pre(made.blocked.length === 0);
      const again = plan({ wanted: input.wanted, disk: carryOut(input, made), manifest: input.wanted });
      expect(again).toMatchObject({ create: [], update: [], delete: [], blocked: [] });
      expect(again.foreign).toEqual(made.foreign);
    }),
    { numRuns: 2000 },
  );
});

test("nothing is written through a link or over a folder", () => {
  const disk = new Map<string, DiskEntry>([
    ["m", { kind: "link" }],
    ["a.ts", { kind: "folder" }],
  ]);
  const { blocked, create } = plan({
    wanted: new Map([
      ["m/a.ts", "1"],
      ["a.ts", "1"],
    ]),
    disk,
    manifest: new Map(),
  });
  expect(create).toEqual([]);
  expect(blocked).toEqual([
    { path: "a.ts", by: "foreign-file", at: "a.ts" },
    { path: "m/a.ts", by: "link-in-output", at: "m" },
  ]);
});

test("a file that nobody knows is ours if it is already what is wanted", () => {
  const disk = new Map<string, DiskEntry>([["a.ts", { kind: "file", sha256: "1" }]]);
  expect(plan({ wanted: new Map([["a.ts", "1"]]), disk, manifest: new Map() }).same).toEqual(["a.ts"]);
});

test.each(["../x", "/x", "a/../../x", "a//b", "", ".", "a/.", "c:/x", "a\\b", "a\0b", "\\\\host\\x"])(
  "the path %j leads out of a folder",
  (one) => expect(isPathInside(one)).toBe(false),
);

test("a manifest is read back as it was written, whatever the order", () => {
  const files: [string, ManifestFile][] = [
    ["b.ts", { sha256: "1", from: "2" }],
    ["a.ts", { sha256: "3", from: "4" }],
  ];
  const manifest = { generator: "g", specs: "s", doubtful: ["a/x"], files: new Map(files) };
  const text = formatManifest(manifest);
  expect(formatManifest({ ...manifest, files: new Map(files.toReversed()) })).toBe(text);
  expect(parseManifest(text)).toEqual({ manifest, strange: [] });
});

test("paths that a manifest could not have are told apart", () => {
  const files = {
    "../x": { sha256: "1" },
    "manifest.json": { sha256: "1" },
    "a.ts": {},
    "b.ts": { sha256: "1" },
  };
  const parsed = parseManifest(JSON.stringify({ files }));
  expect(parsed?.strange).toEqual(["../x", "manifest.json", "a.ts"]);
  expect([...(parsed?.manifest.files.keys() ?? [])]).toEqual(["b.ts"]);
});
