import type { MediaLimits, MediaRules, Schema } from "../../../src/input/model.js";

/** Says in plain sentences what a field takes: its limits, its kind of media and the media's own limits. */
export function describeLimits(schema: Schema): readonly string[] {
  const own = [
    describeNumber(schema),
    describeCount(schema.minLength, schema.maxLength, "character"),
    describeCount(schema.minItems, schema.maxItems, "item"),
    schema.uniqueItems === true ? "No two items alike." : "",
    schema.pattern === undefined ? "" : `Must match the regular expression ${schema.pattern}.`,
    describeFormat(schema),
    ...describeKept(schema),
    ...describeMedia(schema["x-media"]),
  ].filter((sentence) => sentence !== "");
  const items = schema.items === undefined ? [] : describeLimits(schema.items);
  return [
    ...own,
    ...items.map((sentence) => `Each item: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`),
  ];
}

/** Writes a number with its thousands set apart, the same on every machine. */
export function formatNumber(value: number): string {
  const text = String(value);
  return /^-?\d{4,}$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, ",") : text;
}

function describeNumber(schema: Schema): string {
  if (schema.enum !== undefined || schema.const !== undefined) return "";
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const whole = schema.type === "integer" ? "a whole number" : "";
  const limits =
    minimum !== undefined &&
    maximum !== undefined &&
    exclusiveMinimum === undefined &&
    exclusiveMaximum === undefined
      ? `from ${formatNumber(minimum)} to ${formatNumber(maximum)}`
      : join([
          minimum === undefined ? "" : `at least ${formatNumber(minimum)}`,
          exclusiveMinimum === undefined ? "" : `more than ${formatNumber(exclusiveMinimum)}`,
          maximum === undefined ? "" : `at most ${formatNumber(maximum)}`,
          exclusiveMaximum === undefined ? "" : `less than ${formatNumber(exclusiveMaximum)}`,
        ]);
  const steps = multipleOf === undefined ? "" : `a multiple of ${formatNumber(multipleOf)}`;
  const range =
    limits.startsWith("from") || whole === "" ? `${whole} ${limits}`.trim() : join([whole, limits], ", ");
  return capitalise(join([range, steps], ", "));
}

function describeCount(least: number | undefined, most: number | undefined, unit: string): string {
  const count = (limit: number): string => `${formatNumber(limit)} ${limit === 1 ? unit : `${unit}s`}`;
  const floor = least === undefined || least <= 0 ? undefined : least;
  if (floor === undefined) return most === undefined ? "" : `At most ${count(most)}.`;
  if (most === undefined) return `At least ${count(floor)}.`;
  return floor === most ? `Exactly ${count(most)}.` : `From ${formatNumber(floor)} to ${count(most)}.`;
}

/** Describes the rules that the input check does not enforce. */
function describeKept(schema: Schema): readonly string[] {
  const { contentMediaType, contentEncoding, dependentRequired = {} } = schema;
  const parts = (schema.allOf ?? []).flatMap((part) => (typeof part === "object" ? [part] : []));
  // Choices beside a schema are in its type; those of its parts are not.
  const isSaid = (keyword: (typeof unsaid)[number]): boolean =>
    [...(keyword === "anyOf" ? [] : [schema]), ...parts].some((part) => part[keyword] !== undefined);
  const names = unsaid.filter(isSaid);
  return [
    ...parts.flatMap(({ pattern }) =>
      pattern === undefined ? [] : [`The service expects a match of ${pattern}.`],
    ),
    describeCount(schema.minProperties, schema.maxProperties, "field"),
    ...Object.entries(dependentRequired).map(
      ([name, others]) => `With \`${name}\`, also needs ${others.map((other) => `\`${other}\``).join(", ")}.`,
    ),
    contentMediaType === undefined
      ? ""
      : `Content: ${contentMediaType}${contentEncoding === undefined ? "" : `, in ${contentEncoding}`}.`,
    schema.readOnly === true ? "Set by the service." : "",
    schema.writeOnly === true ? "Never sent back by the service." : "",
    names.length === 0 ? "" : `Further rules, which only the service checks: ${names.join(", ")}.`,
  ];
}

/** Keywords that the schema in the module and the OpenAPI document say better than a sentence. */
const unsaid = [
  "not",
  "if",
  "anyOf",
  "contains",
  "patternProperties",
  "propertyNames",
  "dependentSchemas",
] as const;

const mediaNames = { image: "an image", video: "a video", audio: "an audio file" };

function describeFormat(schema: Schema): string {
  const kind = schema["x-media"]?.kind;
  if (kind !== undefined) return `The URL of ${mediaNames[kind]}.`;
  return schema.format === "uri" ? "A URL." : "";
}

const measures: readonly (readonly [subject: keyof MediaLimits, name: string, unit: string])[] = [
  ["width_pixels", "Width", " pixels"],
  ["height_pixels", "Height", " pixels"],
  ["width/height", "Width divided by height", ""],
  ["file_size_mb", "File size", " MB"],
  ["duration_seconds", "Length", " seconds"],
];

/** Describes the rules for the files of a field. */
export function describeMedia(rules: MediaRules | undefined): readonly string[] {
  if (rules === undefined) return [];
  const range = (subject: keyof MediaLimits): string =>
    describeRange(rules.above?.[subject], rules.below?.[subject]);
  const isSquare = range("width_pixels") === range("height_pixels");
  const limits = measures.flatMap(([subject, name, unit]) => {
    const text = range(subject);
    if (text === "" || (isSquare && subject === "height_pixels")) return [];
    return [
      `${isSquare && subject === "width_pixels" ? "Width and height: each" : `${name}:`} ${text}${unit}.`,
    ];
  });
  const samples = rules.samples ?? [];
  if (samples.length === 0) return limits;
  return [...limits, `Also takes the name of a sample that the service keeps: ${samples.join(", ")}.`];
}

function describeRange(above: number | undefined, below: number | undefined): string {
  return join([
    above === undefined ? "" : `more than ${formatNumber(above)}`,
    below === undefined ? "" : `less than ${formatNumber(below)}`,
  ]);
}

function join(parts: readonly string[], word = " and "): string {
  return parts.filter((part) => part !== "").join(word);
}

function capitalise(text: string): string {
  return text === "" ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
