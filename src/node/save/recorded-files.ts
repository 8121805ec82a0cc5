import type { RecordedFile } from "../../once/record/record.js";
import type { SavedFile } from "./save-types.js";

/** Saved files as records and `--json` list them. */
export function toRecordedFiles(files: readonly SavedFile[]): Required<RecordedFile>[] {
  return files.map(({ path, bytes, sha256, contentType }) => ({ path, bytes, sha256, contentType }));
}
