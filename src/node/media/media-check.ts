import { InputError } from "../../errors/errors.js";
import { describeIssue } from "../../errors/issue.js";
import type { Model } from "../../input/model.js";
import { systemClock } from "../../time/clock.js";
import { scope } from "../../time/scope.js";
import { mapConcurrently } from "../net/concurrency.js";
import { systemNetwork } from "../net/network.js";
import { checkField, type MediaTools } from "./field-check.js";
import { findMediaFields } from "../../media/media-fields.js";
import { checkMediaOptions, type CheckMediaOptions } from "./media-options.js";
import type { MediaIssue } from "../../media/field-report.js";
import type { MediaReport } from "./media-report.js";
import type { Measurement } from "../../media/measurement.js";
import { createParser } from "./parser-pool.js";
import { startHost } from "./parser-host.js";

/** The real network and tools. */
export const systemTools: MediaTools = {
  network: systemNetwork,
  image: () => import("image-size"),
  // There is one pool for the whole program, so that many checks at once do not start many processes.
  parser: createParser(startHost),
};
const filesAtOnce = 4;

/**
 * Measures the media that an input names, before anything is paid, and compares them with the model's rules: width, height, size,
 * duration. Of a remote file at most 256 KiB are read, from public https addresses only, without the token. A file that cannot be
 * measured gets a warning. Files that can keep a parser busy, as videos can, are parsed in another process, which ends with the
 * check. In a single executable, Electron and the like, where another process would be the program itself, pictures are measured in
 * a thread, and recordings get a warning. Needs the optional packages `image-size` (images) and `mediabunny` (video and audio).
 *
 * @throws ConfigError when an option is unknown or invalid.
 * @throws The signal's reason.
 */
export async function checkMedia(
  model: Pick<Model, "input">,
  input: unknown,
  options: CheckMediaOptions = {},
): Promise<MediaReport> {
  checkMediaOptions("checkMedia", options);
  return checkMediaWith(systemTools, model, input, options);
}

/** Checks media with tools of the caller's. */
export async function checkMediaWith(
  tools: MediaTools,
  model: Pick<Model, "input">,
  input: unknown,
  options: CheckMediaOptions = {},
): Promise<MediaReport> {
  const { clock = tools.network.clock, timeoutMs = 5000, signal } = options;
  const fields = findMediaFields(model.input, input);
  const ownTools = { ...tools, network: { ...tools.network, clock } };
  const settings = { ...options, timeoutMs, signal, deadline: clock.now() + 10 * timeoutMs };
  const release = tools.parser.retain();
  try {
    const reports = await mapConcurrently(fields, filesAtOnce, async (field) => {
      signal?.throwIfAborted();
      return checkField(ownTools, field, settings);
    });
    const measured = new Map<string, Measurement>();
    reports.forEach((report, index) => {
      if (report.measured !== undefined) measured.set(fields[index]!.path, report.measured);
    });
    return {
      problems: reports.flatMap(({ problems }) => problems),
      warnings: reports.flatMap(({ warnings }) => warnings),
      measured,
    };
  } finally {
    release();
  }
}

/**
 * Makes a check for the client to run before it submits: `client.run(model, input, { precheck: mediaCheck() })`. Its issues are the
 * problems and, marked as such, the warnings.
 *
 * @throws ConfigError when an option is unknown or invalid.
 */
export function mediaCheck(options: CheckMediaOptions = {}) {
  checkMediaOptions("mediaCheck", options);
  return async (
    model: Pick<Model, "input">,
    input: unknown,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<readonly MediaIssue[]> => {
    const { clock = systemClock } = options;
    const { problems, warnings } = await scope({ clock, signals: [signal, options.signal] }, (own) =>
      checkMediaWith(systemTools, model, input, { ...options, signal: own }),
    );
    return [...problems, ...warnings];
  };
}

/**
 * Checks media like `checkMedia`, and rejects when there is a problem.
 *
 * @throws InputError with every problem.
 * @throws ConfigError when an option is unknown or invalid.
 * @throws The signal's reason.
 */
export async function requireMedia(
  model: Pick<Model, "id" | "input">,
  input: unknown,
  options: CheckMediaOptions = {},
): Promise<MediaReport> {
  checkMediaOptions("requireMedia", options);
  const report = await checkMediaWith(systemTools, model, input, options);
  if (report.problems.length === 0) return report;
  const lines = report.problems.map((problem) => `  ${describeIssue(problem)}`);
  throw new InputError(`The media do not fit ${model.id}:\n${lines.join("\n")}`, {
    modelId: model.id,
    issues: report.problems,
  });
}
