import { self } from "../terminal/invocation.js";
import { quote } from "../terminal/shell-word.js";

/**
 * The command that goes on where this one ended, which is the very same, and the one that tries failed rows again with the same
 * options. `modelId` is undefined where this command was a retry already.
 */
export function describeCommands(modelId: string | undefined): {
  readonly resume: string;
  readonly retry: string;
} {
  const words = process.argv.slice(2);
  const again =
    modelId === undefined ? words : [...words.map((word) => (word === modelId ? "retry" : word)), "--failed"];
  const join = (of: readonly string[]) => [self, ...of.map(quote)].join(" ");
  return { resume: join(words), retry: join(again) };
}
