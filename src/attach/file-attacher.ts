import type { Model } from "../input/model.js";
import { withOneSignal } from "../time/scope.js";
import { platform } from "#attach-platform";
import { attach, type AttachOptions } from "./attach.js";
import { openCheckedFiles } from "./checked-files.js";
import { replaceValues } from "./replace-values.js";

/** The circumstances of one call. */
export interface AttachCall {
  readonly signal?: AbortSignal | undefined;
}

/** The option `attach` of `once.submit` and `runBatch`: files are hashed before a job is on record, and attached when it is sent. */
export interface FileAttacher {
  /** Gives the input with its files attached. Rejects as `attach` does. */
  <T>(input: T, call?: AttachCall): Promise<T>;
  /**
   * Opens, measures and hashes the files of an input, and gives it with a hash in place of each: the same bytes under another path are
   * the same input. Rejects as `attach` does; nothing is uploaded.
   */
  note(input: unknown, call?: AttachCall): Promise<unknown>;
}

/**
 * Makes the option `attach` of `once.submit` and `runBatch`, whose inputs may then hold paths, Blobs and bytes in media fields.
 *
 * @example
 * const withFiles = attachFiles(model, { upload });
 * await once.run("order-17", model, { image_url: "./me.png" }, { attach: withFiles });
 */
export function attachFiles(
  model: Pick<Model, "id" | "input" | "~input">,
  options: Omit<AttachOptions, "signal"> = {},
): FileAttacher {
  const attachInput = <T>(input: T, { signal }: AttachCall = {}): Promise<T> =>
    attach<unknown>(model, input, { ...options, signal }) as Promise<T>;
  const note = (input: unknown, { signal }: AttachCall = {}): Promise<unknown> =>
    withOneSignal([signal], async (own) => {
      const { inline, remote } = await openCheckedFiles(platform, model, input, options, own);
      const hashes = new Map<string, string>();
      for (const { path, blob, type } of [...inline, ...remote])
        hashes.set(path, `data:${type.contentType},sha256:${await platform.hashBlob(blob, own)}`);
      return replaceValues(input, hashes);
    });
  return Object.assign(attachInput, { note });
}
