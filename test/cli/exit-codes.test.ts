import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createProgram } from "../../src/cli/program.js";
import { exitCodeOf, exitCodes, exitMeanings } from "../../src/cli/terminal/exit-code.js";
import type { OwnFields } from "../../src/errors/error-fields.js";
import {
  AuthError,
  ConnectionError,
  HttpError,
  InputError,
  InsufficientBalanceError,
  JobCancelledError,
  JobFailedError,
  JobTimeoutError,
  NotFoundError,
  ResponseError,
  RunComfyError,
  SubmitUnknownError,
} from "../../src/index.js";
import { BudgetError, KeyConflictError, RecordError } from "../../src/once/index.js";

/** The error of a record that was rejected before: it has no status any more. */
const rejectedBefore: OwnFields = { code: "http" };
const job = { id: "job-1", model: "a/b" };
const refusal = (status: number, fields = {}) => new HttpError("refused", { status, ...fields });
const issue = (code: "price" | "required") => ({ code, path: "", message: "" });

test("the table in the documentation is that of the command line", () => {
  const text = readFileSync("docs/command-line.md", "utf8");
  const rows = [...text.matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, code, meaning]) => [
    code,
    meaning!.replaceAll("**", ""),
  ]);
  expect(rows).toEqual(Object.entries(exitMeanings));
});

test("every code has a meaning", () => {
  expect(Object.values(exitCodes).map(String).toSorted()).toEqual(Object.keys(exitMeanings).toSorted());
});

test.for([
  [new SubmitUnknownError("", { phase: "waiting", modelId: "a/b" }), 3],
  [new InputError("", { modelId: "a/b", issues: [issue("price")] }), 4],
  [new BudgetError("", { key: "a" }), 4],
  [new InsufficientBalanceError("", { status: 402 }), 4],
  [new JobFailedError("", { job }), 5],
  [new JobCancelledError("", { job }), 6],
  [new InputError("", { modelId: "a/b", issues: [issue("price"), issue("required")] }), 65],
  [new KeyConflictError("", { key: "a" }), 65],
  [new NotFoundError("", { status: 404 }), 65],
  [new RunComfyError("", rejectedBefore), 65],
  [refusal(400), 65],
  [refusal(422), 65],
  [new ConnectionError(""), 69],
  [new ResponseError("", {}), 69],
  [refusal(500), 69],
  [refusal(503), 69],
  [new RecordError("", { job }), 73],
  [new JobTimeoutError("", { job, seen: {} }), 75],
  [refusal(429), 75],
  [refusal(503, { retryAfterMs: 1000 }), 75],
  [new AuthError("", { status: 401 }), 77],
  [new RecordError(""), 1],
  [new Error("anything"), 1],
] as const)("%s ends with %i", ([error, code]) => {
  expect(exitCodeOf(error)).toBe(code);
});

/** Every command with every option that names a folder. A command gets no further than the folder: it has no terminal to speak to. */
const folderOptions = createProgram({} as never).commands.flatMap((command) =>
  [command, ...command.commands].flatMap((part) =>
    part.options
      .filter(({ flags }) => /<(?:folder|directory)>$|^--results /.test(flags))
      .map(({ long }) => ({ part, flag: long! })),
  ),
);

test("every folder that a command names is checked before the command begins, and nothing is written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "folders-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "file"), "");
  symlinkSync("nowhere", join(folder, "link"));
  const bad = {
    "--allow-dir": ["missing", "file", "link", ""],
    "--specs": ["missing", "file", "link", ""],
    "--save": ["file", "file/below", "link", "link/below", ""],
    "--results": ["missing/table.csv", "file/table.csv", "."],
  };
  const names = folderOptions.map(({ part, flag }) => `${part.name()} ${flag}`);
  expect(names).toEqual(
    expect.arrayContaining(
      ["run --allow-dir", "submit --specs", "batch --results", "retry --save", "wait --save"].concat([
        "save --save",
        "work --save",
        "studio --allow-dir",
        "emulate --specs",
        "models --specs",
      ]),
    ),
  );
  for (const { part, flag } of folderOptions)
    for (const name of bad[flag as keyof typeof bad]) {
      const given = name && join(folder, name);
      const words = [...(part.parent?.parent ? [part.parent.name()] : []), part.name()];
      const needed = part.registeredArguments
        .map(() => "x")
        .concat(part.name() === "work" ? ["--queue", "x"] : []);
      const program = createProgram({} as never);
      const refusal = program.parseAsync([...words, ...needed, flag, given], { from: "user" });
      await expect(refusal, `${words.join(" ")} ${flag} ${name}`).rejects.toMatchObject({
        name: "CommandError",
        exitCode: flag === "--save" || flag === "--results" ? 73 : 66,
        message: expect.stringMatching(
          `^Nothing was started: .* of ${flag}.*(?:name another one|name a folder)`,
        ),
      });
    }
  expect(readdirSync(folder)).toEqual(["file", "link"]);
});
