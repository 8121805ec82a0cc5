// The time of a search among 1,000 models, the first of a process included. Run it on a machine that does nothing else.
import { createCatalogue, list } from "runcomfy-models/catalogue";
import { printTable } from "./support/measure.mjs";

const limitMs = 5;
const shipped = list();
const entries = Array.from({ length: 1000 }, (_, index) => ({
  ...shipped[index % shipped.length],
  id: `vendor-${index % 40}/model-${index}/text-to-video`,
}));
const catalogue = createCatalogue({ entries, modules: {} });

/** Milliseconds that a search takes, and the number of models that it finds. */
function measure(text) {
  const start = performance.now();
  const found = catalogue.search(text).length;
  return { found, milliseconds: performance.now() - start };
}

const texts = ["wan text", "kling", "image to video", "vendor 17", "nothing of it"];
printTable(
  "A search among 1,000 models",
  texts.map((text, at) => {
    const { found, milliseconds } = measure(text);
    return {
      search: at === 0 ? `${text} (the first)` : text,
      found,
      milliseconds,
      limit: limitMs,
      holds: milliseconds <= limitMs ? "yes" : "NO",
    };
  }),
);
