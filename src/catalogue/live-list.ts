import type { Client } from "../client.js";
import { modelOfEntry } from "../dialect/entry/entry-model.js";
import type { LiveModel } from "../dialect/entry/entry-model.js";
import { defineModel } from "../input/define-model.js";
import type { CheckedModel } from "../input/define-model.js";
import type { Price } from "../input/model.js";
import type { SignalOptions } from "../options/client-options.js";
import { listLive } from "./live.js";

/** The largest page of the service's catalogue. */
const pageSize = 500;

/** All models of the service's own catalogue, as `loadLive` makes them. One request for each 500. */
export async function loadAllLive(client: Client, options: SignalOptions = {}): Promise<LiveModel[]> {
  const models: LiveModel[] = [];
  for (let offset = 0, total = 1; offset < total; offset += pageSize) {
    const page = await listLive(client, { ...options, includeSchema: true, limit: pageSize, offset });
    models.push(...page.models.map((entry) => modelOfEntry(entry.model_id, entry)));
    total = page.models.length === 0 ? 0 : page.total;
  }
  return models;
}

/** The model with another price. */
export function withPrice(model: CheckedModel, price: Price): CheckedModel {
  return defineModel({ ...model, price });
}
