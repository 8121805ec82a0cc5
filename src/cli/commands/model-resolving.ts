import { isRunComfyError } from "../../index.js";
import type { CheckedModel } from "../../index.js";
import { CommandError } from "../terminal/exit-code.js";
import { self } from "../terminal/invocation.js";
import { plain } from "../terminal/screen.js";
import { refuseId } from "./listing.js";
import type { Session } from "./session.js";

/**
 * The model of this package, else one made of the live catalogue's entry. The id alone for a model without a published schema, whose
 * input is not checked.
 */
export async function resolveModel(session: Session, id: string): Promise<CheckedModel | string> {
  if (id.startsWith("-")) {
    throw new CommandError(
      `The model's id comes first, then its fields: ${self} run ID --prompt "A gentle breeze."`,
    );
  }
  const { list, load, loadLive, nearest } = await import("../../catalogue/shipped.js");
  const known = list().find((model) => model.id === id);
  // The union of all generated modules is too large to work with; none of their own types matter here.
  if (known) return (await load(known.id)).model as CheckedModel;
  const say = (line: string) => session.terminal.say(plain(line));
  try {
    // This request is free, and it finds a mistyped id before a job is paid for.
    const live = await loadLive(session.client, id);
    for (const warning of live.warnings) say(`Warning: the live entry of ${id}: ${warning}`);
    const { properties, additionalProperties } = live.input;
    if (Object.keys(properties).length > 0 || additionalProperties === false) return live;
  } catch (error) {
    const isUnknown = isRunComfyError(error) && (error.code === "not_found" || error.code === "config");
    if (isUnknown || nearest(id).length > 0) throw await refuseId(id);
    throw error;
  }
  say(`The schema of ${id} is not published, so its input is sent unchecked.`);
  return id;
}
