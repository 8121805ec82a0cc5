import { Command } from "commander";
import { expect, test } from "vitest";
import { registerDiff } from "../../../codegen/diff/spec-diff.js";
import { registerImport } from "../../../codegen/import/page-import.js";
import { registerSync } from "../../../codegen/sync/spec-sync.js";

const parse = async (...args: string[]) => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  for (const register of [registerDiff, registerImport, registerSync]) register(program);
  program.commands.forEach((command) => command.exitOverride().configureOutput({ writeErr: () => {} }));
  await program.parseAsync(["node", "x", ...args]);
};

test.each([
  ["sync", "--specs", ""],
  ["import", "page.html", "--specs", " "],
  ["diff", "--specs", ""],
])("%s refuses an empty name for the folder of specs, as an unset variable gives it", async (...args) => {
  await expect(parse(...args)).rejects.toThrow("It is empty; name a folder, or . for the one");
});

test("diff refuses an empty name for a state", async () => {
  await expect(parse("diff", "", "new")).rejects.toThrow("It is empty; name a folder, a commit");
  await expect(parse("diff", "old", "")).rejects.toThrow("It is empty; name a folder, a commit");
});
