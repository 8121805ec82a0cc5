import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { difficult, printDocument, shipped } from "./fixture.js";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
mkdirSync(join(root, ".cache"), { recursive: true });
const work = mkdtempSync(join(root, ".cache/openapi-lint-"));

interface Verdict {
  readonly totals: { readonly errors: number; readonly warnings: number };
  readonly problems: readonly {
    readonly ruleId: string;
    readonly message: string;
    readonly location: unknown;
  }[];
}

/** What Redocly's linter says under its own recommended rules, none of them switched off. */
const lint = async (file: string): Promise<Verdict> => {
  const cli = join(root, "node_modules/@redocly/cli/bin/cli.js");
  const args = [cli, "lint", file, "--extends", "recommended", "--format", "json", "--max-problems", "50"];
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const run = promisify(execFile)(process.execPath, args, { cwd: work, env, maxBuffer: 1 << 26 });
  const { stdout } = await run.catch((failure: { stdout: string }) => failure);
  return JSON.parse(stdout.slice(stdout.indexOf("{"))) as Verdict;
};

beforeAll(() => {
  writeFileSync(join(work, "shipped.json"), printDocument(shipped));
  writeFileSync(join(work, "difficult.json"), printDocument({ ...shipped, models: difficult }));
  writeFileSync(
    join(work, "wrong.json"),
    printDocument(shipped).replace('"operationId": "listModels"', '"operationId": "get model"'),
  );
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

test.each(["shipped.json", "difficult.json", "../../specs/api.json"])(
  "an independent linter finds no error and no warning in %s",
  async (file) => {
    const { totals, problems } = await lint(file);
    expect(problems.map(({ ruleId, message, location }) => ({ ruleId, message, location }))).toEqual([]);
    expect(totals).toMatchObject({ errors: 0, warnings: 0 });
  },
);

test("the linter does find a fault where there is one", async () => {
  const { problems } = await lint("wrong.json");
  expect(problems.map((problem) => problem.ruleId)).toContain("operation-operationId-url-safe");
});
