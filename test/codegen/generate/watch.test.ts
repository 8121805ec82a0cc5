import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runGenerate } from "../../../codegen/generate/generation.js";
import { watch } from "../../../codegen/generate/spec-watch.js";
import type { Target } from "../../../codegen/targets/target.js";
import { makeFolder, readFiles, specOf, writeFiles } from "./temporary.js";

const plain: Target = {
  name: "plain",
  emit: (api) => new Map(api.models.map((model) => [`models/${model.id}.ts`, JSON.stringify(model.input)])),
};

/** Watches a folder while the steps are taken, one at a time; after each the watcher looks until it has settled. */
const watchThrough = async (...steps: readonly ((specs: string) => void)[]): Promise<string[]> => {
  const root = makeFolder({ "specs/a/x.json": specOf() });
  const heard = [""];
  const write = (text: string) => void (heard[heard.length - 1] += text);
  const moments = async function* () {
    for (const step of steps) {
      heard.push("");
      step(join(root, "specs"));
      yield;
      yield;
      yield;
    }
  };
  const streams = { stdout: { write }, stderr: { write } };
  const specs = join(root, "specs");
  const run = () => runGenerate({ specs, out: join(root, "out"), targets: [plain] }, streams);
  await watch({ specs, run, say: () => {}, moments: moments() });
  return [...heard, Object.keys(readFiles(join(root, "out"))).join(" ")];
};

test("a run comes first, and none where nothing changes", async () => {
  const [first, second] = await watchThrough(() => {});
  expect(first).toContain("1 model: 1 created");
  expect(second).toBe("");
});

test("a save, a save by renaming, a new spec and a deleted one each start one run", async () => {
  const [, saved, renamed, added, deleted, files] = await watchThrough(
    (specs) => writeFiles(specs, { "a/x.json": specOf({ size: { type: "integer" } }) }),
    (specs) => {
      writeFiles(specs, { "a/x.json~": specOf({ size: { type: "number" } }) });
      renameSync(join(specs, "a/x.json~"), join(specs, "a/x.json"));
    },
    (specs) => writeFiles(specs, { "new/folder/y.json": specOf() }),
    (specs) => rmSync(join(specs, "a"), { recursive: true }),
  );
  expect(saved).toContain("0 created, 1 updated");
  expect(renamed).toContain("0 created, 1 updated");
  expect(added).toContain("1 created, 0 updated");
  expect(deleted).toContain("1 deleted");
  expect(files).toBe("manifest.json models/new/folder/y.ts");
});

test("a spec that is wrong is reported once, and mended by the next save", async () => {
  const [, broken, mended] = await watchThrough(
    (specs) => writeFiles(specs, { "a/x.json": "{" }),
    (specs) => writeFiles(specs, { "a/x.json": specOf({ size: { type: "integer" } }) }),
  );
  expect(broken?.match(/error not-json/g)).toHaveLength(1);
  expect(broken).toContain("Nothing was written.");
  expect(mended).toContain("1 updated");
});

test("a folder that goes away and comes back is survived", async () => {
  const [, gone, back] = await watchThrough(
    (specs) => renameSync(specs, `${specs}-away`),
    (specs) => renameSync(`${specs}-away`, specs),
  );
  expect(gone).toContain("error no-specs");
  expect(back).toContain("1 model: 0 created");
});

const fail = () => Promise.reject(new Error("out of paper"));

test("a run that fails without a word is survived", async () => {
  const said: string[] = [];
  const moments = (async function* () {
    yield;
  })();
  await watch({ specs: makeFolder(), run: fail, say: (text) => said.push(text), moments });
  expect(said[0]).toBe("out of paper");
});
