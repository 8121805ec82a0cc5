/** The entry point `runcomfy-models/ai-sdk`: a provider for Vercel's AI SDK. */
import { ConfigError } from "../../errors/errors.js";
import type { RunComfyOptions } from "./adapter-options.js";
import { readSettings } from "./adapter-options.js";
import { createImageModel } from "./image-model.js";
import type { RunComfyImageModel, RunComfyVideoModel } from "./sdk-types.js";
import type { GivenModel } from "./group-sending.js";
import { createVideoModel } from "./video-model.js";

export type { RunComfyOptions } from "./adapter-options.js";
export type {
  ImageAnswer,
  ImageCall,
  ProviderOptions,
  RunComfyImageModel,
  RunComfyVideoModel,
  SdkFile,
  SdkJson,
  SdkResponse,
  SdkVideo,
  SdkWarning,
  StartedVideo,
  VideoAnswer,
  VideoCall,
  VideoState,
} from "./sdk-types.js";
export type { GivenModel } from "./group-sending.js";

/** A provider for the AI SDK, versions 6 and 7. It also fits `createProviderRegistry`. */
export interface RunComfyProvider {
  readonly specificationVersion: "v3";
  /** A model for `generateImage`: an id of this package, or a model with its own check. Sends nothing. */
  readonly image: (model: GivenModel) => RunComfyImageModel;
  /** A model for `experimental_generateVideo` and `experimental_startVideo`. Sends nothing. */
  readonly video: (model: GivenModel) => RunComfyVideoModel;
  /** `image`, under the name that a provider registry asks for. */
  readonly imageModel: (modelId: string) => RunComfyImageModel;
  /** `video`, under the name that a provider registry asks for. */
  readonly videoModel: (modelId: string) => RunComfyVideoModel;
  /** Always throws a ConfigError: there are no language models here. */
  readonly languageModel: (modelId: string) => never;
  /** Always throws a ConfigError: there are no embedding models here. */
  readonly embeddingModel: (modelId: string) => never;
}

/**
 * Makes a provider for the AI SDK. Nothing is sent.
 *
 * @throws ConfigError where an option is unknown or invalid.
 *
 * @example
 * const runcomfy = createRunComfy({ onJob: (job) => console.log(job.id) });
 * const { image } = await generateImage({ model: runcomfy.image("wan-ai/wan-2.7/edit"), prompt });
 */
export function createRunComfy(options: RunComfyOptions = {}): RunComfyProvider {
  const settings = readSettings(options);
  const image = (model: GivenModel): RunComfyImageModel => createImageModel(settings, model);
  const video = (model: GivenModel): RunComfyVideoModel => createVideoModel(settings, model);
  return {
    specificationVersion: "v3",
    image,
    video,
    imageModel: image,
    videoModel: video,
    languageModel: (modelId) => refuse("language", modelId),
    embeddingModel: (modelId) => refuse("embedding", modelId),
  };
}

function refuse(kind: string, modelId: string): never {
  throw new ConfigError(
    `RunComfy has no ${kind} models, so there is no "${modelId}". Use runcomfy.image(id) or runcomfy.video(id).`,
  );
}
