import { HttpError, isRunComfyError } from "../../src/errors/errors.js";
import type { LiveCatalogue, ReadContext } from "./live-catalogue.js";

/** The service's answer about one model: its entry, that there is none, or nothing that could be understood. */
export type ModelLookup =
  | { readonly state: "found"; readonly entry: unknown }
  | { readonly state: "gone" }
  | { readonly state: "unknown"; readonly reason: string };

/** Reads a model's own page of the catalogue. Throws only the reason of the signal, and errors that are not the client's. */
export async function lookUp(
  catalogue: LiveCatalogue,
  id: string,
  context: ReadContext,
): Promise<ModelLookup> {
  try {
    const entry = await catalogue.readModel(id, context);
    return entry["model_id"] === id
      ? { state: "found", entry }
      : { state: "unknown", reason: "the answer is about something else" };
  } catch (error) {
    context.signal?.throwIfAborted();
    if (!isRunComfyError(error)) throw error;
    // Only an explicit "no such model" counts. Any other error says nothing about the model.
    const isGone =
      error instanceof HttpError && (error.code === "not_found" || [404, 410].includes(error.status));
    return isGone || error.code === "input" ? { state: "gone" } : { state: "unknown", reason: error.message };
  }
}
