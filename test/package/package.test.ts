import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, minify, runInBareContext } from "./bundles.js";
import { describeSurface } from "../../scripts/surface.mjs";
import {
  type Workshop,
  compilers,
  linkDependency,
  makeConsumer,
  modelSubpaths,
  openWorkshop,
  readText,
  root,
  run,
  typeCheck,
} from "./packages.js";
import { judgePacking, judgeTypes } from "./verdicts.js";

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop?.remove());

/** Every subpath that the package offers; for the pattern of models, one of them. */
const subpaths = (): string[] =>
  Object.keys(workshop.models.manifest.exports).map((path) =>
    path.replace("*", "bytedance/seedance-v1.5-pro/image-to-video"),
  );
const codeSubpaths = (): string[] => subpaths().filter((path) => !path.endsWith(".json"));
const specifier = (path: string): string => path.replace(/^\./, "runcomfy-models");

/** The bundler's comments that say which source the code below them is of. */
function findSources(code: string): readonly string[] {
  return code.match(/^\/\/ (?:src|generated)\/.*\.ts$/gm) ?? [];
}

describe("the tarballs", () => {
  test("hold the command, the compiled code, the shipped data and nothing else", () => {
    const { files } = workshop.models;
    const compiled = /^dist\/(?:src|generated)\/.*\.(?:js|d\.ts)$/;
    expect(files.filter((path) => !compiled.test(path))).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "bin/runcomfy-models.js",
      "dist/studio/icon.svg",
      "dist/studio/index.html",
      "dist/studio/studio.css",
      "dist/studio/studio.js",
      "generated/catalogue.json",
      "generated/openapi.json",
      "package.json",
    ]);
    const other = workshop.codegen.files.filter(
      (path) => !/^dist\/(?:codegen|src)\/.*\.(?:js|d\.ts)$/.test(path),
    );
    expect(other).toEqual([
      "LICENSE",
      "README.md",
      "bin/runcomfy-codegen.js",
      "dist/LICENSES.txt",
      "dist/api.json",
      ...other.filter((path) => path.endsWith(".hbs")),
      "dist/spec.schema.json",
      "package.json",
    ]);
    expect(workshop.mcp.files.filter((path) => !/^dist\/.*\.js$/.test(path))).toEqual([
      "LICENSE",
      "README.md",
      "bin/runcomfy-mcp.js",
      "package.json",
    ]);
  });

  test("hold no file whose source is gone", () => {
    const own = workshop.mcp.files.filter((path) => path.startsWith("dist/"));
    const written = own.map((path) => path.replace(/^dist\/(.*)\.js$/, "mcp/$1.ts"));
    expect(written.filter((path) => readSource(path) === undefined)).toEqual([]);
    for (const { files } of [workshop.models, workshop.codegen]) {
      const sources = files
        .filter((path) => /^dist\/(?!studio\/|src\/chunks\/).*\.(?:js|d\.ts)$/.test(path))
        .map((path) => path.replace(/^dist\//, "").replace(/(?:\.d\.ts|\.js)$/, ".ts"));
      expect(sources.filter((path) => readSource(path) === undefined)).toEqual([]);
    }
  });

  test("hold each source in one file, however many entries need it", async () => {
    const folder = await makeConsumer(workshop, "once", {});
    const published = join(folder, "node_modules/runcomfy-models");
    const sources = workshop.models.files
      .filter((path) => path.endsWith(".js") && path.startsWith("dist/"))
      .flatMap((path) => [...new Set(findSources(readFileSync(join(published, path), "utf8")))]);
    expect(sources).toContain("// src/client.ts");
    expect(sources.filter((source, at) => sources.indexOf(source) < at)).toEqual([]);
  });

  test("name no source map, since none is shipped", async () => {
    const every = [workshop.models, workshop.codegen, workshop.mcp];
    const folder = await makeConsumer(workshop, "whole", {}, every);
    for (const packed of every) {
      const pointing = packed.files
        .filter((path) => path.endsWith(".js") || path.endsWith(".d.ts"))
        .filter((path) =>
          /sourceMappingURL=/.test(readFileSync(join(folder, "node_modules", packed.name, path), "utf8")),
        );
      expect(pointing).toEqual([]);
    }
  });

  test("run nothing when they are installed, carry the licence and have no side effects", () => {
    for (const { manifest } of [workshop.models, workshop.codegen, workshop.mcp]) {
      const installing = Object.keys(manifest.scripts ?? {}).filter((name) =>
        /^(?:pre|post)?install$/.test(name),
      );
      expect(installing).toEqual([]);
      expect(manifest.license).toBe("MIT");
      expect(manifest.sideEffects).toBe(false);
    }
  });

  test("are of one version", () => {
    const { version } = workshop.models.manifest;
    expect([workshop.codegen, workshop.mcp].map(({ manifest }) => manifest.version)).toEqual([
      version,
      version,
    ]);
    expect(workshop.mcp.manifest.dependencies?.["runcomfy-models"]).toBe(`^${version}`);
  });

  test("of the MCP server need its protocol and the client, and serve an agent", async () => {
    expect(Object.keys(workshop.mcp.manifest.dependencies ?? {})).toEqual([
      "@modelcontextprotocol/server",
      "runcomfy-models",
    ]);
    const folder = await makeConsumer(workshop, "agent", {}, [workshop.models, workshop.mcp]);
    const bin = join(folder, "node_modules/runcomfy-mcp", workshop.mcp.manifest.bin["runcomfy-mcp"]!);
    const client = new Client({ name: "agent", version: "1.0.0" });
    const env = { PATH: process.env["PATH"] ?? "", HOME: folder, XDG_STATE_HOME: folder };
    const args = [bin, "--emulate", "--max-usd", "1", "--assume-usd", "0.1", "--save", join(folder, "saved")];
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env, cwd: folder }));
    const input = { prompt: "Rain." };
    const order = { model: "wan-ai/wan-2.7/text-to-video", key: "a", input };
    await client.callTool({ name: "submit", arguments: order });
    await client.callTool({ name: "wait", arguments: { job: "a" } });
    const saved = await client.callTool({ name: "save", arguments: { job: "a" } });
    await client.close();
    expect(saved.content).toEqual([
      { type: "text", text: expect.stringContaining("video/mp4") },
      expect.objectContaining({ type: "resource_link", mimeType: "video/mp4" }),
      expect.objectContaining({ type: "resource_link", mimeType: "application/json" }),
    ]);
  });

  test("need only openapi-fetch and commander to call models", () => {
    expect(Object.keys(workshop.models.manifest.dependencies ?? {}).sort()).toEqual([
      "commander",
      "openapi-fetch",
    ]);
  });

  test("bring the generator no version of a package that has a known hole", async () => {
    const { manifest } = workshop.codegen;
    // json-schema-to-typescript asks for json-schema-ref-parser 11, and an override of ours reaches nobody else.
    expect(Object.keys(manifest.dependencies ?? {}).sort()).toEqual([
      "commander",
      "handlebars",
      "jiti",
      "openapi-fetch",
      "oxfmt",
      "parse5",
    ]);
    const folder = await makeConsumer(workshop, "mended", {}, [workshop.codegen]);
    const published = join(folder, "node_modules/runcomfy-codegen/dist");
    const licences = readFileSync(join(published, "LICENSES.txt"), "utf8");
    const [, major] = /^@apidevtools\/json-schema-ref-parser (\d+)/m.exec(licences)!;
    expect(Number(major)).toBeGreaterThanOrEqual(15);
    const library = readFileSync(join(published, "codegen/targets/models/declaration-library.js"), "utf8");
    expect(library).not.toMatch(/from ?"json-schema|require\("(?:json-schema|@apidevtools)/);
  });

  test("give the generator's functions to programs, typed", async () => {
    const program = `import { generate, importPages, diff, defineConfig } from "runcomfy-codegen";
const config = defineConfig({ specs: "specs", out: "out" });
const { ok, created } = await generate(config);
const pages = await importPages({ files: ["none.html"] });
console.log(ok, created.length > 0, pages[0].state, typeof diff);`;
    const files = { "specs/a/b.json": '{"properties":{"prompt":{"type":"string"}}}', "use.mjs": program };
    const folder = await makeConsumer(workshop, "functions", files, [workshop.codegen]);
    const { stdout, stderr } = await run(process.execPath, ["use.mjs"], folder);
    expect({ stdout, stderr }).toEqual({ stdout: "true true refused function\n", stderr: "" });
  });

  test("point every export at files that are there", () => {
    const { exports } = workshop.models.manifest;
    const targets = Object.values(exports)
      .flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry)))
      .filter((target) => target !== null)
      .map((target) => target.replace("*", "bytedance/seedance-v1.5-pro/image-to-video").replace("./", ""));
    expect(targets.filter((target) => !workshop.models.files.includes(target))).toEqual([]);
  });

  test("publint has nothing to say", async () => {
    expect(await judgePacking(workshop.models)).toEqual([]);
    expect(await judgePacking(workshop.codegen)).toEqual([]);
  });

  test("their types fit their code in every way of importing that the package supports", async () => {
    expect(await judgeTypes(workshop.models, codeSubpaths())).toEqual({
      faults: [],
      declined: ["CJSResolvesToESM", "NoResolution"],
    });
  });
});

const readSource = (path: string): string | undefined => {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
};

describe("a TypeScript project that installs the package", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await makeConsumer(workshop, "typescript", {
      "src/all.ts": subpaths()
        .map((path, at) =>
          path.endsWith(".json")
            ? `import data${at} from "${specifier(path)}" with { type: "json" };\nexport const json${at}: object = data${at};`
            : `import * as module${at} from "${specifier(path)}";\nexport const code${at}: object = module${at};`,
        )
        .join("\n"),
      "src/models.ts": modelSubpaths(workshop.models)
        .map(
          (path, at) => `import type { Input as I${at} } from "${specifier(path)}";\nexport type { I${at} };`,
        )
        .join("\n"),
    });
    linkDependency(folder, "@types/node");
    cpSync(join(root, "test/types/public"), join(folder, "src/public"), { recursive: true });
  });

  test.for([
    ["typescript", "nodenext", "nodenext"],
    ["typescript", "bundler", "preserve"],
    ["typescript7", "nodenext", "nodenext"],
    ["typescript7", "bundler", "preserve"],
  ] as const)(
    "compiles with %s and %s resolution, wrong uses do not",
    async ([compiler, moduleResolution, module]) => {
      expect(compilers).toContain(compiler);
      const lines = await typeCheck(folder, compiler, { moduleResolution, module, types: ["node"] });
      expect(lines).toEqual([]);
    },
  );
});

test("a page's TypeScript compiles without Node's types", async () => {
  const folder = await makeConsumer(workshop, "page", {
    "src/client.ts": readText("test/types/public/client.ts"),
  });
  const lines = await typeCheck(folder, "typescript7", {
    moduleResolution: "bundler",
    module: "preserve",
    lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"],
  });
  expect(lines).toEqual([]);
});

test.each(compilers)(
  "a library can give out what jobs and models give: %s writes its declarations",
  async (compiler) => {
    const folder = await makeConsumer(workshop, `library-${compiler}`, {
      "src/jobs.ts": `import { createClient, type Client } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
const client: Client = createClient();
export const run = (prompt: string) => client.run(model, { prompt });
export const find = (id: string) => client.job(model, id);`,
      "src/loaded.ts": `import { load } from "runcomfy-models/catalogue";
export const loaded = () => load("wan-ai/wan-2.7/text-to-video");`,
      "src/wrapped.ts": `import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
export const models = { model };`,
    });
    for (const [moduleResolution, module] of [
      ["nodenext", "nodenext"],
      ["bundler", "preserve"],
    ]) {
      const lib = ["es2023", "dom"];
      const options = { moduleResolution, module, lib, declaration: true };
      expect(await typeCheck(folder, compiler, options)).toEqual([]);
    }
  },
);

const program = `
const emulator = await startEmulator({ queueMs: 0, runMs: 0 });
try {
  const client = createClient({ baseUrl: emulator.url, token: emulator.token });
  const result = await client.run(model, { prompt: "Rain on a tin roof." });
  const { files } = await save(result, { directory: "out", model, allowLocalhost: true });
  console.log(JSON.stringify({ id: model.id, charged: emulator.charged, files: files.map(({ bytes }) => bytes > 0) }));
} finally {
  await emulator.close();
}`;
const saved = { id: "wan-ai/wan-2.7/text-to-video", charged: 1, files: [true] };

describe("a JavaScript program that installs the package", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await makeConsumer(workshop, "javascript", {
      "esm.mjs": `import { createClient } from "runcomfy-models";
import { startEmulator } from "runcomfy-models/emulator";
import { save } from "runcomfy-models/node";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
${program}`,
      "required.cjs": `const { createClient } = require("runcomfy-models");
const { startEmulator } = require("runcomfy-models/emulator");
const { save } = require("runcomfy-models/node");
const { model } = require("runcomfy-models/models/wan-ai/wan-2.7/text-to-video");
(async () => {${program}})();`,
      "names.mjs": `const names = {};
for (const path of ${JSON.stringify(subpaths())}) {
  const json = path.endsWith(".json");
  names[path] = Object.keys(await import(path.replace(/^\\./, "runcomfy-models"), json ? { with: { type: "json" } } : {}));
}
console.log(JSON.stringify(names));`,
    });
  });

  test("imports it, runs a job on the emulator and saves the file", async () => {
    const { stdout, stderr, code } = await run(process.execPath, ["esm.mjs"], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual(saved);
  });

  test("requires it", async () => {
    const { stdout, code } = await run(process.execPath, ["required.cjs"], folder);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(saved);
  });

  test("finds something at every subpath, and only named exports in code; one of them needs React", async () => {
    const without = await run(process.execPath, ["names.mjs"], folder);
    expect(without.stderr).toContain("Cannot find package 'react'");
    linkDependency(folder, "react");
    const { stdout, stderr } = await run(process.execPath, ["names.mjs"], folder);
    expect(stderr.replace(/^.*ExperimentalWarning.*\n.*\n/m, "")).toBe("");
    const names = JSON.parse(stdout) as { [path: string]: string[] };
    const empty = Object.entries(names).filter(([, found]) => found.length === 0);
    expect(empty).toEqual([["./shared", []]]); // types alone
    expect(codeSubpaths().filter((path) => names[path]!.includes("default"))).toEqual([]);
  });

  test("measures a video, in a process that the package starts from its own files", async () => {
    for (const name of ["mediabunny", "image-size"]) linkDependency(folder, name);
    cpSync(join(root, "test/fixtures/media/clip.mp4"), join(folder, "clip.mp4"));
    const text = `import { checkMedia } from "runcomfy-models/node";
const video = { type: "string", "x-media": { below: { duration_seconds: 10 } } };
const model = { input: { type: "object", properties: { video }, additionalProperties: false } };
const options = { allowLocalFiles: true, timeoutMs: 100_000 };
const { measured, warnings } = await checkMedia(model, { video: "clip.mp4" }, options);
console.log(JSON.stringify([measured.get("/video")?.seconds, warnings.map(({ message }) => message)]));`;
    const words = ["--input-type=module", "-e", text];
    const { stdout, stderr } = await run(process.execPath, words, folder);
    expect({ stdout, stderr }).toEqual({ stdout: "[3,[]]\n", stderr: "" });
  });

  test("its own Node modules stay closed to it", async () => {
    const { code, stderr } = await run(
      process.execPath,
      ["-e", 'import("runcomfy-models/dist/src/http.js")'],
      folder,
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });

  test("its command answers", async () => {
    const bin = join(
      folder,
      "node_modules/runcomfy-models",
      workshop.models.manifest.bin["runcomfy-models"]!,
    );
    const { stdout, code } = await run(process.execPath, [bin, "--version"], folder);
    expect({ stdout, code }).toEqual({ stdout: `${workshop.models.manifest.version}\n`, code: 0 });
  });

  test("its command lists the shipped models", async () => {
    const bin = join(
      folder,
      "node_modules/runcomfy-models",
      workshop.models.manifest.bin["runcomfy-models"]!,
    );
    const { stdout } = await run(process.execPath, [bin, "models", "--json"], folder);
    expect((JSON.parse(stdout) as unknown[]).length).toBe(modelSubpaths(workshop.models).length);
  });
});

const page = `
import { createClient, InputError } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
globalThis.outcome = (async () => {
  const client = createClient({ token: "a-token-of-tests", baseUrl: "https://proxy.example", allowTokenInBrowser: true, fetch: globalThis.answer, minPollIntervalMs: 1 });
  const refused = await client.submit(model, { prompt: 5 }).catch((error) => error instanceof InputError);
  const { output } = await client.run(model, { prompt: "Rain." });
  return { refused, output };
})();
`;
const platforms = {
  browser: { platform: "browser", conditions: [] },
  worker: { platform: "neutral", conditions: ["workerd", "worker", "edge-light", "browser"] },
  "worker without the browser's condition": { platform: "neutral", conditions: ["workerd", "worker"] },
} as const;

describe("a bundle", () => {
  test.for(Object.entries(platforms))(
    "for a %s holds no module of Node's and runs a job",
    async ([, options]) => {
      const folder = await makeConsumer(workshop, `bundle-${options.platform}-${options.conditions.length}`, {
        "page.js": page,
      });
      const { code, inputs, outside } = await bundle(folder, page, options);
      expect(outside).toEqual([]);
      expect(inputs.filter((path) => /dist\/src\/(?:node|cli|emulator)\//.test(path))).toEqual([]);
      expect(await runInBareContext(code)).toEqual({
        refused: true,
        output: { video: "https://media.example/1.mp4" },
      });
    },
  );

  test("for a browser refuses the parts that are for Node, and says so when it is made", async () => {
    const folder = await makeConsumer(workshop, "bundle-refused", {});
    for (const path of ["node", "emulator"]) {
      const made = bundle(
        folder,
        `import * as all from "runcomfy-models/${path}"; console.log(all);`,
        platforms.browser,
      );
      await expect(made).rejects.toThrow(/runcomfy-models/);
    }
  });

  test("holds every subpath that is not for Node alone", async () => {
    const open = Object.entries(workshop.models.manifest.exports)
      .filter(
        ([path, entry]) => !path.endsWith(".json") && typeof entry !== "string" && entry["browser"] !== null,
      )
      .map(([path]) => path.replace("*", "wan-ai/wan-2.7/text-to-video"));
    const folder = await makeConsumer(workshop, "bundle-open", {});
    linkDependency(folder, "react");
    const text = open.map((path, at) => `export * as m${at} from "${specifier(path)}";`).join("\n");
    const { outside } = await bundle(folder, text, platforms.browser);
    expect(open).toContain(".");
    // Optional packages are loaded when they are used; a page that uses none needs none.
    const optional = Object.keys(workshop.models.manifest.peerDependencies ?? {});
    expect(outside.filter((name) => !optional.includes(name))).toEqual([]);
  });

  test("takes the client from few files, since programs that are not bundled load each of them", async () => {
    const folder = await makeConsumer(workshop, "bundle-files", {});
    const text = `export * from "runcomfy-models";`;
    const { inputs } = await bundle(folder, text, platforms.browser);
    const ours = inputs.filter((path) => path.includes("runcomfy-models/dist/"));
    expect(ours.length).toBeGreaterThan(1);
    expect(ours.length).toBeLessThanOrEqual(12);
  });

  test("drops what a page does not use: no model but the one that is named, no adapter, form or record", async () => {
    const folder = await makeConsumer(workshop, "bundle-small", {});
    const { inputs } = await bundle(folder, page, platforms.browser);
    expect(inputs.filter((path) => path.includes("dist/generated/models/"))).toHaveLength(1);
    const sources = inputs
      .filter((path) => path.includes("runcomfy-models/dist/"))
      .flatMap((path) => findSources(readFileSync(join(folder, path), "utf8")));
    expect(sources).toContain("// src/submit/submit.ts");
    const others = /^\/\/ src\/(?:adapters|attach|batch|catalogue|forms|once|studio)\//;
    expect(sources.filter((line) => others.test(line))).toEqual([]);
  });
});

const checking = `
import { model } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
const { vendor, validate } = model["~standard"];
globalThis.outcome = Promise.resolve({
  vendor,
  names: Object.keys(model),
  paths: validate({ prompt: "Rain.", first_frame_image_url: "a.png", duration: 99 }).issues.map(({ path }) => path.join()),
});
`;
const checked = {
  vendor: "runcomfy-models",
  names: ["id", "input"],
  paths: ["first_frame_image_url", "duration"],
};

describe("a model's check", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await makeConsumer(workshop, "checking", {
      "page.js": checking,
      "node.js": `${checking}console.log(JSON.stringify(await globalThis.outcome));`,
      "many.js": modelSubpaths(workshop.models)
        .map(
          (path, at) => `import { model as m${at} } from "${specifier(path)}"; globalThis.m${at} = m${at};`,
        )
        .join("\n"),
    });
  });

  test.each(["--disable-proto=throw", "--disable-proto=delete", "--disallow-code-generation-from-strings"])(
    "is there in a Node started with %s",
    async (flag) => {
      const { stdout, stderr } = await run(process.execPath, [flag, "node.js"], folder);
      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toEqual(checked);
    },
  );

  test.each(["esbuild", "vite"])("is there when %s has minified it", async (tool) => {
    const code = (await minify(folder, "page.js"))[tool]!;
    expect(await runInBareContext(code)).toEqual(checked);
  });

  test("comes once, however many models a page has", async () => {
    const { esbuild: one } = await minify(folder, "page.js");
    const { esbuild: all } = await minify(folder, "many.js");
    expect(all!.split("runcomfy-models").length).toBe(one!.split("runcomfy-models").length);
    expect(one!.length).toBeLessThan(12_500);
    const models = modelSubpaths(workshop.models).length;
    expect((all!.length - one!.length) / models).toBeLessThan(1_500);
  });
});

describe("a project with specs of its own", () => {
  test("installs the generator, generates, and its modules compile and run against the package", async () => {
    const spec = {
      title: "House",
      input: {
        type: "object",
        properties: { prompt: { type: "string" }, size: { type: "string", enum: ["small", "large"] } },
        required: ["prompt"],
      },
    };
    const folder = await makeConsumer(
      workshop,
      "own-specs",
      {
        "specs/acme/house.json": JSON.stringify(spec),
        "src/use.ts": `import { createClient } from "runcomfy-models";
import { createCatalogue } from "runcomfy-models/catalogue";
import { model, type Input } from "./runcomfy/models/acme/house.js";
import { entries } from "./runcomfy/catalogue.js";
import * as generated from "./runcomfy/catalogue.js";
const input: Input = { prompt: "A house.", size: "small" };
// @ts-expect-error not one of the sizes
const wrong: Input = { prompt: "A house.", size: "huge" };
export const use = async (): Promise<string | undefined> =>
  (await createClient({ token: "t" }).run(model, input)).output.image;
export const ids: string[] = entries.map(({ id }) => id);
const client = createClient({ token: "t" });
const { load } = createCatalogue<generated.Models>(generated);
export const useById = async (): Promise<string | undefined> =>
  (await client.run((await load("acme/house")).model, { prompt: "A house.", size: "small" })).output.image;
export const wrongById = async (): Promise<unknown> =>
  // @ts-expect-error not one of the sizes
  client.run((await load("acme/house")).model, { prompt: "A house.", size: "huge" });
// @ts-expect-error no such model
export const lost = load("acme/hose");
export { wrong };`,
      },
      [workshop.models, workshop.codegen],
    );
    const bin = join(
      folder,
      "node_modules/runcomfy-codegen",
      workshop.codegen.manifest.bin["runcomfy-codegen"]!,
    );
    const words = ["generate", "--specs", "specs", "--out", "src/runcomfy", "--imports", "js"];
    const { code, stderr } = await run(process.execPath, [bin, ...words], folder);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    const again = await run(process.execPath, [bin, ...words, "--check"], folder);
    expect(again.code).toBe(0);
    const lib = { lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"], types: [] };
    for (const compiler of compilers) {
      const nodenext = { ...lib, moduleResolution: "nodenext", module: "nodenext" };
      expect(await typeCheck(folder, compiler, nodenext)).toEqual([]);
      const bundler = { ...lib, moduleResolution: "bundler", module: "preserve", verbatimModuleSyntax: true };
      expect(await typeCheck(folder, compiler, bundler)).toEqual([]);
    }
  });
});

test("the public surface is the one that docs/public-surface.md tells of; `npm run surface` updates it", () => {
  const folder = join(workshop.folder, "whole/node_modules/runcomfy-models");
  expect(describeSurface(folder, join(folder, "../runcomfy-codegen"))).toBe(
    readText("docs/public-surface.md"),
  );
});
