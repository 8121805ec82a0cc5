import type { CheckedModel, Price } from "runcomfy-models";
import { loadLive } from "runcomfy-models/catalogue";
import { defineModel } from "runcomfy-models/standard";
import type { Session } from "../session/session.js";
import { tooLate, within } from "../session/timer.js";

/** The longest wait for a price. Without it the price is not known. */
const priceMs = 5000;

/** A shipped model with the price of the live catalogue, where the package itself knows none. One free request for each model. */
export async function addLivePrice(
  session: Session,
  model: CheckedModel,
  signal: AbortSignal,
): Promise<CheckedModel> {
  if (model.price?.usd !== undefined) return model;
  const known = session.prices.get(model.id);
  const live = known ?? (await readLivePrice(session, model.id, signal));
  if (live?.usd === undefined) return model;
  session.prices.set(model.id, live);
  return defineModel<unknown, unknown>({ id: model.id, input: model.input, price: join(model.price, live) });
}

async function readLivePrice(
  { client }: Session,
  id: string,
  signal: AbortSignal,
): Promise<Price | undefined> {
  const loading = loadLive(client, id, { signal }).catch(() => undefined);
  const entry = await within(loading, priceMs);
  return entry === tooLate ? undefined : entry?.price;
}

/** What the package knows of a price holds for the live amount, too, where both are for the same unit. */
function join(own: Price | undefined, live: Price): Price {
  return own?.unit === live.unit ? { ...live, ...own } : live;
}
