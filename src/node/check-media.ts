import { InputError } from "../errors/errors.js";
import { describeIssue, makeIssue, type Issue } from "../errors/issue.js";
import type { Model } from "../input/model.js";
import { timedOut, within, type Clock } from "../time/clock.js";
import type { ImageLibrary } from "./measure-image.js";
import { createParser, type Parser } from "./measure-parser.js";
import { startChild } from "./measure-process.js";
import { measure } from "./measure.js";
import type { Measurement } from "./measurement.js";
import { findMediaFields, type MediaField } from "./media-fields.js";
import { compare, generalWarning, readWanted } from "./media-rules.js";
import { judgeReference, openReference } from "./media-source.js";
import { systemNetwork, type Network } from "./network.js";

/** Options of `checkMedia`. */
export interface CheckMediaOptions {
  /** Hosts that may be asked, such as `"*.example.com"`. Default: every public host. */
  readonly hosts?: readonly string[] | undefined;
  /** Also read from this machine, over `http:` too; for tests. Default `false`. */
  readonly allowLocalhost?: boolean | undefined;
  /** Take paths and `file:` URLs as files of this machine. Never set it for input that comes from others. Default `false`. */
  readonly allowLocalFiles?: boolean | undefined;
  /** Time for one file in milliseconds; all files together have ten times that. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Time; for tests. */
  readonly clock?: Clock | undefined;
}

/** Something about a media file; `rule`, `limit` and `measured` are set where a documented rule is broken. */
export interface MediaIssue extends Issue {
  /** Such as `"width_pixels<"`. */
  readonly rule?: string;
  readonly limit?: number;
  readonly measured?: number;
}

/** What `checkMedia` found. */
export interface MediaReport {
  /** What the service would refuse. */
  readonly problems: readonly MediaIssue[];
  /** What could not be measured, and what is unusual. */
  readonly warnings: readonly MediaIssue[];
  /** What was measured, by JSON pointer. */
  readonly measured: ReadonlyMap<string, Measurement>;
}

/** What comes from outside, so that tests can replace it. */
export interface MediaTools {
  readonly network: Network;
  readonly image: ImageLibrary;
  readonly parser: Parser;
}

const systemTools: MediaTools = {
  network: systemNetwork,
  image: () => import("image-size"),
  // One for the whole program: many checks at once are no reason for many processes.
  parser: createParser(() => startChild()),
};
const atOnce = 4;

/**
 * Measures the media that an input names, before anything is paid, and compares them with the model's rules: width, height, size,
 * duration. Of a remote file at most 256 KiB are read, from public https addresses only, without the token. What cannot be measured is a
 * warning. Whatever can keep a parser busy, as videos can, is parsed in another process, which ends with the check. Needs the optional
 * packages `image-size` (images) and `mediabunny` (video and audio).
 *
 * @throws Only the signal's reason.
 */
export function checkMedia(
  model: Pick<Model, "input">,
  input: unknown,
  options: CheckMediaOptions = {},
): Promise<MediaReport> {
  return checkMediaWith(systemTools, model, input, options);
}

/** `checkMedia` with tools of the caller's. */
export async function checkMediaWith(
  tools: MediaTools,
  model: Pick<Model, "input">,
  input: unknown,
  options: CheckMediaOptions = {},
): Promise<MediaReport> {
  const fields = findMediaFields(model.input, input);
  const network = options.clock === undefined ? tools.network : { ...tools.network, clock: options.clock };
  const problems: MediaIssue[][] = [];
  const warnings: MediaIssue[][] = [];
  const measured = new Map<string, Measurement>();
  const end = network.clock.now() + 10 * readTimeout(options);
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < fields.length; index = next++) {
      options.signal?.throwIfAborted();
      const field = fields[index]!;
      const found = await checkField({ ...tools, network }, field, options, end);
      problems[index] = found.problems;
      warnings[index] = found.warnings;
      if (found.measured !== undefined) measured.set(field.path, found.measured);
    }
  }
  const leave = tools.parser.enter();
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, fields.length) }, work));
  } finally {
    leave();
  }
  return { problems: problems.flat(), warnings: warnings.flat(), measured };
}

/**
 * A check for the client to run before it submits: `client.run(model, input, { precheck: mediaCheck() })`. Gives all problems and, marked
 * as such, all warnings.
 */
export function mediaCheck(options: CheckMediaOptions = {}) {
  return async (
    model: Pick<Model, "input">,
    input: unknown,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<readonly MediaIssue[]> => {
    const { problems, warnings } = await checkMedia(model, input, {
      ...options,
      signal: signal ?? options.signal,
    });
    return [...problems, ...warnings];
  };
}

/**
 * `checkMedia` that rejects when there is a problem.
 *
 * @throws InputError with every problem.
 */
export async function requireMedia(
  model: Pick<Model, "id" | "input">,
  input: unknown,
  options: CheckMediaOptions = {},
): Promise<MediaReport> {
  const report = await checkMedia(model, input, options);
  if (report.problems.length === 0) return report;
  const lines = report.problems.map((problem) => `  ${describeIssue(problem)}`);
  throw new InputError(`The media do not fit ${model.id}:\n${lines.join("\n")}`, {
    modelId: model.id,
    issues: report.problems,
  });
}

interface FieldReport {
  readonly problems: MediaIssue[];
  readonly warnings: MediaIssue[];
  readonly measured?: Measurement;
}

function readTimeout({ timeoutMs = 5000 }: CheckMediaOptions): number {
  return timeoutMs;
}

async function checkField(
  tools: MediaTools,
  field: MediaField,
  options: CheckMediaOptions,
  end: number,
): Promise<FieldReport> {
  const { path } = field;
  const wrong = judgeReference(field.reference, options);
  if (wrong !== undefined) {
    const issue = makeIssue({ code: "media_address", path, ...wrong });
    return issue.severity === "warning"
      ? { problems: [], warnings: [issue] }
      : { problems: [issue], warnings: [] };
  }
  const timeoutMs = readTimeout(options);
  const unmeasured = (why: string): FieldReport => ({
    problems: [],
    warnings: [warn(path, `it could not be measured: ${why}`)],
  });
  if (tools.network.clock.now() >= end)
    return unmeasured(`the files before it took longer than ${(10 * timeoutMs) / 1000} s`);
  try {
    return await within(tools.network.clock, timeoutMs, [options.signal], (signal) =>
      readField(tools, field, options, signal),
    );
  } catch (error) {
    options.signal?.throwIfAborted();
    const late = `reading it took longer than ${timeoutMs / 1000} s`;
    return unmeasured(error === timedOut ? late : error instanceof Error ? error.message : String(error));
  }
}

/** Opens, measures and compares one file. */
async function readField(
  tools: MediaTools,
  field: MediaField,
  options: CheckMediaOptions,
  signal: AbortSignal,
): Promise<FieldReport> {
  const { path, rules } = field;
  const file = await openReference(tools.network, field.reference, options, signal);
  try {
    const { measured, warnings } = await measure(file, readWanted(rules), tools, signal);
    const { broken, unknown } = compare(rules, measured);
    const kind = judgeKind(field, measured);
    const unsized = file.size === undefined ? "the host does not say how long it is" : undefined;
    const reasons = [...warnings, unsized, kind].filter((text) => text !== undefined);
    const remarks =
      unknown.length === 0
        ? [warnings[0], kind]
        : [
            `its ${unknown.join(", its ")} could not be measured${reasons.length > 0 ? ": " : ""}${reasons.join("; ")}`,
          ];
    remarks.push(generalWarning(rules, measured));
    return {
      problems: broken.map(({ message, ...rule }) => ({
        ...makeIssue({ code: "media", path, reason: message }),
        ...rule,
        expected: `${rule.rule} ${rule.limit}`,
      })),
      warnings: remarks.filter((text) => text !== undefined).map((text) => warn(path, text)),
      measured,
    };
  } finally {
    await file.close();
  }
}

function warn(path: string, message: string): MediaIssue {
  return makeIssue({ code: "media", path, reason: message, severity: "warning" });
}

function judgeKind({ rules }: MediaField, { kind }: Measurement): string | undefined {
  return rules.kind !== undefined && kind !== undefined && kind !== rules.kind
    ? `it is ${article(kind)}; the field takes ${article(rules.kind)}`
    : undefined;
}

function article(kind: string): string {
  return kind === "other" ? "another kind of file" : /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
