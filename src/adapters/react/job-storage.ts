/** A job that a page has asked for, as it is kept while the page is closed. */
export interface JobEntry {
  readonly key: string;
  /** The user who asked for it, in the proxy's words. */
  readonly user: string;
  /** Finds the job again; absent until the proxy has answered. */
  readonly handle?: string;
  /** Kept until there is a handle: the same key with the same input is the same job. */
  readonly input?: { readonly [name: string]: unknown };
}

/** A place where texts are kept, such as `localStorage`. */
export interface TextStorage {
  /** The text that is kept under a key. */
  getItem(key: string): string | null;
  /** Keeps a text. */
  setItem(key: string, text: string): void;
  /** Forgets a text. */
  removeItem(key: string): void;
}

/** The jobs of one place of a site, the latest last. Storage that is full or forbidden keeps nothing. */
export interface JobStorage {
  readLatest(): JobEntry | undefined;
  /** Keeps an entry, or its new state. */
  keep(entry: JobEntry): void;
  forget(key: string): void;
}

/** The most jobs of one page that are remembered; the oldest are forgotten. */
const mostEntries = 20;

/** Keeps the jobs of one place under one name. The storage is looked for when it is used: a server that renders a page has none. */
export function openJobStorage(findStorage: () => TextStorage | undefined, name: string): JobStorage {
  function readAll(): readonly JobEntry[] {
    try {
      const entries: unknown = JSON.parse(findStorage()?.getItem(name) ?? "[]");
      return Array.isArray(entries) ? entries.filter(isEntry) : [];
    } catch {
      return [];
    }
  }

  function write(entries: readonly JobEntry[]): boolean {
    try {
      const storage = findStorage();
      if (entries.length === 0) storage?.removeItem(name);
      else storage?.setItem(name, JSON.stringify(entries.slice(-mostEntries)));
      return true;
    } catch {
      return false;
    }
  }

  function keep(entry: JobEntry): void {
    const others = readAll().filter(({ key }) => key !== entry.key);
    if (write([...others, entry])) return;
    // The input may hold files, and be too large for the storage: the entry is kept without it.
    const { input: _, ...rest } = entry;
    write([...others, rest]);
  }

  return {
    readLatest: () => readAll().at(-1),
    keep,
    forget: (key) => write(readAll().filter((entry) => entry.key !== key)),
  };
}

function isEntry(value: unknown): value is JobEntry {
  const { key, user, handle = "" } = Object(value) as Partial<JobEntry>;
  return typeof key === "string" && typeof user === "string" && typeof handle === "string";
}
