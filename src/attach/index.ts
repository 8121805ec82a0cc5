/** The entry point `runcomfy-models/attach`: files as inputs. */
export { attach } from "./attach.js";
export { attachFiles } from "./file-attacher.js";
export type { AttachCall, FileAttacher } from "./file-attacher.js";
export type { AttachOptions, AttachProgress } from "./attach.js";
export type { Upload, UploadContext, UploadFile } from "./upload-types.js";
export type { Attachable, AttachableFile } from "../input/file-input.js";
export { httpUpload } from "./http-upload.js";
export type { HttpUploadOptions } from "./http-upload.js";
export { s3Upload } from "./s3-upload.js";
export type { S3Upload } from "./s3-upload.js";
export type { S3Options } from "./s3-settings.js";
export { s3Storage } from "./s3-storage.js";
export type { FileStorage, SignedUpload, StoredFile } from "./s3-storage.js";
export { UploadError } from "./upload-error.js";
