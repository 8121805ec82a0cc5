import type { AttachOptions } from "../../attach/index.js";
import { createClient } from "../../client.js";
import type { Client } from "../../client.js";
import { ConfigError } from "../../errors/errors.js";
import type { JobRef } from "../../errors/error-fields.js";
import { aFunction, anything, checkOptions } from "../../options/check-options.js";
import type { OptionRules } from "../../options/check-options.js";
import type { ClientOptions, SubmitOptions } from "../../options/client-options.js";

/** Options of `createRunComfy`; every key may be left out. */
export interface RunComfyOptions {
  /** A client, or the options to make one. Default: `createClient()`. */
  readonly client?: Client | ClientOptions | undefined;
  /**
   * Called as soon as a job is accepted, with what finds it again. Keep it: a time limit of the AI SDK itself ends with an error that
   * names no job. What it throws is logged, never passed on. Default none.
   */
  readonly onJob?: ((job: JobRef) => unknown) | undefined;
  /**
   * The treatment of files that are handed over as bytes, above all `upload` for large ones. Default: files of at most 4,000,000
   * bytes go into the request, larger ones are refused; paths are not opened.
   */
  readonly attach?: Omit<AttachOptions, "signal"> | undefined;
  /** Refuse a job that may cost more US dollars than this; see `maxUsd` of `client.submit`. Default: no limit. */
  readonly maxUsd?: number | undefined;
  /** US dollars to count for a job whose price is not known; see `assumeUsd` of `client.submit`. Default none. */
  readonly assumeUsd?: number | undefined;
}

/** Options with the client made. */
export interface Settings {
  readonly client: Client;
  readonly attach: Omit<AttachOptions, "signal">;
  readonly submit: Pick<SubmitOptions, "onJob" | "maxUsd" | "assumeUsd">;
}

const rules: OptionRules<RunComfyOptions> = {
  client: anything,
  onJob: aFunction,
  attach: anything,
  maxUsd: anything,
  assumeUsd: anything,
};

/** Reads the options of `createRunComfy`. Throws a ConfigError where one is unknown or invalid. */
export function readSettings(options: RunComfyOptions): Settings {
  checkOptions("createRunComfy", options, rules);
  const { client = {}, attach = {}, onJob, maxUsd, assumeUsd } = options;
  if (typeof client !== "object" || client === null)
    throw new ConfigError("createRunComfy: client must be a client, or the options of createClient.");
  return {
    client: isClient(client) ? client : createClient(client),
    // Texts in media fields may be input of strangers: a local file is read only where the program allows its folder.
    attach: { allowDirectories: [], ...attach },
    submit: {
      ...(onJob && { onJob }),
      ...(maxUsd !== undefined && { maxUsd }),
      ...(assumeUsd !== undefined && { assumeUsd }),
    },
  };
}

function isClient(given: Client | ClientOptions): given is Client {
  return "~requests" in given;
}
