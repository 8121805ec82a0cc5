export { save } from "./save.js";
export { SaveError, EmptyOutputError } from "./save-error.js";
export { DownloadError } from "./download-error.js";
export type { DownloadReason } from "./download-error.js";
export type {
  FailedFile,
  SavedFile,
  SaveOptions,
  SaveProgress,
  SaveReport,
  SaveSource,
} from "./save-types.js";
export { findAssets } from "./assets.js";
export type { Asset } from "./assets.js";
export { judgeUrl } from "./destination.js";
export type { DestinationRules, RefusalReason, Verdict } from "./destination.js";
export { isPublicAddress } from "./address.js";
export { checkMedia, mediaCheck, requireMedia } from "./check-media.js";
export type { CheckMediaOptions, MediaIssue, MediaReport } from "./check-media.js";
export type { Measurement } from "./measurement.js";
export { findToken } from "./token.js";
export type { FoundToken, TokenPlaces } from "./token.js";
