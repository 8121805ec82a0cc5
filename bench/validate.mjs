// What the input check costs: time for one input, and bytes in a bundle. ajv and zod in the same run.
// node bench/validate.mjs [--json]; exits 1 when a ceiling is broken.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const ceilings = { nanosecondsPerInput: 2000, checkBytes: 1100, bundleBytes: 3400 };
const modelId = "bytedance/seedance-v1.5-pro/image-to-video";

const bundle = async (code, external = []) => {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["import"],
    external,
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
};
const gzipped = (text) => gzipSync(text, { level: 9 }).length;

/** The best of seven rounds: noise only ever adds. */
const nanoseconds = (run) => {
  let best = Infinity;
  let valid = true;
  for (let i = 0; i < 50_000; i++) valid = run() && valid;
  for (let round = 0; round < 7; round++) {
    const started = process.hrtime.bigint();
    for (let i = 0; i < 100_000; i++) valid = run() && valid;
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 100_000);
  }
  if (!valid) throw new Error("a validator refused the valid input");
  return Math.round(best);
};

const folder = mkdtempSync(join(tmpdir(), "bench-validate-"));
try {
  const file = join(folder, "check.mjs");
  writeFileSync(file, await bundle('export { check, checkInput } from "./src/input/check.ts";'));
  const { check, checkInput } = await import(pathToFileURL(file).href);
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const { z } = await import("zod");

  const catalogue = JSON.parse(readFileSync(join(root, "generated/catalogue.json"), "utf8"));
  const model = catalogue.models.find(({ id }) => id === modelId);
  const input = {
    prompt: "A gentle breeze.",
    first_frame_image_url: "https://example.com/first.png",
    resolution: "720p",
    ratio: "16:9",
    duration: 5,
    generate_audio: true,
    camera_fixed: false,
  };

  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const compiled = ajv.compile(model.input);
  const zodSchema = z.strictObject({
    prompt: z.string(),
    first_frame_image_url: z.string(),
    resolution: z.enum(model.input.properties.resolution.enum).optional(),
    ratio: z.enum(model.input.properties.ratio.enum).optional(),
    duration: z.literal(model.input.properties.duration.enum).optional(),
    generate_audio: z.boolean().optional(),
    camera_fixed: z.boolean().optional(),
  });

  const rows = [
    { name: "check (the schema)", run: () => check(model.input, input).length === 0 },
    { name: "checkInput (JSON, schema, media)", run: () => checkInput(model, input).length === 0 },
    { name: "ajv, compiled", run: () => compiled(input) },
    { name: "zod", run: () => zodSchema.safeParse(input).success },
    {
      name: "zod, jitless (as under a strict CSP)",
      run: () => zodSchema.safeParse(input, { jitless: true }).success,
    },
  ].map(({ name, run }) => ({ name, ns: nanoseconds(run) }));
  rows.push({ name: "ajv, compile and one check", ns: compileOnce(Ajv2020, model.input, input) });

  const own = ["../errors/issue.js", "./sendable.js", "./json-value.js", "./mismatch.js"];
  const zodUse = 'import * as z from "zod"; export const schema = z.strictObject({ prompt: z.string() });';
  const bytes = [
    {
      name: "src/input/check.ts alone",
      bytes: gzipped(await bundle('export * from "./src/input/check.ts";', own)),
    },
    {
      name: "check with all it imports",
      bytes: gzipped(await bundle('export { check } from "./src/input/check.ts";')),
    },
    {
      name: "checkInput with all it imports",
      bytes: gzipped(await bundle('export { checkInput } from "./src/input/check.ts";')),
    },
    { name: "ajv (2020)", bytes: gzipped(await bundle('export { Ajv2020 } from "ajv/dist/2020.js";')) },
    { name: "zod, strictObject of a string", bytes: gzipped(await bundle(zodUse)) },
  ];

  report(rows, bytes);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function compileOnce(Ajv2020, schema, input) {
  const started = process.hrtime.bigint();
  for (let i = 0; i < 20; i++) new Ajv2020({ strict: false, validateFormats: false }).compile(schema)(input);
  return Math.round(Number(process.hrtime.bigint() - started) / 20);
}

function report(rows, bytes) {
  if (process.argv.includes("--json")) console.log(JSON.stringify({ rows, bytes, ceilings }));
  else {
    const base = rows[1].ns;
    console.log(`One valid input of ${modelId}`);
    for (const { name, ns } of rows) {
      console.log(
        `  ${name.padEnd(38)}${`${ns} ns`.padStart(14)}${`${(ns / base).toFixed(2)}x`.padStart(12)}`,
      );
    }
    console.log("Minified and gzipped");
    for (const { name, bytes: size } of bytes) console.log(`  ${name.padEnd(38)}${`${size} B`.padStart(14)}`);
  }
  const broken = [
    rows[1].ns > ceilings.nanosecondsPerInput &&
      `checkInput took ${rows[1].ns} ns, over ${ceilings.nanosecondsPerInput}`,
    bytes[0].bytes > ceilings.checkBytes && `validate.ts is ${bytes[0].bytes} B, over ${ceilings.checkBytes}`,
    bytes[2].bytes > ceilings.bundleBytes &&
      `checkInput is ${bytes[2].bytes} B, over ${ceilings.bundleBytes}`,
  ].filter(Boolean);
  for (const line of broken) console.error(`Over the ceiling: ${line}`);
  if (broken.length > 0) process.exitCode = 1;
}
