// What an application may write and may not. Checked against today's package, and against the next one's before it is released: a line
// that compiles today must go on compiling until the major version says otherwise.
import {
  createClient,
  checkInput,
  estimate,
  isRunComfyError,
  HttpError,
  InputError,
  JobTimeoutError,
  SubmitUnknownError,
} from "runcomfy-models";
import type { Client, ErrorCode, Issue, Job, JobRef, JobResult, JobStatus, Model } from "runcomfy-models";
import * as seedance from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";
import type { Input, Output } from "runcomfy-models/models/bytedance/seedance-v1.5-pro/image-to-video";

const client: Client = createClient({ token: "secret", timeoutMs: 600_000 });
const input: Input = {
  prompt: "A gentle breeze.",
  first_frame_image_url: "https://example.com/a.png",
  duration: 5,
};

export const video = async (signal: AbortSignal): Promise<string | undefined> => {
  const result: JobResult<Output> = await client.run(seedance.model, input, { signal });
  const cost: number | undefined = result.cost;
  return cost === undefined ? undefined : result.output.video;
};

export const life = async (): Promise<JobStatus | undefined> => {
  const job: Job<Output> = await client.submit(seedance.model, input, { maxUsd: 1 });
  let last: JobStatus | undefined;
  for await (const update of job.watch({ timeoutMs: 1000 })) last = update.status;
  const { outcome } = await job.cancel();
  const isCancelled: boolean = outcome === "cancelled";
  const saved: JobRef = job.toJSON();
  const again: Job = client.job(saved);
  const typed: Job<Output> = client.job(seedance.model, again.id);
  await typed.result({ onUpdate: (update) => console.log(update.queuePosition) });
  return isCancelled ? last : undefined;
};

export const anyModel = async (): Promise<unknown> =>
  (await client.run("any/model/id", { anything: [1, { deep: true }] })).output;

export const explain = (error: unknown): string => {
  if (error instanceof InputError) return error.issues.map((issue: Issue) => issue.path).join();
  if (error instanceof HttpError) return String(error.status);
  if (error instanceof SubmitUnknownError) return error.phase;
  if (error instanceof JobTimeoutError) return error.job.id;
  if (!isRunComfyError(error)) return "";
  if (error.code === "not_found") return (error.nearest ?? []).join();
  if (error.code === "submit_unknown") return error.phase;
  const code: ErrorCode = error.code;
  return code;
};

export const price = (): number | null => estimate(seedance.model, input).usd;
export const problems = (value: unknown): Issue[] => checkInput(seedance.model, value);
export const isFine = (value: unknown): boolean =>
  seedance.model["~standard"].validate(value).issues === undefined;
export const ids = (models: readonly Model[]): string[] => models.map(({ id }) => id);
export const ownModel: Model = {
  id: "acme/own",
  input: {
    type: "object",
    properties: { prompt: { type: "string" } },
    required: ["prompt"],
    additionalProperties: false,
  },
};

// @ts-expect-error a required field is missing
void client.run(seedance.model, { prompt: "A gentle breeze." });
// @ts-expect-error not one of the values
void client.run(seedance.model, { ...input, duration: 13 });
// @ts-expect-error no such field
void client.run(seedance.model, { prompt: "x", first_frame_image_url: "x", durration: 5 });
// @ts-expect-error a text is no number
void client.submit(seedance.model, { ...input, duration: "5" });
void client.run(seedance.model, { ...input, duration: undefined });
// @ts-expect-error no such option
createClient({ tokn: "secret" });
// @ts-expect-error the catalogue's calls are functions of runcomfy-models/catalogue
void createClient().models.list();
// @ts-expect-error an output that this model does not give
export const lost = async (): Promise<unknown> => (await client.run(seedance.model, input)).output.vidoe;
// @ts-expect-error the model's data cannot be changed
seedance.model.id = "other";
