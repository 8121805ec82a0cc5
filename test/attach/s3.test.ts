import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { attach, s3Upload, UploadError, type S3Options } from "../../src/attach/index.js";
import { createBucket } from "../../src/attach/s3-bucket.js";
import { putInParts } from "../../src/attach/s3-multipart.js";
import { ConfigError } from "../../src/errors/errors.js";
import { platform } from "../../src/node/attach/node-platform.js";
import { mediaFolder, model, sha256 } from "./support.js";
import { eager, keys, openStorage, type Fault, type Storage } from "./storage.js";

const clip = readFileSync(join(mediaFolder, "clip.mp4"));
const publicEndpoint = "https://files.example.com";

const optionsFor = (storage: Pick<Storage, "endpoint">, more: Partial<S3Options> = {}): S3Options => ({
  ...keys,
  endpoint: storage.endpoint,
  publicEndpoint,
  prefix: "rows",
  clock: eager,
  ...more,
});

const send = (storage: Storage, more: Partial<S3Options> = {}, signal?: AbortSignal) =>
  attach(
    model,
    { prompt: "x", video: new Blob([clip]) },
    { maxDataBytes: 0, upload: s3Upload(optionsFor(storage, more)), signal },
  ).then(({ video }) => video!);

const open = (storage: Storage, { pathname, search }: URL) =>
  storage.ask(pathname + search, { host: "files.example.com" });

describe("an upload to a storage that verifies signatures", () => {
  test("names the object by its hash, keeps its type, and gives an address that opens it for a day", async () => {
    const storage = await openStorage();
    const address = new URL(await send(storage));
    const name = `/inputs/rows/${sha256(clip)}.mp4`;
    expect(address.origin + address.pathname).toBe(publicEndpoint + name);
    expect(address.searchParams.get("X-Amz-Expires")).toBe("86400");
    const opened = await storage.ask(address.pathname + address.search, { host: "files.example.com" });
    expect([opened.status, opened.type, sha256(opened.body)]).toEqual([200, "video/mp4", sha256(clip)]);
    const forged = await storage.ask(address.pathname + address.search.replace(/.$/, "x"), {
      host: "files.example.com",
    });
    expect(forged.status).toBe(403);
    expect(storage.lines.slice(0, 2)).toEqual([`HEAD ${name}`, `PUT ${name}`]);
  });

  test("gives an address that opens the object no longer than it was signed for", async () => {
    let passedMs = 0;
    const storage = await openStorage(undefined, () => Date.now() + passedMs);
    const { pathname, search } = new URL(await send(storage, { expiresInMs: 3_600_000 }));
    passedMs = 3_500_000;
    expect((await storage.ask(pathname + search, { host: "files.example.com" })).status).toBe(200);
    passedMs = 3_700_000;
    expect((await storage.ask(pathname + search, { host: "files.example.com" })).status).toBe(403);
  });

  test("does not send an object again that is there with its whole size", async () => {
    const storage = await openStorage();
    await send(storage);
    await send(storage);
    expect(storage.lines.filter((line) => line.startsWith("PUT"))).toHaveLength(1);
  });

  test("with a wrong secret fails with the storage's words, and neither key nor signature in them", async () => {
    const storage = await openStorage();
    const error = await send(storage, { secretAccessKey: "not-the-secret" }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UploadError);
    expect(error).toMatchObject({ code: "upload", status: 403 });
    const text = `${String(error)} ${JSON.stringify(error)}`;
    expect(text).toContain("SignatureDoesNotMatch");
    expect(text).toContain("No job was submitted");
    expect(text).not.toMatch(/not-the-secret|[0-9a-f]{64}|Signature=/);
  });

  const faults: [string, Fault, number][] = [
    [
      "an answer that says it is busy",
      ({ line, response, count }) => line.startsWith("PUT") && count === 2 && !!response.writeHead(503).end(),
      2,
    ],
    [
      "a connection that is cut while the file is sent",
      ({ line, request, count }) =>
        line.startsWith("PUT") && count < 4 && !!request.once("data", () => request.destroy()),
      3,
    ],
    [
      "a connection that is cut before the answer",
      ({ line, request, count }) =>
        line.startsWith("PUT") &&
        count === 2 &&
        !!request.resume().once("end", () => request.socket.destroy()),
      2,
    ],
  ];
  test.for(faults)("is repeated after %s", async ([, fault, puts]) => {
    const storage = await openStorage(fault);
    const address = new URL(await send(storage));
    expect(storage.lines.filter((line) => line.startsWith("PUT"))).toHaveLength(puts);
    expect(sha256((await open(storage, address)).body)).toBe(sha256(clip));
  });

  test("that never gets through ends after four attempts and names the storage", async () => {
    const storage = await openStorage(({ request }) => !!request.destroy());
    await expect(send(storage)).rejects.toThrow(
      /^The storage at 127\.0\.0\.1:\d+ was not reached: .*No job was submitted\.$/,
    );
    expect(storage.lines).toHaveLength(4);
  });

  test("with a clock that is wrong says to set the clock", async () => {
    const storage = await openStorage(
      ({ response }) =>
        !!response
          .writeHead(403)
          .end(
            "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message></Error>",
          ),
    );
    await expect(send(storage)).rejects.toThrow(
      "The storage answered 403 (RequestTimeTooSkewed: The difference is too large.). Set the clock of this machine. No job was submitted.",
    );
  });
});

describe("a large file goes up in parts", () => {
  const parts = Buffer.alloc(34 * 1024 * 1024, "runcomfy");
  const upload = (storage: Storage, signal: AbortSignal) => {
    const options = optionsFor(storage);
    const bucket = createBucket(
      platform,
      options,
      async () => new (await import("aws4fetch")).AwsClient({ ...keys, service: "s3" }),
      eager,
    );
    const file = {
      blob: new Blob([parts]),
      sha256: "",
      contentType: "video/mp4",
      extension: "mp4",
      path: "",
    };
    return putInParts(bucket, "large.mp4", file, { signal }).then(() =>
      bucket.signForReading("large.mp4", 60_000),
    );
  };

  test("and is whole", async () => {
    const storage = await openStorage();
    const address = await upload(storage, new AbortController().signal);
    expect(storage.lines.map((line) => line.replace(/uploadId=.*/, "uploadId"))).toEqual([
      "POST /inputs/large.mp4?uploads=",
      ...[1, 2, 3].map((part) => `PUT /inputs/large.mp4?partNumber=${part}&uploadId`),
      "POST /inputs/large.mp4?uploadId",
    ]);
    expect(sha256((await open(storage, new URL(address))).body)).toBe(sha256(parts));
  });

  test("and is ended where it is aborted, before the abort is reported", async () => {
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    const storage = await openStorage(({ line }) => {
      if (line.includes("partNumber=2")) controller.abort(reason);
      return false;
    });
    await expect(upload(storage, controller.signal)).rejects.toBe(reason);
    expect(storage.lines.at(-1)).toMatch(/^DELETE \/inputs\/large\.mp4\?uploadId=/);
  });

  test("and is ended where the storage refuses to join the parts with an error in an answer of 200", async () => {
    const storage = await openStorage(({ line, request, response }) => {
      const isJoin = /^POST .*uploadId=/.test(line);
      if (isJoin)
        request
          .resume()
          .once("end", () => response.writeHead(200).end("<Error><Code>InternalError</Code></Error>"));
      return isJoin;
    });
    await expect(upload(storage, new AbortController().signal)).rejects.toThrow(
      "The storage answered 200 (InternalError)",
    );
    expect(storage.lines.at(-1)).toMatch(/^DELETE /);
  });
});

describe("options that could not work are refused before anything is sent", () => {
  const storage = { endpoint: "https://s3.eu-central-1.amazonaws.com" };
  test.for<[string, Partial<S3Options>, string]>([
    [
      "a storage on this machine",
      { endpoint: "http://127.0.0.1:9000", publicEndpoint: undefined },
      "The service could not fetch files from",
    ],
    [
      "a storage in a private network",
      { endpoint: "https://10.0.0.5", publicEndpoint: undefined },
      "Give the public address of the storage as publicEndpoint.",
    ],
    ["an endpoint that is no address", { endpoint: "s3" }, "endpoint of s3Upload is no https URL"],
    ["a missing secret", { secretAccessKey: "" }, "s3Upload needs secretAccessKey."],
    ["an address for more than seven days", { expiresInMs: 8 * 86_400_000 }, "longer than seven days"],
    [
      "an unknown option",
      { regoin: "x" } as object,
      's3Upload has no option "regoin". Did you mean "region"?',
    ],
  ])("%s", ([, more, words]) => {
    expect(() => s3Upload(optionsFor(storage, more))).toThrow(ConfigError);
    expect(() => s3Upload(optionsFor(storage, more))).toThrow(words);
  });

  const file = {
    blob: new Blob([clip]),
    sha256: sha256(clip),
    contentType: "video/mp4",
    extension: "mp4",
    path: "",
  };
  const context = {
    signal: new AbortController().signal,
    validForMs: 3_600_000,
    onProgress: () => undefined,
  };
  test("an address that ends before the job's wait", async () => {
    const upload = s3Upload(optionsFor(storage, { expiresInMs: 900_000 }));
    await expect(upload(file, context)).rejects.toThrow(
      "shorter than the 3600 s for which the service may need the file",
    );
  });

  test("credentials that end before the job's wait", async () => {
    const upload = s3Upload(optionsFor(storage, { credentialsExpireAt: new Date(Date.now() + 600_000) }));
    await expect(upload(file, context)).rejects.toThrow("before the 3600 s are over");
  });
});
