import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Files of a folder by path, with plain slashes. */
export type Files = { readonly [path: string]: string | object };

/** A folder of its own for a test, removed when the test ends. */
export const makeFolder = (files: Files = {}): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "runcomfy-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFiles(folder, files);
  return folder;
};

/** Writes files into a folder; what is not text is written as JSON. */
export const writeFiles = (folder: string, files: Files): void => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(
      join(folder, path),
      typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`,
    );
  }
};

/** Every file below a folder with its text. */
export const readFiles = (folder: string): { [path: string]: string } =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );

/** A spec with these properties. */
export const specOf = (properties: object = { prompt: { type: "string" } }, more: object = {}): object => ({
  ...more,
  input: { type: "object", properties },
});
