// app/api/runcomfy/route.ts
import pg from "pg";
import { createClient } from "runcomfy-models";
import { model } from "runcomfy-models/models/wan-ai/wan-2.7/text-to-video";
import { postgresStore } from "runcomfy-models/once";
import { createProxy } from "runcomfy-models/proxy";
import { findUser } from "./sessions.js";

const proxy = createProxy({
  // Functions are called for the first request, so a build needs no token and no secret.
  client: createClient({ token: () => process.env["RUNCOMFY_TOKEN"] ?? "" }),
  models: [model],
  authorize: findUser,
  secret: () => process.env["PROXY_SECRET"] ?? "",
  limits: { running: 2, usdPerDay: 5, assumeUsd: 0.5 },
  store: postgresStore(new pg.Pool({ connectionString: process.env["DATABASE_URL"], max: 3 })),
  origin: "https://app.example.com",
  onResult: ({ user, state }) => console.log(`A job of ${user} has ${state}.`),
});

export const POST = proxy;

// For a cron job: jobs whose pages never come back.
export async function GET(request: Request): Promise<Response> {
  if (request.headers.get("authorization") !== `Bearer ${process.env["CRON_SECRET"]}`)
    return new Response(null, { status: 401 });
  return Response.json(await proxy.sweep());
}
