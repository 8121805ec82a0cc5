import type { Json, Price, Schema } from "../../input/model.js";
import { estimate } from "../../input/price.js";
import type { MediaKind } from "./media-file.js";

/** A model that the emulator offers. An entry of catalogue.json is one, and so is the `model` of a generated module. */
export interface EmulatorModel {
  readonly id: string;
  readonly input: Schema;
  /** The documented output. Default: one media file, its kind taken from the categories and the id. */
  readonly output?: Schema;
  readonly title?: string;
  readonly description?: string;
  readonly categories?: readonly string[];
  readonly kind?: string;
  readonly price?: Price;
}

/** The kind of media that a model gives: taken from its output schema, else its categories, its id, its inputs. */
export function findMediaKind(model: EmulatorModel): MediaKind {
  const documented = kinds.filter((kind) => hasKind(model.output, kind));
  if (documented.length === 1) return documented[0]!;
  for (const text of [...(model.categories ?? []), model.id]) {
    const made = /-to-(image|video|audio|music|speech)/i.exec(text)?.[1]?.toLowerCase();
    if (made) return made === "image" || made === "video" ? made : "audio";
  }
  if (/audio|music|speech|voice|tts|song|sound/i.test(model.id)) return "audio";
  if (/image|photo|picture/i.test(model.id)) return "image";
  if (/video|frame|transition|animate/i.test(model.id)) return "video";
  return ["duration", "fps", "num_frames"].some((name) => Object.hasOwn(model.input.properties ?? {}, name))
    ? "video"
    : "image";
}

const kinds: readonly MediaKind[] = ["image", "video", "audio"];

function hasKind(output: Schema | undefined, kind: MediaKind): boolean {
  return (
    output?.properties !== undefined &&
    (Object.hasOwn(output.properties, kind) || Object.hasOwn(output.properties, `${kind}s`))
  );
}

/** The cost of one job in microdollars: the estimate from the catalogue's price and the input, or `otherwiseUsd` without one. */
export function computeCost(
  model: EmulatorModel,
  input: { readonly [name: string]: Json },
  otherwiseUsd: number,
): number {
  return Math.round((estimate(model, input).usd ?? otherwiseUsd) * 1_000_000);
}

/** The number of images that a request asks for, 1 to 16. */
export function countImages(input: { readonly [name: string]: Json }): number {
  const asked = Number(input["num_images"] ?? input["num_outputs"] ?? input["n"] ?? 1);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, 16) : 1;
}
