import { DownloadError } from "../files/download-error.js";

/** The fields of {@link DoubtfulFileError}. */
interface Doubt {
  /** The path under which the bytes were kept. */
  readonly kept: string;
  /** Of the bytes, in hex. */
  readonly sha256: string;
}

/**
 * A file has arrived, but a check of ours doubts that it is whole, or the right one. It is kept under another name. The checks are in
 * `file-judgement.ts`.
 */
export class DoubtfulFileError extends DownloadError {
  readonly kept: string;
  readonly sha256: string;

  constructor(message: string, { kept, sha256 }: Doubt) {
    super("doubtful", message);
    this.kept = kept;
    this.sha256 = sha256;
  }
}
