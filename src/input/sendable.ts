import { show } from "../errors/issue.js";
import type { Fault } from "../errors/issue.js";
import { checkReference, mediaForms } from "./media-address.js";
import { misfit } from "./mismatch.js";
import type { Schema } from "./model.js";

/**
 * Why a value, without what is inside it, cannot be sent: JSON cannot carry it or would carry it as something else, or it
 * names media that the service cannot fetch.
 */
export function findUnsendable(rules: Schema, value: unknown): Fault | undefined {
  const media = rules["x-media"];
  switch (typeof value) {
    case "string":
      // Without a pair of its own, a surrogate matches by itself.
      if (/\p{Surrogate}/u.test(value)) return misfit(show(value), "whole surrogate pairs");
      return media && checkReference(media, value);
    case "number":
      if (Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value)))
        return undefined;
      return misfit(
        `${value}`,
        Number.isInteger(value) ? "a whole number within ±(2^53 - 1)" : "a finite number",
      );
    case "boolean":
      return undefined;
    case "undefined":
      return misfit("undefined", "a value, or the key left out");
    default: {
      const kind = typeof value === "object" ? (findClass(value) ?? findOwnJson(value)) : typeof value;
      return kind === undefined ? undefined : misfit(`a ${kind}`, media ? mediaForms : jsonForms);
    }
  }
}

const jsonForms = "text, a number, true, false, null, an array or a plain object";

/** The class of what is no array, no object literal of any realm, no object without a prototype, and not null. */
function findClass(value: object | null): string | undefined {
  const prototype = value && (Object.getPrototypeOf(value) as object | null);
  if (!prototype || Array.isArray(value) || !Object.getPrototypeOf(prototype)) return undefined;
  const name: unknown = prototype.constructor?.name;
  return typeof name === "string" && /^\w{1,60}$/.test(name) ? name : "class instance";
}

/** What says of itself how it is sent is not sent as it was checked. */
function findOwnJson(value: object | null): string | undefined {
  return value && "toJSON" in value ? "value with a toJSON" : undefined;
}
