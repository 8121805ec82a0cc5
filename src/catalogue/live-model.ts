import type { Client } from "../client.js";
import type { LiveModel } from "../dialect/entry/entry-model.js";
import type { SignalOptions } from "../options/client-options.js";
import { getLive } from "./live.js";

/**
 * Makes a model of the service's own entry for any id: with input check, price, title and page like a shipped one. One free request. Facts
 * of the entry that could not be understood are left out and named in `warnings`. The price counts as a starting price unless the entry's
 * own words say that it is fixed.
 *
 * Rejects with a NotFoundError where the service has no such model, and with an InputError where the text cannot be a model's id.
 *
 * @example
 * const model = await loadLive(client, "any/new-model");
 * const { output } = await client.run(model, { prompt: "Rain on a tin roof." });
 */
export async function loadLive(
  client: Client,
  modelId: string,
  options: SignalOptions = {},
): Promise<LiveModel> {
  // The rules that normalise a schema are loaded while the request is under way.
  const [entry, { modelOfEntry }] = await Promise.all([
    getLive(client, modelId, options),
    import("../dialect/entry/entry-model.js"),
  ]);
  return modelOfEntry(modelId, entry);
}
