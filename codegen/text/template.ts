import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { declarationText } from "./declaration-text.js";
import { docLines } from "./doc.js";
import { key } from "./key.js";
import { literal } from "./literal.js";

/** Fills a template with data. Text reaches the result only through a door. */
export type Template = (data: object) => string;

type Handlebars = ReturnType<typeof openHandlebars>;

/** The functions that a template may call; it does not compile with any other. */
const doors = {
  literal: (value: unknown) => literal(value),
  key: (name: unknown) => key(asText(name)),
  doc: (text: unknown, options: { hash: { oneLine?: boolean } }) =>
    docLines(asText(text)).join(options.hash.oneLine === true ? " " : "\n * "),
  declaration: (declared: unknown) => declarationText(declared),
};

/** Refuses a missing value: Handlebars' strict mode does not check the arguments of helpers. */
function asText(value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`A template gave a ${typeof value} where text is needed.`);
}

let shared: Handlebars | undefined;

/**
 * One private Handlebars that knows the doors, `each` and `if`, and nothing else. Taken from the package's bundle, since its main file
 * loads fifty others and a library for source maps.
 */
function openHandlebars() {
  const library = createRequire(import.meta.url)(
    "handlebars/dist/handlebars.js",
  ) as typeof import("handlebars");
  const handlebars = library.create();
  for (const name of ["blockHelperMissing", "helperMissing", "log", "lookup", "unless", "with"])
    handlebars.unregisterHelper(name);
  handlebars.registerHelper(doors);
  return handlebars;
}

/**
 * Loads a template that lies beside the code.
 *
 * @throws TypeError or RangeError while filling when the template names something that the data does not have.
 */
export async function loadTemplate(file: URL): Promise<Template> {
  shared ??= openHandlebars();
  const template = shared.compile<object>(readFileSync(file, "utf8"), {
    strict: true,
    noEscape: true,
    knownHelpersOnly: true,
    knownHelpers: { literal: true, key: true, doc: true, declaration: true },
  });
  return (data) => template(data);
}
