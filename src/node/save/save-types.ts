import type { RunComfyError } from "../../errors/errors.js";
import type { Model } from "../../input/model.js";
import type { Clock } from "../../time/clock.js";
import type { LockWait } from "../files/file-lock.js";

/** A job's result, as `job.result()` and `client.run()` give it. */
export interface SaveSource {
  readonly output: unknown;
  readonly requestId: string;
  /** The model's id. */
  readonly model?: string | undefined;
  readonly cost?: number | undefined;
  readonly createdAt?: string | undefined;
  readonly finishedAt?: string | undefined;
  /** The address of the service that gave the result: files of a service on this machine, such as the emulator, are allowed. */
  readonly origin?: string | undefined;
}

/** The progress of a save. */
export interface SaveProgress {
  /** The file that received bytes or ended. */
  readonly file: {
    readonly index: number;
    readonly from: string;
    readonly bytes: number;
    readonly totalBytes?: number;
  };
  /** All files together. `totalBytes` is present once the length of every file is known. */
  readonly files: { readonly done: number; readonly failed: number; readonly count: number };
  readonly bytes: number;
  readonly totalBytes?: number;
}

/** Options of `save`. */
export interface SaveOptions {
  /** The directory for the files; it is created when missing. Default `"runcomfy-outputs"` in the current directory. */
  readonly directory?: string | undefined;
  /**
   * The model, for file names and the manifest. Default: the result's own `model`, else that of an earlier manifest, else
   * `"output"` in names.
   */
  readonly model?: string | Pick<Model, "id"> | undefined;
  /** The start of the files' names, before the request id. Default: the model's id. */
  readonly name?: string | undefined;
  /** The input of the job, for the manifest. Default: the input in an earlier manifest, if any. */
  readonly input?: unknown;
  /** Hosts to fetch from, besides subdomains of `runcomfy.net` and `runcomfy.com`: `"media.example.com"`, `"*.example.com"`, `"*"`. */
  readonly hosts?: readonly string[] | undefined;
  /** Also fetch from any port of this machine, over `http:` too. The emulator's files need no such permission. Default `false`. */
  readonly allowLocalhost?: boolean | undefined;
  /**
   * IP addresses and ranges that count as public, such as `"198.18.0.0/15"`: a VPN or proxy in fake-IP mode gives every host an
   * address from there. Default: none.
   */
  readonly allowAddresses?: readonly string[] | undefined;
  /** Replace files that exist. Links and directories are never replaced. Default `false`. */
  readonly force?: boolean | undefined;
  /** Largest file in bytes, after decompression. Default 2 GiB. */
  readonly maxBytes?: number | undefined;
  /** Longest silence of a host in milliseconds. Default 30,000. */
  readonly idleMs?: number | undefined;
  /** Number of attempts in a row without a new byte after which a file fails. Default 5. */
  readonly attempts?: number | undefined;
  /** Number of files fetched at once. Default 3. */
  readonly concurrency?: number | undefined;
  /** Called once, when a host refuses a URL whose signature has expired: gives the result anew, such as `() => job.result()`. */
  readonly refresh?: (() => Promise<{ readonly output: unknown }>) | undefined;
  /**
   * Called as bytes arrive, at most ten times a second for each file and once at its end. Errors that it throws are ignored.
   * Default none.
   */
  readonly onProgress?: ((progress: SaveProgress) => void) | undefined;
  /**
   * `"throw"` rejects with `SaveError` when a file of the job failed, after all others are saved; `"report"` only lists it. A link
   * that failed is only listed, too. Default `"throw"`.
   */
  readonly onFailure?: "throw" | "report" | undefined;
  /** Longest wait in milliseconds for another process that saves the same result. Default 600,000. */
  readonly maxWaitMs?: number | undefined;
  /** Called while another process saves the same result: after a second, then every ten. Default: one warning of the process. */
  readonly onWait?: ((wait: LockWait) => void) | undefined;
  /** Ends the save. Files that are whole stay; the others can be resumed. Default none. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the platform's. */
  readonly clock?: Clock | undefined;
}

/** One file on disk. */
export interface SavedFile {
  /** The file's name in the directory. */
  readonly name: string;
  /** The file's absolute path. */
  readonly path: string;
  /** The places of its URL in the output, as JSON pointers. */
  readonly from: readonly string[];
  readonly url: string;
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
  readonly contentType: string;
  readonly kind: "image" | "video" | "audio" | "other";
  /** `true` when an earlier save had already fetched the file. */
  readonly existing: boolean;
  /** `true` when the host announced no length. */
  readonly unverifiedLength: boolean;
  /**
   * `true` when nothing proves that the file is whole: no length and no end of its format, or a format that contradicts the length.
   * The next save fetches it again; the same bytes twice count as whole.
   */
  readonly doubtful: boolean;
  readonly warnings: readonly string[];
}

/** One file that is not on disk. */
export interface FailedFile {
  readonly from: readonly string[];
  readonly url: string;
  /** `"link"` for a URL that the job was not asked for, such as that of a page about the model. */
  readonly role: "output" | "link";
  /** A `DownloadError`, the signal's reason, or the error of `refresh`. */
  readonly error: RunComfyError | Error;
  /** `true` when the next `save` will use the bytes that are already there. */
  readonly resumable: boolean;
  /** The path of a doubtful file: one that looks cut off, or is a page in place of a picture. */
  readonly kept?: string;
}

/** The outcome of a save, file by file. */
export interface SaveReport {
  readonly directory: string;
  /** The path of the manifest. */
  readonly manifest: string;
  readonly files: readonly SavedFile[];
  readonly failed: readonly FailedFile[];
}
