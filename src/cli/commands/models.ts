import type { Schema } from "../../model.js";
import { readCatalogue, searchCatalogue, suggestIds } from "../catalogue.js";
import type { Listing } from "../catalogue.js";
import { CommandError, exitCodes } from "../exit.js";
import { layOutTable } from "../table.js";
import { plain, wrap } from "../terminal.js";
import type { Terminal } from "../terminal.js";

/** `models [TEXT]`: the models of this package. */
export const listModels = async (
  terminal: Terminal,
  text: string,
  options: { json?: boolean; category?: string },
): Promise<void> => {
  const found = searchCatalogue(await readCatalogue(), text).filter(
    (model) => options.category === undefined || model.categories.includes(options.category),
  );
  if (options.json) {
    const rows = found.map(({ id, title, description, categories, kind, price }) => ({
      id,
      title,
      description,
      categories,
      kind,
      price,
    }));
    return terminal.out(JSON.stringify(rows, null, 2));
  }
  if (found.length === 0) {
    throw new CommandError(
      `No model matches ${JSON.stringify(text)}. "runcomfy-models models" lists all of them.`,
      exitCodes.general,
    );
  }
  // Piped, the ids alone: one a line is what other programs read best.
  if (!terminal.isWatched) for (const { id, title } of found) terminal.out(`${id}\t${plain(title)}`);
  else {
    terminal.out(
      layOutTable(
        ["ID", "WHAT IT DOES"],
        found.map(({ id, title }) => [id, title]),
        terminal.columns,
      ),
    );
    terminal.say(terminal.paint("dim", `${found.length} models. Fields of one: runcomfy-models model ID`));
  }
};

/**
 * A model of the catalogue by its id.
 *
 * @throws CommandError (65) with the nearest ids.
 */
export const findModel = (models: readonly Listing[], id: string): Listing => {
  const found = models.find((model) => model.id === id);
  if (found) return found;
  const near = suggestIds(models, id);
  const hint =
    near.length > 0 ? ` Did you mean ${near.join(", or ")}?` : ' "runcomfy-models models" lists all of them.';
  throw new CommandError(
    `There is no model ${JSON.stringify(plain(id))} in this package's catalogue.${hint}`,
    exitCodes.data,
  );
};

/** `model ID`: what it is, its fields, its price. */
export const showModel = async (
  terminal: Terminal,
  id: string,
  options: { json?: boolean },
): Promise<void> => {
  const model = findModel(await readCatalogue(), id);
  if (options.json) return terminal.out(JSON.stringify(model, null, 2));
  const { title, description, input, price, notes, example, missingSince } = model;
  const required = new Set<string>(input.required ?? []);
  const rows = Object.entries<Schema>(input.properties).map(([name, field]) => [
    required.has(name) ? `${name} *` : name,
    describeType(field),
    field.default === undefined ? "" : JSON.stringify(field.default),
    [field.title, field.description].filter(Boolean).join(": "),
  ]);
  const lines = [
    terminal.paint("bold", id),
    `${title}. ${description}`,
    price
      ? `Price: $${price.usd} per ${price.unit}${price.note ? ` (${price.note})` : ""}.`
      : "Price: not in this catalogue.",
    ...(missingSince ? [`Missing from the live catalogue since ${missingSince}.`] : []),
    ...notes,
    "",
  ];
  for (const line of lines) terminal.out(wrap(plain(line), terminal.columns).join("\n"));
  terminal.out(layOutTable(["FIELD", "TYPE", "DEFAULT", "WHAT IT IS"], rows, terminal.columns));
  terminal.out("\n* must be given");
  if (example)
    terminal.out(
      `\n${terminal.paint("dim", "Example:")}\n  runcomfy-models run ${id} ${Object.entries(example)
        .map(([name, value]) => `${name}=${quote(value)}`)
        .join(" ")}`,
    );
};

const quote = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return /^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
};

/** A field's type and limits in few words: `integer, 4 to 12`. */
export const describeType = (field: Schema): string => {
  const media = field["x-media"]?.kind;
  if (field.enum)
    return field.enum.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join(" | ");
  const type = media ? `${media} URL` : [field.type ?? "any"].flat().join(" or ");
  const items = field.items ? ` of ${describeType(field.items)}` : "";
  const range = describeRange(
    field.minimum ?? field.exclusiveMinimum,
    field.maximum ?? field.exclusiveMaximum,
    "",
  );
  const length = describeRange(field.minLength, field.maxLength, " characters");
  const count = describeRange(field.minItems || undefined, field.maxItems, " items");
  return [`${type}${items}`, range, length, count].filter(Boolean).join(", ");
};

const describeRange = (least: number | undefined, most: number | undefined, unit: string): string => {
  if (least === undefined && most === undefined) return "";
  if (most === undefined) return `from ${least}${unit}`;
  return least === undefined ? `up to ${most}${unit}` : `${least} to ${most}${unit}`;
};
