import { setTimeout } from "node:timers/promises";
import { getLive, listLive } from "../../src/catalogue/live.js";
import { createClient } from "../../src/client.js";
import { isRunComfyError, ResponseError } from "../../src/errors/errors.js";
import type { HttpError, RunComfyError } from "../../src/errors/errors.js";
import type { ClientOptions } from "../../src/options/client-options.js";
import { readJson } from "../json/json-text.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import type { Fields } from "../../src/dialect/notation/fields.js";
import { recordBodies } from "./recording-fetch.js";
import { messageOf } from "../../src/errors/error-message.js";

/** A page with all schemas is large, and some networks are slow. */
const requestTimeoutMs = 120_000;
/** The client repeats each read three times by itself; after that, sync begins anew as often as this. */
const mostRepeats = 2;
const longestWaitMs = 15 * 60_000;
/** A token shorter than this is a stand-in: hiding it would tear words out of the schemas. */
const shortestSecret = 12;
/** More levels than any schema has. An entry that nests too deeply is refused by itself, not with its whole page. */
const mostLevels = 1000;

/** The surroundings of one read of the service. */
export interface ReadContext {
  readonly signal: AbortSignal | undefined;
  /** Called with the reason when a read is repeated. */
  readonly say: (line: string) => void;
}

/** The part of the catalogue that one page shows. */
export interface PageQuery {
  readonly limit: number;
  readonly offset: number;
  readonly search?: string | undefined;
  readonly category?: string | undefined;
}

/** The live catalogue, with each answer as the service sent it: broken entries too, which the client would leave out. */
export interface LiveCatalogue {
  /** Reads one page with all schemas. Rejects with an error of the client, or with the reason of the signal. */
  readPage(query: PageQuery, context: ReadContext): Promise<Fields>;
  /** Reads the entry of one model. Rejects likewise. */
  readModel(id: string, context: ReadContext): Promise<Fields>;
}

/** Opens the catalogue through the public client: same addresses, same token, same limits, and nothing that is paid. */
export function openCatalogue(options: ClientOptions): LiveCatalogue {
  const recorder = recordBodies(options.fetch);
  const client = createClient({ ...options, requestTimeoutMs, fetch: recorder.fetch });
  const { token } = options;
  const secret = typeof token === "string" && token.length >= shortestSecret ? token : undefined;

  function readBody(): Fields | undefined {
    const text = recorder.lastBody();
    const reading = readJson(secret === undefined ? text : text.replaceAll(secret, "[token]"), {
      maxDepth: mostLevels,
    });
    return reading.ok && isFields(reading.value) ? reading.value : undefined;
  }

  /** Makes one call of the client, and gives any JSON object that it received: whether it is a catalogue is decided elsewhere. */
  async function readOnce(ask: () => Promise<unknown>): Promise<Fields> {
    let failure: unknown = new ResponseError("The answer could not be understood. Try again later.");
    try {
      await ask();
    } catch (error) {
      if (!isRunComfyError(error) || error.code !== "response") throw error;
      failure = error;
    }
    const body = readBody();
    if (body === undefined) throw failure;
    return body;
  }

  async function read(ask: () => Promise<unknown>, { signal, say }: ReadContext): Promise<Fields> {
    for (let failures = 1; ; failures++) {
      try {
        return await readOnce(ask);
      } catch (error) {
        signal?.throwIfAborted();
        const waitMs = isRunComfyError(error) && isPassing(error) ? waitAfter(error, failures) : Infinity;
        if (failures > mostRepeats || waitMs > longestWaitMs) throw error;
        say(`${messageOf(error)} Trying again in ${Math.ceil(waitMs / 1000)} s.`);
        await (options.clock?.sleep(waitMs, signal) ?? setTimeout(waitMs, undefined, signal && { signal }));
      }
    }
  }

  return {
    readPage: ({ search, category, ...part }, context) => {
      const filters = {
        ...(search !== undefined && { search }),
        ...(category !== undefined && { category }),
      };
      return read(
        () => listLive(client, { ...part, ...filters, includeSchema: true, ...withSignal(context) }),
        context,
      );
    },
    readModel: (id, context) => read(() => getLive(client, id, withSignal(context)), context),
  };
}

function withSignal({ signal }: ReadContext): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function waitAfter({ retryAfterMs = 0 }: RunComfyError, failures: number): number {
  return Math.max(retryAfterMs, 1000 * 2 ** failures);
}

/** Tells whether a read that failed may succeed when it is made again. */
function isPassing(error: RunComfyError): boolean {
  if (error.code === "connection")
    return (error.cause as { code?: unknown } | undefined)?.code !== "BAD_CERTIFICATE";
  if (error.code !== "http") return error.code === "response";
  const { status, errorCode } = error as unknown as HttpError;
  const meant = Math.floor(Number(errorCode) / 1000);
  const meaning = meant >= 400 && meant < 600 ? meant : status;
  return meaning >= 500 || [408, 425, 429].includes(meaning);
}
