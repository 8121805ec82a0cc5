// What the generated types cost the type checker: one call through a module with 1, 10, 100 and 1,000 models in the package,
// one call through the catalogue's `load(id)`, from sources and from compiled declarations, and the same call through
// @fal-ai/client's typed endpoints.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, printTable, runNode, temporaryFolder } from "./support/measure.mjs";
import { syntheticId, writeSyntheticSpecs } from "./support/synthetic-specs.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const here = join(root, "bench");
const checkers = {
  "TypeScript 5.9": join(root, "node_modules/typescript/bin/tsc"),
  "TypeScript 7": join(root, "node_modules/typescript7/bin/tsc"),
};
const times = Number(process.env.RUNS ?? 5);
const work = temporaryFolder();
mkdirSync(join(work, "node_modules/@fal-ai"), { recursive: true });
symlinkSync(root, join(work, "node_modules/runcomfy-models"));
symlinkSync(join(here, "node_modules/@fal-ai/client"), join(work, "node_modules/@fal-ai/client"));

/** Type-checks one program on its own; seconds of the whole process, and how many types the checker made. */
const check = async (name, source) => {
  const folder = join(work, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "main.ts"), source);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "es2022",
        lib: ["es2023", "dom"],
        module: "esnext",
        moduleResolution: "bundler",
        strict: true,
        skipLibCheck: true,
        noEmit: true,
        types: [],
        allowImportingTsExtensions: true,
      },
      files: ["main.ts"],
    }),
  );
  const result = {};
  for (const [checker, path] of Object.entries(checkers)) {
    const seconds = [];
    let types = 0;
    for (let run = 0; run < times; run++) {
      const {
        seconds: wall,
        output,
        status,
      } = await runNode([path, "-p", folder, "--extendedDiagnostics"], { cwd: work });
      if (status !== 0) throw new Error(`${name}: ${output.slice(0, 3000)}`);
      seconds.push(wall);
      types = Number(/^Types:\s+(\d+)/m.exec(output)[1]);
    }
    result[checker] = { seconds: median(seconds), types };
  }
  return result;
};

const call = (from) => `import { createClient } from "runcomfy-models";
import * as module from "${from}";
const client = createClient();
export const run = async () => (await client.run(module.model, { prompt: "x", first_frame_image_url: "https://example.com/a.png", duration: 5 })).output.video;
`;

const baseline = await check(
  "empty",
  `export const answer = await fetch("https://example.com").then((reply) => reply.json());\n`,
);
const rows = [];
const add = (program, result, against) => {
  for (const checker of Object.keys(checkers)) {
    rows.push({
      program,
      checker,
      "types beyond fetch": result[checker].types - baseline[checker].types,
      s: result[checker].seconds,
      "s beyond fetch": result[checker].seconds - baseline[checker].seconds,
      ratio: against ? (result[checker].seconds / against[checker].seconds).toFixed(2) : "",
    });
  }
};

add(
  "one call, the package's own module",
  await check("own", call("runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video")),
);
let one;
for (const count of [5, 10, 100, 1000]) {
  const specs = join(work, `specs-${count}`);
  writeSyntheticSpecs(specs, count);
  const out = join(work, `program-${count}/runcomfy`);
  execFileSync(
    process.execPath,
    [join(root, "codegen/bin/runcomfy-codegen.js"), "generate", "--specs", specs, "--out", out],
    { stdio: "ignore" },
  );
  const result = await check(`program-${count}`, call(`./runcomfy/models/${syntheticId(2)}.js`));
  one ??= result;
  add(`one call, ${count} models`, result, one);
}
const loaded = `import { createClient } from "runcomfy-models";
import { createCatalogue } from "runcomfy-models/catalogue";
import * as generated from "./runcomfy/catalogue.js";
const client = createClient();
const catalogue = createCatalogue<generated.Models>(generated);
const { model } = await catalogue.load("${syntheticId(2)}");
export const run = async () => (await client.run(model, { prompt: "x", first_frame_image_url: "https://example.com/a.png", duration: 5 })).output.video;
`;
add("one call by id, 1,000 models as sources", await check("program-1000", loaded), one);
// As a package has them: compiled once, by its author.
const library = join(work, "library");
mkdirSync(library);
cpSync(join(work, "program-1000/runcomfy"), join(library, "runcomfy"), { recursive: true });
writeFileSync(
  join(library, "tsconfig.json"),
  JSON.stringify({
    compilerOptions: {
      target: "es2022",
      lib: ["es2023", "dom"],
      module: "esnext",
      moduleResolution: "bundler",
      strict: true,
      skipLibCheck: true,
      declaration: true,
      outDir: join(work, "compiled/runcomfy"),
      rootDir: "runcomfy",
      types: [],
    },
    include: ["runcomfy"],
  }),
);
execFileSync(process.execPath, [checkers["TypeScript 5.9"], "-p", library], { stdio: "inherit" });
add("one call by id, 1,000 models compiled", await check("compiled", loaded), one);
add(
  "@fal-ai/client, one typed endpoint",
  await check(
    "fal",
    `import { fal } from "@fal-ai/client";
export const run = async () => (await fal.subscribe("fal-ai/flux/dev", { input: { prompt: "x" } })).data.images;
`,
  ),
  one,
);
for (const checker of Object.keys(checkers))
  rows.push({
    program: "fetch alone",
    checker,
    "types beyond fetch": 0,
    s: baseline[checker].seconds,
    "s beyond fetch": 0,
    ratio: "",
  });
printTable(
  `Type-checking one call (median of ${times} whole processes; ratio to the program with 5 models)`,
  rows,
);
console.log(
  "\nCeilings: 300 types and 0.05 s beyond a program that only calls fetch; ratio 1.1 from 10 to 1,000 models; 1 s by id.",
);
