export { save } from "./save/save.js";
export { SaveError, EmptyOutputError } from "./save/save-error.js";
export type { LockWait } from "./files/file-lock.js";
export { DownloadError } from "./files/download-error.js";
export type { DownloadReason } from "./files/download-error.js";
export type {
  FailedFile,
  SavedFile,
  SaveOptions,
  SaveProgress,
  SaveReport,
  SaveSource,
} from "./save/save-types.js";
export { findAssets } from "./save/assets.js";
export type { Asset } from "./save/assets.js";
export { judgeUrl } from "./net/destination.js";
export type { DestinationRules, RefusalReason, Verdict } from "./net/destination.js";
export { isPublicAddress } from "./net/ip-address.js";
export { checkMedia, mediaCheck, requireMedia } from "./media/media-check.js";
export type { CheckMediaOptions } from "./media/media-options.js";
export type { MediaReport } from "./media/media-report.js";
export type { MediaIssue } from "../media/field-report.js";
export type { Measurement } from "../media/measurement.js";
export { runBatch } from "./batch/run-batch.js";
export { readRows } from "./batch/read-rows.js";
export type { ReadRowsOptions } from "./batch/read-rows.js";
export type { RowsSource } from "./batch/rows-text.js";
export { BatchError, describeProblem } from "./batch/batch-error.js";
export type { BatchRow, RowProblem } from "./batch/batch-row.js";
export type {
  BatchEvent,
  BatchOptions,
  BatchPlan,
  BatchProgress,
  BatchReport,
  NoticeCode,
  StateCounts,
} from "./batch/batch-types.js";
export { fileStore } from "./record/file-store.js";
export type { FileStore, FileStoreOptions } from "./record/file-store.js";
export { userRecordPath } from "./record/user-record-path.js";
export { uploadTo } from "./attach/upload-to.js";
export { findToken } from "./token/find-token.js";
export type { FoundToken, TokenPlaces } from "./token/find-token.js";
