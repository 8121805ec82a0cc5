import { isObject, typesOf, without } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import { pointerTo, show } from "../../errors/issue.js";
import type { Json } from "../../input/model.js";
import { inOrder } from "../notation/keyword-order.js";
import type { RuleContext, Rules } from "./rule.js";

const mediaFormat = /^(image|video|audio)(?:_(?:uri|url)(s)?)?$/;
const validationRule =
  /^\s*(width_pixels|height_pixels|width\/height|file_size_mb|duration_seconds)\s*([<>])\s*$/;
const subjects = new Set([
  "width_pixels",
  "height_pixels",
  "width/height",
  "file_size_mb",
  "duration_seconds",
]);
const kinds = new Set<Json>(["image", "video", "audio"]);

/** Formats that JSON Schema and OpenAPI define. */
const formats = new Set(
  (
    "uri uri-reference iri iri-reference uri-template url date-time date time duration email idn-email hostname idn-hostname ipv4 ipv6 uuid " +
    "json-pointer relative-json-pointer regex byte binary password int32 int64 float double"
  ).split(" "),
);

const bareFile =
  /^[^/\\:?#\s"'`<>]+\.(?:(png|jpe?g|webp|gif|bmp|avif|heic|tiff?)|(mp4|mov|webm|mkv|avi|m4v)|(mp3|wav|m4a|flac|ogg|aac|opus))$/i;

/** The kind of a file that is named without a folder or an address, from its extension. */
function kindOfBareFile(value: Json | undefined): "image" | "video" | "audio" | undefined {
  const found = typeof value === "string" && value.length <= 200 ? bareFile.exec(value) : null;
  if (!found) return undefined;
  return found[1] ? "image" : found[2] ? "video" : "audio";
}

function isBareFileOrList(value: Json | undefined): boolean {
  return Array.isArray(value) || kindOfBareFile(value) !== undefined;
}

/** Adds to the media rules of a schema, or to those of its items where it is an array. */
function addMedia(node: SchemaNode, media: { readonly [key: string]: Json }, isPlural = false): SchemaNode {
  const types = typesOf(node);
  const isUntyped = types.length === 0 && node["anyOf"] === undefined && node["enum"] === undefined;
  const isList = types.includes("array") || isObject(node["items"]) || (isPlural && isUntyped);
  const typeOf = (word: string): Json => (node["nullable"] === true ? [word, "null"] : word);
  if (!isList) return withMedia({ ...node, ...(isUntyped && { type: typeOf("string") }) }, media);
  const items = isObject(node["items"]) ? node["items"] : {};
  const values = [items["default"] ?? "", ...((items["examples"] ?? []) as readonly Json[])];
  const isTyped =
    typesOf(items).length > 0 ||
    items["anyOf"] !== undefined ||
    items["enum"] !== undefined ||
    values.some((value) => typeof value !== "string");
  const { format, ...rest } = media;
  const typed: SchemaNode = {
    ...(!isTyped && { type: "string" }),
    ...items,
    ...(format !== undefined && { format }),
  };
  return { ...(isUntyped && { type: typeOf("array") }), ...node, items: inOrder(withMedia(typed, rest)) };
}

function withMedia(node: SchemaNode, media: { readonly [key: string]: Json }): SchemaNode {
  const before = isObject(node["x-media"]) ? node["x-media"] : {};
  const { format, ...rest } = media;
  return { ...node, ...(format !== undefined && { format }), "x-media": { ...before, ...rest } };
}

function readValidation(
  entry: Json,
  at: number,
  { report }: RuleContext,
): { side: "below" | "above"; subject: string; limit: number } | undefined {
  const { validation_rule: rule, validation_value: value } = isObject(entry) ? entry : {};
  const found = typeof rule === "string" ? validationRule.exec(rule) : null;
  const limit = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (found === null) {
    report(
      "unknown-validation",
      `/validations/${at}`,
      `The rule ${show(isObject(entry) ? rule : entry)} is unknown.`,
    );
  } else if (typeof limit !== "number" || !Number.isFinite(limit)) {
    report(
      "unknown-validation",
      `/validations/${at}`,
      `The rule ${show(rule)} has the value ${show(value)}, no number.`,
    );
  } else return { side: found[2] === "<" ? "below" : "above", subject: found[1]!, limit };
  return undefined;
}

function cleanLimits(value: Json | undefined): { readonly [key: string]: Json } {
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).filter(([key, limit]) => subjects.has(key) && typeof limit === "number"),
      )
    : {};
}

function cleanMedia(media: { readonly [key: string]: Json }): { readonly [key: string]: Json } {
  const below = cleanLimits(media["below"]);
  const above = cleanLimits(media["above"]);
  const samples = Array.isArray(media["samples"])
    ? (media["samples"] as readonly Json[]).filter((sample) => typeof sample === "string")
    : [];
  return {
    ...(kinds.has(media["kind"] ?? null) && { kind: media["kind"]! }),
    ...(Object.keys(below).length > 0 && { below }),
    ...(Object.keys(above).length > 0 && { above }),
    ...(samples.length > 0 && { samples }),
  };
}

function cleanNode(schema: SchemaNode): SchemaNode {
  if (!isObject(schema["x-media"])) return schema;
  const clean = cleanMedia(schema["x-media"]);
  return JSON.stringify(clean) === JSON.stringify(schema["x-media"])
    ? schema
    : { ...schema, "x-media": clean };
}

/** Tells whether an array can have no items beyond those that have a schema each. */
function isFullTuple({ prefixItems, maxItems }: SchemaNode): boolean {
  return Array.isArray(prefixItems) && typeof maxItems === "number" && maxItems <= prefixItems.length;
}

export const mediaRules: Rules = new Map([
  [
    "Media rules that are written out hold only what the check knows.",
    (node, { report }) => {
      const media = node["x-media"];
      if (!isObject(media)) return node;
      const clean = cleanMedia(media);
      for (const key of Object.keys(media)) {
        if (JSON.stringify(clean[key]) === JSON.stringify(media[key])) continue;
        report(
          "unknown-validation",
          `/x-media${pointerTo(key)}`,
          `The media rule ${show(key)} is not understood.`,
        );
      }
      // The order of keys is part of the output: kind, below, above, samples.
      return JSON.stringify(clean) === JSON.stringify(media) ? node : { ...node, "x-media": clean };
    },
  ],
  [
    "A media format is a URI with the kind of its medium.",
    (node) => {
      const found = typeof node["format"] === "string" ? mediaFormat.exec(node["format"]) : null;
      if (!found) return node;
      return addMedia(without(node, "format"), { kind: found[1]!, format: "uri" }, found[2] === "s");
    },
  ],
  [
    "A format that nobody knows is reported and left out.",
    (node, { report }) => {
      const { format } = node;
      if (typeof format !== "string" || formats.has(format)) return node;
      report("unknown-format", "/format", `The format ${show(format)} is unknown.`);
      return without(node, "format");
    },
  ],
  [
    "A documented validation is a strict limit of the medium.",
    (node, context) => {
      if (!Array.isArray(node["validations"])) return node;
      const sides: { below: { [key: string]: number }; above: { [key: string]: number } } = {
        below: {},
        above: {},
      };
      (node["validations"] as readonly Json[]).forEach((entry, at) => {
        const read = readValidation(entry, at, context);
        if (!read) return;
        const { side, subject, limit } = read;
        const before = sides[side][subject];
        // Of two limits on the same side the narrower holds.
        const narrower = side === "below" ? Math.min : Math.max;
        sides[side][subject] = before === undefined ? limit : narrower(before, limit);
      });
      const plain = without(node, "validations");
      const media = cleanMedia(sides);
      return Object.keys(media).length === 0 ? plain : addMedia(plain, media);
    },
  ],
  [
    "A bare file name given as default is a sample that the service has.",
    (node) => {
      // Most defaults are not file names, and need no closer check.
      if (node["examples"] === undefined && !isBareFileOrList(node["default"])) return node;
      const given = [node["default"], ...((node["examples"] ?? []) as readonly Json[])].flat() as Json[];
      const samples = given.filter((value) => kindOfBareFile(value) !== undefined);
      const types = typesOf(node);
      const fits = types.length === 0 || types.includes("string") || types.includes("array");
      if (samples.length === 0 || !fits || node["enum"] !== undefined || node["anyOf"] !== undefined)
        return node;
      const target = types.includes("array") && isObject(node["items"]) ? node["items"] : node;
      const before = isObject(target["x-media"]) ? target["x-media"] : {};
      const known = (before["samples"] ?? []) as readonly Json[];
      if (samples.every((sample) => known.includes(sample))) return node;
      return addMedia(node, {
        kind: before["kind"] ?? kindOfBareFile(samples[0])!,
        samples: [...new Set([...known, ...samples])],
      });
    },
  ],
  [
    "An array without items holds anything.",
    (node) =>
      typesOf(node).includes("array") && node["items"] === undefined && !isFullTuple(node)
        ? { ...node, items: {} }
        : node,
  ],
  [
    "Media rules name the kind, then the limits, then the samples.",
    (node) => {
      const fixed = cleanNode(node);
      if (!isObject(fixed["items"])) return fixed;
      const items = cleanNode(fixed["items"]);
      return items === fixed["items"] ? fixed : { ...fixed, items };
    },
  ],
]);
