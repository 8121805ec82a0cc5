import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { readFileSync } from "node:fs";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import type { Packed } from "./packages.js";

/** What publint finds in a tarball, one line each. */
export const judgePacking = async (packed: Packed): Promise<string[]> => {
  const bytes = new Uint8Array(readFileSync(packed.tarball));
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer },
    level: "suggestion",
    strict: true,
  });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
};

/** What this package does not offer, on purpose: everything else that is found is a fault. */
const declined = new Map([
  // Modules only; Node's own `require` loads modules since 20.19, and the compiler knows it in `nodenext`.
  ["node16-cjs", new Set(["CJSResolvesToESM"])],
  // Resolution as it was before `exports` existed.
  ["node10", new Set(["NoResolution"])],
]);

/** Where types and code do not fit, one line each. */
export const judgeTypes = async (packed: Packed, entrypoints: readonly string[]): Promise<string[]> => {
  const found = createPackageFromTarballData(new Uint8Array(readFileSync(packed.tarball)));
  const analysis = await checkPackage(found, { entrypoints: [...entrypoints] });
  if (!analysis.types) return ["The package has no types."];
  return analysis.problems
    .filter(
      (problem) => !("resolutionKind" in problem && declined.get(problem.resolutionKind)?.has(problem.kind)),
    )
    .map((problem) => JSON.stringify(problem));
};
