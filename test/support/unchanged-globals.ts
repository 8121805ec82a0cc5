/** Test files share a process: one that leaves a global function or a variable replaced would change what the next one tests. */
import { get as httpGet, request as httpRequest } from "node:http";
import http from "node:http";
import https from "node:https";
import { afterAll, expect } from "vitest";

const look = () => ({
  fetch: globalThis.fetch,
  setTimeout: globalThis.setTimeout,
  Date: globalThis.Date,
  http: [http.request, http.get, httpRequest, httpGet],
  https: [https.request, https.get],
  folder: process.cwd(),
  env: { ...process.env },
});

const before = look();
afterAll(() => {
  expect(look(), "Put it back, or name the file in `loneTests` of vitest.config.ts.").toEqual(before);
});
