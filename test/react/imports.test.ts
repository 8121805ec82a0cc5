import { expect, test } from "vitest";
import { graphOfFiles, listSpecifiers } from "../house/import-graph.js";
import { listFiles } from "../house/source-files.js";

const files = listFiles("src", ".ts");
const isReact = (file: string): boolean => file.startsWith("src/adapters/react/");

test("only the hook itself imports React: its store runs without", () => {
  const importing = files.filter((file) => listSpecifiers(file).some((name) => /^(?:p?react)\b/.test(name)));
  expect(importing).toEqual(["src/adapters/react/use-job.ts"]);
});

test("nothing else of the client imports the hook or its store", () => {
  const leaning = [...graphOfFiles(files)]
    .filter(([file, targets]) => !isReact(file) && [...targets].some(isReact))
    .map(([file]) => file);
  expect(leaning).toEqual([]);
});
