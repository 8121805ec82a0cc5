import { describe, expect, test } from "vitest";
import { startBoss } from "../../src/adapters/pg-boss/boss.js";
import { postgresStore } from "../../src/once/index.js";

/** The codes with which PostgreSQL ends the slower one of two programs that create the same; the last one is a deadlock. */
const codes = ["23505", "42P06", "42P07", "42710", "40P01"];

const fail = (code: string): never => {
  throw Object.assign(new Error(`PostgreSQL says ${code}.`), { code });
};

/** A database without tables, in which the first statements that create some end with a code. */
const makeDatabase = (code: string, failures: number) => {
  const seen = { creations: 0 };
  const query = async (text: string) => {
    const isCreation = text.includes("create table");
    if (isCreation && ++seen.creations <= failures) fail(code);
    if (!isCreation && seen.creations <= failures) fail("42P01");
    return { rows: [] };
  };
  return { seen, query };
};

describe("programs that create the same tables at the same moment", () => {
  test.each(codes)("open a store after %s", async (code) => {
    const database = makeDatabase(code, 1);
    expect(await postgresStore(database).open()).toEqual({ durability: "server" });
    expect(database.seen.creations).toBe(2);
  });

  test.each(codes)("start pg-boss after %s, on a new instance", async (code) => {
    const seen: string[] = [];
    class PgBoss {
      on() {}
      async start() {
        seen.push("start");
        if (seen.length === 1) fail(code);
      }
      async stop() {
        seen.push("stop");
      }
    }
    const { boss } = await startBoss({ PgBoss }, { query: async () => ({ rows: [] }) }, () => {}, 60);
    expect(boss).toBeInstanceOf(PgBoss);
    expect(seen).toEqual(["start", "stop", "start"]);
  });

  test("are told of a deadlock that does not end, and of any other error at once", async () => {
    const locked = makeDatabase("40P01", Infinity);
    await expect(postgresStore(locked).open()).rejects.toMatchObject({ code: "40P01" });
    expect(locked.seen.creations).toBe(5);
    const forbidden = makeDatabase("42501", Infinity);
    await expect(postgresStore(forbidden).open()).rejects.toMatchObject({ code: "config" });
    expect(forbidden.seen.creations).toBe(1);
  });
});
