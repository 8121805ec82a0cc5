import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const file = join(root, "test/types/program-in-memory.ts");
const loading = `import { createClient } from "../../src/index.js";
import { load } from "../../src/catalogue/shipped.js";
const { model } = await load("wan-ai/wan-2.7/text-to-video");
export const result = await createClient().run(model, { prompt: "Rain." });
`;

/** An editor's view of the program, which is on no disk. */
const openEditor = (program: string): ts.LanguageService => {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return ts.createLanguageService({
    getCompilationSettings: () => ({ ...options, noEmit: true }),
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getScriptFileNames: () => [file],
    getScriptSnapshot: (path) => {
      const text = path === file ? program : ts.sys.readFile(path);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getScriptVersion: () => "1",
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: (path) => (path === file ? program : ts.sys.readFile(path)),
    directoryExists: (path) => ts.sys.directoryExists(path),
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
  });
};

test("a program that loads a model by its id shows each field's comment, and has opened no module", () => {
  const program = loading;
  const editor = openEditor(program);
  try {
    expect(editor.getSemanticDiagnostics(file).map(({ messageText }) => messageText)).toEqual([]);
    const field = editor.getQuickInfoAtPosition(file, program.indexOf("prompt"));
    expect(ts.displayPartsToString(field?.displayParts)).toBe("(property) prompt: string");
    expect(ts.displayPartsToString(field?.documentation)).toMatch(/^Prompt\./);
    const opened = editor.getProgram()!.getSourceFiles();
    const generated = opened.map(({ fileName }) => fileName).filter((name) => name.includes("/generated/"));
    expect(generated.map((name) => name.slice(root.length + 1)).sort()).toEqual([
      "generated/api.ts",
      "generated/catalogue.ts",
      "generated/shared.ts",
    ]);
  } finally {
    editor.dispose();
  }
});

const using = `import { model } from "../../generated/models/wan-ai/wan-2.7/text-to-video.js";
export const id = model.id;
`;

test("an editor shows the title and the example of a model wherever it is used", () => {
  const editor = openEditor(using);
  try {
    const found = editor.getQuickInfoAtPosition(file, using.lastIndexOf("model.id"));
    expect(ts.displayPartsToString(found?.documentation)).toMatch(/^Wan 2\.7/);
    const example = found?.tags?.find(({ name }) => name === "example");
    expect(ts.displayPartsToString(example?.text)).toContain("await client.run(model, {\n  prompt: ");
  } finally {
    editor.dispose();
  }
});
