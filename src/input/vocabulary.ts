/** The keyword of a schema that JSON Schema itself does not know, in the form that `ajv.addVocabulary` takes. */
export interface Keyword {
  readonly keyword: string;
  readonly schemaType: "object" | "string";
}

/**
 * The keywords of `model.input` beyond JSON Schema 2020-12, but for `x-` keywords of your own specs. All are annotations: a validator that knows them refuses nothing more.
 *
 * @example
 * const ajv = new Ajv2020({ strict: true });
 * ajv.addVocabulary([...vocabulary]);
 */
export const vocabulary: readonly Keyword[] = [
  { keyword: "x-media", schemaType: "object" },
  { keyword: "discriminator", schemaType: "object" },
  { keyword: "externalDocs", schemaType: "object" },
  { keyword: "xml", schemaType: "object" },
  { keyword: "x-role", schemaType: "string" },
  { keyword: "x-unit", schemaType: "string" },
];
