import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError } from "../../errors/errors.js";
import type { EmulatorModel } from "./emulator-model.js";
import { messageOf } from "../../errors/error-message.js";

/**
 * Reads the models of a catalogue.json. Without a path it reads this package's own.
 *
 * @throws ConfigError if the file is missing or holds no list of models.
 */
export function loadCatalogue(path: string = findCatalogue()): EmulatorModel[] {
  let catalogue: { models?: unknown } | null;
  try {
    catalogue = JSON.parse(readFileSync(path, "utf8")) as { models?: unknown } | null;
  } catch (cause) {
    throw new ConfigError(`${path} cannot be read as a catalogue: ${messageOf(cause)}`, { cause });
  }
  if (!Array.isArray(catalogue?.models)) {
    throw new ConfigError(`${path} is not a catalogue: it has no list "models".`);
  }
  return catalogue.models as EmulatorModel[];
}

/** The sources and the compiled files lie at different depths below the package's folder, so each parent folder is tried. */
function findCatalogue(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    folder = dirname(folder);
    const path = join(folder, "generated/catalogue.json");
    if (existsSync(path) && existsSync(join(folder, "package.json"))) return path;
  }
  throw new ConfigError(
    "generated/catalogue.json is missing: run `npx runcomfy-codegen generate`, or pass `models`.",
  );
}
