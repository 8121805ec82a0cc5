import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, resolve } from "node:path";

/** Replaces the places of folders in a text by their names: messages are written for this machine, and the page shows no path of it. */
export type HidePlaces = (text: string) => string;

export function createPlaceHiding(folders: readonly string[]): HidePlaces {
  const places = new Map<string, string>();
  for (const folder of [...folders, homedir()]) {
    const path = resolve(folder);
    const shown = path === resolve(homedir()) ? "~" : basename(path);
    for (const place of [path, realPlace(path)]) if (place.length > 1) places.set(place, shown);
  }
  const longestFirst = [...places].sort(([a], [b]) => b.length - a.length);
  return (text) => longestFirst.reduce((shown, [place, name]) => shown.replaceAll(place, name), text);
}

function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
