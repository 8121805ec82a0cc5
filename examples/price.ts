import { createClient, estimate, isRunComfyError } from "runcomfy-models";
import { defineModel } from "runcomfy-models/standard";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";

// Prices come from the live catalogue. Add one to a model that has none.
const priced = defineModel({ ...model, price: { usd: 0.1, unit: "second" } });
const input = { prompt: "Rain on a tin roof.", duration: 5 } as const;

const { usd, bound, basis, note } = estimate(priced, input);
console.log({ usd, bound, basis, note });

try {
  // `resolution` may raise the price: count with 0.9 dollars for this job.
  await createClient().run(priced, input, { maxUsd: 0.8, assumeUsd: 0.9 });
} catch (error) {
  // An InputError: nothing was sent and nothing was paid.
  console.log(isRunComfyError(error) ? error.message : error);
}
