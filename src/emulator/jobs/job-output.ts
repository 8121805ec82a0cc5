import type { Json, Schema } from "../../input/model.js";
import { resolveReference } from "../../input/reference.js";
import type { MediaKind } from "./media-file.js";
import { countImages, findMediaKind } from "./emulator-model.js";
import type { EmulatorModel } from "./emulator-model.js";

type JsonObject = { readonly [name: string]: Json };

/** The kind and the number of files that a job gives. */
export function planFiles(
  model: EmulatorModel,
  input: JsonObject,
): { readonly kind: MediaKind; readonly count: number } {
  const kind = findMediaKind(model);
  return { kind, count: kind === "image" ? countImages(input) : 1 };
}

/** The `output` of a job that succeeded: its files under the documented keys, and a sample for each other documented field. */
export function writeOutput(model: EmulatorModel, kind: MediaKind, urls: readonly string[]): JsonObject {
  const properties = model.output?.properties;
  const plural = `${kind}s`;
  const hasSingle = !properties || Object.hasOwn(properties, kind);
  const hasPlural = !properties || Object.hasOwn(properties, plural);
  const asList = hasPlural && (urls.length > 1 || !hasSingle);
  const output: { [name: string]: Json } = asList ? { [plural]: urls } : { [kind]: urls[0] ?? "" };
  for (const [name, schema] of Object.entries(properties ?? {})) {
    if (!mediaKeys.has(name)) output[name] = makeSample(schema, urls[0] ?? "", model.output);
  }
  if (properties?.[kind] && !asList) output[kind] = makeSample(properties[kind], urls[0] ?? "", model.output);
  return output;
}

const mediaKeys: ReadonlySet<string> = new Set(["image", "images", "video", "videos", "audio", "audios"]);

/** A value that fits a schema; inside a schema that contains itself, lists are empty. */
function makeSample(schema: Schema, url: string, whole: Schema = {}, depth = 0): Json {
  if (schema.$ref)
    return depth > 4 ? {} : makeSample(resolveReference(whole, schema.$ref), url, whole, depth + 1);
  const inside = (inner: Schema): Json => makeSample(inner, url, whole, depth);
  const given = schema.const ?? schema.default ?? schema.examples?.[0] ?? schema.enum?.[0];
  if (given !== undefined) return given;
  const branch = schema.anyOf?.[0];
  if (branch) return inside(branch);
  const type = typeof schema.type === "string" ? schema.type : schema.type?.[0];
  if (type === "string" || type === undefined)
    return schema.format === "uri" || schema["x-media"] ? url : "sample";
  if (type === "number" || type === "integer")
    return schema.minimum ?? (schema.maximum !== undefined && schema.maximum < 1 ? schema.maximum : 1);
  if (type === "boolean") return true;
  if (type === "null") return null;
  if (type === "array")
    return schema.prefixItems?.map(inside) ?? (schema.items && depth === 0 ? [inside(schema.items)] : []);
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, inside(inner)]),
  );
}
