import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { attach, type Upload } from "../../src/attach/index.js";
import { InputError } from "../../src/errors/errors.js";
import { keepUploads, mediaFolder, model, sha256, temporaryFolder } from "./support.js";

const photo = readFileSync(join(mediaFolder, "photo.jpg"));
const photoUri = `data:image/jpeg;base64,${photo.toString("base64")}`;
const allowed = { allowDirectories: [mediaFolder] };

async function issuesOf(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return (error as InputError).issues.map(({ path, message }) => `${path}: ${message}`);
}

describe("small files become data: URIs", () => {
  test.for<[string, Parameters<typeof attach>[1] extends never ? never : unknown]>([
    ["a path relative to the base folder", "./photo.jpg"],
    ["an absolute path", join(mediaFolder, "photo.jpg")],
    ["a file: URL as text", pathToFileURL(join(mediaFolder, "photo.jpg")).href],
    ["a file: URL", pathToFileURL(join(mediaFolder, "photo.jpg"))],
    ["a Blob", new Blob([photo])],
    ["a File", new File([photo], "me.jpg")],
    ["bytes", new Uint8Array(photo)],
    ["a part of a larger buffer", Buffer.concat([Buffer.alloc(7), photo]).subarray(7)],
  ])("%s", async ([, image]) => {
    const input = { prompt: "x", image: image as string };
    const attached = await attach(model, input, { ...allowed, baseDirectory: mediaFolder });
    expect(attached).toEqual({ prompt: "x", image: photoUri });
    expect(input.image).toBe(image);
  });

  test("a Response is read once", async () => {
    const response = new Response(photo);
    expect(await attach(model, { prompt: "x", image: response })).toEqual({ prompt: "x", image: photoUri });
    expect(await issuesOf(attach(model, { prompt: "x", image: response }))).toEqual([
      "/image: the file is a Response whose body was read before",
    ]);
  });

  test("files in arrays and in objects inside arrays are replaced, and nothing else is changed", async () => {
    const video = new Blob([readFileSync(join(mediaFolder, "clip.mp4"))]);
    const attached = await attach(model, {
      prompt: "./photo.jpg",
      images: ["https://example.com/a.png", new Blob([photo]), photoUri],
      clips: [{ url: video, note: "first" }, { url: "https://example.com/b.mp4" }],
      image: "sample_1.png",
    });
    expect(attached.prompt).toBe("./photo.jpg");
    expect(attached.images).toEqual(["https://example.com/a.png", photoUri, photoUri]);
    expect(attached.clips?.[0]?.url).toMatch(/^data:video\/mp4;base64,/);
    expect(attached.clips?.[0]?.note).toBe("first");
    expect(attached.clips?.[1]).toEqual({ url: "https://example.com/b.mp4" });
    expect(attached.image).toBe("sample_1.png");
  });
});

describe("larger files are uploaded", () => {
  test("above maxDataBytes, with their hash, type and extension, and the field's path", async () => {
    const { upload, files } = keepUploads();
    const attached = await attach(
      model,
      { prompt: "x", images: [new Blob([photo])] },
      { upload, maxDataBytes: 100 },
    );
    expect(files).toMatchObject([{ contentType: "image/jpeg", extension: "jpg", path: "/images/0" }]);
    const bytes = new Uint8Array(await files[0]!.blob.arrayBuffer());
    expect(files[0]!.sha256).toBe(sha256(bytes));
    expect(attached.images).toEqual([`https://files.example.com/${files[0]!.sha256}.jpg?signed=1`]);
  });

  test.for<[string, { validForMs?: number }, number]>([
    ["as long as a client waits for a job", {}, 1_800_000],
    ["as long as the caller says", { validForMs: 5000 }, 5000],
  ])("an upload is told to stay there %s", async ([, given, ms]) => {
    const told: number[] = [];
    const upload: Upload = async (_, { validForMs }) => {
      told.push(validForMs);
      return "https://files.example.com/a.jpg";
    };
    const options = { upload, maxDataBytes: 100, ...given };
    await attach(model, { prompt: "x", image: new Blob([photo]) }, options);
    expect(told).toEqual([ms]);
  });

  test("equal files of one input go up once", async () => {
    const { upload, files } = keepUploads();
    const image = new Blob([photo]);
    const attached = await attach(
      model,
      { prompt: "x", image, images: [image, new Uint8Array(photo)] },
      { upload, maxDataBytes: 0 },
    );
    expect(files).toHaveLength(1);
    expect(new Set([attached.image, ...attached.images!]).size).toBe(1);
  });

  test("without an upload an error names both ways", async () => {
    expect(
      await issuesOf(attach(model, { prompt: "x", image: new Blob([photo]) }, { maxDataBytes: 100 })),
    ).toEqual([
      expect.stringMatching(
        /^\/image: the file has .* MB; at most 0.0001 MB \(maxDataBytes\) go into the request; give an upload function, such as s3Upload\(…\) \(on the command line: --upload\), or host the file and give its https URL$/,
      ),
    ]);
  });

  test("the smallest files go into the request until 24 MB are reached; the others are uploaded", async () => {
    const large = (bytes: number) => new Blob([photo, new Uint8Array(bytes)]);
    const { upload, files } = keepUploads();
    const images = [large(10_000_000), large(9_000_000), large(8_000_000)];
    const attached = await attach(
      model,
      { prompt: "x", images },
      { upload, maxDataBytes: 12_000_000, stripMetadata: false },
    );
    expect(files.map(({ path }) => path)).toEqual(["/images/0"]);
    expect(attached.images?.map((text) => text.slice(0, 5))).toEqual(["https", "data:", "data:"]);
  });

  test.for<[string, unknown, string]>([
    [
      "a local address",
      "https://localhost/x.png",
      'gave "https://localhost/x.png", which is not an address on the public internet',
    ],
    ["no text", undefined, "gave undefined, which is no text"],
  ])("an upload that gives %s is refused", async ([, address, words]) => {
    const upload = (async () => address) as Upload;
    await expect(
      attach(model, { prompt: "x", image: new Blob([photo]) }, { upload, maxDataBytes: 0 }),
    ).rejects.toThrow(words);
  });

  test("after a failed upload no further one begins, and its error is passed on when the running ones have ended", async () => {
    const failure = new Error("storage is down");
    let begun = 0;
    let ended = 0;
    const upload: Upload = async ({ path }) => {
      begun++;
      if (path === "/clips/1/url") throw failure;
      await Promise.resolve().then(() => Promise.resolve());
      ended++;
      return "https://files.example.com/x";
    };
    const clips = Array.from({ length: 9 }, (_, at) => ({
      url: new Blob([readFileSync(join(mediaFolder, "clip.mp4")), new Uint8Array([at])]),
    }));
    await expect(attach(model, { prompt: "x", clips }, { upload, maxDataBytes: 0 })).rejects.toBe(failure);
    expect(begun).toBeLessThanOrEqual(5);
    expect(ended).toBe(begun - 1);
  });

  test("an abort reaches the running upload and rejects with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    let seen: AbortSignal | undefined;
    const upload: Upload = async (_file, { signal }) => {
      seen = signal;
      controller.abort(reason);
      signal.throwIfAborted();
      return "https://files.example.com/x";
    };
    const work = attach(
      model,
      { prompt: "x", image: new Blob([photo]) },
      { upload, maxDataBytes: 0, signal: controller.signal },
    );
    await expect(work).rejects.toBe(reason);
    expect(seen?.aborted).toBe(true);
  });

  test("progress counts the bytes of all files", async () => {
    const seen: string[] = [];
    const { upload } = keepUploads();
    const images = [new Blob([photo]), new Blob([photo, new Uint8Array(9)])];
    await attach(
      model,
      { prompt: "x", images },
      {
        upload,
        maxDataBytes: 0,
        stripMetadata: false,
        onProgress: ({ sentBytes, totalBytes }) => seen.push(`${sentBytes}/${totalBytes}`),
      },
    );
    expect(seen.at(-1)).toBe(`${2 * photo.length + 9}/${2 * photo.length + 9}`);
  });
});

describe("nothing is uploaded that the service would refuse", () => {
  async function refusals(input: object): Promise<string[]> {
    const { upload, files } = keepUploads();
    const issues = await issuesOf(
      attach(model, input as { prompt: string }, {
        upload,
        maxDataBytes: 0,
        ...allowed,
        baseDirectory: mediaFolder,
      }),
    );
    expect(files).toEqual([]);
    return issues;
  }

  test.for<[string, object, RegExp]>([
    [
      "a picture where a video belongs",
      { video: "photo.png" },
      /^\/video: "photo.png" is an image; the field takes a video; give a file of that kind$/,
    ],
    ["a missing field", { prompt: undefined, image: "photo.jpg" }, /^\/prompt: is required$/],
    ["an unknown field", { imag: 1, image: "photo.jpg" }, /^\/imag: .*is not a documented field/],
    [
      "too many items",
      { images: ["photo.jpg", "photo.jpg", "photo.jpg", "photo.jpg"] },
      /^\/images: 4 items given; expected at most 3/,
    ],
    ["no such file", { image: "none.png" }, /^\/image: "none.png" does not exist; check the path$/],
    ["a folder", { image: "." }, /^\/image: "." is a folder, not a file; give the path of one file$/],
    ["another kind of value", { image: 7 }, /^\/image: 7 given; expected|^\/image: .*expected string/],
    ["another object", { image: new Map() }, /^\/image: the file is no file: give a path, a Blob/],
    [
      "a failed Response",
      { image: new Response("no", { status: 403 }) },
      /^\/image: the file is an answer with the status 403, not a file$/,
    ],
    [
      "an empty file",
      { image: new Blob([]) },
      /^\/image: the file is empty: it has 0 bytes; write it again, or give another file$/,
    ],
    [
      "a page in place of a picture",
      { image: new Blob(["<html>login</html>"]) },
      /^\/image: the file is of no known image, video or audio format.*; give a file in a usual one/,
    ],
    ["a file where text belongs", { prompt: new Blob(["hi"]) }, /^\/prompt: a Blob given; expected/],
  ])("%s", async ([, fields, expected]) => {
    expect(await refusals({ prompt: "x", ...fields })).toEqual([expect.stringMatching(expected)]);
  });

  test("a file that breaks a limit of the model is measured and refused", async () => {
    const narrow = {
      ...model,
      input: {
        ...model.input,
        properties: {
          ...model.input.properties,
          image: { type: "string", "x-media": { below: { width_pixels: 10 } } },
        },
      },
    } as typeof model;
    const issues = await issuesOf(attach(narrow, { prompt: "x", image: new Blob([photo]) }));
    expect(issues).toEqual([
      expect.stringMatching(/^\/image: its width is \d+ pixels; it must be below 10 pixels$/),
    ]);
  });

  test("a pipe is refused without being opened", async () => {
    const folder = temporaryFolder();
    execFileSync("mkfifo", [join(folder, "pipe.png")]);
    expect(
      await issuesOf(attach(model, { prompt: "x", image: "pipe.png" }, { baseDirectory: folder })),
    ).toEqual(['/image: "pipe.png" is no regular file; give the path of a file on disk']);
  });

  test("a file outside the allowed folders is refused, also where a link leads there", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "in"));
    writeFileSync(join(folder, "secret.jpg"), photo);
    symlinkSync(join(folder, "secret.jpg"), join(folder, "in", "link.jpg"));
    symlinkSync("loop.jpg", join(folder, "in", "loop.jpg"));
    const options = { baseDirectory: join(folder, "in") };
    for (const image of ["../secret.jpg", "link.jpg", join(folder, "secret.jpg")])
      expect(await issuesOf(attach(model, { prompt: "x", image }, options))).toEqual([
        expect.stringMatching(
          /lies outside the folders from which files may be read; allow its folder \(allowDirectories, --allow-dir\)/,
        ),
      ]);
    expect(await issuesOf(attach(model, { prompt: "x", image: "loop.jpg" }, options))).toEqual([
      '/image: "loop.jpg" is a link that leads to itself',
    ]);
    const attached = await attach(
      model,
      { prompt: "x", image: "link.jpg" },
      { ...options, allowDirectories: [folder] },
    );
    expect(attached.image).toBe(photoUri);
  });

  test("a file that changes after it was opened is refused", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "a.jpg");
    writeFileSync(path, photo);
    const upload: Upload = async ({ blob }) => {
      truncateSync(path, statSync(path).size - 1);
      await blob.arrayBuffer();
      return "https://files.example.com/x";
    };
    await expect(
      attach(
        model,
        { prompt: "x", image: "a.jpg" },
        { baseDirectory: folder, upload, maxDataBytes: 0, stripMetadata: false },
      ),
    ).rejects.toThrow();
  });

  test("an unknown option is refused with the one that was meant", async () => {
    await expect(attach(model, { prompt: "x" }, { maxDataByte: 1 } as object)).rejects.toThrow(
      'attach has no option "maxDataByte". Did you mean "maxDataBytes"?',
    );
  });
});
