import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const browser = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

let app: ChildProcess;
let folder: string;
let origin: string;
const said: string[] = [];

const findFreePort = async (): Promise<number> => {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};

/** The application, by the command that its documentation names. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "app-"));
  const port = await findFreePort();
  origin = `http://localhost:${port}`;
  const { RUNCOMFY_TOKEN: _, ...env } = process.env;
  app = spawn("npm", ["run", "app"], {
    cwd: root,
    env: { ...env, PORT: String(port), JOBS_FILE: join(folder, "jobs.jsonl") },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const lines = createInterface(app.stdout!);
  await new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line);
      if (line === `Open ${origin}`) resolve();
    });
    app.once("exit", () => reject(new Error("the application ended")));
  });
});
afterAll(() => {
  process.kill(-app.pid!);
  rmSync(folder, { recursive: true, force: true });
});

const call = (body: object, headers: Record<string, string> = {}) =>
  fetch(`${origin}/api/runcomfy`, {
    method: "POST",
    headers: { "content-type": "application/json", origin, ...headers },
    body: JSON.stringify(body),
  });

test("the application lets nobody in who has not logged in, and shows no token", async () => {
  expect(await (await fetch(origin)).text()).toContain("Log in");
  expect((await call({ call: "user" })).status).toBe(401);
  const form = new URLSearchParams({ name: "ann" });
  const logged = await fetch(`${origin}/login`, { method: "POST", body: form, redirect: "manual" });
  const cookie = logged.headers.get("set-cookie")!.split(";")[0]!;
  expect((await call({ call: "user" }, { cookie })).status).toBe(200);
  expect((await call({ call: "user" }, { cookie, origin: "https://other.example.com" })).status).toBe(403);
  const page = await (await fetch(origin, { headers: { cookie } })).text();
  expect(page).toContain('<script type="module">');
  expect(page).not.toContain("emulator-token");
});

describe.skipIf(!existsSync(browser))(`in ${browser}`, () => {
  test("the application makes a video from a form, and tells what is wrong with it", async () => {
    const opened = await chromium.launch({
      executablePath: browser,
      args: ["--no-sandbox", "--disable-gpu"],
      timeout: 0,
    });
    try {
      const tab = await opened.newPage();
      tab.setDefaultTimeout(0);
      await tab.goto(origin);
      await tab.fill("[name=name]", "ann");
      await tab.click("button");
      await tab.fill("[name=duration]", "long");
      await tab.click("text=Make a video");
      await tab.waitForSelector("text=prompt: is required");
      await tab.waitForSelector('text=duration: "long" given; expected a whole number');
      await tab.fill("[name=prompt]", "Rain on a tin roof.");
      await tab.fill("[name=duration]", "");
      await tab.click("text=Make a video");
      await tab.waitForSelector("video");
      expect(await tab.getAttribute("video", "src")).toMatch(/^http:.*\.mp4/);
      expect(said.filter((line) => line.startsWith("ann: job "))).toHaveLength(1);
    } finally {
      await opened.close();
    }
  });
});
