import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { findKnown, list, listKnown, load, nearest, search } from "../../../src/catalogue/shipped.js";

const loadText = load as (id: string) => Promise<unknown>;

test("233 ids are known, with and without a module, and two older ones", () => {
  const ids = new Set([...list(), ...listKnown()].map(({ id }) => id));
  expect(listKnown().filter(({ renamedTo }) => renamedTo === undefined)).toHaveLength(233 - list().length);
  expect(ids.size).toBe(235);
  expect(listKnown().filter(({ page }) => page !== undefined).length).toBeGreaterThan(70);
});

test("search gives models with a module first, then known ids with their pages", () => {
  const found = search("nano banana 2");
  expect(found.map(({ id }) => id)).toEqual([
    "google/nano-banana-2-lite/edit",
    "google/nano-banana-2-lite/text-to-image",
    "google/nano-banana-2/edit",
    "google/nano-banana-2/text-to-image",
  ]);
  expect(found[2]).toMatchObject({
    hasModule: false,
    page: "https://www.runcomfy.com/models/google/nano-banana-2/edit",
  });
  expect(search("")).toHaveLength(list().length);
});

test("a mistyped id finds known ids, too", () => {
  expect(nearest("openai/sora2/text-to-video")[0]).toBe("openai/sora-2/text-to-video");
  expect(nearest("minimax/hailuo video 01 live")[0]).toBe("minimax/Hailuo Video 01 Live");
});

test("a renamed id finds its new name first", async () => {
  expect(nearest("bytedance/seedance-v2/pro")[0]).toBe("bytedance/seedance-2.0/pro");
  expect(findKnown("bytedance/seedance-v2/pro")?.renamedTo).toBe("bytedance/seedance-2.0/pro");
  await expect(loadText("bytedance/seedance-v2/pro")).rejects.toThrow(
    'The model "bytedance/seedance-v2/pro" is called "bytedance/seedance-2.0/pro" now.',
  );
});

test("loading a known id says that its schema is not published, and names its page", async () => {
  await expect(loadText("openai/sora-2/text-to-video")).rejects.toThrow(
    /is known, but its schema is not published, so it has no module\. Its page: https:\/\/www\.runcomfy\.com\/models\/openai\/sora-2\/text-to-video\. .*client\.run\(id, input\)/,
  );
});

test.each(["", "__proto__", "toString", "a/b"])("%j is not known", (id) => {
  expect(findKnown(id)).toBeUndefined();
});

test.each([
  [
    "the client and a model",
    'import { createClient } from "./src/index.js"; import { model } from "./generated/models/wan-ai/wan-2.7/edit.js"; console.log(createClient, model);',
  ],
  ["the loader of modules", 'import { load } from "./src/catalogue/shipped.js"; console.log(load);'],
])("a browser bundle of %s does not carry them", async (_, contents) => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: new URL("../../../dist", import.meta.url).pathname, loader: "js" },
    bundle: true,
    splitting: true,
    write: false,
    outdir: "out",
    format: "esm",
    platform: "browser",
    logLevel: "silent",
  });
  const page = outputFiles.find(({ path }) => path.endsWith("stdin.js"))!;
  expect(page.text).not.toContain("sora-2");
  // Nor does it carry the AI SDK's adapter, which only its own entry imports.
  expect(outputFiles.map(({ text }) => text).join("")).not.toContain("createRunComfy");
});

test("the ids are data, and none of them has a spec", () => {
  const ids = new Set(list().map(({ id }) => id as string));
  expect(listKnown().filter(({ id }) => ids.has(id))).toEqual([]);
  expect(
    readFileSync(new URL("../../../src/catalogue/known-pages.ts", import.meta.url), "utf8"),
  ).not.toContain("import");
});
