import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generate, runGenerate } from "../../../codegen/generate/generation.js";
import { isStale } from "../../../codegen/generate/generate-report.js";
import { makeFolder, readFiles, specOf } from "./temporary.js";

const setUp = (files: { [path: string]: string } = {}) => {
  const root = makeFolder({ "specs/acme/x/edit.json": JSON.stringify(specOf()), ...files });
  return { specs: join(root, "specs"), out: join(root, "gen") };
};
const importsOf = (out: string): string[] =>
  [...readFileSync(join(out, "catalogue.ts"), "utf8").matchAll(/(?:import\(|from )"(\.[^"]+)"/g)].map(
    ([, specifier]) => specifier!,
  );

test("a checkout with Windows line ends is up to date, and is not written again", async () => {
  const folders = setUp();
  await generate(folders);
  for (const [path, text] of Object.entries(readFiles(folders.out)))
    writeFileSync(join(folders.out, path), text.replaceAll("\n", "\r\n"));
  const before = readFiles(folders.out);
  expect(isStale(await generate({ ...folders, check: true }))).toBe(false);
  const again = await generate(folders);
  expect(again).toMatchObject({ diagnostics: [], plan: { create: [], update: [], foreign: [] } });
  expect(readFiles(folders.out)).toEqual(before);
  // A changed spec changes its part of the files about all models, whatever their line ends.
  writeFileSync(join(folders.specs, "acme/x/edit.json"), JSON.stringify(specOf({ other: {} })));
  await generate(folders);
  expect(readFileSync(join(folders.out, "openapi.json"), "utf8")).not.toContain("\r");
  expect(isStale(await generate({ ...folders, check: true }))).toBe(false);
});

test("a run without options takes over those of the last one, so that a plain check in a clone is right", async () => {
  const folders = setUp();
  await generate({ ...folders, runtime: "@acme/runtime", imports: "ts" });
  expect(importsOf(folders.out)).toContain("./models/acme/x/edit.ts");
  expect(isStale(await generate({ ...folders, check: true }))).toBe(false);
  expect((await generate(folders)).plan?.update).toEqual([]);
  expect(isStale(await generate({ ...folders, check: true, imports: "js" }))).toBe(true);
});

test.each([
  ["without a tsconfig.json files are named as bundlers find them", {}, "./texts"],
  [
    "with the resolution of bundlers, too",
    { "tsconfig.json": '{"compilerOptions":{"moduleResolution":"bundler"}}' },
    "./texts",
  ],
  [
    "with the resolution of Node they end with .js",
    { "tsconfig.json": '{ "compilerOptions": { "module": "NodeNext" } }' },
    "./texts.js",
  ],
  [
    "with the resolution of Node in a configuration that is extended, too",
    {
      "tsconfig.json": '{ // "module": "esnext"\n "extends": ["./other", "./base"] }',
      "other.json": "{}",
      "base.json": '{ "compilerOptions": { "moduleResolution": "node16" } }',
    },
    "./texts.js",
  ],
])("%s", async (_, files: { [path: string]: string }, specifier) => {
  const folders = setUp(files);
  await generate(folders);
  expect(importsOf(folders.out)).toContain(specifier);
});

test("a tsconfig.json of Node that came after the first run is told, with the option for it", async () => {
  const folders = setUp();
  const say = async (more: object = {}): Promise<string> => {
    let told = "";
    const streams = { stdout: { write: () => {} }, stderr: { write: (text: string) => (told += text) } };
    await runGenerate({ ...folders, ...more }, streams);
    return told;
  };
  expect(await say()).not.toContain("--imports");
  writeFileSync(join(folders.out, "../tsconfig.json"), '{ "compilerOptions": { "module": "nodenext" } }');
  expect(await say()).toContain("run generate with --imports js");
  for (const told of [await say({ imports: "none" }), await say({ imports: "js" }), await say()])
    expect(told).not.toContain("--imports");
});

test("a list of an older version stands for imports that end with .js", async () => {
  const folders = setUp();
  await generate({ ...folders, imports: "js" });
  const path = join(folders.out, "manifest.json");
  writeFileSync(path, readFileSync(path, "utf8").replace(/ {2}"(?:runtime|imports)".*\n/g, ""));
  await generate(folders);
  expect(importsOf(folders.out)).toContain("./texts.js");
});
