import { list, listKnown, load } from "../../catalogue/shipped.js";
import type { Schema } from "../../input/model.js";
import { readKeptIds, readKeptModel } from "../models/daily-models.js";
import { readOwnModels } from "../models/own-models.js";
import type { SourceArgs } from "../models/own-models.js";
import type { ServiceArgs } from "../session/job-args.js";
import { wantsLive } from "../session/live-source.js";
import { readOrigin } from "../session/session.js";

/** The ids that a command with these options knows: own ones and those of the live catalogue as it was last read, too. */
export async function listIds(options: ServiceArgs & SourceArgs): Promise<readonly string[]> {
  const own = await readOwnModels(options);
  const live = await readKeptIds(readOrigin(options));
  const shipped = [...list(), ...listKnown()].map((model) => model.id);
  return [...new Set([...(own?.models.keys() ?? []), ...shipped, ...live])];
}

/** The fields of a model, without a request: those of the live catalogue as it was last read. */
export async function findFields(
  id: string,
  options: ServiceArgs & SourceArgs,
): Promise<Schema["properties"]> {
  const own = (await readOwnModels(options))?.models.get(id);
  if (own) return own.input.properties;
  const known = list().find((model) => model.id === id);
  const live = known && !wantsLive(options) ? undefined : await readKeptModel(readOrigin(options), id);
  const model = live ?? (known && (await load(known.id)).model);
  return model?.input.properties;
}
