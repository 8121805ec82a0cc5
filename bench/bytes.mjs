// Bundle bytes of "submit and wait", minified and gzipped, beside other clients; and what one more model adds. As a single file, with
// what only faults, prices and the catalogue need; and as Vite splits it: what a call loads whose input is fine.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { median, printTable, runNode } from "./support/measure.mjs";

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
const program = (ids) =>
  `import { createClient } from "runcomfy-models";
${ids.map((id, index) => `import * as m${index} from "runcomfy-models/models/${id}";`).join("\n")}
const client = createClient({ token: "t", allowTokenInBrowser: true });
${ids.map((_, index) => `client.run(m${index}.model, JSON.parse(globalThis.input)).then(console.log);`).join("\n")}`;

const one = await measure(program(models.slice(0, 1)));
const first = await measureFirstLoad(program(models.slice(0, 1)));
const three = await measure(program(models));
// What is there before the first line of a client: the least that any ceiling has to leave room for.
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
    gzip: (three.gzip - one.gzip) / 2,
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
printTable("Against the ceilings", [
  { what: "one model", gzip: one.gzip, ceiling: 6000, ratio: one.gzip / 6000 },
  {
    what: "each further model",
    gzip: (three.gzip - one.gzip) / 2,
    ceiling: 500,
    ratio: (three.gzip - one.gzip) / 1000,
  },
]);

/** Milliseconds that a fresh process spends on one import. */
const importTime = async (specifier, cwd) => {
  const script = `const before = performance.now(); await import(${JSON.stringify(specifier)}); console.log(performance.now() - before);`;
  const runs = [];
  for (let run = 0; run < 7; run++) {
    const { output, status } = await runNode(["--input-type=module", "--eval", script], { cwd });
    if (status !== 0) throw new Error(output);
    runs.push(Number(output));
  }
  return median(runs);
};
const imports = [
  ["runcomfy-models, one model", `runcomfy-models/models/${models[0]}`, root],
  ["runcomfy-models, the client", "runcomfy-models", root],
  ["replicate", "replicate", here],
  ["@fal-ai/client", "@fal-ai/client", here],
];
const importRows = [];
for (const [what, specifier, cwd] of imports)
  importRows.push({ what, milliseconds: await importTime(specifier, cwd) });
printTable(
  "Import in a fresh process (medians of 7)",
  importRows.map((row) => ({ ...row, "times our client": row.milliseconds / importRows[1].milliseconds })),
);
