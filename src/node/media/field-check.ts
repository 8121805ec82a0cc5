import { makeIssue, show } from "../../errors/issue.js";
import { scope, timedOut } from "../../time/scope.js";
import type { Network } from "../net/network.js";
import type { MediaField } from "./media-fields.js";
import { measure, type MeasuringTools } from "./media-measurement.js";
import { warn, type FieldReport } from "./media-report.js";
import { compare, generalWarning, readWanted, type BrokenRule } from "./media-rules.js";
import { judgeReference, openReference, type SourceOptions } from "./media-source.js";
import type { Measurement } from "./measurement.js";
import { UnusableFileError } from "./unmeasurable.js";

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
  field: MediaField,
  settings: FieldSettings,
): Promise<FieldReport> {
  const { path } = field;
  const { timeoutMs, deadline, signal } = settings;
  const { clock } = tools.network;
  const refusal = judgeReference(field.reference, settings);
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
      const reason = `${show(field.reference)} cannot be sent: ${error.message}`;
      return { problems: [makeIssue({ code: "media", path, reason })], warnings: [] };
    }
    if (error === timedOut) return unmeasured(path, `reading it took longer than ${timeoutMs / 1000} s`);
    return unmeasured(path, error instanceof Error ? error.message : String(error));
  }
}

function unmeasured(path: string, why: string): FieldReport {
  return { problems: [], warnings: [warn(path, `it could not be measured: ${why}`)] };
}

/** Opens one file, measures it, and compares it with the rules of its field. */
async function readField(
  tools: MediaTools,
  field: MediaField,
  settings: FieldSettings,
  signal: AbortSignal,
): Promise<FieldReport> {
  const { path, rules } = field;
  const file = await openReference(tools.network, field.reference, settings, settings.timeoutMs, signal);
  try {
    const { measured, warnings } = await measure(file, readWanted(rules), tools, signal);
    const { broken, unknown } = compare(rules, measured);
    const wrongKind = describeWrongKind(field, measured);
    const noSize = file.size === undefined ? "the host does not say how long it is" : undefined;
    const remarks =
      unknown.length === 0
        ? [warnings[0], wrongKind]
        : [describeUnknown(unknown, [...warnings, noSize, wrongKind])];
    return {
      problems: broken.map((rule) => describeBroken(path, rule)),
      warnings: [...remarks, generalWarning(rules, measured)]
        .filter((text) => text !== undefined)
        .map((text) => warn(path, text)),
      measured,
    };
  } finally {
    await file.close();
  }
}

function describeBroken(path: string, { message, ...rule }: BrokenRule) {
  const issue = makeIssue({ code: "media", path, reason: message });
  return { ...issue, ...rule, expected: `${rule.rule} ${rule.limit}` };
}

function describeUnknown(names: readonly string[], reasons: readonly (string | undefined)[]): string {
  const known = reasons.filter((text) => text !== undefined);
  const why = known.length > 0 ? `: ${known.join("; ")}` : "";
  return `its ${names.join(", its ")} could not be measured${why}`;
}

function describeWrongKind({ rules }: MediaField, { kind }: Measurement): string | undefined {
  return rules.kind !== undefined && kind !== undefined && kind !== rules.kind
    ? `it is ${withArticle(kind)}; the field takes ${withArticle(rules.kind)}`
    : undefined;
}

function withArticle(kind: string): string {
  return kind === "other" ? "another kind of file" : /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
