import { isRunComfyError } from "../../index.js";
import type { CheckedModel } from "../../index.js";
import { defineModel } from "../../input/define-model.js";
import { refuseId } from "../models/listing.js";
import { readLiveModel } from "../models/daily-models.js";
import { findOwn, nearestOwn, readOwnModels, toModel } from "../models/own-models.js";
import type { SourceArgs } from "../models/own-models.js";
import { CommandError } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { plain } from "../terminal/screen.js";
import { openLiveSource, wantsLive } from "./live-source.js";
import type { Session } from "./session.js";

/**
 * Resolves an id to the user's own model, the one of this package, or one made of the live catalogue's entry. Gives the id alone
 * for a model without a published schema, whose input is not checked.
 */
export async function resolveModel(
  session: Session,
  id: string,
  args: SourceArgs = {},
): Promise<CheckedModel | string> {
  if (id.startsWith("-")) {
    throw new CommandError(
      `The model's id comes first, then its fields: ${self} run ID --prompt "A gentle breeze."`,
    );
  }
  const own = await readOwnModels(args);
  const found = own && findOwn(session.terminal, own, id);
  if (found) return toModel(found);
  const shipped = await loadShipped(id);
  if (shipped && !wantsLive(args)) return shipped;
  try {
    return (await resolveLive(session, id, args, shipped)) ?? id;
  } catch (error) {
    const { nearest } = await import("../../catalogue/shipped.js");
    const near = own ? nearestOwn(own, id) : [];
    const isKnown = near.length > 0 || nearest(id).length > 0;
    if (isRunComfyError(error) && (isUnknownId(error) || isKnown)) throw await refuseId(id, near);
    throw error;
  }
}

/** True where the service says that it has no such model, or where a text cannot be the id of one. */
export function isUnknownId(error: unknown): boolean {
  return isRunComfyError(error) && ["not_found", "config", "input"].includes(error.code);
}

async function loadShipped(id: string): Promise<CheckedModel | undefined> {
  const { list, load } = await import("../../catalogue/shipped.js");
  const known = list().find((model) => model.id === id);
  // The union of all generated modules is too large to work with; none of their own types matter here.
  return known && ((await load(known.id)).model as CheckedModel);
}

/** The live entry as a model; undefined where it has no schema, and the package has no model either. */
async function resolveLive(
  session: Session,
  id: string,
  args: SourceArgs,
  shipped: CheckedModel | undefined,
): Promise<CheckedModel | undefined> {
  const say = (line: string) => session.terminal.say(plain(line));
  try {
    // This request is free, and it finds a mistyped id before a job is paid for.
    const { model } = await readLiveModel(openLiveSource(session.terminal, args, session), id);
    for (const warning of model.warnings) say(`Warning: the live entry of ${id}: ${warning}`);
    if (hasFields(model)) return model;
    if (!shipped) {
      say(`The schema of ${id} is not published, so its input is sent unchecked.`);
      return undefined;
    }
    say(`The live entry of ${id} has no fields: those of this package are checked.`);
    const price = model.price ?? shipped.price;
    return defineModel<unknown, unknown>({ id, input: shipped.input, ...(price && { price }) });
  } catch (error) {
    if (!shipped || !isRunComfyError(error) || error.code === "auth") throw error;
    say(`Warning: ${error.message} The model of this package is used.`);
    return shipped;
  }
}

/** True for a model whose schema says anything of its fields. */
export function hasFields({ input }: CheckedModel): boolean {
  const { properties, anyOf, additionalProperties } = input;
  return Object.keys(properties).length > 0 || anyOf !== undefined || additionalProperties === false;
}
