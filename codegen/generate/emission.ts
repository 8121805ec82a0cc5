import type { Api } from "../ir/api.js";
import type { EmitOptions, EmittedFiles, Target } from "../targets/target.js";
import { messageOf } from "../../src/errors/error-message.js";

/** All files of all targets. Fails with the name of the target where one fails, or where two want the same file. */
export async function emit(
  api: Api,
  targets: readonly Target[],
  options: EmitOptions,
): Promise<EmittedFiles> {
  const files = new Map<string, string | "current">();
  function textOf(path: string): string | undefined {
    const made = files.get(path);
    return made === "current" ? options.textOf(path) : made;
  }
  for (const target of targets) {
    for (const [path, text] of await emitOne(api, target, { ...options, textOf })) {
      if (files.has(path))
        throw new Error(`The target "${target.name}" makes ${path}, which another has made.`);
      files.set(path, text);
    }
  }
  return files;
}

async function emitOne(api: Api, target: Target, options: EmitOptions): Promise<EmittedFiles> {
  try {
    return await target.emit(api, options);
  } catch (cause) {
    const why = messageOf(cause);
    throw new Error(`The target "${target.name}" failed: ${why}`, { cause });
  }
}
