import { makeIssue, type Issue } from "../errors/issue.js";
import type { MediaRules } from "../input/model.js";
import type { Measurement } from "./measurement.js";
import { compare, generalWarning, type BrokenRule } from "./media-rules.js";

/** A problem or a warning about a media file. `rule`, `limit` and `measured` are set when a documented rule is broken. */
export interface MediaIssue extends Issue {
  /** Such as `"width_pixels<"`. */
  readonly rule?: string;
  readonly limit?: number;
  readonly measured?: number;
}

/** The outcome of one media file. */
export interface FieldReport {
  readonly problems: readonly MediaIssue[];
  readonly warnings: readonly MediaIssue[];
  readonly measured?: Measurement;
}

/**
 * Compares a measured file with the rules of its field at `path`. `remarks` are observations made during the measurement; the first
 * is always reported. `causes` are further reasons why a property may be unknown, reported where a rule needs that property.
 */
export function reportMeasured(
  path: string,
  rules: MediaRules,
  measured: Measurement,
  remarks: readonly string[] = [],
  causes: readonly (string | undefined)[] = [],
): FieldReport {
  const { broken, unknown } = compare(rules, measured);
  const wrongKind = describeWrongKind(rules, measured);
  const shown =
    unknown.length === 0
      ? [remarks[0], wrongKind]
      : [describeUnknown(unknown, [...remarks, ...causes, wrongKind])];
  return {
    problems: broken.map((rule) => describeBroken(path, rule)),
    warnings: [...shown, generalWarning(rules, measured)]
      .filter((text) => text !== undefined)
      .map((text) => warn(path, text)),
    measured,
  };
}

/** Makes a warning about the file at a JSON pointer. */
export function warn(path: string, message: string): MediaIssue {
  return makeIssue({ code: "media", path, reason: message, severity: "warning" });
}

function describeBroken(path: string, { message, ...rule }: BrokenRule): MediaIssue {
  const issue = makeIssue({ code: "media", path, reason: message });
  return { ...issue, ...rule, expected: `${rule.rule} ${rule.limit}` };
}

function describeUnknown(names: readonly string[], reasons: readonly (string | undefined)[]): string {
  const known = reasons.filter((text) => text !== undefined);
  const why = known.length > 0 ? `: ${known.join("; ")}` : "";
  return `its ${names.join(", its ")} could not be measured${why}`;
}

/** Says that a file is of another kind than its field takes; `undefined` where it fits or the kind is unknown. */
export function describeWrongKind(rules: MediaRules, { kind }: Measurement): string | undefined {
  return rules.kind !== undefined && kind !== undefined && kind !== rules.kind
    ? `it is ${withArticle(kind)}; the field takes ${withArticle(rules.kind)}`
    : undefined;
}

function withArticle(kind: string): string {
  return kind === "other" ? "another kind of file" : /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
