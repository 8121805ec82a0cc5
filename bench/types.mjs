// What the generated types cost the type checker: one call through a module with 5, 10, 100 and 1,000 models beside it,
// one call through the catalogue's `load(id)`, from sources and from compiled declarations, and the same call through
// @fal-ai/client's typed endpoints.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compilerOptions } from "./support/compiler-options.mjs";
import { printTable, runNode, temporaryFolder } from "./support/measure.mjs";
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

const programs = [];

/** Adds a program of one file; `base` names the one that its time is compared with. */
const add = (program, folder, source, base) => {
  const name = `main-${programs.length}`;
  const place = join(work, folder);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `${name}.ts`), source);
  writeFileSync(
    join(place, `${name}.json`),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, allowImportingTsExtensions: true },
      files: [`${name}.ts`],
    }),
  );
  programs.push({ program, base, config: join(place, `${name}.json`), results: {} });
};

/** Type-checks a program once with one checker; keeps the fastest whole process, and how many types it made. */
const check = async ({ program, config, results }, checker) => {
  const run = await runNode([checkers[checker], "-p", config, "--extendedDiagnostics"], { cwd: work });
  if (run.status !== 0) throw new Error(`${program}: ${run.output.slice(0, 3000)}`);
  const seconds = Math.min(results[checker]?.seconds ?? Infinity, run.seconds);
  results[checker] = { seconds, types: Number(/^Types:\s+(\d+)/m.exec(run.output)[1]) };
};

const call = (from) => `import { createClient } from "runcomfy-models";
import * as module from "${from}";
const client = createClient();
export const run = async () => (await client.run(module.model, { prompt: "x", first_frame_image_url: "https://example.com/a.png", duration: 5 })).output.video;
`;

add(
  "fetch alone",
  "empty",
  `export const answer = await fetch("https://example.com").then((reply) => reply.json());\n`,
);
add(
  "one call, the package's own module",
  "own",
  call("runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video"),
);
const counts = [5, 10, 100, 1000];
for (const count of counts) {
  const specs = join(work, `specs-${count}`);
  writeSyntheticSpecs(specs, count);
  const out = join(work, `program-${count}/runcomfy`);
  execFileSync(
    process.execPath,
    [join(root, "codegen/bin/runcomfy-codegen.js"), "generate", "--specs", specs, "--out", out],
    { stdio: "ignore" },
  );
  add(
    `one call, ${count} models`,
    `program-${count}`,
    call(`./runcomfy/models/${syntheticId(2)}.js`),
    "one call, 5 models",
  );
}
const loaded = `import { createClient } from "runcomfy-models";
import { createCatalogue } from "runcomfy-models/catalogue";
import * as generated from "./runcomfy/catalogue.js";
const client = createClient();
const catalogue = createCatalogue<generated.Models>(generated);
const { model } = await catalogue.load("${syntheticId(2)}");
export const run = async () => (await client.run(model, { prompt: "x", first_frame_image_url: "https://example.com/a.png", duration: 5 })).output.video;
`;
add("one call by id, 1,000 models as sources", "program-1000", loaded, "one call, 5 models");
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
add("one call by id, 1,000 models compiled", "compiled", loaded, "one call, 5 models");
const rival = "@fal-ai/client, one typed endpoint";
add(
  rival,
  "fal",
  `import { fal } from "@fal-ai/client";
export const run = async () => (await fal.subscribe("fal-ai/flux/dev", { input: { prompt: "x" } })).data.images;
`,
  "one call, 5 models",
);

// In rounds, so that whatever else the machine does meets all programs alike.
for (let round = 0; round < times; round++)
  for (const program of programs) for (const checker of Object.keys(checkers)) await check(program, checker);

const rows = programs.flatMap(({ program, base, results }) =>
  Object.entries(results).map(([checker, { seconds, types }]) => {
    const fetched = programs[0].results[checker];
    const other = programs.find((each) => each.program === base)?.results[checker];
    return {
      program,
      checker,
      "types beyond fetch": types - fetched.types,
      s: seconds,
      "s beyond fetch": seconds - fetched.seconds,
      ratio: other ? (seconds / other.seconds).toFixed(2) : "",
    };
  }),
);
const seconds = (program, checker) =>
  programs.find((each) => each.program === program).results[checker].seconds;
const byId = programs.map(({ program }) => program).filter((program) => program.includes("by id"));
printTable(
  `Type-checking one call (fastest of ${times} whole processes; ratio to the program with 5 models)`,
  rows,
);
printTable(
  "One call by id, 1,000 models, beside @fal-ai/client's typed endpoint",
  byId.flatMap((program) =>
    Object.keys(checkers).map((checker) => ({
      program,
      checker,
      s: seconds(program, checker),
      "rival / ours": (seconds(rival, checker) / seconds(program, checker)).toFixed(2),
    })),
  ),
);
console.log(
  "\nCeilings: 150 types and 0.05 s beyond a program that only calls fetch; ratio 1.1 from 10 to 1,000 models; 1 s by id, and the rival's time.",
);
