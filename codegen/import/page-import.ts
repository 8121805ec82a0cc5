import { readFile, stat } from "node:fs/promises";
import { checkId, findCollisions } from "../specs/model/safe-names.js";
import { compareSpecs, type Change } from "../changes/spec-changes.js";
import { mergePage, specOf } from "./page-merge.js";
import { mostPageBytes } from "./page/page-bytes.js";
import { findOtherModel } from "./path-doubt.js";
import type { Fields } from "../../src/dialect/notation/fields.js";
import { readPage, type Page } from "./page/page.js";
import type { Remark } from "./page/page-problems.js";
import { listSpecs, readStored } from "../specs/read/stored-specs.js";
import { findCaseDuplicate, writeWhole } from "../specs/write/spec-file.js";
import { printSpec } from "../specs/write/spec-text.js";
import { showInvisible } from "../text/invisible.js";
import { specPath } from "../specs/model/spec-path.js";
import { messageOf } from "../../src/errors/error-message.js";

/** The surroundings of an import. */
export interface ImportOptions {
  /** Paths of saved pages; `-` is standard input. */
  readonly files: readonly string[];
  /** Reads standard input to its end. */
  readonly stdin: () => Promise<Uint8Array>;
  /** The folder of spec files. */
  readonly specs: string;
  /** The day that goes into `source.read`, `YYYY-MM-DD`. */
  readonly today: string;
  /** Receives the results, line by line, for standard output. */
  readonly print: (line: string) => void;
  /** Receives notes and refusals, line by line, for standard error. */
  readonly warn: (line: string) => void;
  /** Stops before the next page. */
  readonly signal?: AbortSignal;
}

/** The outcome of one page. */
export interface PageOutcome {
  /** The page as it was named, `-` for standard input. */
  readonly file: string;
  readonly state: "created" | "updated" | "unchanged" | "refused";
  /** Missing where the page was refused before its id was certain. */
  readonly id?: string;
  readonly changes: readonly Change[];
  /** Notes for the reader, or the reason why the page was refused. */
  readonly remarks: readonly Remark[];
}

/** The outcome of all pages; `exitCode` is 1 where any was refused. */
export interface ImportOutcome {
  readonly pages: readonly PageOutcome[];
  readonly exitCode: 0 | 1;
}

/** Reads saved pages and writes a spec file for each; a page that is refused leaves its spec and the other pages alone. */
export async function importPages(options: ImportOptions): Promise<ImportOutcome> {
  const pages: PageOutcome[] = [];
  let piped: Promise<Uint8Array> | undefined;
  for (const file of options.files) {
    options.signal?.throwIfAborted();
    const bytes = file === "-" ? await (piped ??= options.stdin()) : await readSaved(file);
    options.signal?.throwIfAborted();
    const outcome =
      typeof bytes === "string" ? refuse(file, { line: 0, text: bytes }) : importPage(file, bytes, options);
    report(outcome, options);
    pages.push(outcome);
  }
  const refused = pages.filter(({ state }) => state === "refused").length;
  if (pages.length > 1)
    options.warn(`${pages.length} pages: ${pages.length - refused} imported, ${refused} refused`);
  return { pages, exitCode: refused > 0 ? 1 : 0 };
}

function importPage(file: string, bytes: Uint8Array, options: ImportOptions): PageOutcome {
  const result = readPage(bytes);
  if (!result.ok) return refuse(file, result);
  const { page } = result;
  const problem = checkId(page.id);
  if (problem !== undefined)
    return refuse(file, { line: 0, text: `the model id cannot name a spec file. ${problem}` });
  const other = file === "-" ? undefined : findOtherModel(file, page.id, listSpecs(options.specs));
  if (other !== undefined) {
    const text = `the page calls ${JSON.stringify(page.id)}, and its path names ${JSON.stringify(other)}: the address may be cut, or another page saved there. Check which it is, then rename the file`;
    return refuse(file, { line: 0, text }, page.id);
  }
  const duplicate = findCaseDuplicate(options.specs, page.id);
  if (duplicate !== undefined) {
    return refuse(
      file,
      {
        line: 0,
        text: `${page.id} and ${duplicate} differ only in case and would be one file on many disks; remove one`,
      },
      page.id,
    );
  }
  const rival = findRival(options.specs, page.id);
  if (rival !== undefined) {
    const text = `the module of ${page.id} or of ${rival} would be a file where the other needs a folder; remove one`;
    return refuse(file, { line: 0, text }, page.id);
  }
  try {
    return { file, id: page.id, remarks: page.notes, ...store(page, options) };
  } catch (error) {
    const why = messageOf(error);
    return refuse(file, { line: 0, text: `cannot write ${shown(options.specs, page.id)}: ${why}` }, page.id);
  }
}

/** Finds a model whose module cannot exist beside the module of this one. */
function findRival(specs: string, id: string): string | undefined {
  return findCollisions([...new Set([...listSpecs(specs), id])])
    .find((pair) => pair.includes(id))
    ?.find((other) => other !== id);
}

function store(page: Page, { specs, today }: ImportOptions): Pick<PageOutcome, "state" | "changes"> {
  const path = specPath(specs, page.id);
  const known = readKnown(path);
  if (known === undefined) {
    writeWhole(specs, path, printSpec(page.id, specOf(page, today)));
    return { state: "created", changes: [] };
  }
  const merged = mergePage(known, page, today);
  if (merged === known) return { state: "unchanged", changes: [] };
  const changes = compareSpecs(page.id, known, merged);
  writeWhole(specs, path, printSpec(page.id, merged));
  return { state: "updated", changes };
}

/** Reads the spec that a page is about; undefined where there is none. */
function readKnown(path: string): Fields | undefined {
  try {
    return readStored(path);
  } catch (error) {
    throw new Error(`${messageOf(error)}; fix or remove it first`, { cause: error });
  }
}

/** Reads the bytes of a saved page; where that fails, a sentence that says why. */
async function readSaved(file: string): Promise<Uint8Array | string> {
  try {
    const entry = await stat(file);
    if (entry.isDirectory()) return "it is a folder; name the saved pages in it";
    if (entry.size > mostPageBytes) return `it has ${entry.size} bytes, more than any documentation page`;
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT") return "there is no such file; check the path";
    if (code === "EACCES") return "it may not be read; check its permissions";
    return `it cannot be read: ${messageOf(error)}`;
  }
}

function refuse(file: string, { line, text }: Remark, id?: string): PageOutcome {
  return {
    file,
    state: "refused",
    ...(id === undefined ? {} : { id }),
    changes: [],
    remarks: [{ line, text }],
  };
}

function report(outcome: PageOutcome, { specs, ...options }: ImportOptions): void {
  const { file, state, id, changes, remarks } = outcome;
  const [print, warn] = [options.print, options.warn].map(
    (write) => (line: string) => write(showInvisible(line)),
  );
  const name = file === "-" ? "standard input" : file;
  const label = state === "refused" ? "refused: " : "note: ";
  for (const { line, text } of remarks) warn?.(`${name}${line > 0 ? `:${line}` : ""}: ${label}${text}`);
  if (state === "refused" || id === undefined) return;
  print?.(`${state} ${shown(specs, id)}`);
  for (const { kind, pointer, message } of changes) print?.(`  ${kind.padEnd(10)} ${pointer}: ${message}`);
}

function shown(specs: string, id: string): string {
  return specPath(specs, id).replaceAll("\\", "/");
}
