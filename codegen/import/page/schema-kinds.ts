import { isFields } from "../../../src/dialect/notation/fields.js";
import type { Fields, Value } from "../../../src/dialect/notation/fields.js";

/** Tells whether a value is the schema of an object. */
export function isObjectSchema(value: unknown): value is Fields {
  if (!isFields(value) || !isFields(value["properties"])) return false;
  const { type } = value;
  if (type !== undefined && type !== "object" && !(Array.isArray(type) && type.includes("object")))
    return false;
  return Object.values(value["properties"]).every(
    (property) => isFields(property) || typeof property === "boolean",
  );
}

const mediaNames = new Set(["image", "video", "audio", "images", "videos", "audios", "url", "urls"]);

/** Tells whether a schema is that of a result: nothing but addresses of media, none of them a setting. */
export function isMediaOutput(schema: Fields): boolean {
  const properties = schema["properties"];
  if (!isFields(properties)) return false;
  const entries = Object.entries(properties);
  return (
    entries.length > 0 && entries.every(([name, property]) => mediaNames.has(name) && isAddress(property))
  );
}

function isAddress(property: Value): boolean {
  if (!isFields(property) || "default" in property || "validations" in property) return false;
  return (
    property["format"] === "uri" ||
    (property["type"] === "array" && isFields(property["items"]) && isAddress(property["items"]))
  );
}
