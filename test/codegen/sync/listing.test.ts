import { expect, test } from "vitest";
import { makeFolder, readFiles } from "../generate/temporary.js";
import { entryOf, slept, startCatalogue, sync } from "./catalogue-server.js";

const many = (count: number) => Array.from({ length: count }, (_, at) => entryOf(`maker/model-${at}`));
const queryOf = (path: string) => {
  const { searchParams } = new URL(path, "http://localhost");
  searchParams.sort();
  return searchParams.toString();
};
const pagesOf = (requests: readonly string[]) =>
  requests.map((path) => {
    const query = new URL(path, "http://localhost").searchParams;
    return `${query.get("limit")}@${query.get("offset")}`;
  });

test("one page of 500 models is asked for at a time, with their schemas", async () => {
  const server = await startCatalogue(many(7));
  await sync(server.url, makeFolder());
  expect(server.requests.map(queryOf)).toEqual(["include_schema=true&limit=500&offset=0"]);
});

test("a search and a category are the service's to apply", async () => {
  const server = await startCatalogue(many(1));
  await sync(server.url, makeFolder(), { search: "a b&c", category: "text-to-image" });
  expect(queryOf(server.requests[0]!)).toBe(
    "category=text-to-image&include_schema=true&limit=500&offset=0&search=a+b%26c",
  );
});

test("pages shorter than asked for are read on, from where they ended", async () => {
  const server = await startCatalogue(many(7));
  server.bend = (page) => ({ ...page, models: (page["models"] as unknown[]).slice(0, 3), limit: 3 });
  const run = await sync(server.url, makeFolder());
  expect(pagesOf(server.requests)).toEqual(["500@0", "500@3", "500@6"]);
  expect([run.by("created").length, run.exitCode]).toEqual([7, 0]);
});

test("a service that ignores limit and offset is read once, and then once more to be sure", async () => {
  const server = await startCatalogue(many(7));
  server.bend = () => ({ models: server.entries });
  const run = await sync(server.url, makeFolder());
  expect(server.requests).toHaveLength(2);
  expect([run.by("created").length, run.exitCode]).toEqual([7, 1]);
  server.bend = () => ({ models: server.entries, total: "7" });
  expect((await sync(server.url, makeFolder())).exitCode).toBe(0);
  expect(server.requests).toHaveLength(4);
});

test("a page that repeats for ever ends the reading, and marks nothing as missing", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(many(7));
  await sync(server.url, specs);
  const before = readFiles(specs);
  server.bend = (page) => ({ ...page, models: server.entries.slice(0, 3), total: 7 });
  const run = await sync(server.url, specs);
  expect(server.requests).toHaveLength(3);
  expect([run.exitCode, readFiles(specs)]).toEqual([1, before]);
  expect(run.warned.join("\n")).toContain("could not be read to its end");
});

test("a total that grows with each page ends at the empty page", async () => {
  const server = await startCatalogue(many(9));
  server.bend = (page, query) => ({
    ...page,
    models: (page["models"] as unknown[]).slice(0, 4),
    total: 9 + Number(query.get("offset")),
  });
  const run = await sync(server.url, makeFolder());
  expect(pagesOf(server.requests)).toEqual(["500@0", "500@4", "500@8", "500@9"]);
  expect([run.by("created").length, run.exitCode]).toEqual([9, 0]);
});

test("a service that has no page behind its last one is read to its end", async () => {
  const server = await startCatalogue(many(4));
  server.bend = ({ models }) => ({ models: (models as unknown[]).slice(0, 2) });
  server.spoil = (_, response, query) => {
    if (query.get("offset") !== "4") return false;
    response.writeHead(404, { "content-type": "application/json" }).end('{"detail":"no such page"}');
    return true;
  };
  const run = await sync(server.url, makeFolder());
  expect([run.by("created").length, run.exitCode]).toEqual([4, 0]);
});

test("a model that slipped between two pages is asked for before it counts as missing", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(many(6));
  await sync(server.url, specs);
  server.requests.length = 0;
  let served = 0;
  server.bend = (page, query) => {
    const offset = Number(query.get("offset"));
    // After the first page an entry of it is gone from the list: what follows moves up by one.
    const models =
      served++ === 0 ? server.entries.slice(0, 3) : server.entries.slice(1).slice(offset, offset + 3);
    return { ...page, models, total: served === 1 ? 6 : 5 };
  };
  const run = await sync(server.url, specs);
  expect(server.requests.filter((path) => !path.includes("?"))).toEqual(["/v1/models/maker/model-3"]);
  expect([run.by("missing"), run.exitCode]).toEqual([[], 0]);
});

test.each<[what: string, total: (count: number) => unknown, more: object]>([
  ["that of the page", (count) => count, {}],
  ["0", () => 0, {}],
  ["less than the first page", () => 2, {}],
  ["that of the first page", () => 3, {}],
  ["that of the first page, with a limit that nobody kept", () => 3, { limit: 3 }],
  ["that of the first page, without a limit", () => 3, { limit: undefined }],
  ["more than there are", () => 9, {}],
])("a total that is wrong, %s, loses no model", async (_, total, more) => {
  const specs = makeFolder();
  const server = await startCatalogue(many(7));
  server.bend = (page) => {
    const models = (page["models"] as unknown[]).slice(0, 3);
    return { ...page, models, limit: 3, total: total(models.length), ...more };
  };
  const first = await sync(server.url, specs);
  expect(pagesOf(server.requests)).toEqual(["500@0", "500@3", "500@6", "500@7"]);
  expect([first.by("created").length, first.exitCode]).toEqual([7, 0]);
  const again = await sync(server.url, specs);
  expect([again.by("unchanged").length, again.by("missing"), again.exitCode]).toEqual([7, [], 0]);
});

test("a model that no page shows is not missing as long as it answers to its id", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(many(7));
  await sync(server.url, specs);
  const before = readFiles(specs);
  server.bend = (page) => ({ ...page, models: server.entries.slice(0, 6), total: 6 });
  const run = await sync(server.url, specs);
  expect([run.by("missing"), run.exitCode, readFiles(specs)]).toEqual([[], 0, before]);
  expect(run.warned[0]).toBe(
    "note: maker/model-6 is not listed, but the service still has it; it is not marked as missing",
  );
});

test("where the service does not say whether models are gone, its listing decides, and soon none is asked for", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(many(7));
  await sync(server.url, specs);
  server.entries = server.entries.slice(0, 1);
  server.requests.length = 0;
  server.spoil = (request, response) => {
    if (request.url!.includes("?")) return false;
    response.writeHead(400, { "content-type": "application/json" }).end('{"message":"not today"}');
    return true;
  };
  const run = await sync(server.url, specs);
  expect(server.requests).toHaveLength(4);
  expect(run.by("missing")).toHaveLength(6);
  expect(run.exitCode).toBe(0);
});

test("a page that is too long to be read is asked for in halves", async () => {
  const server = await startCatalogue(
    Array.from({ length: 24 }, (_, at) =>
      entryOf(`maker/model-${at}`, { prompt: { type: "string", description: "x".repeat(900_000) } }),
    ),
  );
  const run = await sync(server.url, makeFolder());
  expect(run.by("created")).toHaveLength(24);
  expect(pagesOf(server.requests)).toEqual([
    "500@0",
    "250@0",
    "125@0",
    "62@0",
    "31@0",
    "15@0",
    "7@0",
    "7@7",
    "7@14",
    "7@21",
  ]);
  expect(run.warned.join("\n")).toContain(
    "A page of 500 models is too much for the service; asking for 250.",
  );
});

test("a service that refuses 500 at once is asked for 100", async () => {
  const server = await startCatalogue(many(120));
  server.spoil = (_, response, query) => {
    if (Number(query.get("limit")) <= 100) return false;
    response
      .writeHead(422, { "content-type": "application/json" })
      .end('{"error_code":422001,"message":"limit"}');
    return true;
  };
  expect((await sync(server.url, makeFolder())).by("created")).toHaveLength(120);
  expect(pagesOf(server.requests)).toEqual(["500@0", "100@0", "100@100"]);
});

test("reads are repeated after faults, and wait as long as Retry-After says", async () => {
  const server = await startCatalogue(many(2));
  const faults = [503, 0, 429, 200];
  server.spoil = (request, response) => {
    const status = faults.shift();
    if (status === undefined) return false;
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, { "retry-after": "77" }).end(status === 200 ? '{"models":[' : "{}");
    return true;
  };
  slept.length = 0;
  const run = await sync(server.url, makeFolder());
  expect([run.by("created").length, run.exitCode]).toEqual([2, 0]);
  expect(slept.filter((ms) => ms === 77_000)).toHaveLength(3);
  expect(slept).toHaveLength(4);
});

test("a service that stays down ends the sync with its own words, and what was written stays", async () => {
  const server = await startCatalogue(many(4));
  server.bend = (page) => ({ ...page, models: (page["models"] as unknown[]).slice(0, 2) });
  server.spoil = (_, response, query) => {
    if (query.get("offset") !== "2") return false;
    response.writeHead(503).end();
    return true;
  };
  const specs = makeFolder();
  await expect(sync(server.url, specs)).rejects.toMatchObject({ code: "http", status: 503 });
  expect(Object.keys(readFiles(specs))).toEqual(["maker/model-0.json", "maker/model-1.json"]);
});

test("a wrong token ends the sync at once, and is not in the message", async () => {
  const server = await startCatalogue(many(4));
  const failure = await sync(server.url, makeFolder(), { token: "wrong-token" }).catch(
    (error: Error) => error,
  );
  expect(failure).toMatchObject({ code: "auth" });
  expect(String(failure)).not.toContain("wrong-token");
  expect(server.requests).toHaveLength(1);
});

test("an address that is no catalogue is said plainly", async () => {
  const server = await startCatalogue([]);
  server.bend = () => ({ hello: "world" });
  await expect(sync(server.url, makeFolder())).rejects.toThrow("no list of models. Is --base-url");
});

test("a catalogue that lists nothing marks nothing as missing", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(many(2));
  await sync(server.url, specs);
  server.entries = [];
  const run = await sync(server.url, specs);
  expect([run.exitCode, run.by("missing")]).toEqual([1, []]);
});

test("only the ids that were asked for are written; one that fits nothing is reported with those like it", async () => {
  const server = await startCatalogue([entryOf("kling/a/x"), entryOf("kling/b"), entryOf("wan/a")]);
  const specs = makeFolder();
  const run = await sync(server.url, specs, { ids: ["kling/*", "!*/x", "wam/a"] });
  expect([run.by("created"), run.exitCode]).toEqual([["kling/b"], 1]);
  expect(run.warned.join("\n")).toContain(
    'No model of the catalogue has an id like "wam/a". Did you mean "wan/a"?',
  );
});

test("a short token of a stand-in tears no words apart", async () => {
  const server = await startCatalogue([entryOf("maker/latest", { test: { type: "string" } })]);
  server.tokens = ["test"];
  const specs = makeFolder();
  const run = await sync(server.url, specs, { token: "test" });
  expect(run.by("created")).toEqual(["maker/latest"]);
  expect(readFiles(specs)["maker/latest.json"]).not.toContain("[token]");
});
