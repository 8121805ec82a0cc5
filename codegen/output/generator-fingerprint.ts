import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareText } from "../text/text-order.js";

/** The rooms whose code decides the output; of the client's, those that check inputs decide whether an example is shown. */
const rooms = [
  "diagnostics",
  "generate",
  "ir",
  "json",
  "output",
  "specs",
  "targets",
  "text",
  "../src/dialect",
  "../src/errors",
  "../src/input",
];

/**
 * A hash of the generator itself: its code, its templates and the versions of its libraries. Files that were made by
 * another generator are made again.
 */
export function fingerprintGenerator(): string {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const sum = createHash("sha256");
  for (const name of rooms.flatMap((room) => listCode(root, room)).sort(compareText)) {
    sum.update(name).update(readFileSync(join(root, name)));
  }
  sum.update(readFileSync(findPackage(root)));
  return sum.digest("hex").slice(0, 16);
}

function listCode(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.d)\.(?:ts|js|hbs)$/.test(name))
    .map((name) => `${folder}/${name.split("\\").join("/")}`);
}

/** The package's own manifest, which pins the libraries: beside the sources, or two folders above the compiled code. */
function findPackage(root: string): string {
  return root.replaceAll("\\", "/").endsWith("/dist/codegen/")
    ? join(root, "../../package.json")
    : join(root, "package.json");
}
