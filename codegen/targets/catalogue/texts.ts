import type { Schema } from "../../../src/input/model.js";
import type { ObjectSchema } from "../../../src/dialect/notation/object-schema.js";
import { oncePerSchema } from "../../ir/schema-memo.js";
import { key } from "../../text/key.js";
import { loadTemplate } from "../../text/template.js";
import type { SharedFile } from "../parts/changed-parts.js";
import { isShort } from "../models/stored-schema.js";

/** The file with the wording of all models, relative to the output folder: forms and agents load it when they ask for it. */
export const textsPath = "texts.ts";

/** The wording of a schema: all that a module leaves out of it, in the schema's own shape. */
type Wording = Pick<Schema, "title" | "description" | "default" | "examples" | "x-role"> & {
  readonly properties?: { readonly [name: string]: Wording };
  readonly $defs?: { readonly [name: string]: Wording };
  readonly prefixItems?: readonly Wording[];
  readonly items?: Wording;
  readonly additionalProperties?: Wording;
  readonly anyOf?: readonly Wording[];
};

/** The file that holds the wording of each model's input, by id: a line for each model. */
export async function openTextsFile(): Promise<SharedFile> {
  const template = await loadTemplate(new URL("texts.hbs", import.meta.url));
  return {
    path: textsPath,
    print: (models) =>
      template({ models: models.map(({ id, input }) => ({ id, wording: toInputWording(input) })) }),
    beforeId: "\n  ",
    printId: (id) => `${key(id)}: `,
    partsOf: (models) =>
      models.map(({ id }) => ({
        after: "\nexport const texts",
        opening: `\n  ${key(id)}: `,
        closing: "\n",
      })),
  };
}

const toInputWording = oncePerSchema((input: ObjectSchema) => toWording(input));

function toWording(schema: Schema): Wording {
  const { title, description, "x-role": role, default: initial, items, anyOf, additionalProperties } = schema;
  const { examples = [] } = schema;
  const choices = anyOf?.map(toWording) ?? [];
  const places = schema.prefixItems?.map(toWording) ?? [];
  const others = typeof additionalProperties === "object" ? toWording(additionalProperties) : {};
  return {
    ...(title && { title }),
    ...(description && { description }),
    ...(role && { "x-role": role }),
    ...(initial !== undefined && !isShort(initial) && { default: initial }),
    ...(!examples.every(isShort) && { examples }),
    ...unlessEmpty("properties", mapFields(schema.properties ?? {})),
    ...unlessEmpty("$defs", mapFields(schema.$defs ?? {})),
    ...(places.some(hasKeys) && { prefixItems: places }),
    ...unlessEmpty("items", items ? toWording(items) : {}),
    ...unlessEmpty("additionalProperties", others),
    // One place for each choice, so that both lists go together.
    ...(choices.some(hasKeys) && { anyOf: choices }),
  };
}

function mapFields(properties: { readonly [name: string]: Schema }): { [name: string]: Wording } {
  const fields = Object.entries(properties).map(([name, field]) => [name, toWording(field)] as const);
  return Object.fromEntries(fields.filter(([, wording]) => hasKeys(wording)));
}

function unlessEmpty(name: keyof Wording, value: object): Wording {
  return hasKeys(value) ? { [name]: value } : {};
}

function hasKeys(value: object): boolean {
  return Object.keys(value).length > 0;
}
