/** Reads a text that the browser keeps for this origin; a browser that keeps nothing is no reason to stop. */
export function readKept(
  key: string,
  storage: "localStorage" | "sessionStorage" = "localStorage",
): string | undefined {
  try {
    return globalThis[storage].getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text, or removes it where none is given. A full or forbidden storage is ignored. */
export function keep(
  key: string,
  text: string | undefined,
  storage: "localStorage" | "sessionStorage" = "localStorage",
): void {
  try {
    if (text === undefined) globalThis[storage].removeItem(key);
    else globalThis[storage].setItem(key, text);
  } catch {
    // The page works without the storage; only a reload forgets.
  }
}
