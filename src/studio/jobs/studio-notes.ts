import { dirname } from "node:path";
import { readJson, writeWhole } from "../../node/files/disk.js";
import { makeDirectory } from "../../node/files/directories.js";

/** A person's remarks about jobs, which no record has: favourites, and jobs that the gallery no longer shows. */
export class StudioNotes {
  readonly #path: string;
  readonly #favourites = new Set<string>();
  readonly #hidden = new Set<string>();
  #opening: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  open(): Promise<void> {
    this.#opening ??= this.#read();
    return this.#opening;
  }

  async #read(): Promise<void> {
    const { favourites, hidden } = Object((await readJson(this.#path))?.value) as {
      readonly favourites?: unknown;
      readonly hidden?: unknown;
    };
    for (const key of listTexts(favourites)) this.#favourites.add(key);
    for (const key of listTexts(hidden)) this.#hidden.add(key);
  }

  isFavourite(key: string): boolean {
    return this.#favourites.has(key);
  }

  /** True for a request id whose manifest the gallery does not show. */
  isHidden(requestId: string): boolean {
    return this.#hidden.has(requestId);
  }

  setFavourite(key: string, on: boolean): Promise<void> {
    if (on) this.#favourites.add(key);
    else this.#favourites.delete(key);
    return this.#write();
  }

  hide(requestIds: readonly string[]): Promise<void> {
    for (const id of requestIds) this.#hidden.add(id);
    return this.#write();
  }

  #write(): Promise<void> {
    // One write at a time: all use the same name for the unfinished file.
    const work = this.#writing.then(() => this.#writeNow());
    this.#writing = work.catch(() => {});
    return work;
  }

  async #writeNow(): Promise<void> {
    await makeDirectory(dirname(this.#path), 0o700);
    const notes = { favourites: [...this.#favourites], hidden: [...this.#hidden] };
    await writeWhole(this.#path, `${JSON.stringify(notes)}\n`);
  }
}

function listTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
