import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fileStore } from "../../src/node/index.js";
import { fileStoreOn } from "../../src/node/record/file-store.js";
import { systemRecordDisk } from "../../src/node/record/record-file.js";
import type { JobRecord, NewRecord, Store } from "../../src/once/index.js";
import { describeStore } from "./store-suite.js";

describeStore("fileStore", async () => {
  const place = mkdtempSync(join(tmpdir(), "record-"));
  return {
    connect: async () => fileStore(join(place, "jobs.jsonl")),
    remove: async () => rmSync(place, { recursive: true }),
  };
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "record-"));
  path = join(folder, "prompts.jobs.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const origin = "https://service.example";
const idOf = (key: string) => ({ origin, space: "", key });
const given = (key: string): NewRecord => ({
  ...idOf(key),
  model: "a/b",
  inputHash: "1".repeat(64),
  input: { key },
});
const claim = { owner: "worker-1", leaseMs: 3_600_000 };

const use = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
  const store = fileStore(path);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
};

const all = (): Promise<JobRecord[]> =>
  use(async (store) => {
    const records: JobRecord[] = [];
    for await (const record of store.list()) records.push(record);
    return records;
  });

/** A file with three records: `a` done, `b` accepted, `c` new; the last line is that of `b`. */
const fill = async (): Promise<Buffer> => {
  await use(async (store) => {
    for (const key of ["a", "c", "b"]) await store.put(given(key));
    for (const key of ["a", "b"]) {
      await store.claim(idOf(key), claim);
      await store.move(idOf(key), { to: "accepted", attempt: 1, job: { id: `job-${key}`, model: "a/b" } });
      if (key === "a") await store.move(idOf(key), { to: "done", attempt: 1, costUsd: 0.04 });
    }
  });
  return readFileSync(path);
};

describe("the file", () => {
  test("is readable to its owner only, and tells a reader who has never seen it what its lines mean", async () => {
    await fill();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const [head, ...lines] = readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(head).toMatchObject({ format: "runcomfy-models record", version: 1 });
    expect(head.about.join(" ")).toMatch(/last line of a key.*perhaps paid/s);
    expect(lines.map(({ n }) => n)).toEqual(lines.map((_, at) => at + 1));
    expect(lines.at(-1)).toMatchObject({ key: "b", state: "accepted", job: { id: "job-b" } });
  });

  test("says that it is written through to the device", async () => {
    expect(await use((store) => store.open())).toEqual({ durability: "fsync" });
  });

  test("row 113: on a file system that cannot write through is told to be less durable", async () => {
    const store = fileStoreOn(
      {
        open: async (...args) => {
          const datasync = () => Promise.reject(Object.assign(new Error("EINVAL"), { code: "EINVAL" }));
          return Object.assign(await systemRecordDisk.open(...args), { datasync });
        },
      },
      path,
    );
    const { durability, warning } = await store.open();
    expect(durability).toBe("best-effort");
    expect(warning).toContain("cannot write through");
    expect(await store.put(given("a"))).toMatchObject({ state: "new" });
    await store.close();
  });

  test("row 112: of a newer format is refused by its version, and not touched", async () => {
    const { headerLine } = await import("../../src/node/record/record-line.js");
    const { crc32 } = await import("node:zlib");
    const body = headerLine().replace('"version":1', '"version":2').slice(0, -18);
    const text = `${body},"sum":"${crc32(body).toString(16).padStart(8, "0")}"}\n{"something":"else"}\n`;
    writeFileSync(path, text);
    await expect(all()).rejects.toThrow(/newer version.*format 2.*reads 1/);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("row 112: of the first version is read for ever", async () => {
    writeFileSync(path, readFileSync(new URL("../fixtures/record/version-1.jsonl", import.meta.url)));
    const states = (await all()).map(({ key, state, job }) => [key, state, job?.id]);
    expect(states).toEqual([
      ["a", "done", "job-a"],
      ["b", "accepted", "job-b"],
      ["c", "new", undefined],
    ]);
  });

  test("that is something else is refused, and not touched", async () => {
    writeFileSync(path, "prompt,duration\nRain,5\n");
    await expect(all()).rejects.toMatchObject({ code: "record" });
    expect(readFileSync(path, "utf8")).toBe("prompt,duration\nRain,5\n");
    await expect(fileStore("/dev/full").open()).rejects.toThrow("no regular file");
  });

  test.skipIf(process.platform !== "linux")("where no folder can be made is refused at once", async () => {
    await expect(fileStore("/proc/none/below/jobs.jsonl").open()).rejects.toMatchObject({
      code: "record",
      message: expect.stringMatching(/^The record \/proc\/none\/below\/jobs\.jsonl cannot be opened: ENOENT/),
    });
  });

  test.skipIf(process.platform === "win32")("is in folders that its owner alone can open", async () => {
    const store = fileStore(join(folder, "state", "jobs", "jobs.jsonl"));
    await store.open();
    await store.close();
    for (const made of ["state", "state/jobs"]) expect(statSync(join(folder, made)).mode & 0o777).toBe(0o700);
  });

  test("that is removed while it is in use stops what would be sent", async () => {
    await use(async (store) => {
      await store.put(given("a"));
      rmSync(path);
      await expect(store.claim(idOf("a"), claim)).rejects.toThrow("removed while it was in use");
    });
  });
});

describe("row 108: a file whose last line was torn", () => {
  test("at any byte keeps all other records, and goes on", async () => {
    const whole = await fill();
    const start = whole.lastIndexOf("\n", whole.length - 2) + 1;
    for (let end = start; end <= whole.length; end++) {
      writeFileSync(path, whole.subarray(0, end));
      const records = await all();
      const isWhole = end >= whole.length - 1;
      expect(records.map(({ key, state }) => `${key} ${state}`)).toEqual([
        "a done",
        isWhole ? "b accepted" : "b sending",
        "c new",
      ]);
      await use((store) =>
        store.move(idOf("b"), { to: "accepted", attempt: 1, job: { id: "job-b", model: "a/b" } }),
      );
      const after = await all();
      expect(after.map(({ key, state }) => `${key} ${state}`)).toEqual(["a done", "b accepted", "c new"]);
      expect(after.some(({ error }) => error?.code === "record")).toBe(false);
    }
  });

  test("at any byte of its header is begun anew", async () => {
    const whole = await fill();
    for (let end = 0; end <= whole.indexOf("\n"); end++) {
      writeFileSync(path, whole.subarray(0, end));
      expect(await all()).toEqual([]);
      if (end % 40 > 0) continue;
      await use((store) => store.put(given("a")));
      expect(await all()).toHaveLength(1);
    }
  });
});

describe("row 109: a flipped bit", () => {
  const flipEach = async (line: number, check: (records: JobRecord[], at: number) => void) => {
    const whole = await fill();
    const starts = [0, ...[...whole.keys()].filter((at) => whole[at] === 10).map((at) => at + 1)];
    for (let at = starts[line]!; at < starts[line + 1]!; at++) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1 << (at % 8);
      writeFileSync(path, damaged);
      check(await all(), at);
      // The record goes on: nothing is lost by what is written next. Each write waits for the device, so that not all are tried.
      if (at % 9 > 0) continue;
      await use((store) => store.put(given("later")));
      check(
        (await all()).filter(({ key }) => key !== "later"),
        at,
      );
    }
  };
  const tell = (records: readonly JobRecord[]) => records.map(({ key, state }) => `${key} ${state}`);

  test("at any byte of a record's last line makes that record unknown, and no other", async () => {
    const count = (await fill()).toString().trim().split("\n").length;
    await flipEach(count - 1, (records, at) => {
      const told = tell(records);
      // The line end itself carries nothing.
      expect(
        [
          ["a done", "b unknown", "c new"],
          ["a done", "b accepted", "c new"],
        ],
        `byte ${at}`,
      ).toContainEqual(told);
    });
  });

  test("at any byte of a record's only line makes that record unknown, and no other", async () => {
    await flipEach(2, (records, at) => {
      expect(records, `byte ${at}`).toHaveLength(3);
      const states = records.map(({ state }) => state).sort();
      expect(
        [
          ["accepted", "done", "unknown"],
          ["accepted", "done", "new"],
        ],
        `byte ${at}`,
      ).toContainEqual(states);
    });
    await use(async (store) => {
      expect(await store.put(given("c"))).toMatchObject({ state: expect.stringMatching(/unknown|new/) });
    });
  });

  test("at any byte of the header costs nothing", async () => {
    await flipEach(0, (records) => expect(tell(records)).toEqual(["a done", "b accepted", "c new"]));
  });

  test("in a line that a later one replaced costs nothing", async () => {
    await flipEach(1, (records) => expect(tell(records)).toEqual(["a done", "b accepted", "c new"]));
  });

  test("leaves what the line seems to have said to a person, who can accept it", async () => {
    const whole = await fill();
    whole[whole.lastIndexOf("accepted")]! ^= 1;
    writeFileSync(path, whole);
    await use(async (store) => {
      const record = (await store.get(idOf("b")))!;
      expect(record).toMatchObject({ state: "unknown", model: "a/b", job: { id: "job-b" } });
      expect(record.error?.message).toContain("accepted, with job job-b");
      const move = { to: "accepted", attempt: record.attempt, job: { id: "job-b", model: "a/b" } } as const;
      expect(await store.move(idOf("b"), move)).toMatchObject({ state: "accepted", job: { id: "job-b" } });
    });
    expect((await all()).map(({ state }) => state)).toEqual(["done", "accepted", "new"]);
  });

  test("and damage that names no record lets nothing be sent until a person has looked", async () => {
    const whole = await fill();
    const second = whole.indexOf("\n") + 1;
    whole.fill(0, second + 5, whole.indexOf("\n", second));
    writeFileSync(path, whole);
    await use(async (store) => {
      expect(await store.open()).toMatchObject({ warning: expect.stringContaining("damaged in line 2") });
      await expect(store.claim(idOf("c"), claim)).rejects.toThrow(/line 2.*Generations/);
      expect(await store.get(idOf("b"))).toMatchObject({ state: "accepted" });
    });
  });
});

describe("several writers", () => {
  test("row 111: one that stood still while others wrote is refused, and goes on from what they wrote", async () => {
    await use((store) => store.put(given("a")));
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let holds = true;
    const slow = fileStoreOn(
      {
        open: async (...args) => {
          const handle = await systemRecordDisk.open(...args);
          const write = handle.write.bind(handle) as (...rest: unknown[]) => Promise<unknown>;
          Object.assign(handle, {
            write: async (...rest: unknown[]) => {
              if (holds) await held;
              return write(...rest);
            },
          });
          return handle;
        },
      },
      path,
    );
    const late = slow.claim(idOf("a"), { owner: "stopped", leaseMs: 60_000 });
    // The other one takes the lock from the writer that stands still.
    const quick = fileStore(path);
    expect(await quick.claim(idOf("a"), { owner: "quick", leaseMs: 60_000 })).toMatchObject({ won: true });
    holds = false;
    release();
    expect(await late).toMatchObject({ won: false, record: { owner: "quick" } });
    await Promise.all([slow.close(), quick.close()]);
    expect(await all()).toMatchObject([{ key: "a", owner: "quick", attempt: 1 }]);
  });

  test("a file that was overwritten while it was in use is an error, and nothing is sent", async () => {
    const store = fileStore(path);
    await store.put(given("a"));
    writeFileSync(path, Buffer.alloc(readFileSync(path).length, "x"));
    const words = "was changed by another program";
    await expect(store.get(idOf("a"))).rejects.toThrow(words);
    await expect(store.claim(idOf("a"), { owner: "w", leaseMs: 60_000 })).rejects.toThrow(words);
    await store.close();
  });

  test("row 53: a full device is an error that says so, and the claim is not there", async () => {
    await use((store) => store.put(given("a")));
    const full = fileStoreOn(
      {
        open: async (...args) => {
          const handle = await systemRecordDisk.open(...args);
          const device = await systemRecordDisk.open("/dev/full", 2, 0);
          const close = handle.close.bind(handle);
          Object.assign(handle, {
            write: device.write.bind(device),
            close: async () => {
              await device.close();
              await close();
            },
          });
          return handle;
        },
      },
      path,
    );
    await expect(full.claim(idOf("a"), claim)).rejects.toMatchObject({
      code: "record",
      message: expect.stringContaining("ENOSPC"),
    });
    await full.close();
    expect(await all()).toMatchObject([{ key: "a", state: "new", attempt: 0 }]);
  });
});

test("a file with many old lines is made shorter when it is closed, and other programs follow", async () => {
  const other = fileStore(path);
  await other.put(given("a"));
  await other.claim(idOf("a"), claim);
  const writer = fileStore(path);
  for (let round = 0; round < 21; round++)
    await Promise.all(Array.from({ length: 1000 }, () => writer.renew(idOf("a"), 1, 60_000 + round)));
  const before = statSync(path).size;
  await writer.close();
  expect(await all()).toMatchObject([{ key: "a", state: "sending" }]);
  expect(statSync(path).size).toBeLessThan(before / 100);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await other.put(given("b"))).toMatchObject({ state: "new" });
  await other.close();
  expect((await all()).map(({ key }) => key)).toEqual(["a", "b"]);
});
