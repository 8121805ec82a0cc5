import { Command } from "commander";
import { expect, test } from "vitest";
import { defineDiff } from "../../../codegen/commands/diff-command.js";
import { defineImport } from "../../../codegen/commands/import-command.js";
import { defineSync } from "../../../codegen/commands/sync-command.js";

const parse = async (...args: string[]) => {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  defineDiff(program.command("diff"));
  defineImport(program.command("import"));
  defineSync(program.command("sync"));
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
