import {
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keys, openStorage } from "../attach/storage.js";
import { modelId, openStage, versions } from "./agent.js";
import type { Reply, Stage } from "./agent.js";

const budget = ["--max-usd", "5", "--assume-usd", "0.5"];
const imageModel = "wan-ai/wan-2.7/edit";

const picture = readFileSync(new URL("../fixtures/media/photo.png", import.meta.url));

const otherPicture = readFileSync(new URL("../fixtures/media/photo.jpg", import.meta.url));

/** The variables that `--upload` reads, as tools for S3 do. */
const storageEnv = (endpoint: string) => ({
  AWS_ACCESS_KEY_ID: keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  AWS_REGION: keys.region,
  AWS_ENDPOINT_URL_S3: endpoint,
  RUNCOMFY_S3_PUBLIC_ENDPOINT: "https://files.example.com",
});

let stage: Stage;
beforeEach(async () => (stage = await openStage()));
afterEach(() => stage.close());

describe.each(versions)("an agent that speaks $version", ({ mode }) => {
  test("saves a job's files, is given paths and links, and reads files and manifest as resources", async () => {
    const agent = await stage.open({ mode, flags: [...budget, "--save", join(stage.folder, "videos")] });
    await agent.call("submit", { model: modelId, key: "a", input: { prompt: "Rain." } });
    await agent.call("wait", { job: "a" });
    const saved = await agent.call("save", { job: "a" });
    expect(saved.isError).toBe(false);
    const { files, manifest } = saved.data as {
      readonly files: readonly { readonly path: string; readonly sha256: string }[];
      readonly manifest: string;
    };
    expect(readdirSync(join(stage.folder, "videos")).length).toBe(2);
    const uris = [...files.map(({ path }) => path), manifest].map((path) => pathToFileURL(path).href);
    expect(saved.links.map(({ uri }) => uri)).toEqual(uris);
    expect(saved.text).not.toContain(readFileSync(files[0]!.path).toString("base64").slice(0, 40));

    const { resources } = await agent.client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual(uris);
    const [video] = (await agent.client.readResource({ uri: uris[0]! })).contents;
    expect(video).toMatchObject({
      mimeType: "video/mp4",
      blob: readFileSync(files[0]!.path).toString("base64"),
    });
    const [text] = (await agent.client.readResource({ uri: uris[1]! })).contents;
    expect(JSON.parse((text as { readonly text: string }).text)).toMatchObject({
      model: modelId,
      input: { prompt: "Rain." },
    });
    expect((await agent.call("jobs")).data).toMatchObject({ jobs: [{ key: "a", files_saved: 1 }] });
    expect((await agent.call("save", { job: "a" })).data).toMatchObject({
      files: [{ path: files[0]!.path }],
    });
    expect(stage.emulator.charged).toBe(1);
  });

  test("reads no other file of this machine as a resource", async () => {
    const agent = await stage.open({ mode, flags: [...budget, "--save", join(stage.folder, "videos")] });
    writeFileSync(join(stage.folder, "videos/other.txt"), "secret");
    const foreign = [
      pathToFileURL(join(stage.folder, "state/runcomfy-models/jobs.jsonl")).href,
      pathToFileURL(join(stage.folder, "videos/other.txt")).href,
      "file:///etc/passwd",
    ];
    for (const uri of foreign)
      await expect(agent.client.readResource({ uri }), uri).rejects.toThrow(/no saved file/);
  });
});

test("a link that stands in place of a saved file is not read", async () => {
  const agent = await stage.open({ flags: [...budget, "--save", join(stage.folder, "videos")] });
  await agent.call("submit", { model: modelId, key: "a", input: { prompt: "Rain." } });
  await agent.call("wait", { job: "a" });
  const [link] = (await agent.call("save", { job: "a" })).links;
  const path = fileURLToPath(link!.uri);
  unlinkSync(path);
  symlinkSync(join(stage.folder, "state/runcomfy-models/jobs.jsonl"), path);
  await expect(agent.client.readResource({ uri: link!.uri })).rejects.toThrow(/no saved file/);
});

test("without --save no file is written, and the answer says why", async () => {
  const agent = await stage.open({ flags: budget });
  await agent.call("submit", { model: modelId, key: "a", input: { prompt: "Rain." } });
  await agent.call("wait", { job: "a" });
  const refused = await agent.call("save", { job: "a" });
  expect(refused).toMatchObject({
    isError: true,
    data: { what_to_do: expect.stringContaining("--save DIR") },
  });
  expect(await agent.client.listResources()).toMatchObject({ resources: [] });
});

describe("files as inputs", () => {
  const submit = async (flags: readonly string[], image: string): Promise<Reply> => {
    const paths = flags.map((flag) => (flag.startsWith("--") ? flag : join(stage.folder, flag)));
    const agent = await stage.open({ flags: [...budget, ...paths] });
    return agent.call("submit", {
      model: imageModel,
      key: "a",
      input: { prompt: "A breeze.", image_urls: [image] },
    });
  };

  beforeEach(() => {
    mkdirSync(join(stage.folder, "pictures"));
    writeFileSync(join(stage.folder, "pictures/me.png"), picture);
    writeFileSync(join(stage.folder, "secret.png"), picture);
    symlinkSync(join(stage.folder, "secret.png"), join(stage.folder, "pictures/link.png"));
  });

  test("are read from a folder of --allow-dir, and the record has their hash", async () => {
    const sent = await submit(["--allow-dir", "pictures"], "me.png");
    expect(sent.data).toMatchObject({ state: "accepted" });
    const [record] = await stage.records();
    expect(JSON.stringify(record!.input)).toMatch(/data:image\/png,sha256:[0-9a-f]{64}/);
    expect(stage.emulator.charged).toBe(1);
  });

  test("above 4 MB go to the storage of --upload when the job is sent, and not for an estimate", async () => {
    const { endpoint, lines } = await openStorage();
    for (const [name, value] of Object.entries(storageEnv(endpoint))) vi.stubEnv(name, value);
    truncateSync(join(stage.folder, "pictures/me.png"), 5_000_000);
    const flags = ["--allow-dir", join(stage.folder, "pictures")];
    const order = { model: imageModel, input: { prompt: "A breeze.", image_urls: ["me.png"] } };
    const without = await stage.open({ flags: [...budget, ...flags] });
    expect((await without.call("submit", { ...order, key: "a" })).data).toMatchObject({
      error: "input",
      issues: [{ code: "too_large", message: expect.stringContaining("--upload") }],
    });
    const agent = await stage.open({ flags: [...budget, ...flags, "--upload", "s3://inputs/a"] });
    await agent.call("estimate", order);
    expect(lines).toEqual([]);
    const sent = await agent.call("submit", { ...order, key: "a" });
    expect(sent.data).toMatchObject({ state: "accepted" });
    expect(lines.filter((line) => line.startsWith("PUT /inputs/a/"))).toHaveLength(1);
    expect(JSON.stringify(stage.emulator.jobs[0]!.input)).toContain("X-Amz-Signature");
    // The signed address is another one each time; the job is the same.
    expect((await agent.call("submit", { ...order, key: "a" })).data).toMatchObject({ repeated: true });
    expect((await agent.call("submit", { ...order, key: "b" })).data).toMatchObject({ error: "same_input" });
    expect(JSON.stringify(await stage.records()) + sent.text).not.toContain("X-Amz-");
    expect(stage.emulator.charged).toBe(1);
  });

  test.for(versions)(
    "that have changed since a person said yes are not sent, or asked for again ($version)",
    async ({ mode }) => {
      const agent = await stage.open({
        mode,
        person: "yes",
        flags: ["--allow-dir", join(stage.folder, "pictures")],
        onQuestion: () => {
          if (agent.questions.length === 1)
            writeFileSync(join(stage.folder, "pictures/me.png"), otherPicture);
        },
      });
      const order = { model: imageModel, key: "a", input: { prompt: "A breeze.", image_urls: ["me.png"] } };
      const { data } = await agent.call("submit", order);
      if (mode === "legacy") expect(data).toMatchObject({ message: expect.stringContaining("has changed") });
      expect(agent.questions.length).toBe(mode === "legacy" ? 1 : 2);
      expect(stage.emulator.charged).toBe(mode === "legacy" ? 0 : 1);
    },
  );

  test.for([
    { title: "without --allow-dir", flags: [], image: "pictures/me.png" },
    { title: "outside it", flags: ["--allow-dir", "pictures"], image: "../secret.png" },
    {
      title: "outside it, whether they exist or not",
      flags: ["--allow-dir", "pictures"],
      image: "../none.png",
    },
    { title: "outside it, as an address", flags: ["--allow-dir", "pictures"], image: "file:///etc/passwd" },
    { title: "behind a link that leads out of it", flags: ["--allow-dir", "pictures"], image: "link.png" },
  ])("are not read $title, which is told as data", async ({ flags, image }) => {
    const refused = await submit(flags, image);
    expect(refused).toMatchObject({
      isError: true,
      data: {
        error: "input",
        paid: false,
        issues: [{ path: "/image_urls/0", message: expect.stringContaining("lies outside") }],
      },
    });
    expect(stage.emulator.charged).toBe(0);
  });
});
