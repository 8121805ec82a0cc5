import type { SchemaNode } from "../notation/schema-node.js";
import type { Json } from "../../input/model.js";

/** A schema as it stands in the file, and how it was reached. */
export interface Source {
  readonly raw: Json;
  readonly place: string;
  /** The references that led here. */
  readonly trail: readonly string[];
  /** Those of them that were followed without going to a field or an item. */
  readonly here: readonly string[];
  readonly depth: number;
}

/** Schemas that hold together: a value must fit each of them. */
export type Together = readonly Source[];

/**
 * One schema of which only the outermost level has been read: its references are followed, and its `allOf` is merged into it.
 */
export interface Draft {
  readonly place: string;
  /** The keywords that hold no schemas. */
  readonly own: SchemaNode;
  /** For each name, alternatives of which a value must fit one. Only names that choices alone describe have several. */
  readonly properties?: ReadonlyMap<string, readonly Together[]>;
  readonly prefixItems?: readonly Together[];
  readonly items?: Together;
  readonly additionalProperties?: boolean | Together;
  readonly anyOf?: readonly Draft[];
  readonly oneOf?: readonly Draft[];
  /** All that the input check does not enforce, a group for each schema that has some. */
  readonly kept?: readonly KeptGroup[];
}

/** Keywords of one schema that stay as they are for other tools, or choices beside others. */
export type KeptGroup =
  | { readonly keywords: SchemaNode; readonly source: Source }
  | { readonly keyword: "anyOf" | "oneOf"; readonly choices: readonly Draft[] };
