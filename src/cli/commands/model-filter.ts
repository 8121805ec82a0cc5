import type { KnownModel, ModelEntry } from "../../catalogue/shipped.js";
import { findTaken } from "../../catalogue/taken-kinds.js";
import { CommandError } from "../terminal/exit-code.js";
import { plain } from "../terminal/screen.js";
import { readListings } from "./listing.js";

/** The models that `models` shows; every key may be left out. */
export interface ModelFilterArgs {
  readonly category?: string;
  readonly kind?: string;
  readonly from?: string;
  readonly to?: string;
}

const taken = ["text", "image", "video", "audio"];
const made = ["image", "video", "audio"];

/**
 * Keeps the models that fit the filter. Of a model without a published schema, its id tells what it takes.
 *
 * @throws CommandError (64) for a kind of media that there is not.
 */
export async function filterModels(
  models: readonly (ModelEntry | KnownModel)[],
  { category, kind, from, to }: ModelFilterArgs,
): Promise<readonly (ModelEntry | KnownModel)[]> {
  checkWord("--from", from, taken);
  checkWord("--to", to, made);
  const takes = from === undefined ? undefined : await readTakers(from);
  return models.filter(
    (model) =>
      (category === undefined || model.categories.includes(category)) &&
      (kind === undefined || model.kind === kind) &&
      (to === undefined || model.makes === to) &&
      (from === undefined || takes?.has(model.id) || ("hasModule" in model && saysItTakes(model, from))),
  );
}

/** The ids of the models of this package that take a kind of thing. */
async function readTakers(from: string): Promise<ReadonlySet<string>> {
  const fitting = (await readListings()).filter(({ input }) =>
    [...findTaken(input)].some((kind) => kind === from),
  );
  return new Set(fitting.map(({ id }) => id));
}

function saysItTakes({ categories }: KnownModel, from: string): boolean {
  return categories.some((category) => category.startsWith(`${from}-to-`));
}

function checkWord(flag: string, word: string | undefined, words: readonly string[]): void {
  if (word === undefined || words.includes(word)) return;
  throw new CommandError(
    `${flag} must be one of: ${words.join(", ")}. Given: ${JSON.stringify(plain(word))}.`,
  );
}

/** The filter in words, for a message that nothing fits. */
export function describeFilter(filter: ModelFilterArgs): string[] {
  const flags = ["category", "kind", "from", "to"] as const;
  return flags.flatMap((flag) =>
    filter[flag] === undefined ? [] : [`--${flag} ${JSON.stringify(plain(filter[flag]))}`],
  );
}
