import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StudioJob } from "../../src/studio/job-api-types.js";
import { audioModel, openPlace, order } from "./support.js";
import type { OpenStudio, Place } from "./support.js";

const count = 2000;

let place: Place;
let open: OpenStudio;
beforeAll(async () => {
  let now = Date.UTC(2026, 0, 1);
  place = await openPlace();
  const store = place.openStore(() => (now += 1000));
  await store.open();
  const ids = Array.from({ length: count }, (_, nth) => ({
    origin: place.emulator.url,
    space: nth % 10 === 0 ? "agent" : "",
    key: `job-number-${nth}`,
  }));
  await Promise.all(
    ids.map((id, nth) =>
      store.put({ ...id, model: audioModel, inputHash: "0".repeat(64), input: { tags: `song ${nth}` } }),
    ),
  );
  await store.close();
  open = await place.open();
});
afterAll(async () => {
  await open.close();
  await place.close();
});

const list = async (
  query: string,
): Promise<{ readonly records: StudioJob[]; readonly total: number; readonly next?: string }> =>
  (await open.call("GET", `/api/jobs?${query}`)).json;

describe(`a record of ${count} jobs`, () => {
  test("comes page by page, the newest first, each job once", async () => {
    const seen: string[] = [];
    let before = "";
    for (;;) {
      const page = await list(`limit=100${before && `&before=${encodeURIComponent(before)}`}`);
      expect(page.total).toBe(count);
      seen.push(...page.records.map(({ startedAt, key }) => `${startedAt} ${key}`));
      if (page.next === undefined) break;
      before = page.next;
    }
    expect(seen).toHaveLength(count);
    expect(new Set(seen).size).toBe(count);
    expect(seen).toEqual([...seen].sort().reverse());
  });

  test("is searched by words of input and model, and by state", async () => {
    expect(await list("text=song+1234")).toMatchObject({ total: 1, records: [{ key: "job-number-1234" }] });
    expect((await list("text=ace-step+SONG&limit=1")).total).toBe(count);
    expect((await list("state=new,held&limit=1")).total).toBe(count);
    expect((await list("state=done")).total).toBe(0);
  });

  test("has at most 100 jobs on a page, whatever is asked for", async () => {
    for (const limit of ["100000", "-1", "x", "0", "1.5"])
      expect((await list(`limit=${limit}`)).records.length).toBeLessThanOrEqual(100);
  });

  test("tells of changes one by one: nothing, a new job, a removed one", async () => {
    const since = async (version: number) => (await open.call("GET", `/api/changes?since=${version}`)).json;
    const { version, records } = (await open.call("GET", "/api/changes")).json;
    expect(records).toEqual([]);
    expect(await since(version)).toEqual({ version, records: [], removed: [] });
    await open.call("POST", "/api/jobs", order("changing-job"));
    await open.until("changing-job", ({ state }) => state === "done");
    const changed = await since(version);
    expect(changed.records).toMatchObject([{ key: "changing-job", state: "done" }]);
    expect(changed.version).toBeGreaterThan(version);
    await open.call("DELETE", "/api/jobs/changing-job?files=yes");
    expect(await since(changed.version)).toMatchObject({ records: [], removed: ["changing-job"] });
  });

  test("tells of thousands of changes in parts, each job once", async () => {
    const keys: string[] = [];
    for (let since = 0, isMore = true; isMore;) {
      const { version, records } = (await open.call("GET", `/api/changes?since=${since}`)).json;
      keys.push(...records.map(({ key }: StudioJob) => key));
      isMore = version !== since;
      since = version;
    }
    expect(keys).toHaveLength(count);
    expect(new Set(keys).size).toBe(count);
  });

  test("lets the page send its own jobs, and none that an agent or a batch will send", async () => {
    const { charged } = place.emulator;
    const [own] = (await list("text=song+1234")).records;
    const [foreign] = (await list("text=song+1230")).records;
    expect([own!.sendable, foreign!.sendable]).toEqual([true, undefined]);
    const { status, json } = await open.call("POST", `/api/jobs/${foreign!.key}/retry`, {});
    expect({ status, message: json.error.message }).toEqual({
      status: 409,
      message: "The job is sent again by what made it, a batch or an agent.",
    });
    expect(place.emulator.charged).toBe(charged);
  });

  test("is read again only where it has changed", async () => {
    const reads: number[] = [];
    const store = {
      ...open.store,
      list: (...query: Parameters<typeof open.store.list>) => (reads.push(1), open.store.list(...query)),
    };
    const counted = await place.open({ store });
    const before = reads.length;
    for (let nth = 0; nth < 20; nth++) await counted.call("GET", "/api/changes");
    expect(reads.length).toBe(before);
    await counted.close();
  });
});
