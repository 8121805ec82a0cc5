import type { MediaLimits, MediaRules } from "../input/model.js";
import type { Measurement, Wanted } from "./measurement.js";

/** A rule that a file breaks. */
export interface BrokenRule {
  /** The rule in the words of the documentation: `"width_pixels<"`. */
  readonly rule: string;
  readonly limit: number;
  readonly measured: number;
  readonly message: string;
}

type Subject = keyof MediaLimits;

const megabyte = 1_000_000;

const subjects: Readonly<
  Record<
    Subject,
    {
      readonly value: (found: Measurement) => number | undefined;
      readonly name: string;
      readonly unit: string;
    }
  >
> = {
  width_pixels: { value: ({ width }) => width, name: "width", unit: " pixels" },
  height_pixels: { value: ({ height }) => height, name: "height", unit: " pixels" },
  "width/height": {
    value: ({ width, height }) => (width === undefined || height === undefined ? undefined : width / height),
    name: "width divided by height",
    unit: "",
  },
  file_size_mb: {
    value: ({ bytes }) => (bytes === undefined ? undefined : bytes / megabyte),
    name: "size",
    unit: " MB",
  },
  duration_seconds: { value: ({ seconds }) => seconds, name: "duration", unit: " s" },
};

function listLimits(limits: MediaLimits | undefined): [Subject, number][] {
  return Object.entries(limits ?? {}).filter(
    (entry): entry is [Subject, number] => Object.hasOwn(subjects, entry[0]) && typeof entry[1] === "number",
  );
}

/** The properties that must be measured to judge a field. */
export function readWanted({ kind, below, above }: MediaRules): Wanted {
  const asked = [...listLimits(below), ...listLimits(above)].map(([subject]) => subject);
  return {
    pixels: asked.some((subject) => subject !== "file_size_mb" && subject !== "duration_seconds"),
    seconds: asked.includes("duration_seconds"),
    kind,
  };
}

/**
 * Compares a file with a field's rules. Gives the rules that it breaks and the names of the properties that could not be measured.
 * Limits are exclusive: a value that is equal to a limit breaks the rule.
 */
export function compare(
  { below, above }: MediaRules,
  found: Measurement,
): { broken: BrokenRule[]; unknown: string[] } {
  const broken: BrokenRule[] = [];
  const unknown = new Set<string>();
  for (const [limits, sign, word] of [
    [below, "<", "below"],
    [above, ">", "above"],
  ] as const) {
    for (const [subject, limit] of listLimits(limits)) {
      const { value, name, unit } = subjects[subject];
      const measured = value(found);
      if (measured === undefined) unknown.add(name);
      else if (sign === "<" ? measured >= limit : measured <= limit) {
        const shown = `${round(measured)}${unit}`;
        broken.push({
          rule: `${subject}${sign}`,
          limit,
          measured,
          message: `its ${name} is ${shown}; it must be ${word} ${limit}${unit}`,
        });
      }
    }
  }
  return { broken, unknown: [...unknown] };
}

/** Warns of a file above the documentation's general size limits, which apply when the model states no limit of its own. */
export function generalWarning(rules: MediaRules, { kind, bytes }: Measurement): string | undefined {
  const limit = kind === "image" ? 50 : kind === "video" ? 100 : undefined;
  if (
    limit === undefined ||
    bytes === undefined ||
    rules.below?.file_size_mb !== undefined ||
    bytes <= limit * megabyte
  )
    return undefined;
  return `it has ${round(bytes / megabyte)} MB; the service documents about ${limit} MB for ${kind === "image" ? "an image" : "a video"}`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(6)));
}
