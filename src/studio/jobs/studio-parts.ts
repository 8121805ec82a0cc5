import type { Client } from "../../index.js";
import type { FileStore } from "../../node/record/file-store.js";
import type { SaveOptions } from "../../node/save/save-types.js";
import type { Budget } from "../../once/once-types.js";
import type { HidePlaces } from "../files/place-hiding.js";
import type { Thumbnails } from "../files/thumbnails.js";
import type { FilePlaces } from "../models/given-input.js";
import type { ModelShelf } from "../models/model-shelf.js";
import type { Gallery } from "./gallery.js";
import type { StudioNotes } from "./studio-notes.js";

/** The parts that all requests about jobs share. */
export interface StudioParts {
  readonly client: Client;
  readonly hasToken: boolean;
  /** The user's record. */
  readonly store: FileStore;
  readonly gallery: Gallery;
  readonly notes: StudioNotes;
  readonly models: ModelShelf;
  readonly files: FilePlaces;
  readonly thumbnails: Thumbnails;
  readonly saveFolder: string;
  /** The folders whose files the page may show. */
  readonly shownFolders: readonly string[];
  readonly save: Pick<SaveOptions, "hosts" | "allowAddresses" | "allowLocalhost">;
  readonly budget: Budget | undefined;
  /** US dollars to count for a job whose price is not certain. */
  readonly assumeUsd: number | undefined;
  /** Shows a file in the program for files. */
  readonly reveal: (path: string) => Promise<void>;
  readonly hidePlaces: HidePlaces;
  readonly log: (line: string) => void;
}
