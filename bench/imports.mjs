// The time of whole processes that import the client, beside other clients and beside Node alone; and of the command line's help.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, printTable, runNode } from "./support/measure.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const here = join(root, "bench");
const times = Number(process.env.RUNS ?? 21);
const limits = { overReplicate: 1.2, catalogueOverRoot: 1.3, helpOverNode: 1.5 };

const bare = ["-e", "0"];
const ways = {
  "node -e 0": { args: bare },
  "an empty module": importing(),
  "runcomfy-models": importing("runcomfy-models", root),
  "runcomfy-models/catalogue": importing("runcomfy-models/catalogue", root),
  "a model of ours": importing("runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video", root),
  replicate: importing("replicate", here),
  "@fal-ai/client": importing("@fal-ai/client", here),
  "runcomfy-models --help": { args: [join(root, "bin/runcomfy-models.js"), "--help"] },
};

/** A process that imports one module and ends. */
function importing(specifier, cwd) {
  const text = specifier === undefined ? "export {}" : `import ${JSON.stringify(specifier)}`;
  return { args: ["--input-type=module", "--eval", text], cwd };
}

const found = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
// In turn, so that other work on the machine meets all ways alike. The first round fills the caches of the disk.
for (let round = 0; round <= times; round++) {
  for (const [way, { args, cwd }] of Object.entries(ways)) {
    const { seconds, status, output } = await runNode(args, { cwd, env: { NODE_OPTIONS: "" } });
    if (status !== 0) throw new Error(output);
    if (round > 0) found[way].push(seconds * 1000);
  }
}

/** The median of the rounds' own ratios. */
function compare(way, other) {
  return median(found[way].map((milliseconds, round) => milliseconds / found[other][round]));
}

printTable(
  `Whole processes, milliseconds (medians of ${times})`,
  Object.keys(ways).map((way) => ({
    way,
    milliseconds: median(found[way]),
    fastest: Math.min(...found[way]),
    "beyond an empty module": median(
      found[way].map((milliseconds, round) => milliseconds - found["an empty module"][round]),
    ),
    "times node -e 0": compare(way, "node -e 0"),
    "times replicate": compare(way, "replicate"),
  })),
);
printTable("Against the limits", [
  toLimit(
    "import runcomfy-models / import replicate",
    compare("runcomfy-models", "replicate"),
    limits.overReplicate,
  ),
  toLimit(
    "import runcomfy-models/catalogue / import runcomfy-models",
    compare("runcomfy-models/catalogue", "runcomfy-models"),
    limits.catalogueOverRoot,
  ),
  toLimit(
    "runcomfy-models --help / node -e 0",
    compare("runcomfy-models --help", "node -e 0"),
    limits.helpOverNode,
  ),
]);

function toLimit(what, measured, limit) {
  return { what, measured, limit, holds: measured <= limit ? "yes" : "NO" };
}
