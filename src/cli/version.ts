import { readFile } from "node:fs/promises";

/** This package's version. */
export async function readVersion(): Promise<string> {
  for (const place of ["../../package.json", "../../../package.json"]) {
    const text = await readFile(new URL(place, import.meta.url), "utf8").catch(() => undefined);
    const manifest =
      text === undefined ? undefined : (JSON.parse(text) as { name?: string; version: string });
    if (manifest?.name === "runcomfy-models") return manifest.version;
  }
  return "unknown";
}
