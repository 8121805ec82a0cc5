import type { Client } from "../client.js";
import { nearest } from "../input/nearest.js";
import { aBoolean, anything, checkOptions } from "../options/check-options.js";
import type { OptionRules } from "../options/check-options.js";
import type { SignalOptions } from "../options/client-options.js";
import { signalRules } from "../options/option-rules.js";
import { modelPath } from "../protocol/paths.js";
import { misunderstood } from "../protocol/reply-error.js";
import { underSignals } from "../time/scope.js";
import type { Answer, RequestPlan, Requests } from "../wire/requests.js";
import type { CatalogueEntry, CataloguePage, ListOptions } from "./live-types.js";

const listRules: OptionRules<ListOptions> = {
  search: anything,
  category: anything,
  kind: anything,
  includeSchema: aBoolean,
  limit: anything,
  offset: anything,
  ...signalRules,
};

/** The requests of a client. They are no part of its public type. */
function requestsOf(client: Client): Requests {
  return client["~requests"] as Requests;
}

/** Checks the options of a call, and makes its one request. */
async function ask<Options extends SignalOptions>(
  client: Client,
  [name, given, rules]: readonly [name: string, given: Options, rules: OptionRules<Options>],
  plan: Omit<RequestPlan, "signal">,
): Promise<Answer> {
  checkOptions(name, given, rules);
  const requests = requestsOf(client);
  return underSignals([given.signal, requests.settings.signal], (signal) =>
    requests.ask({ ...plan, signal }),
  );
}

/**
 * One page of the service's own catalogue, which may have models that this package does not know.
 *
 * @example
 * const { models, total } = await listLive(client, { search: "wan" });
 */
export async function listLive(client: Client, options: ListOptions = {}): Promise<CataloguePage> {
  const { signal: _, includeSchema, ...filters } = options;
  const query = includeSchema ? { ...filters, include_schema: true } : filters;
  const answer = await ask(client, ["listLive", options, listRules], {
    call: "models",
    send: (api, init) => api.GET("/v1/models", { ...init, params: { query } }),
  });
  const { models, total, limit, offset } = answer.body;
  if (!Array.isArray(models)) throw misunderstood(answer, "list of models");
  const numberOr = (value: unknown, other: number) => (typeof value === "number" ? value : other);
  return {
    models: models.filter((entry) => typeof (entry as CatalogueEntry | null)?.model_id === "string"),
    total: numberOr(total, models.length),
    limit: numberOr(limit, models.length),
    offset: numberOr(offset, 0),
  };
}

/**
 * One entry of the service's own catalogue, with its `input_schema`. Rejects with a NotFoundError where the service has no such
 * model, and with an InputError where the text cannot be a model's id.
 */
export async function getLive(
  client: Client,
  modelId: string,
  options: SignalOptions = {},
): Promise<CatalogueEntry> {
  const path = modelPath(modelId);
  const answer = await ask(client, ["getLive", options, signalRules], {
    call: "models",
    send: (api, init) => api.GET(path, init),
    model: modelId,
  });
  const entry = answer.body as CatalogueEntry;
  if (typeof entry.model_id === "string") return entry;
  throw misunderstood(answer, "model");
}

/**
 * Ids of the service's own catalogue that a mistyped one may mean, at most three, the best first. One request; none while the service
 * wants a back-off, where the answer is an empty list.
 *
 * @example
 * const client = createClient({ suggest: (id) => nearestLive(client, id) });
 */
export async function nearestLive(client: Client, modelId: string): Promise<string[]> {
  const { limiter, send, settings } = requestsOf(client);
  if (limiter.isSlow()) return [];
  const { body } = await underSignals([settings.signal], (signal) =>
    send({
      call: "models",
      send: (api, init) => api.GET("/v1/models", { ...init, params: { query: { limit: 500 } } }),
      signal,
    }),
  );
  const { models } = body as { readonly models: readonly (CatalogueEntry | null)[] };
  return nearest(
    modelId,
    models.map((entry) => String(entry?.model_id)),
  );
}
