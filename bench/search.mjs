// The time of a search among 1,000 models, the first of a process included. Other programs only add to it, so the fastest of some
// processes is what a search costs.
import { fileURLToPath } from "node:url";
import { createCatalogue, list } from "runcomfy-models/catalogue";
import { median, printTable, runNode } from "./support/measure.mjs";

const limitMs = 5;
const times = Number(process.env.RUNS ?? 11);
const texts = ["wan text", "kling", "image to video", "vendor 17", "nothing of it"];

/** Searches in this process; milliseconds and the number of models found for each text. */
function measure() {
  const shipped = list();
  const entries = Array.from({ length: 1000 }, (_, index) => ({
    ...shipped[index % shipped.length],
    id: `vendor-${index % 40}/model-${index}/text-to-video`,
  }));
  const catalogue = createCatalogue({ entries, modules: {} });
  return texts.map((text) => {
    const start = performance.now();
    const found = catalogue.search(text).length;
    return { found, milliseconds: performance.now() - start };
  });
}

if (process.argv[2] === "once") console.log(JSON.stringify(measure()));
else {
  const runs = [];
  for (let run = 0; run < times; run++) {
    const { output, status } = await runNode([fileURLToPath(import.meta.url), "once"]);
    if (status !== 0) throw new Error(output);
    runs.push(JSON.parse(output));
  }
  printTable(
    `A search among 1,000 models, in ${times} processes`,
    texts.map((text, at) => {
      const all = runs.map((run) => run[at].milliseconds);
      const fastest = Math.min(...all);
      return {
        search: at === 0 ? `${text} (the first)` : text,
        found: runs[0][at].found,
        fastest,
        median: median(all),
        limit: limitMs,
        holds: fastest <= limitMs ? "yes" : "NO",
      };
    }),
  );
}
