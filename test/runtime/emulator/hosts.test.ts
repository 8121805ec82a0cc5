import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { ask, start, talk, video } from "./scene.js";

/** Sends a submit with headers as given, and gives the status of its response. */
const submitWith = async (
  headers: readonly string[],
  options: Parameters<typeof start>[0] = {},
): Promise<{ status: number; text: string; charged: number }> => {
  const emulator = await start(options);
  const body = '{"prompt":"x"}';
  const lines = [
    `POST /v1/models/${video.id} HTTP/1.1`,
    ...headers,
    `authorization: Bearer ${emulator.token}`,
    "content-type: application/json",
    `content-length: ${body.length}`,
    "connection: close",
  ];
  const { text } = await talk(emulator, `${lines.join("\r\n")}\r\n\r\n${body}`);
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text, charged: emulator.charged };
};

describe("a request for another host", () => {
  test.each([
    "evil.example",
    "evil.example:8787",
    "localhost.evil.example",
    "10.0.0.1",
    "127.0.0.1.evil.example",
    "x",
    "[::2]:80",
    "user@localhost",
  ])("is refused, as when a page leads a name of its own to this machine: %s", async (host) => {
    const { status, text, charged } = await submitWith([`host: ${host}`]);
    expect([status, charged]).toEqual([403, 0]);
    expect(text).toContain("403003");
  });

  test.each([
    "localhost",
    "localhost:1",
    "127.0.0.1:40000",
    "127.8.9.1",
    "[::1]:80",
    "LOCALHOST",
    "app.localhost:3000",
  ])("is served where the name is one of this machine: %s", async (host) => {
    expect((await submitWith([`host: ${host}`])).status).toBe(200);
  });

  test("is served where the options allow its name", async () => {
    const allowHosts = ["Emulator"];
    expect((await submitWith(["host: emulator:8787"], { allowHosts })).status).toBe(200);
    expect((await submitWith(["host: other"], { allowHosts })).status).toBe(403);
    expect((await submitWith(["host: other"], { allowHosts: ["*"] })).status).toBe(200);
  });

  test("is served by any address where other machines may reach it, but not by any name", async () => {
    const options = { host: "0.0.0.0", allowRemote: true };
    expect((await submitWith(["host: 192.168.1.7:8787"], options)).status).toBe(200);
    expect((await submitWith([`host: ${hostname()}`], options)).status).toBe(200);
    expect((await submitWith(["host: evil.example"], options)).status).toBe(403);
  });

  test("two hosts at once are refused", async () => {
    expect([400, 403]).toContain((await submitWith(["host: localhost", "host: evil.example"])).status);
  });

  test("uses up no fault", async () => {
    const emulator = await start({ faults: [{ route: "catalogue", status: 503, times: 1 }] });
    await talk(emulator, "GET /v1/models HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
    expect((await ask(emulator, "/v1/models")).status).toBe(503);
    expect(emulator.requests.map(({ status }) => status)).toEqual([403, 503]);
  });
});

describe("a page of another host", () => {
  test.each(["https://evil.example", "http://evil.example:3000", "null", "https://localhost.evil.example"])(
    "is refused, and may not read why: %s",
    async (origin) => {
      const { status, text, charged } = await submitWith(["host: localhost", `origin: ${origin}`]);
      expect([status, charged]).toEqual([403, 0]);
      expect(text).not.toContain("access-control-allow-origin");
    },
  );

  test.each(["http://localhost:5173", "https://127.0.0.1:3000", "http://[::1]:3000", "http://app.localhost"])(
    "is served where it is on this machine: %s",
    async (origin) => {
      expect((await submitWith(["host: localhost", `origin: ${origin}`])).status).toBe(200);
    },
  );

  test("is served where the options allow its host", async () => {
    const headers = ["host: localhost", "origin: https://app.test"];
    expect((await submitWith(headers, { allowHosts: ["app.test"] })).status).toBe(200);
    const file = ["host: localhost", "origin: null"];
    expect((await submitWith(file, { allowHosts: ["null"] })).status).toBe(200);
  });
});

test("a body over the service's own limit of 48 MiB is refused, one below it is not", async () => {
  const emulator = await start({ badInputs: "accept" });
  const submit = (size: number) =>
    fetch(`${emulator.url}/v1/models/${video.id}`, {
      method: "POST",
      headers: { authorization: `Bearer ${emulator.token}`, "content-type": "application/json" },
      body: JSON.stringify({ prompt: "x".repeat(size) }),
    });
  const [large, small] = [await submit(48 * 2 ** 20), await submit(40 * 2 ** 20)];
  expect([large.status, small.status, emulator.charged]).toEqual([413, 200, 1]);
  expect(await large.json()).toEqual({
    error_code: 413001,
    error_message: "The body is larger than 48 MiB.",
  });
});
