import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { compareText } from "../../text/text-order.js";
import { diagnose } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { SpecFile } from "../model/spec.js";
import { idOfPath, isShared } from "../model/spec-path.js";
import { messageOf } from "../../../src/errors/error-message.js";

/** A spec file as text, which has not been read as JSON yet. */
export type SpecText = Omit<SpecFile, "spec" | "isBare">;

/** The texts of a folder of specs. */
export interface FolderReading {
  /** In code point order of their paths; only those that could be read. */
  readonly texts: readonly SpecText[];
  /** The ids of the files that could not be read. */
  readonly unread: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The largest spec file that is read, in bytes. */
export const mostBytes = 2 ** 21;

/** Reads the text of every spec file below a folder. */
export function readTexts(folder: string): FolderReading {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  const problem = checkFolder(folder);
  if (problem !== undefined)
    return { texts: [], unread: [], diagnostics: [diagnose("no-specs", folder, "", problem)] };
  const texts: SpecText[] = [];
  const unread: string[] = [];
  const names = listJson(folder).filter(({ name }) => !isShared(name));
  for (const { name, isLink } of names) {
    const file = nameFile(folder, name);
    if (isLink) report(diagnose("link-outside", file, "", "The file is a symbolic link."));
    const text = isLink ? undefined : readText(join(folder, name), file, report);
    if (text === undefined) unread.push(idOfPath(name));
    else texts.push({ id: idOfPath(name), file, text, hash: hashText(text) });
  }
  if (names.length === 0)
    report(diagnose("no-specs", folder, "", "The folder holds no spec files (*.json)."));
  return { texts, unread, diagnostics };
}

/** Names a file of the specs folder as people would type it. */
export function nameFile(folder: string, name: string): string {
  return posix.join(folder.split("\\").join("/"), name);
}

/** Reads the text of a file without its byte order mark; undefined, with a report, where it is too large or no text. */
export function readText(
  path: string,
  file: string,
  report: (diagnostic: Diagnostic) => void,
): string | undefined {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > mostBytes) {
      const size = (bytes.length / 2 ** 20).toFixed(1);
      return void report(
        diagnose("too-large", file, "", `The file has ${size} MiB; at most 2 MiB are read.`),
      );
    }
    if (isUtf8(bytes)) return bytes.toString("utf8").replace(/^\uFEFF/, "");
    const fix = "Save the file as UTF-8.";
    return void report(diagnose("not-json", file, "", "The file is not UTF-8 text.", { fix }));
  } catch (cause) {
    const what = `The file cannot be read: ${messageOf(cause)}.`;
    return void report(diagnose("not-json", file, "", what, { fix: "Make the file readable." }));
  }
}

/** Makes the SHA-256 of a text, the same for both kinds of line end. */
export function hashText(text: string): string {
  return createHash("sha256")
    .update(text.includes("\r") ? text.replaceAll("\r\n", "\n") : text)
    .digest("hex");
}

function checkFolder(folder: string): string | undefined {
  if (!existsSync(folder)) return "There is no such folder.";
  return statSync(folder).isDirectory() ? undefined : "It is a file, not a folder.";
}

/** Lists JSON files below a folder, sorted; links are listed and never followed, names that start with a dot are left out. */
function listJson(folder: string): { name: string; isLink: boolean }[] {
  const found: { name: string; isLink: boolean }[] = [];
  function visit(below: string) {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) visit(name);
      else if (entry.isSymbolicLink()) {
        if (name.endsWith(".json") || leadsToFolder(join(folder, name))) found.push({ name, isLink: true });
      } else if (entry.isFile() && name.endsWith(".json")) found.push({ name, isLink: false });
    }
  }
  visit("");
  return found.sort((a, b) => compareText(a.name, b.name));
}

function leadsToFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
