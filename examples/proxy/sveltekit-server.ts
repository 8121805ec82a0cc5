// src/routes/api/runcomfy/+server.ts
import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { fileStore } from "runcomfy-models/node";
import { createProxy } from "runcomfy-models/proxy";
import { findUser } from "./sessions.js";

const proxy = createProxy({
  client: createClient({ token: () => process.env["RUNCOMFY_TOKEN"] ?? "" }),
  models: [model],
  authorize: findUser,
  secret: () => process.env["PROXY_SECRET"] ?? "",
  limits: { running: 2, usdPerDay: 5, assumeUsd: 0.5 },
  store: fileStore("jobs.jsonl"),
  origin: "https://app.example.com",
});

export const POST = ({ request }: { readonly request: Request }) => proxy(request);
