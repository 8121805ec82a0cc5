import {
  aBoolean,
  aNumber,
  anything,
  aPositiveNumber,
  aText,
  aClock,
  aLogger,
} from "../options/check-options.js";
import type { OptionRules } from "../options/check-options.js";
import type { OnceOptions } from "./once-types.js";

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
