import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { openCatalogue } from "../../../codegen/sync/live-catalogue.js";
import { syncSpecs } from "../../../codegen/sync/spec-sync.js";
import type { SyncOptions, SyncOutcome } from "../../../codegen/sync/spec-sync.js";

/** A catalogue that a test can change, and spoil. */
export interface CatalogueServer {
  readonly url: string;
  /** What it lists: anything at all. */
  entries: unknown[];
  /** Answers a request itself by returning true. */
  spoil: (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => boolean;
  /** Changes a page before it is sent. */
  bend: (page: { [name: string]: unknown }, query: URLSearchParams) => unknown;
  /** What it takes as a token. */
  tokens: string[];
  /** Path and query of every request. */
  readonly requests: string[];
}

/** Starts a catalogue on this machine for one test. */
export const startCatalogue = async (entries: unknown[]): Promise<CatalogueServer> => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url!);
    const url = new URL(request.url!, "http://localhost");
    const send = (status: number, body: unknown) =>
      response
        .writeHead(status, { "content-type": "application/json" })
        .end(typeof body === "string" ? body : JSON.stringify(body));
    if (catalogue.spoil(request, response, url.searchParams)) return;
    if (!catalogue.tokens.includes(request.headers.authorization?.slice("Bearer ".length) ?? ""))
      return void send(401, { error_code: 400004, message: "bad token" });
    if (url.pathname !== "/v1/models") {
      const id = url.pathname.slice("/v1/models/".length).split("/").map(decodeURIComponent).join("/");
      const found = catalogue.entries.find(
        (entry) => (entry as { model_id?: string } | null)?.model_id === id,
      );
      return void (found ? send(200, found) : send(404, { error_code: 404001, message: "no such model" }));
    }
    const [limit, offset] = [Number(url.searchParams.get("limit")), Number(url.searchParams.get("offset"))];
    const models = catalogue.entries.slice(offset, offset + limit);
    send(200, catalogue.bend({ models, total: catalogue.entries.length, limit, offset }, url.searchParams));
  });
  const catalogue: CatalogueServer = {
    url: "",
    entries,
    tokens: ["secret-token"],
    requests,
    spoil: () => false,
    bend: (page) => page,
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(catalogue, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
};

/** What a sync printed, beside its outcome. */
export interface SyncRun extends SyncOutcome {
  readonly printed: string[];
  readonly warned: string[];
  /** Ids by what became of them. */
  readonly by: (state: string) => string[];
}

/** Syncs a folder with a server; time passes at once. */
export const sync = async (
  url: string,
  specs: string,
  more: Partial<SyncOptions> & { token?: string } = {},
): Promise<SyncRun> => {
  const printed: string[] = [];
  const warned: string[] = [];
  const { token = "secret-token", ...rest } = more;
  const outcome = await syncSpecs({
    catalogue: openCatalogue({ token, baseUrl: url, clock: fastClock, random: () => 0.5 }),
    specs,
    today: "2026-01-08",
    print: (line) => printed.push(line),
    warn: (line) => warned.push(line),
    progress: () => {},
    ...rest,
  });
  const by = (state: string) => outcome.outcomes.filter((one) => one.state === state).map(({ name }) => name);
  return { ...outcome, printed, warned, by };
};

/** How long the clock was asked to sleep, in milliseconds; deadlines of requests are not counted. */
export const slept: number[] = [];

let skipped = 0;
const fastClock = {
  now: () => performance.now() + skipped,
  date: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      if (ms >= 120_000) return;
      slept.push(ms);
      skipped += ms;
      setImmediate(resolve);
    }),
};

/** An entry with the schema of these properties. */
export const entryOf = (
  id: string,
  properties: object = { prompt: { type: "string" } },
  more: object = {},
) => ({
  model_id: id,
  display_name: `Model ${id}`,
  description: "Makes things.",
  categories: ["text-to-image"],
  kind: "model",
  base_price_usd: 0.05,
  price_unit: "image",
  pricing_note: null,
  model_url: `https://www.runcomfy.com/models/${id}`,
  inputs: Object.keys(properties),
  required_inputs: [],
  input_schema: { type: "object", properties, required: Object.keys(properties).slice(0, 1) },
  ...more,
});
