import type { RunComfyError } from "../../errors/errors.js";
import type { Model } from "../../input/model.js";
import type { Clock } from "../../time/clock.js";

/** What `save` needs of a result; what `job.result()` and `client.run()` give fits. */
export interface SaveSource {
  readonly output: unknown;
  readonly requestId: string;
  /** The model's id. */
  readonly model?: string | undefined;
  readonly cost?: number | undefined;
  readonly createdAt?: string | undefined;
  readonly finishedAt?: string | undefined;
}

/** How far a save has come. */
export interface SaveProgress {
  /** The file that moved. */
  readonly file: {
    readonly index: number;
    readonly from: string;
    readonly bytes: number;
    readonly totalBytes?: number;
  };
  /** All files together. `totalBytes` is known once every file's length is. */
  readonly files: { readonly done: number; readonly failed: number; readonly count: number };
  readonly bytes: number;
  readonly totalBytes?: number;
}

/** Options of `save`. */
export interface SaveOptions {
  /** Where the files go; made when missing. */
  readonly directory: string;
  /**
   * The model, for file names and the manifest. Default: the result's own `model`, else that of the manifest, else `"output"` in
   * names.
   */
  readonly model?: string | Pick<Model, "id"> | undefined;
  /** The input of the job, for the manifest. Default: what an earlier save wrote there, if any. */
  readonly input?: unknown;
  /** Hosts to fetch from, beside subdomains of `runcomfy.net` and `runcomfy.com`: `"media.example.com"`, `"*.example.com"`, `"*"`. */
  readonly hosts?: readonly string[] | undefined;
  /** Also fetch from this machine, over `http:` too; for the emulator. Default `false`. */
  readonly allowLocalhost?: boolean | undefined;
  /** Replace files that exist. Links and directories are never replaced. Default `false`. */
  readonly force?: boolean | undefined;
  /** Largest file in bytes, after decompression. Default 2 GiB. */
  readonly maxBytes?: number | undefined;
  /** Longest silence of a host in milliseconds. Default 30,000. */
  readonly idleMs?: number | undefined;
  /** Attempts in a row that bring no new byte, before a file is given up. Default 5. */
  readonly attempts?: number | undefined;
  /** Files fetched at once. Default 3. */
  readonly concurrency?: number | undefined;
  /** Fetches the result anew; asked once when a host refuses a URL whose signature has expired. Such as `() => job.result()`. */
  readonly refresh?: (() => Promise<{ readonly output: unknown }>) | undefined;
  /** Called as bytes arrive, at most ten times a second for each file and once at its end. What it throws is ignored. */
  readonly onProgress?: ((progress: SaveProgress) => void) | undefined;
  /** `"throw"` rejects with `SaveError` when a file failed, after all others are saved; `"report"` only lists it. Default `"throw"`. */
  readonly onFailure?: "throw" | "report" | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Time; for tests. */
  readonly clock?: Clock | undefined;
}

/** One file on disk. */
export interface SavedFile {
  /** The file's name in the directory. */
  readonly name: string;
  /** The file's whole path. */
  readonly path: string;
  /** Where its URL stands in the output, as JSON pointers. */
  readonly from: readonly string[];
  readonly url: string;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
  readonly contentType: string;
  readonly kind: "image" | "video" | "audio" | "other";
  /** `true` where an earlier save had already brought it home. */
  readonly existing: boolean;
  /** `true` where the host announced no length, so that nobody can tell whether it was all. */
  readonly unverifiedLength: boolean;
  readonly warnings: readonly string[];
}

/** One file that is not on disk. */
export interface FailedFile {
  readonly from: readonly string[];
  readonly url: string;
  /** A `DownloadError`, or what the signal or `refresh` threw. */
  readonly error: RunComfyError | Error;
  /** `true` where the next `save` goes on from the bytes that are already there. */
  readonly resumable: boolean;
}

/** What became of a result's files. */
export interface SaveReport {
  readonly directory: string;
  /** The path of the manifest. */
  readonly manifest: string;
  readonly files: readonly SavedFile[];
  readonly failed: readonly FailedFile[];
}
