import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findToken } from "../../../src/node/token/find-token.js";
import { makeFolder } from "./save-support.js";

let home: Awaited<ReturnType<typeof makeFolder>>;
beforeEach(async () => {
  home = await makeFolder();
});
afterEach(() => home.remove());

const put = async (directory: string, text: string, mode = 0o600): Promise<string> => {
  await mkdir(directory, { recursive: true });
  const path = join(directory, "token.json");
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
};
const find = (env: Record<string, string> = {}) => findToken({ env, home: home.path });

test("the environment wins over the file, its first name over the others", async () => {
  await put(join(home.path, ".config/runcomfy"), '{"access_token":"file"}');
  const env = { RUNCOMFY_API_KEY: "third", RUNCOMFY_API_TOKEN: "second", RUNCOMFY_TOKEN: "first" };
  expect(await find(env)).toEqual({ token: "first", from: "RUNCOMFY_TOKEN" });
  expect(await find({ ...env, RUNCOMFY_TOKEN: " " })).toEqual({
    token: "second",
    from: "RUNCOMFY_API_TOKEN",
  });
  expect(await find({ RUNCOMFY_API_KEY: "third" })).toEqual({ token: "third", from: "RUNCOMFY_API_KEY" });
});

test("the vendor's file is found in its three places, the most explicit first", async () => {
  const inHome = await put(join(home.path, ".config/runcomfy"), '{"access_token":"home"}');
  expect(await find()).toEqual({ token: "home", from: inHome });
  const inXdg = await put(join(home.path, "xdg/runcomfy"), '{"access_token":"xdg"}');
  const env = { XDG_CONFIG_HOME: join(home.path, "xdg") };
  expect(await find(env)).toEqual({ token: "xdg", from: inXdg });
  const own = await put(join(home.path, "own"), '{"access_token":"own"}');
  expect(await find({ ...env, RUNCOMFY_CONFIG_DIR: join(home.path, "own") })).toEqual({
    token: "own",
    from: own,
  });
});

test("a file that others can read is used with a warning that does not hold the token", async () => {
  const path = await put(join(home.path, ".config/runcomfy"), '{"access_token":"canary"}', 0o644);
  const found = await find();
  expect(found?.token).toBe("canary");
  expect(found?.warning).toContain(`chmod 600 "${path}"`);
  expect(found?.warning).not.toContain("canary");
});

test("no file, a broken one and one without a token count as none", async () => {
  expect(await find()).toBeUndefined();
  for (const text of ["", "{", "null", "[]", '{"access_token":7}', '{"access_token":" "}', '"x"']) {
    await put(join(home.path, ".config/runcomfy"), text);
    expect([text, await find()]).toEqual([text, undefined]);
  }
});
