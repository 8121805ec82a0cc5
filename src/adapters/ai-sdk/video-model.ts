import type { Settings } from "./adapter-options.js";
import { answerVideos, respond } from "./answers.js";
import { mostPerCall } from "./image-model.js";
import { readVideos } from "./job-files.js";
import { settleGroup } from "./group-outcomes.js";
import { readMedium } from "./sdk-media.js";
import type { RunComfyVideoModel, SdkWarning, StartedVideo, VideoCall } from "./sdk-types.js";
import type { StandardOptions } from "./standard-input.js";
import { jobFacts, sendJobs } from "./group-sending.js";
import type { GivenModel, Request } from "./group-sending.js";
import { readState } from "./video-state.js";

/** Makes a video model. Nothing is sent. */
export function createVideoModel(settings: Settings, model: GivenModel): RunComfyVideoModel {
  const modelId = typeof model === "string" ? model : model.id;
  return {
    specificationVersion: "v3",
    provider: "runcomfy",
    modelId,
    maxVideosPerCall: mostPerCall,
    doGenerate: async (call) => {
      const options = call.abortSignal ? { signal: call.abortSignal } : {};
      const { outcomes, warnings } = await sendJobs(settings, model, readCall(call), async (job) =>
        readVideos(await job.result(options)),
      );
      return answerVideos(modelId, settleGroup(outcomes), warnings);
    },
    doStart: async (call) => start(settings, model, modelId, call),
    doStatus: async (call) => readState(settings.client, modelId, call),
  };
}

async function start(
  settings: Settings,
  model: GivenModel,
  modelId: string,
  call: VideoCall,
): Promise<StartedVideo> {
  const { outcomes, warnings } = await sendJobs(settings, model, readCall(call), async (job) => job.toJSON());
  const group = settleGroup(outcomes);
  const jobs = group.values.map(jobFacts);
  const webhook: SdkWarning[] =
    call.webhookUrl === undefined
      ? []
      : [
          {
            type: "unsupported",
            feature: "webhookUrl",
            details: "The service calls nobody back; poll instead.",
          },
        ];
  return {
    operation: { jobs },
    warnings: [...warnings, ...group.warnings, ...webhook],
    providerMetadata: { runcomfy: { jobs: jobs.map(jobFacts) } },
    response: respond(modelId),
  };
}

function readCall(call: VideoCall): Request {
  const { n, providerOptions, abortSignal, frameImages = [], inputReferences = [], image } = call;
  const { prompt, aspectRatio, seed, duration, fps, resolution, generateAudio } = call;
  const first = frameImages.find(({ frameType }) => frameType === "first_frame")?.image ?? image;
  const last = frameImages.find(({ frameType }) => frameType === "last_frame")?.image;
  const standard: StandardOptions = {
    prompt,
    aspectRatio,
    seed,
    duration,
    fps,
    sound: generateAudio,
    media: inputReferences.map(readMedium),
    ...(first && { firstFrame: readMedium(first) }),
    ...(last && { lastFrame: readMedium(last) }),
    ...(resolution !== undefined && { pixels: { option: "resolution", value: resolution } }),
  };
  return { n, providerOptions, abortSignal, standard };
}
