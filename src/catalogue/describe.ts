import { readField } from "../dialect/roles/field-facts.js";
import { findRoles } from "../dialect/roles/role-assignment.js";
import { findUnit } from "../dialect/roles/unit.js";
import { findWidget } from "../dialect/roles/widget.js";
import type { Widget } from "../dialect/roles/widget.js";
import type { FieldRole, FieldUnit, Json, Model, Schema } from "../input/model.js";

/** A model's input in words, for forms and agents. */
export interface ModelDescription {
  readonly id: string;
  /** The model's title; its id where none is known. */
  readonly title: string;
  /** Empty where none is known. */
  readonly description: string;
  /** The address of the model's documentation page, where it is known. */
  readonly documentation?: string;
  /** The fields of the input, in the documented order. */
  readonly fields: readonly FieldDescription[];
}

/** A field of a model's input in words. */
export interface FieldDescription {
  /** The key in the input. */
  readonly name: string;
  /** The field's title; its name where none is known. */
  readonly title: string;
  /** Empty where none is known. */
  readonly description: string;
  readonly required: boolean;
  /** The value that the service uses when the field is left out. */
  readonly default?: Json;
  /** The purpose of the field, where it is one of the known ones. */
  readonly role?: FieldRole;
  /** The unit of the numbers that the field takes, where it is known. */
  readonly unit?: FieldUnit;
  /** The form control that suits the field. */
  readonly widget: Widget;
  /** The JSON Schema of the field, with the titles and descriptions of the fields inside it. */
  readonly schema: Schema;
}

type Wording = { readonly [key: string]: unknown };
type Described = Pick<DescribableModel, "title" | "description" | "documentation">;

/** A model that can be described: its data, and the wording that it may bring along, as one of the live catalogue does. */
export interface DescribableModel extends Pick<Model, "id" | "input"> {
  readonly title?: string;
  readonly description?: string;
  /** The address of the model's documentation page. */
  readonly documentation?: string;
}

/** Describes a model by its data, its entry in a catalogue, and the wording of its id. */
export function describe(
  model: DescribableModel,
  entry: Described = {},
  texts: object = {},
): ModelDescription {
  const { id, input } = model;
  const { title = id, description = "", documentation } = { ...entry, ...pickWording(model) };
  const known = Object.hasOwn(texts, id) ? (texts as Wording)[id] : {};
  const { properties = {}, required = [] } = merge(input, known as Wording);
  const roles = findRoles(properties);
  const fields = Object.entries(properties).map(([name, schema]) =>
    describeField(name, schema, required.includes(name), roles.get(name)),
  );
  return { id, title, description, ...(documentation !== undefined && { documentation }), fields };
}

function pickWording({ title, description, documentation }: DescribableModel): Described {
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(documentation !== undefined && { documentation }),
  };
}

function describeField(
  name: string,
  schema: Schema,
  required: boolean,
  role: FieldRole | undefined,
): FieldDescription {
  const facts = readField(name, schema);
  const unit = findUnit(schema, facts, role);
  return {
    name,
    title: schema.title ?? name,
    description: schema.description ?? "",
    required,
    ...(schema.default !== undefined && { default: schema.default }),
    ...(role !== undefined && { role }),
    ...(unit !== undefined && { unit }),
    widget: findWidget(schema, facts, role),
    schema,
  };
}

/** A schema with the wording of the same shape laid over it. Wording of a field that the schema does not have is dropped. */
function merge(schema: Schema, wording: Wording): Schema {
  const { properties, items, prefixItems, additionalProperties, anyOf, $defs, ...annotations } = wording;
  return {
    ...annotations,
    ...schema,
    ...annotations,
    ...(schema.properties && { properties: mergeEach(schema.properties, properties) }),
    ...(schema.$defs && { $defs: mergeEach(schema.$defs, $defs) }),
    ...(schema.prefixItems && { prefixItems: mergeList(schema.prefixItems, prefixItems) }),
    ...(schema.items && { items: merge(schema.items, asWording(items)) }),
    ...(typeof schema.additionalProperties === "object" && {
      additionalProperties: merge(schema.additionalProperties, asWording(additionalProperties)),
    }),
    ...(schema.anyOf && { anyOf: mergeList(schema.anyOf, anyOf) }),
  };
}

function mergeEach(
  schemas: { readonly [name: string]: Schema },
  wordings: unknown,
): { [name: string]: Schema } {
  const known = asWording(wordings);
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      merge(schema, Object.hasOwn(known, name) ? asWording(known[name]) : {}),
    ]),
  );
}

function mergeList(schemas: readonly Schema[], wordings: unknown): Schema[] {
  const known: readonly unknown[] = Array.isArray(wordings) ? wordings : [];
  return schemas.map((schema, index) => merge(schema, asWording(known[index])));
}

function asWording(value: unknown): Wording {
  return Object(value) as Wording;
}
