import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError } from "../errors/errors.js";
import type { Json, Price, Schema } from "../input/model.js";
import { estimate } from "../input/price.js";
import type { MediaKind } from "./media.js";

/** A model as the emulator offers it. An entry of catalogue.json is one, and so is the `model` of a generated module. */
export interface EmulatorModel {
  readonly id: string;
  readonly input: Schema;
  /** The documented output; without it, one media file of the kind that the id and the categories tell. */
  readonly output?: Schema;
  readonly title?: string;
  readonly description?: string;
  readonly categories?: readonly string[];
  readonly kind?: string;
  readonly price?: Price;
}

/**
 * Reads the models of a catalogue.json. Without a path it reads this package's own.
 *
 * @throws ConfigError where the file is missing or holds no list of models.
 */
export function loadCatalogue(path: string = findCatalogue()): EmulatorModel[] {
  let catalogue: { models?: unknown } | null;
  try {
    catalogue = JSON.parse(readFileSync(path, "utf8")) as { models?: unknown } | null;
  } catch (cause) {
    throw new ConfigError(`${path} cannot be read as a catalogue: ${(cause as Error).message}`, { cause });
  }
  if (!Array.isArray(catalogue?.models)) {
    throw new ConfigError(`${path} is not a catalogue: it has no list "models".`);
  }
  return catalogue.models as EmulatorModel[];
}

/** From the sources it is two folders up, from the compiled files three. */
function findCatalogue(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let up = 0; up < 4; up++) {
    folder = dirname(folder);
    const path = join(folder, "generated/catalogue.json");
    if (existsSync(path) && existsSync(join(folder, "package.json"))) return path;
  }
  throw new ConfigError(
    "generated/catalogue.json is missing: run `npx runcomfy-codegen generate`, or pass `models`.",
  );
}

/** The kind of media that a model gives: its output schema decides, else its categories, its id, its inputs. */
export function mediaKindOf(model: EmulatorModel): MediaKind {
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

/** What one job of this model costs, in microdollars: what the catalogue's price makes of the input. */
export function costOf(
  model: EmulatorModel,
  input: { readonly [name: string]: Json },
  otherwiseUsd: number,
): number {
  return Math.round((estimate(model, input).usd ?? otherwiseUsd) * 1_000_000);
}

/** How many images a request asks for. */
export function imagesOf(input: { readonly [name: string]: Json }): number {
  const asked = Number(input["num_images"] ?? input["num_outputs"] ?? input["n"] ?? 1);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, 16) : 1;
}
