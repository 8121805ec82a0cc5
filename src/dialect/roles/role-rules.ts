import type { FieldRole } from "../../input/model.js";
import type { FieldFacts } from "./field-facts.js";

/** Tells how well a field fits a role; 0 where it does not. Of several fields for one role the best has it. */
type Score = (field: FieldFacts) => number;

/** Tells whether a field has one of some words in its name. */
function has({ words }: FieldFacts, some: ReadonlySet<string>): boolean {
  return words.some((word) => some.has(word));
}

function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

const masks = wordSet("mask masks matte");
const lastOnes = wordSet("last end tail final ending");
const firstOnes = wordSet("first start begin starting initial beginning");
const guides = wordSet("reference references ref refs");
const imageGuides = wordSet("reference references ref refs style");
const plainImage = wordSet(
  "image images img picture photo frame url uri first start starting initial begin input source src init base main prompt file path link",
);
const flagsOf = wordSet("sound sounds audio music soundtrack");
const notMade = wordSet(
  "keep original preserve remove mute input reference sync lip only normalize split separate track strip no drop disable discard delete exclude without replace",
);
const otherTexts = wordSet(
  "negative neg system prefix suffix template style expansion extend enhance expand optimizer rewrite audio sound voice music lyrics lyric mode id language multi",
);
/** First words of prompts that say what is done to a medium; of switches of the same name no text is given. */
const acts = wordSet("extend extension expand expansion");
const notLength = wordSet(
  "start end fade transition offset trim silence padding overlap interval min max minimum maximum delay prompt text context token tokens sequence segment caption focal step path queue",
);
const lengths = wordSet("duration durations seconds secs sec length");
const notSize = wordSet("file batch font chunk step kernel tile patch mb window group");
const counters = wordSet("num number n count quantity total batch max amount");
const counted = wordSet(
  "image images output outputs video videos sample samples result results variation variations variant variants generation generations picture pictures photo photos clip clips song songs track tracks",
);
const notPicture = wordSet("octree voxel voxels mesh grid tile texture mask map depth latent");
const seedWords = wordSet("seed value number int integer input id");
const sideOnly = wordSet("image video output target px pixel pixels custom frame in");

/** Tells whether more than half of the listed values have a shape. */
function isMostly({ values }: FieldFacts, shape: RegExp): boolean {
  return values.length > 0 && values.filter((value) => shape.test(value.trim())).length * 2 > values.length;
}

const pixelPair = /^\d{3,5}\s*[x×*:]\s*\d{3,5}(?:\s*\(.*\))?$/i;
const sidesPair = /^[1-9]\d?(?:\.\d+)?\s*[:/x]\s*\d{1,2}(?:\.\d+)?$/i;
const namedFormat = /^(?:square|portrait|landscape)(?:[_ -].*)?$/i;
const lines = /^(?:\d{3,4}[pi]?|\d(?:\.\d)?\s*k|\d\.\d\s*mp|[sfuq]?hd)$/i;

function sizeScore(field: FieldFacts): number {
  if (isMostly(field, pixelPair)) return 3;
  if (isMostly(field, namedFormat)) return 2;
  const isNamed = field.words.includes("size") && !has(field, notSize);
  return isNamed && field.isText ? 1 : 0;
}

function ratioScore(field: FieldFacts): number {
  if (isMostly(field, sidesPair) && !has(field, wordSet("time")))
    return has(field, wordSet("ratio aspect size shape")) ? 3 : 2;
  if (sizeScore(field) > 0 || field.isNumber || field.isFlag || field.isList) return 0;
  const isOther = isMostly(field, lines);
  return !isOther && has(field, wordSet("aspect ratio")) && !has(field, wordSet("mode guidance")) ? 1 : 0;
}

function resolutionScore(field: FieldFacts): number {
  if (field.isFlag || field.isList || sizeScore(field) > 1 || ratioScore(field) > 1) return 0;
  const isNamed = has(field, wordSet("resolution res")) && !has(field, notPicture);
  if (isMostly(field, lines)) return isNamed ? 3 : has(field, lengths) || field.isNumber ? 0 : 2;
  return isNamed ? 1 : 0;
}

function promptScore({ words, isText }: FieldFacts): number {
  if (!isText) return 0;
  const text = words.join(" ");
  const known = promptNames.get(text);
  if (known !== undefined) return known;
  if (words.at(-1) === "prompt" && acts.has(words[0]!)) return 2;
  return words.includes("prompt") && !words.some((word) => otherTexts.has(word)) ? 4 : 0;
}

const promptNames = new Map([
  ["prompt", 10],
  ["positive prompt", 9],
  ["prompt text", 8],
  ["text prompt", 8],
  ["main prompt", 8],
  ["positive", 7],
  ["text", 6],
  ["instruction", 5],
  ["instructions", 5],
  ["edit instruction", 5],
  ["description", 3],
  ["caption", 3],
  ["script", 3],
  ["tags", 2],
  ["lyrics", 1],
]);

function durationScore(field: FieldFacts): number {
  if (!has(field, lengths) || has(field, notLength) || field.isFlag || field.isList) return 0;
  const isExact = field.words.includes("duration") ? 2 : 1;
  const isTold = field.isNumber || (field.words.length === 1 && field.words[0] === "duration");
  return isTold ? isExact : 0;
}

function fpsScore(field: FieldFacts): number {
  const text = field.words.join(" ");
  return (field.isNumber || field.values.length > 0) && /\bfps\b|frame ?rate|frames per second/.test(text)
    ? 1
    : 0;
}

function sideScore(side: "width" | "height"): Score {
  return ({ words, isNumber }) => {
    const rest = words.filter((word) => !sideOnly.has(word));
    return isNumber && rest.length === 1 && rest[0] === side ? 1 : 0;
  };
}

const numberNames = new Set(
  "n,batch size,batch count,batch,count,quantity,samples,outputs,results,variations,variants,images per prompt,videos per prompt,outputs per prompt".split(
    ",",
  ),
);

function outputsScore(field: FieldFacts): number {
  const { words, isNumber } = field;
  if (!isNumber || has(field, wordSet("step steps frame frames input reference references"))) return 0;
  const text = words.join(" ");
  if (numberNames.has(text)) return 2;
  return has(field, counters) && has(field, counted) ? 2 : 0;
}

/** A seed's name ends with the word: after it only such words may stand as say that it is a number. */
function seedScore({ words, isNumber }: FieldFacts): number {
  const at = words.lastIndexOf("seed");
  const isLast = at >= 0 && words.slice(at).every((word) => seedWords.has(word));
  return isNumber && isLast ? 10 - words.length : 0;
}

function soundScore(field: FieldFacts): number {
  return field.isFlag && has(field, flagsOf) && !has(field, notMade) ? 1 : 0;
}

function imageScore(field: FieldFacts): number {
  const { kind, isList, place, words } = field;
  if (kind !== "image" || isList || has(field, masks) || has(field, imageGuides)) return 0;
  if (isLastFrame(field)) return 0;
  const isPlain = words.every((word) => plainImage.has(word));
  // The first of numbered fields is one of several.
  return (isPlain ? 4 : 1) + (place === undefined ? 1 : 0);
}

function isLastFrame(field: FieldFacts): boolean {
  return field.kind === "image" && !field.isList && has(field, lastOnes) && !has(field, firstOnes);
}

/** Roles that one field has at most, in the order in which they are given away. */
export const singleRoles: readonly (readonly [role: FieldRole, score: Score])[] = [
  ["image", imageScore],
  ["prompt", promptScore],
  [
    "negativePrompt",
    (field) =>
      field.isText && has(field, wordSet("negative neg")) ? (field.words.includes("prompt") ? 2 : 1) : 0,
  ],
  ["size", sizeScore],
  ["aspectRatio", ratioScore],
  ["resolution", resolutionScore],
  ["width", sideScore("width")],
  ["height", sideScore("height")],
  ["fps", fpsScore],
  ["duration", durationScore],
  ["outputs", outputsScore],
  ["seed", seedScore],
  ["sound", soundScore],
];

/** The role of a field that several fields of a model may share. */
export function findSharedRole(field: FieldFacts): FieldRole | undefined {
  const { kind, isText } = field;
  const isPrompt = field.words.some((word) => /^(?:prompt|text|description)$/.test(word));
  if (has(field, masks) && (kind !== undefined || (isText && !isPrompt))) return "mask";
  if (kind === undefined) return isText && has(field, guides) ? "references" : undefined;
  if (kind !== "image") return kind;
  return isLastFrame(field) ? "lastFrame" : "references";
}
