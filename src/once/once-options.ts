import {
  aBoolean,
  aFunction,
  aNumber,
  anything,
  aPositiveNumber,
  aText,
  aClock,
  aLogger,
} from "../options/check-options.js";
import type { OptionRules } from "../options/check-options.js";
import { signalRules } from "../options/option-rules.js";
import type { OnceOptions, SettleOptions } from "./once-types.js";
import type { Query } from "./record/store.js";

export const onceRules: OptionRules<OnceOptions> = {
  client: anything,
  store: anything,
  space: aText,
  budget: aBudget,
  assumeUsd: aNumber,
  places: somePlaces,
  keepInput: aBoolean,
  leaseMs: aPositiveNumber,
  owner: aText,
  logger: aLogger,
  clock: aClock,
};

export const settleRules: OptionRules<SettleOptions> = {
  ...signalRules,
  onEnd: aFunction,
  goneAfterMs: aPositiveNumber,
};

export const listRules: OptionRules<Pick<Query, "state" | "after" | "limit">> = {
  state: aText,
  after: aText,
  limit: aNumber,
};

function aBudget(value: unknown): string | undefined {
  const { id, maxUsd } = Object(value) as { id?: unknown; maxUsd?: unknown };
  const isFit = typeof id === "string" && typeof maxUsd === "number" && maxUsd >= 0;
  return isFit ? undefined : "a budget: { id, maxUsd }";
}

function somePlaces(value: unknown): string | undefined {
  const { id, most } = Object(value) as { id?: unknown; most?: unknown };
  const isFit = typeof id === "string" && typeof most === "number" && most >= 0;
  return isFit ? undefined : "places: { id, most }";
}
