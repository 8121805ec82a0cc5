import type { Fields, Value } from "./page-json.js";

/** Tells an object from every other value. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The keys of an object, none where it is none. */
export function keysOf(value: unknown): string[] {
  return isFields(value) ? Object.keys(value) : [];
}

/** Tells whether an object is the schema of an object. */
export function isObjectSchema(value: unknown): value is Fields {
  if (!isFields(value) || !isFields(value["properties"])) return false;
  const { type } = value;
  if (type !== undefined && type !== "object" && !(Array.isArray(type) && type.includes("object")))
    return false;
  return Object.values(value["properties"]).every(
    (property) => isFields(property) || typeof property === "boolean",
  );
}

const MEDIA = new Set(["image", "video", "audio", "images", "videos", "audios", "url", "urls"]);

/** Tells whether a schema is that of a result: nothing but addresses of media, none of them a setting. */
export function isMediaOutput(schema: Fields): boolean {
  const properties = schema["properties"];
  if (!isFields(properties)) return false;
  const entries = Object.entries(properties);
  return entries.length > 0 && entries.every(([name, property]) => MEDIA.has(name) && isAddress(property));
}

function isAddress(property: Value): boolean {
  if (!isFields(property) || "default" in property || "validations" in property) return false;
  return (
    property["format"] === "uri" ||
    (property["type"] === "array" && isFields(property["items"]) && isAddress(property["items"]))
  );
}

/** A copy without titles, descriptions and messages: what a schema states rather than how. */
export function withoutWording(value: Value, named = false): Value {
  if (Array.isArray(value)) return value.map((item: Value) => withoutWording(item));
  if (!isFields(value)) return value;
  const copy: Fields = Object.create(null) as Fields;
  for (const [key, item] of Object.entries(value)) {
    if (!named && WORDING.has(key)) continue;
    copy[key] = DATA.has(key) && !named ? item : withoutWording(item, key === "properties" && !named);
  }
  return copy;
}

/** The keywords that hold wording: they may say anything without changing what a model takes. */
export const WORDING: ReadonlySet<string> = new Set(["title", "description", "validation_error", "$comment"]);
/** The keywords whose value is data, not schema. */
const DATA = new Set(["default", "enum", "const", "example", "examples", "required"]);

/** Tells whether two values are equal as JSON; the order of keys does not count. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (typeof left === "bigint" || typeof right === "bigint")
    return String(left) === String(right) || Number(left) === right || left === Number(right);
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => sameValue(item, right[index]))
    );
  }
  if (!isFields(left) || !isFields(right)) return Object.is(left, right) || left === right;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
  );
}
