import type { Json, Schema, SchemaType } from "../../input/model.js";
import { wordsOf } from "../notation/name-words.js";

/** The facts of a field from which its role and its unit are told. */
export interface FieldFacts {
  readonly name: string;
  /** The words of the name; those of the title where the name says nothing. */
  readonly words: readonly string[];
  /** The number at the end of the name, as in `image_url_2`. */
  readonly place: number | undefined;
  /** The kind of media that the field takes. */
  readonly kind: "image" | "video" | "audio" | undefined;
  readonly isList: boolean;
  /** True where any text is taken, and the text is no address of a medium. */
  readonly isText: boolean;
  /** True for numbers, and for lists of texts among which numbers are. */
  readonly isNumber: boolean;
  readonly isFlag: boolean;
  /** The listed values as text, without those that leave the choice to the model. */
  readonly values: readonly string[];
}

/** Words of names that a node editor made up. */
const idle = new Set(
  "value valuex string str int integer float number boolean input node widget param x data".split(" "),
);
/** Words beside a noun that say how a medium is handed over, or which one of several it is. */
const beside = new Set(
  "url urls uri uris link links path file files input source src init base main first last start end begin starting ending initial final tail".split(
    " ",
  ),
);
const nouns = new Map<string, NonNullable<FieldFacts["kind"]>>([
  ...["image", "images", "img", "imgs", "picture", "pictures", "photo", "photos", "frame", "frames"].map(
    (word) => [word, "image"] as const,
  ),
  ...["video", "videos", "vid"].map((word) => [word, "video"] as const),
  ...["audio", "audios"].map((word) => [word, "audio"] as const),
]);
/** Words for sound that are also words for texts and switches: a medium only where the name says that it is an address. */
const sounds = new Set("soundtrack music song speech voice sound vocals".split(" "));
const addresses = new Set("url urls uri uris link links file files".split(" "));
/** Values that leave the choice to the model. */
const open = /^(?:auto|automatic|adaptive|default|custom|original|keep.*|match.*|same.*|none)$/i;

/** Reads the facts of a field off its name, its title and its schema. */
export function readField(name: string, schema: Schema): FieldFacts {
  const own = wordsOf(name);
  const told = wordsOf(schema.title ?? "");
  // The number of a node and "text" say only where a text goes: a node editor titles its purpose.
  const isIdle = own.every((word) => idle.has(word)) || (told.length > 0 && /^\d+_text$/.test(name));
  const words = isIdle ? told : own;
  const branches = [schema, ...(schema.anyOf ?? [])];
  const types = new Set<SchemaType>(branches.flatMap(({ type }) => type ?? []));
  const listed = branches.flatMap(
    ({ enum: values, const: only }) => values ?? (only === undefined ? [] : [only]),
  );
  const values = listed
    .map((value) => (typeof value === "string" ? value : JSON.stringify(value)))
    .filter((value) => !open.test(value));
  const takesText = types.has("string") && listed.length === 0;
  const holdsText = branches.some((branch) => holdsTexts(branch));
  // Of a text or a list of objects, the text is what a plain value fills.
  const isList = types.has("array") && (holdsText || !takesText);
  const kind = findKind(schema, words, isList ? holdsText : takesText);
  return {
    name,
    words,
    place: Number(/[a-z_-](\d{1,2})$/i.exec(name)?.[1] ?? NaN) || undefined,
    kind,
    isList,
    isText: takesText && kind === undefined,
    isNumber: isNumeric(types, listed, values),
    isFlag: types.has("boolean") || isSwitch(values),
    values,
  };
}

/** The kind that the schema states, or that the last noun of the name means where any text may stand. */
function findKind(schema: Schema, words: readonly string[], isOpen: boolean): FieldFacts["kind"] {
  const branches = [schema, ...(schema.anyOf ?? [])].flatMap((branch) => [
    branch,
    ...(branch.items ? [branch.items] : []),
  ]);
  const stated = branches.map((branch) => branch["x-media"]?.kind).find((kind) => kind !== undefined);
  if (stated !== undefined || !isOpen) return stated;
  const head = words.findLast((word) => !beside.has(word));
  if (head === undefined) return undefined;
  const isSound = sounds.has(head) && words.some((word) => addresses.has(word));
  return isSound ? "audio" : nouns.get(head);
}

/** Tells a list that takes any text, or whose items are not described. */
function holdsTexts({ type: own, items }: Schema): boolean {
  const { type, enum: values, anyOf: choices = [] } = items ?? {};
  if (![own].flat().includes("array") || values !== undefined) return false;
  const types = [type, ...choices.map((choice) => choice.type)].flat().filter((one) => one !== undefined);
  return types.length === 0 || types.includes("string");
}

function isNumeric(
  types: ReadonlySet<SchemaType>,
  listed: readonly Json[],
  values: readonly string[],
): boolean {
  if (types.has("number") || types.has("integer")) return true;
  return (
    listed.length > 0 &&
    values.length > 0 &&
    values.every((value) => /^\d+(?:\.\d+)?\s*(?:s|sec|seconds?)?$/i.test(value))
  );
}

function isSwitch(values: readonly string[]): boolean {
  return (
    values.length > 0 &&
    values.every((value) => /^(?:on|off|true|false|yes|no|enable|disable|enabled|disabled)$/i.test(value))
  );
}
