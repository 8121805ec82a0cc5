import { createClient, estimate, isRunComfyError } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

// Prices come from the live catalogue. Where a model carries none, add it.
const priced = { ...model, price: { usd: 0.1, unit: "second" } } as const;
const input = { prompt: "Rain on a tin roof.", duration: 5 } as const;

const { usd, basis, exact, note } = estimate(priced, input);
console.log({ usd, basis, exact, note });

try {
  await createClient().run(priced, input, { maxUsd: 0.4 });
} catch (error) {
  // An InputError: nothing was sent, nothing was paid.
  console.log(isRunComfyError(error) ? error.message : error);
}
