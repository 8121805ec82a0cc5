import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MediaRules, Schema } from "../../../src/input/model.js";
import { checkMediaWith } from "../../../src/node/media/media-check.js";
import type { CheckMediaOptions } from "../../../src/node/media/media-options.js";
import { createParser, type Parser } from "../../../src/node/media/parser-pool.js";
import type { ChildMessage, ParseTask } from "../../../src/node/media/parser-messages.js";
import { startChild } from "../../../src/node/media/parser-process.js";
import { systemNetwork } from "../../../src/node/net/network.js";
import { buildChild, type BuiltChild } from "./built-child.js";
import { createTestClock, mediaPath, readMedia } from "./media-server.js";

/** A library that reads one byte and then never comes back, as a parser does on a file made for it. */
const spinning = `
  export const [MP4, QTFF, WEBM, MATROSKA, MP3, WAVE, OGG, FLAC] = [];
  export class CustomSource { constructor(options) { this.options = options; } }
  export class Input {
    constructor({ source }) { this.source = source; }
    async getPrimaryVideoTrack() { await this.source.options.read(0, 1); for (;;); }
    dispose() {}
  }`;
/** A library that gives what it sees around it. */
const looking = `
  export const [MP4, QTFF, WEBM, MATROSKA, MP3, WAVE, OGG, FLAC] = [];
  export class CustomSource {}
  export class Input {
    async getPrimaryVideoTrack() {
      const width = "RUNCOMFY_TOKEN" in process.env ? 2 : 1;
      return { getDisplayWidth: () => width, getDisplayHeight: () => 1 };
    }
    dispose() {}
  }`;

const real = await buildChild();
const endless = await buildChild({ library: spinning });
const curious = await buildChild({ library: looking });
afterAll(() => [real, endless, curious].forEach((built) => built.remove()));

let started: ChildProcess[];
const counted =
  ({ start }: Pick<BuiltChild, "start">) =>
  (): ChildProcess => {
    const child = start();
    started.push(child);
    return child;
  };
beforeEach(() => {
  started = [];
});
afterEach(() => started.forEach((child) => child.kill("SIGKILL")));

const endOf = async (child: ChildProcess): Promise<number | string | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode ?? child.signalCode;
};

const dataOf = (bytes: Buffer): string => `data:application/octet-stream;base64,${bytes.toString("base64")}`;
const pixels: MediaRules = { below: { width_pixels: 10_000 } };

interface Given extends CheckMediaOptions {
  readonly rules?: MediaRules;
}

const checkWith = (parser: Parser, media: readonly string[], { rules = pixels, ...options }: Given = {}) => {
  const items: Schema = { type: "string", "x-media": rules };
  return checkMediaWith(
    { network: systemNetwork, image: () => import("image-size"), parser },
    {
      input: { type: "object", properties: { media: { type: "array", items } }, additionalProperties: false },
    },
    { media },
    { clock: createTestClock(), ...options },
  );
};

const check = (media: readonly string[], built: Pick<BuiltChild, "start"> = real, options: Given = {}) =>
  checkWith(createParser(counted(built)), media, options);

/** A clip whose first table of times claims 2^32 - 1 pictures. */
const crowded = (): Buffer => {
  const clip = readMedia("clip.mp4");
  clip.writeUInt32BE(0xffffffff, clip.indexOf("stts") + 12);
  return clip;
};

/** Pictures in boxes: so many sizes that to look through them takes the square of their number. */
const boxes = (count: number): Buffer => {
  const box = (name: string, ...parts: readonly Buffer[]): Buffer => {
    const body = Buffer.concat(parts);
    const header = Buffer.alloc(8);
    header.writeUInt32BE(8 + body.length);
    header.write(name, 4);
    return Buffer.concat([header, body]);
  };
  const size = box("ispe", Buffer.from([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0]));
  const list = box("ipco", ...Array.from({ length: count }, () => size));
  return Buffer.concat([
    box("ftyp", Buffer.from("avif\0\0\0\0")),
    box("meta", Buffer.alloc(4), box("iprp", list)),
  ]);
};

describe("a file that keeps the parser busy for ever", () => {
  /** What to do once the parser has its byte, after which it never comes back. */
  const onceBusy = (act: () => void): Pick<BuiltChild, "start"> => ({
    start: () => endless.start().once("message", () => setImmediate(act)),
  });

  test("row 13: is left after the time for one file, and its process is ended", async () => {
    const clock = createTestClock();
    const busy = onceBusy(() => clock.advance(5000));
    const { problems, warnings } = await check([mediaPath("clip.mp4")], busy, {
      clock,
      allowLocalFiles: true,
    });
    expect(problems).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      "it could not be measured: reading it took longer than 5 s",
    ]);
    expect(await endOf(started[0]!)).toBe("SIGKILL");
  });

  test("row 13: is left at once when the caller aborts, and its process is ended", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const busy = onceBusy(() => controller.abort(reason));
    const options = { signal: controller.signal, allowLocalFiles: true };
    await expect(check([mediaPath("clip.mp4")], busy, options)).rejects.toBe(reason);
    expect(await endOf(started[0]!)).toBe("SIGKILL");
  });

  test("ends with the program that asked, even one that is killed", async () => {
    const child = endless.start();
    started.push(child);
    const task: ParseTask = {
      kind: "tracks",
      size: 10,
      head: Buffer.alloc(10),
      wanted: { pixels: true, seconds: false, kind: undefined },
    };
    child.send(task);
    const [question] = (await once(child, "message")) as [ChildMessage & { id: number }];
    child.send({ id: question.id, bytes: Buffer.alloc(1) });
    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("row 13: 60 real bytes are such a file, and do not keep this thread from its work", async () => {
    const bytes = Buffer.from(
      "GkXfo59ChoEBQveBAULygQRC84EIQoKEd2VibUKHgQJChYECGFOAZwEAAAAAAEcAAAAAdLpNu4tTq4QV",
      "base64",
    );
    const clock = createTestClock();
    const start = (): ChildProcess =>
      real.start().once("message", () => setImmediate(() => clock.advance(5000)));
    const { warnings } = await check([dataOf(bytes)], { start }, { clock });
    expect(warnings[0]!.message).toContain("took longer than 5 s");
  });
});

describe("a file that fills the memory", () => {
  test("row 13: ends its own process, and is a warning", async () => {
    const { problems, warnings } = await check([dataOf(crowded())], real, {
      rules: { below: { duration_seconds: 10 } },
    });
    expect(problems).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      "its duration could not be measured: to parse it takes too much memory, or breaks the parser",
    ]);
    expect(await endOf(started[0]!)).toBeTruthy();
  });

  test("spoils no other file of the same input", async () => {
    const media = [dataOf(crowded()), ...Array.from({ length: 7 }, () => dataOf(readMedia("clip.mp4")))];
    const { measured, warnings } = await check(media);
    expect(warnings.length).toBeLessThanOrEqual(1);
    for (let nth = 1; nth < media.length; nth++) expect(measured.get(`/media/${nth}`)?.width).toBe(160);
  });
});

describe("the other process", () => {
  test("is not started for plain images", async () => {
    await check(["photo.png", "photo.jpg", "photo.gif", "photo.webp"].map((name) => dataOf(readMedia(name))));
    expect(started).toHaveLength(0);
  });

  test("is one of at most four, however many files and checks there are, and ends with the last check", async () => {
    const parser = createParser(counted(real));
    const media = Array.from({ length: 5 }, () => dataOf(readMedia("clip.mp4")));
    const reports = await Promise.all([1, 2, 3].map(() => checkWith(parser, media)));
    const widths = reports.flatMap(({ measured }) => [...measured.values()].map(({ width }) => width));
    expect(widths).toEqual(Array(15).fill(160));
    expect(started.length).toBeLessThanOrEqual(4);
    for (const child of started) expect(await endOf(child)).toBe("SIGKILL");
  });

  test("is waited for in turn: one who leaves the queue takes no turn, and one that is ended gives up its own", async () => {
    let noteBusy: () => void;
    const busy = new Promise<void>((resolve) => {
      noteBusy = resolve;
    });
    const starts = [() => endless.start().once("message", () => noteBusy()), real.start];
    const parser = createParser(counted({ start: () => starts.shift()!() }), 1);
    const clip = [dataOf(readMedia("clip.mp4"))];
    const [first, second] = [new AbortController(), new AbortController()];
    const ended = checkWith(parser, clip, { signal: first.signal });
    await busy;
    const left = checkWith(parser, clip, { signal: second.signal });
    const last = checkWith(parser, clip);
    setImmediate(() => {
      second.abort(new Error("second"));
      first.abort(new Error("first"));
    });
    await expect(left).rejects.toThrow("second");
    await expect(ended).rejects.toThrow("first");
    expect((await last).measured.get("/media/0")?.width).toBe(160);
  });

  test("also looks at pictures that are boxes in boxes, where a few bytes can take long", async () => {
    const { measured } = await check([dataOf(boxes(100))]);
    expect(measured.get("/media/0")).toMatchObject({ contentType: "image/avif", width: 256, height: 256 });
    expect(started).toHaveLength(1);
  });

  test("is not started for a video in a field for images", async () => {
    const { problems, warnings } = await check([dataOf(crowded())], real, {
      rules: { kind: "image", ...pixels },
    });
    expect(problems).toEqual([]);
    expect(warnings.map(({ message }) => message)).toEqual([
      "its width could not be measured: it is a video; the field takes an image",
    ]);
    expect(started).toHaveLength(0);
  });

  test("has no token in its environment", async () => {
    process.env["RUNCOMFY_TOKEN"] = "a-token-of-tests";
    try {
      const { measured } = await check([dataOf(readMedia("clip.mp4"))], curious);
      expect(measured.get("/media/0")?.width).toBe(1);
    } finally {
      delete process.env["RUNCOMFY_TOKEN"];
    }
  });

  test("that cannot be started is a warning", async () => {
    const gone = { start: () => startChild(new URL("nothing-here.js", import.meta.url)) };
    const none = { start: () => spawn("/nothing-here", { stdio: ["ignore", "ignore", "ignore", "ipc"] }) };
    for (const [built, why] of [
      [gone, "keep runcomfy-models out of the bundle"],
      [none, "ENOENT"],
    ] as const) {
      const { problems, warnings } = await check([dataOf(readMedia("clip.mp4"))], built);
      expect(problems).toEqual([]);
      expect(warnings.map(({ message }) => message)).toEqual([
        expect.stringMatching(
          `^its width could not be measured: the process to parse it in cannot be started.*${why}`,
        ),
      ]);
    }
  });

  test("prints nothing of a stranger's bytes", async () => {
    const clip = readMedia("clip.mp4");
    clip.write("\u001b[2J", clip.indexOf("avc1", clip.indexOf("stsd")), "latin1");
    writeFileSync(
      join(real.folder, "program.js"),
      `import { checkMedia } from "./chunks/media-check.js";
       const media = { type: "string", "x-media": { below: { width_pixels: 10, duration_seconds: 10 } } };
       const input = { type: "object", properties: { media }, additionalProperties: false };
       const { problems } = await checkMedia({ input }, { media: "${dataOf(clip)}" }, { timeoutMs: 100_000 });
       console.log(problems.length);`,
    );
    const program = spawn(process.execPath, ["program.js"], { cwd: real.folder });
    const [stdout, stderr] = await Promise.all([text(program.stdout), text(program.stderr)]);
    expect({ stdout, stderr }).toEqual({ stdout: "1\n", stderr: "" });
  });
});
