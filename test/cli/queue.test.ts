import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { keys, openStorage } from "../attach/storage.js";
import { mediaFolder } from "../attach/support.js";
import { openDatabase, sayMissing } from "../engines/support/services.js";
import { openStage } from "./command.js";
import type { CommandOptions, Running, Stage } from "./command.js";

const kling = "kling/kling-3.0/standard/text-to-video";
const edit = "qwen/qwen-image-3.0/edit";
const paid = ["--max-usd", "10", "--assume-usd", "0.5"];

const database = await openDatabase();
afterAll(() => database?.close());

let stage: Stage;
let running: Running[] = [];
const open = async (...options: Parameters<typeof openStage>) => {
  await stage?.close();
  stage = await openStage(...options);
};
beforeEach(() => open());
afterEach(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await Promise.all(running.map(({ ended }) => ended));
  running = [];
  await stage.close();
});

const queue = (): string[] => ["--queue", database!.url];
const jobs = () => stage.emulator.jobs;
const batch = (...words: string[]) => stage.run(["batch", kling, "prompts.csv", ...queue(), ...words]);
/** A worker; the stage has an emulator of its own address, and so each test a queue of its own. */
const work = (words: readonly string[] = [], options?: CommandOptions): Running => {
  const worker = stage.start(["work", ...queue(), "--lease", "10", ...words], options);
  running.push(worker);
  return worker;
};
const results = () => readFileSync(join(stage.folder, "prompts.results.csv"), "utf8");
const status = async () => (await stage.run(["batch", "status", "prompts.csv", ...queue()])).stdout;

describe.skipIf(sayMissing("PostgreSQL", database))("batch --queue", () => {
  test("has workers run each row once, and ends when all rows have", async () => {
    stage.write("prompts.csv", "key,prompt\na,Rain\nb,Wind\nc,Snow\n");
    work(["--save", "videos"]);
    const first = await batch(...paid);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stderr).toMatch(/3 rows are queued[^]*3 done; \$\d\.\d\d committed/);
    expect(results()).toMatch(/^a,\S+,done,\d\.\d+,\S+videos\/a-\S+\.mp4,$/m);
    const second = await batch(...paid);
    expect(second).toMatchObject({ code: 0 });
    expect(second.stderr).toContain("3 known rows: 3 done; never paid again");
    expect(jobs()).toHaveLength(3);
  });

  test("refuses a cap without an assumption where a price is not certain, before anything is queued", async () => {
    stage.write("prompts.csv", "key,prompt\na,Rain\n");
    const { code, stderr } = await batch("--max-usd", "10");
    expect(code).toBe(64);
    expect(stderr).toContain("--assume-usd");
    stage.write("prompts.csv", "key,prompt\n");
    const empty = await batch(...paid);
    expect(empty).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/has no rows.*\nNothing was queued\.\n$/),
    });
    expect(await status()).toMatch(/^no rows yet/);
  });

  test("has workers count with the price of a model that only the live catalogue has", async () => {
    const id = "acme/new/text-to-image";
    const prompt = { type: "string" } as const;
    const input = { type: "object", properties: { prompt }, additionalProperties: false } as const;
    await open({ models: [{ id, title: "New", price: { usd: 0.8, unit: "image" }, input }] });
    stage.write("prompts.csv", "key,prompt\na,Rain\n");
    work();
    const run = (maxUsd: string) =>
      stage.run(["batch", id, "prompts.csv", ...queue(), "--max-usd", maxUsd, "--assume-usd", "0.1"]);
    expect(await run("0.5")).toMatchObject({ code: 4 });
    expect(jobs()).toEqual([]);
    // The command that raises the cap waits for the workers, too.
    expect(await run("1")).toMatchObject({ code: 0 });
    expect(jobs()).toHaveLength(1);
  });

  test("takes rows of standard input", async () => {
    work();
    const words = ["batch", kling, "-", "--format", "jsonl", ...queue(), ...paid];
    expect(await stage.run(words, { stdin: '{"key":"a","prompt":"Rain"}\n' })).toMatchObject({ code: 0 });
    expect(jobs()).toHaveLength(1);
  });

  test("tries rows that failed again by batch retry --failed, as the database knows them", async () => {
    let isBroken = true;
    await open({ outcome: () => (isBroken ? { error: "no" } : "succeeded") });
    stage.write("prompts.csv", "key,prompt\na,Rain\nb,Wind\n");
    work();
    expect(await batch(...paid)).toMatchObject({ code: 5 });
    isBroken = false;
    const retried = await stage.run(["batch", "retry", "prompts.csv", "--failed", ...queue(), ...paid]);
    expect(retried).toMatchObject({ code: 0 });
    expect(retried.stderr).toContain("2 rows are queued");
    expect(jobs()).toHaveLength(4);
    expect(await status()).toMatch(/^2 done/);
  });

  test("a worker that is asked to end while a job is on the wire leaves, and its row is on record as perhaps paid", async () => {
    stage.write("prompts.csv", "key,prompt\na,Rain\n");
    // Longer than any test may take: the worker does not wait for the answer.
    stage.emulator.faults.add({ route: "submit", processed: true, delayMs: 600_000 });
    const worker = work();
    const watching = stage.start(["batch", kling, "prompts.csv", ...queue(), ...paid]);
    running.push(watching);
    await expect.poll(() => jobs().length, { timeout: 60_000 }).toBe(1);
    worker.child.kill("SIGTERM");
    expect(await worker.ended).toMatchObject({ signal: "SIGTERM" });
    expect(await watching.ended).toMatchObject({ code: 3 });
    expect(await status()).toMatch(/^1 perhaps paid; \$0\.50 committed/);
    const refused = await stage.run(["batch", "accept", "prompts.csv", "a", jobs()[0]!.id, ...queue()]);
    expect(refused).toMatchObject({ code: 0, stdout: "accepted\n" });
  });

  test("with --upload keeps the place of a file in the queue, and signs its address when the row is sent", async () => {
    const storage = await openStorage();
    const env = {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_REGION: keys.region,
      AWS_ENDPOINT_URL_S3: storage.endpoint,
      RUNCOMFY_S3_PUBLIC_ENDPOINT: "https://files.example.com",
    };
    copyFileSync(join(mediaFolder, "photo.jpg"), join(stage.folder, "me.jpg"));
    stage.write("prompts.csv", "key,prompt,image_urls\na,Snow,me.jpg\nb,Rain,none.jpg\n");
    const upload = ["--upload", "s3://inputs/pictures"];
    work(upload, { env });
    const words = ["batch", edit, "prompts.csv", ...queue(), ...upload, ...paid];
    const ended = await stage.run(words, { env });
    expect(ended).toMatchObject({ code: 65 });
    expect(ended.stderr).toMatch(/1 row not sent[^]*none\.jpg/);
    const [job] = jobs();
    expect(job?.input["image_urls"]).toEqual([
      expect.stringMatching(
        /^https:\/\/files\.example\.com\/inputs\/pictures\/[0-9a-f]{64}\.jpg\?.*X-Amz-Signature=/,
      ),
    ]);
    const listed = await stage.run(["batch", "status", "prompts.csv", ...queue(), "--json"]);
    expect(listed.stdout).toMatch(/s3:\/\/inputs\/pictures\/[0-9a-f]{64}\.jpg/);
    expect(listed.stdout).not.toContain("Signature");
    // Known rows are neither paid nor uploaded again.
    expect(await stage.run(words, { env })).toMatchObject({ code: 65 });
    expect(jobs()).toHaveLength(1);
  });
});
