import type { Api, ApiModel } from "../../ir/api.js";
import { modulePath } from "../models/module-path.js";
import type { EmitOptions } from "../target.js";

/** The place of a part in a file. Its marks start with a line end, which no string inside the file can hold. */
export interface Part {
  /** The part comes after this. */
  readonly after: string;
  readonly opening: string;
  /** Follows the part. */
  readonly closing: string;
  /** The file may be without it. */
  readonly isOptional?: boolean;
}

/**
 * A file about all models, in which each model has parts of its own. The parts of one model do not depend on those of the others.
 */
export interface SharedFile {
  readonly path: string;
  /** Prints the file as if it were about some of the models only. */
  readonly print: (models: readonly ApiModel[]) => string;
  /** The text before each model's id, once for each model in the order of the ids, and the text of the id. */
  readonly beforeId: string;
  readonly printId: (id: string) => string;
  /** The parts of these models, of which a text was printed, and those that depend on all models. */
  readonly partsOf: (models: readonly ApiModel[], printed: string) => readonly Part[];
}

/**
 * Where more models have changed than this, the whole file is printed: a search in megabytes of text for each of them would take
 * longer.
 */
const mostChanged = 20;

/**
 * The text of a file about all models. Where only a few have changed since the last run, it is the last text with their parts
 * replaced: to print a thousand models takes longer than everything else in such a run.
 */
export function printChanged(
  { models }: Api,
  file: SharedFile,
  { isCurrent, lastTextOf }: EmitOptions,
): string {
  const last = lastTextOf(file.path);
  const changed = models.filter(({ id }) => !isCurrent(modulePath(id)));
  if (last === undefined || changed.length > mostChanged || !isAbout(last, models, file))
    return file.print(models);
  const printed = file.print(changed);
  return replaceParts(last, printed, file.partsOf(changed, printed)) ?? file.print(models);
}

/** Reports whether a text is about these models and no others. */
function isAbout(text: string, models: readonly ApiModel[], { beforeId, printId }: SharedFile): boolean {
  const [, ...parts] = text.split(beforeId);
  return parts.length === models.length && models.every(({ id }, at) => parts[at]!.startsWith(printId(id)));
}

/** Takes parts from one text into another; undefined where one has a part that the other has not. */
function replaceParts(old: string, fresh: string, parts: readonly Part[]): string | undefined {
  const places = parts.map((part) => ({ from: findPart(old, part), by: findPart(fresh, part), ...part }));
  if (places.some(({ from, by, isOptional }) => !from !== !by || (!from && !isOptional))) return undefined;
  const edits = places.filter(({ from }) => from).sort((a, b) => a.from![0] - b.from![0]);
  const pieces: string[] = [];
  let at = 0;
  for (const { from, by } of edits) {
    pieces.push(old.slice(at, from![0]), fresh.slice(...by!));
    at = from![1];
  }
  return [...pieces, old.slice(at)].join("");
}

function findPart(
  text: string,
  { after, opening, closing }: Part,
): readonly [start: number, end: number] | undefined {
  const section = text.indexOf(after);
  const start = section < 0 ? -1 : text.indexOf(opening, section);
  const end = start < 0 ? -1 : text.indexOf(closing, start + opening.length);
  return end < 0 ? undefined : [start, end];
}
