import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { model } from "../attach/support.js";
import { attach, attachFiles } from "../../src/attach/index.js";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import { runBatch } from "../../src/node/index.js";
import { createOnce, digestInput, memoryStore } from "../../src/once/index.js";

const media = (name: string) => join(import.meta.dirname, "../fixtures/media", name);

let emulator: Emulator;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "once-files-"));
  emulator = await startEmulator({
    models: [{ ...model, output: { type: "object" } } as never],
    queueMs: 0,
    runMs: 0,
  });
  copyFileSync(media("photo.png"), join(folder, "me.png"));
});
afterEach(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

const connect = () => createClient({ baseUrl: emulator.url, token: emulator.token });
const withFiles = () => attachFiles(model, { baseDirectory: folder, allowDirectories: [folder] });
const inputOf = (path: string) => ({ prompt: "Make it snow.", images: [path] });

test("a file counts by its bytes: the same under another path is one job, another under the same path is a conflict", async () => {
  const once = createOnce({ client: connect(), store: memoryStore() });
  const submit = (path: string) => once.submit("k", model, inputOf(path), { attach: withFiles() });
  const first = await submit("me.png");
  expect(JSON.stringify(first.input)).toMatch(/data:image\/png,sha256:[0-9a-f]{64}/);
  expect(emulator.jobs[0]?.media).toMatchObject([{ type: "image/png" }]);
  copyFileSync(join(folder, "me.png"), join(folder, "copy.png"));
  expect((await submit("copy.png")).job).toEqual(first.job);
  copyFileSync(media("photo.gif"), join(folder, "me.png"));
  await expect(submit("me.png")).rejects.toMatchObject({ code: "key_conflict" });
  expect(emulator.jobs).toHaveLength(1);
});

test("a file that cannot be read stops the job before it is on record", async () => {
  const once = createOnce({ client: connect(), store: memoryStore() });
  const missing = once.submit("k", model, inputOf("none.png"), { attach: withFiles() });
  await expect(missing).rejects.toMatchObject({ code: "input" });
  expect(await once.status("k")).toBeUndefined();
});

test("with a function of the caller's a path counts as text", async () => {
  const once = createOnce({ client: connect(), store: memoryStore() });
  const options = { baseDirectory: folder, allowDirectories: [folder] };
  const { input } = await once.submit("k", model, inputOf("me.png"), {
    attach: (given) => attach(model, given as ReturnType<typeof inputOf>, options),
  });
  expect(input).toEqual(inputOf("me.png"));
});

test("rows of a batch may have files; a missing one is a problem of its row", async () => {
  const rows = [
    { key: "a", input: inputOf("me.png") },
    { key: "b", input: inputOf("none.png") },
  ];
  const options = { client: connect(), model, rows, attach: withFiles() };
  const record = join(folder, "prompts.jobs.jsonl");
  const report = await runBatch({ ...options, record });
  expect(report.states).toMatchObject({ done: 1, rejected: 1 });
  expect(report.plan.problems).toMatchObject([{ key: "b", line: 2, field: "images[0]" }]);
  expect((await runBatch({ ...options, record })).states).toMatchObject({ done: 1, rejected: 1 });
  expect(emulator.jobs).toHaveLength(1);
});

test("a Blob is hashed piece by piece where the platform can, and to the same hash as its bytes", async () => {
  const bytes = new Uint8Array(300_000).map((_, at) => at % 251);
  const [blob, whole] = await Promise.all([
    digestInput({ file: new Blob([bytes]) }),
    digestInput({ file: bytes }),
  ]);
  expect(blob).toEqual(whole);
});
