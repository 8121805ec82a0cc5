import { isRunComfyError } from "runcomfy-models";
import type { CheckedModel } from "runcomfy-models";
import { findKnown, list, load, loadLive, nearest } from "runcomfy-models/catalogue";
import type { Session } from "../session/session.js";
import { addLivePrice } from "./live-price.js";

/** A model as calls use it. */
export interface FoundModel {
  readonly id: string;
  /** The id alone where the service publishes no schema: the input is then not checked. */
  readonly model: CheckedModel | string;
  /** True where its words and schema come from the service at this moment. */
  readonly isLive: boolean;
}

/** An id that names no model. */
export interface UnknownModel {
  readonly error: "unknown_model";
  readonly given: string;
  /** Ids like the given one, the best first. */
  readonly nearest: readonly string[];
}

/** Finds a model: in this package, else in the service's own catalogue, which is one free request. */
export async function findModel(
  session: Session,
  id: string,
  signal: AbortSignal,
): Promise<FoundModel | UnknownModel> {
  const shipped = list().find((entry) => entry.id === id);
  // The union of all generated modules is too large to work with; none of their own types matter here.
  if (shipped) {
    const own = (await load(shipped.id)).model as CheckedModel;
    return { id, model: await addLivePrice(session, own, signal), isLive: false };
  }
  try {
    const live = await loadLive(session.client, id, { signal });
    const { properties, additionalProperties } = live.input;
    const hasSchema = Object.keys(properties).length > 0 || additionalProperties === false;
    return { id, model: hasSchema ? live : id, isLive: true };
  } catch (error) {
    const isUnknown = isRunComfyError(error) && ["not_found", "config", "input"].includes(error.code);
    if (!isUnknown) throw error;
    const known = findKnown(id);
    if (known && known.renamedTo === undefined) return { id, model: id, isLive: true };
    return { error: "unknown_model", given: id.slice(0, 200), nearest: nearest(id) };
  }
}

/** Tells whether an id named a model. */
export function isFound(found: FoundModel | UnknownModel): found is FoundModel {
  return "model" in found;
}
