// How long the installed `runcomfy-codegen generate` takes, beside other generators on the OpenAPI document that it wrote.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureNode, printTable, temporaryFolder } from "./support/measure.mjs";
import { syntheticId, writeSyntheticSpecs } from "./support/synthetic-specs.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const codegen = join(here, "../codegen/bin/runcomfy-codegen.js");
const node24 = join(here, "node_modules/node24/bin/node");
const work = temporaryFolder();
const times = Number(process.env.RUNS ?? 3);
const limits = { nothing: 5, unchanged: 0.6, one: 0.8, megabytes: 300 };

const rows = [];
for (const count of [10, 100, 1000]) {
  const specs = join(work, `specs-${count}`);
  const out = join(work, `out-${count}`);
  writeSyntheticSpecs(specs, count);
  const args = [codegen, "generate", "--specs", specs, "--out", out];
  const nothing = await measureNode(args, {
    times,
    before: () => rmSync(out, { recursive: true, force: true }),
  });
  const unchanged = await measureNode(args, { times });
  const changed = join(specs, `${syntheticId(Math.floor(count / 2))}.json`);
  const one = await measureNode(args, {
    times,
    before: (run) => {
      const spec = JSON.parse(readFileSync(changed, "utf8"));
      writeFileSync(changed, JSON.stringify({ ...spec, title: `Changed ${run}` }, null, 2));
    },
  });
  rows.push({
    models: count,
    "from nothing, s": nothing.seconds,
    "ms per model": (nothing.seconds * 1000) / count,
    "peak MB": Math.round(nothing.megabytes),
    "unchanged, s": unchanged.seconds,
    "one changed, s": one.seconds,
  });
}
printTable(`runcomfy-codegen generate, median of ${times} (whole process, Node ${process.version})`, rows);

const thousand = rows.at(-1);
printTable("1,000 models against the ceilings", [
  {
    what: "from nothing",
    measured: thousand["from nothing, s"],
    ceiling: limits.nothing,
    ratio: thousand["from nothing, s"] / limits.nothing,
  },
  {
    what: "peak memory, MB",
    measured: thousand["peak MB"],
    ceiling: limits.megabytes,
    ratio: thousand["peak MB"] / limits.megabytes,
  },
  {
    what: "unchanged",
    measured: thousand["unchanged, s"],
    ceiling: limits.unchanged,
    ratio: thousand["unchanged, s"] / limits.unchanged,
  },
  {
    what: "one changed",
    measured: thousand["one changed, s"],
    ceiling: limits.one,
    ratio: thousand["one changed, s"] / limits.one,
  },
]);

const document = join(work, "out-1000/openapi.json");
const rivals = [];
const rival = async (name, args, before = () => {}) => {
  const cwd = join(work, `rival-${rivals.length}`);
  mkdirSync(cwd, { recursive: true });
  const { seconds, megabytes } = await measureNode(args(cwd), {
    times: 1,
    node: node24,
    cwd: here,
    before: () => before(cwd),
  });
  rivals.push({
    generator: name,
    "from nothing, s": seconds,
    "ours is faster by": `${(seconds / thousand["from nothing, s"]).toFixed(1)} x`,
    "re-run: ours faster by": `${(seconds / thousand["unchanged, s"]).toFixed(1)} x`,
    "peak MB": Math.round(megabytes),
  });
};
const heyApi = join(here, "node_modules/@hey-api/openapi-ts/bin/run.js");
const config = (cwd, plugins) =>
  writeFileSync(
    join(cwd, "openapi-ts.config.mjs"),
    `export default { input: ${JSON.stringify(document)}, output: ${JSON.stringify(join(cwd, "out"))}, plugins: ${JSON.stringify(plugins)} };`,
  );
await rival(
  "@hey-api/openapi-ts, types and sdk",
  (cwd) => [heyApi, "-f", join(cwd, "openapi-ts.config.mjs")],
  (cwd) => config(cwd, ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch"]),
);
await rival(
  "@hey-api/openapi-ts, with zod",
  (cwd) => [heyApi, "-f", join(cwd, "openapi-ts.config.mjs")],
  (cwd) => config(cwd, ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch", "zod"]),
);
await rival("orval, fetch", (cwd) => [
  join(here, "node_modules/orval/dist/bin/orval.mjs"),
  "--input",
  document,
  "--output",
  join(cwd, "out.ts"),
  "--client",
  "fetch",
]);
printTable(
  "The same 1,000 models through other generators (Node 24, which they need; none re-runs incrementally)",
  rivals,
);
