import { list } from "../../catalogue/shipped.js";
import { startEmulator } from "../../emulator/index.js";
import type { EmulatedJob, Outcome } from "../../emulator/index.js";
import { createClient } from "../../index.js";
import type { Client } from "../../index.js";
import { drawPicture } from "./emulated-picture.js";

/** An emulator in this process, and a client of it. */
export interface EmulatedService {
  readonly client: Client;
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Starts an emulator for a person who watches: its jobs take some seconds, and their pictures differ. */
export async function startEmulatedService(): Promise<EmulatedService> {
  const emulator = await startEmulator({ queueMs: 1200, runMs: 2500, outcome: makeOutcome });
  const { url, token } = emulator;
  const client = createClient({ baseUrl: url, token, maxPollIntervalMs: 1000 });
  return { client, url, close: () => emulator.close() };
}

const mostPictures = 4;

/** Pictures of their own for models that make pictures; the emulator's own files for all others. */
function makeOutcome({ id, model, input }: EmulatedJob): Outcome {
  if (list().find((entry) => entry.id === model)?.makes !== "image") return "succeeded";
  const numbers = ["num_images", "num_outputs", "n", "image_count", "number_of_images"].map(
    (name) => input[name],
  );
  const wanted = Number(numbers.find((value) => typeof value === "number") ?? 1);
  const count = Math.min(Math.max(1, Math.floor(wanted)), mostPictures);
  const ratio = findRatio(Object.values(input));
  const seed = JSON.stringify([input["prompt"] ?? id, input["seed"] ?? 0]);
  const images = Array.from({ length: count }, (_, nth) => drawPicture(`${seed} ${nth}`, ratio));
  return { output: count === 1 ? { image: images[0]! } : { images } };
}

/** Width divided by height, where a value of the input tells it: `"16:9"` or `"1024x768"`. */
function findRatio(values: readonly unknown[]): number {
  for (const value of values) {
    const [, width, height] = /^(\d{1,5})[:x*](\d{1,5})$/.exec(typeof value === "string" ? value : "") ?? [];
    const ratio = Number(width) / Number(height);
    if (ratio >= 0.25 && ratio <= 4) return ratio;
  }
  return 16 / 9;
}
