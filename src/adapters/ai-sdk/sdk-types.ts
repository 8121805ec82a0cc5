/** A file as the AI SDK hands it over: bytes, base64 text, or an address. */
export type SdkFile =
  | { readonly type: "file"; readonly mediaType: string; readonly data: string | Uint8Array }
  | { readonly type: "url"; readonly url: string; readonly mediaType?: string };

/** Options of a provider, by the provider's name. */
export type ProviderOptions = { readonly [provider: string]: { readonly [field: string]: unknown } };

/** A value of JSON, as the AI SDK types it. */
export type SdkJson = null | string | number | boolean | SdkJson[] | { [key: string]: SdkJson | undefined };

/** A remark about a call; the AI SDK logs it and puts it into `warnings`. */
export type SdkWarning =
  | { type: "unsupported"; feature: string; details?: string }
  | { type: "other"; message: string };

/** Facts about a call, as every answer carries them. */
export interface SdkResponse {
  timestamp: Date;
  modelId: string;
  headers: undefined;
}

interface CallOptions {
  readonly prompt: string | undefined;
  /** The number of results; each is a job of its own. */
  readonly n: number;
  readonly aspectRatio: string | undefined;
  readonly seed: number | undefined;
  readonly providerOptions: ProviderOptions;
  readonly abortSignal?: AbortSignal;
}

/** The options with which `generateImage` calls a model. */
export interface ImageCall extends CallOptions {
  /** Such as `"1024x1024"`. */
  readonly size: string | undefined;
  readonly files: readonly SdkFile[] | undefined;
  readonly mask: SdkFile | undefined;
}

/** The options with which `experimental_generateVideo` and `experimental_startVideo` call a model. */
export interface VideoCall extends CallOptions {
  /** Such as `"1280x720"`. */
  readonly resolution: string | undefined;
  /** Seconds. */
  readonly duration: number | undefined;
  readonly fps: number | undefined;
  readonly image: SdkFile | undefined;
  readonly frameImages?:
    | readonly { readonly image: SdkFile; readonly frameType: "first_frame" | "last_frame" }[]
    | undefined;
  readonly inputReferences?: readonly SdkFile[] | undefined;
  readonly generateAudio?: boolean | undefined;
  readonly webhookUrl?: string;
}

/** A finished call of `generateImage`. */
export interface ImageAnswer {
  images: Uint8Array[];
  /** Always false: the jobs are paid for. */
  isRetryable: false;
  warnings: SdkWarning[];
  /** Of the metadata the AI SDK passes on `images` only: for each image the job, its address and the job's cost. */
  providerMetadata: { runcomfy: { images: SdkJson[] } };
  response: SdkResponse;
}

/** A video by its address, or as the bytes that the output itself held. */
export type SdkVideo =
  | { type: "url"; url: string; mediaType: string }
  | { type: "binary"; data: Uint8Array; mediaType: string };

/** A finished call of `experimental_generateVideo`. */
export interface VideoAnswer {
  videos: SdkVideo[];
  warnings: SdkWarning[];
  providerMetadata: { runcomfy: { videos: SdkJson[]; jobs: SdkJson[] } };
  response: SdkResponse;
}

/** The jobs of a started call: plain JSON with which another process finds them. */
export interface StartedVideo {
  operation: { jobs: { id: string; model: string }[] };
  warnings: SdkWarning[];
  providerMetadata: { runcomfy: { jobs: SdkJson[] } };
  response: SdkResponse;
}

/** The state of a started call. */
export type VideoState =
  | { status: "pending"; response: SdkResponse }
  | ({ status: "completed" } & VideoAnswer)
  | { status: "error"; error: string; response: SdkResponse };

/** A model for `generateImage` of `ai` 6 and 7. */
export interface RunComfyImageModel {
  readonly specificationVersion: "v3";
  readonly provider: "runcomfy";
  readonly modelId: string;
  readonly maxImagesPerCall: number;
  /** Rejects with the errors of `client.submit` and `job.result`; where a job was started, the error's `job` is its reference. */
  readonly doGenerate: (call: ImageCall) => Promise<ImageAnswer>;
}

/** A model for `experimental_generateVideo` of `ai` 6 and 7, and for `experimental_startVideo` of 7. */
export interface RunComfyVideoModel {
  readonly specificationVersion: "v3";
  readonly provider: "runcomfy";
  readonly modelId: string;
  readonly maxVideosPerCall: number;
  /** Rejects with the errors of `client.submit` and `job.result`; where a job was started, the error's `job` is its reference. */
  readonly doGenerate: (call: VideoCall) => Promise<VideoAnswer>;
  /** Submits and does not wait. Rejects with the errors of `client.submit`. */
  readonly doStart: (call: VideoCall) => Promise<StartedVideo>;
  /** One status request for each job. Passing trouble is `"pending"`. */
  readonly doStatus: (call: {
    readonly operation: unknown;
    readonly abortSignal?: AbortSignal;
  }) => Promise<VideoState>;
}
