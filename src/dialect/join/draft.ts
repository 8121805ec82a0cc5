import type { SchemaNode } from "../notation/schema-node.js";
import type { Json } from "../../input/model.js";

/** A schema as it stands in the file, and how it was reached. */
export interface Source {
  readonly raw: Json;
  readonly place: string;
  /** The references that led here. */
  readonly trail: readonly string[];
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
  readonly items?: Together;
  readonly additionalProperties?: boolean | Together;
  readonly anyOf?: readonly Draft[];
  readonly oneOf?: readonly Draft[];
}
