import type { FieldRole } from "../../input/model.js";

/** All roles, in the order in which a form shows their fields. */
export const roles = [
  "prompt",
  "image",
  "lastFrame",
  "video",
  "audio",
  "references",
  "mask",
  "negativePrompt",
  "aspectRatio",
  "size",
  "width",
  "height",
  "resolution",
  "duration",
  "fps",
  "outputs",
  "sound",
  "seed",
] as const satisfies readonly FieldRole[];

const words: ReadonlySet<unknown> = new Set([...roles, "none"]);

/** Tells whether a value is what `x-role` may hold. */
export function isRoleWord(value: unknown): value is FieldRole | "none" {
  return words.has(value);
}
