import express from "express";
import { Readable } from "node:stream";
import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { fileStore } from "runcomfy-models/node";
import { createProxy } from "runcomfy-models/proxy";
import { findUser } from "./sessions.js";

const origin = "https://app.example.com";
const proxy = createProxy({
  client: createClient(),
  models: [model],
  authorize: findUser,
  secret: process.env["PROXY_SECRET"] ?? "",
  limits: { running: 2, usdPerDay: 5, assumeUsd: 0.5 },
  store: fileStore("jobs.jsonl"),
  origin,
});

export const app = express();
// Before express.json() and the like: the proxy reads the body itself.
app.post("/api/runcomfy", async (req, res) => {
  const { method, originalUrl } = req;
  const headers = new Headers(req.headers as Record<string, string>);
  const init = { method, headers, body: Readable.toWeb(req), duplex: "half" };
  const response = await proxy(new Request(origin + originalUrl, init as RequestInit));
  res
    .status(response.status)
    .setHeaders(response.headers)
    .end(await response.text());
});
