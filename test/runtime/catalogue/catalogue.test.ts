import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, expectTypeOf, test } from "vitest";
import { createCatalogue, list, load, nearest, search } from "../../../src/catalogue/shipped.js";
import { createClient } from "../../../src/index.js";
import { startEmulator } from "../../../src/emulator/index.js";
import * as generated from "../../../generated/catalogue.js";
import type { Models } from "../../../src/catalogue/shipped.js";
import type { CheckedModel } from "../../../src/input/standard.js";
import type { InputOf, OutputOf } from "../../../src/index.js";
import type * as edit from "../../../generated/models/wan-ai/wan-2.7/edit.js";
import type * as seedance from "../../../generated/models/bytedance/seedance-v1.5-pro/image-to-video.js";

const id = "bytedance/seedance-v1.5-pro/image-to-video";

describe("the catalogue of this package", () => {
  test("loads one module by its id, typed", async () => {
    const module = await load(id);
    expect(module.model.id).toBe(id);
    expectTypeOf(module.model).toEqualTypeOf<typeof seedance.model>();
    expectTypeOf(load).parameter(0).toEqualTypeOf<keyof generated.Models>();
    // @ts-expect-error: an id that does not exist does not compile
    await expect(load("bytedance/seedance")).rejects.toThrow();
  });

  test("types what is loaded by one of several ids, or by any, as the models that it may be", async () => {
    expectTypeOf(load<"wan-ai/wan-2.7/edit" | typeof id>)
      .returns.resolves.toHaveProperty("model")
      .toEqualTypeOf<typeof edit.model | typeof seedance.model>();
    const loadAny = async <Id extends keyof Models>(any: Id) => (await load(any)).model;
    expectTypeOf<InputOf<Awaited<ReturnType<typeof loadAny<typeof id>>>>>().toEqualTypeOf<seedance.Input>();
    expectTypeOf<OutputOf<Awaited<ReturnType<typeof loadAny<typeof id>>>>>().toEqualTypeOf<seedance.Output>();
    expect((await loadAny(id)).id).toBe(id);
  });

  test("every entry's module loads, and is that of its id", async () => {
    for (const entry of list()) expect((await load(entry.id)).model.id).toBe(entry.id);
  });

  test.each([
    "bytedance/seedance-v1-5-pro/image-to-video",
    "Bytedance/Seedance-V1.5-Pro/image_to_video",
    "bytedance/seedance-v1.5-pro/image-to-vide",
  ])("%s is refused with the id that was meant", async (wrong) => {
    expect(nearest(wrong)[0]).toBe(id);
    await expect(load(wrong as typeof id)).rejects.toMatchObject({
      code: "input",
      modelId: wrong,
      message: expect.stringContaining(`Did you mean "${id}"`),
      issues: [{ path: "", nearest: id }],
    });
  });

  test.each(["__proto__", "constructor", "toString", "", "../models"])("%j is no model", async (wrong) => {
    await expect(load(wrong as typeof id)).rejects.toMatchObject({ code: "input" });
  });

  test("half an id finds the models that its words stand in", () => {
    expect(nearest("seedance v1.5 image-to-video")).toEqual([id]);
    expect(nearest("no such thing at all, anywhere")).toEqual([]);
  });

  test.for(["photo", "movie", "song", "lip sync", "t2i", "animate"])(
    "everyday words find models: %s",
    (word) => {
      expect(search(word).filter((entry) => !("hasModule" in entry))).not.toEqual([]);
    },
  );

  test("search wants every word, and puts ids before titles before descriptions", () => {
    const found = search("KLING 4k")
      .filter((entry) => !("hasModule" in entry))
      .map((entry) => entry.id);
    expect(found).toEqual(["kling/kling-3.0/4k/image-to-video", "kling/kling-video-o3/4K/text-to-video"]);
    expect(
      list()
        .filter(({ id: one }) => search("wan-2-7").some((hit) => hit.id === one))
        .map((entry) => entry.id),
    ).toEqual([
      "wan-ai/wan-2.7/edit",
      "wan-ai/wan-2.7/image-to-video",
      "wan-ai/wan-2.7/pro/edit",
      "wan-ai/wan-2.7/text-to-video",
    ]);
    expect(search("kling zebra")).toEqual([]);
    expect(search("  ")).toHaveLength(list().length);
  });

  test("suggests to a client what it knows", async () => {
    const emulator = await startEmulator();
    const client = createClient({ baseUrl: emulator.url, token: emulator.token, suggest: nearest });
    await expect(client.submit("bytedance/seedance-v1-5-pro/image-to-video", {})).rejects.toMatchObject({
      code: "not_found",
      nearest: nearest("bytedance/seedance-v1-5-pro/image-to-video"),
      message: expect.stringContaining(`Did you mean "${id}"`),
    });
    expect(emulator.requests).toHaveLength(1);
    await emulator.close();
  });
});

describe("a catalogue of one's own", () => {
  interface Own {
    "a/one": { input: { one: string }; output: { text: string } };
    "a/two": { input: { two?: number }; output: { text: string } };
  }
  const loaded: string[] = [];
  const catalogue = createCatalogue<Own>({
    entries: [
      {
        id: "a/one",
        title: "Painter",
        description: "Draws boats.",
        categories: ["text-to-image"],
        kind: "model",
      },
      {
        id: "a/two",
        title: "Boats",
        description: "",
        categories: ["image-to-video"],
        kind: "workflow",
        price: { usd: 1, unit: "output" },
      },
    ],
    modules: {
      "a/one": async () => (loaded.push("a/one"), { model: { id: "a/one" } }),
      "a/two": async () => (loaded.push("a/two"), { model: { id: "a/two" } }),
    },
  });

  test("loads nothing until it is asked, and then one module", async () => {
    expect(loaded).toEqual([]);
    const { model } = await catalogue.load("a/two");
    expect(model.id).toBe("a/two");
    expectTypeOf(model).toEqualTypeOf<CheckedModel<{ two?: number }, { text: string }>>();
    expect(loaded).toEqual(["a/two"]);
  });

  test("lists by category and by kind, both where both are given", () => {
    const ids = (filter: Parameters<typeof catalogue.list>[0]) =>
      catalogue.list(filter).map((entry) => entry.id);
    expect(ids({})).toEqual(["a/one", "a/two"]);
    expect(ids({ category: "text-to-image" })).toEqual(["a/one"]);
    expect(ids({ kind: "workflow" })).toEqual(["a/two"]);
    expect(ids({ category: "text-to-image", kind: "workflow" })).toEqual([]);
    expect(ids({ category: "text" })).toEqual([]);
  });

  test("search prefers the title to the description", () => {
    expect(catalogue.search("boats").map((entry) => entry.id)).toEqual(["a/two", "a/one"]);
  });

  test("takes a generated catalogue as it is", () => {
    expect(createCatalogue<generated.Models>(generated).list()).toHaveLength(generated.entries.length);
  });
});

test("a browser bundle of the client and one model holds that model, and no catalogue", async () => {
  const bundle = async (contents: string) => {
    const { outputFiles, metafile } = await build({
      stdin: { contents, resolveDir: new URL("../../..", import.meta.url).pathname, loader: "ts" },
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
      metafile: true,
      alias: {
        "#paid-transport": new URL("../../../src/submit/paid-transport.js", import.meta.url).pathname,
      },
    });
    return { text: outputFiles[0]!.text, files: Object.keys(metafile!.inputs) };
  };
  const { text, files } = await bundle(
    `import { createClient } from "./src/index.ts";
     import { model } from "./generated/models/${id}.ts";
     console.log(createClient().run(model, { prompt: "", first_frame_image_url: "" }));`,
  );
  expect(files.filter((file) => file.includes("generated/"))).toEqual([`generated/models/${id}.ts`]);
  expect(files.filter((file) => /catalogue\.ts$/.test(file))).toEqual([]);
  expect(text.match(/additionalProperties: (?:true|false)/g)).toHaveLength(1);
});

test("a model that nobody uses leaves a bundle, even where nothing says that files have no side effects", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { model as used } from "./generated/models/${id}.ts";
        import { model as unused } from "./generated/models/wan-ai/wan-2.7/edit.ts";
        console.log(used);`,
      resolveDir: new URL("../../..", import.meta.url).pathname,
      loader: "ts",
    },
    bundle: true,
    format: "esm",
    write: false,
    plugins: [
      {
        name: "side effects",
        setup: ({ onResolve }) =>
          onResolve({ filter: /^\./ }, ({ path, resolveDir }) => ({
            path: join(resolveDir, path.replace(/\.js$/, ".ts")),
            sideEffects: true,
          })),
      },
    ],
  });
  expect(outputFiles[0]!.text).toContain(id);
  expect(outputFiles[0]!.text).not.toContain("wan-ai/wan-2.7/edit");
});

describe("a bundle of the catalogue", () => {
  const root = new URL("../../..", import.meta.url).pathname;
  const bundlers: { readonly [name: string]: (entry: string) => Promise<readonly string[]> } = {
    esbuild: async (entry) => {
      const { outputFiles } = await build({
        entryPoints: [join(root, entry)],
        bundle: true,
        splitting: true,
        format: "esm",
        outdir: root,
        write: false,
      });
      return outputFiles.map(({ text }) => text);
    },
    "Vite, with Rolldown": async (entry) => {
      const vite = createRequire(createRequire(import.meta.url).resolve("vitest/package.json")).resolve(
        "vite",
      );
      const { build: buildWithVite } = (await import(vite)) as typeof import("vite");
      const built = await buildWithVite({
        configFile: false,
        logLevel: "silent",
        build: { write: false, lib: { entry: join(root, entry), formats: ["es"] } },
      });
      const { output } = [built].flat()[0] as { readonly output: readonly { readonly code?: string }[] };
      return output.map(({ code = "" }) => code);
    },
  };

  test.for(
    Object.keys(bundlers).flatMap((name) => [
      [name, "sources", "generated/catalogue.ts"] as const,
      [name, "compiled code", "dist/generated/catalogue.js"] as const,
    ]),
  )("by %s, from %s, has a chunk of its own for each model", async ([name, , entry]) => {
    const chunks = await bundlers[name]!(entry);
    // The check, which all models share, reads the keyword; a model's data states it.
    const carrying = chunks.filter((code) => /additionalProperties: ?(true|false|![01])/.test(code));
    expect(carrying).toHaveLength(generated.entries.length);
    expect(chunks.filter((code) => /\bimport\(/.test(code))).toHaveLength(1);
  });
});
