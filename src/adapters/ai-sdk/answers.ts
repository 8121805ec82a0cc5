import { systemClock } from "../../time/clock.js";
import type { JobFiles } from "./job-files.js";
import type { GroupResult } from "./group-outcomes.js";
import type { SdkResponse, SdkVideo, SdkWarning, VideoAnswer } from "./sdk-types.js";
import { jobFacts } from "./group-sending.js";

/** The facts that every answer carries, with the present time. */
export function respond(modelId: string): SdkResponse {
  return { timestamp: new Date(systemClock.date()), modelId, headers: undefined };
}

/** The answer of a call whose jobs have ended. */
export function answerVideos(
  modelId: string,
  { values, jobs, warnings }: GroupResult<JobFiles<SdkVideo>>,
  earlier: readonly SdkWarning[],
): VideoAnswer {
  return {
    videos: values.flatMap(({ files }) => [...files]),
    warnings: [...earlier, ...warnings],
    providerMetadata: {
      runcomfy: { videos: values.flatMap(({ metadata }) => [...metadata]), jobs: jobs.map(jobFacts) },
    },
    response: respond(modelId),
  };
}
