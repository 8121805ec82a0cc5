import { join } from "node:path";

/** Tells whether a path below a specs folder is that of a JSON file that describes no model. */
export function isShared(path: string): boolean {
  return path === "api.json" || path === "spec.schema.json";
}

/** Tells whether a path below a specs folder, with plain slashes, is that of a model's spec. */
export function isSpecPath(path: string): boolean {
  return (
    path.endsWith(".json") &&
    !isShared(path) &&
    path.split("/").every((part) => part !== "" && !part.startsWith(".") && part !== "node_modules")
  );
}

/** Turns the path of a spec below its folder into the model's id. */
export function idOfPath(path: string): string {
  return path.slice(0, -".json".length);
}

/** Gives the path of a model's spec file. */
export function specPath(folder: string, id: string): string {
  return `${join(folder, ...id.split("/"))}.json`;
}
