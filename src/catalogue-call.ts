import { modelPath } from "./address.js";
import type { Body } from "./answer.js";
import { ResponseError } from "./errors.js";
import type { Http, MakeCall } from "./http.js";
import { nearest } from "./nearest.js";

/** A model as the live catalogue has it, under the catalogue's own names. New fields may appear at any time. */
export interface CatalogueEntry {
  readonly model_id: string;
  readonly display_name?: string;
  readonly description?: string;
  readonly categories?: readonly string[];
  readonly kind?: "model" | "workflow" | "inference";
  readonly base_price_usd?: number;
  readonly price_unit?: "output" | "second" | "image";
  readonly pricing_note?: string | null;
  readonly model_url?: string;
  /** A JSON Schema; only where it was asked for. */
  readonly input_schema?: { readonly [name: string]: unknown };
  readonly [name: string]: unknown;
}

/** One page of the live catalogue. */
export interface CataloguePage {
  readonly models: readonly CatalogueEntry[];
  /** How many models there are on all pages. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

/** What `client.models.list` takes; every key may be left out. */
export interface ListOptions {
  readonly search?: string;
  readonly category?: string;
  readonly kind?: "model" | "workflow" | "inference";
  /** With each model's `input_schema`. Default false. */
  readonly includeSchema?: boolean;
  /** 1 to 500. Default 100. */
  readonly limit?: number;
  /** How many to skip. Default 0. */
  readonly offset?: number;
  readonly signal?: AbortSignal;
}

/** What the account has left. */
export interface Balance {
  readonly usd: number;
  /** Millionths of a dollar; exact where `usd` is rounded. */
  readonly microdollars: number;
  readonly currency: string;
}

const count = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);

/** One page of the catalogue. */
export const listModels = async (http: Http, options: ListOptions = {}): Promise<CataloguePage> => {
  const { signal, includeSchema, ...filters } = options;
  const query = includeSchema ? { ...filters, include_schema: true } : filters;
  const { body } = await http.ask({
    make: (api, init) => api.GET("/v1/models", { ...init, params: { query } }),
    signals: [signal],
  });
  const { models, total, limit, offset } = body as { [name: string]: unknown };
  if (!Array.isArray(models)) throw new ResponseError("The catalogue's answer has no list of models.");
  return {
    models: models.filter((entry) => typeof (entry as CatalogueEntry | null)?.model_id === "string"),
    total: count(total, models.length),
    limit: count(limit, models.length),
    offset: count(offset, 0),
  };
};

/** One entry of the catalogue, with its `input_schema`. */
export const getModel = async (
  http: Http,
  modelId: string,
  signal?: AbortSignal,
): Promise<CatalogueEntry> => {
  const path = modelPath(modelId);
  const { body } = await http.ask({ make: (api, init) => api.GET(path, init), signals: [signal] });
  return body as CatalogueEntry;
};

/** What the account has left. */
export const readBalance = async (http: Http, signal?: AbortSignal): Promise<Balance> => {
  const { balanceUrl: baseUrl } = http.settings;
  const { body } = await http.ask({
    make: (api, init) => api.GET("/prod/v2/balance", { ...init, baseUrl }),
    signals: [signal],
  });
  const {
    balance_usd: usd,
    balance_microdollars: micro,
    currency = "USD",
  } = body as Body & { currency?: unknown };
  const dollars = typeof usd === "number" ? usd : Number(micro) / 1e6;
  if (!Number.isFinite(dollars)) throw new ResponseError("The balance's answer has no amount.");
  const microdollars = typeof micro === "number" ? micro : Math.round(dollars * 1e6);
  return { usd: dollars, microdollars, currency: String(currency) };
};

/** Known ids like one that does not exist, from one look into the catalogue; none where that fails. */
export const suggestIds = async (
  http: Http,
  modelId: string,
  signal: AbortSignal | undefined,
): Promise<string[]> => {
  const make: MakeCall = (api, init) => api.GET("/v1/models", { ...init, params: { query: { limit: 500 } } });
  const call = { make, signals: [signal], timeoutMs: 10_000 };
  const { models } = (await http.send(call).catch(() => undefined))?.body ?? {};
  const ids = Array.isArray(models)
    ? models.map((entry) => String((entry as CatalogueEntry | null)?.model_id))
    : [];
  return nearest(modelId, ids);
};
