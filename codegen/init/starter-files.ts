import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeDirectorySync } from "../../src/node/files/directories.js";

/** The outcome of one file. */
export interface StarterFile {
  readonly path: string;
  readonly state: "created" | "changed" | "left";
  /** The reason why a file was left as it is. */
  readonly reason?: string;
}

const scripts = {
  generate: "runcomfy-codegen generate",
  "generate:check": "runcomfy-codegen generate --check",
};

const firstSpec = {
  title: "My first model",
  input: {
    type: "object",
    properties: {
      prompt: { type: "string", description: "What to make." },
      size: { type: "string", enum: ["small", "large"], default: "small" },
    },
    required: ["prompt"],
  },
};

const values = { specs: "specs", out: "src/runcomfy" };

const program = `import { defineConfig } from "runcomfy-codegen";

export default defineConfig({
  specs: ${JSON.stringify(values.specs)},
  out: ${JSON.stringify(values.out)},
});
`;

/** Writes a configuration, a first spec and the scripts of package.json into a folder. Nothing that is there is replaced. */
export function writeStarterFiles(folder: string): StarterFile[] {
  const configs = ["ts", "js", "json"].map((end) => `runcomfy.config.${end}`);
  const known = configs.find((name) => existsSync(join(folder, name)));
  const isTyped = existsSync(join(folder, "tsconfig.json"));
  const config = known ?? (isTyped ? "runcomfy.config.ts" : "runcomfy.config.json");
  return [
    writeNew(folder, config, config.endsWith(".ts") ? program : print(values)),
    existsSync(join(folder, values.specs))
      ? { path: values.specs, state: "left", reason: "The folder is there already." }
      : writeNew(folder, `${values.specs}/my-vendor/my-model/text-to-image.json`, print(firstSpec)),
    addScripts(folder),
  ];
}

function writeNew(folder: string, path: string, text: string): StarterFile {
  const whole = join(folder, path);
  if (lstatSync(whole, { throwIfNoEntry: false }) !== undefined)
    return { path, state: "left", reason: "The file is there already." };
  makeDirectorySync(dirname(whole));
  writeFileSync(whole, text, { flag: "wx" });
  return { path, state: "created" };
}

/** Adds the script lines to package.json, with its own indentation and line ends. */
function addScripts(folder: string): StarterFile {
  const path = "package.json";
  const left = (reason: string): StarterFile => ({ path, state: "left", reason });
  const lines = Object.entries(scripts).map(([name, line]) => `"${name}": "${line}"`);
  const byHand = `Add these scripts yourself: ${lines.join(", ")}.`;
  const whole = join(folder, path);
  if (!existsSync(whole)) return left(`There is none. ${byHand}`);
  const text = readFileSync(whole, "utf8");
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return left(`It is not JSON. ${byHand}`);
  }
  const known = (value as { readonly scripts?: unknown } | null)?.scripts ?? {};
  if (typeof value !== "object" || value === null || typeof known !== "object" || Array.isArray(value))
    return left(`It has no object of scripts. ${byHand}`);
  const added = Object.entries(scripts).filter(([name]) => !Object.hasOwn(known, name));
  if (added.length === 0) return left("It has scripts of these names already.");
  const changed = { ...value, scripts: { ...known, ...Object.fromEntries(added) } };
  const indent = /^[{\s]*\n([ \t]+)"/.exec(text)?.[1] ?? "  ";
  const made = `${JSON.stringify(changed, null, indent)}\n`;
  writeFileSync(whole, text.includes("\r\n") ? made.replaceAll("\n", "\r\n") : made);
  return { path, state: "changed" };
}

function print(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
