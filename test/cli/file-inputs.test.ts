import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { keys, openStorage } from "../attach/storage.js";
import { mediaFolder, sha256 } from "../attach/support.js";
import { openStage, readJson } from "./command.js";
import type { Stage } from "./command.js";

const edit = "qwen/qwen-image-3.0/edit";
const photo = readFileSync(join(mediaFolder, "photo.jpg"));
const photoUri = `data:image/jpeg;base64,${photo.toString("base64")}`;
const photoHash = `data:image/jpeg,sha256:${sha256(photo)}`;
const secret = "secret-5f0a-never-to-be-seen";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const copy = (name: string, from = "photo.jpg") =>
  copyFileSync(join(mediaFolder, from), join(stage.folder, name));
const inputs = () => stage.emulator.jobs.map(({ input }) => input);
const submit = (...words: string[]) => stage.run(["submit", edit, "--prompt", "Snow.", ...words]);
const received = () => stage.emulator.requests.flatMap(({ media = [] }) => media);
const userRecord = () => readFileSync(join(stage.folder, ".local/state/runcomfy-models/jobs.jsonl"), "utf8");

/** A folder outside the one that commands run in. */
const openOtherFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "elsewhere-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync(join(mediaFolder, "photo.jpg"), join(folder, "me.jpg"));
  return folder;
};

describe("run and submit", () => {
  test.for([
    ["a plain path", "me.jpg"],
    ["a path after @", "@me.jpg"],
  ])("%s is sent as a data: URI; the emulator tells type, bytes and pixels", async ([, path]) => {
    copy("me.jpg");
    expect(await submit("--image_urls", path!)).toMatchObject({ code: 0 });
    expect(inputs()).toEqual([{ prompt: "Snow.", image_urls: [photoUri] }]);
    expect(received()).toEqual([
      {
        path: "/image_urls/0",
        from: "data",
        type: "image/jpeg",
        bytes: photo.length,
        width: 320,
        height: 240,
      },
    ]);
  });

  test("record and manifest have the file's hash; again needs the file and takes it under another path", async () => {
    copy("me.jpg");
    const words = ["run", edit, "--prompt", "Snow.", "--image_urls", "me.jpg", "--save", "out", "--json"];
    const ended = await stage.run(words);
    expect(ended).toMatchObject({ code: 0 });
    const { requestId } = readJson(ended) as { requestId: string };
    const manifest = readFileSync(join(stage.folder, "out", `${requestId}.json`), "utf8");
    for (const text of [userRecord(), manifest]) {
      expect(text).toContain(photoHash);
      expect(text).not.toContain(";base64,");
    }
    expect(await stage.run(["again", requestId, "--no-wait"])).toMatchObject({
      code: 65,
      stderr: expect.stringContaining("only the hash of the file in image_urls") as string,
    });
    copy("moved.jpg");
    const again = await stage.run(["again", requestId, "--image_urls", "moved.jpg", "--no-wait"]);
    expect(again).toMatchObject({ code: 0 });
    expect(inputs()).toEqual([inputs()[0], inputs()[0]]);
  });

  test("one key and equal files are one job, whatever their paths; another file is a conflict", async () => {
    copy("me.jpg");
    copy("same.jpg");
    copy("other.png", "photo.png");
    await submit("--image_urls", "me.jpg", "--key", "a");
    expect(await submit("--image_urls", "same.jpg", "--key", "a")).toMatchObject({ code: 0 });
    expect(await submit("--image_urls", "other.png", "--key", "a")).toMatchObject({ code: 65 });
    expect(inputs()).toHaveLength(1);
  });

  test("a file that is named on the command line may lie anywhere; one named in --input may not", async () => {
    const folder = openOtherFolder();
    const path = join(folder, "me.jpg");
    expect(await submit("--image_urls", path)).toMatchObject({ code: 0 });
    const file = stage.write("input.json", JSON.stringify({ image_urls: [path] }));
    const refused = await submit("--input", file);
    expect(refused).toMatchObject({ code: 65 });
    expect(refused.stderr).toContain("lies outside the folders from which files may be read");
    expect(inputs()).toHaveLength(1);
    expect(await submit("--input", file, "--allow-dir", folder)).toMatchObject({ code: 0 });
  });

  test.for<[string, number, string, (name: string) => unknown]>([
    ["a missing file", 66, "does not exist", () => {}],
    ["a folder", 65, "is a folder", (name) => mkdirSync(name)],
    [
      "a video for a picture",
      65,
      'me.jpg" is a video; the field takes an image; give',
      (name) => copyFileSync(join(mediaFolder, "clip.mp4"), name),
    ],
  ])("%s ends with its exit code, and nothing is sent or recorded", async ([, code, words, make]) => {
    make(join(stage.folder, "me.jpg"));
    const ended = await submit("--image_urls", "me.jpg");
    expect(ended).toMatchObject({ code });
    expect(ended.stderr).toContain(words);
    expect(stage.emulator.jobs).toHaveLength(0);
    expect(readJson(await stage.run(["jobs", "--json"]))).toMatchObject({ jobs: [] });
  });

  test("an id without a catalogue entry takes a file after @", async () => {
    copy("me.jpg");
    const input = { type: "object", properties: {}, additionalProperties: true } as const;
    stage.emulator.publish([{ id: "acme/new/model", input }]);
    const ended = await stage.run(["submit", "acme/new/model", "--picture", "@me.jpg", "--note", "me.jpg"]);
    expect(ended).toMatchObject({ code: 0 });
    expect(inputs()).toEqual([{ picture: photoUri, note: "me.jpg" }]);
  });
});

describe("--upload", () => {
  const large = (name: string) => {
    copy(name);
    truncateSync(join(stage.folder, name), 5_000_000);
  };

  test("a file above 4 MB needs it; the message names the flag", async () => {
    large("me.jpg");
    const ended = await submit("--image_urls", "me.jpg");
    expect(ended).toMatchObject({ code: 65 });
    expect(ended.stderr).toContain("--upload");
    expect(inputs()).toHaveLength(0);
  });

  test("the file goes to the bucket, the job gets a signed address, and no output or record has a secret", async () => {
    const { endpoint, lines } = await openStorage();
    large("me.jpg");
    const env = {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_REGION: keys.region,
      AWS_ENDPOINT_URL_S3: endpoint,
      RUNCOMFY_S3_PUBLIC_ENDPOINT: "https://files.example.com",
    };
    const words = [
      "submit",
      edit,
      "--prompt",
      "Snow.",
      "--image_urls",
      "me.jpg",
      "--upload",
      "s3://inputs/a",
    ];
    const ended = await stage.run(words, { env });
    expect(ended).toMatchObject({ code: 0 });
    expect(lines.some((line) => line.startsWith("PUT /inputs/a/"))).toBe(true);
    expect(JSON.stringify(inputs())).toMatch(
      /"https:\/\/files\.example\.com\/inputs\/a\/[0-9a-f]{64}\.jpg\?\S*X-Amz-Signature=/,
    );
    for (const text of [ended.stdout, ended.stderr, userRecord()]) expect(text).not.toContain("X-Amz-");
  });

  test("a refusal of the storage has its words and no secret, and the job is not sent", async () => {
    const { endpoint } = await openStorage();
    large("me.jpg");
    const env = {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_REGION: keys.region,
      AWS_ENDPOINT_URL: endpoint,
      RUNCOMFY_S3_PUBLIC_ENDPOINT: "https://files.example.com",
    };
    const words = ["submit", edit, "--prompt", "Snow.", "--image_urls", "me.jpg", "--upload", "s3://inputs"];
    const ended = await stage.run(words, { env });
    expect(ended).toMatchObject({ code: 69 });
    expect(ended.stderr).toContain("SignatureDoesNotMatch");
    for (const text of [ended.stdout, ended.stderr, userRecord()]) expect(text).not.toContain(secret);
    expect(inputs()).toHaveLength(0);
    // Nothing was on the wire: no entry is left about which nobody can do anything.
    expect((await stage.run(["jobs"])).stdout).toBe("");
  });

  test.for([
    ["bucket/a", "takes s3://bucket"],
    ["s3://inputs", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and AWS_REGION"],
  ])("--upload %s without what it needs is a wrong command", async ([place, words]) => {
    copy("me.jpg");
    const ended = await submit("--image_urls", "me.jpg", "--upload", place!);
    expect(ended).toMatchObject({ code: 64 });
    expect(ended.stderr.replace(/\s+/g, " ")).toContain(words);
  });
});

describe("batch", () => {
  const paid = ["--max-usd", "10", "--assume-usd", "0.5"];
  const batch = (...words: string[]) => stage.run(["batch", edit, "rows/prompts.csv", ...words]);
  const row = (key: string, path: string) => `${key},Snow.,"[""${path}""]"`;
  const writeRows = (...rows: string[]) => {
    mkdirSync(join(stage.folder, "rows"), { recursive: true });
    stage.write("rows/prompts.csv", ["key,prompt,image_urls", ...rows, ""].join("\n"));
  };

  test("paths start from the folder of the rows, and the record has hashes", async () => {
    writeRows(row("a", "me.jpg"));
    copy("rows/me.jpg");
    expect(await batch(...paid)).toMatchObject({ code: 0 });
    expect(inputs()).toEqual([{ prompt: "Snow.", image_urls: [photoUri] }]);
    const record = readFileSync(join(stage.folder, "rows/prompts.jobs.jsonl"), "utf8");
    expect(record).toContain(photoHash);
    expect(record).not.toContain(";base64,");
    copy("rows/same.jpg");
    writeRows(row("a", "same.jpg"));
    expect(await batch(...paid)).toMatchObject({ code: 0 });
    expect(inputs()).toHaveLength(1);
  });

  test("a row reaches no other folder than that of the rows and those of --allow-dir", async () => {
    const folder = openOtherFolder();
    writeRows(row("a", join(folder, "me.jpg")));
    const ended = await batch("--check");
    expect(ended).toMatchObject({ code: 65 });
    expect(ended.stdout).toMatch(/^line 2, key a, image_urls\[0\]: .*lies outside the folders/);
    expect(await batch("--allow-dir", folder, ...paid)).toMatchObject({ code: 0 });
    expect(inputs()).toHaveLength(1);
  });

  test("a queued batch takes files of this machine only with a storage for them", async () => {
    writeRows(row("a", "me.jpg"));
    const ended = await batch("--queue", "postgres://127.0.0.1:1/none", "--allow-dir", stage.folder);
    expect(ended).toMatchObject({ code: 64, stderr: expect.stringContaining("--upload") as string });
  });

  test("a refused upload leaves its row unsent, and the next run sends it", async () => {
    writeRows(row("a", "me.jpg"), "b,Rain.,https://a.example/x.png");
    copy("rows/me.jpg");
    truncateSync(join(stage.folder, "rows/me.jpg"), 4_500_000);
    const { endpoint } = await openStorage();
    const run = (secretAccessKey: string) =>
      stage.run(["batch", edit, "rows/prompts.csv", "--upload", "s3://inputs", ...paid], {
        env: {
          AWS_ACCESS_KEY_ID: keys.accessKeyId,
          AWS_SECRET_ACCESS_KEY: secretAccessKey,
          AWS_REGION: keys.region,
          AWS_ENDPOINT_URL: endpoint,
          RUNCOMFY_S3_PUBLIC_ENDPOINT: "https://files.example.com",
        },
      });
    const refused = await run(secret);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(/SignatureDoesNotMatch[^]*1 not sent, 1 done/);
    expect(inputs()).toHaveLength(1);
    expect(refused.stderr).not.toContain("uploaded");
    const sent = await run(keys.secretAccessKey);
    expect(sent).toMatchObject({ code: 0, stderr: expect.stringContaining("uploaded 4.5 MB") as string });
    expect(inputs()).toHaveLength(2);
  });

  test("a missing file stops its row only", async () => {
    writeRows(row("a", "me.jpg"), row("b", "none.jpg"));
    copy("rows/me.jpg");
    const ended = await batch(...paid);
    expect(ended).toMatchObject({ code: 65 });
    expect(ended.stderr).toContain("none.jpg");
    expect(inputs()).toHaveLength(1);
  });
});
