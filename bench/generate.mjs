// How long the installed `runcomfy-codegen generate` takes, beside other generators on the OpenAPI document that it wrote.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { measureNode, median, printTable, temporaryFolder } from "./support/measure.mjs";
import { syntheticId, writeSyntheticSpecs } from "./support/synthetic-specs.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const codegen = join(here, "../codegen/bin/runcomfy-codegen.js");
const node24 = join(here, "node_modules/node24/bin/node");
const work = temporaryFolder();
const times = Number(process.env.RUNS ?? 3);
const reruns = times * 3;
const limits = { timesOrval: 1 / 1.5, oneOverUnchanged: 1.8, megabytes: 300 };

function outOf(count, run) {
  return join(work, `out-${count}-${run}`);
}

/** Medians of runs after nothing and after one spec have changed, in turn, so that other work on the machine meets both alike. */
async function measureReruns(command, spec) {
  const found = { unchanged: [], one: [] };
  for (let run = 0; run < reruns; run++) {
    found.unchanged.push((await measureNode(command, { times: 1 })).seconds);
    const value = JSON.parse(readFileSync(spec, "utf8"));
    writeFileSync(spec, JSON.stringify({ ...value, title: `Changed ${run}` }, null, 2));
    found.one.push((await measureNode(command, { times: 1 })).seconds);
  }
  return { unchanged: median(found.unchanged), one: median(found.one) };
}

const rows = [];
for (const count of [10, 100, 1000]) {
  const specs = join(work, `specs-${count}`);
  writeSyntheticSpecs(specs, count);
  // A folder for each run: some file systems are slow for a while after so many files were deleted.
  const commandOf = (run) => [codegen, "generate", "--specs", specs, "--out", outOf(count, run)];
  const nothings = [];
  for (let run = 0; run < times; run++) nothings.push(await measureNode(commandOf(run), { times: 1 }));
  const nothing = {
    seconds: median(nothings.map(({ seconds }) => seconds)),
    megabytes: Math.max(...nothings.map(({ megabytes }) => megabytes)),
  };
  const { unchanged, one } = await measureReruns(
    commandOf(0),
    join(specs, `${syntheticId(Math.floor(count / 2))}.json`),
  );
  rows.push({
    models: count,
    "from nothing, s": nothing.seconds,
    "ms per model": (nothing.seconds * 1000) / count,
    "peak MB": Math.round(nothing.megabytes),
    "unchanged, s": unchanged,
    "one changed, s": one,
  });
}
printTable(`runcomfy-codegen generate, median of ${times} (whole process, Node ${process.version})`, rows);

const thousand = rows.at(-1);
const document = join(outOf(1000, 0), "openapi.json");
const rivals = [];

/** Times another generator, each run of it beside one of ours. */
async function measureRival(name, argsOf, before = () => {}) {
  const seconds = [];
  const ours = [];
  let megabytes = 0;
  for (let run = 0; run < times; run++) {
    const cwd = join(work, `rival-${rivals.length}-${run}`);
    mkdirSync(cwd, { recursive: true });
    before(cwd);
    const theirs = await measureNode(argsOf(cwd), { times: 1, node: node24, cwd: here });
    const out = join(work, `beside-${rivals.length}-${run}`);
    const own = await measureNode([codegen, "generate", "--specs", join(work, "specs-1000"), "--out", out], {
      times: 1,
    });
    seconds.push(theirs.seconds);
    ours.push(own.seconds);
    megabytes = Math.max(megabytes, theirs.megabytes);
  }
  rivals.push({
    generator: name,
    "from nothing, s": median(seconds),
    "ours, s": median(ours),
    "ours is faster by": median(seconds.map((theirs, run) => theirs / ours[run])),
    "peak MB": Math.round(megabytes),
  });
}

const heyApi = join(here, "node_modules/@hey-api/openapi-ts/bin/run.js");
const heyApiPlugins = ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch"];

async function measureHeyApi(name, plugins) {
  await measureRival(
    name,
    (cwd) => [heyApi, "-f", join(cwd, "openapi-ts.config.mjs")],
    (cwd) =>
      writeFileSync(
        join(cwd, "openapi-ts.config.mjs"),
        `export default { input: ${JSON.stringify(document)}, output: ${JSON.stringify(join(cwd, "out"))}, plugins: ${JSON.stringify(plugins)} };`,
      ),
  );
}

await measureRival("orval, fetch", (cwd) => [
  join(here, "node_modules/orval/dist/bin/orval.mjs"),
  "--input",
  document,
  "--output",
  join(cwd, "out.ts"),
  "--client",
  "fetch",
]);
await measureHeyApi("@hey-api/openapi-ts, types and sdk", heyApiPlugins);
await measureHeyApi("@hey-api/openapi-ts, with zod", [...heyApiPlugins, "zod"]);
printTable(
  `The same 1,000 models through other generators, median of ${times} (Node 24, which they need; none re-runs incrementally)`,
  rivals,
);
printTable("1,000 models against the limits", [
  toLimit("time from nothing / orval's", 1 / rivals[0]["ours is faster by"], limits.timesOrval),
  toLimit(
    "time with one changed / with none changed",
    thousand["one changed, s"] / thousand["unchanged, s"],
    limits.oneOverUnchanged,
  ),
  toLimit("peak memory, MB", thousand["peak MB"], limits.megabytes),
]);

function toLimit(what, measured, limit) {
  return { what, measured, limit, holds: measured <= limit ? "yes" : "NO" };
}
