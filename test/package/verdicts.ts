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

/** What was found where types and code do not fit: the faults, and which of the declined ways it met. */
export interface TypeVerdict {
  readonly faults: readonly string[];
  readonly declined: readonly string[];
}

/** Resolves every subpath as each kind of program would, and compares types with code. */
export const judgeTypes = async (packed: Packed, subpaths: readonly string[]): Promise<TypeVerdict> => {
  const found = createPackageFromTarballData(new Uint8Array(readFileSync(packed.tarball)));
  const analysis = await checkPackage(found, { entrypoints: [...subpaths] });
  if (!analysis.types) return { faults: ["The package has no types."], declined: [] };
  const unseen = subpaths.filter((path) => !Object.hasOwn(analysis.entrypoints, path));
  const isDeclined = (problem: (typeof analysis.problems)[number]): boolean =>
    "resolutionKind" in problem && declined.get(problem.resolutionKind)?.has(problem.kind) === true;
  return {
    faults: [
      ...unseen.map((path) => `${path} was not looked at`),
      ...analysis.problems
        .filter((problem) => !isDeclined(problem))
        .map((problem) => JSON.stringify(problem)),
    ],
    declined: [...new Set(analysis.problems.filter(isDeclined).map((problem) => problem.kind))].sort(),
  };
};
