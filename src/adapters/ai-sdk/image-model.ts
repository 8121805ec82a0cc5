import type { Settings } from "./adapter-options.js";
import { respond } from "./answers.js";
import { readImages } from "./job-files.js";
import { settleGroup } from "./group-outcomes.js";
import { readMedium } from "./sdk-media.js";
import type { ImageAnswer, ImageCall, RunComfyImageModel } from "./sdk-types.js";
import { sendJobs } from "./group-sending.js";
import type { GivenModel } from "./group-sending.js";

/**
 * The most results of one call. All jobs of a call are one group, so that a refusal of one does not lose the others; the AI SDK itself
 * would drop what its other calls have paid for.
 */
export const mostPerCall = 1000;

/** Makes an image model. Nothing is sent. */
export function createImageModel(settings: Settings, model: GivenModel): RunComfyImageModel {
  const modelId = typeof model === "string" ? model : model.id;
  return {
    specificationVersion: "v3",
    provider: "runcomfy",
    modelId,
    maxImagesPerCall: mostPerCall,
    doGenerate: async (call) => generate(settings, model, modelId, call),
  };
}

async function generate(
  settings: Settings,
  model: GivenModel,
  modelId: string,
  call: ImageCall,
): Promise<ImageAnswer> {
  const { n, providerOptions, abortSignal, prompt, aspectRatio, seed, size, files, mask } = call;
  const standard = {
    prompt,
    aspectRatio,
    seed,
    media: (files ?? []).map(readMedium),
    ...(mask && { mask: readMedium(mask) }),
    ...(size !== undefined && { pixels: { option: "size" as const, value: size } }),
  };
  const { outcomes, warnings } = await sendJobs(
    settings,
    model,
    { n, providerOptions, abortSignal, standard },
    async (job) => readImages(await job.result(abortSignal ? { signal: abortSignal } : {}), abortSignal),
  );
  // Where no job succeeded, it throws an error that the AI SDK does not answer with another paid request.
  const group = settleGroup(outcomes);
  return {
    images: group.values.flatMap((value) => [...value.files]),
    isRetryable: false,
    warnings: [...warnings, ...group.warnings],
    providerMetadata: {
      runcomfy: { images: group.values.flatMap((value) => [...value.metadata]) },
    },
    response: respond(modelId),
  };
}
