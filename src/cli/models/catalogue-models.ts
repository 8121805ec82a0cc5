import { describeReadFailure } from "../../node/files/read-failure.js";
import { access, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createCatalogue } from "../../catalogue/shipped.js";
import type { GeneratedCatalogue } from "../../catalogue/shipped.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import type { Listing, OwnModels } from "./listing.js";

/**
 * Reads the models of a generated catalogue: `catalogue.json`, or a module, which is either a generated `catalogue` or that of one model.
 *
 * @throws CommandError (66) where the file cannot be read; (65) where it is no catalogue.
 */
export async function readCatalogueFile(file: string): Promise<OwnModels> {
  const data = await findData(file);
  const listed = data === undefined ? await readModule(file) : await readData(data);
  const models = new Map<string, Listing>();
  const broken = new Map<string, string>();
  for (const listing of listed) {
    if (isEntry(listing)) models.set(listing.id, complete(listing));
    else {
      const id = String(Object(listing).id ?? "");
      broken.set(id, `${file}: the entry ${JSON.stringify(id)} has no id or no input of a model.`);
    }
  }
  if (models.size === 0) throw new CommandError(`${JSON.stringify(file)} lists no model.`, exitCodes.data);
  return { models, warnings: new Map(), broken };
}

/** The JSON of a catalogue: the file itself, or the one that the generator has written beside a module of TypeScript. */
async function findData(file: string): Promise<string | undefined> {
  if (!/\.[cm]?[jt]s$/i.test(file)) return file;
  const beside = join(dirname(file), "catalogue.json");
  const isThere = await access(beside).then(
    () => true,
    () => false,
  );
  return /^catalogue\./i.test(basename(file)) && isThere ? beside : undefined;
}

async function readData(file: string): Promise<readonly unknown[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw unreadable(file, cause, exitCodes.noInput);
  }
  let models: unknown;
  try {
    ({ models } = Object(JSON.parse(text)) as { readonly models?: unknown });
  } catch (cause) {
    throw unreadable(file, cause, exitCodes.data);
  }
  if (Array.isArray(models)) return models as readonly unknown[];
  throw new CommandError(
    `${JSON.stringify(file)} is no catalogue: it has no list "models". The generator writes one as catalogue.json.`,
    exitCodes.data,
  );
}

interface CatalogueModule extends Partial<GeneratedCatalogue<{ readonly [id: string]: unknown }>> {
  readonly model?: unknown;
}

async function readModule(file: string): Promise<readonly unknown[]> {
  const place = resolve(file);
  await access(place).catch((cause: unknown) => {
    throw unreadable(file, cause, exitCodes.noInput);
  });
  let module: CatalogueModule;
  try {
    module = (await import(pathToFileURL(place).href)) as CatalogueModule;
  } catch (cause) {
    throw unreadable(file, cause, exitCodes.data, " Give its catalogue.json, or compile it first.");
  }
  const { model, entries, modules, loadTexts } = module;
  if (model !== undefined) return [model];
  if (Array.isArray(entries) && modules !== undefined)
    return readEach({ entries, modules, ...(loadTexts && { loadTexts }) });
  throw new CommandError(
    `${JSON.stringify(file)} is no generated module: it exports neither "model" nor "entries" and "modules".`,
    exitCodes.data,
  );
}

/** The models of a catalogue's modules, with the wording of their fields. */
async function readEach(
  generated: GeneratedCatalogue<{ readonly [id: string]: unknown }>,
): Promise<readonly unknown[]> {
  const catalogue = createCatalogue(generated);
  return Promise.all(
    generated.entries.map(async (entry) => {
      const { model } = (await catalogue.load(entry.id)) as { readonly model: Listing };
      const { fields } = await catalogue.describeModel(model);
      const properties = Object.fromEntries(fields.map(({ name, schema }) => [name, schema]));
      return { ...entry, input: { ...model.input, properties } };
    }),
  );
}

function unreadable(
  file: string,
  cause: unknown,
  exitCode: (typeof exitCodes)["data" | "noInput"],
  advice = "",
): CommandError {
  return new CommandError(
    `The catalogue ${JSON.stringify(file)} cannot be read: ${describeReadFailure(cause)}.${advice}`,
    exitCode,
    { cause },
  );
}

/** The least that an entry of a catalogue has. */
type Entry = Pick<Listing, "id" | "input"> & Partial<Listing>;

function isEntry(value: unknown): value is Entry {
  const { id, input } = Object(value) as { readonly id?: unknown; readonly input?: unknown };
  const { type, properties } = Object(input) as { readonly type?: unknown; readonly properties?: unknown };
  return typeof id === "string" && id !== "" && type === "object" && Object(properties) === properties;
}

/** An entry with all that a listing has; a module on its own has neither title nor categories. */
function complete({ id, title = id, ...rest }: Entry): Listing {
  const { description = "", source = {}, notes = [], categories = [], example = null } = rest;
  return { id, title, ...rest, description, source, notes, categories, example };
}
