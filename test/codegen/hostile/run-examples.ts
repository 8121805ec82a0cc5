import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findExample } from "../../../src/catalogue/example-input.js";
import { toLiveModel } from "../../../src/catalogue/live-entry.js";
import { readSpec } from "../../../src/catalogue/spec-entry.js";
import { loadCatalogue, startEmulator } from "../../../src/emulator/index.js";
import { createClient } from "../../../src/index.js";
import { defineModel } from "../../../src/input/define-model.js";
import type { InputSchema, Json } from "../../../src/input/model.js";

type Fields = { readonly [name: string]: Json };
interface Source {
  readonly id: string;
  readonly input: InputSchema;
  readonly example?: Fields | null;
}

/** The models as a program gets them: of the generated catalogue; of a folder of specs and of the live catalogue where they differ. */
function listSources(specs: string, catalogue: string): readonly (readonly [place: string, model: Source])[] {
  const { models } = JSON.parse(readFileSync(catalogue, "utf8")) as { readonly models: readonly Source[] };
  return models.flatMap((generated) => {
    const { id } = generated;
    const text = readFileSync(join(specs, `${id}.json`), "utf8").replace(/^\uFEFF/, "");
    const spec = JSON.parse(text) as Fields;
    const live = toLiveModel(id, { model_id: id, input_schema: spec["input"] ?? spec });
    const others = [
      ["spec", readSpec(id, spec).entry!],
      ["live", live],
    ] as const;
    const shape = JSON.stringify(generated.input);
    const different = others.filter(([, { input }]) => JSON.stringify(input) !== shape);
    return [["generated", generated] as const, ...different];
  });
}

/** Runs an example of each model of a generated catalogue on the emulator; the models without one, and those that failed. */
export async function runExamples(specs: string, catalogue: string): Promise<readonly string[]> {
  const emulator = await startEmulator({ queueMs: 0, runMs: 0, models: loadCatalogue(catalogue) });
  const client = createClient({
    baseUrl: emulator.url,
    token: emulator.token,
    minPollIntervalMs: 1,
    requestsPerSecond: Infinity,
  });
  const run = async (place: string, { id, input, example }: Source): Promise<string | undefined> => {
    // Nothing is known of the fields of such a model.
    if (Object.keys(input.properties).length === 0 && !input.anyOf) return undefined;
    const body = findExample({ input, ...(example && { example }) });
    if (body === undefined) return `${place} ${id}: no example`;
    return client.run(defineModel<unknown, unknown>({ id, input }), body).then(
      ({ output }) => (output === null ? `${place} ${id}: no output` : undefined),
      (error: Error) => `${place} ${id}: ${error.message}`,
    );
  };
  try {
    const sources = listSources(specs, catalogue);
    const ended = await Promise.all(sources.map(([place, model]) => run(place, model)));
    return ended.filter((what) => what !== undefined);
  } finally {
    await emulator.close();
  }
}
