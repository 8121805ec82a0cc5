import { NotFoundError, ResponseError } from "../errors/errors.js";
import { nearest } from "../input/nearest.js";
import { aBoolean, anything, aSignal, checkOptions } from "../options/check-options.js";
import type { OptionRules } from "../options/check-options.js";
import type { SignalOptions } from "../options/client-options.js";
import { signalRules } from "../options/option-rules.js";
import { modelPath } from "../protocol/paths.js";
import { shorten } from "../protocol/text.js";
import { scope, withOneSignal } from "../time/scope.js";
import type { Answer, Requests } from "../wire/requests.js";
import type { Balance, CatalogueEntry, CataloguePage, ListOptions } from "./live-types.js";

const listRules: OptionRules<ListOptions> = {
  search: anything,
  category: anything,
  kind: anything,
  includeSchema: aBoolean,
  limit: anything,
  offset: anything,
  signal: aSignal,
};

/** One page of the catalogue. */
export async function listModels(requests: Requests, options: ListOptions = {}): Promise<CataloguePage> {
  checkOptions("models.list", options, listRules);
  const { signal: given, includeSchema, ...filters } = options;
  const query = includeSchema ? { ...filters, include_schema: true } : filters;
  const answer = await withOneSignal([given, requests.settings.signal], (signal) =>
    requests.ask({
      call: "models",
      send: (api, init) => api.GET("/v1/models", { ...init, params: { query } }),
      signal,
    }),
  );
  const { models, total, limit, offset } = answer.body;
  if (!Array.isArray(models)) throw misunderstood(answer, "gave no list of models");
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
  checkOptions("models.get", options, signalRules);
  const path = modelPath(modelId);
  const answer = await withOneSignal([options.signal, requests.settings.signal], (signal) =>
    requests.ask({ call: "models", send: (api, init) => api.GET(path, init), signal, model: modelId }),
  );
  const entry = answer.body as CatalogueEntry;
  if (typeof entry.model_id === "string") return entry;
  throw misunderstood(answer, "gave no model");
}

/** The account's balance. */
export async function readBalance(requests: Requests, options: SignalOptions = {}): Promise<Balance> {
  checkOptions("balance", options, signalRules);
  const { balanceUrl: baseUrl, signal: own } = requests.settings;
  const answer = await withOneSignal([options.signal, own], (signal) =>
    requests.ask({
      call: "balance",
      send: (api, init) => api.GET("/prod/v2/balance", { ...init, baseUrl }),
      signal,
    }),
  );
  const { balance_usd: usd, balance_microdollars: micro, currency } = answer.body;
  // Whole numbers that JavaScript cannot hold arrive as text.
  const millionths = typeof micro === "number" || (typeof micro === "string" && micro) ? Number(micro) : NaN;
  const dollars = typeof usd === "number" ? usd : millionths / 1e6;
  if (!Number.isFinite(dollars)) throw misunderstood(answer, "gave no amount");
  const microdollars = typeof micro === "number" ? micro : Math.round(dollars * 1e6);
  return { usd: dollars, microdollars, currency: typeof currency === "string" ? currency : "USD" };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function misunderstood({ request, text }: Answer, problem: string): ResponseError {
  return new ResponseError(`${request.replace(/\?.*/, "")} ${problem}. Try again later.`, {
    body: shorten(text),
  });
}

/** The error of an unknown model, with known ids like it: from the caller's list, or from one request to the catalogue. */
export async function addNearest(
  requests: Requests,
  error: NotFoundError,
  modelId: string,
  signal: AbortSignal,
): Promise<NotFoundError> {
  const { clock, requestTimeoutMs, suggest } = requests.settings;
  try {
    const ids = await scope({ clock, ms: requestTimeoutMs, signals: [signal] }, async (inner) =>
      suggest ? [...(await suggest(modelId))] : nearest(modelId, await listIds(requests, inner)),
    );
    const hint = ids.length > 0 ? ` Did you mean ${ids.map((id) => `"${id}"`).join(" or ")}?` : "";
    return new NotFoundError(error.message + hint, { ...error, nearest: ids });
  } catch {
    return error;
  }
}

async function listIds(requests: Requests, signal: AbortSignal): Promise<string[]> {
  // Where the service wants a back-off, a hint must do without.
  if (requests.limiter.isSlow()) return [];
  const answer = await requests
    .send({
      call: "models",
      send: (api, init) => api.GET("/v1/models", { ...init, params: { query: { limit: 500 } } }),
      signal,
      timeoutMs: 10_000,
    })
    .catch(() => undefined);
  const models = answer?.body["models"];
  const entries: readonly unknown[] = Array.isArray(models) ? models : [];
  return entries.map((entry) => String((entry as CatalogueEntry | null)?.model_id));
}
