/** A file that is ready to be uploaded. */
export interface UploadFile {
  /** Its bytes, read as they are needed. */
  readonly blob: Blob;
  /** SHA-256 of the bytes in lower-case hexadecimal; equal files have equal hashes. */
  readonly sha256: string;
  /** Such as `"image/png"`, told by the bytes. */
  readonly contentType: string;
  /** Such as `"png"`, without the dot. */
  readonly extension: string;
  /** JSON pointer of the field in the input. */
  readonly path: string;
}

/** The circumstances of an upload. */
export interface UploadContext {
  /** Ends the upload. An upload that is ended leaves nothing half-made behind. */
  readonly signal: AbortSignal;
  /** Milliseconds for which the service must be able to fetch the file. */
  readonly validForMs: number;
  /** Reports the bytes sent so far. */
  readonly onProgress: (sentBytes: number) => void;
}

/** Uploads one file and gives the public https address from which the service can fetch it. */
export interface Upload {
  (file: UploadFile, context: UploadContext): Promise<string>;
}
