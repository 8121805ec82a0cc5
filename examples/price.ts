import { createClient, estimate, isRunComfyError } from "runcomfy-models";
import { defineModel } from "runcomfy-models/standard";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

// Prices come from the live catalogue. Where a model carries none, add it.
const priced = defineModel({ ...model, price: { usd: 0.1, unit: "second" } });
const input = { prompt: "Rain on a tin roof.", duration: 5 } as const;

const { usd, bound, basis, note } = estimate(priced, input);
console.log({ usd, bound, basis, note });

try {
  await createClient().run(priced, input, { maxUsd: 0.4 });
} catch (error) {
  // An InputError: nothing was sent, nothing was paid.
  console.log(isRunComfyError(error) ? error.message : error);
}
