import { show } from "../../errors/issue.js";
import { emptyFields } from "../notation/fields.js";
import type { Fields, Value } from "../notation/fields.js";

/** The facts of an entry beside its schema, and remarks on those that could not be used. */
export interface Listed {
  readonly listed: Fields;
  readonly remarks: readonly string[];
}

const kinds = ["model", "workflow", "inference"];
const units = new Map([
  ["output", "output"],
  ["outputs", "output"],
  ["second", "second"],
  ["seconds", "second"],
  ["sec", "second"],
  ["s", "second"],
  ["image", "image"],
  ["images", "image"],
]);

/** Reads the members that go into the `catalogue` part of a spec. Empty members are left out, unusable ones are remarked on. */
export function readListed(entry: Fields): Listed {
  const remarks: string[] = [];
  const listed = emptyFields();
  function take(name: string, read: (value: Value) => Value | undefined, wanted: string): void {
    const value = entry[name];
    if (value === undefined || value === null || value === "") return;
    const result = read(value);
    if (result !== undefined) listed[name] = result;
    else remarks.push(`${name} is ${show(value)}, not ${wanted}; it is left out`);
  }
  take("display_name", readText, "text");
  take("description", readText, "text");
  take("categories", readCategories, "a list of texts");
  take("kind", readKind, '"model", "workflow" or "inference"');
  take("base_price_usd", readPrice, "an amount of US dollars");
  take("price_unit", readUnit, '"output", "second" or "image"');
  take("pricing_note", readText, "text");
  take("model_url", readAddress, "a web address");
  const unit = entry["price_unit"];
  // An amount without its unit would be read as the price of one output.
  if (
    listed["base_price_usd"] !== undefined &&
    typeof unit === "string" &&
    listed["price_unit"] === undefined
  ) {
    const note = [`The price is per ${unit.trim()}.`, listed["pricing_note"]];
    listed["pricing_note"] = note.filter((part) => part !== undefined).join(" ");
  }
  return { listed, remarks };
}

function readText(value: Value): string | undefined {
  return typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : undefined;
}

function readCategories(value: Value): string[] | undefined {
  const given = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(given)) return undefined;
  const texts = given.filter((item: Value) => typeof item === "string").map((item) => String(item).trim());
  return given.length > 0 && texts.length === 0
    ? undefined
    : [...new Set(texts)].filter((text) => text !== "");
}

function readKind(value: Value): string | undefined {
  const word = String(value).trim().toLowerCase();
  return kinds.includes(word) ? word : undefined;
}

function readPrice(value: Value): number | undefined {
  const text =
    typeof value === "string"
      ? /^\s*\$?\s*(\d+(?:\.\d+)?|\.\d+)\s*(?:usd)?\s*$/i.exec(value)?.[1]
      : undefined;
  const amount = text === undefined ? value : Number(text);
  return typeof amount === "number" && Number.isFinite(amount) && amount >= 0 ? amount : undefined;
}

function readUnit(value: Value): string | undefined {
  return units.get(
    String(value)
      .trim()
      .toLowerCase()
      .replace(/^per[ _-]/, ""),
  );
}

function readAddress(value: Value): string | undefined {
  return typeof value === "string" && /^https?:\/\/[^\s"<>\\^`{|}]+$/.test(value.trim())
    ? value.trim()
    : undefined;
}
