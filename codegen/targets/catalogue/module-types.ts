import { literal } from "../../text/literal.js";
import { type DeclarationText, markDeclaration } from "../../text/declaration-text.js";

/** The types that a module declares, as they stand inside another declaration. */
export interface ModuleTypes {
  readonly input: DeclarationText;
  readonly output: DeclarationText;
}

/**
 * Cuts the types out of the text of a model's module. Nothing is printed a second time, so the two can never differ.
 *
 * @throws Error when the text does not declare both.
 */
export function cutTypes(path: string, module: string, specifier: string): ModuleTypes {
  return {
    input: cutType(path, module, "Input", specifier),
    output: cutType(path, module, "Output", specifier),
  };
}

/**
 * Reads the types of all models out of a catalogue, by name as the template prints it. A thousand are read so in the time that
 * it takes to open a few modules.
 */
export function readTypes(catalogue: string): ReadonlyMap<string, ModuleTypes> {
  const models = cutBetween(catalogue, "\nexport interface Models {", "\n}\n") ?? "";
  const found = new Map<string, ModuleTypes>();
  for (const block of models.split("\n  };")) {
    const name = cutBetween(block, "\n  ", inputFollows);
    const input = cutBetween(block, inputFollows, outputFollows);
    if (name === undefined || input === undefined) continue;
    const output = block.slice(block.indexOf(outputFollows) + outputFollows.length, -";".length);
    found.set(name, { input: markDeclaration(input), output: markDeclaration(output) });
  }
  return found;
}

/** The text before each type in the template. Everything inside a type is indented further. */
const inputFollows = ": {\n    input: ";
const outputFollows = ";\n    output: ";

/** The indentation of the types. */
const margin = " ".repeat(4);

/**
 * A declaration begins a line, and the next export's comment follows it after an empty line. No text of a spec can look like
 * either: strings stand on one line, and lines of comments begin with an asterisk.
 */
function cutType(path: string, module: string, name: "Input" | "Output", specifier: string): DeclarationText {
  const text =
    cutBetween(module, `\nexport interface ${name} `, "\n\n/**") ??
    cutBetween(module, `\nexport type ${name} =`, ";\n\n/**");
  if (text === undefined) throw new Error(`${path} declares no ${name}.`);
  // A type that refers to itself, or to another one of its module, has a meaning only there.
  const code = text.replace(/^ *\*.*$/gm, "");
  if (new RegExp(`\\b${name}(?:[A-Z]\\w*)?\\b`).test(code))
    return markDeclaration(`import(${literal(specifier)}).${name}`);
  return markDeclaration(text.trim().replaceAll("\n", `\n${margin}`));
}

function cutBetween(text: string, start: string, end: string): string | undefined {
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  return from < 0 || to < 0 ? undefined : text.slice(from + start.length, to);
}
