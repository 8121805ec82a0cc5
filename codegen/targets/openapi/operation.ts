import type { ApiModel } from "../../ir/api.js";
import { findDocumentation } from "../model-links.js";
import type { Example } from "./request-example.js";
import type { ModelNames } from "./model-names.js";
import { toDescription, toLine } from "./description-text.js";

/** The path of a model: each segment of its id encoded, the slashes kept. */
export function pathOf(id: string): string {
  return `/v1/models/${id.split("/").map(encodeURIComponent).join("/")}`;
}

/** The parts that one model adds to the call that all models share. */
export interface ModelOperation {
  readonly model: ApiModel;
  readonly names: ModelNames;
  readonly tag: string;
  /** The component that describes what the model makes. */
  readonly output: string;
  readonly example: Example | undefined;
  /** The answers of the shared call. */
  readonly responses: unknown;
}

/** The submit of one model. */
export function toOperation({ model, names, tag, output, example, responses }: ModelOperation): object {
  const link = findDocumentation(model);
  return {
    operationId: names.operation,
    tags: [tag],
    summary: toLine(model.title) || toLine(model.id),
    description: describe(model),
    ...(link && { externalDocs: { description: "The model's documentation page.", url: link } }),
    ...(model.listing.missingSince !== undefined && { deprecated: true }),
    requestBody: {
      description: "The fields of the model's input.",
      required: true,
      content: {
        "application/json": { schema: refTo(names.input), ...(example && { example }) },
      },
    },
    responses,
    "x-model-id": model.id,
    "x-output": refTo(output),
    ...extensions(model),
  };
}

/** A reference to one of the document's schemas. */
export function refTo(component: string): { readonly $ref: string } {
  return {
    $ref: `#/components/schemas/${component}`,
  };
}

function describe(model: ApiModel): string {
  const lead = "Starts a job and answers at once, before it runs. Each accepted call is paid for.";
  const gone =
    model.listing.missingSince === undefined
      ? ""
      : `The service's catalogue no longer lists this model (first missed on ${model.listing.missingSince}).`;
  const notes = model.notes.map((note) => `- ${toLine(note)}`).join("\n");
  return [toDescription(model.description), lead, gone, notes].filter((part) => part !== "").join("\n\n");
}

function extensions({ listing, source }: ApiModel): object {
  return {
    ...(listing.kind && { "x-kind": listing.kind }),
    ...(listing.categories.length > 0 && { "x-categories": listing.categories }),
    ...(listing.makes && { "x-makes": listing.makes }),
    ...(listing.price && { "x-price": listing.price }),
    ...(listing.missingSince !== undefined && { "x-missing-since": listing.missingSince }),
    ...(Object.keys(source).length > 0 && { "x-source": source }),
  };
}
