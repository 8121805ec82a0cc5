import type { FieldDescription } from "../../catalogue/describe.js";
import type { FieldRole, Json, Schema } from "../../input/model.js";
import type { SdkWarning } from "./sdk-types.js";
import { findFormat, findPixels, findResolution, listValues, readSides, reduceSides } from "./size-choice.js";
import type { Sides } from "./size-choice.js";

/** A medium for an input: an address, or bytes. */
export interface Medium {
  readonly kind: "image" | "video" | "audio";
  readonly value: string | Blob;
}

/** The options of a call that mean the same for all models. */
export interface StandardOptions {
  readonly prompt?: string | undefined;
  readonly media?: readonly Medium[] | undefined;
  readonly firstFrame?: Medium | undefined;
  readonly lastFrame?: Medium | undefined;
  readonly mask?: Medium | undefined;
  /** Such as `"16:9"`. */
  readonly aspectRatio?: string | undefined;
  /** The pixels, such as `"1280x720"`, and the AI SDK's name of the option. */
  readonly pixels?: { readonly option: "size" | "resolution"; readonly value: string } | undefined;
  readonly seed?: number | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
  readonly fps?: number | undefined;
  readonly sound?: boolean | undefined;
}

/** The input that standard options make, and a warning for each that the model has no field for. */
export interface StandardInput {
  readonly input: Readonly<Record<string, unknown>>;
  readonly warnings: readonly SdkWarning[];
}

/**
 * Puts standard options into the fields that have their roles. A value that a field does not list is put there as it is, so that the
 * model's own check refuses it before anything is paid.
 */
export function fillFields(fields: readonly FieldDescription[], options: StandardOptions): StandardInput {
  const filling = startFilling(fields);
  const { prompt, seed, duration, fps, sound, aspectRatio, pixels } = options;
  if (prompt !== undefined && prompt !== "") filling.set("prompt", "prompt", () => prompt);
  fillMedia(filling, options);
  if (pixels) fillPixels(filling, pixels.option, pixels.value);
  if (aspectRatio !== undefined) fillAspectRatio(filling, aspectRatio);
  if (seed !== undefined) filling.set("seed", "seed", ({ schema }) => asNumber(schema, seed));
  if (duration !== undefined) filling.set("duration", "duration", ({ schema }) => asNumber(schema, duration));
  if (fps !== undefined) filling.set("fps", "fps", ({ schema }) => asNumber(schema, fps));
  if (sound !== undefined) filling.set("generateAudio", "sound", ({ schema }) => asFlag(schema, sound));
  // A call for several results is several jobs, so each job makes one.
  const outputs = filling.find("outputs");
  if (outputs && outputs.default !== 1) filling.put(outputs, asNumber(outputs.schema, 1));
  return { input: filling.input, warnings: filling.warnings };
}

interface Filling {
  readonly input: Record<string, unknown>;
  readonly warnings: SdkWarning[];
  /** The first free field of a role; a list is always free. */
  readonly find: (role: FieldRole) => FieldDescription | undefined;
  readonly put: (field: FieldDescription, value: unknown) => void;
  readonly set: (option: string, role: FieldRole, valueOf: (field: FieldDescription) => unknown) => void;
  readonly warn: (option: string, details?: string) => void;
}

function startFilling(fields: readonly FieldDescription[]): Filling {
  const input: Record<string, unknown> = {};
  const warnings: SdkWarning[] = [];
  const warn: Filling["warn"] = (feature, details) => {
    warnings.push({ type: "unsupported", feature, ...(details !== undefined && { details }) });
  };
  const find: Filling["find"] = (role) =>
    fields.find(
      (field) => field.role === role && (isList(field.schema) || !Object.hasOwn(input, field.name)),
    );
  const put: Filling["put"] = ({ name, schema }, value) => {
    const known: unknown = input[name];
    input[name] = isList(schema) ? [...(Array.isArray(known) ? known : []), value] : value;
  };
  return {
    input,
    warnings,
    find,
    put,
    warn,
    set: (option, role, valueOf) => {
      const field = find(role);
      if (field) put(field, valueOf(field));
      else warn(option, "The model has no field for it.");
    },
  };
}

function isList({ type, anyOf }: Schema): boolean {
  return [type, ...(anyOf ?? []).map((one) => one.type)].flat().includes("array");
}

function fillMedia(filling: Filling, { media = [], firstFrame, lastFrame, mask }: StandardOptions): void {
  if (firstFrame) fillMedium(filling, "image", firstFrame, ["image", "references"]);
  if (lastFrame) fillMedium(filling, "frameImages", lastFrame, ["lastFrame"]);
  if (mask) fillMedium(filling, "mask", mask, ["mask"]);
  for (const medium of media)
    fillMedium(filling, "files", medium, medium.kind === "image" ? ["image", "references"] : [medium.kind]);
}

function fillMedium(
  filling: Filling,
  option: string,
  { value, kind }: Medium,
  roles: readonly FieldRole[],
): void {
  const field = roles.map(filling.find).find((one) => one !== undefined);
  if (field) filling.put(field, value);
  else filling.warn(option, `The model has no field for one more ${kind}.`);
}

function fillPixels(filling: Filling, option: string, text: string): void {
  const sides = readSides(text);
  const [width, height] = [filling.find("width"), filling.find("height")];
  if (!sides) return filling.warn(option, `${text} is not written as WIDTHxHEIGHT.`);
  if (width && height) {
    filling.put(width, asNumber(width.schema, sides.width));
    filling.put(height, asNumber(height.schema, sides.height));
    return;
  }
  const size = filling.find("size");
  const ratio = filling.find("aspectRatio");
  const resolution = filling.find("resolution");
  for (const field of [size, ratio, resolution]) {
    const exact = field && findPixels(listValues(field.schema), sides);
    if (field && exact !== undefined) return filling.put(field, exact);
  }
  if (size) return filling.put(size, findSize(size.schema, sides, text));
  if (resolution) filling.put(resolution, findLines(resolution.schema, sides, text));
  if (ratio) return filling.put(ratio, findRatio(ratio.schema, sides));
  if (!resolution) filling.warn(option, "The model has no field for it.");
}

function findSize(schema: Schema, sides: Sides, text: string): Json {
  return findFormat(listValues(schema), sides, text) ?? text;
}

function findLines(schema: Schema, sides: Sides, text: string): Json {
  return findResolution(listValues(schema), sides) ?? text;
}

function findRatio(schema: Schema, sides: Sides): Json {
  const text = reduceSides(sides);
  return findFormat(listValues(schema), sides, text) ?? text;
}

function fillAspectRatio(filling: Filling, text: string): void {
  const sides = readSides(text);
  const field = filling.find("aspectRatio") ?? filling.find("size");
  if (field) {
    const values = listValues(field.schema);
    return filling.put(field, (sides && findFormat(values, sides, text)) ?? text);
  }
  // The resolution of some models lists both sides.
  const resolution = filling.find("resolution");
  const found = resolution && sides && findFormat(listValues(resolution.schema), sides, text);
  if (resolution && found !== undefined) return filling.put(resolution, found);
  const isSet = Object.keys(filling.input).length > 0 && !filling.find("width") && !filling.find("height");
  filling.warn(
    "aspectRatio",
    isSet
      ? "The model takes the format from its media or its size."
      : "The model has no field for it; give the size in pixels.",
  );
}

/** A number in the spelling that a field lists, such as `"5"` or `"5s"`. */
function asNumber(schema: Schema, wanted: number): Json {
  const listed = listValues(schema).find((value) => parseFloat(String(value)) === wanted);
  if (listed !== undefined) return listed;
  const isText = [schema.type].flat().includes("string");
  return isText ? String(wanted) : wanted;
}

function asFlag(schema: Schema, wanted: boolean): Json {
  const words = wanted ? /^(?:on|true|yes|enabled?)$/i : /^(?:off|false|no|disabled?)$/i;
  return listValues(schema).find((value) => words.test(String(value))) ?? wanted;
}
