import { NotFoundError, ResponseError } from "../errors/errors.js";
import { nearest } from "../input/nearest.js";
import { aBoolean, anything, checkOptions } from "../options/check-options.js";
import type { OptionRules } from "../options/check-options.js";
import type { SignalOptions } from "../options/client-options.js";
import { signalRules } from "../options/option-rules.js";
import { modelPath } from "../protocol/paths.js";
import { shorten } from "../protocol/text.js";
import { scope, withOneSignal } from "../time/scope.js";
import type { Answer, FreePlan, Requests } from "../wire/requests.js";
import type { Balance, CatalogueEntry, CataloguePage, ListOptions } from "./live-types.js";

const listRules: OptionRules<ListOptions> = {
  search: anything,
  category: anything,
  kind: anything,
  includeSchema: aBoolean,
  limit: anything,
  offset: anything,
  ...signalRules,
};

/** Checks the options of a call, and makes its one request. */
async function ask<Options extends SignalOptions>(
  requests: Requests,
  [name, given, rules]: readonly [name: string, given: Options, rules: OptionRules<Options>],
  plan: Omit<FreePlan, "signal">,
): Promise<Answer> {
  checkOptions(name, given, rules);
  return withOneSignal([given.signal, requests.settings.signal], (signal) =>
    requests.ask({ ...plan, signal }),
  );
}

/** One page of the catalogue. */
export async function listModels(requests: Requests, options: ListOptions = {}): Promise<CataloguePage> {
  const { signal: _, includeSchema, ...filters } = options;
  const query = includeSchema ? { ...filters, include_schema: true } : filters;
  const answer = await ask(requests, ["models.list", options, listRules], {
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

/** One entry of the catalogue, with its `input_schema`. */
export async function getModel(
  requests: Requests,
  modelId: string,
  options: SignalOptions = {},
): Promise<CatalogueEntry> {
  const path = modelPath(modelId);
  const answer = await ask(requests, ["models.get", options, signalRules], {
    call: "models",
    send: (api, init) => api.GET(path, init),
    model: modelId,
  });
  const entry = answer.body as CatalogueEntry;
  if (typeof entry.model_id === "string") return entry;
  throw misunderstood(answer, "model");
}

/** The account's balance. */
export async function readBalance(requests: Requests, options: SignalOptions = {}): Promise<Balance> {
  const { balanceUrl: baseUrl } = requests.settings;
  const answer = await ask(requests, ["balance", options, signalRules], {
    call: "balance",
    send: (api, init) => api.GET("/prod/v2/balance", { ...init, baseUrl }),
  });
  const { balance_usd: usd, balance_microdollars: micro, currency } = answer.body;
  // Whole numbers that JavaScript cannot hold arrive as text.
  const millionths = typeof micro === "string" && micro ? Number(micro) : micro;
  const dollars = typeof usd === "number" ? usd : typeof millionths === "number" ? millionths / 1e6 : NaN;
  if (!Number.isFinite(dollars)) throw misunderstood(answer, "amount");
  const microdollars = typeof micro === "number" ? micro : Math.round(dollars * 1e6);
  return { usd: dollars, microdollars, currency: typeof currency === "string" ? currency : "USD" };
}

function misunderstood({ request, text }: Answer, missing: string): ResponseError {
  return new ResponseError(`${request.replace(/\?.*/, "")} gave no ${missing}. Try again later.`, {
    body: shorten(text),
  });
}

/** The longest search for ids like that of an unknown model. */
const searchMs = 10_000;

/** The error of an unknown model, with known ids like it: from the caller's list, or from one request to the catalogue. */
export async function addNearest(
  requests: Requests,
  error: NotFoundError,
  modelId: string,
  signal: AbortSignal,
): Promise<NotFoundError> {
  const { clock, suggest } = requests.settings;
  const find = async (inner: AbortSignal) =>
    suggest ? [...(await suggest(modelId))] : nearest(modelId, await listIds(requests, inner));
  const ids = await scope({ clock, ms: searchMs, signals: [signal] }, find).catch(() => []);
  const hint = ids.length > 0 ? ` Did you mean ${ids.map((id) => `"${id}"`).join(" or ")}?` : "";
  return new NotFoundError(error.message + hint, { ...error, nearest: ids });
}

async function listIds(requests: Requests, signal: AbortSignal): Promise<string[]> {
  // During a back-off of the service the hint is left out.
  if (requests.limiter.isSlow()) return [];
  const { body } = await requests.send({
    call: "models",
    send: (api, init) => api.GET("/v1/models", { ...init, params: { query: { limit: 500 } } }),
    signal,
  });
  const { models } = body as { readonly models: readonly (CatalogueEntry | null)[] };
  return models.map((entry) => String(entry?.model_id));
}
