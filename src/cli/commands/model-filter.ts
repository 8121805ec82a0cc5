import type { KnownModel, ModelEntry } from "../../catalogue/shipped.js";
import type { TakenKind } from "../../catalogue/taken-kinds.js";
import { CommandError } from "../terminal/exit-code.js";
import { plain } from "../terminal/screen.js";
import type { FoundModels } from "./model-search.js";

/** The models that `models` shows; every key may be left out. */
export interface ModelFilterArgs {
  readonly category?: string;
  readonly kind?: string;
  readonly from?: string;
  readonly to?: string;
}

const taken: readonly TakenKind[] = ["text", "image", "video", "audio"];
const made = ["image", "video", "audio"];
const kinds = ["model", "workflow", "inference"];

/**
 * Keeps the models that fit the filter.
 *
 * @throws CommandError (64) for a kind of media or of entry that there is not.
 */
export function filterModels(
  { models, takes }: FoundModels,
  { category, kind, from, to }: ModelFilterArgs,
): readonly (ModelEntry | KnownModel)[] {
  checkWord("--from", from, taken);
  checkWord("--to", to, made);
  checkWord("--kind", kind, kinds);
  const given = taken.find((one) => one === from);
  return models.filter(
    (model) =>
      (category === undefined || model.categories.includes(category)) &&
      (kind === undefined || model.kind === kind) &&
      (to === undefined || model.makes === to) &&
      (given === undefined || takes(model.id, given)),
  );
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
