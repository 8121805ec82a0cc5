// Bundle bytes of "submit and wait", minified and gzipped, beside other clients; and what one more model adds. As a single file, with
// what only faults, prices and the catalogue need; and as Vite splits it: what a call loads whose input is fine.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { printTable } from "./support/measure.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const here = join(root, "bench");
const requireOfRoot = createRequire(join(root, "package.json"));
const { build } = requireOfRoot("esbuild");

const measure = async (contents, resolveDir = root) => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader: "js" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "error",
    // This project's own map of paths would lead to its sources.
    tsconfigRaw: {},
  });
  const [file] = outputFiles;
  return { minified: file.contents.length, gzip: gzipSync(file.contents, { level: 9 }).length };
};

/** The first file of a build by Vite, which leaves out what is behind `import()`. */
const measureFirstLoad = async (contents) => {
  const { build: buildByVite } = await import(pathToFileURL(requireOfRoot.resolve("vite")).href);
  const page = "\0page";
  const { output } = await buildByVite({
    configFile: false,
    root,
    logLevel: "error",
    plugins: [
      {
        name: "page",
        resolveId: (id) => (id === "page" ? page : undefined),
        load: (id) => (id === page ? contents : undefined),
      },
    ],
    build: {
      write: false,
      modulePreload: { polyfill: false },
      target: "es2022",
      rollupOptions: { input: "page" },
    },
  });
  const { code } = output.find(({ isEntry }) => isEntry);
  return { minified: code.length, gzip: gzipSync(code, { level: 9 }).length };
};

const models = [
  "bytedance/seedance-v1.5-pro/image-to-video",
  "runwayml/runway-aleph/video-to-video",
  "community/infinite-talk/image-to-video",
];
const limits = { oneModel: 16_000, bareIds: 12_000, furtherModel: 300 };
const aims = { oneModel: 14_500, bareIds: 11_000 };
const program = (ids) =>
  `import { createClient } from "runcomfy-models";
${ids.map((id, index) => `import * as m${index} from "runcomfy-models/models/${id}";`).join("\n")}
const client = createClient({ token: "t", allowTokenInBrowser: true });
${ids.map((_, index) => `client.run(m${index}.model, JSON.parse(globalThis.input)).then(console.log);`).join("\n")}`;

const one = await measure(program(models.slice(0, 1)));
const first = await measureFirstLoad(program(models.slice(0, 1)));
const three = await measure(program(models));
const bare = await measure(`import { createClient } from "runcomfy-models";
createClient({ token: "t", allowTokenInBrowser: true }).run("a/b", JSON.parse(globalThis.input)).then(console.log);`);
const furtherModel = (three.gzip - one.gzip) / 2;
// The least that any limit has to leave room for: what a page has without a client.
const floor = await measure(`import createApi from "openapi-fetch";
import { model } from "runcomfy-models/models/${models[0]}";
createApi({ baseUrl: "https://localhost" }).POST("/a", { body: model["~standard"].validate(globalThis.input) });`);
const rivals = {
  replicate: `import Replicate from "replicate"; new Replicate({ auth: "t" }).run("a/b", { input: {} }).then(console.log);`,
  "@runwayml/sdk": `import RunwayML from "@runwayml/sdk"; new RunwayML({ apiKey: "t" }).imageToVideo.create({}).waitForTaskOutput().then(console.log);`,
  "@fal-ai/client": `import { createFalClient } from "@fal-ai/client"; createFalClient({ credentials: "t" }).subscribe("a/b", { input: {} }).then(console.log);`,
};
const rows = [
  {
    program: "openapi-fetch and one model with its input check, no client",
    ...floor,
    "times ours": (floor.gzip / one.gzip).toFixed(2),
  },
  { program: "runcomfy-models, one model, with its input check", ...one, "times ours": "1.00" },
  { program: "the same, split: loaded first", ...first, "times ours": (first.gzip / one.gzip).toFixed(2) },
  {
    program: "runcomfy-models, each further model",
    minified: (three.minified - one.minified) / 2,
    gzip: furtherModel,
  },
  {
    program: "runcomfy-models, used by bare ids",
    ...bare,
    "times ours": (bare.gzip / one.gzip).toFixed(2),
  },
];
for (const [name, source] of Object.entries(rivals)) {
  try {
    const size = await measure(source, here);
    rows.push({ program: name, ...size, "times ours": (size.gzip / one.gzip).toFixed(2) });
  } catch (error) {
    rows.push({
      program: `${name} (does not bundle for a browser: ${String(error.message).split("\n")[0]})`,
    });
  }
}
printTable("Bytes of a browser bundle", rows);
printTable("Against the limits (bytes, minified and gzipped)", [
  toLimit("one model with its check", one.gzip, limits.oneModel, aims.oneModel),
  toLimit("a client used by bare ids", bare.gzip, limits.bareIds, aims.bareIds),
  toLimit("each further model", furtherModel, limits.furtherModel),
]);

function toLimit(what, gzip, limit, aim) {
  return { what, gzip, limit, aim, holds: gzip <= limit ? "yes" : "NO" };
}
