import { modelPath } from "../../src/protocol/paths.js";
import { HttpError, isRunComfyError } from "../../src/errors/errors.js";
import type { Http } from "../../src/wire/requests.js";
import { ask } from "./live-catalogue.js";
import type { AskOptions } from "./live-catalogue.js";

/** What the service says of one model: its entry, that there is none, or nothing that can be understood. */
export type LookUp =
  | { readonly state: "found"; readonly entry: unknown }
  | { readonly state: "gone" }
  | { readonly state: "unknown"; readonly reason: string };

/** Reads a model's own page of the catalogue. Throws only the reason of the signal, and what nobody foresaw. */
export async function lookUp(http: Http, id: string, options: AskOptions): Promise<LookUp> {
  try {
    const entry = await ask(http, modelPath(id), options);
    return entry["model_id"] === id
      ? { state: "found", entry }
      : { state: "unknown", reason: "the answer is about something else" };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isRunComfyError(error)) throw error;
    // Only the service's plain word that there is no such model counts: a fault says nothing of it.
    const isGone =
      error instanceof HttpError && (error.code === "not_found" || [404, 410].includes(error.status));
    return isGone || error.code === "input" ? { state: "gone" } : { state: "unknown", reason: error.message };
  }
}
