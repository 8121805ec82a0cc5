import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { list } from "../../src/catalogue/shipped.js";
import { readSpecFolder } from "../../src/cli/models/spec-files.js";
import { createProgram } from "../../src/cli/program.js";
import type { Terminal } from "../../src/cli/terminal/screen.js";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator } from "../../src/emulator/index.js";

/** A terminal that keeps what is printed. */
const openPad = (columns = 80): Terminal & { readonly text: () => string } => {
  const lines: string[] = [];
  return {
    out: (text) => void lines.push(text),
    say: () => {},
    announce: () => {},
    announced: () => undefined,
    flush: () => Promise.resolve(undefined),
    live: () => {},
    isWatched: false,
    isScreen: true,
    columns,
    paint: (_style, text) => text,
    text: () => lines.join("\n"),
  };
};

const run = async (words: readonly string[], columns?: number): Promise<string> => {
  const pad = openPad(columns);
  await createProgram(pad).parseAsync([...words], { from: "user" });
  return pad.text();
};

/** The words of each command, as a shell reads them. */
const splitWords = (commands: readonly string[]): string[][] => {
  const script = commands
    .map((command) => `set -- ${command}\nprintf '%s\\0' "$@"; printf '\\1\\0'`)
    .join("\n");
  const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
  const split: string[][] = [[]];
  for (const word of words) {
    if (word === "\u0001") split.push([]);
    else split.at(-1)!.push(word);
  }
  return split.slice(0, -1);
};

const ids = list().map(({ id }) => id);
let emulator: Emulator;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "runcomfy-page-"));
  emulator = await startEmulator({ queueMs: 0, runMs: 0 });
  vi.stubEnv("HOME", home);
  vi.stubEnv("XDG_STATE_HOME", home);
  vi.stubEnv("RUNCOMFY_BASE_URL", emulator.url);
  vi.stubEnv("RUNCOMFY_TOKEN", emulator.token);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator.close();
  rmSync(home, { recursive: true, force: true });
});

describe("the page of a shipped model", () => {
  test.each([40, 80])("keeps to %i columns, but for what is to be copied", async (columns) => {
    for (const id of ids) {
      const page = await run(["model", id], columns);
      const [, ...lines] = page.slice(0, page.indexOf("Example:")).split("\n");
      const long = lines.filter((line) => line.length > columns && !/^https:\/\/\S+$/.test(line));
      expect(long, id).toEqual([]);
    }
  });

  test("has its price with the day on which it was read, and its page", async () => {
    for (const { id, price, page } of list()) {
      const text = (await run(["model", id], 200)).replace(/\n(?!\n)/g, " ");
      if (price?.usd !== undefined) {
        const from = price.bound === "exact" ? "" : "from ";
        expect(text).toContain(`Price: ${from}$${price.usd} per ${price.unit}, read on ${price.readOn}.`);
      }
      if (page !== undefined) expect(text).toContain(page);
    }
  });

  test("ends with a command that runs as it stands, and pays for one job", async () => {
    const pages = await Promise.all(ids.map((id) => run(["model", id])));
    const commands = pages.map((page) =>
      page.slice(page.indexOf("Example:\n") + "Example:\n".length).replace(/^ +npx /, ""),
    );
    const split = splitWords(commands);
    expect(split.map(([name, command, id]) => [name, command, id])).toEqual(
      ids.map((id) => ["runcomfy-models", "run", id]),
    );
    for (const [, ...words] of split) {
      const { image, images, video, videos, audio, audios } = JSON.parse(await run(words)) as Record<
        string,
        unknown
      >;
      expect(image ?? images ?? video ?? videos ?? audio ?? audios, words.join(" ")).toBeDefined();
    }
    expect(emulator.charged).toBe(ids.length);
  });

  test("does so for odd models: values of several types, choices, tuples, patterns, and no example of their own", async () => {
    const names = ["keywords/choices", "keywords/recursion", "keywords/tuples", "numbers/as-text"];
    const specs = join(home, "odd");
    const fixtures = join(import.meta.dirname, "../fixtures/hostile");
    for (const name of names) cpSync(join(fixtures, `${name}.json`), join(specs, `${name}.json`));
    const { models } = await readSpecFolder(specs);
    const odd = await startEmulator({ queueMs: 0, runMs: 0, models: [...models.values()] });
    vi.stubEnv("RUNCOMFY_BASE_URL", odd.url);
    vi.stubEnv("RUNCOMFY_TOKEN", odd.token);
    const pages = await Promise.all(names.map((name) => run(["model", name, "--specs", specs])));
    expect(pages[0]).toContain("size *   hd or object");
    const commands = pages.map((page) => page.slice(page.indexOf("runcomfy-models run ")));
    for (const [, ...words] of splitWords(commands)) await run(words);
    await run([
      "run",
      names[0]!,
      "--specs",
      specs,
      "image=https://example.com/a.png",
      "size=hd",
      "any=1",
      "mode=2",
    ]);
    const jobs = odd.jobs.map(({ input }) => input);
    await odd.close();
    vi.stubEnv("RUNCOMFY_BASE_URL", emulator.url);
    vi.stubEnv("RUNCOMFY_TOKEN", emulator.token);
    expect(jobs).toHaveLength(names.length + 1);
    expect(jobs[0]).toEqual({ image: ["https://example.com/image.png"], size: "hd" });
    expect(jobs.at(-1)).toEqual({ image: "https://example.com/a.png", size: "hd", any: 1, mode: 2 });
  });

  test("leaves out fields that are null, and names where the model was read", async () => {
    const specs = join(home, "null");
    mkdirSync(join(specs, "acme"), { recursive: true });
    const properties = { prompt: { type: ["string", "null"] }, width: { type: ["integer", "null"] }, n: {} };
    const input = { type: "object", properties };
    writeFileSync(
      join(specs, "acme/a.json"),
      JSON.stringify({ input, example: { prompt: null, width: null, n: 1 } }),
    );
    expect(await run(["model", "acme/a", "--specs", specs])).toMatch(/--specs \S+ \\\n +n=1$/);
    const live = await run(["model", ids[0]!, "--live", "--base-url", emulator.url]);
    expect(live).toContain(`run ${ids[0]} \\\n      --live \\\n      --base-url ${emulator.url} \\\n`);
  });
});
