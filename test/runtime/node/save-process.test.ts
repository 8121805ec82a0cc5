import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline, Readable } from "node:stream";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { save } from "../../../src/node/save/save.js";
import { serve, startMediaServer, type Answer, type MediaServer } from "./media-server.js";
import { makeFolder } from "./save-support.js";
import { dose } from "../../support/dose.js";

interface Line {
  readonly event: "start" | "progress" | "end";
  readonly bytes?: number;
  readonly existing?: boolean;
  readonly rss?: number;
  readonly peak?: number;
  readonly peakRss?: number;
}

let built: string;
let folder: Awaited<ReturnType<typeof makeFolder>>;
let server: MediaServer;
let answer: Answer;
const children: ChildProcess[] = [];

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), "save-child-"));
  await build({
    entryPoints: [new URL("save-child.ts", import.meta.url).pathname],
    outfile: join(built, "child.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
  });
});
afterAll(() => rm(built, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await makeFolder();
  server = await startMediaServer((request, response) => answer(request, response), false);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await server.close();
  await folder.remove();
});

/** A process that saves; its lines arrive as they are printed. */
const startSave = (onLine: (line: Line, child: ChildProcess) => void = () => undefined) => {
  const url = `http://127.0.0.1:${server.port}/x`;
  const child = spawn(process.execPath, [join(built, "child.mjs"), url, folder.path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    onLine(line, child);
  });
  return { child, lines, ended: once(child, "close") };
};

const body = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(4_000_000, 7)]);
const half = 2_000_000;
/** What passes through one download; `SAVE_GB=10` takes a few minutes. */
const gigabytes = Number(process.env["SAVE_GB"] ?? dose(0.25, 2));

describe("processes", () => {
  test("row 100: after kill -9 no file has a final name, and the next save fetches only the rest", async () => {
    answer = (request, response) => {
      if (request.headers.range !== undefined) return serve(request, response, body);
      response.writeHead(200, { "content-length": body.length, etag: '"v1"' });
      response.write(body.subarray(0, half));
    };
    const { ended } = startSave(({ event, bytes = 0 }, child) => {
      if (event === "progress" && bytes > 0) child.kill("SIGKILL");
    });
    expect((await ended)[1]).toBe("SIGKILL");
    expect((await folder.names()).filter((name) => !name.startsWith("."))).toEqual([]);

    const source = {
      output: { image: `http://127.0.0.1:${server.port}/x` },
      requestId: "req-1",
      model: "a/b",
    };
    const report = await save(source, { directory: folder.path, allowLocalhost: true });
    expect((await readFile(report.files[0]!.path)).equals(body)).toBe(true);
    expect(server.requests[1]!.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect(await folder.names()).toEqual(["a-b-req-1-1.png", "req-1.json"]);
  });

  test("row 100: killed again and again, it still gets there, and what arrived once is not fetched twice", async () => {
    const step = 700_000;
    const starts: number[] = [];
    answer = (request, response) => {
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
      starts.push(start);
      const end = Math.min(start + step, body.length);
      response.writeHead(start === 0 ? 200 : 206, {
        etag: '"v1"',
        "content-length": body.length - start,
        ...(start > 0 && { "content-range": `bytes ${start}-${body.length - 1}/${body.length}` }),
      });
      response.write(body.subarray(start, end));
      if (end === body.length) response.end();
    };
    for (let kills = 0; kills < 5; kills++) {
      let first: number | undefined;
      const { ended } = startSave(({ event, bytes = 0 }, child) => {
        if (event === "progress" && bytes > (first ??= bytes) + 300_000) child.kill("SIGKILL");
      });
      expect((await ended)[1]).toBe("SIGKILL");
      expect((await folder.names()).filter((name) => !name.startsWith("."))).toEqual([]);
    }
    answer = (request, response) => serve(request, response, body);
    const { ended, lines } = startSave();
    expect((await ended)[0]).toBe(0);
    expect(lines.at(-1)).toMatchObject({ event: "end", bytes: body.length });
    expect((await readFile(join(folder.path, "a-b-req-1-1.png"))).equals(body)).toBe(true);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(starts.at(-1)).toBeGreaterThan(4 * 300_000);
  });

  test("row 106: of two processes that save the same result one fetches, the other waits and finds it done", async () => {
    let started = 0;
    let release = (): void => undefined;
    const bothStarted = new Promise<void>((resolve) => (release = resolve));
    answer = (request, response) => void bothStarted.then(() => serve(request, response, body));
    const onLine = ({ event }: Line): void => {
      if (event === "start" && ++started === 2) release();
    };
    const both = [startSave(onLine), startSave(onLine)];
    const codes = await Promise.all(both.map(({ ended }) => ended));
    expect(codes.map(([code]) => code as number)).toEqual([0, 0]);
    expect(server.requests).toHaveLength(1);
    expect(both.map(({ lines }) => lines.at(-1)?.existing).filter(Boolean)).toEqual([true]);
    expect(await folder.names()).toEqual(["a-b-req-1-1.png", "req-1.json"]);
  });

  test(`row 105: ${gigabytes} GB pass through less than 64 MB of memory`, { timeout: 600_000 }, async () => {
    const size = gigabytes * 1024 ** 3;
    const chunk = Buffer.alloc(1024 * 1024, 7);
    answer = (_request, response) => {
      response.writeHead(200, { "content-length": size });
      const pieces = function* () {
        for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
      };
      pipeline(Readable.from(pieces()), response, () => undefined);
    };
    const { ended, lines } = startSave();
    expect((await ended)[0]).toBe(0);
    const end = lines.at(-1)!;
    const start = lines[0]!;
    expect(end.bytes).toBe(size);
    expect(end.peak).toBeLessThan(64e6);
    expect(end.peakRss! - start.rss!).toBeLessThan(64e6);
  });
});
