import type { MadeMedia } from "../dialect/facts/made-media.js";
import type { Price } from "../input/model.js";

/** A model in a catalogue, without its module. */
export interface ModelEntry<Id = string> {
  readonly id: Id;
  readonly title: string;
  readonly description: string;
  readonly categories: readonly string[];
  readonly kind?: "model" | "workflow" | "inference";
  /** The kind of media that the model makes, where it is known. */
  readonly makes?: MadeMedia;
  readonly price?: Price;
  /** The address of the model's page, where it is known. */
  readonly page?: string;
  /** The address of the model's documentation page, where it is known. */
  readonly documentation?: string;
  /** The day on which the live catalogue was first seen without the model, `YYYY-MM-DD`: calls are likely to be refused. */
  readonly missingSince?: string;
}
