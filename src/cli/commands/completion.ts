import type { Schema } from "../../input/model.js";
import type { SourceArgs } from "../models/own-models.js";
import { CommandError } from "../terminal/exit-code.js";
import type { Terminal } from "../terminal/screen.js";

const shells = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `completion SHELL`: a script for the shell to source. */
export function printCompletion(terminal: Terminal, shell: string): void {
  if (!Object.hasOwn(shells, shell)) {
    throw new CommandError(`No completion for ${JSON.stringify(shell)}. There is bash, zsh and fish.`);
  }
  terminal.out(shells[shell as keyof typeof shells]());
}

/**
 * `complete WORD…`, called by the scripts: prints the candidates for the last word, one a line. Runs on each press of a key, so it
 * reads the catalogue only for ids and fields, and never uses the network.
 */
export async function complete(
  terminal: Terminal,
  words: readonly string[],
  commands: readonly CommandNames[],
): Promise<void> {
  const current = words.at(-1) ?? "";
  for (const candidate of await candidatesFor(words.slice(0, -1), current, commands)) {
    if (candidate.startsWith(current)) terminal.out(candidate);
  }
}

/** A command's name, the long flags that it takes, and the commands inside it. */
export interface CommandNames {
  readonly name: string;
  readonly flags: readonly string[];
  readonly flagsWithValue: readonly string[];
  readonly parts: readonly CommandNames[];
}

/** Values of flags that take one of a few words. */
const flagValues: { readonly [flag: string]: readonly string[] } = {
  "--from": ["text", "image", "video", "audio"],
  "--to": ["image", "video", "audio"],
  "--format": ["csv", "jsonl"],
  "--wire-format": ["documented", "observed"],
};

const noCommand: CommandNames = { name: "", flags: [], flagsWithValue: [], parts: [] };

async function candidatesFor(
  before: readonly string[],
  current: string,
  commands: readonly CommandNames[],
): Promise<readonly string[]> {
  const [name, ...words] = before;
  if (name === undefined) return commands.map((command) => command.name);
  if (name === "completion") return Object.keys(shells);
  const { flags, flagsWithValue, parts } = commands.find((one) => one.name === name) ?? noCommand;
  const part = parts.find((one) => one.name === words[0]);
  const last = words.at(-1) ?? "";
  // The shell completes files and folders.
  if (part) return current.startsWith("-") ? part.flags : (flagValues[last] ?? []);
  if (flagsWithValue.includes(last) && last !== "--model") return flagValues[last] ?? [];
  const { id, ...options } = readWords(words);
  // Behind the model of a batch comes a file, which the shell completes.
  if (name === "batch" && id !== undefined) return current.startsWith("-") ? flags : [];
  const takesModel = ["run", "submit", "model", "batch"].includes(name);
  const isIdWanted = (takesModel && id === undefined && !current.startsWith("-")) || last === "--model";
  const first = words.length === 0 ? parts.map((one) => one.name) : [];
  if (!isIdWanted && (id === undefined || !takesModel || name === "model")) return [...first, ...flags];
  const { findFields, listIds } = await import("./completion-models.js");
  if (isIdWanted) return [...first, ...(await listIds(options))];
  const fields: Schema["properties"] = id === undefined ? undefined : await findFields(id, options);
  const field =
    fields && last.startsWith("--") && Object.hasOwn(fields, last.slice(2))
      ? fields[last.slice(2)]
      : undefined;
  if (field && field.type !== "boolean" && !current.startsWith("--")) return (field.enum ?? []).map(String);
  return [...Object.keys(fields ?? {}).map((one) => `--${one}`), ...flags];
}

/** The words of a command that name the model, and the place that it comes from. */
function readWords(words: readonly string[]): SourceArgs & { id?: string; baseUrl?: string } {
  const valueOf = (flag: string): string | undefined =>
    words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined;
  const [specs, catalogue, baseUrl] = ["--specs", "--catalogue", "--base-url"].map(valueOf);
  const at = words.findIndex(
    (word, index) => !word.startsWith("-") && !withValue.has(words[index - 1] ?? ""),
  );
  const id = words[at];
  return {
    ...(id !== undefined && { id }),
    ...(specs !== undefined && { specs }),
    ...(catalogue !== undefined && { catalogue }),
    ...(baseUrl !== undefined && { baseUrl }),
    live: words.includes("--live") || words.includes("--refresh"),
  };
}

/** Flags whose value may stand before the id. */
const withValue = new Set(["--specs", "--catalogue", "--base-url"]);

function bashScript(): string {
  return `# Put this into ~/.bashrc:  source <(runcomfy-models completion bash)
_runcomfy_models() {
  local IFS=$'\\n'
  COMPREPLY=($(runcomfy-models complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _runcomfy_models runcomfy-models`;
}

function zshScript(): string {
  return `#compdef runcomfy-models
# Put this into ~/.zshrc:  source <(runcomfy-models completion zsh)
_runcomfy_models() {
  local -a found
  found=("\${(@f)$(runcomfy-models complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  (( \${#found} )) && [[ -n "\${found[1]}" ]] && compadd -a found || _files
}
(( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit -D -i }
compdef _runcomfy_models runcomfy-models`;
}

function fishScript(): string {
  return `# Put this into ~/.config/fish/completions/runcomfy-models.fish
function __runcomfy_models
  set -l before (commandline -opc)
  set -l found (runcomfy-models complete -- $before[2..-1] (commandline -ct) 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c runcomfy-models -f -a '(__runcomfy_models)'`;
}
