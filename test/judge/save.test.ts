/**
 * Downloads that are cut, lied about and led astray, byte by byte. More of the same: `JUDGE_RUNS=3000 npx vitest run test/judge/save.test.ts`.
 */
import { createHash } from "node:crypto";
import { lstat, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { dose } from "../support/dose.js";
import { systemDisk } from "../../src/node/files/disk.js";
import { systemNetwork } from "../../src/node/net/network.js";
import { saveIn } from "../../src/node/save/save.js";
import { createFastClock } from "./support/outputs.js";
import { playStories } from "./support/stories.js";
import { answer, startWire } from "./support/wire.js";
import type { Script, Step } from "./support/wire.js";

const runs = Number(process.env["JUDGE_RUNS"] ?? dose(80, 500));
const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const make = (fill: number, size: number): Buffer =>
  Buffer.concat([png, Buffer.alloc(size, fill), Buffer.from([fill])]);
const first = make(65, 5000);
const second = make(66, 4700);
const read: Step = { do: "read", body: Infinity };
const write = (bytes: Buffer): Step => ({ do: "write", bytes });
const end: Step = { do: "end" };

interface Ask {
  readonly from: number;
  readonly ifRange: string | undefined;
}

const tag = (file: Buffer): string => (file === first ? '"v1"' : '"v2"');

/** A good host: ranges only for whom the version is still the same. */
const serve = (file: Buffer, { from, ifRange }: Ask): { bytes: Buffer; head: number } => {
  const part = from > 0 && from < file.length && (ifRange === undefined || ifRange === tag(file));
  const body = part ? file.subarray(from) : file;
  const headers = [
    "content-type: image/png",
    `etag: ${tag(file)}`,
    "accept-ranges: bytes",
    ...(part ? [`content-range: bytes ${from}-${file.length - 1}/${file.length}`] : []),
  ];
  const bytes = answer(part ? "206 Part" : "200 OK", body, headers);
  return { bytes, head: bytes.length - body.length };
};

interface Fate {
  readonly name: string;
  readonly script: (file: Buffer, ask: Ask) => Script;
}

const ends = fc.constantFrom<Step>({ do: "reset" }, end, { do: "stall" });
const type = "content-type: image/png";
const fate: fc.Arbitrary<Fate> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), ends, fc.integer({ min: 1, max: 5 }))
      .map(([share, last, pieces]) => ({
        name: `cut at ${share.toFixed(3)}, ${last.do}`,
        script: (file: Buffer, ask: Ask): Script => {
          const { bytes } = serve(file, ask);
          return [
            read,
            { do: "drip", bytes: bytes.subarray(0, Math.floor(bytes.length * share)), pieces },
            last,
          ];
        },
      })),
  },
  fc.constantFrom<Fate>(
    {
      name: "206 of another place",
      script: (file, { from }) => [
        read,
        write(
          answer("206 Part", file.subarray(from + 1), [
            type,
            `etag: ${tag(file)}`,
            `content-range: bytes ${from + 1}-${file.length - 1}/${file.length}`,
          ]),
        ),
        end,
      ],
    },
    {
      name: "206 without a place",
      script: (file, { from }) => [read, write(answer("206 Part", file.subarray(from), [type])), end],
    },
    {
      name: "206 of another whole",
      script: (file, { from }) => [
        read,
        write(
          answer("206 Part", file.subarray(from), [
            type,
            `content-range: bytes ${from}-${file.length - 1}/${file.length + 7}`,
          ]),
        ),
        end,
      ],
    },
    { name: "416", script: () => [read, write(answer("416 Range", "", ["content-range: bytes */4"])), end] },
    {
      name: "length too long",
      script: (file) => [read, write(answer("200 OK", file, [type], file.length + 50)), end],
    },
    {
      name: "chunks cut",
      script: (file) => [
        read,
        write(
          answer(
            "200 OK",
            `1000\r\n${file.toString("latin1").slice(0, 900)}`,
            [type, "transfer-encoding: chunked"],
            "none",
          ),
        ),
        { do: "reset" },
      ],
    },
    {
      name: "page",
      script: () => [read, write(answer("503 Busy", "<html>busy</html>", ["content-type: text/html"])), end],
    },
    { name: "500", script: () => [read, write(answer("500 Oops", "")), end] },
    {
      name: "to this machine's neighbour",
      script: () => [read, write(answer("302 Go", "", ["location: http://127.0.0.1:1/a.png"])), end],
    },
    {
      name: "to the metadata",
      script: () => [read, write(answer("302 Go", "", ["location: https://169.254.169.254/latest"])), end],
    },
    {
      name: "to a file",
      script: () => [read, write(answer("307 Go", "", ["location: file:///etc/passwd"])), end],
    },
    { name: "in circles", script: () => [read, write(answer("302 Go", "", ["location: /again"])), end] },
    { name: "reset", script: () => [{ do: "reset" }] },
    { name: "not HTTP", script: () => [read, write(Buffer.from("RTSP/1.0 200 OK\r\n\r\n")), end] },
    {
      name: "garbled gzip",
      script: (file) => [read, write(answer("200 OK", file, [type, "content-encoding: gzip"])), end],
    },
  ),
);

const scenario = fc.record({
  fates: fc.array(fate, { maxLength: 6 }),
  /** From this request on the host has another version. */
  changesAt: fc.option(fc.integer({ min: 1, max: 6 }), { freq: 3, nil: 99 }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

const play = async ({ fates, changesAt }: Scenario): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), "judge-save-"));
  const wire = await startWire({
    answer: ({ head }, nth) => {
      const file = nth >= changesAt ? second : first;
      const ask = {
        from: Number(/\r\nrange: bytes=(\d+)-/i.exec(head)?.[1] ?? 0),
        ifRange: /\r\nif-range: ([^\r]*)/i.exec(head)?.[1],
      };
      expect(head).not.toMatch(/\r\n(authorization|cookie):/i);
      return fates[nth]?.script(file, ask) ?? [read, write(serve(file, ask).bytes)];
    },
  });
  const story = [...fates.map(({ name }) => name), `change at ${changesAt}`].join(" → ");
  const network = { ...systemNetwork, clock: createFastClock(50) };
  const result = {
    requestId: "req-1",
    model: "judge/model",
    output: { image: `${wire.url}/../../%2e%2e/etc/evil.png.exe?x=../../y` },
  };
  try {
    // Each save may give up; the next goes on. Every fate is met at most once.
    for (let round = 0; ; round++) {
      expect(round, story).toBeLessThan(fates.length + 3);
      const report = await saveIn({ network, disk: systemDisk }, result, {
        directory,
        allowLocalhost: true,
        onFailure: "report",
        idleMs: 5000,
        attempts: 2,
      });
      const names = await readdir(directory);
      const finals = names.filter((name) => name.startsWith("judge-model-req-1-1."));
      if (report.failed.length > 0) {
        expect(finals, story).toEqual([]);
        continue;
      }
      expect(finals, story).toEqual(["judge-model-req-1-1.png"]);
      const bytes = await readFile(join(directory, finals[0]!));
      expect([hash(first), hash(second)], `${story}: ${bytes.length} bytes`).toContain(hash(bytes));
      expect(report.files[0]!.sha256, story).toBe(hash(bytes));
      expect((await lstat(join(directory, finals[0]!))).mode & 0o111, story).toBe(0);
      expect(names.sort(), story).toEqual(["judge-model-req-1-1.png", "req-1.json"]);
      break;
    }
  } finally {
    await wire.close();
    await rm(directory, { recursive: true, force: true });
  }
};

test(`in ${runs} stories of a bad host, a file is whole or not there, and the next save finishes it`, async () => {
  await playStories(scenario, runs, play);
});

test("a link that appears under the final name while the file comes is not written through", async () => {
  const directory = await mkdtemp(join(tmpdir(), "judge-save-"));
  const target = join(directory, "victim");
  const { bytes } = serve(first, { from: 0, ifRange: undefined });
  let planted: Promise<void> | undefined;
  const wire = await startWire({
    answer: () => {
      planted ??= symlink(target, join(directory, "judge-model-req-1-1.png"));
      return [read, { do: "drip", bytes, pieces: 40 }];
    },
  });
  const result = { requestId: "req-1", model: "judge/model", output: { image: `${wire.url}/a.png` } };
  for (const force of [false, true]) {
    const report = await saveIn({ network: systemNetwork, disk: systemDisk }, result, {
      directory,
      allowLocalhost: true,
      onFailure: "report",
      force,
    });
    await planted;
    expect(report.failed).toHaveLength(1);
    expect((await lstat(join(directory, "judge-model-req-1-1.png"))).isSymbolicLink()).toBe(true);
    await expect(lstat(target)).rejects.toThrow("ENOENT");
  }
  await wire.close();
  await rm(directory, { recursive: true, force: true });
});
