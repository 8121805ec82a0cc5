import { execFileSync } from "node:child_process";
import { constants } from "node:fs";
import { link, lstat, mkdir, open, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemDisk, type Disk } from "../../../src/node/files/disk.js";
import { stemOf } from "../../../src/node/save/file-names.js";
import {
  createTestClock,
  networkTo,
  readMedia,
  serve,
  startMediaServer,
  type MediaServer,
} from "./media-server.js";
import { failureOf, makeFolder, runSave, stem } from "./save-support.js";

vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return { ...real, link: vi.fn(real.link), rename: vi.fn(real.rename) };
});
const { rename: realRename } = await vi.importActual<typeof import("node:fs/promises")>("node:fs/promises");

const png = readMedia("photo.png");
const url = "https://media.runcomfy.net/x";
let server: MediaServer;
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  server = await startMediaServer((request, response) => serve(request, response, png));
  folder = await makeFolder();
});
afterEach(async () => {
  await server.close();
  await folder.remove();
});

const run = (options: Partial<Parameters<typeof runSave>[0]> = {}, output: unknown = { image: url }) =>
  runSave({ network: networkTo(server), directory: folder.path, ...options }, output);

const final = (): string => join(folder.path, `${stem}-1.png`);

describe("a disk that refuses", () => {
  /** The second file of a save meets a device that is always full. */
  const fullDisk: Disk = {
    open: async (path, flags) => {
      const handle = await systemDisk.open(path, flags);
      if (!path.endsWith("-2.part")) return handle;
      await handle.close();
      return open("/dev/full", constants.O_RDWR);
    },
  };

  test.skipIf(process.platform !== "linux")(
    "a place where no folder can be made is refused at once",
    async () => {
      const refusal = await failureOf(run({ directory: "/proc/none/below" }));
      expect(refusal.message).toContain("/proc/none/below cannot be written: ENOENT");
    },
  );

  test("row 99: a full disk leaves no partial file, says which file, and keeps the others", async () => {
    const { files, failed } = await run({ disk: fullDisk }, { images: [`${url}?1`, `${url}?2`, `${url}?3`] });
    expect(files.map(({ name }) => name)).toEqual([`${stem}-1.png`, `${stem}-3.png`]);
    expect(failed).toMatchObject([{ from: ["/images/1"], resumable: false, error: { reason: "disk" } }]);
    expect(failed[0]!.error.message).toContain(`${stem}-2`);
    expect(failed[0]!.error.message).toContain("the disk is full; free some space and save again (ENOSPC)");
    expect(await folder.names()).toEqual([`${stem}-1.png`, `${stem}-3.png`, "req-1.json"]);
  });

  test("row 99: the file that met a full disk is saved by the next call", async () => {
    const output = { images: [`${url}?1`, `${url}?2`] };
    await run({ disk: fullDisk }, output);
    const again = await run({}, output);
    expect(again.failed).toEqual([]);
    expect(again.files.map(({ existing }) => existing)).toEqual([true, false]);
  });

  for (const code of ["EROFS", "EACCES", "EIO", "EMFILE"]) {
    test(`row 99: ${code} names the path and leaves nothing`, async () => {
      const disk: Disk = {
        open: () => Promise.reject(Object.assign(new Error(`${code}: failed`), { code })),
      };
      const { failed } = await run({ disk });
      expect(failed[0]!.error.message).toContain(folder.path);
      expect(failed[0]!.error.message).toContain(code);
      expect(await folder.names()).toEqual(["req-1.json"]);
    });
  }

  test("row 99: a manifest that cannot be written is an error that still tells what is saved", async () => {
    await mkdir(join(folder.path, ".req-1.json.new"));
    const error = await failureOf(run());
    expect(error.message).toContain(join(folder.path, "req-1.json"));
    expect(error.message).toContain("1 of 1 files are saved");
    expect(error.report?.files).toHaveLength(1);
    await rm(join(folder.path, ".req-1.json.new"), { recursive: true });
    expect((await run()).files.map(({ existing }) => existing)).toEqual([true]);
    expect(await folder.names()).toEqual([`${stem}-1.png`, "req-1.json"]);
  });

  test("row 99: a directory that cannot be made is named", async () => {
    await writeFile(join(folder.path, "file"), "x");
    const error = await failureOf(run({ directory: join(folder.path, "file", "sub") }));
    expect(error.message).toContain(join(folder.path, "file", "sub"));
    expect(server.requests).toHaveLength(0);
  });
});

describe("a name that is taken", () => {
  test("row 102: a file of the same name is never overwritten, and nothing is fetched", async () => {
    await writeFile(final(), "mine");
    expect((await run()).failed[0]!.error).toMatchObject({ reason: "exists" });
    expect(await readFile(final(), "utf8")).toBe("mine");
    expect(server.requests).toHaveLength(0);
  });

  test("row 102: a file that appears while the download runs is not overwritten either", async () => {
    await server.close();
    server = await startMediaServer(
      (request, response) => void writeFile(final(), "mine").then(() => serve(request, response, png)),
    );
    expect((await run()).failed[0]!.error).toMatchObject({ reason: "exists" });
    expect(await readFile(final(), "utf8")).toBe("mine");
  });

  test("row 102: `force` replaces a file", async () => {
    await writeFile(final(), "mine");
    await run({ force: true });
    expect(await readFile(final())).toEqual(png);
  });

  for (const force of [false, true]) {
    test(`row 102: a link is never written through, with force ${force}`, async () => {
      const elsewhere = join(folder.path, "elsewhere");
      await writeFile(elsewhere, "mine");
      await symlink(elsewhere, final());
      expect((await run({ force })).failed[0]!.error).toMatchObject({ reason: "link" });
      expect(await readFile(elsewhere, "utf8")).toBe("mine");
      expect((await lstat(final())).isSymbolicLink()).toBe(true);
    });

    test(`row 102: a link to nowhere makes no file there, with force ${force}`, async () => {
      await symlink(join(folder.path, "nowhere"), final());
      expect((await run({ force })).failed[0]!.error).toMatchObject({ reason: "link" });
      expect(await folder.names()).not.toContain("nowhere");
    });

    test(`row 102: a directory is left alone, with force ${force}`, async () => {
      await mkdir(final());
      expect((await run({ force })).failed[0]!.error).toMatchObject({ reason: "link" });
    });

    test(`row 102: links in the place of the partial file, its note and the manifest are refused, with force ${force}`, async () => {
      const elsewhere = join(folder.path, "elsewhere");
      await writeFile(elsewhere, "mine");
      await symlink(elsewhere, join(folder.path, `.${stem}-1.part`));
      expect((await run({ force })).failed[0]!.error).toMatchObject({ reason: "link" });
      await symlink(elsewhere, join(folder.path, `.${stem}-2.part.json`));
      expect((await run({ force }, { images: ["file:///x", url] })).files).toHaveLength(1);
      await rm(join(folder.path, "req-1.json"));
      await symlink(elsewhere, join(folder.path, "req-1.json"));
      expect((await failureOf(run({ force }))).message).toContain("is a link");
      expect(await readFile(elsewhere, "utf8")).toBe("mine");
    });
  }

  test("a file that was changed after it was saved is not taken for the saved one", async () => {
    await run();
    await writeFile(final(), "edited");
    expect((await run()).failed[0]!.error).toMatchObject({ reason: "exists" });
    expect(await readFile(final(), "utf8")).toBe("edited");
  });

  test("a manifest that was tampered with leads to no other file", async () => {
    await run();
    const path = join(folder.path, "req-1.json");
    const text = (await readFile(path, "utf8")).replace(`"${stem}-1.png"`, '"../../etc/passwd"');
    await writeFile(path, text);
    expect((await run()).failed[0]!.error).toMatchObject({ reason: "exists" });
  });

  test("a partial file whose bytes came from another URL is not gone on with", async () => {
    await writeFile(join(folder.path, `.${stem}-1.part`), "other bytes");
    await writeFile(
      join(folder.path, `.${stem}-1.part.json`),
      JSON.stringify({ source: "other", etag: '"v1"' }),
    );
    expect(await readFile((await run()).files[0]!.path)).toEqual(png);
    expect(server.requests[0]!.headers.range).toBeUndefined();
  });
});

describe("names of ours that hold something else", () => {
  const names = [
    ".req-1.lock",
    "req-1.json",
    ".req-1.json.new",
    `.${stem}-1.part`,
    `.${stem}-1.part.json`,
    `..${stem}-1.part.json.new`,
    `${stem}-1.png`,
  ];

  test.each(names)("row 154: a pipe at %s hangs nothing", async (name) => {
    execFileSync("mkfifo", [join(folder.path, name)]);
    const outcome = await run().then(
      ({ files, failed }) => files.length + failed.length,
      (error: Error) => error.message,
    );
    expect([1, expect.stringContaining(`${name} is a special file`)]).toContainEqual(outcome);
  });

  test.each(names)("row 154: a directory at %s is an error at once that names it", async (name) => {
    await mkdir(join(folder.path, name));
    const clock = createTestClock();
    const message = await run({ network: networkTo(server, { clock }) }).then(
      ({ failed }) => failed[0]?.error.message,
      (error: Error) => error.message,
    );
    expect(message).toContain(name.replace(/^\.(.*)\.json\.new$/, "$1"));
    expect(clock.pauses).toEqual([]);
  });
});

describe("a finished download that cannot be put in place", () => {
  test.each(["EPERM", "EISDIR", "EACCES", "ENOTSUP", "EXDEV", "EINVAL", "EIO"])(
    "is renamed where making a link fails with %s",
    async (code) => {
      vi.mocked(link).mockRejectedValueOnce(Object.assign(new Error(`${code}: link`), { code }));
      expect((await run()).files.map(({ name }) => name)).toEqual([`${stem}-1.png`]);
      expect(await folder.names()).toEqual([`${stem}-1.png`, "req-1.json"]);
    },
  );

  test("is never put in the place of a file that appeared, although no link can be made", async () => {
    vi.mocked(link).mockImplementationOnce(async () => {
      await writeFile(final(), "mine");
      throw Object.assign(new Error("EISDIR: link"), { code: "EISDIR" });
    });
    expect((await run()).failed[0]!.error).toMatchObject({ reason: "exists" });
    expect(await readFile(final(), "utf8")).toBe("mine");
  });

  test("is kept and named where renaming fails, too, and the next save only names it", async () => {
    vi.mocked(link).mockRejectedValueOnce(Object.assign(new Error("EACCES: link"), { code: "EACCES" }));
    // The notes of a file that is begun, and of one that is whole, are renamed first.
    vi.mocked(rename).mockImplementationOnce(realRename).mockImplementationOnce(realRename);
    vi.mocked(rename).mockRejectedValueOnce(Object.assign(new Error("EACCES: rename"), { code: "EACCES" }));
    const first = await run();
    expect(first.failed[0]).toMatchObject({ resumable: true, error: { reason: "disk" } });
    expect(first.failed[0]!.error.message).toContain(join(folder.path, `.${stem}-1.part`));
    const second = await run();
    expect(await readFile(second.files[0]!.path)).toEqual(png);
    expect(server.requests).toHaveLength(1);
    expect(await folder.names()).toEqual([`${stem}-1.png`, "req-1.json"]);
  });

  test("waits for its name while a file of the user has it", async () => {
    await server.close();
    server = await startMediaServer(
      (request, response) => void writeFile(final(), "mine").then(() => serve(request, response, png)),
    );
    expect((await run()).failed[0]).toMatchObject({ resumable: true });
    await rm(final());
    expect((await run()).failed).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("is written on a file system that cannot sync files", async () => {
    const disk: Disk = {
      open: async (path, flags) =>
        Object.assign(await systemDisk.open(path, flags), {
          sync: () => Promise.reject(Object.assign(new Error("EINVAL: fsync"), { code: "EINVAL" })),
        }),
    };
    expect((await run({ disk })).files).toHaveLength(1);
  });
});

describe("file names", () => {
  test("row 101: whatever the model's id, the name is one plain, short segment that is no option and no device", () => {
    const id = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "../..",
        "C:\\x",
        "CON",
        "nul.txt/x",
        "a\0b",
        "x".repeat(5000),
        "\u202egnp",
        "x.",
        "~",
        "-rf",
        "",
        "..",
        "a/./b",
      ),
    );
    fc.assert(
      fc.property(id, (model) => {
        const name = stemOf(model, "req-1");
        expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*-req-1$/);
        expect(name).not.toContain("..");
        expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)\./i);
        expect(name.length).toBeLessThan(100);
      }),
      { numRuns: 2000 },
    );
  });
});
