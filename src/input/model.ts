/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Text that is the address of a media file: a public https URL or a `data:` URI. Any text is assignable. `attach` from
 * `runcomfy-models/attach` also takes files in fields of this type.
 */
export type MediaUrl = string & { readonly "~media"?: never };

/** The JSON Schema type words. */
export type SchemaType = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

/** The rules of a media file, as the model's documentation states them. Limits are strict: a value on the limit is refused. */
export interface MediaRules {
  /** The kind of media that the field takes, where the documentation tells. */
  readonly kind?: "image" | "video" | "audio";
  /** The measured value must be below these limits. */
  readonly below?: MediaLimits;
  /** The measured value must be above these limits. */
  readonly above?: MediaLimits;
  /** Bare file names that the service resolves itself, such as `"Runcomfy_example_1278_1.png"`. */
  readonly samples?: readonly string[];
}

/** The subjects that documented media rules speak of. */
export interface MediaLimits {
  /** Width in pixels. */
  readonly width_pixels?: number;
  /** Height in pixels. */
  readonly height_pixels?: number;
  /** Width divided by height. */
  readonly "width/height"?: number;
  /** Size of the file in megabytes (1,000,000 bytes). */
  readonly file_size_mb?: number;
  /** Length in seconds. */
  readonly duration_seconds?: number;
}

/**
 * The purpose of a field of an input. Several fields may have the roles `references`, `video`, `audio`, `lastFrame` and `mask`; every
 * other role belongs to one field at most.
 *
 * - `prompt`, `negativePrompt`: the main text, and the text that says what to avoid.
 * - `image`: the one image that is edited or that a video begins with. `lastFrame`: the image that a video ends with.
 * - `references`: images that guide the result, a list or one of several fields. `mask`: the part of an image or video to change.
 * - `video`, `audio`: media that the result is made from.
 * - `aspectRatio`: such as `"16:9"`. `size`: both sides in one value, such as `"1280x720"` or `"square_hd"`. `width`, `height`: one side
 *   in pixels. `resolution`: such as `"720p"` or `"2K"`.
 * - `duration`: the length of the result. `fps`: its frames per second. `seed`: fixes the random choices.
 * - `outputs`: the number of results of one job. `sound`: whether a video gets sound.
 */
export type FieldRole =
  | "prompt"
  | "negativePrompt"
  | "image"
  | "lastFrame"
  | "references"
  | "video"
  | "audio"
  | "mask"
  | "aspectRatio"
  | "size"
  | "width"
  | "height"
  | "resolution"
  | "duration"
  | "fps"
  | "seed"
  | "outputs"
  | "sound";

/** The unit of a number that a field takes. */
export type FieldUnit =
  | "seconds"
  | "milliseconds"
  | "minutes"
  | "hours"
  | "frames"
  | "beats"
  | "bars"
  | "frames per second"
  | "pixels"
  | "percent";

/**
 * Keywords that a schema carries for other tools: JSON Schema 2020-12 and OpenAPI define them, and the input check does not
 * enforce them. Any keyword may have a part that is not enforced, too: that part is in `allOf`.
 */
export interface KeptKeywords {
  readonly allOf?: readonly KeptSchema[];
  /** Choices of which exactly one fits. The check takes a value that fits any of them: these are in `anyOf`. */
  readonly oneOf?: readonly KeptSchema[];
  readonly not?: KeptSchema;
  readonly if?: KeptSchema;
  readonly then?: KeptSchema;
  readonly else?: KeptSchema;
  readonly contains?: KeptSchema;
  readonly minContains?: number;
  readonly maxContains?: number;
  readonly propertyNames?: KeptSchema;
  /** The check lets the names of an object with this keyword through, whatever they are. */
  readonly patternProperties?: { readonly [pattern: string]: KeptSchema };
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly dependentRequired?: { readonly [name: string]: readonly string[] };
  readonly dependentSchemas?: { readonly [name: string]: KeptSchema };
  readonly unevaluatedItems?: KeptSchema;
  readonly unevaluatedProperties?: KeptSchema;
  readonly contentEncoding?: string;
  readonly contentMediaType?: string;
  readonly contentSchema?: KeptSchema;
  readonly deprecated?: boolean;
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;
  readonly discriminator?: { readonly [key: string]: Json };
  readonly externalDocs?: { readonly [key: string]: Json };
  readonly xml?: { readonly [key: string]: Json };
  readonly [extension: `x-${string}`]: unknown;
}

/** A schema inside a keyword that is not enforced; `false` refuses every value. */
export type KeptSchema = Schema | boolean;

/**
 * The part of JSON Schema 2020-12 that models use. Every keyword here is either enforced by the input check
 * or an annotation (`title`, `description`, `default`, `examples`, `format`, `x-media`, `x-role`, `x-unit`); those of {@link KeptKeywords} are not enforced.
 */
export interface Schema extends KeptKeywords {
  /** `"#"`, or `"#/$defs/…"` with a name of the outermost schema's `$defs`. The keywords beside it are annotations. */
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: Schema };
  readonly title?: string;
  readonly description?: string;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  /** The value that the service uses when the field is left out. */
  readonly default?: Json;
  readonly examples?: readonly Json[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression that is found in the text; compiled with the flag `u`. */
  readonly pattern?: string;
  /** The schemas of the first items, by their places; `items` is that of the others. */
  readonly prefixItems?: readonly Schema[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly "x-media"?: MediaRules;
  /** The purpose of the field; `"none"` where a spec says that it has none of them. Modules keep only `"outputs"`, for the price. */
  readonly "x-role"?: FieldRole | "none";
  /** The unit of the number, such as `"minutes"`; `"none"` where it is not known. Left out where the name or the role tells it. */
  readonly "x-unit"?: unknown;
}

/** The keys that a type declares by name, without its index signature. */
export type DeclaredKey<T> = keyof { [K in keyof T as string extends K ? never : K]: T[K] } & string;

/** The JSON Schema of a model's input. Its properties are exactly the keys of `Input`: a missing one does not compile. */
export interface InputSchema<Input = unknown> extends Schema {
  readonly type: "object";
  readonly properties: { readonly [K in DeclaredKey<Input>]: Schema };
  readonly required?: readonly (unknown extends Input ? string : DeclaredKey<Input>)[];
  /** `true` where the model is known to take fields that are not documented; their schema where it is documented. */
  readonly additionalProperties: boolean | Schema;
}

/** The price of a job, as far as it is known. */
export interface Price {
  /** US dollars for one `unit`; left out where only the unit is known. */
  readonly usd?: number;
  readonly unit: "output" | "second" | "image";
  /**
   * `"exact"` where nothing in the input changes `usd`; `"atLeast"` where `usd` is the price of the cheapest setting. Without it the
   * price counts as that of the cheapest setting.
   */
  readonly bound?: "exact" | "atLeast";
  /** A remark on the price: the settings that change it, where they are known. */
  readonly note?: string;
  /** The day on which the price was read, `YYYY-MM-DD`. */
  readonly readOn?: string;
}

/**
 * A model of the service: its id and the JSON Schema 2020-12 of its input, as plain data.
 *
 * Every generated module exports one as `model`.
 */
export interface Model<Input = unknown, Output = unknown> {
  /** Two to five segments, such as `"bytedance/seedance-v1.5-pro/image-to-video"`. */
  readonly id: string;
  readonly input: InputSchema<Input>;
  readonly price?: Price;
  /** Carries `Input` for the type checker; never present at run time. */
  readonly "~input"?: Input;
  /** Carries `Output` for the type checker; never present at run time. */
  readonly "~output"?: Output;
}
