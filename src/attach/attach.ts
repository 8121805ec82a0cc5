import type { Issue } from "../errors/issue.js";
import type { Attachable } from "../input/file-input.js";
import type { Model } from "../input/model.js";
import {
  checkOptions,
  aBoolean,
  aFunction,
  aNumber,
  aPositiveNumber,
  aSignal,
  anything,
  aText,
} from "../options/check-options.js";
import type { OptionRules } from "../options/check-options.js";
import { withOneSignal } from "../time/scope.js";
import { platform } from "#attach-platform";
import type { Upload } from "./upload-types.js";
import { openCheckedFiles } from "./checked-files.js";
import type { PathOptions } from "./attach-platform.js";
import { replaceValues } from "./replace-values.js";
import { toDataUri } from "./inline-files.js";
import { sendFiles } from "./send-files.js";

/** Options of `attach`. */
export interface AttachOptions extends PathOptions {
  /**
   * Uploads a file that is too large for the request, and gives its address: `s3Upload(…)`, `httpUpload(…)` or a function of yours.
   * Default: such a file is refused.
   */
  readonly upload?: Upload | undefined;
  /** Files of at most this many bytes are put into the input as `data:` URIs. Default 4,000,000. */
  readonly maxDataBytes?: number | undefined;
  /** Compare the whole input with the model. False: files only are measured. Default `true`. */
  readonly check?: boolean | undefined;
  /** Remove place, camera and comments from photos that are uploaded, and keep their orientation. Default `true`. */
  readonly stripMetadata?: boolean | undefined;
  /** Milliseconds for which the service must be able to fetch an uploaded file. Default: 30 minutes. */
  readonly validForMs?: number | undefined;
  /** Called with each thing that could not be measured or is unusual. Default: nothing is reported. */
  readonly onWarning?: ((issue: Issue) => void) | undefined;
  /** Called while files are uploaded, with the bytes sent of all of them. Default none. */
  readonly onProgress?: ((progress: AttachProgress) => void) | undefined;
  /** Ends the call; uploads that have begun are ended, too. Default none. */
  readonly signal?: AbortSignal | undefined;
}

/** The progress of all uploads of one input. */
export interface AttachProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

const optionRules: OptionRules<AttachOptions> = {
  upload: aFunction,
  maxDataBytes: aNumber,
  check: aBoolean,
  stripMetadata: aBoolean,
  validForMs: aPositiveNumber,
  onWarning: aFunction,
  onProgress: aFunction,
  signal: aSignal,
  baseDirectory: aText,
  allowDirectories: anything,
  allowFiles: anything,
};

/**
 * Turns files in the media fields of an input into text that the service takes: a small file becomes a `data:` URI, a larger one is
 * uploaded. Files are opened, measured and compared with the model's rules first, and the whole input is checked: nothing is
 * uploaded that the service would refuse. Addresses and other values stay as they are; the given input is not changed. Each file is
 * read when it is needed; only files that become `data:` URIs, and photos whose metadata are removed, are in memory.
 *
 * @throws InputError with an issue for each file that cannot be read or does not fit.
 * @throws UploadError when an upload fails.
 * @throws ConfigError when an option is unknown or invalid.
 * @throws The signal's reason.
 */
export async function attach<Input>(
  model: Pick<Model<Input>, "id" | "input" | "~input">,
  input: Attachable<NoInfer<Input>>,
  options: AttachOptions = {},
): Promise<Input> {
  checkOptions("attach", options, optionRules);
  return withOneSignal([options.signal], async (signal) => {
    // `divideFiles` of `inline-files.ts` decides which file goes which way.
    const { inline, remote } = await openCheckedFiles(platform, model, input, options, signal);
    const texts = new Map<string, string>();
    for (const file of inline) texts.set(file.path, await toDataUri(file));
    if (options.upload)
      for (const [path, address] of await sendFiles(platform, remote, options.upload, options, signal))
        texts.set(path, address);
    return replaceValues(input, texts) as Input;
  });
}
