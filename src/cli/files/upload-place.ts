import type { S3Upload } from "../../attach/s3-upload.js";
import { uploadTo } from "../../node/attach/upload-to.js";
import { CommandError } from "../terminal/exit-code.js";
import { messageOf } from "../../errors/error-message.js";

/** The upload of `--upload s3://bucket/prefix`. */
export function readUploadPlace(place: string): S3Upload {
  try {
    return uploadTo(place);
  } catch (cause) {
    throw new CommandError(`--upload: ${messageOf(cause)}`);
  }
}
