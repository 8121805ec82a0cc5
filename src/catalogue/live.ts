import { modelPath } from "../protocol/paths.js";
import { shorten } from "../protocol/answer.js";
import { NotFoundError, ResponseError } from "../errors/errors.js";
import type { Http, MakeCall, Reply } from "../wire/requests.js";
import { nearest } from "../input/nearest.js";
import type { ClientOptions } from "../options/client-options.js";
import type { Balance, CatalogueEntry, CataloguePage, ListOptions } from "../job/job-types.js";
import { within } from "../time/clock.js";
import type { Signals } from "../time/clock.js";

function count(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

/** One page of the catalogue. */
export async function listModels(http: Http, options: ListOptions = {}): Promise<CataloguePage> {
  const { signal, includeSchema, ...filters } = options;
  const query = includeSchema ? { ...filters, include_schema: true } : filters;
  const reply = await http.ask({
    make: (api, init) => api.GET("/v1/models", { ...init, params: { query } }),
    signals: [signal],
  });
  const { models, total, limit, offset } = reply.body;
  if (!Array.isArray(models))
    throw senseless(`GET ${http.settings.baseUrl}/v1/models gave no list of models`, reply);
  return {
    models: models.filter((entry) => typeof (entry as CatalogueEntry | null)?.model_id === "string"),
    total: count(total, models.length),
    limit: count(limit, models.length),
    offset: count(offset, 0),
  };
}

/** One entry of the catalogue, with its `input_schema`. */
export async function getModel(http: Http, modelId: string, signal?: AbortSignal): Promise<CatalogueEntry> {
  const path = modelPath(modelId);
  const reply = await http.ask({ make: (api, init) => api.GET(path, init), signals: [signal] });
  const entry = reply.body as CatalogueEntry;
  if (typeof entry.model_id === "string") return entry;
  throw senseless(`GET ${http.settings.baseUrl}${path} gave no model`, reply);
}

/** What the account has left. */
export async function readBalance(http: Http, signal?: AbortSignal): Promise<Balance> {
  const { balanceUrl: baseUrl } = http.settings;
  const reply = await http.ask({
    make: (api, init) => api.GET("/prod/v2/balance", { ...init, baseUrl }),
    signals: [signal],
  });
  const { balance_usd: usd, balance_microdollars: micro, currency } = reply.body;
  // Whole numbers that JavaScript cannot hold arrive as text.
  const millionths = typeof micro === "number" || (typeof micro === "string" && micro) ? Number(micro) : NaN;
  const dollars = typeof usd === "number" ? usd : millionths / 1e6;
  if (!Number.isFinite(dollars)) throw senseless(`GET ${baseUrl}/prod/v2/balance gave no amount`, reply);
  const microdollars = typeof micro === "number" ? micro : Math.round(dollars * 1e6);
  return { usd: dollars, microdollars, currency: typeof currency === "string" ? currency : "USD" };
}

function senseless(what: string, { text }: Reply): ResponseError {
  return new ResponseError(`${what}. Try again later.`, { body: shorten(text) });
}

/** The error, with known ids like the one that does not exist: from the caller's list, or from one look into the catalogue. */
export async function addNearest(
  http: Http,
  error: NotFoundError,
  modelId: string,
  suggest: ClientOptions["suggest"],
  signals: Signals,
): Promise<NotFoundError> {
  const { clock, requestTimeoutMs } = http.settings;
  try {
    const ids = await within(clock, requestTimeoutMs, signals, async (inner) =>
      suggest ? [...(await suggest(modelId))] : nearest(modelId, await listIds(http, inner)),
    );
    const hint = ids.length > 0 ? ` Did you mean ${ids.map((id) => `"${id}"`).join(" or ")}?` : "";
    return new NotFoundError(error.message + hint, { ...error, nearest: ids });
  } catch {
    return error;
  }
}

async function listIds(http: Http, signal: AbortSignal): Promise<string[]> {
  // Where the service wants a rest, a hint must do without.
  if (http.pace.isSlow()) return [];
  const make: MakeCall = (api, init) => api.GET("/v1/models", { ...init, params: { query: { limit: 500 } } });
  const call = { make, signals: [signal], timeoutMs: 10_000 };
  const { models } = (await http.send(call).catch(() => undefined))?.body ?? {};
  const entries: readonly unknown[] = Array.isArray(models) ? models : [];
  return entries.map((entry) => String((entry as CatalogueEntry | null)?.model_id));
}
