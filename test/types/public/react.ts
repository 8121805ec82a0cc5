// The hook: its input, its output, its options.
import { model } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
import type { Output } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
import { useJob } from "runcomfy-models/react";
import type { JobError, JobPhase, JobView, UseJob, UseJobOptions } from "runcomfy-models/react";

const options: UseJobOptions = {
  endpoint: "/api/runcomfy",
  name: "intro",
  storage: globalThis.sessionStorage,
};

export function Show(file: File): string {
  const job = useJob(model, options);
  const output: Output | undefined = job.output;
  const error: JobError | undefined = job.error;
  const status: JobPhase = job.status;
  job.submit({ prompt: "A breeze.", first_frame_image_url: file, duration: 5 });
  job.cancel();
  job.reset();
  // @ts-expect-error a required field is missing
  job.submit({ prompt: "A breeze." });
  return (
    output?.video ?? error?.message ?? `${status} ${job.statusText} ${job.queuePosition} ${job.elapsedMs}`
  );
}
export const isShown = ({ isRunning, notice }: JobView): boolean => isRunning && notice === undefined;
export const outputOf = (job: UseJob<unknown, { readonly video: string }>): string | undefined =>
  job.output?.video;

// @ts-expect-error the endpoint is required
export const useNothing = () => useJob(model, {});
// @ts-expect-error no such option
export const useMore = () => useJob(model, { endpoint: "/", interval: 5 });
