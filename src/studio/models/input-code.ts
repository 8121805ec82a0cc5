import type { CheckedModel } from "../../index.js";
import type { Json } from "../../index.js";
import type { ApiInput } from "../api-types.js";
import { readGivenName } from "../files/given-files.js";

/** A program that runs a job, for a project with this package. `isLive` for a model that the package does not have. */
export function writeProgram({ id }: CheckedModel, input: ApiInput, isLive: boolean): string {
  const shown = nameFiles(input);
  const hasFiles = shown !== input && JSON.stringify(shown) !== JSON.stringify(input);
  const literal = writeLiteral(shown, "");
  // The literal stands in the call itself, where its words have the types of the model's fields.
  const given = hasFiles ? "input" : literal;
  return [
    'import { createClient } from "runcomfy-models";',
    ...(hasFiles ? ['import { attach } from "runcomfy-models/attach";'] : []),
    isLive
      ? 'import { loadLive } from "runcomfy-models/catalogue";'
      : `import { model } from ${JSON.stringify(`runcomfy-models/models/${id}`)};`,
    "",
    "const client = createClient();",
    ...(isLive ? [`const model = await loadLive(client, ${JSON.stringify(id)});`] : []),
    ...(hasFiles ? [`const input = await attach(model, ${literal});`] : []),
    `const { output } = await client.run(model, ${given});`,
    "console.log(output);",
    "",
  ].join("\n");
}

/** The command that runs a job, a field a line. */
export function writeCommand({ id }: CheckedModel, input: ApiInput): string {
  const fields = Object.entries(nameFiles(input)).map(([name, value]) => `${quote(name)}=${quote(value)}`);
  return [`npx runcomfy-models run ${quote(id)}`, ...fields, "--save ."].join(" \\\n  ");
}

/** The input with a path in place of each given file. */
function nameFiles(input: ApiInput): ApiInput {
  return nameFile(input) as ApiInput;
}

function nameFile(value: Json): Json {
  const name = readGivenName(value);
  if (name !== undefined) return `./file.${name.split(".").pop()}`;
  if (Array.isArray(value)) return value.map(nameFile);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nameFile(inner)]));
}

/** A value as TypeScript, a field a line. */
function writeLiteral(value: Json, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const items = value.map((item: Json) => `${inner}${writeLiteral(item, inner)},`);
    return `[\n${items.join("\n")}\n${indent}]`;
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(
      ([key, item]) => `${inner}${writeKey(key)}: ${writeLiteral(item, inner)},`,
    );
    return fields.length === 0 ? "{}" : `{\n${fields.join("\n")}\n${indent}}`;
  }
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

function writeKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** A value quoted for a shell where it needs to be. */
function quote(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w.:/@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
