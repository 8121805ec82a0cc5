import { open, realpath } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { extname, isAbsolute } from "node:path";
import { isInside } from "../../node/files/inside-folder.js";
import { types } from "../../media/file-type.js";
import type { FileType } from "../../media/file-type.js";
import { readFlags } from "../../node/files/disk.js";

/** A file that is open for reading. */
export interface ShownFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/** The content type of bytes that no browser may interpret. */
const anyBytes = "application/octet-stream";

/** Opens a regular file whose real place is inside one of the folders; undefined for anything else. Links inside are not followed. */
export async function openShownFile(
  path: string,
  folders: readonly string[],
): Promise<ShownFile | undefined> {
  if (!isAbsolute(path) || !(await isInFolders(path, folders))) return undefined;
  const handle = await open(path, readFlags).catch(() => undefined);
  if (!handle) return undefined;
  const found = await handle.stat().catch(() => undefined);
  if (found?.isFile()) return { handle, size: found.size };
  await handle.close();
  return undefined;
}

/** True where the file that a path leads to lies inside one of the folders, links followed. */
export async function isInFolders(path: string, folders: readonly string[]): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) return false;
  const own = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  return own.some((folder) => folder !== undefined && isInside(folder, real));
}

/** The kind of file that a name tells; undefined for a name that tells no known one. */
export function typeOfName(name: string): FileType | undefined {
  const extension = extname(name).slice(1).toLowerCase();
  const known: Readonly<Record<string, FileType>> = types;
  const own = extension === "jpeg" ? "jpg" : extension;
  return Object.hasOwn(known, own) ? known[own] : undefined;
}

/** The content type under which a file is sent, and whether a page may show it: pictures without scripts, videos and sounds only. */
export function servedType(name: string): { readonly contentType: string; readonly isShown: boolean } {
  const type = typeOfName(name);
  if (!type) return { contentType: anyBytes, isShown: false };
  const isShown = type.kind !== "other" && type.extension !== "svg";
  if (isShown || type.extension === "json") return { contentType: type.contentType, isShown };
  return { contentType: anyBytes, isShown: false };
}
