import { writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runEmulator } from "../../../src/emulator/command.js";
import type { EmulateOptions } from "../../../src/emulator/command.js";
import { video } from "./scene.js";

const folder = mkdtempSync(join(tmpdir(), "emulate-"));
const catalogue = join(folder, "catalogue.json");
writeFileSync(catalogue, JSON.stringify({ models: [video] }));

const notACatalogue = join(folder, "other.json");
writeFileSync(notACatalogue, "[]");

/** Runs the command, does something with its address, ends it. */
const run = async (options: EmulateOptions, use: (url: string) => Promise<void> = async () => {}) => {
  const stop = new AbortController();
  const out: string[] = [];
  const err: string[] = [];
  let listening: (url: string) => void;
  const url = new Promise<string>((resolve) => (listening = resolve));
  const running = runEmulator(
    { port: "0", catalogue, ...options },
    {
      stdout: (line) => {
        out.push(line);
        listening(line);
      },
      stderr: (line) => err.push(line),
      signal: stop.signal,
    },
  );
  await Promise.race([running, url.then(use).finally(() => stop.abort())]);
  await running;
  return { out, err: err.join("\n") };
};

describe("emulate", () => {
  test("prints its address alone on stdout, the rest on stderr, and counts at the end", async () => {
    const { out, err } = await run({}, async (url) => {
      const headers = { authorization: "Bearer emulator-token", "content-type": "application/json" };
      const body = JSON.stringify({ prompt: "x" });
      await fetch(`${url}/v1/models/${video.id}`, { method: "POST", headers, body });
    });
    expect(out).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)]);
    expect(err).toContain(`200 POST /v1/models/${video.id}`);
    expect(err).toContain("1 jobs were accepted, 1 charged.");
  });

  test("takes faults as JSON, or from a file", async () => {
    const path = join(folder, "faults.json");
    writeFileSync(path, JSON.stringify([{ route: "balance", status: 503, nth: 2 }]));
    const { err } = await run(
      { fault: ['{"route":"balance","status":500,"nth":1}', `@${path}`] },
      async (url) => {
        const headers = { authorization: "Bearer emulator-token" };
        for (let count = 0; count < 3; count++) await fetch(`${url}/prod/v2/balance`, { headers });
      },
    );
    expect(err.match(/\d+ GET/g)).toEqual(["500 GET", "503 GET", "200 GET"]);
  });

  test("ends its address: nobody listens afterwards", async () => {
    const { out } = await run({ quiet: true });
    await expect(fetch(out[0]!)).rejects.toThrow();
  });

  test.each<[EmulateOptions, RegExp]>([
    [{ port: "http" }, /--port must be a number/],
    [{ wireFormat: "loud" }, /--wire-format must be one of: documented, observed/],
    [{ quirks: "duplicates,ghosts" }, /--quirks must be one of: duplicates/],
    [{ fault: ["{"] }, /--fault \{ is neither JSON/],
    [{ fault: ["@missing.json"] }, /--fault @missing\.json is neither JSON nor @/],
    [{ fault: ["null"] }, /The fault null is no object/],
    [{ catalogue: "missing.json" }, /missing\.json cannot be read as a catalogue/],
    [{ catalogue: notACatalogue }, /is not a catalogue/],
    [{ fault: ['{"route":"submit","staus":1}'] }, /`staus`: is not a documented field/],
    [{ host: "0.0.0.0" }, /--allow-remote/],
  ])("refuses what it cannot understand: %j", async (options, message) => {
    await expect(run(options)).rejects.toThrow(message);
  });
});
