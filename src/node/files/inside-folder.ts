import { isAbsolute, relative } from "node:path";

/** Tells whether a path lies below a folder. Both are real and absolute: links are not followed. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !isAbsolute(way) && way.split(/[/\\]/)[0] !== "..";
}
