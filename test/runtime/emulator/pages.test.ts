import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/emulator/index.js";
import { start, video } from "./scene.js";

const origin = "http://localhost:5173";
const path = `/v1/models/${video.id}`;

/** What a browser asks before a page's request with a token. */
const preflight = {
  method: "OPTIONS",
  headers: {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
  },
};

const submitFromPage = async (fault?: Omit<Fault, "route">) => {
  const emulator = await start({ faults: fault ? [{ route: "submit", ...fault }] : [] });
  const asked = await fetch(`${emulator.url}${path}`, preflight);
  const answer = await fetch(`${emulator.url}${path}`, {
    method: "POST",
    headers: { origin, authorization: `Bearer ${emulator.token}`, "content-type": "application/json" },
    body: '{"prompt":"x"}',
  });
  return { emulator, asked, answer };
};

describe("a page of another origin", () => {
  test("is told before it sends that it may send its token", async () => {
    const { asked, emulator } = await submitFromPage();
    expect(asked.status).toBe(200);
    expect(asked.headers.get("access-control-allow-origin")).toBe("*");
    expect(asked.headers.get("access-control-allow-methods")).toBe("*");
    expect(asked.headers.get("access-control-allow-headers")).toBe("authorization,content-type");
    expect(emulator.charged).toBe(1);
  });

  test("may read the answer and its headers", async () => {
    const { answer } = await submitFromPage();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-expose-headers")).toBe("*");
  });

  test("may read a fault, too, and asking uses none up", async () => {
    const { answer } = await submitFromPage({ status: 429, retryAfter: 2 });
    expect(answer.status).toBe(429);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("is locked out by a fault that takes the header away", async () => {
    const { answer } = await submitFromPage({ headers: { "access-control-allow-origin": null } });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("is the only one that gets these headers, and OPTIONS alone is no call", async () => {
    const emulator = await start();
    const answer = await fetch(`${emulator.url}/v1/models`, { method: "OPTIONS" });
    expect(answer.status).toBe(405);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});
