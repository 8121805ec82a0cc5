import { makeIssue, show } from "../../errors/issue.js";
import { scope, timedOut } from "../../time/scope.js";
import type { Network } from "../net/network.js";
import { reportMeasured, warn, type FieldReport } from "../../media/field-report.js";
import type { MediaValue } from "../../media/media-fields.js";
import { measure, type MeasuringTools } from "./media-measurement.js";
import { readWanted } from "../../media/media-rules.js";
import type { MediaBytes } from "./media-bytes.js";
import { judgeReference, openReference, type SourceOptions } from "./media-source.js";
import { UnusableFileError } from "./unmeasurable.js";
import { messageOf } from "../../errors/error-message.js";

/** The network and the tools to measure with. Tests replace them. */
export interface MediaTools extends MeasuringTools {
  readonly network: Network;
}

/** The settings of one file's check. */
export interface FieldSettings extends SourceOptions {
  readonly timeoutMs: number;
  /** The time of the clock at which all files must be checked. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
}

/** Checks one file. A file that cannot be read or measured gets a warning, one of this machine that is not there a problem. Throws only the signal's reason. */
export async function checkField(
  tools: MediaTools,
  field: MediaValue<string>,
  settings: FieldSettings,
): Promise<FieldReport> {
  const { path } = field;
  const { timeoutMs, deadline, signal } = settings;
  const { clock } = tools.network;
  const refusal = judgeReference(field.value, settings);
  if (refusal !== undefined) {
    const issue = makeIssue({ code: "media_address", path, ...refusal });
    return issue.severity === "warning"
      ? { problems: [], warnings: [issue] }
      : { problems: [issue], warnings: [] };
  }
  if (clock.now() >= deadline)
    return unmeasured(path, `the files before it took longer than ${(10 * timeoutMs) / 1000} s`);
  try {
    return await scope({ clock, ms: timeoutMs, signals: [signal] }, (own) =>
      readField(tools, field, settings, own),
    );
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof UnusableFileError) {
      const reason = `${show(field.value)} cannot be sent: ${error.message}`;
      return { problems: [makeIssue({ code: "media", path, reason })], warnings: [] };
    }
    if (error === timedOut) return unmeasured(path, `reading it took longer than ${timeoutMs / 1000} s`);
    return unmeasured(path, messageOf(error));
  }
}

function unmeasured(path: string, why: string): FieldReport {
  return { problems: [], warnings: [warn(path, `it could not be measured: ${why}`)] };
}

/** Opens one file, measures it, and compares it with the rules of its field. */
async function readField(
  tools: MediaTools,
  field: MediaValue<string>,
  settings: FieldSettings,
  signal: AbortSignal,
): Promise<FieldReport> {
  const file = await openReference(tools.network, field.value, settings, settings.timeoutMs, signal);
  try {
    return await measureField(tools, file, field, signal);
  } finally {
    await file.close();
  }
}

/** Measures an open file, and compares it with the rules of its field. */
export async function measureField(
  tools: MeasuringTools,
  file: MediaBytes,
  { path, rules }: Pick<MediaValue, "path" | "rules">,
  signal: AbortSignal,
): Promise<FieldReport> {
  const { measured, warnings } = await measure(file, readWanted(rules), tools, signal);
  const noSize = file.size === undefined ? "the host does not say how long it is" : undefined;
  return reportMeasured(path, rules, measured, warnings, [noSize]);
}
